"""Inputs made to break what reads them: mutations of valid samples and texts from a grammar of what hurts.

``make fuzz`` gives every target its share of 200,000 inputs, on all cores, and prints how many it took, how many were
mutations of a valid sample that is still taken for what it is, and every fault: a traceback, a hang above 5 s, a lost
row. An interrupted run goes on where it stopped (``build/fuzz.json``). A fault is kept in ``build/fuzz`` and becomes a
case of ``tests/test_fuzz.py``, which runs a few inputs of each target.
"""

import argparse
import contextlib
import itertools
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pandas as pd

from framing import corpus, dates, formulas, lexicon, report, text, tokens, web
from framing.batch import parameters
from framing.corpus.formats import rows_of
from framing.corpus.tabular import Rows
from framing.errors import FramingError
from framing.report import files
from framing.tables import spreadsheet
from framing.text.lines import kind_of
from framing.web.markup import is_html

LONGEST_WAIT = 5
STRETCH = 40
"""Inputs of a target that one core tries at a time: about a second."""
PIECES = [
    "\0", "\ufeff", "\ud800", "\u202e", "\r", "\n", "\t", '"', "'", "<", ">", "&", "<!--", "-->", "]]>", "<p ", "</",
    "{", "}", "[", "]", "=", "=1+1", ",", ";", "|", "1" * 60, "9" * 400, "面" * 80, " " * 80, "\u3000" * 40, "-0",
    "nan", "2011年3月12日", "R6.3.28", "1e999", "\\u0000", "\\ud800", "&#0;", "&#x110000;", "%s", "{0}", "$", "~", "(",
    ")", "*", "a+b", "C(x)", "np.log(", "!!python/object", "&a", "*a", "no", "010", "1:30", "発行日：", "ページ：",
    "見出し：", "-", "TY  - ", "ER  - ", "<script>", "😀", "ｶﾞ", "İ", "ﬀ", "\x85", "\u2028", "/", ".",
]  # fmt: skip


@dataclass(frozen=True)
class Target:
    """Valid samples, and what takes an input and says whether that is still taken for what it is."""

    samples: list[str | bytes]
    take: Callable
    weight: int = 1  # shares of the inputs: two for what takes a hundredth of the time of a corpus


def mutated(rng: random.Random, sample: str | bytes) -> str | bytes:
    """A sample with one to five places cut, doubled, swapped or filled with what hurts."""
    if isinstance(sample, bytes):
        return mutated(rng, sample.decode("latin-1")).encode("latin-1", "ignore")
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        a = rng.randint(0, len(sample))
        b = min(len(sample), a + int(rng.expovariate(0.3)))
        sample = rng.choice([
            lambda s=sample, a=a, b=b: s[:a] + s[b:],
            lambda s=sample, a=a, b=b: s[:a] + s[a:b] * rng.randint(2, 9) + s[b:],
            lambda s=sample, a=a: s[:a] + rng.choice(PIECES) + s[a:],
            lambda s=sample, a=a, b=b: s[:a] + rng.choice(PIECES) + s[b:],
            lambda s=sample, a=a, b=b: s[:a] + s[a:b][::-1] + s[b:],
        ])()  # fmt: skip
    return sample[:100_000]


def grown(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 12)))


def read_as(name: str, *kinds: str) -> Callable:
    """Read a file of this name; no row may be lost between what the file holds and articles and rejections."""

    def take(content):
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            seen: list[Rows] = []  # taken in passing: reading it again for this took a quarter of the time
            with mock.patch("framing.corpus.reading.rows_of", lambda *asked: seen.append(rows_of(*asked)) or seen[-1]):
                found = corpus.read(path)
        (rows,) = seen
        made = len(rows.frame) + len(rows.records) + len(rows.rejected)
        if len(found.articles) + len(found.rejected) != made:
            raise AssertionError(f"{made} rows became {len(found.articles)} and {len(found.rejected)}")
        return rows.kind in kinds and len(found.articles) > 0

    return take


PARAMETERS = """study: sample
language: ja
target: 東都新報
keep: {section: [国際, 政治]}
since: '2012-01-01'
min_tokens: 5
words: ['no', 会談]
grid: {copies: [all, first]}
replicates: 200
"""


def parameter_file(content: str) -> bool:
    """Whether a parameter file holds what its notebook takes; the faults of another are sentences."""
    notebook = Path(__file__).resolve().parents[1] / "notebooks" / "10_keyness.ipynb"
    known = parameters.of_notebook(notebook)
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(FramingError):
        path = Path(folder) / "10_keyness.yaml"
        path.write_text(content, encoding="utf-8", errors="surrogatepass")
        variants = parameters.expand(parameters.read(path), path)
        return bool([parameters.faults(values, known, path, notebook, path.parent) for _, values in variants])
    return False


def lexicon_file(content: str) -> bool:
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(FramingError):
        path = Path(folder) / "names.yaml"
        path.write_text(content, encoding="utf-8", errors="surrogatepass")
        names = lexicon.load(str(path))
        tokens.mentions(pd.DataFrame({"article_id": ["1"], "text": [content[:300]]}), names)
        return True
    return False


