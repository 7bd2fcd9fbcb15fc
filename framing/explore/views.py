"""The views of the desk: each gives its pieces one after the other, so that progress can be shown.

A view is a generator of ``(what comes next, piece)``; the first piece of a pair may be ``None``.
"""

import os
from collections.abc import Iterator

from framing import contexts, frames, keyness, plots, prominence, report, topics
from framing.errors import ParamError, TableError
from framing.explore.selection import Prepared, Selection
from framing.explore.told import LINES, asked, rules_of
from framing.messages import language, mark, say

REPLICATES = 2000
"""Permutations, as many as in the notebook: with 200 the smallest p-value is 1/201, and half of the words that a report
marks would be marked by nobody here."""
WORKERS = min(os.cpu_count() or 1, 4)
"""Threads; the numbers are the same for any number."""
SPAN, WIDTH = 10, 40
"""Tokens on either side that count as near, and characters of a line on either side, as in the notebook on contexts."""
MIN_ARTICLES = 5
CODEBOOK = "northeast_asia"
_SHOWN_WORDS = 40
_TABLE = ("term", "marks", "log2_ratio_half", "conf_low", "conf_high", "q_value", "n_articles_target",
          "n_articles_reference", "target", "reference")  # fmt: skip

Pieces = Iterator[tuple[str, object]]


def _refuse_wordless(prepared: Prepared) -> None:
    try:
        prepared.whole.counts  # noqa: B018 - it is read when it is asked for
    except TableError:
        raise ParamError(
            say(
                "the articles of {study} have no text that is counted, so there are no words to look at; look at the "
                "pages, or choose another study",
                study=prepared.study,
            )
        ) from None


def keyness_view(prepared: Prepared, chosen: Selection) -> Pieces:
    """Words that tell the outlets apart: sentence, ranked plot, table with lines; actor and word play no part."""
    _refuse_wordless(prepared)
    if len(prepared.outlets) < 2:
        raise ParamError(
            say(
                "the study has one outlet only ({outlet}); words are compared between outlets",
                outlet=prepared.outlets[0],
            )
        )
    yield say("exchanging outlets between articles"), None
    taken = prepared.take(chosen)
    counts = taken.counts
    found = keyness.compare(
        counts,
        target=chosen.target or None,
        reference=chosen.reference or None,
        cluster="cluster_id" if "cluster_id" in counts.columns else "article_id",
        strata="month" if "month" in counts.columns else None,
        replicates=REPLICATES,
        min_articles=MIN_ARTICLES,
        scores=True,
        workers=WORKERS,
    )
    yield say("drawing"), report.finding(keyness.answer(found))
    yield say("looking up lines of text"), plots.keyness_ranked(keyness.strongest(found, 8))
    marked = keyness.marking(found)
    surest = marked.head(_SHOWN_WORDS)
    lines = contexts.details(taken, surest["term"].tolist(), outlets=surest["marks"].tolist(), lines=8)
    columns = {name: keyness.COLUMNS[name] for name in _TABLE}
    caption = say("Words that mark an outlet, surest first; open a row for its lines")
    yield "", report.table(marked, caption=caption, columns=columns, rows=12, details=lines, key=["term", "marks"])


def concordance_view(prepared: Prepared, chosen: Selection) -> Pieces:
    """Words near the word, or near the actor where the word is left empty, and the lines they come from."""
    _refuse_wordless(prepared)
    query, match = asked(chosen)
    if not query:
        raise ParamError(say("type a word, or choose an actor, to see its lines"))
    if match == "actor" and not prepared.whole.has("mentions"):
        raise ParamError(say("this study has no table of mentions; run 00_corpus with a lexicon to look for actors"))
    yield say("looking up lines of text"), None
    taken = prepared.take(chosen, outlets=True)
    found = contexts.concordance(taken, query, match=match, width=WIDTH, sample=LINES)
    if found.empty:
        raise ParamError(
            say(
                "{query!r} is in no article chosen; a word is looked for as its dictionary form (示す, not 示した), "
                "words with a space between as neighbours",
                query=query,
            )
        )
    name = contexts.called(query, match, prepared.whole.mentions if match == "actor" else None)
    try:
        near = contexts.near(taken, query, match=match, span=SPAN)
    except ValueError:  # no word is near often enough; the lines are there all the same
        yield "", report.finding(contexts.answer(None, name))
    else:
        yield say("drawing"), report.finding(contexts.answer(near, name))
        caption = say("Words within {span:,} tokens of {name}, outlet by outlet, surest first", span=SPAN, name=name)
        yield "", report.table(near, caption=caption, columns=contexts.COLUMNS, rows=10)
    counts = taken.counts
    known = match == "phrase" and query in counts["term"].cat.categories
    if known and "year" in counts.columns:
        yield say("drawing"), plots.keyness_over_time(keyness.over_time(counts, [query], period="year"))
    n_lines = found.attrs["n_lines"]
    columns = {name: what for name, what in contexts.LINE.items() if name in found}
    caption = say("Lines with {name}: {n:,}", name=name, n=n_lines)
    if n_lines > LINES:
        caption = say("Lines with {name}: {n:,}, {drawn:,} drawn at random", name=name, n=n_lines, drawn=LINES)
    yield "", report.table(found, caption=caption, columns=columns, rows=15)


