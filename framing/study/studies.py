"""The study: the tables of a corpus, cut to the articles a question is about."""

import copy
import inspect
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from framing import datasets, dates, store, tables
from framing.errors import ParamError, TableError
from framing.messages import Message
from framing.provenance import of_data, of_frame
from framing.study.measures import measures
from framing.study.select import coarse, select
from framing.tables import Source, takes_tables
from framing.tables.blanks import stated
from framing.tables.naming import mentioned, with_actor_ids, worded
from framing.tokens.places import codes as coded

COPIES = ("all", "first", "none")
_NAMES = ("articles", "tokens", "counts", "mentions", "clusters")
_JOINED = {"article_id", "outlet", "date", "month", "year", "cluster_id"}
_PERIODS = {"date": ("day", "%Y-%m-%d"), "month": ("month", "%Y-%m"), "year": ("year", "%Y")}


class Study(Source):
    """A prepared study, or a table of one's own, cut to the articles a question is about.

    Made by :func:`load` and :func:`open`; every question takes it in place of its tables. A table is read, and cut
    to the articles taken, when it is first asked for.

    Attributes
    ----------
    name
        The study's name; it stands in messages.
    articles
        One row per article taken, with its columns and, where there is a date, ``month`` (text, ``2004-12``), ``year``
        (whole number) and ``years`` (of 365.25 days since the first of January of the study's first year, whatever
        is taken of it). They are missing where the date is not known so precisely. A blank cell of text is missing,
        whoever asks for its column: an article without a section may be of any.
    tokens, counts, mentions, clusters
        The prepared tables of these articles. ``counts`` has the articles' ``date``, ``month`` and ``year`` as text
        (``undated`` where not known, with the id where the day is not) and ``cluster_id`` besides, and its terms are
        those the articles use. A
        :class:`TableError` says that the study has no such table; :meth:`has` asks first.
    steps
        One row per step of the selection: ``step``, ``n_rows`` (articles left), ``n_dropped``, ``reason``.
    known
        The articles before any was left out: their values may be named in a condition.
    limits
        Sentences: what may not be claimed from this study.
    reported
        Whether pages are what reports say of a paper nobody collected whole.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing import study
    >>> days = pd.to_datetime(["2020-01-01", "2021-01-01", "2021-07-02"])
    >>> taken = study.open(pd.DataFrame({"outlet": ["A", "A", "B"], "date": days}), keep={"outlet": ["A"]})
    >>> taken.articles["years"].round(2).tolist()
    [0.0, 1.0]
    """

    def __init__(
        self,
        name: str,
        known: pd.DataFrame,
        read: Callable[[str], pd.DataFrame | None],
        *,
        limits: Collection[str] = (),
        reported: bool = False,
    ):
        self.name, self.limits, self.reported = name, list(limits), reported
        self._read: dict[str, pd.DataFrame | None] = {"articles": known}
        self._reader = read
        self._placed: dict[tuple[str, ...], pd.DataFrame] = {}
        self.known = self.articles = _timed(known.assign(**{name: stated(known[name]) for name in known}))
        self._at = self.known.index
        source = Message("from {source}", {"source": name})
        self.steps = tables.steps([(Message("articles of the study"), len(known), 0, source)])

    def __repr__(self) -> str:
        return f"<study {self.name!r}: {len(self.articles):,} of {len(self.known):,} articles>"

    def take(
        self,
        *,
        keep: Mapping | None = None,
        drop: Mapping | None = None,
        since: object = None,
        until: object = None,
        copies: str = "all",
    ) -> "Study":
        """The same study with those of its articles that fit; conditions as in :func:`load`.

        Raises
        ------
        ParamError
            Unknown column, value or kind of copies; no article is left.
        """
        rows, steps, frame = self._selected(keep=keep, drop=drop, since=since, until=until)
        steps = pd.concat([self.steps, steps], ignore_index=True)
        rows, step = without_copies(rows, frame, copies)
        if step:
            steps.loc[len(steps)] = step
        if rows.empty:
            raise ParamError(f"no article is left after {steps['step'].tolist()[1:]}; widen what is asked for")
        taken = copy.copy(self)  # what was read is shared, what was cut is not
        for name in ("tokens", "counts", "mentions", "clusters"):
            taken.__dict__.pop(name, None)
        taken._at, taken.articles, taken.steps = rows.index, rows.reset_index(drop=True), steps
        return taken

    def _selected(self, keep=None, drop=None, **ends) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """The articles that fit, the steps to them, and all articles with the columns that the conditions name."""
        named = {*(keep or {}), *(drop or {})}
        frame = self.known
        if "mentions" in named - {*frame.columns} and (table := self._table("mentions")) is not None:
            keep, drop, frame = self._mentioning(table, keep or {}, drop or {})
        if named - {*frame.columns, *derived(frame)}:
            wide = self.placed()
            more = named | ({"issue_date"} if named & {*derived(wide)} else set())
            frame = frame.assign(**{name: wide[name] for name in wide if name in more - {*frame.columns}})
        if "actor" in named - {*self.known.columns} and self._table("mentions") is not None:
            keep, drop = (with_actor_ids(self._table("mentions"), asked) for asked in (keep, drop))
        conditions = {"keep": keep, "drop": drop, **ends}
        return *select(frame.loc[self._at], **conditions, known=frame, derived=derived(frame)), frame

    def _mentioning(self, table: pd.DataFrame, keep: Mapping, drop: Mapping) -> tuple[Mapping, Mapping, pd.DataFrame]:
        """All articles with ``mentions``: the first of the actors asked for that each mentions, or none."""
        if "mentions" in keep and "mentions" in drop:
            raise ParamError("mentions stands under keep and under drop; take with one, then with the other")
        keep, drop = (with_actor_ids(table, asked, "mentions") or {} for asked in (keep, drop))
        found = pd.Series("none", index=self.known.index, dtype=object)
        for actor in reversed([*keep.get("mentions", ()), *drop.get("mentions", ())]):
            found = found.mask(mentioned(self.known, table, str(actor)).fillna(False).to_numpy(bool), actor)
        found = found.where(found.ne("none") | worded(self.known).to_numpy(), None)
        return keep, drop, self.known.assign(mentions=found)

    @property
    def whole(self) -> bool:
        """Whether every article of the study is taken."""
        return len(self.articles) == len(self.known)

    def _table(self, name: str) -> pd.DataFrame | None:
        if name not in self._read:
            self._read[name] = self._reader(name)
        return self._read[name]

    def has(self, name: str) -> bool:
        """Whether the study has a table, one of ``articles tokens counts mentions clusters``."""
        return name in _NAMES and self._table(name) is not None

    def _cut(self, name: str) -> pd.DataFrame:
        frame = self._table(name)
        if frame is None:
            have = [one for one in _NAMES if self.has(one)]
            raise TableError(
                f"the study {self.name!r} has no {name}; it has {have}. Give study.open what it lacks: "
                "cut = tokens.tokenise(articles), then study.open(articles, tokens=cut, counts=counts.count(cut, "
                "articles)); or run notebooks/00_corpus.ipynb for all tables"
            )
        if name == "mentions" and not isinstance(frame["actor"].dtype, pd.CategoricalDtype):
            frame = frame.assign(actor=frame["actor"].astype("category"))  # those looked for stay known in every part
        if self.whole:
            return frame
        return frame[_are_in(frame["article_id"], self.articles["article_id"])].reset_index(drop=True)

    @cached_property
    def tokens(self) -> pd.DataFrame:
        return self._cut("tokens")

    @cached_property
    def mentions(self) -> pd.DataFrame:
        return self._cut("mentions")

    @cached_property
    def clusters(self) -> pd.DataFrame:
        return self._cut("clusters")

    @cached_property
    def counts(self) -> pd.DataFrame:
        return self._counts(())

    def counts_with(self, columns: Collection[str] = ()) -> pd.DataFrame:
        """``counts`` with further columns of the articles.

        Raises
        ------
        TableError
            The study has no counts, or none of the articles taken has a counted word.
        """
        more = [name for name in columns if name in self.articles and name not in _JOINED]
        return self._counts(more) if more else self.counts

    def _counts(self, columns: Collection[str]) -> pd.DataFrame:
        counts = self._table("counts")
        counts = self._cut("counts") if counts is None else counts
        places = pd.Index(self.articles["article_id"].astype(str))
        codes, known = coded(counts["article_id"])
        at = places.get_indexer(known.astype(str)).astype(np.int32)[codes]
        rows = at >= 0
        if not rows.any():
            raise TableError(
                f"none of the {len(places):,} articles taken has a counted word; where the articles have text, see "
                "that text_language in 00_corpus.yaml is theirs and that articles and counts are of one study"
            )
        found, at = (counts, at) if rows.all() else (counts[rows], at[rows])
        made: dict[str, Any] = {name: _used(found[name].astype("category")) for name in ("article_id", "term")}
        for name, values in self._article_columns(columns).items():
            codes, known = pd.factorize(values, sort=True)
            made[name] = pd.Categorical.from_codes(codes.astype(np.int32)[at], categories=known)
        return found.assign(**made).reset_index(drop=True)

    def _article_columns(self, columns: Collection[str]) -> dict[str, pd.Series]:
        taken, made = self.articles, {}
        if "date" in taken:
            made = {
                name: dates.periods(taken, freq).dt.strftime(form).fillna("undated")
                for name, (freq, form) in _PERIODS.items()
            }
            alone = "undated " + taken["article_id"].astype(str)  # of no day together with any other
            made["date"] = made["date"].mask(made["date"].eq("undated"), alone)
        if "cluster_id" in taken:  # an article the search did not see has no copy
            own = taken["article_id"].astype(str)
            made["cluster_id"] = taken["cluster_id"].astype(object).where(taken["cluster_id"].notna(), "alone " + own)
        return made | {name: taken[name] for name in columns}

    def steps_to_counts(self) -> pd.DataFrame:
        """``steps``, and which of the articles taken have no counted token or no month to be compared in."""
        taken, steps = self.articles, [*self.steps.itertuples(index=False, name=None)]
        counted = int(_are_in(taken["article_id"], self.counts["article_id"].drop_duplicates()).sum())
        empty = len(taken) - counted
        steps.append((Message("with tokens that are counted"), counted, empty, Message("no counted token")))
        coarse = dates.left_out(taken, "month")["n_coarse"] if "date" in taken else 0
        if coarse:
            why = Message("undated in every comparison by month: dates known only to the year: {n:,}", {"n": coarse})
            steps.append((Message("with a month, where one is asked for"), counted, 0, why))
        return tables.steps(steps)

    def placements(self, actors: list[str] | None = None) -> pd.DataFrame:
        """The articles taken with every measure of prominence (:func:`measures`), ready for a placement model.

        ``issue_date`` (text; missing where the day is not known) names the issue. ``actors`` are those that may be an
        article's ``actor``; by default all of them.
        """
        rows = self.placed(actors).loc[self._at].reset_index(drop=True)
        return rows.assign(**{name: make(rows) for name, make in derived(rows).items()})

    def placed(self, actors: list[str] | None = None) -> pd.DataFrame:
        """The same of every article of the study, whatever is taken."""
        key = tuple(actors or ())
        if key not in self._placed:
            rows = measures(self.known, self._table("mentions"), actors=actors)
            if "issue_date" not in rows and "date" in rows:
                rows["issue_date"] = dates.periods(rows, "day").dt.strftime("%Y-%m-%d")
            self._placed[key] = rows.assign(**{name: make(rows) for name, make in derived(rows).items()})
        return self._placed[key]

    @property
    def inputs(self) -> dict[str, str]:
        """Name → checksum of every table read so far, as it was read."""
        return {name: of_frame(frame) for name, frame in self._read.items() if frame is not None}

    @property
    def checksum(self) -> str:
        """Of the whole corpus, whatever is taken: its articles, and of reports the counts that others made."""
        counts = [of_frame(datasets.mention_rates())] if self.reported else []
        return of_data([self.inputs["articles"], *counts])

    def _handed(self, name: str, columns: Collection[str] = ()) -> pd.DataFrame | None:
        if name == "counts":
            return self.counts_with(columns)
        return getattr(self, name) if name in _NAMES else self.placements()


