"""A question about corrected codes: which articles, whose codes, how they were drawn, and what is estimated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from framing import models, tables
from framing.codings import ADJUDICATOR, by_machine, of_articles, of_filled
from framing.errors import ParamError, TableError
from framing.formulas import columns_of
from framing.frames.coding import Codes, clusters_of, with_front
from framing.frames.shares import Shares
from framing.messages import Message, mark, together
from framing.models.partly import Partly, Sample, partly
from framing.models.separation import of_counts, of_logit

MACHINE, PEOPLE, CORRECTED = mark("machine, uncorrected"), mark("people alone"), mark("corrected")
NOBODY = mark("people have coded no article of the study yet; fill in the sheets, put them back, and run this again")
_NOT_DRAWN = mark(
    "{n} articles of the study were not in what the sample was drawn from, first {first}; take the study that was "
    "sampled"
)
_NOT_THERE = mark("{n} of {all} articles that people coded are not in the study, first {first}; {what}")
_OTHER_IDS = mark("the study has {id}: a program took zeros off or wrote numbers, so read ids as text")
_OTHER_STUDY = mark("take the study that was sampled, or leave their codings out")
_UNEQUAL = mark(
    "the probability of being drawn differs within the stratum {stratum}; name in strata all columns that the sample "
    "was drawn by, or none"
)
_STANDS_FOR = mark(
    "by their probabilities the coded articles stand for {total:,.0f}, and the study has {n:,}: take the study that "
    "was sampled; where not all came back, leave the column 'probability' out and name strata"
)
_NO_PROBABILITY = mark("the probability of being drawn is one number above 0 and at most 1; of {id} it is {said}")
_UNCODED = mark("people coded no article with {name} {lost}; code some, or leave these out")
_NO_CODES = mark("{coder} has no codes of {code}: {why}")
_NO_CODINGS = mark("people have no codings of {lost}; they have some of {there}")
_NO_STRATUM = mark(
    "people coded no article of the strata {strata} ({n} in all); code some of them, leave them out, or merge strata"
)
_NO_TIME = mark(
    "people coded no article of the strata {strata} ({n} in all); no {time} has coded articles in every stratum, so "
    "merge strata"
)
_SOME_TIME = mark(
    "people coded no article of the strata {strata} ({n} in all); all have some from {first} to {last}: take "
    "since={first} and until={last}"
)
_ONLY_ARTICLES = mark(
    "only codes of articles are corrected, and these are of paragraphs or sentences: take unit: article"
)
NEAR = mark("nearly no article, or nearly every one, has the outcome at some value of this term: read the shares")
PAIRS = ["group", "other", "estimator", "estimate", "conf_low", "conf_high", "simultaneous_low", "simultaneous_high",
         "p_value"]  # fmt: skip
MOST_GROUPS = 50
_UNLIKE = 0.4  # coders of an article, on average: of two coders one left out two articles in five
_FEWER = mark(
    "An article of {few} was coded by {less:.1f} people on average, one of {many} by {more:.1f}: what one person gets "
    "wrong counts more there. Let all coders code the same articles."
)
_FAR = 8.0  # logarithms of odds or rates
_FAMILIES = {"logit": "logit", "ols": "normal", "poisson": "poisson", "ordinal": "ordinal"}


def _refuse_machine(machine: Codes) -> None:
    if machine.unit != "article":
        raise TableError(_ONLY_ARTICLES)
    if machine.in_sample:
        raise TableError(
            f"{machine.coder!r} was trained on people's codes of these articles and repeats them there: its errors "
            "elsewhere cannot be seen. Take codes that were made out of sample, as frames.trained does"
        )


class Asked:
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
        told = Message("coded by {name}", {"name": machine.coder})
        self._left(kept[kept | ~ids.isin(machine._not_coded)], told, mark("not coded by the machine"))
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
            if name not in frame and len(why := machine.remarks.loc[machine.remarks["code"].eq(name), "remark"]):
                raise TableError(
                    Message(_NO_CODES.text, {"coder": repr(machine.coder), "code": name, "why": why.iloc[0]})
                )
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
            raise TableError(NOBODY)
        if lost and "code" not in there:
            raise TableError(Message(_NO_CODINGS.text, {"lost": tuple(lost), "there": tuple(sorted(there))}))
        return self.said(codings)

    def said(self, codings: pd.DataFrame) -> pd.DataFrame:
        return of_articles(codings, self.codes, [code.id for code in self.machine.codebook.codes]).dropna()

    def _coded(self, codings: pd.DataFrame) -> pd.Series:
        """Which codings are people's, of the articles and codes here; an article without a value was drawn as well."""
        ids = article_of(codings)
        said = codings["code"].isin([*self.codes, "code"]) & ids.isin(self.ids)
        return said & ~by_machine(codings) if "machine" in codings else said

    def undecided(self, codings: pd.DataFrame, kept: pd.DataFrame) -> Message | str:
        """How many articles that some coded are left out: what people say of them is not what most of them say."""
        ids = article_of(codings)
        n = ids[self._coded(codings)].nunique() - int(kept.index.isin(self.ids).sum())
        text = mark(
            "{n:,} articles that people coded are left out, as if by chance: coders disagree and nobody decided, or a "
            "code is missing."
        )
        return Message(text, {"n": n}) if n else ""

    def _unlike(self, codings: pd.DataFrame, kept: pd.DataFrame) -> Message | str:
        """Groups whose articles fewer people coded than those of others, as where one leaves out an outlet."""
        own = codings[self._coded(codings) & codings["value"].notna() & codings["coder"].ne(ADJUDICATOR)]
        n = own["coder"].groupby(article_of(own)).nunique()
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
                raise TableError(Message(_NOT_DRAWN.text, {"n": len(lost), "first": repr(lost[0])}))
            strange = strange[~strange.isin(stratum.index)]
        elif strata:
            absent = [name for name in strata if name not in self.frame]
            if absent:
                raise ParamError(f"there is no column {absent}; the articles have {list(map(str, self.frame.columns))}")
            stratum = joined(self.frame[[*strata]]).set_axis(self.ids)
        else:
            stratum = None
        if len(strange):
            values = {"n": len(strange), "all": len(people), "first": repr(strange[0]), "what": self._meant(strange)}
            raise TableError(Message(_NOT_THERE.text, values))
        everywhere, people = people, people[people.index.isin(self.ids)]
        if people.empty:
            raise TableError(NOBODY)
        told = self.undecided(codings, people), self._unlike(codings, people), of_filled(codings[self._coded(codings)])
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
                anybody = pd.unique(article_of(codings)[self._coded(codings)])
                self.drawn = stratum.loc[anybody].map(part)
                self.without_labels(rows)
                return people, Sample(len(names), rows, part.loc[names[rows]].to_numpy(), groups=groups)
            if known is not None:
                span = known.groupby(names[rows]).agg(["min", "max"])
                unlike = span.index[span["max"] > span["min"] * (1 + 1e-6)]
                if len(unlike):
                    raise TableError(Message(_UNEQUAL.text, {"stratum": repr(unlike[0])}))
            return people, self._by_strata(rows, names, strata, groups, frame is not None or known is not None)
        if known is None:
            raise ParamError(
                "codings have no column 'probability', that of an article being drawn; name in strata the columns that "
                "the sample was drawn by, or that say best which articles were coded"
            )
        self.without_labels(rows)
        total, n = float((1 / known).sum()), len(self.ids)
        chance = float(np.sqrt(((1 - known) / known**2).sum()))  # of drawing each independently
        if not n / 2 < total < 2 * n or abs(total - n) > max(3 * chance, 0.05 * n):
            raise TableError(Message(_STANDS_FOR.text, {"total": total, "n": n}))
        return people, Sample(n, rows, known.to_numpy(), groups=groups)

    def _meant(self, strange: pd.Index) -> Message:
        """What to do about ids of articles that are not there."""
        bare = {each.removesuffix(".0").lstrip("0") for each in self.whole}
        if {each.removesuffix(".0").lstrip("0") for each in strange} <= bare:
            return Message(_OTHER_IDS.text, {"id": repr(self.whole[0])})
        return _OTHER_STUDY

    def _probability(self, codings: pd.DataFrame) -> pd.Series:
        """That of each article being drawn, of those that people coded."""
        ids = article_of(codings)
        here = self._coded(codings)
        each = pd.to_numeric(codings.loc[here, "probability"], errors="coerce").groupby(ids[here])
        probability, most = each.min().astype(float), each.max()
        bad = ~probability.between(0, 1, inclusive="right") | (most > probability)
        if bad.any():
            at = probability.index[bad][0]
            said = pd.unique(codings.loc[ids == at, "probability"]).tolist()
            raise TableError(Message(_NO_PROBABILITY.text, {"id": repr(at), "said": str(said)}))
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
        self.without_labels(rows)
        return Sample(len(stratum), rows, (coded / size)[codes[rows]], strata=codes, groups=groups)

    def without_labels(self, rows: np.ndarray) -> None:
        """Refuse a group of which people coded nothing."""
        for name in self.texts:
            values = self.frame[name].astype("str")
            lost = sorted({*values} - {*values.iloc[rows]})
            if lost:
                raise TableError(Message(_UNCODED.text, {"name": mark(name), "lost": str(lost[:8])}))

    def _window(self, names: np.ndarray, codes: np.ndarray, coded: np.ndarray, strata) -> Message:
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
        said = {"strata": tuple(told), "n": len(lost)}
        time = next((name for name in ("year", "month") if name in self.frame and name in (strata or shared)), None)
        if time is None:
            return Message(_NO_STRATUM.text, said)
        whole = pd.Series(coded[codes] > 0).groupby(self.frame[time].astype("str")).all().sort_index()
        run = (~whole).cumsum()[whole]
        if run.empty:
            return Message(_NO_TIME.text, said | {"time": mark(time)})
        best = run[run == run.value_counts().idxmax()].index
        return Message(_SOME_TIME.text, said | {"first": best[0], "last": best[-1]})

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

    def estimate(self, people: pd.DataFrame | None, sample: Sample | None, trust: float | None) -> "Found":
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
            why = fault.args[0]  # a message, not its English
            return Found(None, Message("{why} ({terms})", {"why": why, "terms": tuple(terms)}) if terms else why)
        return Found(fitted, "", () if self.family == "ols" else (*terms, *_nearly(design, fitted)))

    def coefficients(self, found: dict[str, "Found"], level: float) -> pd.DataFrame:
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

    def groups(self) -> tuple[np.ndarray, list[str]]:
        """Number of each article's group and their names; no names where the outcome is no code or nothing groups."""
        grouping = self.grouping
        if self.outcome not in self.codes or not grouping:
            return np.zeros(len(self.ids), dtype=int), []
        names = joined(self.frame[grouping])
        order = self.frame.groupby(grouping, observed=True).ngroup()  # by value, as a crosstab has them: 2 before 10
        levels = pd.Index(names.iloc[order.argsort(kind="stable")].unique())
        return levels.get_indexer(names), list(levels)

    def estimators(self, people: pd.DataFrame, sample: Sample, trust) -> dict[str, Shares]:
        """How often the outcome's code is used by each group, by each estimator; none where there are no groups."""
        group, names = self.groups()
        if not names:
            return {}
        said, own = people[self.outcome].to_numpy(), self.frame[self.outcome].to_numpy(dtype=float)
        n = len(self.ids)
        whole = Sample(n, np.arange(n), np.ones(n), groups=sample.groups)
        return {
            name: Shares(group, names, own, y, each, lam, by_code=name == CORRECTED)
            for name, each, y, lam in ((MACHINE, whole, own, 0.0), (PEOPLE, sample, said, 0.0),
                                       (CORRECTED, sample, said, trust))
        }  # fmt: skip


