"""A lexicon as a MeCab user dictionary: built once, kept by checksum, its costs learnt from UniDic."""

import csv
import os
import shlex
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from framing import provenance
from framing.errors import SourceError
from framing.lexicon.read import Lexicon

PERSON = "名詞,固有名詞,人名,一般"
COUNTRY = "名詞,固有名詞,地名,国"
PROPER = "名詞,固有名詞,一般,*"
COMMON = "名詞,普通名詞,一般,*"
_ORIGIN = {PERSON: "固", COUNTRY: "固", PROPER: "固", COMMON: "漢"}
_KINDS = {"person": PERSON, "country": COUNTRY, "organisation": PROPER}
_MAGIC = 0xEF718F77
_HEADER = 72  # bytes: ten numbers and the name of the encoding
_FIELDS = {"left": "<u2", "right": "<u2", "pos": "<u2", "cost": "<i2", "feature": "<u4", "compound": "<u4"}
_ENTRY = np.dtype(list(_FIELDS.items()))
_STEP = 700  # the cost factor of UniDic: what makes a reading e times as likely
_COST = 3  # place of the cost in a row
_DEARER = 6 * _STEP  # for 日米韓: a chain of states may also be two words, 日米 + 韓国
_LOWEST = -2000  # below, an entry would tear other words
_FRAMES = ("{}", "{}は", "{}の", "{}に", "{}で", "{}を", "、{}が", "{}、")
_ENOUGH = 30  # entries of a length, below which the next longer ones are taken with them


def user_dictionary(lexicon: Lexicon) -> tuple[str, frozenset[str]]:
    """Path of the compiled dictionary of a lexicon, and the surfaces in it; an empty path where it needs none.

    Raises
    ------
    SourceError
        The dictionary of MeCab is missing or not of the known kind, or its builder failed.

    Notes
    -----
    A word that UniDic has and gives back whole is left to it, a name if it is cheap enough; a variant it has as a noun
    (露朝) keeps that noun's place and is only renamed. A new word costs what UniDic's own words of its kind and length
    cost (the median), as if it had always been there, or as much less as it takes to be found at the edge of a sentence
    and before the common particles (中国 + 地方). A chain of three states (日米韓) begins dearer, so that 日米韓国 is
    not torn for it. So an entry is found and does not tear other words: 朝ロ関係 is 朝ロ/関係, 毎朝ロシアは stays
    毎朝/ロシア/は.
    """
    words = entries(lexicon)
    rows = [row for surface, (pos, lemma) in sorted(words.items()) if (row := _row(surface, pos, lemma))]
    of_three = {f for variant in lexicon.variants for f, order in variant.forms.items() if order.count(">") > 1}
    for row in rows:
        row[_COST] += _DEARER * (row[0] in of_three)
    if not rows:
        return "", frozenset()
    version = metadata.version("unidic-lite") + metadata.version("fugashi")
    path = _folder() / f"{provenance.of_data([rows, version, _FRAMES, _STEP, _LOWEST])}.dic"
    if not path.is_file():
        _learn(rows, path)
    return str(path), frozenset(row[0] for row in rows)


def entries(lexicon: Lexicon) -> dict[str, tuple[str, str]]:
    """Part of speech and lemma of every Japanese word of the lexicon, by surface."""
    found: dict[str, tuple[str, str]] = {}
    offices = [role for actor in lexicon.actors for role in actor.roles]
    for word in (*lexicon.compounds, *offices):
        if len(word) > 1:
            found[word] = (COMMON, word)
    for actor in lexicon.actors:
        for alias in actor.aliases.get("ja", ()):
            found[alias] = (_KINDS[actor.kind], alias)
    for variant in lexicon.variants:
        for form in variant.forms:
            found[form] = (found.get(form, (COMMON, ""))[0], variant.label)
    return found


def _row(surface: str, pos: str, lemma: str) -> list | None:
    """An entry as MeCab reads it: surface, context numbers, cost and the 26 features; none where UniDic's will do."""
    new = cost(pos, len(surface)), _context(pos, "left"), _context(pos, "right")
    known = _known_noun(surface)
    unchanged = known and lemma == surface and (pos == COMMON or known[0] < new[0])
    if unchanged and not _is_cut(surface, _plain().parse):
        return None
    price, left, right = known if known and (lemma != surface or pos == COMMON) else new
    features = [*pos.split(","), *"**", "", lemma, surface, "", lemma, "", _ORIGIN[pos], *"****", *[""] * 4, *"*****"]
    return [surface, left, right, price, *features]


def _known_noun(surface: str) -> tuple[int, int, int] | None:
    """Cost and context numbers of the noun UniDic has for a surface; the cost just below, to come before it."""
    from framing.tokens import mecab  # tokens opens this room, so not at the top

    found = _reader(mecab).nbest(f"{surface}\t*\nEOS\n", 512).split("\n")
    nouns = [row.split("\t")[1:] for row in found if row.startswith("名詞")]
    choices = sorted((int(price) - 1, int(left), int(right)) for left, right, price in nouns)
    return choices[0] if choices else None


