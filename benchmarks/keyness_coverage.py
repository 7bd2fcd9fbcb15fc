"""Do the intervals cover and are the p-values honest? Made-up presses with known differences, many times.

``python benchmarks/keyness_coverage.py`` prints two tables:

- how often the 95% intervals of ``keyness.compare`` hold the log2 ratio planted in ``datasets.sample_press``, by kind
  of interval, for planted and for null words of at least ``--min-tokens`` tokens a press, every outlet against the
  others, clustered by story (agency copies stand in several outlets);
- the share of permutation p-values below 0.01, 0.05, 0.1 and 0.5, and the share of presses with any ``marks``, when
  nothing is planted (``effect=0``; agency copy left out, because copies are not exchangeable articles).

Words are counted as strings, so that the press is measured and not a tokeniser.
"""

import argparse

import numpy as np
import pandas as pd
from scipy import stats

from framing import datasets, keyness

OTHER = "(other)"
KINDS = {"BCa": ("conf_low", "conf_high"), "percentile": ("percentile_low", "percentile_high")}


def counted(press: datasets.SamplePress) -> pd.DataFrame:
    """Counts of the words of the grammar, and of everything else as one term (a word is about two characters)."""
    words = press.truth["terms"]["term"].unique()
    articles = press.articles.merge(press.truth["articles"][["article_id", "cluster_id", "wire"]], on="article_id")
    parts = {word: articles["text"].str.count(word) for word in words}
    parts[OTHER] = (articles["text"].str.len() / 2).astype(int) - sum(parts.values())
    wide = pd.DataFrame(parts).assign(article_id=articles["article_id"])
    counts = wide.melt("article_id", var_name="term", value_name="n").query("n > 0")
    return counts.merge(articles[["article_id", "outlet", "cluster_id", "wire"]], on="article_id")


def coverage(presses: int, n_articles: int, replicates: int, min_tokens: int, cluster: str) -> pd.DataFrame:
    """One row per press, outlet and word: whether each interval holds the planted ratio."""
    rows = []
    for seed in range(presses):
        press = datasets.sample_press(n_articles, seed)
        counts = counted(press).drop(columns="wire")
        found = keyness.compare(counts, replicates=replicates, seed=seed, cluster=cluster)
        found = found[found["contrast"] == "rest"].merge(
            press.truth["terms"].rename(columns={"outlet": "target", "log2_ratio": "planted_ratio"}),
            on=["term", "target"],
        )
        found = found[found["n_tokens_target"] + found["n_tokens_reference"] >= min_tokens]
        for name, (low, high) in KINDS.items():
            found[name] = (found[low] <= found["planted_ratio"]) & (found["planted_ratio"] <= found[high])
        rows.append(found.assign(press=seed)[["press", "term", "target", "planted", "null", *KINDS]])
    return pd.concat(rows)


def under_the_null(presses: int, n_articles: int, replicates: int) -> tuple[np.ndarray, int]:
    """p-values of all words and outlets when nothing is planted, and the presses in which any word was marked."""
    p_values, wrong = [], 0
    for seed in range(presses):
        counts = counted(datasets.sample_press(n_articles, 1000 + seed, effect=0.0))
        found = keyness.compare(counts[~counts["wire"]], replicates=replicates, seed=seed)
        p_values.append(found.loc[found["contrast"] == "rest", "p_value"].dropna().to_numpy())
        wrong += bool((found["marks"] != "").any())
    return np.concatenate(p_values), wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--min-tokens", type=int, default=50)
    parser.add_argument("--small", action="store_true", help="6 presses of 600 articles, 200 replicates")
    options = parser.parse_args()
    if options.small:
        options.presses, options.articles, options.replicates = 6, 600, 200
    print(f"{options.presses} presses of {options.articles} articles, {options.replicates} replicates, nominal 95%")
    for cluster in ("cluster_id", "article_id"):
        held = coverage(options.presses, options.articles, options.replicates, options.min_tokens, cluster)
        print(f"\ncoverage of the planted log2 ratio, clusters: {cluster} ({len(held)} intervals)")
        for label, part in {"all": held, "planted": held[held["planted"]], "null pairs": held[held["null"]]}.items():
            shares = "   ".join(f"{name} {part[name].mean():.3f}" for name in KINDS)
            spread = part.groupby("press")[list(KINDS)].mean().std() / np.sqrt(options.presses)
            print(f"  {label:11s} {shares}   (± {spread.max():.3f} simulation error)")
    p_values, wrong = under_the_null(options.presses, options.articles, options.replicates)
    print(f"\npermutation p under the null ({len(p_values)} p-values)")
    for level in (0.01, 0.05, 0.1, 0.5):
        print(f"  p <= {level:<5} in {np.mean(p_values <= level):.3f}")
    print(f"  Kolmogorov-Smirnov distance from uniform {stats.kstest(p_values, 'uniform').statistic:.3f}")
    print(f"  presses with any word marked (q or max-T at 0.05): {wrong} of {options.presses}")


if __name__ == "__main__":
    main()
