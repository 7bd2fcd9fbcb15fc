"""Codes by rule: which units a codebook's conditions hold in, and where."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from framing import dates, tables
from framing.codings import folded, write_codes
from framing.errors import ParamError, TableError, takes_results
from framing.frames.codebook import Codebook, conditions, load
from framing.frames.matching import Matcher
from framing.frames.units import Units
from framing.messages import Message, mark
from framing.records import Record
from framing.study.studies import Study
from framing.tables.naming import actor_id, worded
from framing.tokens.arrays import Arrays
from framing.tokens.arrays import codes as codes_of
from framing.tokens.arrays import lines as around

RULES = "rules"
NO_TEXT = mark("no words, and so nothing to code")
HEADLINES = mark("articles with a headline and no text: {only:,}")
REMARKS = ["code", "line", "column", "condition", "remark"]


@dataclass(frozen=True)
class Codes(Record):
    """Which codes some units have, by a coder.

    Attributes
    ----------
    codebook
        The codes, also those no unit has.
    unit
        ``article``, ``paragraph`` or ``sentence``.
    units
        One row per unit, coded or not: ``article_id``, ``outlet``, and ``paragraph`` or ``sentence`` (from 0).
    coded
        One row per unit and code it has: ``unit`` (row of ``units``), ``code``, ``n_matches`` (1 where nobody says
        where).
    matches
        One row per match of a rule: ``unit``, ``code``, ``position`` (token of the article, from 0), ``n_tokens``.
    remarks
        One row per condition that never holds, or is found otherwise than as one token: ``code``, ``line``, ``column``,
        ``condition``, ``remark``; and the codes that could not be read.
    coder, machine, in_sample
        Who coded; whether that is a machine, whose codes are uncorrected; and whether it had seen people's codes of
        these very articles, which it then repeats: nothing can be learnt from that about how often it errs.
    articles
        The articles that the units are of, with what they are compared by.
    steps
        As of a study, with what could not be coded.
    scores
        A machine's probability of each code, one row per unit and one column per code; None where it gives none.
    origin
        What else the file said that the codes were read from, such as model, prompt and date: ``article_id`` and its
        other columns; None of other codes.
    places
        What knows where in the texts paragraphs and sentences are; None of articles.
    """

    codebook: Codebook
    unit: str
    units: pd.DataFrame
    coded: pd.DataFrame
    matches: pd.DataFrame
    remarks: pd.DataFrame
    coder: str
    machine: bool
    articles: pd.DataFrame = field(repr=False)
    steps: pd.DataFrame = field(repr=False)
    in_sample: bool = False
    scores: pd.DataFrame | None = field(default=None, repr=False)
    _mentions: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    origin: pd.DataFrame | None = field(default=None, repr=False)
    _not_coded: tuple[str, ...] = field(default=(), repr=False, compare=False)  # articles of the study
    places: Units | None = field(default=None, repr=False, compare=False)

    @property
    def names(self) -> list[str]:
        """The codes that were asked for, in the order of the codebook."""
        known = set(self.coded["code"].cat.categories)
        return [each.id for each in self.codebook.codes if each.id in known]

    @property
    def has(self) -> np.ndarray:
        """Whether each unit (row) has each code (column, as in ``names``)."""
        table = np.zeros((len(self.units), len(self.names)), dtype=bool)
        table[self.coded["unit"], pd.Index(self.names).get_indexer(self.coded["code"])] = True
        return table

    @cached_property
    def actors(self) -> pd.DataFrame | None:
        """One row per unit and actor mentioned there: ``unit``, ``actor``; None of a study that has no mentions."""
        own = self._mentions
        if own is None:
            return None
        held, known = codes_of(own["article_id"])
        unit = (
            pd.Index(self.units["article_id"].astype(object)).get_indexer(known.astype(object))[held]
            if (self.places is None)
            else self.places.holding(own["article_id"], own["position"].to_numpy(dtype=np.int64))
        )
        which, actors = pd.factorize(own["actor"])
        pairs = np.unique(unit[unit >= 0] * len(actors) + which[unit >= 0])
        written = _written(own, self.codebook.labels)
        names = np.array([written[str(name)] for name in actors], dtype=object)
        at, actor = np.divmod(pairs, max(len(actors), 1))
        return pd.DataFrame({"unit": at, "actor": names[actor]})

    @property
    def linked(self) -> list[tuple[str, str]]:
        """Pairs of ``counts`` that stand together because a rule is made so: a code, and a code or actor it names."""
        named, written, pairs = self.codebook.labels, _written(self._mentions, self.codebook.labels), set()
        for code, inside, actors in self._made_of:
            pairs |= {(named[code], named[each]) for each in inside}
            pairs |= {(named[code], written.get(actor, actor)) for actor in actors}
        return sorted(pairs)

    def _built_on(self, names: Collection[str]) -> set[str]:
        """Codes of whose rule some codes are a part, or which are part of theirs: they stand together by definition."""
        pairs = [{code, each} for code, inside, _ in self._made_of for each in inside]
        return {name for pair in pairs if pair & {*names} for name in pair} - {*names}

    @property
    def _made_of(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Each code with the codes and the actors that its rule names, itself or by a code it names."""
        codes = {folded(each.id): each for each in self.codebook.codes}
        for each in codes.values():
            waiting, seen, actors = [each], set(), set()
            while waiting:
                nodes = [*conditions(waiting.pop().rule)]
                inside = {folded(str(node.value)) for node in nodes if node.kind == "code"} - seen
                seen |= inside
                waiting += [codes[key] for key in inside]
                actors |= {actor_id(self._mentions, node.value) for node in nodes if node.kind == "actor"}
            yield each.id, [codes[key].id for key in sorted(seen)], sorted(actors)

    @property
    def counts(self) -> pd.DataFrame:
        """Codes and actors of units as counts of terms; :func:`framing.maps.cooccurrence` says which stand together.

        A code is its label, an actor its id; ``kind`` says which. ``cluster`` numbers near-duplicates, and the units of
        an article. A unit that has neither is a row with 0.
        """
        named, units = self.codebook.labels, self.units
        terms = [self.coded[["unit", "code"]].set_axis(["unit", "term"], axis=1).assign(kind="code", n=1)]
        terms[0]["term"] = terms[0]["term"].astype(object).map(named)
        if self.actors is not None and len(self.actors):
            terms.append(self.actors.set_axis(["unit", "term"], axis=1).assign(kind="actor", n=1))
        empty = np.setdiff1d(np.arange(len(units)), np.concatenate([each["unit"] for each in terms]))
        first = next(iter(named.values()), "")
        terms.append(pd.DataFrame({"unit": empty, "term": first, "kind": "code", "n": 0}))
        found = pd.concat(terms, ignore_index=True).sort_values("unit", kind="stable", ignore_index=True)
        own = units["article_id"].astype("str")
        ids = own if self.unit == "article" else own + "#" + units[self.unit].astype("str")
        at = found["unit"].to_numpy()
        return pd.DataFrame(
            {"article_id": ids.to_numpy()[at], "outlet": units["outlet"].array.take(at), "term": found["term"],
             "n": found["n"], "kind": found["kind"], "cluster": clusters_of(self, "")[at]}
        )  # fmt: skip

    def save(self, path: str | Path) -> None:
        """Write the codes of articles for other programs; :func:`framing.frames.coded_by` reads them back.

        Parameters
        ----------
        path
            ``.json`` (tasks of Label Studio), ``.jsonl`` (lines of doccano) or ``.csv`` (``article_id`` and a column of
            0 and 1 for each code; ``.quallmer.csv``: ``.id`` and TRUE or FALSE). What ``origin`` has is written too.

        Raises
        ------
        SourceError
            Another ending.
        TableError
            The units are not articles.
        """
        if self.unit != "article":
            raise TableError(f"codes of articles can be written, not of units of the kind {self.unit!r}")
        write_codes(Path(path), self.units["article_id"].astype("str").tolist(), self.names, self.has, self.coder,
                    self.origin)  # fmt: skip


