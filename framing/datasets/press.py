"""A made-up Japanese press whose every difference is known: ``sample_press`` and its stream in chunks."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.datasets import grammar, plan, truth
from framing.datasets.stories import BLOCK, block
from framing.records import Record


@dataclass(frozen=True)
class SamplePress(Record):
    """Articles of the made-up press and what was planted in them.

    Attributes
    ----------
    articles
        One row per article: ``article_id``, ``outlet``, ``date``, ``page`` (1 to 8, missing for some),
        ``headline``, ``text``, ``n_pages`` (of the edition), ``edition`` (朝刊, 夕刊), ``section``, ``position``
        (place on the page from 0, missing with the page), ``agency`` (of credited wire copies, else empty),
        ``language``, ``source`` (always ``synthetic``).
    truth
        Tables by name; :func:`framing.datasets.truth.tables` says what each holds.
    """

    articles: pd.DataFrame
    truth: dict[str, pd.DataFrame]


def sample_press(n_articles: int = 2000, seed: int = 0, *, effect: float = 1.0) -> SamplePress:
    """Write a made-up Japanese press with planted, known differences.

    Parameters
    ----------
    n_articles
        Articles to write. The first thousand of a press are the same for any number.
    seed
        Whole number from 0; the same seed gives the same press.
    effect
        Multiplies every planted difference between outlets, slope over time and page coefficient.
        0 plants nothing: outlets differ by chance, while wire copies, heavy days and bursts of words stay.

    Returns
    -------
    SamplePress
        ``articles`` and ``truth``.

    Raises
    ------
    ValueError
        ``n_articles`` is not a positive whole number, ``seed`` is negative or ``effect`` is not a finite number.

    Notes
    -----
    Four invented outlets, 2019 to 2023, seven topics. The texts are synthetic: leaders' names are real so
    that lexicons work, the sentences say nothing about them.
    """
    _refuse(n_articles, seed, effect)
    made = plan.make(int(seed), float(effect))
    blocks = [block(made, int(seed), number) for number in range(-(-int(n_articles) // BLOCK))]
    return _press(made, blocks, 0, int(n_articles), int(seed))


def sample_press_chunks(
    n_articles: int, seed: int = 0, *, chunk: int = 20_000, effect: float = 1.0
) -> Iterator[SamplePress]:
    """The press of :func:`sample_press` piece by piece, for numbers that should not be held at once.

    Parameters
    ----------
    n_articles, seed, effect
        As in :func:`sample_press`; the articles are the same.
    chunk
        Articles a piece; the last piece may have fewer.

    Yields
    ------
    SamplePress
        The next ``chunk`` articles. Its ``truth`` holds the same parameters each time, and the
        per-article table for these articles.
    """
    _refuse(n_articles, seed, effect)
    if not (isinstance(chunk, (int, np.integer)) and chunk > 0):
        raise ValueError(f"chunk is a positive number of articles, not {chunk!r}")
    return _chunks(int(n_articles), int(seed), int(chunk), float(effect))


def _chunks(n_articles: int, seed: int, chunk: int, effect: float) -> Iterator[SamplePress]:
    made, held, first_held = plan.make(seed, effect), [], 0
    for start in range(0, n_articles, chunk):
        stop = min(start + chunk, n_articles)
        held = held[start // BLOCK - first_held :]
        first_held = start // BLOCK
        while (first_held + len(held)) * BLOCK < stop:
            held.append(block(made, seed, first_held + len(held)))
        yield _press(made, held, start - first_held * BLOCK, stop - first_held * BLOCK, seed, first_held * BLOCK)


def _refuse(n_articles: int, seed: int, effect: float) -> None:
    whole = (int, np.integer)
    if isinstance(n_articles, bool) or not isinstance(n_articles, whole) or n_articles < 1:
        raise ValueError(f"n_articles is a positive whole number, not {n_articles!r}")
    if isinstance(seed, bool) or not isinstance(seed, whole) or seed < 0:
        raise ValueError(f"seed is a whole number from 0, not {seed!r}")
    if not np.isfinite(effect):
        raise ValueError(f"effect is a finite number (1 plants everything, 0 nothing), not {effect!r}")


def _press(made: plan.Plan, blocks: list[dict], start: int, stop: int, seed: int, first: int = 0) -> SamplePress:
    """Rows ``start`` to ``stop`` of some blocks as tables; ``first`` is the number of the blocks' first article."""
    words = grammar.read()
    rows = {name: np.concatenate([drawn[name] for drawn in blocks])[start:stop] for name in blocks[0]}
    number = pd.Series(np.arange(first + start, first + stop))
    ids = ("press-" + number.astype(str).str.zfill(8)).astype("str")
    topic = np.array(words.topics, dtype=object)[rows["topic"]]
    articles = pd.DataFrame(
        {
            "article_id": ids,
            "outlet": np.array(plan.OUTLETS, dtype=object)[rows["outlet"]],
            "date": made.days.to_numpy().astype("datetime64[us]")[rows["day"]],
            "page": pd.Series(rows["page"], dtype="Int64").mask(rows["page_missing"]),
            "headline": rows["headline"],
            "text": rows["text"],
            "n_pages": rows["n_pages"],
            "edition": np.where(rows["evening"], "夕刊", "朝刊"),
            "section": rows["section"],
            "position": pd.Series(rows["position"], dtype="Int64").mask(rows["page_missing"]),
            "agency": np.where(rows["credited"], plan.AGENCY, ""),
            "language": "ja",
            "source": "synthetic",
        }
    )
    articles = articles.astype({name: "str" for name in articles.select_dtypes(["object", "str"])})
    articles.attrs = {"synthetic": True, "seed": seed, "effect": made.effect}
    known = truth.tables(made)
    known["articles"] = truth.of_articles(made, rows, ids, topic)
    return SamplePress(articles, known)