def shares_of(found: dict[str, Shares], level: float) -> pd.DataFrame:
    """The shares of groups by each estimator."""
    columns = ["group", "estimator", "n_units", "n_people", "share", "conf_low", "conf_high"]
    parts = [pd.DataFrame({"estimator": name} | one.of_groups(level)) for name, one in found.items()]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    table["n_people"] = table["n_people"].astype("Int64").mask(table["estimator"] == MACHINE)
    return table[columns]


def pairs_of(found: dict[str, Shares], level: float, family: int | None = None) -> pd.DataFrame:
    """The differences of groups by each estimator; ``family`` is that of ``of_pairs`` of :class:`Shares`."""
    parts = [one.of_pairs(level, family).assign(estimator=name) for name, one in found.items()
             if 1 < len(one.names) <= MOST_GROUPS]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[PAIRS] if parts else pd.DataFrame(columns=PAIRS)


def article_of(codings: pd.DataFrame) -> pd.Series:
    """The article of each coding."""
    return (codings["article_id"] if "article_id" in codings else codings["unit"]).astype("str")


def joined(table: pd.DataFrame) -> pd.Series:
    """The values of each row in one name, and of different rows different names."""
    text = table.apply(tables.in_words).where(table.notna(), "–").astype("str")
    apart = next((sign for sign in (" ", " / ", " // ") if not (text.shape[1] > 1 and any(
        text[name].str.contains(sign, regex=False).any() for name in text))), " /// ")  # fmt: skip
    return text.iloc[:, 0].str.cat(text.iloc[:, 1:], sep=apart)


@dataclass(frozen=True)
class Found:
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
