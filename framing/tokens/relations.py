"""Relations between countries, and who stands first."""

import pandas as pd

from framing.errors import TableError
from framing.lexicon.read import Lexicon
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
        ``tokens`` lacks a column, or was cut without a lexicon, as ``attrs["tokeniser"]`` says.
    """
    check(tokens, TOKENS, key=False)
    if tokens.attrs.get("tokeniser", {}).get("lexicon", "unknown") == "":
        raise TableError(
            "the tokens were cut without a lexicon, which takes words such as 朝ロ apart so that none is found; give "
            "tokens.tokenise one (lexicon=)"
        )
    forms = [(form, v.label, order) for v in lexicon.variants for form, order in v.forms.items() if order]
    known = pd.DataFrame(forms, columns=["surface", "relation", "order"]).set_index("surface")
    surface, lemma = tokens["surface"].astype("category"), tokens["lemma"].astype("category")
    label = lemma.cat.categories.get_indexer(surface.cat.categories.map(known["relation"].to_dict()))
    labels = label[surface.cat.codes.to_numpy()]
    ordered = (labels >= 0) & (labels == lemma.cat.codes.to_numpy())
    hits = tokens[ordered]
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


def _quoted(tokens: pd.DataFrame) -> pd.Series:
    """Whether each word stands in a quotation; a sign that closes what nothing opened counts nothing."""
    step = tokens["surface"].isin(["「", "『"]).astype(int) - tokens["surface"].isin(["」", "』"]).astype(int)
    parts = [tokens[name].astype(str) for name in ("article_id", "in_headline") if name in tokens]
    depth = step.groupby(parts, sort=False).cumsum()
    return depth > depth.groupby(parts, sort=False).cummin().clip(upper=0)
