"""From a claim to its number: the procedure that the ledger bears for the measure."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from framing.claims.common import FILLS, LEVELS, Measured
from framing.claims.comparing import means, order, shares, topic, within, words
from framing.claims.counting import given, packaged, rates
from framing.claims.days import beyond, mixed, own_days, seasons, undated
from framing.claims.sides import (
    NO_SIDE,
    articles_of,
    base_of,
    by_mentions,
    counted_by,
    of_sides_named,
    refuse_decided,
    refuse_unread,
    taken_by,
    unplaced,
    with_actors,
    with_pages,
)
from framing.declared import lacking
from framing.errors import ParamError, TableError
from framing.messages import Message, mark
from framing.study.studies import Study

_NO_MESSAGES = mark(
    "Rows that are speeches or signed articles, which are no messages: {n}. The condition 'drop: {{direction: "
    "[public_text]}}' leaves them out."
)
_SEASON = mark("The two windows hold different parts of the year; the season is not adjusted.")
_AS_GIVEN = mark("The counts are taken as given; whether both were counted in the same way is not checked.")
_UNPLACED = mark("Rows of which it is not known whether they are the target's or the rest's, left out: {n}.")
_MAIN = mark(
    "The column actor holds the one actor that an article mentions most: articles that mention another more are not "
    "among the rows of {actors}. A condition 'mentions' takes every article that mentions one."
)
_NEVER = mark(
    "Nothing that the claim takes was found in the window or at any other time, so that its absence from the window "
    "shows nothing."
)
_NO_DETECTION = mark(
    "A silence needs 'detection' beside 'rate': the probability (0 to 1) that the source finds a mention that is there."
)
_MENTION_BOTH = mark("Articles that mention the actors of both sides, left out: {n}.")
_BOUNDED = mark(
    "Rows of which the page, the day, or what is counted, is not known: {n}. The interval covers every way to fill "
    "them; the estimate leaves them out."
)
_RANGED = mark(
    "Rows of which the number is not known: {n}. The interval covers every way to fill them with numbers from the "
    "least to the greatest of the rows; the estimate leaves them out."
)
_UNFILLED = mark("Rows of which the page, the number or what is counted is not known, left out: {n}.")


def measured(
    claim: dict[str, Any],
    study: Study | None,
    *,
    fill: str = "",
    seed: int = 0,
    replicates: int = 199,
    alone: bool = False,
) -> Measured:
    """The number of a claim.

    Where it is not known of rows whether they have what is counted, or on which page they stand, the interval is the
    widest over the ways to fill them that move it furthest: ``fill`` is ``for`` (as the claim would have them),
    ``against``, ``out`` (left out), or empty for all of these. The estimate leaves them out. ``alone`` is the
    number without what is to be said of its rows, as of a variation.

    Raises
    ------
    TableError, ParamError
        What the claim needs is not in the data: the message says what.
    """
    gone = lacking(claim.get("needs", []), _there(claim, study))
    if gone:
        raise TableError(gone)
    if "rate" in claim and "detection" not in claim:
        raise TableError(_NO_DETECTION)
    if "given" in claim:
        found = given(claim)
        return replace(found, cautions=(*found.cautions, _AS_GIVEN))
    if "unit" in claim:
        return packaged(claim)
    if study is None:
        raise TableError(mark("The claim is about articles, and no study is given."))
    if "code" in claim:
        refuse_unread(claim)
    study, unpaged = with_pages(claim, study)
    found = _of_study(claim, study, fill if fill in FILLS else "", seed, replicates)
    refuse_decided(claim)  # after what is not there at all, which says more
    if not fill and found.missing and claim["measure"] != "silence":
        others = [_of_study(claim, study, way, seed, 9) for way in FILLS]
        wide = _widest(found, others)
        ranged = _RANGED if claim["measure"] == "tone" else _BOUNDED
        told = Message(ranged if wide.ends[0.9][0] <= wide.ends[0.9][1] else _UNFILLED, {"n": found.missing})
        found = replace(wide, cautions=(*found.cautions, told))
    if alone:
        return found
    rest = len(unplaced(base_of(claim, study), claim)) if claim.get("reference") == "rest" else 0
    found = replace(found, cautions=(*found.cautions, Message(_UNPLACED, {"n": rest}))) if rest else found
    season = (_SEASON,) if seasons(claim, study) else ()
    more = (
        *unpaged,
        *season,
        *beyond(claim, study),
        *own_days(claim, study),
        *undated(claim, study),
        *mixed(claim, study),
        *_no_messages(claim, study),
        *_main(claim, study),
        *_both(claim, study),
    )
    return replace(found, cautions=(*found.cautions, *more))


def _widest(found: Measured, others: list[Measured]) -> Measured:
    """The estimate of what is known, with the interval that covers those of all ways to fill what is not."""
    every = [found, *others]
    ends = {level: (float(low.min()), float(high.max())) for level in LEVELS
            for low, high in [np.array([one.ends[level] for one in every]).T]}  # fmt: skip
    under = [one.at for one in every if one.at]
    at = (lambda phi: _widest(under[0](phi), [one(phi) for one in under[1:]])) if under else None
    return replace(found, ends=ends, at=at, fills=tuple(every))


def _of_study(claim: dict[str, Any], study: Study, fill: str, seed: int, replicates: int) -> Measured:
    measure = claim["measure"]
    claim = with_actors(claim, study)
    if measure in ("mentions", "rank", "silence"):
        try:
            return rates(claim, study, fill, seed, replicates)
        except ParamError as error:
            if measure == "silence" and getattr(error.args[0], "text", "") == NO_SIDE:
                raise TableError(_NEVER) from None
            raise
    if measure == "words":
        return words(claim, study, seed, replicates)
    if measure == "topic" and "terms" in claim:
        return topic(claim, study, seed)
    if measure == "order":
        return order(claim, study)
    if measure == "shared" or "within" in claim:
        return within(claim, study, fill)
    return (means if measure in ("page", "tone") else shares)(claim, study, fill, seed, replicates)


def _there(claim: dict, study: Study | None) -> dict[str, bool]:
    found = {"detection": "detection" in claim, "every message": study is not None and not study.reported}
    pages = study is not None and "page" in study.articles and bool(study.articles["page"].notna().any())
    return found | {"text": study is not None and study.has("tokens"), "pages": pages}


def _main(claim: dict, study: Study) -> tuple[Message, ...]:
    """That a condition on actors is one on the actor that an article mentions most."""
    if "actor" in study.known:
        return ()
    asked = [*of_sides_named(claim), *taken_by(claim), counted_by(claim)]
    named = [each for one in asked for each in np.atleast_1d(np.array(one.get("actor", []), dtype=object))]
    return (Message(_MAIN, {"actors": tuple(dict.fromkeys(map(str, named)))}),) if named else ()


def _both(claim: dict, study: Study) -> tuple[Message, ...]:
    """How many articles mention the actors of both sides, which are on neither."""
    if not by_mentions(claim):
        return ()
    mine, other = (set(rows["article_id"].astype(str)) for rows in articles_of(claim, study))
    return (Message(_MENTION_BOTH, {"n": len(mine & other)}),) if mine & other else ()


def _no_messages(claim: dict, study: Study) -> tuple[Message, ...]:
    """That speeches and signed articles are among the messages."""
    if not study.reported or "direction" not in study.articles:
        return ()
    rows = pd.concat(articles_of(claim, study)).drop_duplicates("article_id")
    n = int(rows["direction"].astype(str).eq("public_text").sum())
    return (Message(_NO_MESSAGES, {"n": n}),) if n else ()
