"""Codes of a machine from elsewhere: any function of a text, or a table of codes that another program wrote."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from framing.errors import TableError
from framing.frames.codebook import Codebook
from framing.frames.coding import Codes
from framing.frames.rules import folded
from framing.messages import Message
from framing.study.studies import Study
from framing.tokens.places import headlines_and_texts


def coded_by(
    study: Study, coder: Callable[[str], object] | pd.DataFrame, codebook: Codebook, *, name: str, machine: bool = True
) -> Codes:
    """Take the codes of articles from a function or a table.

    Parameters
    ----------
    study
        The articles.
    coder
        A function that is given headline and text, with a line break between, and returns a code, several, or None; or
        a table with ``article_id`` and ``code``, one row per article and code that it has, with a missing code for an
        article that was coded and has none.
    codebook
        From :func:`load`: the codes there are.
    name
        Who coded, with what makes it again: model, prompt, date.
    machine
        Whether that is a machine; then comparisons are labelled uncorrected.

    Returns
    -------
    Codes
        As from :func:`code`, without matches. Of a table only the articles that stand in it are units; ``steps`` counts
        the others.

    Raises
    ------
    TableError
        A code is not in the codebook, an article not in the study, or a column missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing import frames, study
    >>> press = study.open(pd.DataFrame({"outlet": ["A", "B"], "text": ["sanctions", "talks"]}))
    >>> book = frames.load({"act": "sanction*"})
    >>> mine = frames.coded_by(press, lambda text: "act" if "sanction" in text else None, book, name="by hand")
    >>> mine.coded["unit"].tolist()
    [0]
    """
    articles = study.articles
    table = coder if isinstance(coder, pd.DataFrame) else _asked(articles, coder)
    missing = [column for column in ("article_id", "code") if column not in table]
    if missing:
        raise TableError(f"the table of codes lacks {missing}; it has {list(map(str, table.columns))}")
    ids = table["article_id"].astype("str")
    known = pd.Index(articles["article_id"].astype("str"))
    strange = ids[~ids.isin(known)]
    if len(strange):
        raise TableError(
            f"{len(strange)} codes are of articles that the study does not have, first {strange.iloc[0]!r}"
        )
    by_key = {folded(each.id): each.id for each in codebook.codes}
    codes = table["code"].map(lambda code: by_key.get(folded(str(code)), ""), na_action="ignore")
    if codes.eq("").any():
        raise TableError(f"{table['code'][codes.eq('')].iloc[0]!r} is none of the codes {list(by_key.values())}")
    kept = known.isin(ids)
    left = articles[kept].reset_index(drop=True)
    has = codes.notna().to_numpy()
    places = pd.Index(left["article_id"].astype("str"))
    coded = pd.DataFrame({"unit": places.get_indexer(ids[has]), "code": codes[has].astype("str").to_numpy()})
    coded = coded.drop_duplicates().assign(n_matches=1)
    coded["code"] = pd.Categorical(coded["code"], [each.id for each in codebook.codes])
    steps = study.steps
    if not kept.all():
        steps = steps.copy()
        steps.loc[len(steps)] = (Message("coded by {name}", {"name": name}), int(kept.sum()), int((~kept).sum()),
                                 Message("not coded by {name}", {"name": name}))  # fmt: skip
    nothing = {"unit": np.empty(0, int), "code": [], "position": np.empty(0, int), "n_tokens": np.empty(0, int)}
    remarks = pd.DataFrame(columns=["code", "line", "column", "condition", "remark"])
    coded = coded.sort_values(["unit", "code"], ignore_index=True)
    units = left[["article_id", "outlet"]].astype({"article_id": "str"})
    empty = pd.DataFrame(nothing)
    return Codes(codebook, "article", units, coded, empty, remarks, name, machine, left, steps)


def _asked(articles: pd.DataFrame, coder: Callable[[str], object]) -> pd.DataFrame:
    """What a function says of each article; its calls are the work."""
    rows: list[tuple[object, object]] = []
    for article, headline, text in zip(articles["article_id"], *headlines_and_texts(articles), strict=True):
        said = coder(f"{headline}\n{text}".strip())
        several = list(said) if isinstance(said, Iterable) and not isinstance(said, str) else [said]
        rows += [(article, each or None) for each in several or [None]]
    return pd.DataFrame(rows, columns=["article_id", "code"], dtype=object)
