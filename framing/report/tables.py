"""Tables of a report: static HTML that the report's script makes sortable, filterable and paged."""

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from framing.errors import TableError
from framing.messages import Message, Sentences, named, say, sentences
from framing.report.markup import Piece, bdi, clean, column, ems, esc, new_id, piece, shorten
from framing.report.markup import columns as column_texts

ROWS_IN_PAGE = 1000
"""Rows a page carries at most; the files beside the report hold all."""

LINES = 30
"""Lines of detail shown for one row at most."""

LINES_IN_ALL = 3000
"""Lines of detail a table carries at most; where many rows have some, each shows fewer, but at least three."""

WIDEST = 18
"""Room that a column of text gets at most before its lines break, in ems."""

WORD = 24
"""Signs of a word without a break that fits a column; a longer one is broken anywhere."""

_UNTOLD = ("article_id", "position", "in_headline")
"""Columns of a concordance that its lines leave out."""

_CONTRAST = {name: sentences("", "rest", "every group") for name in ("target", "reference", "marks")}
"""Sides of a comparison that is shown without a codebook: names of outlets, and what no outlet may be named."""

_NODE = ("keyword", "node", "match", "term", "surface")


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    columns: Mapping[str, str] | None = None,
    rows: int = 25,
    most: int = ROWS_IN_PAGE,
    details: Mapping | None = None,
    key: str | Sequence[str] = "",
) -> Piece:
    """A table a reader can sort, filter, page through and download; without JavaScript it is a plain table.

    Parameters
    ----------
    frame
        Any table; numbers are shown with about three significant digits and sorted, downloaded and
        saved exactly.
    caption
        What a row is and where it comes from.
    columns
        Name → what it is, with its unit. Only these columns are shown, in this order, those that matter most first:
        what a window has no room for is behind a button, and a column without a value is left out. The files that
        land beside the report (CSV, Excel, LaTeX) hold them all. Without it every column is shown. Cells are data and
        are shown by their labels (``report.title``) or as they are, but for columns declared by
        :func:`framing.messages.sentences`.
    rows
        Rows a page of the table shows.
    most
        Rows the report carries; the files beside it hold all.
    details
        Value of the column ``key`` → what stands behind that row: a table, or a list of lines (texts,
        or mappings). A table with ``left``, ``right`` and ``keyword`` is set as a concordance.
    key
        The column that ``details`` go by, or several, whose values are then a tuple; by default the first shown.

    Raises
    ------
    TableError
        A column named is not in the table.
    """
    caption, columns = say(caption), columns or {}
    declared = columns or (_CONTRAST if {"target", "reference"} <= set(frame.columns) else {})
    keyed = [key] if isinstance(key, str) else list(key)
    missing = [name for name in (*columns, *filter(None, keyed)) if name not in frame.columns]
    if missing:
        raise TableError(f"the table {caption!r} has no column {missing}; it has {list(frame.columns)}")
    shown = frame[list(columns)] if columns else frame
    body = shown.iloc[:most]
    keys = body.iloc[:, 0].tolist() if len(body.columns) else []
    several = len(keyed) > 1
    by = list(frame[keyed].head(most).itertuples(index=False, name=None)) if several else keys
    by = frame[key].tolist()[:most] if keyed[0] and not several else by
    behind = {i: details[name] for i, name in enumerate(by) if name in details} if details else {}
    keys = [" · ".join(map(str, each)) for each in by] if several else by
    body = body.loc[:, [i == 0 or _told(body.iloc[:, i]) for i in range(len(body.columns))]] if len(body) else body
    columns = {name: what for name, what in columns.items() if name in body}
    notes = [] if len(body) else [say("No rows.")]
    if len(shown) > most:
        notes.append(say("The first {shown} of {n} rows are shown.", shown=f"{most:,}", n=f"{len(shown):,}"))
    told = {heading(name): say(what) for name, what in columns.items() if what}
    grid = _grid(body, declared, keys, behind)
    markup = piece("table", new_id("table"), caption, int(rows), grid, notes, told)
    return Piece(markup, caption, {"caption": caption, "rows": len(frame)}, "table", frame)


def _told(values: pd.Series) -> bool:
    """Whether a column has a value anywhere."""
    return any(str(value) != "" for value in values[values.notna()])  # a text may hold half a surrogate


def simple(frame: pd.DataFrame) -> Markup:
    """A small table as plain HTML, without tools."""
    return piece("note", say("No rows.")) if frame.empty else piece("small", "plain", _grid(frame, {}))


