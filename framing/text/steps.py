"""The cleaning steps, and how a text or a column goes through them."""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np
import pandas as pd

from framing.tables.blocks import blocks

_TAGS = (
    "a|abbr|article|aside|b|blockquote|br|center|code|dd|del|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|"
    "hr|i|iframe|img|ins|li|main|nav|ol|p|pre|rb|rp|rt|ruby|s|script|section|small|span|strike|strong|style|sub|sup|"
    "table|tbody|td|tfoot|th|thead|tr|u|ul|video|wbr"
)
_OPENED = re.compile(r"<(script|style)\b[^<>]{0,2000}>|<!--", re.I)
_BREAK = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|h[1-6]|hr|blockquote|section|article|figure)\b[^<>]{0,2000}>", re.I)
_TAG = re.compile(rf"</?(?:{_TAGS})\b[^<>]{{0,2000}}>", re.I)
_LINES = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND = re.compile(r" ?\n ?")
_EMPTY = re.compile(r"\n{3,}")
_URL = re.compile(
    r"(?<![A-Za-z0-9])(?:https?|ftp)://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+"
    r"|(?<![A-Za-z0-9@./])www\.[A-Za-z0-9-]+\.[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+"
)
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_RUBY = re.compile(
    r"(?<=[一-鿿々〆ヶ])(?:[(\uff08][ぁ-ゖァ-ヺー・゠=\uff1d \u3000]{1,30}[)\uff09]|《[ぁ-ゖァ-ヺー・]{1,30}》)"
)
_HALF_KANA = re.compile("[\uff61-\uff9f]+")
_FULL_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def html_tags(text: str) -> str:
    """Take away HTML tags of known names, comments, scripts and styles; a block's end is a line's end.

    Only known names: the <…> around a magazine's summary, and 3 < 5, stay.
    """
    if "<" not in text:
        return text
    return _TAG.sub("", _BREAK.sub("\n", _without_hidden(text)))


def _without_hidden(text: str) -> str:
    """Take away scripts, styles and comments, in one pass over the text."""
    lowered, kept, at = text.lower(), [], 0
    lowered = lowered if len(lowered) == len(text) else text  # İ grows when lowered
    unclosed = set()
    for opened in _OPENED.finditer(text):
        end = "-->" if opened[1] is None else f"</{opened[1].lower()}>"
        if opened.start() < at or end in unclosed:
            continue
        closed = lowered.find(end, opened.end())
        if closed < 0:
            unclosed.add(end)
            continue
        kept.append(text[at : opened.start()])
        at = closed + len(end)
    return "".join(kept) + text[at:]


def html_entities(text: str) -> str:
    """Turn ``&amp;`` and ``&#12354;`` into the characters they stand for, once."""
    return html.unescape(text) if "&" in text else text


def newlines(text: str) -> str:
    """Make every kind of line end (CR LF, CR, vertical tab, form feed, NEL, U+2028, U+2029) one ``\\n``."""
    return _LINES.sub("\n", text)


def invisible(text: str) -> str:
    """Take away NUL and other control characters, zero-width and direction marks, variation selectors.

    A variation selector (葛 + U+E0100) only asks for another drawing, and no dictionary knows it. The
    zero-width joiner goes too, so a joined emoji falls into its parts.
    """
    return _INVISIBLE.sub("", text)


def nfkc(text: str) -> str:
    """Unicode's compatibility composition: one code for each letter whatever its width.

    Full-width ２０１１ to 2011, half-width ｶﾞ to ガ. It also turns ㈱ into (株), 10³ into 103, ① into 1,
    ㌔ into キロ, ½ into 1⁄2 and … into three dots. Where that matters take ``half_width_kana`` and
    ``full_width_ascii`` instead.
    """
    return unicodedata.normalize("NFKC", text)


def half_width_kana(text: str) -> str:
    """Widen half-width kana (ｶﾞ to ガ) and change nothing else."""
    return _HALF_KANA.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def full_width_ascii(text: str) -> str:
    """Narrow full-width letters, digits, marks and the ideographic space, and change nothing else."""
    return text.translate(_FULL_ASCII)


def ruby(text: str) -> str:
    """Take away readings in kana in brackets after kanji: 金正恩(キム・ジョンウン) to 金正恩.

    A name in kana that is no reading, 国際電気通信連合(ユニオン), goes as well: look before using it.
    """
    return _RUBY.sub("", text)


def urls(text: str) -> str:
    """Take away web addresses; an address ends where Japanese begins."""
    return _URL.sub("", text)


def emails(text: str) -> str:
    """Take away mail addresses."""
    return _MAIL.sub("", text) if "@" in text else text


def wave_dash(text: str) -> str:
    """Make the wave dash 〜 and the full-width tilde ～ one sign, the ``~`` that NFKC makes of the second."""
    return text.replace("\u301c", "~").replace("\uff5e", "~")


def whitespace(text: str) -> str:
    """One space for every run of spaces and tabs, none at the ends of a line, one empty line at most."""
    return _EMPTY.sub("\n\n", _AROUND.sub("\n", _BLANKS.sub(" ", text))).strip()


STEPS: dict[str, Callable[[str], str]] = {
    step.__name__: step
    for step in (
        html_tags, html_entities, newlines, nfkc, half_width_kana, full_width_ascii, invisible, ruby, urls, emails,
        wave_dash, whitespace,
    )
}  # fmt: skip
"""Every step by its name, in the order that works; ``clean`` takes them in the order it is given."""

DEFAULT = ("html_tags", "html_entities", "newlines", "nfkc", "invisible", "urls", "emails", "whitespace")
"""What is done by default. Not: readings in brackets (``ruby``), ``wave_dash``, the gentler half of NFKC."""


