"""Whether a claim hangs together: what it measures is compared with something, by keys that are read."""

import difflib
import math
import re
from typing import Any

from framing.declared.schema import (
    ALONE,
    ALWAYS,
    DIRECTIONS,
    EITHER,
    KINDS,
    MEASURES,
    NEEDED,
    NEEDS,
    NEVER,
    OTHER_NAMES,
    USED,
    directions,
    typed,
    unknown,
)
from framing.declared.values import value_of
from framing.errors import SourceError

_PLACES = ("nearer the front", "further inside")
_ID = re.compile(r"[\w.\-]{1,60}")


def claim_of(entry: object) -> dict[str, Any]:
    """A claim whose keys and values are in order, measure and direction by their short names."""
    if not isinstance(entry, dict):
        raise SourceError(f"a claim is a mapping with an id and a sentence, not {str(entry)[:60]!r}")
    if "" in entry:
        raise SourceError(f"the key {entry['']!r} stands twice")
    strange = [key for key in entry if key not in KINDS]
    if strange:
        others = f"; unknown too: {', '.join(repr(str(key)) for key in strange[1:])}" if strange[1:] else ""
        raise SourceError(unknown(strange[0], KINDS) + others)
    one = {
        key: value_of(key, list(value) if isinstance(value, tuple) else value)
        for key, value in entry.items()
        if value is not None
    }
    if not _ID.fullmatch(one.get("id", "")) or not str(one.get("sentence", "")).strip():
        raise SourceError("a claim needs an id (letters, digits, '-', '_' and '.', at most 60) and a sentence")
    strange = [need for need in one.get("needs", []) if need not in NEEDS]
    if strange:
        raise SourceError(f"under 'needs': {unknown(strange[0], NEEDS)}")
    if set(one.get("needs", [])) & set(NEVER) and "measure" not in one:
        return one
    if "measure" not in one:
        raise SourceError(
            f"it says nothing to measure; give a 'measure', one of {[typed(each) for each in MEASURES]}. Without one "
            f"a claim needs what no data hold: one of {list(NEVER)} under 'needs'"
        )
    for key, known, other in (
        ("measure", MEASURES, OTHER_NAMES),
        ("direction", DIRECTIONS, directions()),
    ):
        name = str(one.get(key, "none" if key == "direction" and one.get("measure") == "silence" else ""))
        name = _placed(one, name) if key == "direction" else name
        name = other.get(name.replace("_", " ").strip().lower(), name.strip().lower())
        if name not in known:
            near = difflib.get_close_matches(name, [*known, *other], 1)
            meant = (
                f"; did you mean {near[0]!r}?"
                if near
                else "; how much is said by 'matters'."
                if known is DIRECTIONS
                else "."
            )
            named = [typed(each) for each in known] if key == "measure" else _ways(one)
            raise SourceError(f"{key} {name!r} is not known{meant} There are {named}")
        one[key] = name
    may_be = {"source": (None, {}), "note": (None, {}), "population": ({},)}  # {} takes all rows
    blank = [key for key, value in entry.items() if value in (None, {}) and value not in may_be.get(key, ())]
    if blank:
        raise SourceError(
            f"{blank[0]!r} is blank, and a claim is about all that it names; fill it in or delete the key"
        )
    _refuse_thin(one)
    _refuse_unused(one)
    return one


def _ways(one: dict) -> str:
    """The directions of a measure, each with its other names; of places either may be more, by what is measured."""
    gone = _PLACES if one["measure"] == "order" else ("first", *_PLACES)
    known = {"rank": ("more", "less"), "silence": ("none",)}.get(one["measure"], ("more", "less", "same", "different"))
    named = [(name, [repr(other) for other in DIRECTIONS[name] if other not in gone]) for name in known]
    places = f", {', '.join(map(repr, _PLACES))}" if _of_places(one) else ""
    return ", ".join(f"{name!r} ({', '.join(others)})" for name, others in named) + places


def _of_places(one: dict) -> bool:
    numbers = one["measure"] == "page" or one.get("column") == "page"
    return numbers or one["measure"] == "front" or one.get("counted") in ({"page": [1]}, {"front": [True]})


def _placed(one: dict, said: str) -> str:
    """A direction; of places more or less by what is measured: a page nearer the front is a smaller number, and more of
    page 1."""
    way, measure = said.replace("_", " ").strip().lower(), one["measure"]
    if way == "first" and measure != "order":
        raise SourceError(f"direction 'first' is that of 'order of names'; of {typed(measure)!r} say 'more' or 'less'")
    if way not in _PLACES:
        return said
    if not _of_places(one):
        raise SourceError(
            f"direction {way!r} is of 'page', 'front page', or counts of {{page: [1]}}; of {typed(measure)!r} as it "
            "stands say 'more' or 'less'"
        )
    numbers = measure == "page" or one.get("column") == "page"
    return "less" if numbers == (way == "nearer the front") else "more"