def budget(keys: Iterable, details: Mapping) -> int:
    """Lines that each row may show, so that the page stays small."""
    rows = sum(key in details for key in keys)
    return int(min(LINES, max(3, LINES_IN_ALL // max(rows, 1))))


def lines(value: pd.DataFrame | Sequence, limit: int = LINES) -> Markup:
    """What stands behind a row or a point: a concordance, a small table, or a list of texts."""
    total = len(value)
    if not isinstance(value, pd.DataFrame) and total and all(isinstance(line, Mapping) for line in value):
        value = pd.DataFrame(list(value[:limit]))
    if isinstance(value, pd.DataFrame):
        node = next((name for name in _NODE if name in value), None)
        concordance = node is not None and {"left", "right"} <= set(value.columns)
        body = _concordance(value.iloc[:limit], node) if concordance else simple(value.iloc[:limit])
    else:
        items = [value] if isinstance(value, str) else list(value[:limit])
        total = len(items) if isinstance(value, str) else total
        body = piece("listed", items)
    more = total - limit
    return body + piece("note", say("{n} more lines are not shown.", n=f"{more:,}")) if more > 0 else body


def _concordance(value: pd.DataFrame, node: str) -> Markup:
    """Keyword in context; whatever else the table holds stands before each line."""
    sources = [name for name in value.columns if name not in {"left", "right", node, *_UNTOLD}]
    texts = [[*map(named, column(value[name], str(name))[1])] for name in sources]
    texts += [column(value[name], str(name))[1] for name in ("left", node, "right")]
    rows = [(source, left[-120:], middle, right) for *source, left, middle, right in zip(*texts, strict=True)]
    return piece("small", "kwic", piece("concordance", rows))


def _grid(
    frame: pd.DataFrame, columns: Mapping[str, str], keys: Sequence = (), behind: Mapping | None = None
) -> Markup:
    """The head and the body of a table."""
    shown = [
        (kind, _in_language(frame.iloc[:, i], texts, columns.get(name)), exact)
        for i, (name, (kind, texts, exact)) in enumerate(zip(frame.columns, column_texts(frame), strict=True))
    ]
    heads = []
    for name, (kind, texts, _) in zip(frame.columns, shown, strict=True):
        what = f' title="{esc(say(columns[name]))}"' if columns.get(name) else ""
        wide = min(max(map(ems, texts), default=0), WIDEST)
        room = f' style="min-width:min({wide:.0f}em, 45vw)"' if kind == "text" else ""
        label = bdi(heading(name), 80)
        heads.append(f'<th scope="col" data-type="{kind}" data-name="{esc(name)}"{what}{room}>{label}</th>')
    body = _body(shown, keys, behind or {})
    return Markup(f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{body}</tbody>")


def _in_language(values: pd.Series, texts: list[str], declared: object) -> list[str]:
    """The cells of a column: sentences of the toolkit in the language of the report, data as they are."""
    if isinstance(declared, Sentences):
        return [
            say(value if isinstance(value, Message) else text)
            if not declared.only or text in declared.only
            else named(text)
            for value, text in zip(values.astype(object), texts, strict=True)
        ]
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype):
        return texts
    return [
        say(value) if isinstance(value, Message) else named(text)
        for value, text in zip(values.astype(object), texts, strict=True)
    ]


_WORDS = {"conf low": "CI low", "conf high": "CI high", "std error": "standard error", "p value": "p-value",
          "q value": "q-value", "aic": "AIC", "bic": "BIC", "npmi": "NPMI"}  # fmt: skip
_SHORT = re.compile(rf"\b({'|'.join(_WORDS)})\b")  # what names of columns are short for, in English


def heading(name: object) -> str:
    """What stands above a column: its name as words, in the language of the report; ``page_3`` as page and number."""
    text = str(name).replace("_", " ")
    stem, _, number = text.rpartition(" ")
    if stem == "page" and number.isdecimal():
        return say("page {page}", page=number)
    text = f"{say(stem)} {number}" if stem and number.isdecimal() and say(text) == text else say(text)
    return _SHORT.sub(lambda part: _WORDS[part[0]], text)


def _body(shown: list, keys: Sequence, behind: Mapping) -> str:
    """The rows, each with what stands behind it (by number of the row)."""
    rows, limit = [], budget(behind.keys(), behind)
    for i in range(len(shown[0][1]) if shown else 0):
        rows.append(f"<tr>{''.join(_cell(kind, texts[i], exact[i]) for kind, texts, exact in shown)}</tr>")
        if i in behind and len(behind[i]):
            label = bdi(say("Lines for {key}", key=shorten(named(keys[i]), 80)), 120)
            inner = f"<details><summary>{label}</summary>{lines(behind[i], limit)}</details>"
            name = esc(clean(shorten(keys[i], 80)))
            rows.append(f'<tr class="fr-details" data-key="{name}"><td colspan="{len(shown)}">{inner}</td></tr>')
    return "".join(rows)


def _cell(kind: str, text: str, exact: str) -> str:
    if kind == "number":
        value = "" if exact == text else f' data-v="{esc(exact)}"'
        return f'<td class="fr-number"{value}>{esc(text)}</td>'
    if kind == "date":
        return f'<td class="fr-date">{esc(text)}</td>'
    unbroken = " fr-unbroken" if len(text) > WORD and max(map(len, text.split()), default=0) > WORD else ""
    return f'<td class="fr-text{unbroken}">{_MEASURED.sub(_WHOLE, bdi(text))}</td>'


_MEASURED = re.compile(
    r"(?<![A-Za-z0-9&#.])[+−±-]?\d[\d.,]* ?(?:ポイント|倍|[%％年月日件本語回]|points\b|times\b)"
    r"|[（(][+−]?\d[\d.,]*(?:〜| to )[+−]?\d[\d.,]*[）)]"
)
_WHOLE = r'<span class="fr-whole">\g<0></span>'
"""A number and its unit, or the two ends of an interval, which no line parts."""