@cache
def _plain():
    from framing.tokens import mecab

    return mecab.tagger("%m\\n", "%m\\n")


def _is_cut(surface: str, parse) -> bool:
    """Whether MeCab does not give a word back whole in one of the places where words stand."""
    return any(surface not in parse(frame.format(surface)).split("\n") for frame in _FRAMES)


@cache
def _reader(mecab):
    return mecab.tagger("%f[0]\\t%phl\\t%phr\\t%pw\\n", "\\n", partial=True)


def _learn(rows: list[list], path: Path) -> None:
    """Build the dictionary; make an entry cheaper by a step while its pieces still win."""
    from framing.tokens import mecab

    rows = [list(row) for row in rows]
    while True:
        _build(rows, path)
        parse = mecab.tagger("%m\\n", "%m\\n", str(path)).parse
        cut = [row for row in rows if _is_cut(row[0], parse)]
        cheaper = [row for row in cut if row[_COST] - _STEP >= _LOWEST]
        if not cheaper:
            break
        for row in cheaper:
            row[_COST] -= _STEP
    if cut:
        words = [row[0] for row in cut]
        warnings.warn(f"MeCab still cuts these words of the lexicon in some places: {words}", stacklevel=4)


@cache
def cost(pos: str, length: int) -> int:
    """Median word cost of UniDic's own words of a part of speech and a length in characters."""
    lengths, costs = _own_words(pos)
    near = lengths == length
    wider = length
    while near.sum() < min(_ENOUGH, len(lengths)):
        wider -= 1
        near = lengths >= wider
    return int(np.median(costs[near]))


@cache
def _own_words(pos: str) -> tuple[np.ndarray, np.ndarray]:
    """Lengths and costs of the words of a part of speech in the compiled system dictionary."""
    path = _dictionary() / "sys.dic"
    raw: Any = np.memmap(path, dtype=np.uint8, mode="r")
    header = raw[:40].view("<u4")
    index, entries_, features = (int(size) for size in header[6:9])
    if header[0] ^ _MAGIC != len(raw) or _HEADER + index + entries_ + features != len(raw):
        raise SourceError(f"{path} is not a compiled dictionary of MeCab; reinstall unidic-lite")
    table = raw[_HEADER + index : _HEADER + index + entries_].view(_ENTRY)
    own = table[table["left"] == _context(pos, "left")]
    text = raw[_HEADER + index + entries_ :]
    written = (bytes(text[at : at + 400]).split(b"\0", 1)[0] for at in own["feature"].tolist())
    lengths = [len(next(csv.reader([line.decode(errors="ignore")]))[8]) for line in written]
    return np.array(lengths), own["cost"].astype(np.int64)


@cache
def _context(pos: str, side: str) -> int:
    """Number of a part of speech in left-id.def or right-id.def."""
    path = _dictionary() / f"{side}-id.def"
    wanted = f"{pos},*,*,*,*,{_ORIGIN[pos]}"
    for line in path.read_text(encoding="utf-8").splitlines():
        number, features = line.split(" ", 1)
        if features.strip() == wanted:
            return int(number)
    raise SourceError(f"{path} has no {wanted}; the toolkit knows unidic-lite 1.0.8")


def _dictionary() -> Path:
    from framing.tokens import mecab  # tokens opens this room, so not at the top

    try:
        return Path(mecab.dictionary_folder())
    except FileNotFoundError as error:
        raise SourceError(str(error)) from None


def _folder() -> Path:
    """Where compiled dictionaries are kept: the user's cache, or the temporary folder where that is read-only."""
    home = user_cache_path("framing", appauthor=False)
    for folder in (home / "dictionaries", Path(tempfile.gettempdir()) / f"framing-{os.getuid()}"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise SourceError("no folder to keep the compiled lexicon in; set XDG_CACHE_HOME to one that can be written")


def _build(rows: list[list], path: Path) -> None:
    # The builder may end the interpreter when it fails, so it runs in one of its own.
    with tempfile.TemporaryDirectory(dir=path.parent) as work:
        with open(Path(work) / "words.csv", "w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
        arguments = ["build", "-f", "utf8", "-t", "utf8", "-d", str(_dictionary()), "-u", "words.dic", "words.csv"]
        code = "import sys, fugashi; fugashi.build_dictionary(sys.argv[1])"
        done = subprocess.run(
            [sys.executable, "-c", code, shlex.join(arguments)], cwd=work, capture_output=True, text=True
        )
        built = Path(work) / "words.dic"
        if done.returncode or not built.is_file():
            raise SourceError(f"MeCab could not build the dictionary of the lexicon: {done.stderr or done.stdout}")
        built.replace(path)
