"""A fit with its refits, its stability and its labels, in one call."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from framing.records import Record
from framing.tables import takes_tables
from framing.topics.browsing import labelled
from framing.topics.fitting import trim
from framing.topics.matching import marked, refit, stability
from framing.topics.record import Topics
from framing.topics.starts import best


@dataclass(frozen=True)
class Stable(Record):
    """What :func:`fit_stable` returns.

    Attributes
    ----------
    topics
        The fit, labelled, each topic marked as stable or not.
    refits
        Its refits: with other seeds, then on articles drawn again. Give them to :func:`framing.topics.shares`,
        ``effects`` and ``network``, so that intervals hold what another fit would have found.
    stability
        One row per topic; see :func:`framing.topics.stability`.
    counts
        The counts the topics were fitted to.
    """

    topics: Topics
    refits: list[Topics]
    stability: pd.DataFrame
    counts: pd.DataFrame


@takes_tables()
def fit_stable(
    counts: pd.DataFrame,
    n_topics: int,
    *,
    min_articles: int = 5,
    max_share: float = 0.4,
    drop: list[str] | tuple[str, ...] = (),
    starts: int = 4,
    n_refits: int = 5,
    labels_path: str | Path = "",
    seed: int = 0,
    **options,
) -> Stable:
    """Fit topics from several starts, refit the best, and say how surely each topic is found again.

    Parameters
    ----------
    counts
        A study, or one row per article and term, untrimmed.
    n_topics, options
        As for :func:`framing.topics.fit`.
    min_articles, max_share, drop
        Terms taken, as in :func:`framing.topics.trim`.
    starts
        Fits of which the likeliest is kept (:func:`framing.topics.starts.best`).
    n_refits
        Refits with other seeds, and as many on articles drawn again (:func:`framing.topics.refit`).
    labels_path
        YAML file of labels a person edits (:func:`framing.topics.browsing.labelled`); empty for none.
    seed
        Of everything random.

    Returns
    -------
    Stable
        ``topics``, ``refits``, ``stability``, ``counts``.

    Raises
    ------
    ValueError
        A number below 1, or more topics than the vocabulary allows.
    """
    used = trim(counts, min_articles=min_articles, max_share=max_share, drop=drop)
    begun = best(used, n_topics, starts=starts, seed=seed, **options)
    refits = refit(begun, used, n_refits, seed=seed + 1) + refit(begun, used, n_refits, bootstrap=True, seed=seed + 2)
    table = stability(begun, refits)
    return Stable(labelled(marked(begun, table), labels_path), refits, table, used)
