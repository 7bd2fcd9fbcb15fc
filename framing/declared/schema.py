"""What a claim may say: its measures and directions, the keys that each reads, and what it may need."""

import difflib
import re
import unicodedata
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
    """What the sentence of a claim may say by its words and the verdict does not test: a cause, an intent, a size that
    the claim has nowhere, all or none without exception; else nothing."""
    texts = claim["sentence"]
    texts = [unicodedata.normalize("NFKC", each) for each in ([texts] if isinstance(texts, str) else texts.values())]
    forms, found = data.forms("causes"), []
    for form, need, told in (("named", "cause", _CAUSE), ("intended", "intent", _INTENT), ("every", "", _EVERY)):
        held = need in claim.get("needs", ()) or form == "every" and claim.get("measure") in (None, "silence", "rank")
        first = None if held else next(filter(None, map(getattr(forms, form).search, texts)), None)
        found += [Message(told, {"words": first[0].strip()})] if first else []
    if "measure" in claim:
        sizes = [
            each for text in texts for each in forms.sizes.finditer(text) if not _asked(claim, _sizes(claim, each))
        ]
        found += [Message(_SIZE, {"words": sizes[0][0].strip()})] if sizes else []
    return tuple(found)


_SIZES = {"half": 1 / 2, "third": 1 / 3, "thirds": 2 / 3, "quarter": 1 / 4, "quarters": 3 / 4, "fifth": 1 / 5,
          "twice": 2.0, "thrice": 3.0, "fourfold": 4.0, "fivefold": 5.0, "tenfold": 10.0,
          "hundredfold": 100.0}  # fmt: skip
_PER = {"percent": 100, "times": 1, "times_ja": 1, "tenths": 10}
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


def _sizes(claim: Mapping[str, Any], match: re.Match) -> tuple[float, ...]:
    """The numbers that the words of a size may mean: of a ratio so many times, up or down by so much, or to so much."""
    name, text = next((name, text) for name, text in match.groupdict().items() if text)
    numbers = [float(each) for each in re.findall(r"\d+(?:\.\d+)?", text.translate(_DIGITS))]
    x = _SIZES.get(name) or (numbers[0] / _PER[name] if name in _PER else numbers[1] / max(numbers[0], 1.0))
    if MEASURES[claim["measure"]] != "ratio":
        return x, 1 - x
    around = match.string[max(match.start() - 3, 0) : match.end() + 1]
    if x > 1:
        return x, 1 / x
    by = "by " in around.lower() or around[-1] in "減増"
    up = claim.get("direction") == "more"
    left = (1 + x if up else 1 - x,) if x < 1 or up else ()
    return *left, *(1 / each for each in left), *(() if by else (x, 1 / x))


def _asked(claim: Mapping[str, Any], sizes: tuple[float, ...]) -> bool:
    """Whether a claim names one of these sizes: as its smallest effect, as a value, or in what it is given."""
    named = [claim[key] for key in ("matters", "value", "rate") if key in claim]
    for m in [claim["matters"]] * ("matters" in claim):  # 1.25 times, or less by a fifth; beside a value, beyond it
        named += [claim.get("value", 0.0) + m, claim.get("value", 0.0) - m]
    return any(abs(one - size) <= 0.03 * max(abs(size), 0.1) for one in named for size in sizes)


_CAUSE = mark(
    "The sentence may name a cause (“{words}”). The data show what happened together, not why; a claim about the cause "
    "itself has 'needs: [cause]'."
)
_INTENT = mark(
    "The sentence may say what somebody intended (“{words}”). The data show what was printed and where, not what was "
    "meant; a claim about the intent itself has 'needs: [intent]'."
)
_EVERY = mark(
    "The sentence says “{words}”. One exception refutes that; the verdict is on a rate or a share, which a few "
    "exceptions leave as it is."
)
_SIZE = mark(
    "The sentence names a size (“{words}”), and neither 'matters' nor 'value' is that size: the verdict does not test "
    "it."
)


def lacking(needs: list[str], there: Mapping[str, bool]) -> Message | None:
    """What of the needs is not there, in a sentence; None where all is."""
    gone = tuple(NEEDS[name] for name in needs if name in NEVER or not there.get(name, True))
    return Message("The claim needs what these data lack: {what}.", {"what": gone}) if gone else None
