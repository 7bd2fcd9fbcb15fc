"""Relations between countries, and who stands first."""

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.lexicon.read import Lexicon
from framing.messages import Message, mark, together
from framing.tables import TOKENS, check, takes_tables


@takes_tables()
def relations(tokens: pd.DataFrame, lexicon: Lexicon, *, quoted: bool = False) -> pd.DataFrame:
    """Find the forms of the lexicon's variants that have an order (朝ロ, ロ朝, 露朝).

    Parameters
    ----------
    tokens
        One row per token, made with this lexicon.
    lexicon
        From :func:`framing.lexicon.load`.
    quoted
        Also say whether each stands in a quotation (「…」, 『…』), as ``quoted``.

    Returns
    -------
    DataFrame
        One row per token that is such a form: ``article_id``, ``position`` (tokens), ``relation`` (the label all
        forms are counted as), ``surface``, ``order`` (``朝>ロ``), ``first`` (朝), and ``in_headline`` and ``outlet``
        where ``tokens`` has them. Which country stands first is a choice of the writer: compare its share by outlet.

    Raises
    ------
    TableError
        ``tokens`` lacks a column, or was cut without a lexicon, as ``attrs["tokeniser"]`` says, or (of a file, with
        which no such record comes) as the forms do: 露朝 is a token that is not counted as 朝ロ, or 朝 and ロ stand
        side by side.
    """
    check(tokens, TOKENS, key=False)
    if tokens.attrs.get("tokeniser", {}).get("lexicon", "unknown") == "":
        raise TableError(_WITHOUT)
    forms = [(form, v.label, order) for v in lexicon.variants for form, order in v.forms.items() if order]
    known = pd.DataFrame(forms, columns=["surface", "relation", "order"]).set_index("surface")
    surface, lemma = tokens["surface"].astype("category"), tokens["lemma"].astype("category")
    label = lemma.cat.categories.get_indexer(surface.cat.categories.map(known["relation"].to_dict()))
    labels = label[surface.cat.codes.to_numpy()]
    ordered = (labels >= 0) & (labels == lemma.cat.codes.to_numpy())
    hits = tokens[ordered]
    if n := _lost(tokens, surface, known["relation"], ordered):
        told = Message("Such words that stand there in pieces or as other words: {n:,}.", {"n": n})
        raise TableError(together(_WITHOUT, told))
    found = hits[["article_id", "position"]].copy()
    written = hits["surface"].astype("str")
    found["relation"] = written.map(known["relation"]).astype("category")
    found["surface"] = written.astype("category")
    found["order"] = written.map(known["order"]).astype("category")
    found["first"] = written.map(known["order"]).str.split(">").str[0].astype("category")
    for name in ("in_headline", "outlet"):
        if name in tokens:
            found[name] = hits[name]
    return (found.assign(quoted=_quoted(tokens).to_numpy()[ordered]) if quoted else found).reset_index(drop=True)


_WITHOUT = mark(
    "The tokens were cut without a lexicon, which takes words such as 朝ロ apart so that none is found. Give "
    "tokens.tokenise one (lexicon=)."
)


def _lost(tokens: pd.DataFrame, surface: pd.Series, known: pd.Series, found: np.ndarray) -> int:
    """How many forms a lexicon would have labelled: tokens with another lemma, and forms in two pieces of a relation
    that no token has (after a number, 日 and 中 are days of a month)."""
    names, codes = surface.cat.categories, surface.cat.codes.to_numpy()
    parts = [(form[:i], form[i:]) for form in known.index for i in range(1, len(form))]
    begins, ends = (names.isin(list(each))[codes] for each in zip(*parts, strict=True))
    article, position = tokens["article_id"].astype("category").cat.codes.to_numpy(), tokens["position"].to_numpy()
    at = np.flatnonzero(begins[:-1] & ends[1:] & (article[:-1] == article[1:]) & (np.diff(position) == 1))
    number = names.str.fullmatch(_NUMBER)[codes]
    at = at[~(number[at - 1] & (at > 0))]
    words = names.to_numpy(dtype=object)
    whole = pd.Series(words[codes[at]] + words[codes[at + 1]], dtype="str").map(known).dropna()
    return int((names.isin(known.index)[codes] & ~found).sum() + (~whole.isin(known[surface[found].unique()])).sum())


_NUMBER = r"[0-9０-９一二三四五六七八九十]+"


def _quoted(tokens: pd.DataFrame) -> pd.Series:
    """Whether each word stands in a quotation; a sign that closes what nothing opened counts nothing."""
    step = tokens["surface"].isin(["「", "『"]).astype(int) - tokens["surface"].isin(["」", "』"]).astype(int)
    parts = [tokens[name].astype(str) for name in ("article_id", "in_headline") if name in tokens]
    depth = step.groupby(parts, sort=False).cumsum()
    return depth > depth.groupby(parts, sort=False).cummin().clip(upper=0)