def topics_view(prepared: Prepared, chosen: Selection, fitted: dict) -> Pieces:
    """Topics of the whole study; when and examples are of the outlets and the period chosen.

    ``fitted`` keeps the fit of each number of topics: choosing another period does not fit again, and topics that
    changed with every choice could not be compared.
    """
    _refuse_wordless(prepared)
    if chosen.n_topics not in fitted:
        fitting = {"n": chosen.n_topics, "articles": len(prepared.articles)}
        yield say("fitting {n:,} topics to {articles:,} articles", **fitting), None
        fitted[chosen.n_topics] = topics.fit(topics.trim(prepared.whole), chosen.n_topics, workers=1)
    yield say("looking up examples"), None
    articles = prepared.take(chosen, outlets=True).articles
    shown = topics.browser_data(fitted[chosen.n_topics], articles)
    caption = say(
        "{n:,} topics fitted once to all {all:,} articles, without refits: their stability is not known here. When and "
        "examples: {chosen:,} articles chosen",
        n=chosen.n_topics, all=len(prepared.articles), chosen=len(articles),
    )  # fmt: skip
    yield "", report.topic_browser(shown, caption=caption)


def pages_view(prepared: Prepared, chosen: Selection) -> Pieces:
    """Where articles stand in the paper, over time; with an actor those that mention this actor most."""
    yield say("looking up pages"), None
    taken = prepared.take(chosen, outlets=True)
    placed = prominence.prepare(taken.take(keep={"actor": [chosen.actor]}) if chosen.actor else taken, need=["date"])
    rows = placed.rows
    if not rows["page"].notna().any():
        raise ParamError(
            say("no article chosen has a page, as the source names none; newspaper databases and the study sample do")
        )
    yield say("drawing"), plots.placement_dots(rows, colour="outlet")
    described = prominence.describe(rows, ["outlet", "year"], shares=not placed.reported)
    caption = say("Articles by outlet, year and page (page 1 is the front)")
    columns = prominence.meanings(described, "pages", "outlet")
    yield "", report.table(described, caption=caption, columns=columns, rows=15)


def frames_view(prepared: Prepared, chosen: Selection) -> Pieces:
    """What rules find, outlet by outlet: sentence, shares, lines of each code, and what a rule never finds."""
    _refuse_wordless(prepared)
    yield say("coding articles"), None
    taken = prepared.take(chosen, outlets=True)
    read = {"language": "" if chosen.rules else prepared.language, "labels": language()}
    coded = frames.code(taken, rules_of(chosen) or CODEBOOK, **read)
    found = frames.crosstab(coded, "outlet")
    yield say("drawing"), report.finding(frames.answer(found))
    yield say("looking up lines of text"), plots.code_shares(found.shares)
    lines = dict(list(frames.lines(taken, coded, sample=LINES // 10).groupby("code", observed=True)))
    caption = say("Codes and how strongly they depend on the group; open a row for lines of text")
    yield "", report.table(found.overall, caption=caption, columns=frames.CODEBOOK["overall"], details=lines)
    caption = say("Conditions that never hold, or were read otherwise than as one word")
    yield "", report.table(coded.remarks, caption=caption, columns=frames.CODEBOOK["remarks"], rows=10)


VIEWS = {
    "keyness": (mark("Words"), mark("outlets, period; the words near an actor stand with its lines")),
    "concordance": (mark("Lines"), mark("outlets, period, word; the actor where no word is given")),
    "topics": (mark("Topics"), mark("number of topics; outlets and period for when and examples")),
    "frames": (mark("Frames"), mark("outlets, period, rules")),
    "pages": (mark("Pages"), mark("outlets, period, actor")),
}
"""View → its heading and what it depends on."""


def pieces(view: str, prepared: Prepared, chosen: Selection, fitted: dict | None = None) -> Pieces:
    """The pieces of a view.

    Raises
    ------
    ValueError
        There is no such view.
    FramingError, ValueError
        While it is computed: what was chosen does not allow it; the message says what to do.
    """
    if view not in VIEWS:
        raise ValueError(f"no view {view!r}; there are {list(VIEWS)}")
    if view == "topics":
        return topics_view(prepared, chosen, {} if fitted is None else fitted)
    own = {"keyness": keyness_view, "concordance": concordance_view, "frames": frames_view, "pages": pages_view}
    return own[view](prepared, chosen)


def depends(view: str, chosen: Selection) -> tuple:
    """The part of a selection a view depends on: its key in the cache."""
    common = (chosen.target, chosen.reference, chosen.months)
    own = {
        "keyness": (),
        "concordance": asked(chosen),
        "topics": (chosen.n_topics,),
        "frames": (chosen.rules,),
        "pages": (chosen.actor,),
    }
    return (view, *common, *own[view])