def _written(mentions: pd.DataFrame | None, named: dict[str, str]) -> dict[str, str]:
    """Each actor as the articles write it most often, where that means this actor alone; told from a code's label."""
    if mentions is None:
        return {}
    n = mentions[["actor", "surface"]].astype("str").value_counts().reset_index()
    single, coded = ~n["surface"].duplicated(keep=False), n["surface"].isin([*named.values()])
    ids = {actor: f"{actor} (actor)" if actor in named.values() else actor for actor in n["actor"].unique()}
    for own, ending in ((single & coded, " (actor)"), (single & ~coded, "")):
        best = n[own].drop_duplicates("actor")
        ids |= dict(zip(best["actor"], best["surface"] + ending, strict=True))
    return ids


def with_front(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles with ``front``, whether one is on page 1; missing where the page is."""
    if "front" in articles or "page" not in articles:
        return articles
    return articles.assign(front=(pd.to_numeric(articles["page"]) == 1).where(articles["page"].notna()))


def column_of(codes: Codes, name: str, names: Sequence[str] = ()) -> pd.Series:
    """A column of the articles, or a code, one of ``names``: one value per unit."""
    articles = with_front(codes.articles) if name == "front" else codes.articles
    if name in names and name in articles:
        raise ParamError(f"{name!r} is a code and a column of the articles; give one of them another name")
    if name in names:
        return pd.Series(codes.has[:, codes.names.index(name)])
    if name not in articles:
        columns = list(map(str, articles.columns))
        raise ParamError(f"there is no column or code {name!r}; there are {columns} and {list(names)}")
    at = pd.Index(articles["article_id"].astype("str")).get_indexer(codes.units["article_id"].astype("str"))
    return articles[name].iloc[at].reset_index(drop=True)


def clusters_of(codes: Codes, name: str) -> np.ndarray:
    """Number of each unit's cluster: near-duplicates where the articles have them, else the article."""
    own = codes.units["article_id"].astype("str")
    if name == "date":
        codes = replace(codes, articles=codes.articles.assign(date=dates.days(codes.articles)))
    if not name and "cluster_id" not in codes.articles or name == "article_id":
        return pd.factorize(own)[0]
    return tables.numbered(column_of(codes, name or "cluster_id"), own)


def code(
    study: Study,
    rules: Codebook | Mapping[str, str] | str | Path,
    *,
    unit: str = "article",
    language: str = "",
    labels: str = "",
    lexicon=None,
    pos=None,
) -> Codes:
    """Code a study by the rules of a codebook.

    Parameters
    ----------
    study
        From :func:`framing.study.load` or :func:`framing.study.open`, with tokens.
    rules
        A codebook, or what :func:`load` reads.
    unit
        What is coded: ``article``, ``paragraph`` (text between line breaks) or ``sentence``. A headline is a
        paragraph and a sentence of its own, the first (number 0).
    language, labels
        As of :func:`load`.
    lexicon
        From :func:`framing.lexicon.load`; only for rules with ``relation``.
    pos
        Parts of speech that single words are found in, for example :data:`framing.tokens.CONTENT`, as in counts; by
        default all.

    Returns
    -------
    Codes
        One row per unit and code, with the matches of each. An article without a token, of which no text says what
        it has, is no unit; ``steps`` counts them.

    Raises
    ------
    TableError
        The study has no tokens.
    SourceError
        The codebook cannot be read.

    Notes
    -----
    Distances are counted in tokens, punctuation included. ``near`` holds where one match of each of its conditions can
    be chosen so that none shares a token with another and each is at most so far from the next; ``seq`` the same in the
    order given. By a distance both pass the ends of sentences and paragraphs (of a unit), never that of the headline.
    Their match reaches from its first word to its last, and holds no other. ``n_matches`` counts places that share no
    token: of those that do, the longest, and the earlier of equals. What a rule finds are words: whether a frame is
    there is for people to say, and until then the numbers are uncorrected.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing import frames, study, tokens
    >>> articles = pd.DataFrame({"article_id": ["1", "2"], "outlet": ["A", "B"], "text": ["制裁を強める", "対話"]})
    >>> press = study.open(articles, tokens=tokens.tokenise(articles))
    >>> frames.code(press, {"sanctions": "制裁 | 禁輸"}).coded["n_matches"].tolist()
    [1]
    """
    codebook = rules if isinstance(rules, Codebook) else load(rules, language=language, labels=labels)
    text = Arrays(study.tokens)
    worded = study.articles["article_id"].astype(object).isin(text.ids.astype(object)[np.unique(text.article)])
    articles = study.articles[worded].reset_index(drop=True)
    units = Units(text, articles, unit)
    mentions = study.mentions if study.has("mentions") else None
    matcher = Matcher(units, articles, mentions=mentions, lexicon=lexicon, pos=pos)
    found = {each.id: hits for each, hits in matcher.code(codebook.codes)}
    known = [each for each in codebook.codes if each.id in found]
    if not known:
        raise TableError(f"the codebook {codebook.name!r} has no rules; write one for a code at least")
    n = {name: np.bincount(units.of(hits.first), minlength=len(units)) for name, hits in found.items()}
    holds = np.stack([found[each.id].units for each in known])
    tied = 0
    if codebook.exclusive:  # the code with most matches, the earlier among equals
        strength = np.stack([np.where(found[each.id].units, n[each.id] + 1, 0) for each in known])
        tied = int(((strength == strength.max(axis=0)).sum(axis=0) > 1)[holds.any(axis=0)].sum())
        holds &= np.arange(len(known))[:, None] == strength.argmax(axis=0)
    which, unit_of = np.nonzero(holds)
    names = pd.Index([each.id for each in known])
    coded = pd.DataFrame({"unit": unit_of, "code": pd.Categorical.from_codes(which, names)})
    coded["n_matches"] = np.stack([n[each.id] for each in known])[which, unit_of]
    return Codes(
        codebook, unit, _units(units, articles), coded.sort_values(["unit", "code"], ignore_index=True),
        _matches(units, found, names, holds), _remarks(codebook, matcher.remarks), RULES, True, articles,
        _steps(study, len(articles), tied), _mentions=mentions, places=units if unit != "article" else None,
        _not_coded=tuple(study.articles["article_id"].astype("str")[~worded]),
    )  # fmt: skip


def _units(units: Units, articles: pd.DataFrame) -> pd.DataFrame:
    table = units.table.copy()
    table.insert(1, "outlet", articles["outlet"].iloc[units.article].array)
    return table


def _matches(units: Units, found: dict, names: pd.Index, holds: np.ndarray) -> pd.DataFrame:
    parts = []
    for number, name in enumerate(names):
        hits = found[name]
        unit = units.of(hits.first)
        kept = holds[number, unit]
        first, last = hits.first[kept], hits.last[kept]
        parts.append(pd.DataFrame({"unit": unit[kept], "code": number, "position": units.text.position[first],
                                   "n_tokens": last - first + 1}))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return table.assign(code=pd.Categorical.from_codes(table["code"], names))


def _remarks(codebook: Codebook, remarks: list[tuple]) -> pd.DataFrame:
    faults = [
        (row.code, row.line, row.column, "", Message("cannot be read: {fault}", {"fault": row.fault}))
        for row in tables.each(codebook.faults)
    ]
    made = pd.DataFrame([*faults, *remarks], columns=REMARKS, dtype=object)
    return made.drop_duplicates(REMARKS[:4], ignore_index=True).astype({"line": "int64", "column": "int64"})


def _steps(study: Study, n: int, tied: int) -> pd.DataFrame:
    rows = steps_to(study, n)
    if tied:
        why = Message("units with as many matches of two codes, which have the earlier one: {n:,}", {"n": tied})
        rows.append((mark("one code at most"), n, 0, why))
    return tables.steps(rows)


def steps_to(study: Study, n: int) -> list[tuple]:
    """The steps to ``n`` articles with words, of all articles of a study."""
    rows, empty = [*study.steps.itertuples(index=False, name=None)], len(study.articles) - n
    only = n - int(worded(study.articles, "text").sum()) if "text" in study.articles else 0
    rows += [(mark("coded"), n, empty, NO_TEXT)] if empty else []
    return rows + ([(mark("coded"), n, 0, Message(HEADLINES.text, {"only": only}))] if 0 < only < n else [])


@takes_results(codes=("frames.code", "matches"))
def lines(study: Study, codes: Codes, *, width: int = 40, sample: int | None = 200, seed: int = 0) -> pd.DataFrame:
    """Matches in their context.

    Parameters
    ----------
    study
        The study that was coded.
    codes
        From :func:`code`.
    width
        Characters of text on either side.
    sample
        Matches of each code drawn at random where there are more; None for all.
    seed
        Of the sample.

    Returns
    -------
    DataFrame
        One row per match, in the order of codes and text: ``code``, ``article_id``, ``outlet``, ``date``, ``position``,
        ``in_headline``, ``left``, ``node`` (what was matched), ``right``. Text is not escaped.

    Raises
    ------
    TableError
        The study is not the one that was coded.
    """
    matches = codes.matches
    if sample is not None:
        shuffled = matches.sample(frac=1, random_state=seed)
        matches = matches.loc[shuffled.groupby("code", observed=True).head(sample).index.sort_values()]
    text = Arrays(study.tokens)
    ids = codes.units["article_id"].astype(object).iloc[matches["unit"]]
    article = text.ids.astype(object).get_indexer(ids)
    if (article < 0).any() or len(matches) and len(codes.articles) + len(codes._not_coded) != len(study.articles):
        raise TableError("the matches are of another study than this; give the one that was coded")
    begins = np.searchsorted(text.article, np.arange(len(text.ids)))
    rows = begins[article] + matches["position"].to_numpy()
    found = around(study.articles, text, rows, matches["n_tokens"].to_numpy(), width)
    found.insert(0, "code", matches["code"].array)
    return found
