"""Forms of English words that share a base, as far as rules of formation tell."""

import re
from functools import cache

from framing import data
from framing.tokens.languages import stem

_BASES = [
    (re.compile(form), base)
    for form, base in [
        (r"(?<=..)ie[sd]$", "y"), (r"(?<=..)es$", ""), (r"(?<=.[^s])s$", ""), (r"(?<=..)(?:ed|ing)$", ""),
        (r"(?<=..)(?:ed|ing)$", "e"), (r"(?<=.)(.)\1(?:e[sd]|ing)$", r"\1"), (r"(?<=.)ying$", "ie"),
        (r"([aeiouy]\w*ic)k(?:ed|ing)$", r"\1"),
    ]
]  # fmt: skip
"""Endings of inflected English words, and what stands there in the base."""
_CUT_OTHERWISE = [
    (re.compile(base), form)
    for base, form in [
        (r"(?:\w\w[sxz]|\w[cs]h)$", r"\g<0>es"), (r"(?:[iuy]e|\b(?:free|knee|tee|hoe|toe|shoe))$", r"\g<0>d"),
        (r"ie$", "ying"), (r"[aeiouy]\w*ic$", r"\g<0>ked"),
        (r"(?:[aeiou]z|(?:[aeiouy]\w*[aiu]|\bga|\bbu)s|[aeiouy]\w*[aeiou]l)(?<=(.))$", r"\g<0>\1ed"),
    ]
]  # fmt: skip
"""Regular English words of which Snowball gives a form another stem, and that form: buses, freed, panicked, fuelled."""


def in_capitals(word: str) -> bool:
    return len(word) > 1 and word.isascii() and word.isalpha() and word.isupper()


@cache
def irregular() -> dict[str, list[str]]:
    """The other forms of each irregular word of English."""
    rows = [row.split("/") for row in data.words("irregular")["forms"].split()]
    return {word: [each for own in rows if word in own for each in own if each != word] for row in rows for word in row}


def men(word: str) -> list[str]:
    """The other number of spokesman and policewomen."""
    return [f"{word[:-2]}{'e' if word[-2] == 'a' else 'a'}n"] if re.fullmatch(r"\w+m[ae]n", word) else []


def stems_of(word: str) -> set[str]:
    """The stems of a word and of those of its forms, or its base's, that Snowball cuts otherwise."""
    own = stem(word)
    found = {own}
    for base in bases(word):
        stems = {stem(base), *(stem(rule.sub(form, base)) for rule, form in _CUT_OTHERWISE if rule.search(base))}
        found |= stems if base == word or own in stems else set()
    return found


@cache
def bases(word: str) -> frozenset[str]:
    """What an English word can be an inflected form of, itself among them."""
    word = re.sub("'s?$", "", word)
    return frozenset({word, *(rule.sub(base, word) for rule, base in _BASES)})
