"""Claims about shares, means, words, topics and the order of names: two groups of articles."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from framing import dates, frames, keyness, prominence
from framing.claims.common import (
    LEVELS,
    NO_VALUES,
    REPORTED,
    Measured,
    clusters_of,
    filled,
    has_of,
    of_sides,
    refuse_both,
    refuse_wordless,
    search_p,
    sided,
    widest,
)
from framing.claims.lasting import Clustered, lasting
from framing.claims.means import bounded
from framing.claims.sides import (
    NO_COLUMN,
    base_of,
    close_to,
    conditions,
    numbers_of,
    people_of,
    refuse_constant,
    side_of,
    with_relation,
    with_words,
)
from framing.codings import Labels
from framing.declared import lacking
from framing.errors import TableError
from framing.frames.asking import article_of
from framing.frames.comparing import differing
from framing.frames.correcting import differences
from framing.messages import Message, mark
from framing.multiverse.pairs import Pair
from framing.multiverse.subjects import shares_of
from framing.study.studies import Study
from framing.tokens.relations import relations

_UNCORRECTED = mark("The codes are a machine's, uncorrected for its errors; 32_corrected joins them to people's codes.")
_CORRECTED = mark("Corrected for the machine's errors by people's codes; articles that they coded: {n}.")
_UNUSED = mark("Of the words of the claim these are counted in no article of its sides: {words}.")
_INSIDE = mark(
    "{word} also stands inside words that are counted as other ones: {others}. To count these too, name them under "
    "'terms'."
)
_USES = mark(
    "Uses of the words: {n:,} of {all:,} counted words against {k:,} of {rest:,}; the ratio adds half a use to each."
)
_NOT_CODED = mark("People coded no article of one side of the claim, in its time and population.")
_UNKNOWN = mark("Issues with both sides in which a place is not known, left out: {n}.")
_OF_TOPICS = mark("The interval does not hold the uncertainty of the topics themselves.")
_WORDLESS = mark("Articles without a date, or without a word that the topics are made of, left out: {n}.")
_NO_LISTS = mark("The order of names in lists needs columns that the data have not: {columns}.")
_UNLISTED = mark("Pairs of the same day and occasion that stand in no list with an order, left out: {n}.")
_NO_LIST = mark("Rows of lists of which the day, outlet, direction or occasion is not known, left out: {n}.")
_MEANS = mark("The mean is {mean:.2f} against {other:.2f}.")


def shares(claim: dict, study: Study, fill: str, seed: int, replicates: int) -> Measured:
    rows, base = sided(claim, study)
    if "people" in claim:
        return _corrected(claim, rows, base)
    has = has_of(claim, rows, base)
    missing = int(has.isna().sum())
    if fill:  # every missing value as the claim would have it, or as it would not
        sides = rows["_side"].eq(1 if "value" not in claim else 0).astype(int)
        has = has.mask(has.isna(), sides.map({side: filled(claim, fill, side) for side in (0, 1)}))
    known = has.notna().to_numpy()
    rows, y = rows[known], has[known].to_numpy(dtype=bool)
    rows = rows.assign(_value=y)
    if not len(y) or ("value" not in claim and rows["_side"].nunique() < 2):
        raise TableError(NO_VALUES)
    group = rows["_side"].to_numpy()
    refuse_constant(claim, *((float(y[group == one].sum()), float((group == one).sum())) for one in np.unique(group)))
    estimate, ends, n_clusters = widest(claim, rows, lambda name: _apart(y, group, clusters_of(claim, rows, name)))
    cautions = (REPORTED,) if study.reported else ()
    cautions += (_UNCORRECTED,) if "code" in claim else ()
    searched = search_p(claim, study, seed, replicates)
    shift = claim.get("value", 0.0)
    return Measured(
        estimate - shift, {level: (low - shift, high - shift) for level, (low, high) in ends.items()}, len(y),
        n_clusters, "frames.crosstab", cautions, missing=missing, searched=searched,
        features={"articles": float(np.bincount(group).min())}, sides=of_sides(y, group, claim.get("value")),
    )  # fmt: skip


def _apart(y: np.ndarray, group: np.ndarray, cluster: np.ndarray) -> Clustered:
    """The difference of two shares, or one share alone, with its intervals."""
    found = {level: differing(y, group, cluster, level) for level in LEVELS}
    return found[0.9][0], {level: (low, high) for level, (_, low, high) in found.items()}, len(np.unique(cluster))


def _corrected(claim: dict, rows: pd.DataFrame, base: Study) -> Measured:
    """A difference of shares of a code in which people's codes of a sample correct the machine's: the part of a sample
    that lies in the rows of both sides is a sample of these, and what people coded elsewhere is left out."""
    rows = rows.astype({"article_id": str}).set_index("article_id")
    both = base.take(keep={"article_id": rows.index.tolist()})
    ids = both.articles["article_id"].astype(str)
    rows["_side"] = rows["_side"].map({1: "target", 0: "reference"})
    named = {"_side", "issue_date", claim.get("cluster", "_side")}
    named = named & {*rows} - {*both.articles}  # what is derived is no column of the articles
    both.articles = both.articles.assign(**{name: ids.map(rows[name]) for name in named})
    machine = frames.code(both, claim.get("codebook", "generic"))
    book, code = machine.codebook, claim["code"]
    labels = book.labels if book.exclusive else Labels({code: book.labels.get(code, code)}, book.labels.also)
    people = people_of(claim, base.known, labels)
    coded = article_of(people)
    people = people[coded.isin(ids) | ~coded.isin(base.known["article_id"].astype(str))]
    if not {"target", "reference"} <= {*rows["_side"].reindex(coded)}:
        raise TableError(_NOT_CODED)
    hits = machine.units["article_id"][machine.has[:, list(machine.names).index(code)]].astype(str)
    told, table = [], rows.reset_index().assign(_value=rows.index.isin(hits))

    def measured(cluster: str) -> Clustered:
        options = {"strata": claim.get("strata", []), "cluster": cluster if cluster in both.articles else ""}
        found, n, note = differences(both, machine, people, f"{code} ~ _side", levels=LEVELS, **options)
        told[:] = [Message(_CORRECTED, {"n": n}), *((note,) if isinstance(note, Message) else ())]
        turned = -1 if found[0.9]["group"] == "reference" else 1
        both_ends = {level: turned * each[["conf_low", "conf_high"]].to_numpy(float) for level, each in found.items()}
        ends = {level: (float(each.min()), float(each.max())) for level, each in both_ends.items()}
        return turned * float(found[0.9]["estimate"]), ends, len(np.unique(clusters_of(claim, table, cluster)))

    estimate, ends, n_clusters = widest(claim, table, measured)
    return Measured(estimate, ends, len(rows), n_clusters, "frames.corrected", tuple(told))


def means(claim: dict, study: Study, fill: str, seed: int, replicates: int) -> Measured:
    rows, _ = sided(claim, study)
    value = numbers_of(rows, "page" if claim["measure"] == "page" else claim["column"])
    missing = int(value.isna().sum())
    if fill and missing:
        high = filled(claim, fill, 1)
        value = value.fillna(
            rows["_side"].map({1: value.max() if high else value.min(), 0: value.min() if high else value.max()})
        )
    rows = rows.assign(value=value, _value=value, side=rows["_side"])[value.notna()]
    least = 1.0 if claim["measure"] == "page" else np.inf
    estimate, ends, n_clusters = widest(claim, rows, lambda name: _fitted(rows, clusters_of(claim, rows, name), least))
    cautions = (REPORTED,) if study.reported else ()
    mean = rows.groupby("side")["value"].mean()
    return Measured(estimate, ends, len(rows), n_clusters, "prominence.fit", cautions, missing=missing,
                    searched=search_p(claim, study, seed, replicates),
                    sides=Message(_MEANS, {"mean": mean[1], "other": mean[0]}))  # fmt: skip


def _fitted(rows: pd.DataFrame, cluster: np.ndarray, least: float = np.inf) -> Clustered:
    """The difference of means of the sides, and its interval at each level, errors by cluster; no value lies below
    ``least``."""
    value, side = rows["value"].to_numpy(dtype=float), rows["side"].to_numpy(dtype=int)
    if rows["side"].nunique() < 2:
        raise TableError(NO_VALUES)
    ends, estimate = dict.fromkeys(LEVELS, (np.nan, np.nan)), 0.0
    if np.ptp(value):
        fit = prominence.fit(rows[["value", "side"]].assign(cluster=cluster), "value", "side", family="ols",
                             cluster="cluster", level=LEVELS[0])  # fmt: skip
        row = fit.coefficients.set_index("term").loc["side"]
        estimate, half = float(row["estimate"]), (row["conf_high"] - row["conf_low"]) / 2
        times = {level: stats.t.ppf((1 + level) / 2, row["df"]) for level in LEVELS}
        ends = {level: (estimate - half * t / times[LEVELS[0]], estimate + half * t / times[LEVELS[0]])
                for level, t in times.items()}  # fmt: skip
    span = min(least, value.min()), value.max()
    return estimate, bounded(ends, value, side, cluster, span), len(np.unique(cluster))


def words(claim: dict, study: Study, seed: int, replicates: int) -> Measured:
    rows, base = sided(claim, study)
    ids = base.counts["article_id"].cat
    at = pd.Index(rows["article_id"].astype(str)).get_indexer(ids.categories.astype(str))[ids.codes]
    counts, at = base.counts[at >= 0], at[at >= 0]
    together, named = with_words(claim, counts), claim["terms"][0]
    merged = pd.DataFrame({"article_id": at, "term": np.where(together, named, f"not {named}"), "n": counts["n"]})
    merged = merged.groupby(["article_id", "term"], as_index=False)["n"].sum()  # only the number of the other words
    of = merged["article_id"].to_numpy()
    merged["outlet"] = np.where(rows["_side"].eq(1), "target", "reference")[of]
    size, own = np.bincount(of, merged["n"], len(rows)), merged[merged["term"].eq(named)]
    rows = rows.assign(_value=np.bincount(own["article_id"], own["n"], len(rows)), _size=size)
    refuse_wordless(rows)
    unused = tuple(word for word in claim["terms"] if not counts["term"].eq(word).any())
    other = counts[~together]
    others = {word: close_to(word, other, inside=True)
              for word in claim["terms"] if len(word) > 1 and not word.isascii()}  # fmt: skip
    told = (Message(_UNUSED, {"words": unused}),) if unused else ()
    told += tuple(Message(_INSIDE, {"word": word, "others": tuple(f"{name} ({n:,})" for name, n in found.items())})
                  for word, found in others.items() if found)  # fmt: skip
    n = 0

    def measured(name: str) -> Clustered:
        nonlocal n
        cluster, ends, estimate = clusters_of(claim, rows, name), {}, np.nan
        table = merged.assign(article_id=rows["article_id"].astype(str).to_numpy()[of], _cluster=cluster[of])
        for level in LEVELS:
            options = {"cluster": "_cluster", "replicates": 9, "seed": seed, "level": level}  # of p, which is not read
            found = keyness.compare(table, target="target", reference="reference", terms=[named], **options).iloc[0]
            estimate, ends[level] = float(found["log2_ratio_half"]), (found["conf_low"], found["conf_high"])
            n = int(found["n_articles_target"] + found["n_articles_reference"])
        return estimate, ends, len(np.unique(cluster[own["article_id"]]))

    estimate, ends, n_clusters = widest(claim, rows[size > 0], measured, ratio=True)
    uses, every = (each.groupby("outlet")["n"].sum().reindex(["target", "reference"], fill_value=0).tolist()
                   for each in (own, merged))  # fmt: skip
    sides = dict(zip(("n", "k", "all", "rest"), uses + every, strict=True))
    return Measured(2.0**estimate, {level: (2.0**low, 2.0**high) for level, (low, high) in ends.items()}, n, n_clusters,
                    "keyness.compare", told,
                    searched=search_p(claim, study, seed, replicates), features={"articles": float(n)},
                    sides=Message(_USES, sides))  # fmt: skip


def topic(claim: dict, study: Study, seed: int) -> Measured:
    base, window = base_of(claim, study), claim.get("window", {})
    base = base.take(since=window.get("since"), until=window.get("until")) if window else base
    pair = Pair.of(base, *(conditions(claim, side)["outlet"][0] for side in ("target", "reference")))
    share = shares_of(base, claim["terms"], pair, int(claim.get("n_topics", 10)), seed) / 100
    rows = pair.articles.assign(value=share, side=pair.label.astype(int))
    if "date" in rows:
        rows["issue_date"] = dates.days(rows)
    known = rows.assign(_value=share, _side=rows["side"])[np.isfinite(share)]
    estimate, ends, n_clusters = widest(claim, known, lambda name: _fitted(known, clusters_of(claim, known, name)))
    gone = int(base.articles["outlet"].astype(str).isin(pair.articles["outlet"].astype(str)).sum()) - len(known)
    told = (_OF_TOPICS, *((Message(_WORDLESS, {"n": gone}),) if gone else ()))
    return Measured(estimate, ends, len(known), n_clusters, "multiverse.subject", told)


def order(claim: dict, study: Study) -> Measured:
    """Who is named first: in words of a relation (朝ロ), or in lists of messages of one issue and occasion."""
    if "relation" not in claim:
        return _listed(claim, study)
    if not study.has("tokens"):
        raise TableError(lacking(["text"], {"text": False}))
    words = with_relation(claim)
    rows, base = sided(claim, study)
    found = relations(base.tokens, words, quoted="quoted" in claim)
    found = found[found["relation"].astype(str).eq(claim["relation"])]
    if "quoted" in claim:
        found = found[found["quoted"].eq(claim["quoted"] == "inside")]
    side = found["article_id"].astype(str).map(rows.astype({"article_id": str}).set_index("article_id")["_side"])
    found, side = found[side.notna().to_numpy()], side.dropna().to_numpy(dtype=int)
    if not len(found):
        raise TableError(Message("No word of the relation {relation} stands there.", {"relation": claim["relation"]}))
    y = found["first"].astype(str).eq(claim["first"]).to_numpy()
    at = pd.Index(rows["article_id"].astype(str)).get_indexer(found["article_id"].astype(str))
    return _proportion(claim, y, side, rows.iloc[at], ())


def _listed(claim: dict, study: Study) -> Measured:
    base = base_of(claim, study)
    keys, place = ["date", "outlet", "direction", "occasion"], "order_in_list"
    absent = [name for name in [*keys, place] if name not in base.articles]
    if absent:
        raise TableError(Message(_NO_LISTS, {"columns": tuple(absent)}))
    pairs, gone = [], 0
    for side, ends in ((1, claim.get("window", {})), (0, claim.get("before"))):
        if ends is None:
            continue
        rows = [side_of(base, claim, which, ends).articles for which in ("target", "reference")]
        rows = [each.assign(date=dates.days(each)) for each in rows]
        known = [each[keys].notna().all(axis=1) for each in rows]  # unknown and unknown are no day, and no list
        gone += sum(int((each[place].notna() & ~own).sum()) for each, own in zip(rows, known, strict=True))
        mine, other = (each[own] for each, own in zip(rows, known, strict=True))
        pairs.append(mine.merge(other, on=keys, suffixes=("", "_other")).assign(side=side))
    both = pd.concat(pairs)
    refuse_both(int(both["article_id"].eq(both["article_id_other"]).sum()))
    listed = both[[place, f"{place}_other"]].notna().all(axis=1) & both[place].ne(both[f"{place}_other"])
    left = ((_UNLISTED, int((~listed).sum())), (_NO_LIST, gone))
    cautions = ((REPORTED,) if study.reported else ()) + tuple(Message(text, {"n": n}) for text, n in left if n)
    both = both[listed]
    y = (both[place].astype(float) < both[f"{place}_other"].astype(float)).to_numpy()
    return _proportion(claim | {"cluster": "date"}, y, both["side"].to_numpy(dtype=int), both, cautions)


def _proportion(claim: dict, y, group, rows: pd.DataFrame, cautions) -> Measured:
    """The share of the target's first places less that of the other side, or less a value."""
    alone = "value" in claim or not {"reference" if "relation" in claim else "before", "before"} & set(claim)
    if not len(y) or (not alone and len(np.unique(group)) < 2):
        raise TableError(mark("One side of the claim has no word or list that names both."))
    shift = claim.get("value", 0.5) if alone else 0.0
    group = np.zeros(len(y), int) if alone else group
    rows = rows.assign(_value=y, _side=group)
    estimate, ends, n = widest(claim, rows, lambda name: _apart(y, group, clusters_of(claim, rows, name)))
    ends = {level: (low - shift, high - shift) for level, (low, high) in ends.items()}
    sides = of_sides(y, group, shift if alone else None)
    return Measured(estimate - shift, ends, len(y), n, "frames.crosstab", cautions, sides=sides)


