"""Fifty rules on a hundred thousand articles against a plain loop with regular expressions.

    python benchmarks/frames.py            100,000 articles (5,000 of the made-up press, twenty times)
    python benchmarks/frames.py --small    20,000 articles (four times)

Ten rules have ``near``, five ``seq``, five ``not``, five a wildcard, five an actor; the others join words by or. The
peer searches the text of each article for each rule, a distance of tokens as one of characters, twice as many; it does
5,000 articles, and its time is counted four or twenty times. Of 5,000 articles fifty rules take some .2 s, of which the
half is the same for any number: reading rules, looking their words up, and saying how they were read. Target: 60
processor seconds on one core for the large size, tokens and mentions given.
"""

import re
import time

import floor
import numpy as np
import pandas as pd

from framing import datasets, frames, lexicon, study, tokens
from framing.study.studies import Study

BASE = 5_000
WORDS = [
    "制裁", "凍結", "送金", "密輸", "発射", "演習", "配備", "迎撃", "会談", "訪問",
    "署名", "協議", "交渉", "対話", "脅威", "挑発", "圧力", "批判", "責任", "期待",
]  # fmt: skip
NEAR = [("軍事", "演習"), ("弾道", "発射"), ("首脳", "会談"), ("資産", "凍結"), ("国連", "決議"), ("核", "実験"),
        ("外相", "協議"), ("石炭", "輸出"), ("避難", "支援"), ("与党", "反発")]  # fmt: skip
SEQ = [("外務省", "会談"), ("政府", "強調"), ("関係者", "指摘"), ("専門家", "警告"), ("消防庁", "救助")]
ACTORS = {"putin": "プーチン", "xi_jinping": "習近平", "kim_jong_un": "金正恩", "russia": "ロシア", "china": "中国"}
WILD = ("制裁", "軍事", "経済", "国際", "外交")


def rules() -> dict[str, tuple[str, str]]:
    """Name → the rule, and the regular expression of the peer."""
    made = {f"near {a} {b}": (f"near({a}, {b}, 10)", f"{a}.{{0,20}}{b}|{b}.{{0,20}}{a}") for a, b in NEAR}
    made |= {f"seq {a} {b}": (f"seq({a}, {b}, 10)", f"{a}.{{0,20}}{b}") for a, b in SEQ}
    made |= {f"not {a}": (f"{a} & !{b}", f"^(?!.*{b}).*{a}") for a, b in zip(WORDS[:5], WORDS[5:10], strict=True)}
    made |= {f"wild {a}": (f"{a}*", f"{a}") for a in WILD}
    made |= {f"actor {a}": (f"actor({a})", name) for a, name in ACTORS.items()}
    rest = 50 - len(made)
    some = [[WORDS[(i + step) % len(WORDS)] for step in (0, 3, 7, 11)] for i in range(rest)]
    return made | {f"or {i}": (" | ".join(each), "|".join(each)) for i, each in enumerate(some)}


def many(articles: pd.DataFrame, cut: pd.DataFrame, named: pd.DataFrame, times: int) -> Study:
    """The same articles several times, each under an id of its own."""
    ids = articles["article_id"].astype(str).to_numpy()
    more = np.concatenate([np.char.add(f"{i}-", ids.astype("U")) for i in range(times)])

    def repeated(table: pd.DataFrame) -> pd.DataFrame:
        codes, size = table["article_id"].cat.codes.to_numpy().astype(np.int32), len(ids)
        columns = {name: pd.concat([table[name]] * times, ignore_index=True) for name in table.columns[1:]}
        own = np.concatenate([codes + i * size for i in range(times)])
        return pd.DataFrame({"article_id": pd.Categorical.from_codes(own, pd.Index(more, dtype="str")), **columns})

    whole = pd.concat([articles] * times, ignore_index=True).assign(article_id=more)
    return study.open(whole, tokens=repeated(cut), mentions=repeated(named))


def plain(texts: list[str], patterns: list[str]) -> int:
    """The peer: every article, every rule."""
    compiled = [re.compile(pattern, re.DOTALL) for pattern in patterns]
    return sum(bool(pattern.search(text)) for text in texts for pattern in compiled)


def main() -> None:
    options = floor.arguments(__doc__, "20,000 articles", pairs=3).parse_args()
    times = 4 if options.small else 20
    names = lexicon.load("northeast_asia")
    articles = datasets.sample_press(BASE).articles
    cut = tokens.tokenise(articles, lexicon=names)
    press = many(articles, cut, tokens.mentions(articles, names), times)
    texts = (articles["headline"] + "\n" + articles["text"]).tolist()
    written = rules()
    book = {name: rule for name, (rule, _) in written.items()}
    print(f"{len(press.articles):,} articles, {len(press.tokens):,} tokens, {len(book)} rules")
    frames.code(press.take(keep={"outlet": [articles["outlet"].iloc[0]]}), book)  # what is loaded once
    start = time.process_time()
    coded = frames.code(press, book)
    print(f"{time.process_time() - start:.1f} processor seconds; {len(coded.matches):,} matches")
    ways = {
        "rules": lambda: frames.code(press, book),
        "peer": lambda: plain(texts, [each for _, each in written.values()]),
    }
    spent = floor.in_turn(ways, options.pairs)
    print(f"peer on {BASE:,} articles: {min(spent['peer']):.1f} s")
    ratio = floor.times_as_fast(spent["rules"], spent["peer"], work=times)
    floor.hold({"frames: 50 rules, by loop with regular expressions": ratio}, options)


if __name__ == "__main__":
    main()