def load(
    name: str = "sample",
    *,
    dataset: str = "",
    keep: Mapping | None = None,
    drop: Mapping | None = None,
    since: object = None,
    until: object = None,
    copies: str = "all",
) -> Study:
    """A study whose tables ``00_corpus`` prepared, cut to the articles a question is about.

    Parameters
    ----------
    name
        Name of the study: the folder under outputs.
    dataset
        ``leader_messages`` takes the packaged messages of leaders, one row each, in place of prepared tables.
    keep, drop, since, until
        Which articles, as in :func:`select`. A condition may also name what :meth:`Study.placements` computes, such
        as ``front`` or ``actor`` (the actor that an article mentions most), and ``mentions``: every article that
        mentions one of these actors.
    copies
        ``all`` articles; the ``first`` of each near-duplicate group and outlet by date, then id, among those taken; or
        ``none`` whose group spans outlets in the study.

    Raises
    ------
    ParamError
        Unknown data set, column, value or kind of copies; no article is left.
    TableError
        The study has no prepared tables; the message says what makes them.

    Examples
    --------
    >>> from framing import study
    >>> xi = study.load("telegrams", dataset="leader_messages", keep={"leader": ["xi"]}, since="2019-01-01")
    >>> xi.articles["direction"].nunique()
    3
    """
    conditions = {"keep": keep, "drop": drop, "since": since, "until": until, "copies": copies}
    if dataset:
        if dataset != "leader_messages":
            raise ParamError(f"no packaged data set {dataset!r}; there is leader_messages, or empty for the study")
        rows = datasets.messages(drop=()).rows
        limits = datasets.catalogue.limits(dataset)
        return Study(dataset, rows, _nothing, limits=limits, reported=True).take(**conditions)

    def read(table: str) -> pd.DataFrame | None:
        kind = getattr(tables, table.upper())
        if table != "counts" and not store.has(kind, name):
            return None
        frame = store.load(kind, name)
        _refuse_strays(frame, table, known, name)
        return frame

    known = store.load(tables.ARTICLES, name)
    if store.has(tables.CLUSTERS, name) and "cluster_id" not in known:
        known = _clustered(known, store.load(tables.CLUSTERS, name))
    limits = datasets.catalogue.limits(name) if name in datasets.catalogue.names() else []
    return Study(name, known, read, limits=limits).take(**conditions)