def clean(text: str, steps: Sequence[str] = DEFAULT) -> str:
    """Take a text through the named steps, in the order given.

    Raises
    ------
    ValueError
        A step has no such name, or ``text`` is not a string.
    """
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, not {type(text).__name__}; for a column use clean_column")
    return _through(steps)(text)


def clean_column(values: pd.Series, steps: Sequence[str] = DEFAULT) -> pd.Series:
    """Take every text of a column through the named steps; a missing value stays missing.

    Raises
    ------
    ValueError
        A step has no such name, or a value is neither text nor missing.
    """
    return _texts(values).map(_through(steps), na_action="ignore")


def _through(steps: Sequence[str]) -> Callable[[str], str]:
    named = _named(steps)
    return lambda text: reduce(lambda made, step: step(made), named, text)


TAKING = ("html_tags", "ruby", "urls", "emails")
"""Steps that take words away; the others write the same words differently."""


def clean_bodies(
    values: pd.Series, steps: Sequence[str] = DEFAULT, *, most_taken: float = 0.2
) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Take every text through the named steps; a step that would take too much of a text takes nothing of it.

    Parameters
    ----------
    values
        Column of texts; a missing value stays missing.
    steps
        Names of the steps, in order.
    most_taken
        Share of a text (of its characters without spaces and tags, 0 to 1) that one step may take.

    Returns
    -------
    texts, flags, changes
        The clean texts; for each the steps that were not taken, separated by commas (empty for none); and one row
        per step as :func:`changes` gives it, with ``n_spared`` (texts of which the step would have taken more).

    Raises
    ------
    ValueError
        A step has no such name, or a value is neither text nor missing.
    """
    texts, functions, n = _texts(values), _named(steps), int(values.notna().sum())
    parts = [_cleaned(texts.iloc[part], steps, functions, most_taken) for part in blocks(len(texts))]
    rows = []
    for name, *told in zip(steps, *(part[2] for part in parts), strict=True):
        changed, fewer, spared = (sum(one[i] for one in told) for i in range(3))
        before, after = next((one[3] for one in told if one[0]), ("", ""))
        rows.append((name, changed, changed / max(n, 1), fewer, before, after, spared))
    columns = ["step", "n_articles", "share", "n_characters", "before", "after", "n_spared"]
    made, flags = (pd.concat([part[i] for part in parts]) for i in range(2))
    return made, flags, pd.DataFrame(rows, columns=columns)


def _cleaned(texts: pd.Series, steps: Sequence[str], functions: list, most_taken: float):
    """Some texts, their flags, and for each step how many it changed, characters fewer, spared, and an example."""
    now, rows = texts.dropna(), []
    flags = pd.Series("", index=pd.RangeIndex(len(texts)), dtype=object)
    place = pd.Series(flags.index, dtype="int64")[texts.notna().to_numpy()].to_numpy()
    for name, step in zip(steps, functions, strict=True):
        after = now.map(step)
        changed = (after != now).to_numpy(dtype=bool)
        spared = np.zeros(len(now), dtype=bool)
        if name in TAKING and most_taken < 1:
            pairs = zip(now[changed], after[changed], strict=True)
            spared[changed] = [_weight(new) < (1 - most_taken) * _weight(old) for old, new in pairs]
            after, changed = after.mask(spared, now), changed & ~spared
        flags[place[spared]] += f"{name}, "
        example = _neighbourhood(now[changed].iloc[0], after[changed].iloc[0]) if changed.any() else ("", "")
        fewer = int(now.str.len().sum() - after.str.len().sum()) if len(now) else 0
        rows.append((int(changed.sum()), fewer, int(spared.sum()), example))
        now = after
    made = texts.copy()
    made[texts.notna()] = now
    return made, pd.Series(flags.str.removesuffix(", ").to_numpy(), index=texts.index, dtype="str"), rows


def _weight(text: str) -> int:
    """Characters that a reader sees: no tags, no spaces, no invisible marks."""
    return len("".join(_INVISIBLE.sub("", _TAG.sub("", text)).split()))


def changes(values: pd.Series, steps: Sequence[str] = DEFAULT) -> pd.DataFrame:
    """Record what each step changes, in the order they are taken.

    Returns
    -------
    DataFrame
        One row per step: ``step``, ``n_articles`` (texts it changed), ``share`` of the texts that are
        there, ``n_characters`` (characters fewer after it; negative where it adds), ``before`` and
        ``after`` (the neighbourhood of the first change in the first text it changed, else empty).
    """
    return clean_bodies(values, steps, most_taken=1)[2].drop(columns="n_spared")


def _neighbourhood(before: str, after: str, width: int = 15) -> tuple[str, str]:
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    cut = slice(max(0, at - width), at + width)
    return before[cut], after[cut]


def _named(steps: Sequence[str]) -> list[Callable[[str], str]]:
    if isinstance(steps, str):
        raise ValueError(f"steps must be a list of names, not the string {steps!r}; write ({steps!r},)")
    unknown = [name for name in steps if name not in STEPS]
    if unknown:
        raise ValueError(f"there are no cleaning steps {unknown}; there are {list(STEPS)}")
    return [STEPS[name] for name in steps]


def _texts(values: pd.Series) -> pd.Series:
    if not isinstance(values, pd.Series):
        raise ValueError(f"values must be a column (pandas Series), not {type(values).__name__}")
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if values.dtype == object or not pd.api.types.is_string_dtype(values.dtype):
        wrong = [value for value in values[values.notna()] if not isinstance(value, str)]
        if wrong:
            raise ValueError(f"the column {values.name!r} holds {wrong[0]!r}, which is not text")
    return values
