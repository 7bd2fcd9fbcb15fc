"""A block of the made-up press: stories, the copies outlets print of them, their words and their pages."""

import numpy as np
import scipy

from framing.datasets import grammar, plan
from framing.datasets.plan import PLANTED

BLOCK = 1000
"""Articles drawn together; each block has its own seed, so that chunks of any size are the same press."""
SECTION_OF = {
    "外交": "国際", "制裁": "国際", "軍事": "国際", "経済": "経済", "文化": "文化", "災害": "社会", "選挙": "政治",
}  # fmt: skip
_LAYOUT = ("lead", "second", *["topical"] * 2, *["generic"] * 4, *["frame"] * 2, "closing")
_FAVOURED = 2
_S = {name: number for number, name in enumerate(grammar.SECTIONS)}


def block(made: plan.Plan, seed: int, number: int) -> dict[str, np.ndarray]:
    """A thousand articles: stories first, then the copies outlets print of them, then words."""
    rng = np.random.default_rng([seed, 1, number])
    story = _stories(made, rng)
    copy = _copies(made, story, rng)
    pieces = _pieces(made, story, rng)
    text, edits = _texts(pieces, story, copy, rng)
    placed = _place(made, story, copy, rng)
    main = rng.random(BLOCK) < 0.85
    names = np.array([SECTION_OF[name] for name in grammar.read().topics], dtype=object)
    of = copy["story"]
    block = {
        "outlet": copy["outlet"],
        "day": copy["day"],
        "topic": story["topic"][of],
        "frame": story["frame"][of],
        "actor": story["actor"][of],
        "wire": story["wire"][of],
        "story": number * BLOCK * 2 + of,
        "n_edits": edits,
        "credited": copy["credited"],
        "section": np.where(main, names[story["topic"][of]], "総合").astype(object),
        "headline": _headlines(pieces["own"], story, copy, rng),
        "text": text,
        **placed,
    }
    shuffled = rng.permutation(BLOCK)  # copies of one story do not stand side by side
    return {name: values[shuffled] for name, values in block.items()}