@takes_tables()
def open(
    articles: pd.DataFrame,
    name: str = "your table",
    *,
    tokens: pd.DataFrame | None = None,
    counts: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    clusters: pd.DataFrame | None = None,
    keep: Mapping | None = None,
    drop: Mapping | None = None,
    since: object = None,
    until: object = None,
    copies: str = "all",
) -> Study:
    """A study of any table with an outlet: articles, messages, broadcasts.

    Parameters
    ----------
    articles
        One row per article; ``outlet`` must be there. ``date``, ``page``, ``article_id`` and whatever else is there
        can be used. Without ``article_id`` the rows are numbered. A date known to the month or year is its first day,
        with ``month`` or ``year`` in the column ``date_precision``.
    name
        What messages call the study.
    tokens, counts, mentions, clusters
        The tables of these articles, where there are any; a question that needs one refuses a study without it.
    keep, drop, since, until, copies
        As in :func:`load`.

    Raises
    ------
    TableError
        The table has no ``outlet`` or repeats an ``article_id``.
    ParamError
        As :func:`load`.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing import study
    >>> study.open(pd.DataFrame({"outlet": ["A", "B"], "page": [1, 3]}))
    <study 'your table': 2 of 2 articles>
    """
    if "outlet" not in articles:
        raise TableError(
            f"a study needs the column 'outlet'; the table has {list(map(str, articles.columns))}. Rename what stands "
            "for it (articles.rename(columns={'媒体': 'outlet'})), or let corpus.read read the file"
        )
    known = articles.reset_index(drop=True)
    if "article_id" not in known:
        known.insert(0, "article_id", (known.index + 1).astype(str))
    tables.refuse_repeats(known, ["article_id"], "the table")
    given = {"tokens": tokens, "counts": counts, "mentions": mentions, "clusters": clusters}
    for table, frame in given.items():
        if frame is not None:
            _refuse_strays(frame, table, known, name)
    if clusters is not None and "cluster_id" not in known:
        known = _clustered(known, clusters)
    conditions = {"keep": keep, "drop": drop, "since": since, "until": until, "copies": copies}
    return Study(name, known, given.get).take(**conditions)


