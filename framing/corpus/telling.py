"""What a corpus report says first: how much can be compared, and what to look at before."""

import pandas as pd

from framing import dates
from framing.corpus.articles import alike
from framing.corpus.timing import FALLS, RISES, common_window, volume, windows
from framing.messages import Finding, Message, mark
from framing.tables import takes_tables
from framing.tables.naming import of_outlets


@takes_tables()
def answer(articles: pd.DataFrame, clusters: pd.DataFrame) -> Finding:
    """How much of a corpus can be compared: a description, with what to look at before as its cautions."""
    named = of_outlets(articles)
    n_outlets, start, end = named["outlet"].astype("str").nunique(), *common_window(named)
    seen = windows(named)
    inside, dated = int(seen["n_common"].sum()), len(named) - int(seen["n_undated"].sum())
    kind = ("one" if n_outlets == 1 else "many", "shared" if pd.notna(start) else "apart" if dated else "undated")
    if kind[1] == "shared" and start == end:
        kind = (kind[0], "day")
    values = {"n": len(articles), "n_outlets": n_outlets, "start": start, "end": end}
    return Finding(
        "description",
        Message(_HELD[kind], values),
        100 * inside / dated if dated and n_outlets > 1 else None,
        unit=mark("% of the dated articles lie in the time common to all outlets"),
        cautions=tuple(filter(None, _cautions(articles, clusters, n_outlets))),
    )


_HELD = {
    ("many", "shared"): mark(
        "{n:,} articles of {n_outlets:,} outlets; all outlets are there from {start:%Y-%m-%d} to {end:%Y-%m-%d}."
    ),
    ("many", "day"): mark(
        "{n:,} articles of {n_outlets:,} outlets; the only day on which all outlets are there is {start:%Y-%m-%d}."
    ),
    ("many", "apart"): mark("{n:,} articles of {n_outlets:,} outlets; the outlets share no day."),
    ("many", "undated"): mark("{n:,} articles of {n_outlets:,} outlets; no article has a date."),
    ("one", "shared"): mark("Articles of one outlet: {n:,}, from {start:%Y-%m-%d} to {end:%Y-%m-%d}."),
    ("one", "day"): mark("Articles of one outlet: {n:,}, all of {start:%Y-%m-%d}."),
    ("one", "undated"): mark("Articles of one outlet: {n:,}; none has a date."),
}


def _cautions(articles: pd.DataFrame, clusters: pd.DataFrame, n_outlets: int) -> list[str]:
    """What to look at before comparing."""
    copies, flagged = int((~clusters["first"]).sum()), int(articles["date_flag"].ne("").sum())
    breaks = int(volume(articles)["note"].isin([RISES, FALLS]).sum())
    unread, named = _unread_pages(articles), of_outlets(articles)
    (share, outlet, name), lost = _longest(named), len(articles) - len(named)
    same = [" / ".join(names) for names in alike(named["outlet"].astype("str"))]
    pages = mark("Pages printed but not understood, and so missing: {n:,}, for example {example}.")
    much = mark(
        "One article, {name}, holds {share:.0%} of the text of {outlet}; every rate of this outlet depends on it."
    )
    return [
        Message(_NAMELESS, {"n": lost}) if lost else "",
        Message(pages, {"n": len(unread), "example": unread.iloc[0]}) if len(unread) else "",
        Message(much, {"name": name, "share": share, "outlet": outlet}) if share > _MUCH else "",
        Message("Outlets whose names may be those of one newspaper: {names}.", {"names": "; ".join(same)})
        if same
        else "",
        Message("Copies of an earlier article: {n:,}.", {"n": copies}) if copies else "",
        Message("Dates that cannot be right: {n:,}.", {"n": flagged}) if flagged else "",
        dates.told({**dates.left_out(articles, "month"), "n_undated": 0}, "month"),
        Message("Breaks in volume: {n:,}.", {"n": breaks}) if breaks else "",
        mark("There is one outlet only, and nothing to compare it with.") if n_outlets == 1 else "",
    ]


_NAMELESS = mark("Articles that name no outlet, and belong to none of those compared: {n:,}.")
_MUCH = 0.2
"""Share of an outlet's text above which one article is named."""


def _unread_pages(articles: pd.DataFrame) -> pd.Series:
    """What stood in the column of pages and is none, one row per article."""
    notes = articles["note"].astype("str") if "note" in articles.columns else pd.Series(dtype="str")
    return notes.str.extract(r"page not understood: ([^;]*)", expand=False).dropna()


def _longest(articles: pd.DataFrame) -> tuple[float, str, str]:
    """Largest share of the text of its outlet that one article has, with the outlet and the article.

    Outlets of fewer than 20 articles are left out: there every article holds much.
    """
    size, outlet = articles["text"].astype("str").str.len(), articles["outlet"].astype("str")
    total, n = size.groupby(outlet).transform("sum"), outlet.groupby(outlet).transform("size")
    share = (size / total.where(total > 0)).where(n >= 20)
    if not share.notna().any():
        return 0.0, "", ""
    most = share.idxmax()
    return float(share[most]), outlet[most], str(articles.loc[most, "article_id"])
