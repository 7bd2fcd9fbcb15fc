"""Join runs of tokens: numerals, and nouns with their prefixes and suffixes."""

import numpy as np

from framing.tokens.mecab import Segments, Token

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
    tokens = segments.tokens()
    joined = np.zeros(len(line), dtype=bool)  # whether a token is joined to the one before
    after_blank = _flags(segments, [blank_before for *_, blank_before in tokens])
    touching = (line[1:] == line[:-1]) & ~after_blank[1:]
    if numerals:
        joined[1:] |= _numeral_links(segments, tokens, touching)
    if nouns:
        joined[1:] |= _noun_links(segments, tokens, touching)
    return _merged(segments, tokens, joined), line[~joined]


def _numeral_links(segments: Segments, tokens: list[Token], touching: np.ndarray) -> np.ndarray:
    numeral = _flags(segments, [pos.startswith(NUMERAL) for _, _, pos, _ in tokens])
    digits = _flags(segments, [surface.isdecimal() for surface, *_ in tokens])
    separator = _flags(segments, [surface in _SEPARATORS for surface, *_ in tokens])
    inside = np.zeros(len(numeral), dtype=bool)
    inside[1:-1] = separator[1:-1] & digits[:-2] & digits[2:] & touching[:-1] & touching[1:]
    numeral |= inside
    return touching & numeral[1:] & numeral[:-1]


def _noun_links(segments: Segments, tokens: list[Token], touching: np.ndarray) -> np.ndarray:
    tags = [pos for _, _, pos, _ in tokens]
    noun = _flags(segments, [tag.startswith(_NOUNS) and not tag.startswith(_NOT_JOINED) for tag in tags])
    prefix = _flags(segments, [tag.startswith("接頭辞") for tag in tags])
    suffix = _flags(segments, [tag.startswith("接尾辞-名詞的") and "助数詞" not in tag for tag in tags])
    link = touching & (((prefix | noun)[:-1] & noun[1:]) | (noun[:-1] & suffix[1:]))
    after_noun = np.concatenate([[False], link])  # a suffix counts as part of a noun only where it follows one
    grown = (suffix & after_noun)[:-1] & (noun | suffix)[1:] & touching
    while (grown & ~link).any():
        link |= grown
        after_noun[1:] = link
        grown = (suffix & after_noun)[:-1] & (noun | suffix)[1:] & touching
    return link


def _merged(segments: Segments, tokens: list[Token], joined: np.ndarray) -> Segments:
    first = np.flatnonzero(~joined)
    length = np.diff(np.append(first, len(joined)))
    codes = segments.codes[first].astype(np.int32)
    whole = list(tokens)
    for n in np.unique(length[length > 1]).tolist():
        rows = np.flatnonzero(length == n)
        distinct, which = np.unique(segments.codes[first[rows, None] + np.arange(n)], axis=0, return_inverse=True)
        codes[rows] = len(whole) + which.ravel()
        for numbers in distinct.tolist():
            parts = [tokens[number] for number in numbers]
            written = "".join(surface for surface, *_ in parts)
            pos = NUMERAL if parts[0][2].startswith(NUMERAL) else COMPOUND
            whole.append((written, written, pos, parts[0][3]))
    return segments._replace(known=whole, distinct=np.arange(len(whole)), codes=codes, grows=False)


def _flags(segments: Segments, of_distinct: list[bool]) -> np.ndarray:
    return np.array(of_distinct, dtype=bool)[segments.codes]
