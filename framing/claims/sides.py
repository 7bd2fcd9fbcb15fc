"""The rows that a claim is about, and what it names and the data do not have, before anything is compared."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing import datasets, dates, frames, lexicon, provenance, reliability
from framing.declared import MEASURES, reads_pages
from framing.errors import FramingError, ParamError, TableError
from framing.frames.codebook import path_of
from framing.lexicon.read import path_of as lexicon_at
from framing.messages import Message, mark, together
from framing.reliability.key import KEY
from framing.study.measures import OF_ACTORS
from framing.study.studies import Study, fitting
from framing.tables import each
from framing.tables.naming import actor_id, mentioned, of_outlets

_REACHES = mark("The data run from {since:%Y-%m-%d} to {until:%Y-%m-%d}, and the claim reaches to {day}.")
_WITHIN = mark("Write '{name}: {{{ends}}}' to compare what is there.")
WHOLE_YEARS = mark(
    "A rank compares whole years, which the data have to reach. Of a part of one claim that its 'rate of mentions' in "
    "the 'window' is more, or less, than in the time 'before'."
)
NOT_THERE = mark("The data have no row whose {column} is {values}; there are {known}.")
_ELSEWHERE = mark(
    "{value} stands in {columns}; a side of it says 'by: {first}', what is counted '{{{first}: [{value}]}}'."
)
_NO_DATES = mark("The articles have no date, and the claim is about days or years.")
NO_COLUMN = mark("The data have no column {column}; there are {known}.")
_NO_NUMBERS = mark("The column {column} is to hold numbers, and these of its values are none: {values}.")
_ENDLESS = mark("Numbers of the column {column} that are infinite: {n}. Leave them empty where they are not known.")
_NO_REST = mark("The target of the claim has every row; nothing is left for the rest.")
_TEXT = mark("The column {column} holds text, and what is averaged is a number; columns of numbers are {known}.")
_NO_SEARCH = mark("The articles were searched for no actor, so that {actor} is not counted; give 00_corpus a lexicon.")
_NO_ACTOR = mark("The articles were not searched for the actor {actor}; they were for {known}.")
_NO_CODE = mark("The codebook has no code {code}; it has {known}.")
_UNREAD = mark("The rule of the code {code} cannot be read (line {line}, column {column}): {fault}.")
_NO_WORD = mark(
    "None of the words {words} is counted in these articles; near them are {known}. The table of 10_keyness shows how "
    "words are cut."
)
_NO_PAGE = mark("No page of one side of the claim is known: {outlets}.")
_NO_PAGES = mark("Of {outlets} no page at all is known, so that these rows have none and are left out: {n}.")
_ITSELF = mark("Both sides of the claim are {actor}, which is compared with itself.")
NO_SIDE = mark("No row that the claim takes is of one side: {side}.")
_NO_FIRST = mark("In the relation {relation} the first is one of {known}, not {first}.")
_ONE_ORDER = mark(
    "Of the relation {relation} one order is found only ({forms}), the reverse is another word or is not listed: its "
    "part is 100% whatever the articles say. Both orders are found of {known}."
)
_NO_RELATION = mark("Relations whose order is counted are {known}, and {relation} is none of them.")
_DECIDED = mark(
    "The claim measures {column}, by which rows are taken too: what one side has is so whatever the articles are. "
    "Leave {column} out of the side and the population, or measure something else."
)
EMPTY = mark("The data hold no row of one side of the claim from {first} to {last}.")


def absent(claim: dict[str, Any], study: Study) -> list[str]:
    """What a claim names and the study does not have, in sentences: columns, their values, actors, codes and words.

    Nothing is compared, so that it can be asked before anybody looks.
    """
    if {"given", "unit"} & set(claim) or "measure" not in claim:
        return []

    def columns(base: Study) -> None:
        rows = base.placements()
        if "column" in claim:
            numbers_of(rows, claim["column"])
        for name in ("cluster", "within"):
            if claim.get(name, "article_id") not in rows:
                raise TableError(Message(NO_COLUMN, {"column": claim[name], "known": nearest(claim[name], rows)}))

    def code(base: Study) -> None:
        if "code" in claim:
            refuse_unread(claim)
            known = [each.id for each in frames.load(claim.get("codebook", "generic")).codes]
            refuse_no_code(claim["code"], known)

    asks: list[Callable[[Study], Any]] = [columns, code]
    asks += [lambda base, side=side: refuse_absent(base, conditions(claim, side))
             for side in ("target", "reference") if claim.get(side, "rest") != "rest"]  # fmt: skip
    asks += [lambda base, actor=claim[name]: naming(base, base.known["article_id"].head(0), actor)
             for name in ("actor", "other_actor") if name in claim]  # fmt: skip
    asks += [lambda base: refuse_absent(base, counted_by(claim)), lambda base: refuse_decided(claim)]
    asks += [lambda base: with_words(claim, base.counts)] if claim["measure"] == "words" else []
    asks += [lambda base: with_relation(claim)] if "relation" in claim else []
    found = []
    try:
        base = base_of(claim, study)
    except (FramingError, ValueError) as error:
        return [str(error)]
    for ask in asks:
        try:
            ask(base)
        except (FramingError, ValueError) as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def rests_on(claim: dict[str, Any], study: Study) -> dict[str, str]:
    """Checksums of what a claim rests on besides its articles: codebook, lexicon, people's codes, tables of words."""
    found = {}
    if "code" in claim:
        found["codebook"] = lambda: provenance.of_file(path_of(claim.get("codebook", "generic")))[:16]
    if "people" in claim:
        found["people"] = lambda: provenance.of_frame(people_of(claim, study.known))
    if "relation" in claim:
        found["lexicon"] = lambda: provenance.of_file(lexicon_at("northeast_asia"))[:16]
    of_actors = {*OF_ACTORS, "mentions"} - {*study.known}
    keys, measured = set(claim) | (columns_of(claim) & of_actors), {"given", "unit"} & set(claim)
    named = {"mentions": {"other_actor", *OF_ACTORS, "mentions"}, "tokens": {"code", "relation"}, "counts": {"terms"}}
    if keys & named["mentions"] and not measured and study.has("mentions"):  # other names are no other articles
        of_relation = found.get("lexicon", str)
        found["lexicon"] = lambda: f"{of_relation()} {study.mentions.attrs.get('lexicon', '')}".strip()
    for table, names in named.items():
        if keys & names and not measured:
            found[table] = partial(_checksum_of, study, table)
    return {name: _or_none(ask) for name, ask in found.items()}