def shown(content: str) -> bool:
    """A table whose cells and columns are pieces of the input, shown and saved in every form."""
    cells = (content.split("|") + [""] * 6)[:6]
    names = pd.Index([f"a{cells[0]}", f"b{cells[3]}", "n"], dtype=object)
    frame = pd.DataFrame([[cells[1], cells[4], 1.5], [cells[2], cells[5], None]], columns=names, dtype=object)
    report.table(frame, caption=cells[0], columns={})._repr_mimebundle_()
    files.latex(frame, cells[1])
    with tempfile.TemporaryDirectory() as folder:
        files.excel(frame, Path(folder) / "a.xlsx", cells[2])
        spreadsheet.write(frame, Path(folder) / "a.csv")
        back = spreadsheet.read(Path(folder) / "a.csv", dtype=str, na_filter=False).iloc[:, 0].tolist()
    plain = [cell.encode(errors="replace").decode().replace("\0", "") for cell in cells[1:3]]
    if [cell.replace("\0", "") for cell in back] != plain:
        raise AssertionError(f"{plain} came back as {back}")
    return "|" in content


def formula(content: str) -> bool:
    with contextlib.suppress(FramingError):
        formulas.check(content)
        return True
    return False


CSV = """article_id,outlet,date,page,headline,text
1,東都,2011-03-12,1,川があふれる,"川が十一日、
あふれた。"
2,北海,平成23年3月13日,3面,水が引く,水が引いた。
"""
JSON = """{"id": 1, "outlet": "東都", "date": "2011-03-12", "title": "川があふれる", "body": "川があふれた。"}
{"id": 2, "body": "水が引いた。"}
"""
PAGE = """<!DOCTYPE html><html><head><title>港で祭り | 東都新報</title>
<meta property="article:published_time" content="2011-03-12">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "港で祭り",
"datePublished": "2011-03-12"}</script></head>
<body><h1>港で祭りが開かれた</h1><p>港で二十三日、祭りが開かれた。町は晴れだった。</p>
<figure><figcaption>踊る人々＝甲野撮影</figcaption></figure>
<p>関連記事</p><ul><li><a href="/a">川があふれる</a></li></ul></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>東都新報</title><item><title>川</title><link>http://x/1</link>
<pubDate>Sat, 12 Mar 2011 09:00:00 +0900</pubDate><description>川があふれた。</description></item></channel></rss>"""
RIS = "TY  - NEWS\nTI  - River\nJO  - Post\nDA  - 2011/03/12\nAB  - The river rose.\nER  - \n"
FACTIVA = """River rises over its banks

By Ann Smith
1,042 words
12 March 2011
The Post
POST
A1
English
(c) 2011 The Post

The river rose over its banks on Friday.

Document POST000020110312e73c0001x
"""
NEXIS = """1 of 1 DOCUMENT

The Post

March 12, 2011 Saturday

River rises over its banks

BYLINE: Ann Smith

SECTION: SECTION A; Column 1; Pg. 1

LENGTH: 12 words

The river rose over its banks on Friday.

LOAD-DATE: March 12, 2011
"""
JAPANESE = """発行日：２０１１年０３月１２日
朝夕刊：朝刊
面名：２総合
ページ：００１
文字数：00342文字
見出し：川があふれる
本文：
　川が十一日あふれた。

発行日：２０１１年０３月１３日
朝夕刊：夕刊
ページ：００３
見出し：水が引く
　水が引いた。
"""
LEXICON = """name: mine
honorifics: [氏]
actors:
- id: kim
  kind: person
  label: 金正恩
  aliases: {ja: [金正恩, キム・ジョンウン], en: [Kim Jong Un]}
  short: [金]
  roles: [総書記]
  not: [金正恩主義]
compounds: [労働新聞]
variants:
- {label: 朝ロ, forms: {朝ロ: 朝>ロ}}
stopwords: [こと]
"""
DATES = [
    "2024年3月28日(木)18時50分",
    "R6.3.28",
    "21 Jan 2024 11:01:28 GMT9",
    "平成23年3月12日",
    "2011/3/12",
    "3月30日〜4月2日",
    "20110312",
    "昨日",
]
FORMULAS = ["outlet * years", "outlet + C(section) + bs(years, df=3)", "(a + b + c)**3", "np.log(x) + I(x**2)"]
LINES = [
    "関連記事",
    "(写真は甲野太郎撮影)",
    "©2011 東都新報社 無断転載を禁じます",
    "2011年3月12日 朝刊 1面",
    "続きを読むには会員登録が必要です",
]