def _draw(cumulative: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One draw a row from cumulative chances."""
    return (rng.random(len(cumulative))[:, None] > cumulative[:, :-1]).sum(axis=1)


def _stories(made: plan.Plan, rng: np.random.Generator) -> dict[str, np.ndarray]:
    n, agency = BLOCK, len(plan.OUTLETS)
    wire = rng.random(n) < PLANTED.wire
    source = np.where(wire, agency, rng.choice(agency, size=n, p=PLANTED.volume))
    u, day = rng.random(n), np.zeros(n, dtype=np.int64)
    for s, weight in enumerate(made.day_weight):
        chosen = source == s
        day[chosen] = np.searchsorted(np.cumsum(weight), u[chosen], side="right")
    day = np.minimum(day, len(made.days) - 1)
    topic = _draw(np.cumsum(made.topic[source, day], axis=1), rng)
    framed = np.isin(np.array(grammar.read().topics)[topic], PLANTED.framed)
    talk = rng.random(n) < made.talk[source, day]
    actor = _draw(np.cumsum(made.actor[topic, day], axis=1), rng)
    return {
        "wire": wire,
        "source": source,
        "day": day,
        "topic": topic,
        "frame": np.where(framed, talk.astype(int), -1),
        "actor": actor,
    }


def _copies(made: plan.Plan, story: dict, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Who prints which story on which day; the first thousand of them."""
    n, n_outlets, last = BLOCK, len(plan.OUTLETS), len(made.days) - 1
    late = story["wire"][:, None] & (rng.random((n, n_outlets)) < PLANTED.next_day)
    day = np.minimum(story["day"][:, None] + late, last)
    open_day = made.day_weight[np.arange(n_outlets)[None, :], day] > 0
    takes = (rng.random((n, n_outlets)) < np.array(PLANTED.takes)) & open_day
    own = story["source"][:, None] == np.arange(n_outlets)
    of, outlet = np.nonzero(np.where(story["wire"][:, None], takes, own))
    if len(of) < BLOCK:
        raise RuntimeError("a block of the sample press has too few articles")
    of, outlet = of[:BLOCK], outlet[:BLOCK]
    return {
        "story": of,
        "outlet": outlet,
        "day": day[of, outlet],
        "credited": story["wire"][of] & (rng.random(BLOCK) < 0.8),
    }


def _pieces(made: plan.Plan, story: dict, rng: np.random.Generator) -> dict:
    """The numbers of all strings of all stories: story × sentence × piece."""
    words, n = grammar.read(), BLOCK
    section = np.array([_S.get(name, _S["topical"]) for name in _LAYOUT])
    section = np.tile(section, (n, 1))
    section[:, 1] = np.where(story["actor"] > 0, _S["actor"], _S["topical"])
    section[:, 8:10] = np.where(story["frame"][:, None] >= 0, _S["frame"], _S["topical"])
    topic = story["topic"][:, None]
    pick = rng.random(section.shape)
    sentence = words.first[section, topic] + (pick * words.number[section, topic]).astype(np.int64)
    n_topical, n_generic, n_frame = rng.integers(0, 3, n), rng.integers(2, 5, n), rng.integers(1, 3, n)
    sentence[:, 2:4][np.arange(2) >= n_topical[:, None]] = 0
    sentence[:, 4:8][np.arange(4) >= n_generic[:, None]] = 0
    sentence[:, 8:10][np.arange(2) >= n_frame[:, None]] = 0
    own_start, own_width = _of_article(made, story, rng)
    kind = words.kind[sentence]
    u = rng.random(kind.shape, dtype=np.float32) ** np.float32(grammar.ZIPF)
    at = np.arange(n)[:, None, None]
    start = words.base[sentence] + own_start[at, kind]
    width = words.width[sentence] * own_width[at, kind]
    drawn = start + (u * width).astype(np.int32)
    for special, first, many in (
        (grammar.NOUN_SLOT, 0, words.n_noun),
        (grammar.VERB_SLOT, words.n_noun, len(words.slots) - words.n_noun),
    ):
        where = kind == special
        drawn[where] = _planted(made, story, np.nonzero(where)[0], first, many, rng)
    return {"drawn": drawn, "start": start, "width": width, "own": (own_start, own_width)}


def _of_article(made: plan.Plan, story: dict, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """First string and number of strings of the pieces that belong to the article: story × kind."""
    words, n = grammar.read(), BLOCK
    start, width = np.zeros((n, 8), dtype=np.int32), np.ones((n, 8), dtype=np.int32)
    nouns = np.array([words.words[f"{name}/noun"] for name in words.topics])[story["topic"]]
    start[:, grammar.FOCUS] = nouns[:, 0] + (rng.random(n) ** grammar.ZIPF * nouns[:, 1]).astype(int)
    day_before = made.days.day.to_numpy()[np.maximum(story["day"] - 1, 0)]
    start[:, grammar.DAY] = words.words["day"][0] + day_before - 1
    actors = np.array([(0, 1), *(words.words[f"actor/{name}"] for name in words.actors)])[story["actor"]]
    start[:, grammar.ACTOR], width[:, grammar.ACTOR] = actors.T
    start[:, grammar.NAME] = words.words["name"][0] + story["actor"] - 1
    frames = np.array([*(words.words[f"frame/{name}"] for name in words.frames), (0, 1)])[story["frame"]]
    start[:, grammar.FRAME], width[:, grammar.FRAME] = frames.T
    return start, width


def _planted(made: plan.Plan, story: dict, of: np.ndarray, first: int, many: int, rng) -> np.ndarray:
    """A planted word for every place; an article keeps to a few slots and mostly to one word of each."""
    words, n = grammar.read(), BLOCK
    favoured = first + rng.integers(0, many, (n, _FAVOURED))
    chance = made.slot[story["source"][:, None], np.arange(first, first + many)]
    habit = rng.random((n, many)) < chance
    slot = favoured[of, rng.integers(0, _FAVOURED, len(of))]
    afresh = rng.random(len(of)) < made.slot[story["source"][of], slot]
    keeps = rng.random(len(of)) < PLANTED.stickiness
    takes_first = np.where(keeps, habit[of, slot - first], afresh)
    return words.words["slot"][0] + 2 * slot + ~takes_first


def _texts(pieces: dict, story: dict, copy: dict, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The strings of every copy, with its small edits, joined."""
    words, of = grammar.read(), copy["story"]
    drawn, wire = pieces["drawn"][of], story["wire"][of]
    cut = wire & (rng.random(BLOCK) < 0.35)
    drawn[cut, -1] = 0
    swapped = np.flatnonzero(wire & (rng.random(BLOCK) < 0.4))
    width = pieces["width"][of[swapped], 1]
    piece = (rng.random(width.shape) * (width > 1)).argmax(axis=1)
    row = np.arange(len(swapped))
    other = pieces["start"][of[swapped], 1, piece] + (rng.random(len(swapped)) * width[row, piece]).astype(np.int32)
    changed = other != drawn[swapped, 1, piece]
    drawn[swapped, 1, piece] = other
    credit = np.where(copy["credited"], words.words["credit"][0], 0)[:, None]
    listed = words.strings[np.concatenate([credit, drawn.reshape(BLOCK, -1)], axis=1)].tolist()
    text = np.empty(BLOCK, dtype=object)
    text[:] = list(map("".join, listed))
    edits = cut.astype(np.int64) + (wire & ~copy["credited"])
    edits[swapped] += changed
    return text, edits


def _headlines(own: tuple, story: dict, copy: dict, rng: np.random.Generator) -> np.ndarray:
    """A headline for every copy: outlets write their own over the same story."""
    words, of = grammar.read(), copy["story"]
    named = (story["actor"][of] > 0) & (rng.random(BLOCK) < PLANTED.actor_headline)
    section, topic = np.where(named, _S["actor_headline"], _S["headline"]), story["topic"][of]
    sentence = words.first[section, topic] + (rng.random(BLOCK) * words.number[section, topic]).astype(np.int64)
    start, width = own
    kind, at = words.kind[sentence], of[:, None]
    u = rng.random(kind.shape) ** grammar.ZIPF
    drawn = words.base[sentence] + start[at, kind] + (u * words.width[sentence] * width[at, kind]).astype(np.int32)
    headline = np.empty(BLOCK, dtype=object)
    headline[:] = list(map("".join, words.strings[drawn].tolist()))
    return headline


def _place(made: plan.Plan, story: dict, copy: dict, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Page, edition and place on the page.

    The luck of a day, of an issue and of the article are mixed as normals and turned into one
    logistic draw, so that within-day correlation leaves the planted coefficients exactly as they are.
    """
    outlet, day = copy["outlet"], copy["day"]
    evening = rng.random(BLOCK) < np.array(PLANTED.evening)[outlet]
    own = 1 - PLANTED.date_correlation - PLANTED.issue_correlation
    luck = (
        np.sqrt(PLANTED.date_correlation) * made.date_effect[day]
        + np.sqrt(PLANTED.issue_correlation) * made.issue_effect[outlet, day]
        + np.sqrt(own) * rng.standard_normal(BLOCK)
    )
    logistic = scipy.special.log_ndtr(luck) - scipy.special.log_ndtr(-luck)
    actor = story["actor"][copy["story"]]
    inside = made.page_shift[outlet, day] + made.page_actor[actor] + made.evening * evening + logistic
    return {
        "evening": evening,
        "page": 1 + (inside[:, None] > np.array(PLANTED.thresholds)).sum(axis=1),
        "page_missing": rng.random(BLOCK) < made.missing[outlet, day],
        "position": rng.geometric(0.35, BLOCK) - 1,
        "n_pages": np.where(evening, 8, made.morning_pages[outlet, day]),
    }
