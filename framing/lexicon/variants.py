"""Words of a corpus that may be two spellings of one."""

import re
import unicodedata
from itertools import combinations

import numpy as np
import pandas as pd

from framing.tables import COUNTS, check, takes_tables

_HIRAGANA = re.compile("[ぁ-ゖ]")
_KANA = re.compile("[ぁ-ゖァ-ヺー]+")
_KANJI = re.compile("[一-龥々]")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_LOOK_ALIKE = str.maketrans(
    "口力二夕工卜八一三千入へベペ" "‐‑–—―−－ｰ" "國學會體發關條澤邊邉齋齊斎髙﨑德臺灣廣龍嶋眞壽",
    "ロカニタエトハーミチ人ヘベペ" "ーーーーーーーー" "国学会体発関条沢辺辺斉斉斉高崎徳台湾広竜島真寿",
)  # fmt: skip
"""Kanji and kana, dashes and the long vowel, and old or variant shapes of kanji, each to one shape."""
_STATES = re.compile("[日米中朝韓露ロソ英仏独台欧印越]{2,3}")
_LONG = [("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"), ("ウィ", "ウイ"),
         ("ウェ", "ウエ"), ("ウォ", "ウオ"), ("フィ", "ヒ"), ("ティ", "チ"), ("ディ", "ジ"),
         ("ー", ""), ("・", "")]  # fmt: skip
_COLUMNS = ["term_a", "term_b", "kind", "reading", "n_a", "n_b", "n_articles_a", "n_articles_b", "n_articles_both"]


@takes_tables()
def suggest_variants(counts: pd.DataFrame, *, min_tokens: int = 2) -> pd.DataFrame:
    """Pairs of terms that may be two spellings of one word.

    Parameters
    ----------
    counts
        One row per article and term, in Japanese.
    min_tokens
        Least tokens of the rarer term.

    Returns
    -------
    DataFrame
        One row per pair, the more frequent term first: ``term_a``, ``term_b``, ``kind``, ``reading`` (katakana),
        ``n_a``, ``n_b`` (tokens), ``n_articles_a``, ``n_articles_b``, ``n_articles_both`` (articles that use both).
        The kinds: ``look-alike`` (ロ朝/口朝, 澤/沢, dashes), ``long vowel`` (コンピュータ/コンピューター, ヴ/ブ),
        ``okurigana`` (取組/取り組み), ``reading`` (same reading, and kana for a kanji or most kanji shared:
        子供/子ども, 統一教会/統一協会), ``order`` (the same countries the other way round: 朝ロ/ロ朝). Many
        pairs are two words: read them, and copy those that are one into ``variants`` of the lexicon.

    Raises
    ------
    TableError
        ``counts`` lacks a column or repeats an article and term.
    SourceError
        The dictionary is missing.

    Notes
    -----
    Readings are those MeCab gives the term standing alone.
    """
    check(counts, COUNTS)
    from framing.counts import matrix  # opens tokens, which opens this room

    X, _, terms = matrix(counts)
    n_tokens = X.sum(axis=0)
    kept = np.flatnonzero((n_tokens >= min_tokens) & [bool(_KANA.search(t) or _KANJI.search(t)) for t in terms])
    used = (X[:, kept] > 0).astype(np.int64).tocsc()
    names = [str(terms[i]) for i in kept]
    readings = _readings(names)
    pairs = _pairs(names, readings)
    if not pairs:
        return pd.DataFrame(columns=_COLUMNS)
    ordered = [sorted(pair, key=lambda k: (-n_tokens[kept[k]], names[k])) for pair in pairs]
    a, b = np.array(ordered).T
    about = {"term": np.array(names, dtype=object), "n": n_tokens[kept], "n_articles": np.diff(used.indptr)}
    found = {f"{name}_{end}": values[k] for name, values in about.items() for end, k in (("a", a), ("b", b))}
    found |= {"kind": list(pairs.values()), "reading": np.array(readings, dtype=object)[a]}
    found["n_articles_both"] = used[:, a].multiply(used[:, b]).sum(axis=0)
    table = pd.DataFrame(found)[_COLUMNS].sort_values(["n_b", "n_a", "term_a"], ascending=[False, False, True])
    return table.astype({name: "str" for name in ("term_a", "term_b", "kind", "reading")}).reset_index(drop=True)


def _pairs(names: list[str], readings: list[str]) -> dict[tuple[int, int], str]:
    """Pairs of terms by number, each with the first kind that fits."""
    found: dict[tuple[int, int], str] = {}
    for kind, key in (
        ("look-alike", lambda i: unicodedata.normalize("NFKC", names[i]).translate(_LOOK_ALIKE)),
        ("long vowel", lambda i: _shortened(names[i]) if _KANA.fullmatch(names[i].replace("・", "")) else None),
        ("okurigana", lambda i: (_HIRAGANA.sub("", names[i]), readings[i]) if _KANJI.search(names[i]) else None),
        ("reading", lambda i: _states(names[i]) or readings[i] or None),
        ("order", lambda i: "".join(sorted(_states(names[i]))) or None),
    ):
        groups: dict[object, list[int]] = {}
        for i in range(len(names)):
            value = key(i)
            if value is not None:
                groups.setdefault(value, []).append(i)
        for group in groups.values():
            for pair in combinations(group, 2):
                if kind != "reading" or _akin(names[pair[0]], names[pair[1]]):
                    found.setdefault(pair, kind)
    return found


def _states(name: str) -> str:
    """A row of countries with Russia in kana, for the dictionary reads 朝露 as dew; "" of anything else."""
    return name.replace("露", "ロ") if _STATES.fullmatch(name) else ""


def _shortened(name: str) -> str:
    name = name.translate(_TO_KATAKANA)
    for long, short in _LONG:
        name = name.replace(long, short)
    return name


def _akin(a: str, b: str) -> bool:
    """Whether terms of one reading may be one word: one is in kana, or they share a kanji; most of them if all are."""
    if _KANA.fullmatch(a) or _KANA.fullmatch(b):
        return True
    shared = len(set(_KANJI.findall(a)) & set(_KANJI.findall(b)))
    if _KANA.search(a) or _KANA.search(b):
        return shared > 0
    return shared > max(len(a), len(b)) / 2


def _readings(names: list[str]) -> list[str]:
    from framing.tokens import mecab

    tagger = mecab.tagger("%f[17]", "\\t%m")  # the kana of a word; an unknown one is read as it is written
    spoken = (tagger.parse(name).replace("\t", "").translate(_TO_KATAKANA) for name in names)
    return [reading if _KANA.fullmatch(reading) else "" for reading in spoken]