def _refuse_unused(one: dict) -> None:
    """Refuse what no measure would read: a claim is about all that it says."""
    measure = one["measure"]
    used = set(USED[measure]).intersection(*(left for name, left in ALONE.items() if name in one))
    used -= (
        {"first", "quoted", "cluster"} if measure == "order" and "relation" not in one else set()
    )  # of lists of names
    for key in one:
        if key not in ALWAYS and key not in used:
            if key == "value" and key not in USED[measure]:
                raise SourceError(
                    f"{typed(measure)!r} is not held against a 'value': that a number is so and so is no comparison. "
                    "Give the other count or time under 'reference', 'before' or 'given'; for a share of the rows (as "
                    "on page 4) measure 'share of articles' with 'counted: {page: [4]}' against a 'value' from 0 to 1"
                )
            beside = next((f" beside {name!r}" for name, left in ALONE.items() if name in one and key not in left), "")
            raise SourceError(
                f"{typed(measure)!r} does not use {key!r}{beside}; it may have {sorted(used)}. Which rows are meant "
                "stands under 'population', as in {keep: {section: [politics]}}"
            )
    for names in EITHER:
        several = [name for name in names if name in one]
        if len(several) > 1:
            raise SourceError(f"{several} are each what is counted or compared with; a claim has one of them")
    lists = _of_pairs(one)
    other = next((name for name in EITHER[0] if name in one), None)
    beside = [name for name in ("reference", "before") if name in one and not (lists and name == "reference")]
    if other and beside:
        raise SourceError(f"it is compared with both {other!r} and {beside[0]!r}; a claim has one comparison")
    if {"reference", "before"} <= set(one) and not lists:
        raise SourceError(
            "it is compared with both 'reference' and 'before', and no claim is about how much more one side changed "
            "than the other. Of pages 40_prominence says it, with a formula such as 'leader * years' (a column and the "
            "time), whose product is that difference. Or write two claims, one with 'reference' and one with 'before', "
            "neither of which says it"
        )


def _of_pairs(one: dict) -> bool:
    """Whether each observation is a pair of the two sides: their order in a list, or their pages in an issue."""
    return one["measure"] == "shared" or one["measure"] == "order" and "relation" not in one


def _refuse_thin(one: dict) -> None:
    measure, scale = one["measure"], MEASURES[one["measure"]]
    if (one["direction"] == "none") != (measure == "silence"):
        raise SourceError("the direction 'none' is that of silence, and silence has no other")
    if measure == "rank" and one["direction"] not in ("more", "less"):
        raise SourceError("a 'rank' is 'highest' or 'lowest'")
    wanted = NEEDED.get(measure, ())
    if wanted and not any(key in one for key in wanted):
        raise SourceError(f"the measure {typed(measure)!r} needs one of {list(wanted)}")
    if one.get("per") == "article" and not {"actor", "counted", "unit", "given"} & set(one):
        raise SourceError(
            "articles per article are 1 on both sides; say what is counted ('actor', 'counted'), or per day"
        )
    compared = ("before", "rate", "given") if measure == "silence" else (
        "reference", "before", "value", "other_actor", "given")  # fmt: skip
    if not any(key in one for key in compared):
        raise SourceError(
            "say what it is compared with: "
            + (
                "'before' (another window) or 'rate' (the number that the window would usually hold)"
                if measure == "silence"
                else "'reference' (other rows, or rest), 'before' (another window), 'other_actor', 'value' (a share) "
                "or 'given' (counts)"
            )
        )
    least, most = (1.0, math.inf) if scale == "ratio" else (0.0, 1.0 if scale == "points" else math.inf)
    if not least <= one.get("matters", 1.0 if measure == "silence" else least - 1) < most:
        wanted = {"ratio": "a ratio of 1 or more, such as 1.25", "units": "a difference of 0 or more, such as 0.5",
                  "points": "a difference of shares from 0 to 1 (five points are 0.05)"}[scale]  # fmt: skip
        if scale == "ratio" and 0 < one.get("matters", 0) < 1:
            wanted += f" ({one['matters']:g} times as many is 'less' by {1 / one['matters']:.3g})"
        sign = "; it has no sign, which 'direction' says (less, more)" if one.get("matters", 0) < 0 else ""
        raise SourceError(f"'matters' is the smallest effect that matters: for {typed(measure)!r} {wanted}{sign}")
    if one["direction"] == "same" and not one["matters"] > least:
        raise SourceError("a claim of no difference needs a smallest effect that matters beyond none")
    _refuse_windows(one)
    _refuse_itself(one)
    reads = {"pages": reads_pages(one), "detection": measure == "silence"}
    for need in one.get("needs", []):
        if not reads.get(need, True):
            raise SourceError(
                f"it needs {need!r}, and {typed(measure)!r} reads none; measure "
                + ("'page', 'front page' or 'same page', or count {page: [1]}" if need == "pages" else "'silence'")
                + f", or leave {need!r} out of 'needs'"
            )
    if {"people", "strata"} & set(one) and not {"people", "code", "reference"} <= set(one):
        raise SourceError("codes of 'people' correct those of a 'code' between a 'target' and a 'reference'")
    if measure == "topic" and "terms" in one and (
        {"before", "value"} & set(one) or one.get("by", "outlet") != "outlet"
        or not all(isinstance(one.get(side), str) and one[side] != "rest" for side in ("target", "reference"))
    ):  # fmt: skip
        raise SourceError("a topic found by 'terms' is compared between two outlets: one 'target', one 'reference'")
    if measure == "shared" and not {"value", "before"} & set(one):
        raise SourceError("'same page' is compared with a 'value' (a share of issues) or with the time 'before'")
    if "within" in one and measure != "shared" and ("reference" not in one or {"before", "value", "given"} & set(one)):
        raise SourceError("'within' compares a 'target' and a 'reference' inside each issue, and nothing else")
    if measure == "order" and not ({"relation", "first"} <= set(one) or {"target", "reference"} <= set(one) or
                                   "given" in one):  # fmt: skip
        raise SourceError(
            "'order' is of words (give 'relation', as 朝ロ, and 'first', as ロ) or of names in lists "
            "('target', 'reference')"
        )
    for name, known in {
        "per": ("article", "day"), "chosen": ("before looking", "after looking"), "quoted": ("outside", "inside"),
    }.items():  # fmt: skip
        if one.get(name, known[0]) not in known:
            raise SourceError(f"{name!r} is one of {list(known)}, not {one[name]!r}")
    for name, (low, high) in {
        "detection": (0, 1), "dispersion": (1, 1e6), "rate": (0, 1e9), "n_topics": (2, 1000), "value": (0, 1),
    }.items():  # fmt: skip
        if name in one and not low <= one[name] <= high and (name != "value" or scale == "points"):
            raise SourceError(f"{name!r} is a number from {low:g} to {high:g}, not {one[name]:g}")


