"""How large is the keyness report of 30,000 words, and how long does it take?

``python benchmarks/keyness_report.py`` makes up 9,000 articles with 30,000 Japanese-looking words in ``--outlets``
outlets, runs ``notebooks/10_keyness.ipynb`` on them and prints the size of the page and of its parts, the seconds each
step took, and how many of the words carry lines of text. The peer is nbconvert's HTML of the same notebook. ``--keep``
names a file for the page; ``--small`` is a tenth of the words and articles.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import floor
import nbformat
import numpy as np
import pandas as pd
from nbconvert import HTMLExporter

from framing import counts, report, store, tables

PROJECT = Path(__file__).parents[1]
SIGNS = list(
    "核実験拉致制裁平壌総書記首脳会談国連安保理韓米日中北朝鮮発射問題政府外相協議合意声明経済市場株価円安物価選挙投票"
)


def made_up(n_outlets: int, n_terms: int, n_articles: int, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Articles, tokens, counts and clusters; outlets differ a little in every word."""
    rng = np.random.default_rng(seed)
    words: set[str] = set()
    while len(words) < n_terms:
        words.add("".join(rng.choice(SIGNS, rng.integers(2, 5))))
    names = rng.permutation(sorted(words))
    chance = 1 / (np.arange(n_terms) + 20) ** 0.85
    outlet, length = rng.integers(0, n_outlets, n_articles), rng.poisson(260, n_articles)
    article = np.repeat(np.arange(n_articles), length)
    term = np.empty(len(article), dtype=np.int64)
    for k in range(n_outlets):
        own = chance * np.exp(rng.normal(0, 0.35, n_terms))
        here = outlet[article] == k
        term[here] = rng.choice(n_terms, here.sum(), p=own / own.sum())
    position = np.arange(len(article)) - np.repeat(np.cumsum(length) - length, length)
    ids = np.array([f"a{i:05d}" for i in range(n_articles)])
    labels = np.array([f"第{k + 1}新聞" for k in range(n_outlets)])
    articles = pd.DataFrame(
        {
            "article_id": ids,
            "outlet": labels[outlet],
            "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 1400, n_articles), "D"),
            "page": pd.array(rng.integers(1, 20, n_articles), dtype="Int64"),
            "headline": "",
            "text": pd.Series(names[term]).groupby(article).agg("".join).to_numpy(),
        }
    )
    cut = pd.DataFrame(
        {
            "article_id": pd.Categorical.from_codes(article, ids),
            "position": position.astype(np.int16),
            "sentence": (position // 18).astype(np.int16),
            "surface": pd.Categorical.from_codes(term, names),
            "lemma": pd.Categorical.from_codes(term, names),
            "pos": "名詞-普通名詞-一般",
            "in_headline": False,
        }
    )
    return {
        tables.ARTICLES.name: articles,
        tables.TOKENS.name: cut,
        tables.COUNTS.name: counts.count(cut, articles=articles),
        tables.CLUSTERS.name: pd.DataFrame({"article_id": ids, "cluster_id": ids, "similarity": 1.0}),
    }


def main() -> None:
    parser = floor.arguments(__doc__.splitlines()[0], "3,000 words, 900 articles")
    parser.add_argument("--outlets", type=int, default=2)
    parser.add_argument("--terms", type=int, default=30_000)
    parser.add_argument("--articles", type=int, default=9_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if options.small:
        options.terms, options.articles = options.terms // 10, options.articles // 10
    with tempfile.TemporaryDirectory() as folder:
        os.environ[store.OUTPUTS] = folder
        for name, table in made_up(options.outlets, options.terms, options.articles).items():
            store.save(table, name, "large")
        run = Path(folder) / "run.ipynb"
        started = time.perf_counter()
        settings = {"study": "large", "strata": "", "replicates": "300"}
        given = [part for name, value in settings.items() for part in ("-p", name, value)]
        subprocess.run(
            [sys.executable, "-m", "papermill", PROJECT / "notebooks" / "10_keyness.ipynb", run, *given],
            check=True, cwd=PROJECT / "notebooks", stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        ran = time.perf_counter() - started
        notebook = nbformat.read(run, 4)
        page = report.export(notebook, title="large")
        ways = {
            "ours": lambda: report.export(notebook, title="large"),
            "peer": lambda: HTMLExporter().from_notebook_node(notebook),
        }
        found = floor.in_turn(ways, options.pairs)
        print(f"{options.terms:,} words, {options.outlets} outlets: page {len(page.encode()) / 1e6:.2f} MB,")
        print(f"notebook {ran:.0f} s, page {median(found['ours']):.1f} s, nbconvert {median(found['peer']):.1f} s")
        for part in re.split(r'(?=<div class="fr-cell">)', page[page.index("<main") :]):
            kind = re.search(r'class="fr fr-(table|scatter|picture)', part)
            if kind:
                print(f"  {kind[1]:8s} {len(part.encode()) / 1e6:6.2f} MB")
        data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])
        print(f"  {len(data['names']):,} marks, {len(data['passages']['texts']):,} passages behind them")
        if options.keep:
            options.keep.write_text(page, encoding="utf-8")
    ratio = floor.times_as_fast(found["ours"], found["peer"])
    floor.hold({"keyness report: nbconvert": ratio}, options)


if __name__ == "__main__":
    main()