def within(claim: dict, study: Study, fill: str) -> Measured:
    """Both sides in the same issue: whether they shared a page, or the mean difference over issues (paired t)."""
    base, name = base_of(claim, study), claim.get("within", "issue_date")
    rows = base.placements()
    column = {"tone": claim.get("column", ""), "front": "front"}.get(claim["measure"], "page")
    if name not in rows:
        raise TableError(Message(NO_COLUMN, {"column": name, "known": tuple(map(str, rows))}))
    ids, issue = rows["article_id"].astype(str), (dates.days(rows) if name == "date" else rows[name]).astype(object)
    if name in ("issue_date", "date") and "outlet" in rows:  # an issue is one outlet's of a day that is known
        issue = (rows["outlet"].astype("string") + " " + issue.astype("string")).astype(object)
    value = numbers_of(rows, column)
    pairs = {
        side: [ids.isin(side_of(base, claim, which, ends).articles["article_id"].astype(str)) & issue.notna()
               for which in ("target", "reference")]
        for side, ends in ((1, claim.get("window", {})), (0, claim.get("before"))) if ends is not None
    }  # fmt: skip
    theirs = value[np.logical_or.reduce([*itertools.chain(*pairs.values())])]  # of rows on neither side none is filled
    span = (0.0, 1.0) if column == "front" else (theirs.min(), theirs.max())
    y, group, cluster, gone, missing = [], [], [], 0, 0
    for side, pair in pairs.items():
        refuse_both(int((pair[0] & pair[1]).sum()))
        high = filled(claim, fill, side)
        held = [value.fillna(span[end]) if fill else value for end in (high, not high)]
        a, b = (own[one].groupby(issue[one]).mean() for own, one in zip(held, pair, strict=True))
        both = a.to_frame("mean").join(b.rename("mean_other"), how="inner")
        known = both.dropna().sort_index(key=lambda names: names.astype(str))
        gone += len(both) - len(known)
        unknown = (pair[0] | pair[1]) & value.isna() & issue.isin(both.index)
        missing += int(unknown.sum())
        placed = (one & value.notna() for one in pair)
        places = [pd.MultiIndex.from_arrays([issue[one], value[one]]) for one in placed]
        shared = known.index.isin(issue[unknown]) if fill and high else False
        shared |= known.index.isin(places[0][places[0].isin(places[1])].get_level_values(0))
        y += [shared if claim["measure"] == "shared" else (known["mean"] - known["mean_other"]).to_numpy()]
        group += [side] * len(known)
        cluster += [*known.index]
    if not group:
        raise TableError(mark("No issue holds both sides with a known place. An issue is of one outlet and one day."))
    cautions = ((REPORTED,) if study.reported else ()) + (
        (Message(_UNKNOWN, {"n": gone}),) if gone and claim["measure"] == "tone" else ()
    )
    own = [each for each in ("date", "date_precision") if each in rows]
    issues = rows[own].set_axis(issue).groupby(level=0).first().reindex(cluster).assign(article_id=cluster, _side=1)
    if claim["measure"] == "shared":
        alone = {key: value for key, value in claim.items() if key != "cluster"}  # each issue is one observation
        found = _proportion(alone, np.concatenate(y), np.array(group), issues, cautions)
        return replace(found, missing=missing)
    d, n = np.concatenate(y).astype(float), len(group)
    apart = span[1] - min(1.0 if column == "page" else np.inf, span[0])
    error = d.std(ddof=1) / np.sqrt(n) if n > 2 and np.ptp(d) else np.nan  # alike in all: no spread to go by
    half = {level: float(error * stats.t.ppf(0.5 + level / 2, max(n - 1, 1))) for level in LEVELS}
    ends = {level: (float(d.mean() - each), float(d.mean() + each)) for level, each in half.items()}
    ends = bounded(ends, d, np.zeros(n, dtype=int), np.arange(n), (-apart, apart))
    found = float(d.mean()), ends, n
    estimate, ends, n_clusters = lasting(issues.assign(_value=d), found, np.arange(n)) if own else found
    return Measured(estimate, ends, n, n_clusters, "prominence.same_issue", cautions, missing=missing)
