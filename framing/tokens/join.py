"""Join runs of tokens: numerals, and nouns with their prefixes and suffixes."""

import numpy as np

from framing.tokens.mecab import Segments

NUMERAL = "名詞-数詞"
COMPOUND = "名詞-複合"
_NOUNS = ("名詞-普通名詞", "名詞-固有名詞")
_NOT_JOINED = ("名詞-固有名詞-人名", "名詞-普通名詞-助数詞可能")
_SEPARATORS = {",", "."}


def runs(segments: Segments, line: np.ndarray, numerals: bool, nouns: bool) -> tuple[Segments, np.ndarray]:
    """Join tokens that follow each other in a line without a blank between.

    Parameters
    ----------
    segments, line
        Tokens, and the line each stands in.
    numerals
        Join numerals, with the comma or point between digits (1,234).
    nouns
        Join nouns with nouns, prefixes before and nominal suffixes after; not personal names (so that a name and an
        office stay apart), not numerals and their counters.

    Returns
    -------
    segments, line
        The same text in fewer tokens; a joined token's lemma is its surface.
    """
    if len(line) < 2:
        return segments, line
    joined = np.zeros(len(line), dtype=bool)  # whether a token is joined to the one before
    touching = (line[1:] == line[:-1]) & ~np.array(segments.blank_before)[segments.codes][1:]
    if numerals:
        joined[1:] |= _numeral_links(segments, touching)
    if nouns:
        joined[1:] |= _noun_links(segments, touching)
    return _merged(segments, joined), line[~joined]


def _numeral_links(segments: Segments, touching: np.ndarray) -> np.ndarray:
    numeral = _of_tokens(segments, [p.startswith(NUMERAL) for p in segments.pos])
    digits = _of_tokens(segments, [s.isdecimal() for s in segments.surfaces])
    separator = _of_tokens(segments, [s in _SEPARATORS for s in segments.surfaces])
    inside = np.zeros(len(numeral), dtype=bool)
    inside[1:-1] = separator[1:-1] & digits[:-2] & digits[2:] & touching[:-1] & touching[1:]
    numeral |= inside
    return touching & numeral[1:] & numeral[:-1]


def _noun_links(segments: Segments, touching: np.ndarray) -> np.ndarray:
    noun = _of_tokens(segments, [p.startswith(_NOUNS) and not p.startswith(_NOT_JOINED) for p in segments.pos])
    prefix = _of_tokens(segments, [p.startswith("接頭辞") for p in segments.pos])
    suffix = _of_tokens(segments, [p.startswith("接尾辞-名詞的") and "助数詞" not in p for p in segments.pos])
    link = touching & (((prefix | noun)[:-1] & noun[1:]) | (noun[:-1] & suffix[1:]))
    after_noun = np.concatenate([[False], link])  # a suffix counts as part of a noun only where it follows one
    grown = (suffix & after_noun)[:-1] & (noun | suffix)[1:] & touching
    while (grown & ~link).any():
        link |= grown
        after_noun[1:] = link
        grown = (suffix & after_noun)[:-1] & (noun | suffix)[1:] & touching
    return link


def _merged(segments: Segments, joined: np.ndarray) -> Segments:
    first = np.flatnonzero(~joined)
    length = np.diff(np.append(first, len(joined)))
    codes = segments.codes[first].copy()
    surfaces, lemmas = list(segments.surfaces), list(segments.lemmas)
    pos, blank_before = list(segments.pos), list(segments.blank_before)
    for n in np.unique(length[length > 1]).tolist():
        rows = np.flatnonzero(length == n)
        distinct, which = np.unique(segments.codes[first[rows, None] + np.arange(n)], axis=0, return_inverse=True)
        codes[rows] = len(surfaces) + which.ravel()
        for parts in distinct.tolist():
            whole = "".join(segments.surfaces[part] for part in parts)
            surfaces.append(whole)
            lemmas.append(whole)
            pos.append(NUMERAL if segments.pos[parts[0]].startswith(NUMERAL) else COMPOUND)
            blank_before.append(segments.blank_before[parts[0]])
    return segments._replace(surfaces=surfaces, lemmas=lemmas, pos=pos, blank_before=blank_before, codes=codes)


def _of_tokens(segments: Segments, of_distinct: list[bool]) -> np.ndarray:
    return np.array(of_distinct, dtype=bool)[segments.codes]