def opened(study: "Study | str", **conditions) -> Study:
    """A study as it is, or the prepared one of this name."""
    known = list(inspect.signature(load).parameters)[1:]
    strange = [name for name in conditions if name not in known]
    if strange:
        raise TypeError(f"there is no option {strange[0]!r}; which articles are taken is said by {known}")
    if isinstance(study, Study):
        if conditions:
            raise ParamError(f"the study is loaded already; ask it with study.take({', '.join(conditions)}=…)")
        return study
    return load(study, **conditions)


def derived(frame: pd.DataFrame) -> dict[str, Callable[[pd.DataFrame], pd.Series]]:
    """The columns of a table that depend on which rows are used, and what computes each."""
    needed = {"page", "outlet", "issue_date"}
    return {"multi_row_issue": datasets.telegrams.shares_an_issue} if needed <= set(frame.columns) else {}


def fitting(study: Study, keep: Mapping) -> pd.Series:
    """Whether each article taken fits ``keep``, as :func:`select` has it; missing where that is not known.

    It is not known where a column is missing, or is a date without its day, unless None is among the values or another
    column rules the article out.
    """
    at, found = study._at, pd.Series(True, index=study._at, dtype="boolean")
    for name, values in keep.items():
        rows, _, frame = study._selected(keep={name: values})
        fits = pd.Series(at.isin(rows.index), index=at, dtype="boolean")
        unknown = frame.loc[at, name].isna().to_numpy() | coarse(frame.loc[at], name)
        found &= fits.mask(unknown & ~fits.to_numpy(bool))  # missing and false is false
    if len(keep) > 1:  # a derived column depends on the rows that the others leave
        found &= found.isna() | at.isin(study._selected(keep=keep)[0].index)
    return found.reset_index(drop=True)