def columns_of(claim: dict[str, Any]) -> set[str]:
    """The columns that a claim names: of its sides, its population, what is counted, what is averaged, its clusters."""
    own = {claim[name] for name in ("column", "cluster", "within") if name in claim}
    return own.union(*of_sides_named(claim), *taken_by(claim), counted_by(claim))


def of_sides_named(claim: dict[str, Any]) -> list[dict[str, list]]:
    """The conditions of the sides that a claim names, the rest being none."""
    return [conditions(claim, side) for side in ("target", "reference") if claim.get(side, "rest") != "rest"]


def taken_by(claim: dict[str, Any]) -> list[dict[str, Any]]:
    """What the population of a claim keeps, and what it drops."""
    return [claim.get("population", {}).get(verb) or {} for verb in ("keep", "drop")]


def subset_of(study: Study) -> str:
    """Which articles are taken, by their number and the checksum of their names."""
    ids = sorted(study.articles["article_id"].astype(str))
    return f"{len(ids):,} ({provenance.of_data(ids)[:12]})"


def _checksum_of(study: Study, table: str) -> str:
    return study.inputs[table] if study.has(table) else ""


def _or_none(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except (FramingError, ValueError, OSError):
        return ""


def with_actors(claim: dict[str, Any], study: Study) -> dict[str, Any]:
    """The claim with its actors by the names that the lexicon has for them."""
    named = {name: actor_id(study.mentions, claim[name]) for name in ("actor", "other_actor") if name in claim}
    if len(set(named.values())) < len(named):
        raise ParamError(Message(_ITSELF, {"actor": named["actor"]}))
    return claim | named


def with_pages(claim: dict[str, Any], study: Study) -> tuple[Study, tuple[Message, ...]]:
    """The study without the outlets of which no page at all is known, for a claim of pages: there is none to fill in.

    Raises
    ------
    TableError
        One side of the claim is of such outlets only.
    """
    if not reads_pages(claim) or not {"page", "outlet"} <= set(study.known):
        return study, ()
    known = study.known["page"].notna().groupby(study.known["outlet"].astype(str)).any()
    none = known.index[~known].tolist()
    if not none or len(none) == len(known):
        return study, ()
    gone, named = set(), set()
    for rows in articles_of(claim, study):
        outlets = rows["outlet"].astype(str)
        out = outlets.isin(none)
        if len(out) and out.all():
            raise TableError(Message(_NO_PAGE, {"outlets": tuple(sorted(outlets.unique()))}))
        gone, named = gone | {*rows.loc[out, "article_id"].astype(str)}, named | {*outlets[out]}
    told = (Message(_NO_PAGES, {"n": len(gone), "outlets": tuple(sorted(named))}),) if gone else ()
    return (study.take(drop={"outlet": none}) if gone else study), told


def articles_of(claim: dict[str, Any], study: Study) -> list[pd.DataFrame]:
    """The articles of each side that the claim names (else all), in its window and the time before."""
    base, spans = base_of(claim, study), [claim[name] for name in ("window", "before") if claim.get(name)]
    sides = [side_of(base, claim, side, {}).articles for side in ("target", "reference") if side in claim]
    if not spans:
        return sides or [base.articles]
    return [rows[np.logical_or.reduce([dates.between(rows, one.get("since"), one.get("until")) for one in spans])]
            for rows in sides or [base.articles]]  # fmt: skip


def conditions(claim: dict, side: str) -> dict[str, list]:
    given = claim.get(side, {})
    return (
        given if isinstance(given, dict) else {claim.get("by", "outlet"): given if isinstance(given, list) else [given]}
    )


def base_of(claim: dict, study: Study) -> Study:
    population = claim.get("population", {})
    for verb in ("keep", "drop"):
        refuse_absent(study, population.get(verb) or {})
    base = study.take(**population) if population else study
    timed = {"window", "before"} & set(claim) or claim.get("per") == "day"
    if timed and base.articles.reindex(columns=["date"]).isna().all(axis=None):
        raise TableError(_NO_DATES)
    windows, month = {name: claim[name] for name in ("window", "before") if claim.get(name)}, pd.Timedelta(days=31)
    if windows:
        reach = dates.spans(study.known)
        first, last = reach["first"].min(), reach["last"].max()
    for name, asked in windows.items():
        ends = {end: pd.Timestamp(day) for end, day in asked.items()}
        beyond = [day for day in ends.values() if not first - month <= day <= last + month]
        if beyond:
            told = Message(_REACHES, {"since": first, "until": last, "day": str(beyond[0].date())})
            inside = ", ".join(f"{end}: {min(max(day, first), last).date()}" for end, day in ends.items())
            some = ends.get("since", first) <= last and ends.get("until", last) >= first
            advice = Message(_WITHIN, {"name": name, "ends": inside}) if some else ""
            raise TableError(together(told, WHOLE_YEARS if claim.get("measure") == "rank" else advice))
    return base


def side_of(base: Study, claim: dict, which: str, window: dict) -> Study:
    """The rows of a side in a window; ``rest`` are all that are not the target's."""
    if which == "reference" and claim.get("reference") == "rest":
        mine, rows = side_of(base, claim, "target", {}).articles, side_of(base, claim, "", window).articles
        ids = rows["article_id"].astype(str)
        rest = ids[~ids.isin({*mine["article_id"].astype(str), *unplaced(base, claim)})].tolist()
        if not rest:
            raise TableError(_NO_REST)
        return base.take(keep={"article_id": rest})
    keep = conditions(claim, which) if which in claim else {}
    refuse_absent(base, keep)
    try:
        return base.take(keep=keep, **window) if keep or window else base
    except ParamError as error:
        if "no article is left" not in str(error):
            raise
        if not window:
            side = tuple(f"{name} {each}" for name, values in keep.items() for each in values)
            raise ParamError(Message(NO_SIDE, {"side": side})) from None
        reach = dates.spans(base.known)
        first, last = (window.get(end) or str(at.date()) for end, at in
                       (("since", reach["first"].min()), ("until", reach["last"].max())))  # fmt: skip
        raise ParamError(Message(EMPTY, {"first": first, "last": last})) from None


def by_mentions(claim: dict) -> bool:
    """Whether both sides are of the articles that mention an actor; those that mention both are of neither."""
    return all(side in claim and "mentions" in conditions(claim, side) for side in ("target", "reference"))


def unplaced(base: Study, claim: dict) -> set[str]:
    """Articles of which it is not known whether they are the target's: in neither it nor the rest."""
    if "target" not in claim:
        return set()
    asked = conditions(claim, "target")
    known = fitting(base, asked).notna()
    known &= base.articles.index.isin(of_outlets(base.articles).index) if "outlet" in asked else True
    return {*base.articles["article_id"].astype(str)[~known]}


def refuse_absent(base: Study, keep: dict[str, list]) -> None:
    for column, given in keep.items():
        values = given if isinstance(given, list) else [given]
        if column == "mentions" and column not in base.known and base.has("mentions"):
            for actor in values:
                naming(base, base.known["article_id"].head(0), actor_id(base.mentions, str(actor)))
            continue
        known = base.known if column in base.known else base.placed()
        if column not in known:
            raise ParamError(Message(NO_COLUMN, {"column": column, "known": nearest(column, known)}))
        there = known[column].dropna()
        if pd.api.types.is_bool_dtype(there) or pd.api.types.is_datetime64_any_dtype(there):
            continue  # named in several ways
        if column == "actor" and column not in base.known and base.has("mentions"):
            values = [actor_id(base.mentions, str(each)) for each in values if each is not None]
        known = there.map("{:g}".format) if pd.api.types.is_numeric_dtype(there) else there.astype(str)
        absent = tuple(str(each) for each in values if each not in (None, "") and str(each) not in set(known))
        if len(known) and absent:
            told = Message(
                NOT_THERE,
                {"column": column, "values": absent, "known": nearest(absent[0], known.value_counts().index)},
            )
            others = tuple(
                name for name in base.known if name not in (column, "article_id") and _names(base.known[name])
                and (base.known[name].astype(str) == absent[0]).any()
            )  # fmt: skip
            elsewhere = (
                Message(_ELSEWHERE, {"value": absent[0], "columns": others, "first": others[0]}) if others else ""
            )
            raise ParamError(together(told, elsewhere))


def _names(column: pd.Series) -> bool:
    """Whether a column holds names, and no numbers, days or flags."""
    return not any(of(column) for of in (pd.api.types.is_numeric_dtype, pd.api.types.is_datetime64_any_dtype))


def nearest(asked: str, known: Iterable) -> tuple[str, ...]:
    """Up to eight of the names that are there, those that hold what was asked for or are spelled like it first, and
    how many more there are."""
    there, own = [*dict.fromkeys(map(str, known))], asked.casefold()
    holding = sorted([each for each in there if own in each.casefold()], key=lambda each: each.casefold().find(own))
    every = tuple(dict.fromkeys([*holding, *difflib.get_close_matches(asked, there, 3), *there]))
    return every[:8] + ((Message("and {n} more", {"n": len(every) - 8}),) if len(every) > 8 else ())


def people_of(claim: dict, articles: pd.DataFrame, labels: Mapping[str, str] | None = None) -> pd.DataFrame:
    """People's codes: of the sheets in a folder of ``31_coding``, or as ``datasets.codings`` takes them."""
    if (Path(claim["people"]) / KEY).is_file():
        return reliability.read(claim["people"], labels=labels).codings
    return datasets.codings(claim["people"], articles=articles, labels=labels)


def refuse_unread(claim: dict):
    """Refuses a code that the codebook has, but with a rule that cannot be read."""
    faults = frames.load(claim.get("codebook", "generic")).faults
    for row in each(faults[faults["code"].eq(claim["code"])]):
        raise TableError(Message(_UNREAD, row._asdict()))


def refuse_no_code(code: str, known: Iterable[str]) -> None:
    if code not in known:
        raise TableError(Message(_NO_CODE, {"code": code, "known": nearest(code, known)}))


def counted_by(claim: dict) -> dict[str, list]:
    counted = claim.get("counted", {})
    return counted if isinstance(counted, dict) else {"section": counted if isinstance(counted, list) else [counted]}


def refuse_decided(claim: dict) -> None:
    """Refuses a share or a mean that the conditions of a side, or of the population, decide whatever is in the data."""
    if MEASURES[claim["measure"]] == "ratio" or claim["measure"] in ("shared", "order"):
        return
    if MEASURES[claim["measure"]] == "units" and (column := _related(claim, sides_alone=True)):
        raise TableError(Message(_DECIDED, {"column": column}))
    of_rows = {"front": {"page": [1]}, "page": {"page": []}, "tone": {claim.get("column", ""): []}}
    counted = _paged(of_rows.get(claim["measure"], counted_by(claim)))
    counted |= {"mentions": _written(claim["actor"])} if "actor" in claim else {}
    taken = claim.get("population", {}).get("keep") or {}
    for side in sorted({"target", "reference"} & {*claim}):
        asked = {**taken, **({} if claim[side] == "rest" else conditions(claim, side))}
        own = {name: values for name, values in _paged(asked).items() if name in counted}
        every = [
            name for name, values in own.items() if (values <= counted[name] if counted[name] else len(values) < 2)
        ]
        none = [
            name for name, values in own.items() if counted[name] and not values & counted[name] and name != "mentions"
        ]  # an article may mention both
        if claim[side] == "rest" and len(theirs := conditions(claim, "target")) == 1:
            none += [name for name, values in theirs.items() if name in counted and counted[name] <= _written(values)]
        if none or own and len(every) == len(counted):
            raise TableError(Message(_DECIDED, {"column": [*none, *every][0]}))


def refuse_constant(claim: dict, *sides: tuple[float, float]) -> None:
    """Refuses a share that is 0 or 1 on each side (how many have it, of how many) where sides or population name what
    is counted, or a column that says it in other words."""
    column = _related(claim)
    if column and all(size and n in (0, size) for n, size in sides):
        raise TableError(Message(_DECIDED, {"column": column}))


def _related(claim: dict, *, sides_alone: bool = False) -> str | None:
    """The column that sides (or population) name and that says what is measured."""
    measured = {claim["column"]} if "column" in claim else {*counted_by(claim)}
    measured |= {"page"} if claim["measure"] in ("page", "front") else set()
    measured |= {"actor"} if "actor" in claim else set()
    for group in ({"front", "page"}, {*OF_ACTORS, "mentions"}):
        measured |= group if measured & group else set()
    asked = of_sides_named(claim) + ([] if sides_alone else taken_by(claim))
    return next((name for one in asked for name in one if name in measured), None)


def _paged(asked: dict) -> dict[str, set[str]]:
    """Conditions as they are written, with the front as page 1."""
    found = {name: _written(values) for name, values in asked.items()}
    return {"page": {"1"}, **found} if found.get("front") == {"true"} else found


def _written(values: Any) -> set[str]:
    """Values of a condition as they are written: of a yes or no in small letters."""
    return {str(each).lower() for each in (values if isinstance(values, list) else [values])}


def naming(base: Study, ids: pd.Series, actor: str) -> pd.Series:
    """Whether the articles of these ids name an actor; missing where one has no words."""
    searched = base.mentions["actor"].cat.categories  # the lexicon: of its actors, none found is a count of 0
    if not len(searched):
        raise TableError(Message(_NO_SEARCH, {"actor": actor}))
    if actor not in searched:
        raise TableError(Message(_NO_ACTOR, {"actor": actor, "known": nearest(actor, searched)}))
    found = mentioned(base.articles, base.mentions, actor).set_axis(base.articles["article_id"].astype(str))
    return found.reindex(ids).set_axis(ids.index)


def numbers_of(rows: pd.DataFrame, column: str) -> pd.Series:
    """The numbers of a column, of a CSV as well, which leaves those of a column of the user's own as text."""
    if column not in rows:
        numbers = [name for name in rows if pd.api.types.is_numeric_dtype(rows[name]) and name != "_side"]
        told = _TEXT if column in ("headline", "text") else NO_COLUMN  # placements are without them
        raise TableError(Message(told, {"column": column, "known": nearest(column, numbers)}))
    held = rows[column]
    if pd.api.types.is_datetime64_any_dtype(held):
        raise TableError(Message(_NO_NUMBERS, {"column": column, "values": tuple(held.astype(str)[:3])}))
    if pd.api.types.is_numeric_dtype(held):
        found = pd.Series(held.astype("Float64").to_numpy(float, na_value=np.nan), index=rows.index)
        if n := int(np.isinf(found).sum()):
            raise TableError(Message(_ENDLESS, {"column": column, "n": n}))
        return found
    text = held.astype("string").str.normalize("NFKC").str.strip().str.replace("\u2212", "-").replace("", pd.NA)
    found = pd.to_numeric(text, errors="coerce").astype("Float64").replace([np.inf, -np.inf], pd.NA)
    if text.notna().any() and not found.notna().any():
        numbers = [name for name in rows if pd.api.types.is_numeric_dtype(rows[name]) and name != "_side"]
        raise TableError(Message(_TEXT, {"column": column, "known": nearest(column, numbers)}))
    others = tuple(held[(text.notna() & found.isna()).to_numpy()].astype(str).unique()[:5])
    if others:
        raise TableError(Message(_NO_NUMBERS, {"column": column, "values": others}))
    return pd.Series(found.to_numpy(float, na_value=np.nan), index=rows.index)


def with_words(claim: dict, counts: pd.DataFrame) -> pd.Series:
    found = counts["term"].isin(claim["terms"])
    if not found.any():
        known = tuple(dict.fromkeys(near for word in claim["terms"] for near in close_to(word, counts)))
        raise TableError(Message(_NO_WORD, {"words": tuple(claim["terms"]), "known": known or ("–",)}))
    return found


def close_to(word: str, counts: pd.DataFrame, *, inside: bool = False) -> dict[str, int]:
    """Counted words near one, and how often they are counted: those that hold it (経済制裁 holds 制裁), else (not
    ``inside``) its parts, or those that begin as it does."""
    terms = counts["term"].astype("category")
    names, folded = terms.cat.categories.astype("str"), word.casefold()
    near = names[names.str.casefold().str.contains(folded, regex=False) & (names != word)]
    if not len(near) and not inside:
        near = names[[len(name) > 1 and name in word for name in names]]
    if not len(near) and not inside:
        near = names[names.str.casefold().str.startswith(folded[: max(len(folded) - 2, 2)])]
    held = terms.isin(near).to_numpy()
    found = counts.loc[held, "n"].groupby(terms[held].astype("str")).sum()
    return found.sort_values(ascending=False).head(3).astype(int).to_dict()


def with_relation(claim: dict):
    """The lexicon that has the words of a relation (朝ロ), and the one that the claim has first among them."""
    words = lexicon.load("northeast_asia")
    firsts = {each.label: sorted({order.split(">")[0] for order in each.forms.values() if order})
              for each in words.variants if any(each.forms.values())}  # fmt: skip
    relation, first = claim["relation"], claim["first"]
    if relation not in firsts:
        raise ParamError(Message(_NO_RELATION, {"known": nearest(relation, firsts), "relation": relation}))
    if first not in firsts[relation]:
        values = {"relation": relation, "known": tuple(firsts[relation]), "first": first}
        raise ParamError(Message(_NO_FIRST, values))
    if len(firsts[relation]) < 2:
        forms = tuple(next(each.forms for each in words.variants if each.label == relation))
        both = [label for label, orders in firsts.items() if len(orders) > 1]
        raise ParamError(Message(_ONE_ORDER, {"relation": relation, "forms": forms, "known": nearest(relation, both)}))
    return words
