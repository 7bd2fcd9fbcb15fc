"""A topic browser: topics by size, their words by relevance, who writes on them, when, and examples."""

import math
from collections.abc import Iterable, Mapping

from framing.errors import TableError
from framing.messages import say
from framing.report.markup import Piece, data_block, new_id, number, piece, shorten

WORDS = 60
"""Words a topic carries at most."""

EXAMPLES = 10


def topic_browser(payload: Mapping, *, caption: str) -> Piece:
    """Browse topics: without JavaScript a list with words and examples, with it the whole browser.

    Parameters
    ----------
    payload
        ``{"topics": [...]}``, where a topic has ``id``, ``label``, ``prevalence`` (0 to 1), ``stability``
        (0 to 1, or None), ``words`` (``term``, ``probability``, and where known ``log_probability``,
        ``log_lift``, ``frex``), ``outlets`` (``outlet``, ``share``, ``low``, ``high``), ``series``
        (``period``, ``share``) and ``examples`` (``headline``, ``outlet``, ``date``, ``passage``,
        ``share``). Topics keep their ids: nothing is renumbered, they are only listed by size.
    caption
        What the topics were fitted on.

    Raises
    ------
    TableError
        A topic has no ``id``, ``label`` or ``words``.
    """
    topics = [_topic(topic) for topic in payload.get("topics", [])]
    if not topics:
        raise TableError("the topic browser got no topics; its payload must be {'topics': [...]}")
    caption = say(caption)
    topics.sort(key=lambda topic: -(topic["prevalence"] or 0))
    sizes = [None if t["prevalence"] is None else number(100 * t["prevalence"], 1) for t in topics]
    shown = list(zip(topics, sizes, strict=True))
    markup = piece("topics", new_id("topics"), caption, data_block({"topics": topics}), shown)
    return Piece(markup, caption, {"caption": caption}, "topics")


def _figure(value: float | None) -> float | None:
    """A number with five significant digits, or None where there is none."""
    if value is None or not math.isfinite(float(value)):
        return None
    return float(f"{float(value):.5g}")


_LENGTHS = {"term": 40, "outlet": 40, "period": 20, "headline": 200, "passage": 400, "date": 20}
"""Characters of each text a topic carries."""


def _part(items: Iterable[Mapping] | None, numbers: tuple[str, ...], texts: tuple[str, ...], limit: int) -> list[dict]:
    found = []
    for item in list(items or [])[:limit]:
        told = {name: _text(item[name], _LENGTHS[name]) for name in texts if item.get(name) is not None}
        found.append(told | {name: _figure(item[name]) for name in numbers if item.get(name) is not None})
    return found


def _text(value: object, limit: int) -> str:
    """A text of the payload; a time stamp at midnight is a day."""
    return shorten(str(value).removesuffix(" 00:00:00") if hasattr(value, "strftime") else value, limit)


def _topic(topic: Mapping) -> dict:
    missing = [name for name in ("id", "label", "words") if name not in topic]
    if missing:
        raise TableError(f"a topic of the browser lacks {missing}; it has {sorted(topic)}")
    return {
        "id": str(topic["id"]),
        "label": shorten(topic["label"], 80),
        "prevalence": _figure(topic.get("prevalence")),
        "stability": _figure(topic.get("stability")),
        "words": _part(topic["words"], ("probability", "log_probability", "log_lift", "frex"), ("term",), WORDS),
        "outlets": _part(topic.get("outlets"), ("share", "low", "high"), ("outlet",), 40),
        "series": _part(topic.get("series"), ("share",), ("period",), 400),
        "examples": _part(topic.get("examples"), ("share",), ("headline", "outlet", "date", "passage"), EXAMPLES),
    }