def reads_pages(one: dict) -> bool:
    """Whether a claim is about pages, or counts, compares or takes rows by them."""
    return one["measure"] in ("page", "front", "shared") or bool({"page", "front"} & _columns(one))


def _columns(one: dict) -> set[str]:
    """The columns by which a claim counts, compares or takes rows."""
    conditions = [one.get("counted"), one.get("target"), one.get("reference"), one.get("population", {}).get("keep")]
    return {one.get("by", "outlet")}.union(*(each for each in conditions if isinstance(each, dict)))


def _refuse_itself(one: dict) -> None:
    """A comparison of one side with itself."""
    sides = [one[name] if isinstance(one.get(name), dict) else {*one.get(name, ())} if isinstance(one.get(name), list)
             else {one.get(name)} for name in ("target", "reference")]  # fmt: skip
    if "target" in one and sides[0] == sides[1]:
        raise SourceError(
            f"'target' and 'reference' are the same, {one['target']}; name two sides, or leave "
            "'reference' out and give a time 'before'"
        )
    if one.get("actor", "") == one.get("other_actor"):
        raise SourceError(f"'actor' and 'other_actor' are the same, {one['actor']!r}; name two actors")


def _refuse_windows(one: dict) -> None:
    measure, whole = one["measure"], {"since", "until"}
    if "before" in one and measure != "silence" and "window" not in one:
        raise SourceError("'before' is compared with 'window'; give both")
    if (measure == "rank" or measure == "silence" and "given" not in one) and not whole <= set(one.get("window", {})):
        raise SourceError(f"{measure!r} is of a 'window' with both ends")
    if measure == "rank" and not re.fullmatch(r"(\d{4})-01-01 \1-12-31", " ".join(one["window"].values())):
        raise SourceError(
            "the window of a 'rank' is a calendar year, such as 2018; of another time claim that its 'rate of "
            "mentions' ('window') is more than that of the time 'before'"
        )
    if measure == "rank" and not whole <= set(one.get("before", {})):
        raise SourceError("'rank' compares the window with every year of 'before', which has both ends")
    if measure == "rank" and not re.fullmatch(r"\d{4}-01-01 \d{4}-12-31", " ".join(one["before"].values())):
        raise SourceError(
            "'rank' compares whole years; 'before' begins and ends with one, as {since: 2016, until: 2023}"
        )
    if "unit" in one and "window" not in one:
        raise SourceError("counts in a 'unit' are of periods; say of which under 'window'")
    if measure != "rank" and "before" in one:
        spans = [(one[name].get("since", ""), one[name].get("until", "9999")) for name in ("window", "before")]
        if max(first for first, _ in spans) <= min(last for _, last in spans):
            raise SourceError("'window' and 'before' overlap; a day belongs to one of them")