def _nothing(_: str) -> None:
    """The reader of a study that is nothing but its articles."""


def _clustered(articles: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """The articles with the ``cluster_id`` that the clusters give them."""
    of = clusters.astype({"article_id": str}).set_index("article_id")["cluster_id"]
    return articles.assign(cluster_id=articles["article_id"].astype(str).map(of))


def _timed(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles with ``month``, ``year`` and ``years`` where they have a date and not these columns."""
    articles = articles.reset_index(drop=True)
    if "date" not in articles or not pd.api.types.is_datetime64_any_dtype(articles["date"].dtype):
        return articles
    month, year = dates.periods(articles, "month"), dates.periods(articles, "year")
    made = {
        "month": month.dt.strftime("%Y-%m").astype("str").where(month.notna()),
        "year": year.dt.year.astype("Int64").where(year.notna()),
        "years": dates.years(articles),
    }
    return articles.assign(**{name: values for name, values in made.items() if name not in articles})


def without_copies(rows: pd.DataFrame, known: pd.DataFrame, copies: str) -> tuple[pd.DataFrame, tuple]:
    """The rows that ``copies`` of :func:`load` leaves, and the step of it, empty for ``all``.

    ``known`` are all articles of the study.
    """
    if copies not in COPIES:
        raise ParamError(f"copies is one of {list(COPIES)}, not {copies!r}")
    if copies == "all":
        return rows, ()
    if "cluster_id" not in rows:
        raise ParamError("copies needs the column 'cluster_id'; run notebooks/00_corpus.ipynb for this study")
    if copies == "first":
        left = first_copies(rows)
        step, reason = Message("first copies"), Message("a later near-duplicate in the same outlet")
    else:
        outlets = known.groupby("cluster_id")["outlet"].nunique()
        left = rows[~rows["cluster_id"].map(outlets).gt(1)]
        step, reason = Message("without copies"), Message("a near-duplicate stands in another outlet")
    return left, (step, len(left), len(rows) - len(left), reason)


@takes_tables()
def first_copies(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles with one of each ``cluster_id`` and outlet: the earliest by date, then ``article_id``.

    A date known only to the month or year counts as its last day, so that what is surely earlier stays.

    An article without a cluster stays, and so do all where there is no such column.
    """
    if "cluster_id" not in articles.columns:
        return articles
    ordered = articles.reset_index(drop=True)
    if "date" in articles.columns:  # a date known to the year may be its last day
        ordered = ordered.assign(_until=dates.spans(ordered)["last"])
    order = [name for name in ("_until", "article_id") if name in ordered.columns]
    ordered = ordered.sort_values(order, kind="stable")
    group = [name for name in ("cluster_id", "outlet") if name in articles.columns]
    later = (ordered.duplicated(group) & ordered["cluster_id"].notna()).sort_index()
    return articles[~later.to_numpy()]


def _refuse_strays(frame: pd.DataFrame, name: str, known: pd.DataFrame, study: str) -> None:
    """Refuse a table with rows of articles that are not there: ids that lost a zero or a blank match nothing."""
    stray = frame.loc[~_are_in(frame["article_id"], known["article_id"]), "article_id"].astype(str)
    if len(stray):
        raise TableError(
            f"{len(stray):,} rows of {name} are of articles that the study {study!r} does not have, first "
            f"{stray.iloc[0]!r}; its ids are as {known['article_id'].iloc[0]!r}. Take tables of one making, with ids "
            "as text"
        )


def _used(values: pd.Series) -> pd.Series:
    """A categorical column without the categories that no row has; itself where every one is used."""
    codes, known = coded(values)
    used = np.zeros(len(known) + 1, dtype=bool)
    used[codes] = True  # a missing value is −1, and the last
    return values if used[:-1].all() else values.cat.remove_unused_categories()


def _are_in(ids: pd.Series, taken: pd.Series) -> np.ndarray:
    known = pd.Index(taken.astype(str))
    if not isinstance(ids.dtype, pd.CategoricalDtype):
        return ids.astype(str).isin(known).to_numpy()
    codes, names = coded(ids)
    return np.append(names.astype(str).isin(known), False)[codes]
