"""What a claim may say: its measures and directions, the keys that each reads, and what it may need."""

import difflib
from collections.abc import Mapping
from typing import Any

from framing import data
from framing.messages import Message, mark

MEASURES = {
    "mentions": "ratio", "rank": "ratio", "words": "ratio", "silence": "ratio", "share": "points", "front": "points",
    "topic": "points", "frame": "points", "order": "points", "shared": "points", "page": "units", "tone": "units",
}  # fmt: skip
"""What is measured → the scale of its effect: a ratio, a difference of shares (0 to 1), or units of the column."""
OTHER_NAMES = {
    "same page": "shared",
    "rate of mentions": "mentions", "share of articles": "share", "front page": "front", "order of names": "order",
    "word ratio": "words", "topic share": "topic", "frame share": "frame", "topic or frame share": "frame",
    "first named": "order", "count": "mentions", "number": "mentions", "rate": "mentions",
}  # fmt: skip
DIRECTIONS = {
    "more": ("higher", "highest", "increase", "first", "further inside"), "different": ("change", "some difference"),
    "less": ("lower", "lowest", "fewer", "decrease", "nearer the front"),
    "same": ("no change", "equal", "no difference"), "none": ("no mention",),
}  # fmt: skip
NEEDS = {
    "cause": mark("a comparison in which only the cause differs"),
    "intent": mark("what an editor or a government meant (neither a text nor its place says it)"),
    "relations": mark("a measure of how close governments are (no count or page is one)"),
    "every message": mark("a list of all messages, printed or not"),
    "text": mark("the texts of the articles"),
    "pages": mark("pages"),
    "detection": mark("the probability that the source finds a mention that is there"),
}
"""What a claim may need → how a report names it; the first three no corpus has."""
NEVER = ("cause", "intent", "relations")
TOP = ("name", "about", "study", "dataset", "claims")
KINDS = {
    "id": "text", "sentence": "texts", "source": "texts", "note": "texts", "measure": "text", "direction": "text",
    "matters": "number", "by": "text", "target": "rows", "reference": "rows", "population": "study", "window": "window",
    "before": "window", "chosen": "text", "cluster": "text", "needs": "list", "actor": "text", "other_actor": "text",
    "counted": "rows", "column": "text", "terms": "list", "n_topics": "number", "codebook": "text", "code": "text",
    "relation": "text", "first": "text", "quoted": "text", "unit": "text", "dispersion": "number",
    "detection": "number", "rate": "number", "given": "given", "value": "number", "per": "text", "people": "text",
    "strata": "list", "within": "text",
}  # fmt: skip
STUDY = ("keep", "drop", "since", "until", "copies")
NEEDED = {
    "mentions": ("actor", "unit", "given", "counted", "per"), "rank": ("actor", "unit", "counted", "per"),
    "words": ("terms", "given"), "silence": ("actor", "counted", "unit", "given", "target", "population"),
    "share": ("counted", "actor", "given"), "topic": ("terms", "counted", "given"),
    "frame": ("code", "counted", "given"), "order": ("relation", "target", "given"), "tone": ("column",),
    "shared": ("reference",),
}  # fmt: skip
ALWAYS = ("id", "sentence", "source", "note", "measure", "direction", "matters", "needs", "chosen")
_SIDES = ("by", "target", "reference", "population", "window", "before")
_SHARES = (*_SIDES, "value", "cluster", "given")
USED = {
    "mentions": (*_SIDES, "actor", "other_actor", "counted", "unit", "per", "dispersion", "given", "cluster"),
    "rank": (*_SIDES, "actor", "counted", "unit", "per", "dispersion", "cluster"),
    "words": (*_SIDES, "terms", "cluster", "given", "dispersion"),
    "silence": (*_SIDES, "actor", "counted", "unit", "given", "dispersion", "detection", "rate", "cluster"),
    "share": (*_SHARES, "actor", "counted"), "front": (*_SHARES, "within"),
    "topic": (*_SHARES, "terms", "n_topics", "counted"),
    "frame": (*_SHARES, "code", "codebook", "people", "strata", "counted"), "page": (*_SIDES, "cluster", "within"),
    "order": (*_SIDES, "value", "given", "relation", "first", "quoted", "cluster"),
    "tone": (*_SIDES, "cluster", "column", "within"),
    "shared": (*_SIDES, "value", "within"),
}  # fmt: skip
"""What each measure reads besides what all do: another key would change no verdict, and is refused."""
ALONE = {
    "given": {"given", "dispersion", "detection", "window"},
    "unit": {"unit", "dispersion", "detection", "rate", *_SIDES} - {"population"},
    "within": {*KINDS} - {"cluster"},  # the issue, or what it is within, is the cluster
    "terms": {*KINDS} - {"dispersion"},  # articles tell how words vary
}
"""What is left to be said beside a key: of counts that others made, and of what tells its own spread."""
EITHER = ("value", "other_actor", "given", "rate"), ("actor", "counted", "code", "terms", "relation")
HELD = sorted(set(KINDS) - {"id", "note"})


def unknown(name: object, known) -> str:
    """A sentence on a key that nobody knows, with the one that was probably meant."""
    near = difflib.get_close_matches(str(name), known, 1)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    return f"unknown key {str(name)!r}{meant} It may have {list(known)}"


def typed(measure: str) -> str:
    """The name of a measure as the guide and the reports have it."""
    return next((name for name, short in OTHER_NAMES.items() if short == measure), measure)


def directions() -> dict[str, str]:
    return {other: name for name, others in DIRECTIONS.items() for other in others}


def named_cause(claim: Mapping[str, Any]) -> tuple[Message, ...]:
    """That the sentence of a claim that is judged may name a cause, or an intent, by its words; else nothing."""
    texts, found = claim["sentence"], []
    for form, need, told in (("named", "cause", _CAUSE), ("intended", "intent", _INTENT)):
        search = getattr(data.forms("causes"), form).search
        words = map(search, [texts] if isinstance(texts, str) else texts.values())
        first = None if need in claim.get("needs", ()) else next(filter(None, words), None)
        found += [Message(told, {"words": first[0]})] if first else []
    return tuple(found)


_CAUSE = mark(
    "The sentence may name a cause (“{words}”). The data show what happened together, not why; a claim about the cause "
    "itself has 'needs: [cause]'."
)
_INTENT = mark(
    "The sentence may say what somebody intended (“{words}”). The data show what was printed and where, not what was "
    "meant; a claim about the intent itself has 'needs: [intent]'."
)


def lacking(needs: list[str], there: Mapping[str, bool]) -> Message | None:
    """What of the needs is not there, in a sentence; None where all is."""
    gone = tuple(NEEDS[name] for name in needs if name in NEVER or not there.get(name, True))
    return Message("The claim needs what these data lack: {what}.", {"what": gone}) if gone else None
