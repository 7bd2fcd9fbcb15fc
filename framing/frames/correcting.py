"""Codes of a machine corrected by people's codes of a sample: shares, differences and regressions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real

import pandas as pd

from framing import tables
from framing.codings import called
from framing.errors import ParamError, TableError, takes_results
from framing.formulas import spelled
from framing.frames.asking import CORRECTED, MACHINE, PEOPLE, Asked, Found, pairs_of, shares_of
from framing.frames.coding import Codes
from framing.frames.golds import golds
from framing.inference import refuse_level
from framing.messages import Message, mark
from framing.records import Record
from framing.study.studies import Study

NOT_CODED = mark("people did not code it")


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
    a share joins Jeffreys' intervals of the articles with and without the machine's code [1]_, which holds where the
    machine has few errors, or none; that of a difference joins those of its two shares. Strata of a group are taken
    together there, as ends of many small ones do not join to that of their sum: their articles are worth more by the
    variance of all over that within strata [2]_, of which those with one coded article have the variance of all
    (collapsed strata [3]_). Coefficients have Wald intervals.

    People err too. ``golds`` has the estimate by each coder, without the adjudicator, and, where two coded the same
    articles, with their errors removed: were these independent and alike in all outlets, they follow from how often two
    agree among articles that the machine finds and does not find. Those rates are estimated as well; the interval of
    that row is from leaving out one part of 25 of the articles coded at a time, with the rates (jackknife).

    References
    ----------
    .. [1] Zou, G. Y. & Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
           *Statistics in Medicine* 27, 1693-1702.
    .. [2] Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
           positive counts estimated from survey data. *Survey Methodology* 24, 193-201.
    .. [3] Cochran, W. G. (1977). *Sampling Techniques*, ch. 5A.12. Wiley.

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
    asked, codings = Asked(study.articles, machine, formula, family, cluster), called(codings, machine.codebook.labels)
    people, sample = asked.sample(asked.coded(codings), codings, frame, strata)
    found: dict[str, Found] = {MACHINE: asked.estimate(None, None, 0.0), PEOPLE: asked.estimate(people, sample, 0.0),
             CORRECTED: asked.estimate(people, sample, trust)}  # fmt: skip
    each = asked.estimators(people, sample, trust)
    shares, pairs = shares_of(each, level), pairs_of(each, level)
    if found[PEOPLE].fault and found[CORRECTED].fault and shares.empty:
        raise TableError(str(found[CORRECTED].fault))
    labels = {code.id: code.label for code in machine.codebook.codes}
    terms = asked.coefficients(found, level)
    whole = terms if asked.asked or pairs.empty else pairs
    whole = whole[whole["estimator"] == CORRECTED]
    return Corrected(
        shares, pairs, terms, golds(asked, codings, sample, whole, trust, level),
        asked.outcome, labels.get(asked.outcome, asked.outcome), asked.formula, asked.family, tuple(asked.codes), level,
        asked.asked, asked.assumption, tables.steps(asked.steps),
    )  # fmt: skip


def differences(
    study: Study, machine: Codes, codings: pd.DataFrame, formula: str, *, strata: Sequence[str], cluster: str,
    levels: Sequence[float],
) -> tuple[dict[float, pd.Series], int, Message | str]:  # fmt: skip
    """The corrected difference of two groups of :func:`corrected` at several levels, by people's codes of how many
    articles, and what it rests on."""
    asked, codings = Asked(study.articles, machine, formula, "", cluster), called(codings, machine.codebook.labels)
    people, sample = asked.sample(asked.coded(codings), codings, None, list(strata))
    one = asked.estimators(people, sample, None)[CORRECTED]
    return {level: one.of_pairs(level).iloc[0] for level in levels}, len(people), asked.assumption


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
    shares, found = [pd.DataFrame(columns=["code", "group", "estimator", "note"])], {}
    groups = " + ".join(map(spelled, by))
    strata = [strata] if isinstance(strata, str) else list(strata)
    names = [name for name in codes.names if name not in by]
    codings = called(codings, codes.codebook.labels)
    there = {*codings["code"].astype("str")} if "code" in codings else set()
    for code in names:
        if there and there.isdisjoint((code, "code")):
            shares.append(pd.DataFrame({"code": [code], "note": [NOT_CODED]}, dtype=object))
            continue
        try:
            asked = Asked(codes.articles, codes, f"{spelled(code)} ~ {groups}", "", cluster, by)
            people, sample = asked.sample(asked.coded(codings), codings, frame, strata)
            each = asked.estimators(people, sample, None)
        except TableError as fault:
            why = fault.args[0]  # a message, not its English
            shares.append(pd.DataFrame({"code": [code], "note": [why]}, dtype=object))
            continue
        found[code] = {CORRECTED: each[CORRECTED]}
        own = shares_of({PEOPLE: each[PEOPLE]} | found[code], level).assign(code=code)
        own["note"] = pd.Series([asked.assumption] * len(own), own.index, dtype=object)  # a message, not its English
        shares.append(own)
    family = sum(each[CORRECTED].compared for each in found.values())
    pairs = [pairs_of(each, level, family).assign(code=code) for code, each in found.items()]
    return pd.concat(shares, ignore_index=True), pd.concat([pd.DataFrame({"code": []}), *pairs], ignore_index=True)
