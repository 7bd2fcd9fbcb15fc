"""What is measured: cells of a procedure and a design, by preset."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import designs
import procedures


@dataclass(frozen=True)
class Cell:
    """A procedure on a design, so many times.

    ``procedure`` and ``design`` are functions of their modules, with options (``functools.partial``); ``stated`` says
    for a statement of the procedure what was expected before measuring.
    """

    row: str
    procedure: Callable
    design: Callable
    replications: int
    stated: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{call(self.procedure)} on {call(self.design)}"


def call(function: Callable) -> str:
    """A function with its options, as one would write it."""
    options = getattr(function, "keywords", {})
    plain = getattr(function, "func", function)
    return f"{plain.__name__}({', '.join(f'{name}={value!r}' for name, value in options.items())})"


def the_harness_itself() -> list[Cell]:
    """Procedures whose answer is known."""
    row = "The harness itself"
    return [
        Cell(row, procedures.z_test, designs.normal, 2000, {"mean is not 0": ".05, covers .95"}),
        Cell(row, procedures.always, designs.normal, 20, {"mean is not 0": "1"}),
        Cell(row, procedures.refuse, designs.normal, 20, {"mean is not 0": "refused"}),
    ]


def head() -> list[Cell]:
    """The table at the head of issue 15, measured on 2026-11-27 with other code; its numbers are ``stated``."""
    cells = []

    def add(row, procedure, design, replications, **stated):
        cells.append(Cell(row, procedure, design, replications, {k.replace("_", " "): v for k, v in stated.items()}))

    row = "Interrupted series, no event"
    for rho, newey_west, reml in ((0.0, ".20", ".05"), (0.3, ".22", ".06"), (0.6, ".28", ".09")):
        months = partial(designs.series, n=60, rho=rho)
        add(row, partial(procedures.interrupted, covariance="NW"), months, 400, average=newey_west)
        add(row, partial(procedures.interrupted, covariance="AR1"), months, 400, average=reml)
    for n, rho, expected in ((36, 0.0, ".29"), (60, 0.6, ".33")):
        counts = partial(procedures.interrupted, family="quasipoisson", value="n", offset="n_articles")
        add(row, counts, partial(designs.shares, n=n, rho=rho), 400, average=expected)

    row = "Breaks and drift, none there"
    for rho, expected in ((0.6, ".60"), (0.8, ".80")):
        any_break = {"any break p ≤ .05": expected}
        add(row, procedures.breaks, partial(designs.series, n=60, rho=rho), 200, **any_break)
    add(row, procedures.mann_kendall, partial(designs.series, n=60, rho=0.6), 300, trend=".16")

    row = "Words around a node, independent"
    for articles, expected, cover, replications in ((60, ".97", "covers .83", 100), (400, "1.00", "", 40)):
        said = {"answer names a collocate": expected, "interval, 5–9 articles": cover}
        add(row, procedures.collocates, partial(designs.random_words, articles=articles), replications, **said)

    row = "Maps of three equal outlets"
    said = {"outlets differ": ".95"}
    add(row, procedures.regions, designs.vocabularies, 80, **said)

    row = "Keyness of outlets that write alike"
    for articles, length, words, marked in (
        ((20, 300), (2000, 200), ".39", "1.00"),
        ((60, 600), (400, 200), ".18", ".42"),
        ((60, 300), (600, 200), ".16", ".67"),
    ):
        alike = partial(designs.press, articles=articles, length=length, words=1000)
        said = {"words in 5 or more articles": words, "any word is marked": marked}
        add(row, procedures.compare, alike, 40, **said)
    by_story = partial(procedures.compare, cluster="cluster_id")
    add(row, by_story, designs.copies, 40, **{"words in 5 or more articles": ".002"})

    row = "Keyness with planted differences, small outlets"
    for articles in ((20, 20), (20, 300)):
        planted = partial(designs.press, articles=articles, planted=1.0)
        add(row, procedures.compare, planted, 40, **{"words in 30 or more articles": "covers .90"})

    row = "Keyness findings that stand on one event or article"
    add(row, procedures.paired, designs.sample_press, 1, **{"findings on one event": "772 of 988"})
    adjusted = partial(procedures.adjusted, formula="month + section")
    add(row, adjusted, designs.sample_press, 1, **{"findings on one article of a side": "9 of 30"})

    row = "Placement, a level that lives in one day"
    for family, expected in (("ordinal", ".71"), ("poisson", ".75"), ("ols", ".72")):
        add(row, partial(procedures.fit, family=family), partial(designs.days, n_days=60), 100, x=expected)
    add(row, procedures.fit, partial(designs.days, n_days=20), 100, x=".60 to .68 (CR2)")
    add(row, partial(procedures.fit, covariance="wild"), partial(designs.days, n_days=60), 10, x="0")

    row = "Multiverse of placements over time, days with AR .7"
    add(row, procedures.multiverse, partial(designs.days, n_days=100, per_day=2, rho=0.7), 40, joint_p=".20")

    row = "Healthy: keep"
    add(row, procedures.effects, designs.topics, 50, **{"outlet, each topic": ".03"})
    for family in ("ordinal", "front"):
        level = partial(designs.days, n_days=40, x="half the days")
        add(row, partial(procedures.fit, family=family), level, 200, x=".03 to .07")
    add(row, procedures.lead_lag, designs.two_series, 200, somebody_leads="≤ .01")
    return cells


def trends() -> list[Cell]:
    """A covering set of designs for series: length, memory, what is counted, gaps, place and size of the event."""
    cells = []

    def add(row, procedure, design, replications=1000):
        cells.append(Cell(row, procedure, design, replications))

    row = "Interrupted series, means"
    for n, rho, step, event, gaps in (
        (24, 0.4, 0.0, 0.5, 0),
        (36, 0.0, 0.0, 0.7, 3),
        (36, 0.8, 2.0, 0.5, 0),
        (60, 0.0, 1.0, 0.5, 0),
        (60, 0.6, 1.0, 0.5, 0),
        (60, 0.9, 0.0, 0.3, 6),
        (96, 0.8, 0.0, 0.5, 0),
        (96, 0.3, 4.0, 0.6, 10),
    ):
        add(row, procedures.interrupted, partial(designs.series, n=n, rho=rho, step=step, event=event, gaps=gaps))
    row = "Interrupted series, counts and shares"
    counts = partial(procedures.interrupted, family="poisson")
    for n, rho, mean, step, gaps in ((24, 0.0, 10, 0.0, 0), (36, 0.6, 3, 0.0, 3), (60, 0.8, 30, 0.7, 0)):
        add(row, counts, partial(designs.monthly_counts, n=n, rho=rho, mean=mean, step=step, gaps=gaps))
    shares = partial(procedures.interrupted, family="binomial", value="n", offset="n_articles")
    for n, rho, share, articles, gaps in ((36, 0.3, 0.7, 60, 0), (60, 0.6, 0.2, 100, 6), (84, 0.8, 0.05, 200, 0)):
        add(row, shares, partial(designs.shares, n=n, rho=rho, share=share, articles=articles, gaps=gaps))

    row = "Interrupted series, noise that is no AR(1) (open)"
    for noise, n, rho in (("AR(2)", 60, 0.8), ("half white", 60, 0.9), ("MA(3)", 60, 0.0), ("half white", 96, 0.6)):
        add(row, procedures.interrupted, partial(designs.series, n=n, rho=rho, noise=noise))
    add(row, shares, partial(designs.shares, n=60, rho=0.9, noise="half white"))

    row = "Interrupted series, Newey-West on request"
    for n, rho in ((36, 0.0), (60, 0.6)):
        add(row, partial(procedures.interrupted, covariance="NW"), partial(designs.series, n=n, rho=rho))

    row = "The finding about an event, placebo dates and planted steps"
    for groups, rho, step in ((1, 0.3, 0.0), (3, 0.6, 0.0), (9, 0.5, 0.0), (3, 0.3, 4.0)):
        add(row, procedures.event, partial(designs.outlets, n=48, groups=groups, rho=rho, step=step), 300)

    row = "Breaks and drift"
    for n, rho, step in ((36, 0.0, 0.0), (60, 0.6, 0.0), (60, 0.8, 0.0), (96, 0.8, 0.0), (60, 0.0, 2.0)):
        series = partial(designs.series, n=n, rho=rho, step=step)
        add(row, procedures.breaks, series)
        add(row, procedures.mann_kendall, series)
    add(row, procedures.lead_lag, designs.two_series)
    return cells


def contexts() -> list[Cell]:
    """Words around a node: with nothing there, and with a word planted."""
    designs_of = [
        {"articles": 20}, {"articles": 20, "nodes": 6, "burst": 2.0}, {"articles": 60}, {"articles": 60, "nodes": 12},
        {"articles": 60, "burst": 4.0, "together": True, "nodes": 4}, {"articles": 60, "outlets": 3, "nodes": 3},
        {"articles": 200, "words": 2000}, {"articles": 200, "outlets": 9, "nodes": 4}, {"articles": 400},
        {"articles": 400, "burst": 2.0, "outlets": 2}, {"articles": 60, "sentences": 60, "nodes": 8},
        {"articles": 2000, "sentences": 4, "words": 1000, "nodes": 1},
        {"articles": 20, "planted": 0.4}, {"articles": 60, "planted": 0.2},
        {"articles": 60, "planted": 0.2, "burst": 2.0}, {"articles": 400, "planted": 0.1},
    ]  # fmt: skip
    row = "Words around a node"
    wider = Cell(row, partial(procedures.collocates, span=10), designs.random_words, 1000)
    return [Cell(row, procedures.collocates, partial(designs.random_words, **each), 1000) for each in designs_of] + [
        wider
    ]


def maps() -> list[Cell]:
    """Outlets on a map and their distances: numbers, articles, lengths and bursts, without and with differences."""
    designs_of = [
        {"articles": (20, 20)}, {"articles": (20, 300), "length": (2000, 200)}, {"articles": (100, 100), "burst": 4.0},
        {"articles": (60, 60, 60)}, {"articles": (60, 60, 60), "length": (100, 300, 900)},
        {"articles": (20, 100, 600), "burst": 2.0}, {"articles": (20,) * 9},
        {"articles": (400, 400, 400), "length": 100}, {"articles": (8, 400), "burst": 6.0},
        {"articles": (20, 20), "shift": 0.5}, {"articles": (100, 100), "shift": 0.3, "burst": 4.0},
        {"articles": (60, 60, 60), "shift": 0.3}, {"articles": (20, 100, 300), "shift": 0.5, "length": (900, 300, 100)},
        {"articles": (20,) * 9, "shift": 0.5}, {"articles": (8, 400), "shift": 0.5, "burst": 6.0},
        {"articles": (20, 300), "shift": 0.5, "burst": 6.0},
    ]  # fmt: skip
    row = "Outlets and their words"
    return [
        Cell(row, procedure, partial(designs.vocabularies, **each), 300)
        for procedure in (procedures.regions, procedures.similarity)
        for each in designs_of
    ]


def keyness() -> list[Cell]:
    """Outlets, articles, length ratio, bursts, copies and events: a covering set of designs for each procedure."""
    cells = []
    for articles, length, burst in (
        ((20, 20), (300, 300), 1.0),
        ((100, 100), (300, 300), 1.0),
        ((20, 300), (2000, 200), 1.0),
        ((20, 300), (200, 2000), 1.0),
        ((60, 600), (400, 200), 1.0),
        ((20, 20), (300, 300), 6.0),
        ((40, 400), (600, 200), 6.0),
        ((60, 300), (600, 200), 2.0),
        ((40, 400), (1000, 200), 0.0),
        ((30, 100, 300), (600, 200, 300), 1.0),
        ((50,) * 9, (300,) * 9, 2.0),
        ((500, 1500), (150, 300), 1.0),
    ):
        alike = partial(designs.press, articles=articles, length=length, burst=burst, words=500)
        cells.append(Cell("Outlets that write alike", procedures.compare, alike, 1000))
    by_month = partial(procedures.compare, strata="month")
    for options in (
        {"articles": (40, 80)},
        {"articles": (100, 100), "moods": 1.0},
        {"articles": (40, 300), "length": (1000, 200), "moods": 1.0, "burst": 2.0},
        {"articles": (60, 60, 60), "length": (500, 200, 300), "moods": 1.0},
        {"articles": (100, 100), "moods": 1.0, "planted": 2.0},
    ):
        cells.append(Cell("Outlets within months", by_month, partial(designs.press, **options), 1000))
    by_story = partial(procedures.compare, cluster="cluster_id")
    for copied in (0.2, 0.5, 0.8):
        cells.append(Cell("Copies in both outlets", by_story, partial(designs.copies, copied=copied), 1000))
    for articles, length, planted in (
        ((20, 20), (300, 300), 1.0),
        ((20, 300), (300, 300), 1.0),
        ((20, 300), (2000, 200), 1.0),
        ((100, 100), (300, 300), 1.0),
        ((100, 100), (300, 300), 2.0),
    ):
        apart = partial(designs.press, articles=articles, length=length, planted=planted)
        cells.append(Cell("Planted differences", procedures.compare, apart, 1000))
    by_event = partial(procedures.paired, event="event", target="a", reference="b")
    for options in (
        {},
        {"events": 12},
        {"articles": (3, 1)},
        {"length": (1200, 300), "events": 100},
        {"planted": 1.0},
    ):
        cells.append(Cell("Events that both outlets cover", by_event, partial(designs.events, **options), 1000))
    held = partial(procedures.adjusted, formula="month", target="a", reference="b")
    for options in (
        {"articles": (20, 20)},
        {"articles": (20, 300), "length": (2000, 200)},
        {},
        {"planted": 1.0},
    ):
        cells.append(Cell("With month held constant", held, partial(designs.press, **options), 1000))
    return cells


def prominence() -> list[Cell]:
    """Coefficients by how many clusters inform them, and the finding about page 1 over time."""
    cells, row = [], "Placement: a coefficient"
    for family in ("ordinal", "front", "poisson", "ols"):
        for x in (4, 6, "half the days"):
            level = partial(designs.days, x=x, uneven=x == 6)
            cells.append(Cell(row, partial(procedures.fit, family=family), level, 1000))
    few = partial(designs.days, n_days=20, x="half the days", per_day=4)
    for x in ("half the days", "half the articles"):
        cells.append(Cell(row, procedures.fit, partial(designs.days, n_days=12, x=x, per_day=4), 1000))
    cells.append(Cell(row, procedures.fit, few, 1000))
    cells.append(Cell(row, procedures.fit, partial(designs.days, x="half the articles"), 1000))
    cells.append(Cell(row, partial(procedures.fit, cluster=None), partial(designs.days, spread=0.0, x=6), 1000))
    cells.append(Cell(row, partial(procedures.fit, covariance="wild", family="ols"), few, 200))
    row = "Placement: the finding"
    for outlets, n_days, options in (
        (1, 60, {}),
        (3, 60, {}),
        (9, 120, {}),
        (3, 24, {}),
        (3, 60, {"never": True}),
        (3, 60, {"missing": 0.2}),
        (3, 60, {"missing": 0.2, "hidden": True}),
        (1, 80, {"per_day": 1, "spread": 0.0, "planted": 0.3}),
        (3, 80, {"per_day": 3, "planted": 0.3}),
    ):
        design = partial(designs.placed, outlets=outlets, n_days=n_days, **options)
        cells.append(Cell(row, procedures.placement, design, 1000))
    row = "Placement: missing pages"
    for hidden in (False, True):
        cells.append(Cell(row, procedures.bounds, partial(designs.placed, missing=0.2, hidden=hidden, per_day=6), 1000))
    return cells


def topics() -> list[Cell]:
    """Differences of outlets in the shares of topics."""
    row, cells = "Topics", []
    for options in ({}, {"articles": 60}, {"n_topics": 10}, {"articles": 400, "length": 200}):
        cells.append(Cell(row, procedures.effects, partial(designs.topics, **options), 200))
        cells.append(Cell(row, procedures.topic_answer, partial(designs.topics, **options), 200))
    cells.append(Cell(row, procedures.effects, partial(designs.topics, articles=1000, shift=0.05), 200))
    for articles, shift in ((400, 0.1), (1000, 0.1)):
        cells.append(Cell(row, procedures.topic_answer, partial(designs.topics, articles=articles, shift=shift), 200))
    return cells


def frames() -> list[Cell]:
    """Codes by outlet: numbers of articles, rare codes, copies, paragraphs, and planted differences."""
    designs_of = [
        {}, {"articles": (20, 20)}, {"articles": (20, 300)}, {"share": 0.02}, {"articles": (40, 400), "share": 0.02},
        {"articles": (60,) * 9}, {"articles": (100, 200, 400), "copied": 0.5}, {"copied": 0.9},
        {"articles": (60, 60), "paragraphs": 6}, {"articles": (30, 200, 100), "paragraphs": 10, "copied": 0.3},
        {"shift": 0.15}, {"articles": (60, 300), "shift": 0.15, "copied": 0.5}, {"articles": (60,) * 9, "shift": 0.3},
        {"articles": (100, 400), "share": 0.02, "shift": 0.08},
    ]  # fmt: skip
    return [Cell("Codes by outlet", procedures.crosstab, partial(designs.coded, **each), 1000) for each in designs_of]


def reliability() -> list[Cell]:
    """Coders who agree little and nearly always on common and rare codes, and machines that err often and hardly."""
    coders = [
        {}, {"units": 50}, {"units": 50, "coders": 4}, {"share": 0.05}, {"units": 400, "share": 0.05, "coders": 3},
        {"error": 0.3}, {"units": 20, "error": 0.03}, {"units": 50, "share": 0.05, "error": 0.03},
    ]  # fmt: skip
    machines = [
        {}, {"share": 0.02, "finds": 0.5, "invents": 0.01}, {"share": 0.02, "finds": 0.95, "invents": 0.001, "n": 50},
        {"share": 0.3, "finds": 0.98, "invents": 0.005, "n": 30},
    ]  # fmt: skip
    return [
        *(Cell("Agreement of coders", procedures.agreement, partial(designs.raters, **each), 1000) for each in coders),
        *(Cell("A machine against people", procedures.validity, partial(designs.judged, **each), 1000)
          for each in machines),
    ]  # fmt: skip


def corrected() -> list[Cell]:
    """Codes of a machine that people correct: machines that err by outlet, rare codes, copies, few labels."""
    rare = {"articles": (1500, 1500), "share": (0.02, 0.02), "finds": (0.8, 0.6), "invents": (0.03, 0.05)}
    biased = {"finds": (0.9, 0.6), "invents": (0.1, 0.05)}
    half = [
        {}, biased, {**biased, "copied": True},
        {**rare, "n": 400}, {**rare, "n": 800, "copied": True}, {"articles": (400, 600), "n": 80},
        {"finds": (0.55, 0.55), "invents": (0.45, 0.45)}, {"finds": (0.97, 0.97), "invents": (0.02, 0.02)},
        {**biased, "n": 400, "drawn": "year"}, {**biased, "n": 300, "drawn": "each"},
        {"articles": (600, 900, 1500), "share": (0.2, 0.3, 0.4), "finds": (0.9, 0.7, 0.6), "invents": (0.1, 0.1, 0.02),
         "n": 300, "copied": True},
    ]  # fmt: skip
    return [
        Cell("Machine's codes, corrected", procedures.corrected, partial(designs.part_coded, **each), 400)
        for each in half
    ]


def multiverse() -> list[Cell]:
    """The joint test of placements over time."""
    row, cells = "Multiverse of placements over time", []
    for n_days, per_day, rho, slope in (
        (100, 2, 0.0, 0.0),
        (100, 2, 0.4, 0.0),
        (100, 2, 0.7, 0.0),
        (40, 4, 0.7, 0.0),
        (25, 4, 0.5, 0.0),
        (100, 8, 0.8, 0.0),
        (100, 2, 0.0, 3.0),
        (100, 2, 0.7, 3.0),
    ):
        design = partial(designs.days, n_days=n_days, per_day=per_day, rho=rho, slope=slope)
        cells.append(Cell(row, procedures.multiverse, design, 200))
    return cells


def claims() -> list[Cell]:
    """Claims at the edge of what matters, and at twice that with much power and with little."""
    edge = [
        {"n": 30, "assumed": False},
        {"n": 400, "assumed": False},
        {"n": 100},
        {"n": 100, "variance": 2.0},
        {"n": 400, "variance": 2.0},
        {"n": 100, "direction": "same"},
        {"n": 2000, "direction": "same", "assumed": False},
        {"measure": "share", "n": 20, "days": 10},
        {"measure": "share"},
        {"measure": "share", "n": 400, "days": 60},
        {"measure": "share", "n": 400, "mood": 1.0},
        {"measure": "tone", "n": 40, "days": 10},
        {"measure": "tone"},
        {"measure": "tone", "n": 400, "days": 60},
    ]
    twice = [
        {"n": 700, "variance": 2.0},
        {"n": 400, "assumed": False},
        {"n": 30},
        {"n": 100},
        {"measure": "share", "n": 400, "days": 60},
        {"measure": "share", "n": 40},
        {"measure": "tone", "n": 150},
        {"measure": "tone", "n": 20, "days": 15},
    ]
    later = [
        {},
        {"rho": 0.3, "swing": 0.3},
        {"rho": 0.6, "swing": 0.3},
        {"rho": 0.6, "swing": 0.3, "months": 48},
        {"copies": 2.0},
        {"measure": "share"},
        {"measure": "share", "rho": 0.6, "swing": 0.5},
        {"measure": "share", "copies": 2.0},
        {"measure": "page", "per_month": 10},
        {"measure": "page", "per_month": 2, "months": 12},
        {"measure": "page", "rho": 0.6, "swing": 0.5},
        {"measure": "page", "copies": 2.0},
    ]
    uneven = [
        {"season": 0.15},
        {"measure": "mentions", "before": 12, "swing": 0.3},
        {"measure": "mentions", "before": 12, "swing": 0.3, "big": 25},
    ]
    within = [{"n": 8}, {}, {"n": 100}, {"measure": "same page"}, {"measure": "same page", "n": 100}]
    row = "Claims"
    edges = (designs.claimed, edge, 1000), (designs.claimed_later, later, 300), (designs.claimed_within, within, 300)
    edges += ((designs.claimed_uneven, uneven, 300),)
    cells = [Cell(row, procedures.claim, partial(of, **each), n) for of, several, n in edges for each in several]
    asked = partial(procedures.claim, at_edge=False)
    cells += [Cell(row, asked, partial(designs.claimed, **each, effect=2.0), 400) for each in twice]
    files = [{"false": 20, "true": 0}, {"false": 10, "true": 10}]
    return cells + [Cell(row, procedures.claim_file, partial(designs.claims_of_a_file, **each), 400) for each in files]


PRESETS = {
    "self": the_harness_itself,
    "head": head,
    "trends": trends,
    "contexts": contexts,
    "maps": maps,
    "keyness": keyness,
    "prominence": prominence,
    "topics": topics,
    "frames": frames,
    "reliability": reliability,
    "corrected": corrected,
    "multiverse": multiverse,
    "claims": claims,
}
