"""What belongs to how a person is named, and is no word near the person: title, country, first name, reading."""

import numpy as np

from framing import data
from framing.contexts.nodes import Text
from framing.tokens.arrays import codes, covered

FORMS = data.forms("naming")
_SIGN = {word: sign for sign, words in data.words("naming")["signs"].items() for word in words}
_NOUNS = "名詞", "接頭辞", "接尾辞-名詞的", "NNG", "NNP"
_PART = 0.5  # share of a word's tokens that stand at the name, from which it is a part of it


def named(text: Text, rows: np.ndarray, length: np.ndarray, roles: frozenset[str]) -> tuple[np.ndarray, np.ndarray]:
    """Which tokens are those that were found, and which others belong to the names of the persons among them.

    ``roles`` are further titles, those that follow the name of an actor. A person is a name with such a role, or whose
    last token is a personal name (Japanese), a proper noun (Korean) or has a capital (English) and is no title, place
    or nationality. Words of the same kind at the name are a part of it where at least half of their tokens stand there.
    """
    hit = covered(len(text.tokens), rows, rows + length)
    surfaces, words = codes(text.tokens["surface"])
    tags, kinds = codes(text.tokens["pos"])
    known = [_SIGN.get(word.lower().removesuffix("'s").removesuffix("’s").rstrip(".") or word) for word in words]
    known = ["T" if word in roles else sign for word, sign in zip(words, known, strict=True)]
    sign = np.array([ord(each or "-") for each in known], dtype=np.uint8)[surfaces]
    capital = np.array([word[:1].isupper() for word in words], dtype=bool)[surfaces]
    noun, place, person, word = (
        np.array([test(kind) for kind in kinds], dtype=bool)[tags]
        for test in (
            lambda kind: kind.startswith(_NOUNS), lambda kind: "地名" in kind,
            lambda kind: "人名" in kind or kind == "NNP", lambda kind: kind == "word",
        )
    )  # fmt: skip
    free = sign == ord("-")
    sign[free & noun] = ord("K")
    sign[free & place] = ord("P")
    proper = free & ~place & (person | word & capital)
    last = rows + length - 1
    of_person = np.ones(len(rows), dtype=bool) if roles else proper[last]
    rows, last = rows[of_person], last[of_person]
    name = covered(len(sign), rows, last + 1)
    sign[name] = np.where(word[name], ord("E"), ord("H"))
    dot = sign == ord("D")
    for _ in range(2):  # a name has up to two further parts
        right = _after(text, name) | _after(text, dot & _after(text, name))
        left = _before(text, name) | _before(text, dot & _before(text, name))
        beside = proper & (left | right) & ~name
        there, all_of_it = (np.bincount(numbers, minlength=len(words)) for numbers in (surfaces[beside], surfaces))
        part = there >= _PART * all_of_it
        sign[beside & part[surfaces]] = ord("N")
        name |= beside & part[surfaces]
    ends = ~text.goes_on
    sentence = np.cumsum(ends) - ends
    near = np.isin(sentence, sentence[rows])
    token = np.flatnonzero(near)
    apart = np.flatnonzero(ends[token]) + 1
    written = np.insert(sign[token], apart, ord(" ")).tobytes().decode("ascii")
    token = np.insert(token, apart, 0)
    spans = np.array([found.span() for found in FORMS.named.finditer(written)], dtype=np.int64).reshape(-1, 2)
    return hit, covered(len(sign), token[spans[:, 0]], token[spans[:, 1] - 1] + 1) & ~hit


def _after(text: Text, here: np.ndarray) -> np.ndarray:
    """The tokens right after those of ``here`` in their sentence."""
    return np.append(False, (here & text.goes_on)[:-1])


def _before(text: Text, here: np.ndarray) -> np.ndarray:
    return np.append(here[1:], False) & text.goes_on
