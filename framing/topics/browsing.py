"""Topics for a reader: examples with their passages, labels a person edits, the data of the browser."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import linear_sum_assignment

from framing import dates
from framing.errors import ParamError, takes_results
from framing.tables import takes_tables
from framing.topics.record import Topics, first_terms, places
from framing.topics.wording import measures

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]+[」』）)]*|[^。！？!?\n]+")
_LABEL_WORDS = 10
_BROWSED = 40  # words of a topic in the browser
_SHORT = 20  # tokens of an article below which others are shown before it


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def examples(topics: Topics, articles: pd.DataFrame, *, n: int = 5) -> pd.DataFrame:
    """The articles that speak each topic most, with the sentences that do.

    Parameters
    ----------
    topics
        Fitted topics.
    articles
        ``article_id``, ``headline``, ``text``, ``outlet`` and ``date``. With ``cluster_id`` one article of a group of
        copies is shown.
    n
        Articles a topic.

    Returns
    -------
    DataFrame
        One row per topic and article, the largest share first: ``topic``, ``label``, ``rank``, ``article_id``,
        ``outlet``, ``date``, ``headline``, ``passage`` (the two sentences in a row that hold most of the topic's words,
        as printed; nothing is escaped), ``share``, ``n_tokens``. Articles with fewer than 20 tokens come last.

    Raises
    ------
    TableError
        A column is absent, or no article of the topics is in ``articles``.
    """
    at = places(topics, articles, ("headline", "text"))
    size = topics.article_tokens.sum(axis=1)
    rank = np.where(at[:, None] >= 0, np.nan_to_num(topics.shares, nan=-1.0), -2.0)
    rank = np.where((size >= _SHORT)[:, None], rank, rank - 1)
    group = (
        articles["cluster_id"].astype(str).to_numpy() if "cluster_id" in articles.columns else np.arange(len(articles))
    )
    weights = measures(topics)["score"]
    rows = []
    for k in range(topics.n_topics):  # what is shown, not what is counted: n articles a topic
        order = np.argsort(-rank[:, k], kind="stable")[: 20 * n]
        order = order[(at[order] >= 0) & ~topics.empty[order]]
        _, first = np.unique(group[at[order]], return_index=True)
        best = np.argsort(-weights[k], kind="stable")[:40]
        found = {str(topics.terms[i]): float(weights[k, i]) for i in best if weights[k, i] > 0}
        for place, row in enumerate(order[np.sort(first)][:n], start=1):
            article = articles.iloc[at[row]]
            rows.append(
                {
                    "topic": k, "label": topics.names[k], "rank": place, "article_id": article["article_id"],
                    "outlet": article.get("outlet"), "date": article.get("date"), "headline": article["headline"],
                    "passage": passage(article["text"], found), "share": topics.shares[row, k],
                    "n_tokens": int(round(float(size[row]))),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def passage(text: str, weights: dict[str, float], n_sentences: int = 2) -> str:
    """The run of sentences whose words weigh most; the text is cut at 。！？ and line ends, and not changed."""
    if not isinstance(text, str):
        return ""
    sentences = [found.group().strip() for found in _SENTENCE.finditer(text[:20_000])]
    sentences = [sentence for sentence in sentences if sentence]
    if not sentences:
        return ""
    score = np.array([sum(w for word, w in weights.items() if word in sentence) for sentence in sentences])
    width = min(n_sentences, len(sentences))
    start = int(np.convolve(score, np.ones(width), mode="valid").argmax())
    return " ".join(sentences[start : start + width])[:400]


def labelled(topics: Topics, path: str | Path = "") -> Topics:
    """Topics under the names of a YAML file that a person edits; the file is begun where there is none.

    The file has one entry a topic: ``label`` and ``words``. A label follows its *words*, not its number: after another
    fit it goes to the topic that shares most of them.

    Parameters
    ----------
    topics
        Fitted topics.
    path
        The file; empty leaves the labels as they are.

    Returns
    -------
    Topics
        The same topics; those no entry fits keep their label.

    Raises
    ------
    ParamError
        The file is not such a list, or a label has fewer than 3 of its words in any topic (it is named).
    """
    if not str(path):
        return topics
    path = Path(path)
    own = [[str(topics.terms[i]) for i in row] for row in first_terms(topics.probabilities, _LABEL_WORDS)]
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        begun = [{"label": label, "words": words} for label, words in zip(topics.labels, own, strict=True)]
        head = "# One entry a topic. Edit label; words tell which topic it belongs to.\n"
        path.write_text(head + yaml.safe_dump(begun, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return topics
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as fault:
        raise ParamError(f"{path} is not YAML: {fault}") from None
    good = isinstance(entries, list) and all(isinstance(e, dict) and {"label", "words"} <= set(e) for e in entries)
    if not good:
        raise ParamError(f"{path} must be a list of entries with 'label' and 'words'; delete it to begin again")
    shared = np.array([[len(set(map(str, e["words"])) & set(words)) for words in own] for e in entries])
    at, to = linear_sum_assignment(-shared)
    lost = [str(entries[i]["label"]) for i, j in zip(at, to, strict=True) if shared[i, j] < 3]
    if lost:
        raise ParamError(f"{path}: no topic has 3 of the words of {lost}; they are of another fit. Edit or delete them")
    labels = list(topics.labels)
    for i, j in zip(at, to, strict=True):
        labels[j] = str(entries[i]["label"])
    return replace(topics, labels=tuple(labels))


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def series(topics: Topics, articles: pd.DataFrame, *, period: str = "") -> pd.DataFrame:
    """Mean share of every topic by period: plain description, for the model see :func:`shares`.

    Parameters
    ----------
    period
        ``day``, ``week``, ``month``, ``quarter`` or ``year``; left empty, the finest with at most 60 periods that
        nine of ten dated articles have. Articles whose date is not known so precisely (``date_precision``) are in none.

    Returns
    -------
    DataFrame
        One row per topic and period: ``topic``, ``label``, ``period`` (text), ``share`` (mean), ``n_articles``, and
        ``n_left_out`` (articles without such a period, the same in every row).
    """
    at = places(topics, articles)
    row = np.flatnonzero((at >= 0) & ~topics.empty)
    frame = articles.iloc[at[row]].reset_index(drop=True)
    if period and period not in dates.FREQUENCIES:
        raise ValueError(f"no period {period!r}; there are {list(dates.FREQUENCIES)}")
    when = {name: dates.periods(frame, name) for name in ([period] if period else dates.FREQUENCIES)}
    if not period:
        most = 0.9 * frame["date"].notna().sum()
        period = next((name for name, known in when.items() if known.nunique() <= 60 and known.count() >= most), "year")
    dated = when[period].notna().to_numpy()
    grouped = pd.DataFrame(topics.shares[row][dated]).groupby(when[period][dated].astype(str).to_numpy())
    long = grouped.mean().rename_axis("period").T.rename_axis("topic").stack().rename("share").reset_index()
    long.insert(1, "label", np.array(topics.names, dtype=object)[long["topic"].to_numpy(dtype=int)])
    long["n_articles"] = np.tile(grouped.size(), topics.n_topics)
    return long.assign(n_left_out=len(frame) - int(dated.sum()))


@takes_tables()
@takes_results(topics=("topics.fit", "probabilities"))
def browser_data(
    topics: Topics,
    articles: pd.DataFrame,
    *,
    outlets: pd.DataFrame | None = None,
    stability: pd.DataFrame | None = None,
    n_examples: int = 4,
) -> dict:
    """Everything the topic browser shows, as plain data (``report.topic_browser`` takes and escapes it).

    Parameters
    ----------
    topics, articles
        As in :func:`examples`.
    outlets
        From :func:`shares` by ``outlet``; without it the outlets are left out.
    stability
        From :func:`stability`.
    n_examples
        Articles a topic.

    Returns
    -------
    dict
        ``{"topics": [{id, label, prevalence, stability, words, outlets, series, examples}]}``. ``words`` has 40: the
        best at λ = 0, 0.3, 0.6 and 1 in turn, so that the slider has what it needs.
    """
    table = measures(topics)
    log_phi, log_lift = np.log(table["probability"]), np.log(table["lift"])
    orders = [np.argsort(-(w * log_phi + (1 - w) * log_lift), axis=1, kind="stable") for w in (0.0, 0.3, 0.6, 1.0)]
    dated = "date" in articles.columns and articles["date"].notna().any()
    over = series(topics, articles)[["topic", "period", "share"]] if dated else None
    shown = None
    if n_examples:
        shown = examples(topics, articles, n=n_examples)[["topic", "headline", "outlet", "date", "passage", "share"]]
        days = shown["date"].astype(str).str[:10].where(shown["date"].notna(), "")
        shown = shown.assign(date=days, outlet=shown["outlet"].where(shown["outlet"].notna(), ""))
    if outlets is not None:
        name = "outlet" if "outlet" in outlets.columns else outlets.columns[2]
        outlets = outlets[["topic", name, "estimate", "conf_low", "conf_high"]]
        outlets = outlets.set_axis(["topic", "outlet", "share", "low", "high"], axis=1)
    similar = stability.set_index("topic")["similarity"].to_dict() if stability is not None else {}
    found = []
    for k in range(topics.n_topics):
        ranked = np.stack([order[k, :_BROWSED] for order in orders], axis=1).ravel()
        _, first = np.unique(ranked, return_index=True)
        words = ranked[np.sort(first)][:_BROWSED]
        words = words[np.argsort(-table["probability"][k, words], kind="stable")]
        columns = {"probability": table["probability"], "log_probability": log_phi, "log_lift": log_lift,
                   "frex": table["frex"]}  # fmt: skip
        weighed = pd.DataFrame({"term": topics.terms[words]} | {name: v[k, words] for name, v in columns.items()})
        found.append(
            {
                "id": k, "label": topics.names[k], "prevalence": float(topics.prevalence[k]),
                "stability": _short(similar[k]) if k in similar else None, "words": _plain(weighed),
                "outlets": _plain(outlets, k), "series": _plain(over, k), "examples": _plain(shown, k),
            }
        )  # fmt: skip
    return {"topics": found}


def _plain(table: pd.DataFrame | None, topic: int | None = None) -> list[dict]:
    """The rows (of a topic) as texts and short numbers."""
    if table is None:
        return []
    rows = table if topic is None else table[table["topic"] == topic].drop(columns="topic")
    return [
        {name: _short(value) if isinstance(value, float) else str(value) for name, value in row.items()}
        for row in rows.to_dict("records")
    ]


def _short(value: float) -> float | None:
    """Four significant digits: the page is to stay small."""
    return float(f"{value:.4g}") if np.isfinite(value) else None
