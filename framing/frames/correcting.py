"""Codes of a machine corrected by people's codes of a sample: shares, differences and regressions."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations, product
from numbers import Real

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from framing import models, tables
from framing.codings import ADJUDICATOR, by_machine, called, error_rates, of_articles
from framing.errors import ParamError, TableError, takes_results
from framing.formulas import columns_of, spelled
from framing.frames.coding import Codes, clusters_of, with_front
from framing.inference import refuse_level
from framing.messages import Message, mark, together
from framing.models.informing import of_means
from framing.models.partly import Partly, Sample, partly
from framing.models.separation import of_counts, of_logit
from framing.records import Record
from framing.study.studies import Study

MACHINE, PEOPLE, CORRECTED = mark("machine, uncorrected"), mark("people alone"), mark("corrected")
_NOBODY = "people have coded no article of the study yet; fill in the sheets, put them back, and run this again"
NOT_CODED = mark("people did not code it")
_ONLY_ARTICLES = mark(
    "only codes of articles are corrected, and these are of paragraphs or sentences: take unit: article"
)
NEAR = mark("nearly no article, or nearly every one, has the outcome at some value of this term: read the shares")
PAIRS = ["group", "other", "estimator", "estimate", "conf_low", "conf_high", "simultaneous_low", "simultaneous_high",
         "p_value"]  # fmt: skip
_MOST_GROUPS, _MOST_CODERS = 50, 20
_UNLIKE = 0.4  # coders of an article, on average: of two coders one left out two articles in five
_FEWER = mark(
    "An article of {few} was coded by {less:.1f} people on average, one of {many} by {more:.1f}: what one person gets "
    "wrong counts more there. Let all coders code the same articles."
)
_PARTS = 25
_FEW_TWICE = mark("too few articles were coded by two, or they do not tell coders' errors")
_REACHES = np.r_[0.02, 0.2:4:0.2, 4:8.5:0.5]
"""Normal deviates of the levels between which a p-value is sought."""
_FAR = 8.0  # logarithms of odds or rates
_FAMILIES = {"logit": "logit", "ols": "normal", "poisson": "poisson", "ordinal": "ordinal"}
_ERRS = mark("a coder finds {found:.0%} of what is there and {false:.1%} of what is not (“{code}”)")


@dataclass(frozen=True)
class Corrected(Record):
    """An estimate from a machine's codes of all articles and people's codes of some.

    Attributes
    ----------
    shares
        One row per group and estimator: how often the outcome's code is used. Empty where the outcome is no code, or
        the formula has no column of groups.
    pairs
        One row per pair of groups and estimator: ``estimate`` is the share of ``group`` less that of ``other``.
    coefficients
        One row per term and estimator.
    golds
        One row per way of taking people's codes, and pair of groups or term: the corrected estimate.
    outcome, label, formula, family, codes, level
        What was asked: the outcome and what people read for it, the codes among outcome and formula, and the confidence
        level.
    asked
        Terms of the model that the finding is of: those of the interaction, else of a code, else the first. Empty where
        the formula has groups alone: then it is of ``pairs``.
    assumption
        What the probabilities rest on, where they were not known; else empty.
    steps
        As of the codes, with the articles left out here.
    """

    shares: pd.DataFrame
    pairs: pd.DataFrame
    coefficients: pd.DataFrame
    golds: pd.DataFrame
    outcome: str
    label: str
    formula: str
    family: str
    codes: tuple[str, ...]
    level: float
    asked: tuple[str, ...]
    assumption: Message | str
    steps: pd.DataFrame = field(repr=False)


@takes_results(machine=("frames.code", "matches"))
def corrected(
    study: Study,
    machine: Codes,
    codings: pd.DataFrame,
    formula: str,
    *,
    frame: pd.DataFrame | None = None,
    strata: Sequence[str] = (),
    family: str = "",
    trust: float | None = None,
    cluster: str = "",
    level: float = 0.95,
) -> Corrected:
    """Estimate from a machine's codes of all articles, corrected by people's codes of a sample.

    Parameters
    ----------
    study
        The articles.
    machine
        Codes of articles, made without people's codes of the same articles: from :func:`framing.frames.code`,
        :func:`framing.frames.trained` or :func:`framing.frames.coded_by`.
    codings
        People's codes of a probability sample, from :func:`framing.reliability.read`: ``unit``, ``coder``, ``machine``,
        ``code``, ``value``, ``article_id``, and ``probability``, that of being drawn. People's value is that of most of
        them, or of the adjudicator.
    formula
        ``"threat ~ outlet"``, ``"front ~ threat + outlet"``, ``"threat ~ outlet * years"``: codes and columns of the
        articles, of :func:`framing.models.build`. A code is 1 where an article has it; ``front`` is page 1.
    frame
        ``frame`` of :func:`framing.reliability.read`: the stratum of every article the sample was drawn from.
    strata
        Without ``frame``: all columns of the articles that the sample was drawn by. Where ``codings`` have no
        ``probability``, that of an article is the coded part of its stratum, which is an assumption.
    family
        ``logit``, ``ols``, ``poisson`` or ``ordinal`` (of ``page``; positive means later pages). By default ``logit``
        for codes and what is true or false, ``ordinal`` for ``page``, ``ols`` else.
    trust
        How far the machine is taken, λ from 0 (not at all) to 1; by default what makes each variance smallest.
    cluster
        As of :func:`framing.frames.crosstab`.
    level
        Confidence level.

    Returns
    -------
    Corrected
        Each table has the machine alone, people alone, and the corrected estimate.

        ``shares``: ``group``, ``estimator``, ``n_units`` (articles), ``n_people`` (by people), ``share``, ``conf_low``,
        ``conf_high``. Groups are those of the first column of text in the formula, or of several that stand in one
        term, as in ``outlet:section``. ``pairs``: ``group``, ``other``,
        ``estimator``, ``estimate``, ``conf_low``, ``conf_high``, ``simultaneous_low``, ``simultaneous_high`` (of all
        pairs at once, Bonferroni), ``p_value`` (one less the level of the interval of which 0 is an end); of 50
        groups at most. ``coefficients``: ``term``, ``against`` (the
        levels that it compares with), ``estimator``, ``estimate``, ``std_error``, ``df``, ``conf_low``, ``conf_high``,
        ``p_value``, ``trust``, ``note``. ``golds``:
        ``gold``, ``what``, ``estimate``, ``conf_low``, ``conf_high``, ``n_people``, ``note``.

    Raises
    ------
    TableError
        The machine saw people's codes of these articles; people coded articles that the sample cannot hold; a
        stratum has no coded article (the window in which all have is named); a probability is not above 0 and at most
        1, or differs within a stratum; the coded articles do not stand for the study; codings contradict each other;
        people's codes do not identify a term, and no group has a share.
    ParamError
        The formula has no code, or cannot be read; the outcome has values that the family does not model; neither
        probabilities nor strata are known.

    Notes
    -----
    Machine codes alone carry the machine's errors; where these differ by outlet, so do the numbers. The corrected
    moment (:func:`framing.models.partly`) is unbiased for what people would have found in all articles. The interval of
    a share joins Jeffreys' intervals of its strata, those of the machine's code among them [1]_, which holds where a
    stratum has few errors of the machine, or none; that of a difference joins those of its two shares. Coefficients
    have Wald intervals.

    People err too. ``golds`` has the estimate by each coder, without the adjudicator, and, where two coded the same
    articles, with their errors removed: were these independent and alike in all outlets, they follow from how often two
    agree among articles that the machine finds and does not find. Those rates are estimated as well; the interval of
    that row is from leaving out one part of 25 of the articles coded at a time, with the rates (jackknife).

    References
    ----------
    .. [1] Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
           *Statistics in Medicine* 27, 1693-1702.

    Examples
    --------
    >>> from framing import datasets, frames, study
    >>> articles = datasets.sample_press(400).articles
    >>> book = frames.load({"culture": "文化"})
    >>> press = study.open(articles)
    >>> crude = frames.coded_by(press, lambda text: "culture" if "展" in text else None, book, name="a sign")
    >>> said = articles.assign(unit=articles["article_id"], coder="me", code="culture", machine=False)
    >>> said["value"] = said["section"].eq("文化").astype(int)
    >>> found = frames.corrected(press, crude, said.iloc[::2].assign(probability=0.5), "culture ~ outlet")
    >>> found.shares["estimator"].unique().tolist()
    ['machine, uncorrected', 'people alone', 'corrected']
    """
    refuse_level(level)
    if trust is not None and not (isinstance(trust, Real) and 0 <= trust <= 1):
        raise ParamError(f"trust lies between 0 (people alone) and 1, not {trust!r}")
    strata = [strata] if isinstance(strata, str) else list(strata)
    asked, codings = _Asked(study.articles, machine, formula, family, cluster), called(codings, machine.names)
    people, sample = asked.sample(asked.coded(codings), codings, frame, strata)
    found: dict[str, _Found] = {MACHINE: asked.estimate(None, None, 0.0), PEOPLE: asked.estimate(people, sample, 0.0),
             CORRECTED: asked.estimate(people, sample, trust)}  # fmt: skip
    shares, pairs = asked.shares(people, sample, trust, level)
    if found[PEOPLE].fault and found[CORRECTED].fault and shares.empty:
        raise TableError(str(found[CORRECTED].fault))
    labels = {code.id: code.label for code in machine.codebook.codes}
    terms = asked.coefficients(found, level)
    whole = terms if asked.asked or pairs.empty else pairs
    whole = whole[whole["estimator"] == CORRECTED]
    return Corrected(
        shares, pairs, terms, asked.golds(codings, sample, whole, trust, level),
        asked.outcome, labels.get(asked.outcome, asked.outcome), asked.formula, asked.family, tuple(asked.codes), level,
        asked.asked, asked.assumption, tables.steps(asked.steps),
    )  # fmt: skip


def differences(
    study: Study, machine: Codes, codings: pd.DataFrame, formula: str, *, strata: Sequence[str], cluster: str,
    levels: Sequence[float],
) -> tuple[dict[float, pd.Series], int, Message | str]:  # fmt: skip
    """The corrected difference of two groups of :func:`corrected` at several levels, by people's codes of how many
    articles, and what it rests on."""
    asked, codings = _Asked(study.articles, machine, formula, "", cluster), called(codings, machine.names)
    people, sample = asked.sample(asked.coded(codings), codings, None, list(strata))
    pairs = (asked.shares(people, sample, None, level)[1] for level in levels)
    rows = [pair[pair["estimator"] == CORRECTED].iloc[0] for pair in pairs]
    return dict(zip(levels, rows, strict=True)), len(people), asked.assumption


def beside(
    codes: Codes,
    by: Sequence[str],
    codings: pd.DataFrame,
    frame: pd.DataFrame | None,
    strata,
    cluster: str,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each code that people coded, by people alone and corrected: shares of groups, and differences corrected.

    A code that has none is one row without a group, whose ``note`` says why; in the other rows it says what the
    probabilities rest on.
    """
    shares, pairs = [pd.DataFrame(columns=["code", "group", "estimator", "note"])], [pd.DataFrame(columns=["code"])]
    groups = " + ".join(map(spelled, by))
    strata = [strata] if isinstance(strata, str) else list(strata)
    names = [name for name in codes.names if name not in by]
    codings = called(codings, codes.names)
    there = {*codings["code"].astype("str")} if "code" in codings else set()
    for code in names:
        if there and there.isdisjoint((code, "code")):
            shares.append(pd.DataFrame({"code": [code], "note": [NOT_CODED]}, dtype=object))
            continue
        try:
            asked = _Asked(codes.articles, codes, f"{spelled(code)} ~ {groups}", "", cluster, by)
            people, sample = asked.sample(asked.coded(codings), codings, frame, strata)
            own, two = asked.shares(people, sample, None, level, len(names))
        except TableError as fault:
            why = fault.args[0]  # a message, not its English
            shares.append(pd.DataFrame({"code": [code], "note": [why]}, dtype=object))
            continue
        own = own[own["estimator"] != MACHINE].assign(code=code)
        own["note"] = pd.Series([asked.assumption] * len(own), own.index, dtype=object)  # a message, not its English
        shares.append(own)
        pairs.append(two[two["estimator"] == CORRECTED].assign(code=code))
    return pd.concat(shares, ignore_index=True), pd.concat(pairs, ignore_index=True)