CSVS = [CSV, CSV.replace(",", "\t"), CSV.replace(",", ";")]
ENCODED = [CSV.encode(name) for name in ("cp932", "euc_jp", "utf-16", "iso2022_jp")]
TARGETS = {
    "tables": Target(CSVS, read_as("a.csv", "table")),
    "json": Target([JSON, "[" + JSON.replace("}\n{", "},\n{") + "]"], read_as("a.json", "table")),
    "encodings": Target(ENCODED, read_as("a.csv", "table")),
    "feeds and references": Target([FEED, RIS], read_as("a.txt", "feed", "ris")),
    "pages": Target([PAGE], lambda s: bool(web.extract(s)["text"]) and is_html(s), 2),
    "factiva": Target([FACTIVA], read_as("a.txt", "factiva")),
    "nexis": Target([NEXIS], read_as("a.txt", "nexis")),
    "japanese": Target([JAPANESE], read_as("a.txt", "japanese", "asahi", "yomiuri")),
    "dates": Target(DATES, lambda s: dates.parse(s, anchor="2020-01-01").date is not None, 2),
    "lines": Target(LINES, lambda s: bool(text.clean(s, list(text.STEPS))) and kind_of(s) != "", 2),
    "lexicon": Target([LEXICON], lexicon_file, 2),
    "parameters": Target([PARAMETERS], parameter_file, 2),
    "formulas": Target(FORMULAS, formula, 2),
    "reports": Target(["核|=1+1|<b>x</b>|\\textbf|[2cm]|'@a"], shown),
}


@contextlib.contextmanager
def bounded(seconds: float):
    def late(*_):
        raise TimeoutError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def tried(name: str, number: int) -> tuple[bool, str, str | bytes]:
    """Input ``number`` of a target: whether it is a mutation that passes detection, its fault, and the input."""
    rng, target = random.Random(f"{name} {number}"), TARGETS[name]
    mutation, sample = rng.random() < 0.9, rng.choice(target.samples)
    made = mutated(rng, sample) if mutation else grown(rng)
    made = made.encode("utf-8", "replace") if isinstance(sample, bytes) and isinstance(made, str) else made
    try:
        with warnings.catch_warnings(), bounded(LONGEST_WAIT):
            warnings.simplefilter("ignore")
            return mutation and bool(target.take(made)), "", made
    except Exception:  # whatever it is, it is what is looked for
        return False, traceback.format_exc(limit=-4), made


def stretch(name: str, start: int, end: int) -> tuple[int, int, list]:
    """Inputs of a target from ``start`` to before ``end``: how many passed detection, and the faults."""
    found = [(number, *tried(name, number)) for number in range(start, end)]
    faults = [(number, fault, made) for number, _, fault, made in found if fault]
    return end - start, sum(still for _, still, _, _ in found), faults


def stretches(names: list[str], state: dict, inputs: int) -> Iterator[tuple[str, int, int]]:
    """What is still to be tried, in turns, so that a short run has tried every target."""
    total = sum(TARGETS[name].weight for name in names)
    wanted = {name: -(-inputs * TARGETS[name].weight // total) for name in names}
    at = {name: state[name]["inputs"] for name in names}
    while any(at[name] < wanted[name] for name in names):
        for name in names:
            end = min(at[name] + STRETCH * TARGETS[name].weight, wanted[name])
            if at[name] < end:
                yield name, at[name], end
            at[name] = max(at[name], end)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--inputs", type=int, default=200_000)
    asked.add_argument("--minutes", type=float, default=24)
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--workers", type=int, default=os.cpu_count())
    told = asked.parse_args()
    began = time.monotonic()
    build = Path(__file__).resolve().parents[1] / "build"
    (build / "fuzz").mkdir(parents=True, exist_ok=True)
    kept = build / "fuzz.json"
    state = json.loads(kept.read_text()) if kept.is_file() else {}
    names = [name for name in TARGETS if not told.only or name in told.only]
    for name in names:
        state.setdefault(name, {"inputs": 0, "detected": 0, "faults": []})
    with ProcessPoolExecutor(told.workers, multiprocessing.get_context("spawn")) as pool:
        waiting, left, end = deque(), stretches(names, state, told.inputs), began + told.minutes * 60
        while True:
            for part in itertools.islice(left, max(2 * told.workers - len(waiting), 0)):
                waiting.append((part, pool.submit(stretch, *part)))
            if time.monotonic() > end:
                left = iter(())
            if not waiting:
                break
            (name, start, stop), trying = waiting.popleft()
            try:
                n, detected, faults = trying.result()
            except BrokenProcessPool:
                raise SystemExit(
                    f"a process ended while {name} {start} to {stop} and what follows were tried"
                ) from None
            done = state[name]
            for number, fault, made in faults:
                data = made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")
                (build / "fuzz" / f"{name}-{number}").write_bytes(data)
                done["faults"].append([number, fault])
            done["inputs"], done["detected"] = done["inputs"] + n, done["detected"] + detected
            kept.write_text(json.dumps(state))
    for name in names:
        done = state[name]
        share = done["detected"] / max(done["inputs"], 1)
        print(f"{name:22} {done['inputs']:8,} inputs, {share:4.0%} detected mutations, {len(done['faults'])} faults")
        for number, fault in done["faults"][:3]:
            print(f"  {number}: {fault.strip().splitlines()[-1][:200]}")
    n, detected = (sum(state[name][what] for name in names) for what in ("inputs", "detected"))
    faults = sum(len(state[name]["faults"]) for name in names)
    took = (time.monotonic() - began) / 60
    print(
        f"{n:,} inputs, {detected / max(n, 1):.0%} mutations that pass detection, {faults} faults ({took:.1f} minutes)"
    )
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())