def _refuse_machine(machine: Codes) -> None:
    if machine.unit != "article":
        raise TableError(_ONLY_ARTICLES)
    if machine.in_sample:
        raise TableError(
            f"{machine.coder!r} was trained on people's codes of these articles and repeats them there: its errors "
            "elsewhere cannot be seen. Take codes that were made out of sample, as frames.trained does"
        )


class _Asked:
    """The articles, the machine's codes of them, and the model that a formula asks for."""

    def __init__(
        self, articles: pd.DataFrame, machine: Codes, formula: str, family: str, cluster: str, by: Sequence[str] = ()
    ):
        _refuse_machine(machine)
        left, tilde, self.formula = (part.strip() for part in formula.partition("~"))
        if not tilde or not left or not self.formula:
            raise ParamError(f"a model needs an outcome and a formula, as in 'threat ~ outlet', not {formula!r}")
        self.outcome = left.strip("`")
        articles = with_front(articles.reset_index(drop=True))
        has = pd.DataFrame(machine.has, columns=machine.names, index=machine.units["article_id"].astype("str"))
        ids = articles["article_id"].astype("str")
        self.steps = [*machine.steps.itertuples(index=False, name=None)]
        taken = sorted({*machine.names} & {*articles})
        kept = ids.isin(has.index)
        self._left(kept, Message("coded by {name}", {"name": machine.coder}), mark("not coded by the machine"))
        frame = articles[kept].reset_index(drop=True)
        frame = frame.join(has.drop(columns=taken).loc[ids[kept]].reset_index(drop=True).astype(float))
        used = sorted({*columns_of(self.formula, frame)})
        for name in (self.outcome, *used):
            if name == self.outcome and name in used:
                raise ParamError(f"{name!r} is the outcome, and cannot stand in the formula too")
            if name == "Intercept":
                raise ParamError("a code or column named 'Intercept' is taken for the constant; give it another name")
            if name in taken:
                raise ParamError(f"{name!r} is a code and a column of the articles; give one of them another name")
            if name not in frame:
                raise ParamError(f"there is no code or column {name!r}; the codes are {machine.names}, and the columns "
                                 f"{list(map(str, articles.columns))}")  # fmt: skip
        self.codes = [name for name in machine.names if name in (self.outcome, *used)]
        if not self.codes:
            raise ParamError(f"{formula!r} has no code, so there is nothing to correct; the codes are {machine.names}")
        known = frame[[self.outcome, *used]].notna().all(axis=1)
        self._left(known, mark("with every value"), mark("a column of the formula is missing"))
        self.whole = pd.Index([*ids, *machine._not_coded])  # people may have coded what the machine did not
        self.frame = frame[known].reset_index(drop=True)
        design = None if self.frame.empty else models.build(self.formula, self.frame, collinear="keep")
        if design is None or not design.names:
            raise ParamError(f"{formula!r} has no term, or no article that the machine coded has all its values")
        self.ids = pd.Index(self.frame["article_id"].astype("str"))
        self.by: list[str] = list(by)
        self.used, self.machine = list(used), machine
        numeric = pd.api.types.is_numeric_dtype, pd.api.types.is_datetime64_any_dtype
        texts = [name for name in used if not any(is_so(self.frame[name]) for is_so in numeric)]
        self.design, self.texts = design, self.by or [name for name in texts if name not in self.codes]
        self.grouping, self.asked = self._terms()
        self.family = family or self._usual()
        if self.family not in _FAMILIES:
            raise ParamError(f"no family {family!r}; there are {', '.join(_FAMILIES)}")
        self._refuse_outcome(self.frame[self.outcome])
        clusters = pd.Series(clusters_of(machine, cluster), index=has.index)
        self.clusters = clusters.loc[self.ids].to_numpy()
        self.clustered = bool(pd.Series(self.clusters).duplicated().any())
        self.assumption: Message | str = ""

    def _left(self, kept: pd.Series, step, reason) -> None:
        n = int(kept.sum())
        if n < len(kept):
            self.steps.append((step, n, len(kept) - n, reason))

    def _refuse_outcome(self, values: pd.Series) -> None:
        """Refuse values that the family does not model."""
        number = pd.to_numeric(values.astype(object), errors="coerce").astype(float)
        if not np.isfinite(number).all() or pd.api.types.is_datetime64_any_dtype(values):
            raise ParamError(f"the outcome {self.outcome!r} is no number; take a code, or make it true or false")
        strange, needs = {
            "logit": ((number < 0) | (number > 1), "from 0 to 1"), "poisson": (number < 0, "not below 0"),
            "ordinal": (number % 1 != 0, "whole"),
        }.get(self.family, (number != number, ""))  # fmt: skip
        if strange.any():
            raise ParamError(
                f"the family {self.family} needs numbers that are {needs}, and {self.outcome!r} has "
                f"{number[strange].iloc[0]:g}; take another family"
            )

    def _usual(self) -> str:
        values = self.frame[self.outcome]
        if self.outcome == "page":
            return "ordinal"
        return "logit" if self.outcome in self.codes or set(values.unique()) <= {0, 1} else "ols"

    def coded(self, codings: pd.DataFrame) -> pd.DataFrame:
        """People's codes, one row per article (index) that they gave each of the codes."""
        missing = [name for name in ("unit", "coder", "code", "value") if name not in codings]
        if missing:
            raise TableError(f"codings lack {missing}; they have {list(map(str, codings.columns))}")
        people = codings[~by_machine(codings)] if "machine" in codings else codings
        if people["coder"].eq(self.machine.coder).any():
            raise TableError(
                f"the codings have rows of {self.machine.coder!r}, which is the machine: leave them out, or mark them "
                "in a column 'machine'"
            )
        there = {*codings["code"].astype("str")}
        lost = [name for name in self.codes if name not in there]
        if not there:
            raise TableError(_NOBODY)
        if lost and "code" not in there:
            raise TableError(f"people have no codings of {lost}; they have some of {sorted(there)}")
        return self.said(codings)

    def said(self, codings: pd.DataFrame) -> pd.DataFrame:
        return of_articles(codings, self.codes, [code.id for code in self.machine.codebook.codes]).dropna()

    def _coded(self, codings: pd.DataFrame) -> pd.Series:
        """Which codings are people's, of the articles and codes here; an article without a value was drawn as well."""
        ids = _articles(codings)
        said = codings["code"].isin([*self.codes, "code"]) & ids.isin(self.ids)
        return said & ~by_machine(codings) if "machine" in codings else said

    def _undecided(self, codings: pd.DataFrame, kept: pd.DataFrame) -> Message | str:
        """How many articles that some coded are left out: what people say of them is not what most of them say."""
        ids = _articles(codings)
        n = ids[self._coded(codings)].nunique() - int(kept.index.isin(self.ids).sum())
        text = mark(
            "{n:,} articles that people coded are left out, as if by chance: coders disagree and nobody decided, or a "
            "code is missing."
        )
        return Message(text, {"n": n}) if n else ""

    def _not_named(self, codings: pd.DataFrame) -> Message | str:
        """How many codes count as not there because a file of people says only what is there."""
        n = int((self._coded(codings) & codings["note"].notna()).sum()) if "note" in codings else 0
        text = mark("In {n:,} cases people's file does not name the code of an article that it names others of: these "
                    "count as 0, as every value in it is 1.")  # fmt: skip
        return Message(text, {"n": n}) if n else ""

    def _unlike(self, codings: pd.DataFrame, kept: pd.DataFrame) -> Message | str:
        """Groups whose articles fewer people coded than those of others, as where one leaves out an outlet."""
        own = codings[self._coded(codings) & codings["value"].notna() & codings["coder"].ne(ADJUDICATOR)]
        n = own["coder"].groupby(_articles(own)).nunique()
        n = n[n.index.isin(kept.index) & n.index.isin(self.ids)]
        for name in self.texts:
            each = n.groupby(self.frame[name].astype("str").set_axis(self.ids)[n.index].to_numpy()).mean()
            if each.max() - each.min() > _UNLIKE:
                few, many = each.idxmin(), each.idxmax()
                return Message(_FEWER, {"few": few, "many": many, "less": each[few], "more": each[many]})
        return ""

    def sample(self, people: pd.DataFrame, codings, frame, strata: Sequence[str]) -> tuple[pd.DataFrame, Sample]:
        """People's codes of the articles of the model, and how probable each was."""
        groups = self.clusters if self.clustered else None
        strange = people.index[~people.index.isin(self.whole)]
        if frame is not None and strata:
            raise ParamError(
                f"the frame of the sheets says how articles were drawn, and strata {list(strata)} say it again; leave "
                "strata out, or, for codes that are no sheets, the frame"
            )
        if frame is not None:
            missing = [name for name in ("article_id", "stratum") if name not in frame]
            if missing or frame["stratum"].isna().any():
                raise TableError(f"frame has an article_id and a stratum in every row, and lacks {missing or 'some'}")
            told = frame[["article_id", "stratum"]].astype("str").drop_duplicates()
            if told["article_id"].duplicated().any():
                raise TableError(
                    f"{told.loc[told['article_id'].duplicated(), 'article_id'].iloc[0]!r} is in two strata"
                )
            stratum = told.set_index("article_id")["stratum"]
            lost = self.ids[~self.ids.isin(stratum.index)]
            if len(lost):
                raise TableError(
                    f"{len(lost)} articles of the study were not in what the sample was drawn from, first {lost[0]!r}; "
                    "take the study that was sampled"
                )
            strange = strange[~strange.isin(stratum.index)]
        elif strata:
            absent = [name for name in strata if name not in self.frame]
            if absent:
                raise ParamError(f"there is no column {absent}; the articles have {list(map(str, self.frame.columns))}")
            stratum = joined(self.frame[[*strata]]).set_axis(self.ids)
        else:
            stratum = None
        if len(strange):
            raise TableError(
                f"{len(strange)} of {len(people)} articles that people coded are not in the study, first "
                f"{strange[0]!r}; " + self._meant(strange)
            )
        everywhere, people = people, people[people.index.isin(self.ids)]
        if people.empty:
            raise TableError(_NOBODY)
        told = self._undecided(codings, people), self._unlike(codings, people), self._not_named(codings)
        self.assumption = together(*told) if any(told) else ""
        rows = self.ids.get_indexer(people.index)
        known = None
        if "probability" in codings and frame is None:
            self.drawn = self._probability(codings)
            known = pd.Series(self.drawn.loc[people.index] * (len(people) / len(self.drawn)))
        if stratum is not None:
            names = stratum.loc[self.ids].to_numpy()
            empty = {*names} - {*names[rows]}
            if frame is not None and empty and empty <= {*stratum.loc[everywhere.index]}:  # of a part of what was drawn
                part = stratum.loc[everywhere.index].value_counts() / stratum.value_counts()
                anybody = pd.unique(_articles(codings)[self._coded(codings)])
                self.drawn = stratum.loc[anybody].map(part)
                self._without_labels(rows)
                return people, Sample(len(names), rows, part.loc[names[rows]].to_numpy(), groups=groups)
            if known is not None:
                span = known.groupby(names[rows]).agg(["min", "max"])
                unlike = span.index[span["max"] > span["min"] * (1 + 1e-6)]
                if len(unlike):
                    raise TableError(
                        f"the probability of being drawn differs within the stratum {unlike[0]!r}; name in strata all "
                        "columns that the sample was drawn by, or none"
                    )
            return people, self._by_strata(rows, names, strata, groups, frame is not None or known is not None)
        if known is None:
            raise ParamError(
                "codings have no column 'probability', that of an article being drawn; name in strata the columns that "
                "the sample was drawn by, or that say best which articles were coded"
            )
        self._without_labels(rows)
        total, n = float((1 / known).sum()), len(self.ids)
        chance = float(np.sqrt(((1 - known) / known**2).sum()))  # of drawing each independently
        if not n / 2 < total < 2 * n or abs(total - n) > max(3 * chance, 0.05 * n):
            raise TableError(
                f"by their probabilities the coded articles stand for {total:,.0f}, and the study has {n:,}: take the "
                "study that was sampled; where not all came back, leave the column 'probability' out and name strata"
            )
        return people, Sample(n, rows, known.to_numpy(), groups=groups)

    def _meant(self, strange: pd.Index) -> str:
        """What to do about ids of articles that are not there."""
        bare = {each.removesuffix(".0").lstrip("0") for each in self.whole}
        if {each.removesuffix(".0").lstrip("0") for each in strange} <= bare:
            return f"the study has {self.whole[0]!r}: a program took zeros off or wrote numbers, so read ids as text"
        return "take the study that was sampled, or leave their codings out"

    def _probability(self, codings: pd.DataFrame) -> pd.Series:
        """That of each article being drawn, of those that people coded."""
        ids = _articles(codings)
        here = self._coded(codings)
        each = pd.to_numeric(codings.loc[here, "probability"], errors="coerce").groupby(ids[here])
        probability, most = each.min().astype(float), each.max()
        bad = ~probability.between(0, 1, inclusive="right") | (most > probability)
        if bad.any():
            at = probability.index[bad][0]
            said = pd.unique(codings.loc[ids == at, "probability"]).tolist()
            raise TableError(
                f"the probability of being drawn is one number above 0 and at most 1; of {at!r} it is {said}"
            )
        return probability

    def _by_strata(self, rows, stratum: np.ndarray, strata, groups, known: bool) -> Sample:
        names, codes = np.unique(stratum, return_inverse=True)
        size, coded = np.bincount(codes), np.bincount(codes[rows], minlength=len(names))
        if (coded == 0).any():
            raise TableError(self._window(names, codes, coded, strata))
        if not known:
            text = mark(
                "The probability of being coded is taken as the same for all articles of one stratum ({strata}); it "
                "runs from {low:.2f} to {high:.2f}."
            )
            values = {"strata": tuple(strata), "low": float((coded / size).min()),
                      "high": float((coded / size).max())}  # fmt: skip
            self.assumption = together(Message(text, values), self.assumption)
        self._without_labels(rows)
        return Sample(len(stratum), rows, (coded / size)[codes[rows]], strata=codes, groups=groups)

    def _without_labels(self, rows: np.ndarray) -> None:
        """Refuse a group of which people coded nothing."""
        for name in self.texts:
            values = self.frame[name].astype("str")
            lost = sorted({*values} - {*values.iloc[rows]})
            if lost:
                raise TableError(f"people coded no article with {name} {lost[:8]}; code some, or leave these out")

    def _window(self, names: np.ndarray, codes: np.ndarray, coded: np.ndarray, strata) -> str:
        """Which strata have no coded article, and the longest time in which all have."""
        lost, each = np.flatnonzero(coded == 0), self.frame.groupby(codes)
        shared: list[str] = []
        if strata:
            told = [str(names[at]) for at in lost[:8]]
        else:  # numbers of the sheets: what their articles have in common
            shared = [name for name in dict.fromkeys(["outlet", "year", *self.texts, *self.codes])
                      if name in self.frame and each[name].nunique().max() == 1]  # fmt: skip
            first = each[shared].first().loc[lost[:8]]
            told = [", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
                              for name, value in row.items()) or str(names[at])
                    for at, row in zip(first.index, first.to_dict("records"), strict=True)]  # fmt: skip
        said = f"people coded no article of the strata {told}{' and others' if len(lost) > 8 else ''}"
        time = next((name for name in ("year", "month") if name in self.frame and name in (strata or shared)), None)
        if time is None:
            return f"{said}; code some of them, leave them out, or merge strata"
        whole = pd.Series(coded[codes] > 0).groupby(self.frame[time].astype("str")).all().sort_index()
        run = (~whole).cumsum()[whole]
        if run.empty:
            return f"{said}; no {time} has coded articles in every stratum, so merge strata"
        best = run[run == run.value_counts().idxmax()].index
        return f"{said}; all have some from {best[0]} to {best[-1]}: take since={best[0]} and until={best[-1]}"

    def _terms(self) -> tuple[list[str], tuple[str, ...]]:
        """The columns that make groups, and the columns of the model that are asked for where groups are not all."""
        reads = {term: names for term, names in self.design.reads.items() if names}
        of_text = (names for names in reads.values() if {*names} <= {*self.texts})
        grouping = self.by or list(max(of_text, key=len, default=()))
        if self.by or (self.outcome in self.codes and [*reads.values()] == [tuple(grouping)]):
            return grouping, ()
        most = max(map(len, reads.values()), default=0)
        joint = [term for term, names in reads.items() if len(names) == most > 1]
        of_code = [term for term, names in reads.items() if not {*self.codes}.isdisjoint(names)]
        term = next((term for term in (*joint, *of_code, *reads) if self.design.terms.get(term)), None)
        return grouping, tuple(self.design.terms[term]) if term else ()

    def _stacked(self, people: pd.DataFrame | None, rows: np.ndarray, turned: bool) -> tuple[models.Design, np.ndarray]:
        """Design and outcome of all articles as the machine codes them, of some as people do, and turned."""
        own = self.frame[list(dict.fromkeys([*self.used, self.outcome]))]
        told = own.iloc[rows].copy()
        if people is not None:
            told[self.codes] = people[self.codes].to_numpy()
        parts = [own, told, told.assign(**{self.codes[0]: 1 - told[self.codes[0]]})] if turned else [own, told]
        both = pd.concat(parts, ignore_index=True)
        if (own[self.codes].nunique() < 2).any():  # knots, centres and levels are those of the articles
            own = pd.concat([own, own.assign(**{name: 1 - own[name] for name in self.codes})], ignore_index=True)
        design = models.build(self.formula, own, collinear="keep")
        design = replace(design, matrix=design.rebuild(both))
        design = design.without_intercept() if self.family == "ordinal" else design
        return design, both[self.outcome].to_numpy(dtype=float)

    def estimate(self, people: pd.DataFrame | None, sample: Sample | None, trust: float | None) -> "_Found":
        """The model's parameters; without people those of the machine's codes alone."""
        if sample is None:
            n = len(self.ids)
            sample = Sample(n, np.arange(n), np.ones(n), groups=self.clusters if self.clustered else None)
        turned = people is not None and len(self.codes) == 1 and sample.weights is None
        if turned and people is not None:
            cells = (0 if sample.strata is None else sample.strata) * 2 + (self.frame[self.codes[0]].to_numpy() > 0)
            sample = replace(sample, cells=cells, said=people[self.codes[0]].to_numpy())
        design, y = self._stacked(people, sample.row, turned)
        part = design.frame().iloc[sample.n : sample.n + len(sample.row)]
        if self.family == "ordinal":
            part.insert(0, "Intercept", 1.0)
        terms = _separated(part, y[sample.n : sample.n + len(part)], self.family)
        try:
            models.refuse_collinear(part.to_numpy(), list(part))
            fitted = partly(_FAMILIES[self.family], design.matrix, y, sample, names=design.names, trust=trust)
        except (TableError, ValueError) as fault:
            return _Found(None, f"{fault} ({', '.join(terms)})" if terms else str(fault))
        return _Found(fitted, "", () if self.family == "ols" else (*terms, *_nearly(design, fitted)))

    def coefficients(self, found: dict[str, "_Found"], level: float) -> pd.DataFrame:
        parts = []
        for name, one in found.items():
            if one.fitted is None:
                parts.append(pd.DataFrame({"term": [""], "estimator": name, "note": one.fault}))
                continue
            fitted, chosen = one.fitted, one.fitted.covariance
            at = models.wald(fitted.estimate, chosen.std_error, chosen.df, {})
            against = [self.design.against(term) for term in fitted.names]
            table = pd.DataFrame({"term": fitted.names, "against": against, "estimator": name})
            table = table.assign(**at.columns(level))
            trust = np.nan if name == MACHINE else fitted.trust
            note = np.where(table["term"].isin(one.near), NEAR, chosen.notes())
            parts.append(table.drop(columns="statistic").assign(trust=trust, note=note))
        columns = ["term", "against", "estimator", "estimate", "std_error", "df", "conf_low", "conf_high", "p_value",
                   "trust", "note"]  # fmt: skip
        return pd.concat(parts, ignore_index=True).reindex(columns=columns)

    def _groups(self) -> tuple[np.ndarray, list[str]]:
        """Number of each article's group and their names; no names where the outcome is no code or nothing groups."""
        grouping = self.grouping
        if self.outcome not in self.codes or not grouping:
            return np.zeros(len(self.ids), dtype=int), []
        codes, levels = pd.factorize(joined(self.frame[grouping]), sort=True)
        return codes, list(levels)

    def shares(
        self, people: pd.DataFrame, sample: Sample, trust, level: float, family: int = 1
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """How often the outcome's code is used by each group, and the differences, by each estimator.

        ``family`` is how many codes there are, for all of which the simultaneous intervals hold.
        """
        group, names = self._groups()
        said = people[self.outcome].to_numpy() if names else np.empty(0)
        own = self.frame[self.outcome].to_numpy(dtype=float) if names else np.empty(0)
        n, shares, pairs = len(self.ids), [], []
        whole = Sample(n, np.arange(n), np.ones(n), groups=sample.groups)
        for name, each, y, lam in (
            (MACHINE, whole, own, 0.0),
            (PEOPLE, sample, said, 0.0),
            (CORRECTED, sample, said, trust),
        ):
            if not names:
                break
            cells = np.zeros(n, dtype=int) if each.strata is None else each.strata
            found = _Shares(group, len(names), own, y, each, cells * 2 + (own > 0) if name == CORRECTED else cells, lam)
            table = pd.DataFrame({"group": names, "estimator": name} | found.of_groups(level))
            table["n_people"] = table["n_people"].astype("Int64").mask(pd.Series(name == MACHINE, index=table.index))
            shares.append(table)
            if 1 < len(names) <= _MOST_GROUPS:
                pairs.append(found.of_pairs(names, level, family).assign(estimator=name))
        columns = ["group", "estimator", "n_units", "n_people", "share", "conf_low", "conf_high"]
        one = pd.concat(shares, ignore_index=True) if shares else pd.DataFrame(columns=columns)
        two = pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame(columns=PAIRS)
        return one, two.reindex(columns=PAIRS)

    def golds(self, codings: pd.DataFrame, sample: Sample, whole: pd.DataFrame, trust, level: float) -> pd.DataFrame:
        """The corrected estimate, ``whole``, and with people's codes taken in other ways."""
        coders = codings[~by_machine(codings)] if "machine" in codings else codings
        rows, variants = _golds(mark("all people together"), whole, sample, ""), []
        alone = self._alone(coders)
        if len(alone) > 1:
            if ADJUDICATOR in set(coders["coder"]):
                others = coders[coders["coder"] != ADJUDICATOR]
                rest = self.said(others)
                left = self._undecided(others, rest)
                variants.append((mark("without the adjudicator"), *self._part(rest, sample), left))
            variants += [(Message("coder {name} alone", {"name": name}), *self._part(own, sample), "")
                         for name, own in [*alone.items()][:_MOST_CODERS]]  # fmt: skip
            if len(alone) > _MOST_CODERS:
                fewer = Message("{n} further coders", {"n": len(alone) - _MOST_CODERS})
                why = mark("each coded fewer articles than those above, and is not shown alone")
                variants.append((fewer, None, sample, why))
        rows += [row for gold, own, each, note in variants for row in self._told(gold, own, each, trust, level, note)]
        if len(alone) > 1:
            rows += self._without_errors(pd.concat(alone, axis=1), sample, trust, level)
        return tables.told(rows, ["gold", "what", "estimate", "conf_low", "conf_high", "n_people", "note"])

    def _alone(self, coders: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """What each coder but the adjudicator says of the articles, those first who coded most."""
        own = coders[coders["coder"].notna() & (coders["coder"] != ADJUDICATOR)]
        number, names = pd.factorize(own["coder"].astype(object))
        end = "\x1f" + pd.Series(number, own.index).astype("str")
        said = self.said(own.assign(unit=own["unit"].astype("str") + end, article_id=_articles(own) + end))
        parts = said.index.to_series().str.rsplit("\x1f", n=1, expand=True).reindex(columns=[0, 1])
        of = {int(each): said[parts[1] == each].set_axis(parts.loc[parts[1] == each, 0]) for each in set(parts[1])}
        alone = [(name, of.get(i, said.iloc[:0])) for i, name in enumerate(names)]
        return dict(sorted(alone, key=lambda pair: -len(pair[1])))

    def _part(self, own: pd.DataFrame, sample: Sample) -> tuple[pd.DataFrame, Sample]:
        """What some people coded, and how probable that was: their part of the articles coded, drawn at random."""
        own = own[own.index.isin(self.ids)]
        rows = self.ids.get_indexer(own.index)
        if sample.strata is not None and len(rows):
            size = np.bincount(sample.strata)
            coded = np.bincount(sample.strata[rows], minlength=len(size))
            if (coded[size > 0] > 0).all():
                return own, replace(sample, row=rows, probability=(coded / np.maximum(size, 1))[sample.strata[rows]])
        if sample.strata is None:
            known = self.drawn.reindex(own.index).to_numpy() * len(own) / max(len(self.drawn), 1)
        else:
            each = pd.Series(sample.probability, index=sample.strata[sample.row]).groupby(level=0).first()
            known = each.reindex(sample.strata[rows]).to_numpy() * len(own) / max(len(sample.row), 1)
        return own, replace(sample, row=rows, probability=np.minimum(known, 1.0), strata=None)

    def _without_errors(self, said: pd.DataFrame, sample: Sample, trust, level: float) -> list[dict]:
        """The estimate without coders' errors. These are estimated too: its interval is from leaving out parts."""
        gold, n = mark("coders' errors removed"), len(self.ids)
        people, each, note = self._answers(*self._part(said, sample))
        rows = self._told(gold, people, each, trust, level, note or _FEW_TWICE)
        if np.isnan(rows[0]["estimate"]):
            return rows
        number = pd.factorize(self.clusters)[0]
        part = np.random.default_rng(0).permutation(number.max() + 1)[number] % _PARTS
        part = part[self.ids.get_indexer(said.index)]
        fewer = [self._part(said[part != left], sample) for left in range(_PARTS)]
        again = [[row["estimate"] for row in self._told(gold, *self._answers(*some)[:2], trust, level, "")]
                 for some in fewer]  # fmt: skip
        whole = Sample(n, np.arange(n), np.ones(n), groups=sample.groups)
        machine = self._told(gold, self.frame[self.codes].set_axis(self.ids), whole, 0.0, level, "")
        told = [len(some) == len(rows) for some in (*again, machine)]
        own = np.array([row["conf_high"] - row["conf_low"] for row in machine]) / (2 * stats.norm.ppf(0.5 + level / 2))
        own *= 1.0 if trust is None else trust
        spread = np.sqrt((_PARTS - 1) * np.var(again, axis=0) + own**2) if all(told) else np.full(len(rows), np.nan)
        for row, error in zip(rows, stats.t.ppf(0.5 + level / 2, _PARTS - 1) * spread, strict=True):
            row |= {"conf_low": row["estimate"] - error, "conf_high": row["estimate"] + error}
        return rows

    def _answers(self, own: pd.DataFrame, each: Sample) -> tuple:
        """Codings as every answer that is possible, with weights that undo how often a coder errs."""
        group, true, notes = self._groups()[0][each.row], {}, []
        for code in self.codes:
            said = own.xs(code, axis=1, level=1).to_numpy(dtype=float)  # coder × code
            rates = error_rates(said, group * 2 + (self.frame[code].to_numpy()[each.row] > 0))
            if rates is None:
                return None, each, ""
            found, false = rates
            true[code] = (np.nanmean(said, axis=1) - false) / (found - false)
            label = next((known.label for known in self.machine.codebook.codes if known.id == code), code)
            notes.append(Message(_ERRS, {"code": label, "found": found, "false": false}))
        answers = np.array(list(product([1.0, 0.0], repeat=len(true))))  # each that is possible, with its weight
        one = np.array(list(true.values()))
        weights = np.prod([np.where(answers[:, [k]] > 0, one[k], 1 - one[k]) for k in range(len(one))], axis=0)
        n = len(answers)
        people = pd.DataFrame(np.repeat(answers, len(own), axis=0), np.tile(own.index, n), columns=list(true))
        each = replace(
            each, row=np.tile(each.row, n), probability=np.tile(each.probability, n), weights=weights.ravel()
        )
        return people, each, together(*notes)

    def _told(self, gold, own, sample: Sample, trust, level: float, note) -> list[dict]:
        """One row per pair of groups, or else per term."""
        if own is None or own.empty:
            return _without(gold, 0, note or mark("nobody coded the articles so"))
        n = len(np.unique(sample.row))
        group, names = self._groups()
        try:
            self._without_labels(sample.row)
            if 1 < len(names) <= _MOST_GROUPS and not self.asked:
                y, codes = own[self.outcome].to_numpy(), self.frame[self.outcome].to_numpy(dtype=float)
                cells = (0 if sample.strata is None else sample.strata) * 2 + (codes > 0)
                table = _Shares(group, len(names), codes, y, sample, cells, trust).of_pairs(names, level, tested=False)
            else:
                found = self.estimate(own, sample, trust)
                if found.fitted is None:
                    return _without(gold, n, found.fault)
                table = self.coefficients({CORRECTED: found}, level)
        except (TableError, ValueError) as fault:
            return _without(gold, n, str(fault))
        return _golds(gold, table, sample, note)


def _without(gold, n: int, note) -> list[dict]:
    missing = dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)
    return [{"gold": gold, "what": "", **missing, "n_people": n, "note": note}]


def _golds(gold, table: pd.DataFrame, sample: Sample, note) -> list[dict]:
    """A row of each pair of groups or term."""
    n, told = len(np.unique(sample.row)), []
    for row in table.to_dict("records"):
        pair = {"one": row["group"], "other": row["other"]} if "group" in row else None
        what = Message("{one} less {other}", pair) if pair else row["term"]
        ends = {name: row[name] for name in ("estimate", "conf_low", "conf_high")}
        told.append({"gold": gold, "what": what, **ends, "n_people": n,
                     "note": note or (row["note"] if np.isnan(row["estimate"]) else "")})  # fmt: skip
    return told


def _articles(codings: pd.DataFrame) -> pd.Series:
    """The article of each coding."""
    return (codings["article_id"] if "article_id" in codings else codings["unit"]).astype("str")


def joined(table: pd.DataFrame) -> pd.Series:
    """The values of each row in one name, and of different rows different names."""
    text = table.astype("str").astype(object).where(table.notna(), "–").astype("str")
    apart = next((sign for sign in (" ", " / ", " // ") if not (text.shape[1] > 1 and any(
        text[name].str.contains(sign, regex=False).any() for name in text))), " /// ")  # fmt: skip
    return text.iloc[:, 0].str.cat(text.iloc[:, 1:], sep=apart)


@dataclass(frozen=True)
class _Found:
    """An estimate, or why there is none, and terms whose coefficient runs off."""

    fitted: Partly | None
    fault: str
    near: tuple[str, ...] = ()


def _separated(part: pd.DataFrame, y: np.ndarray, family: str) -> list[str]:
    """Terms that foretell the outcome without error among the articles that were coded."""
    of = {"logit": of_logit, "poisson": of_counts}.get(family)
    if of is None:
        return []
    step = of(part.to_numpy(dtype=float), y)
    return [name for name, size in zip(part, step, strict=True) if size and name != "Intercept"]


def _nearly(design: models.Design, fitted: Partly) -> tuple[str, ...]:
    """Terms that take the outcome from nearly never to nearly always, or may: its odds or rate e^8-fold."""
    low, high = np.percentile(design.matrix, (1, 99), axis=0)
    reach = np.where(high > low, high - low, np.ptp(design.matrix, axis=0))
    at = pd.Index(fitted.names).get_indexer(pd.Index(design.names))
    error = np.sqrt(np.diag(fitted.covariance.matrix))[at]
    far = np.maximum(np.abs(fitted.estimate[at]), np.nan_to_num(error)) * reach > _FAR
    return tuple(name for name, is_far in zip(design.names, far, strict=True) if is_far and name != "Intercept")


def _inverted(estimate: np.ndarray, ends: dict[float, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """One less the level of the interval of which 0 is an end, between those given; 1 where 0 is in all of them."""
    levels = sorted(ends)
    reach = stats.norm.isf((1 - np.array(levels)) / 2)
    away = np.array([np.where(estimate > 0, ends[each][0], -ends[each][1]) for each in levels])  # level × pair
    away = np.minimum.accumulate(np.vstack([np.full(len(estimate), np.inf), away]))[1:]
    out = np.full(len(estimate), np.nan)
    for i in np.flatnonzero(np.isfinite(away).all(axis=0)):
        at = int((away[:, i] > 0).sum())
        if at in (0, len(levels)):
            out[i] = 1.0 if at == 0 else 2 * stats.norm.sf(reach[-1])
            continue
        above, below = away[at - 1, i], away[at, i]
        out[i] = 2 * stats.norm.sf(reach[at - 1] + (reach[at] - reach[at - 1]) * above / (above - below))
    return out


class _Shares:
    """Shares of groups by one estimator, with the distances to the ends of their intervals."""

    def __init__(self, group, n_groups: int, machine, said, sample: Sample, cells, trust: float | None):
        self.sample, self.n_groups = sample, n_groups
        self.size = np.bincount(group, minlength=n_groups)
        dummies = np.eye(n_groups)[group]
        x, y = np.vstack([dummies, dummies[sample.row]]), np.r_[machine, said]
        if sample.weights is None:
            x, y = np.vstack([x, dummies[sample.row]]), np.r_[y, 1 - said]
            sample = replace(sample, cells=cells, said=said)
        names = range(n_groups)
        self.fitted = partly("normal", x, y, sample, names=names, trust=trust)
        self.share = np.clip(self.fitted.estimate, 0.0, 1.0)
        plain = (
            self.fitted
            if sample.groups is None
            else partly("normal", x, y, replace(sample, groups=None), names=names, trust=trust)
        )
        own, apart = (np.diag(one.covariance.matrix) for one in (self.fitted, plain))
        with np.errstate(divide="ignore", invalid="ignore"):
            self.effect = np.maximum(np.nan_to_num(own / apart, nan=1.0, posinf=1.0), 1.0)
        strength, clusters = np.abs(sample.share), sample.clusters[0][sample.row]
        self.informing = partial(of_means, weights=strength, group=group[sample.row], cluster=clusters)
        self.df = self.informing(np.eye(n_groups)).df
        self.coded = np.bincount(group[np.unique(sample.row)], minlength=n_groups)
        self._cells(group, cells, said)

    def _cells(self, group, cells, said) -> None:
        """What Jeffreys' interval of each stratum of a group needs: its part, its share, and how many it is worth."""
        n_cells = int(cells.max()) + 1
        at = np.unique(group * n_cells + cells, return_inverse=True)[1]
        n, row, share = int(at.max()) + 1, self.sample.row, self.sample.share
        size = np.bincount(at, minlength=n)
        self.of = np.zeros(n, dtype=int)
        self.of[at] = group
        self.part = size / self.size[self.of]
        weight, hits = (np.bincount(at[row], values, n) for values in (share, share * said))
        squares = np.bincount(at[row], share**2, n)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.worth = np.where(squares > 0, weight**2 / squares, 0.0)
            self.rate = np.where(weight > 0, hits / weight, self.share[self.of]).clip(0.0, 1.0)
        inner = np.bincount(self.of, self.part * self.rate**2, self.n_groups)
        middle = np.bincount(self.of, self.part * self.rate, self.n_groups)
        self.between = np.maximum(inner - middle**2, 0.0) / self.size

    def ends(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Distances from each group's share to the lower and the upper end of its interval."""
        q, z = stats.t.ppf(0.5 + level / 2, self.df), stats.norm.ppf(0.5 + level / 2)
        n = self.worth * (z / q[self.of]) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):  # of a stratum without a coded article anything may be
            low, high = proportion_confint(self.rate * n, n, alpha=1 - level, method="jeffreys")
        ends = []
        for end in (low, high):
            inside = np.bincount(self.of, (self.part * (np.asarray(end) - self.rate)) ** 2, self.n_groups)
            ends.append(np.sqrt(self.effect * (inside + q**2 * self.between)))
        return ends[0], ends[1]

    def of_groups(self, level: float) -> dict[str, np.ndarray]:
        below, above = self.ends(level)
        low, high = np.maximum(self.share - below, 0.0), np.minimum(self.share + above, 1.0)
        return {"n_units": self.size, "n_people": self.coded, "share": self.share, "conf_low": low, "conf_high": high}

    def of_pairs(self, names: list[str], level: float, family: int = 1, tested: bool = True) -> pd.DataFrame:
        one, other = np.array(list(combinations(range(self.n_groups), 2))).T
        gradient = np.eye(self.n_groups)[one] - np.eye(self.n_groups)[other]
        estimate = self.share[one] - self.share[other]
        informed = self.informing(gradient)
        matrix = self.fitted.covariance.matrix
        scale = np.sqrt(np.diag(matrix))
        with np.errstate(divide="ignore", invalid="ignore"):
            together = np.nan_to_num(matrix[one, other] / (scale[one] * scale[other]))

        def interval(level: float) -> tuple[np.ndarray, np.ndarray]:
            below, above = self.ends(level)

            def reach(down, up):
                return np.sqrt(np.maximum(down**2 + up**2 - 2 * together * down * up, 0.0))

            return estimate - reach(below[one], above[other]), estimate + reach(above[one], below[other])

        ends = {each: interval(each) for each in (level, 1 - (1 - level) / (len(one) * family))}
        (low, high), (all_low, all_high) = list(ends.values())[0], list(ends.values())[-1]
        p_value = np.full(len(one), np.nan)
        if tested:  # where 0 is the end of an interval
            ends |= {each: interval(each) for each in 1 - 2 * stats.norm.sf(_REACHES)}
            p_value = np.where(informed.enough, _inverted(estimate, ends), np.nan)
        labels = np.array(names, dtype=object)
        low, high, all_low, all_high = np.clip([low, high, all_low, all_high], -1.0, 1.0)
        return pd.DataFrame({"group": labels[one], "other": labels[other], "estimate": estimate, "conf_low": low,
                             "conf_high": high, "simultaneous_low": all_low, "simultaneous_high": all_high,
                             "p_value": p_value})  # fmt: skip
