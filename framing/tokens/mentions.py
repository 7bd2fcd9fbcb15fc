"""Who is named where: aliases, the office that follows, and short forms resolved within an article."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import pandas as pd

from framing.lexicon.read import LONGEST, Lexicon
from framing.patterns import plain_words
from framing.tables import TEXTS, check, takes_tables
from framing.tables.blocks import blocks
from framing.tokens.places import headlines_and_texts

_STATES = "米|中|韓|朝|露|ロ|ソ|日|英|仏|独|台|北|両|党|軍"
_TERMS = "新|前|元|故|次期"
_BRACKET = r"(?:[(\uff08][^()\uff08\uff09\n]{1,30}[)\uff09]|〈[^〈〉\n]{1,30}〉|【[^【】\n]{1,30}】)"
_NOT_YET = "候補|選(?!出)|経験|制"  # 大統領候補 is no 大統領
_IN_BRACKETS = re.compile(_BRACKET)
_NONE = (-1, -1, "")
_BLOCK = 4_000
"""Characters of a text of which the words are held at once."""
_KATAKANA = re.compile(r"[ァ-ヺー]")
_KANJI = re.compile(r"[一-龥々]")
_LATIN = re.compile(r"[A-Za-z]")
_HANGUL, _SURNAME = re.compile("[가-힣]"), re.compile("[가-힣] ")
NOT_NAMED = "not named before in the article"
BY_TEXT = "named in the text, not before"
SEVERAL = "several actors fit"
OTHERS = "others of this surname are named"
_SUFFIXES = "容疑者|被告|議員|選手|教授"
_NO_GIVEN = re.compile("[相長臣官員師者手授督両]$")
"""How an office ends, or who is named before, which is no given name: 田中社長さん, 田中両氏."""
COLUMNS = ["article_id", "actor", "position", "surface", "role", "in_headline", "ambiguous", "note"]


@takes_tables()
def mentions(articles: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Find every mention of the lexicon's actors.

    Parameters
    ----------
    articles
        One row per article: ``article_id``, ``text`` and, where there, ``headline`` and ``outlet``.
    lexicon
        From :func:`framing.lexicon.load`.

    Returns
    -------
    DataFrame
        One row per mention, in the order of ``articles`` and of reading.

        ``article_id``, ``actor`` (its id; categorical), ``position`` (characters from the start of the article, from 0;
        the text is counted on from the end of the headline), ``surface`` (the name as the lexicon writes it), ``role``
        (the office or honorific that follows, or empty), ``in_headline``, ``ambiguous`` and ``note`` (why), and
        ``outlet`` where ``articles`` has it. Where several actors fit, ``actor`` joins their ids by ``|``, so that the
        mention is counted for none of them.

    Raises
    ------
    TableError
        ``articles`` lacks a column or repeats an id.

    Notes
    -----
    Of overlapping names the leftmost longest counts (北朝鮮, not 朝鮮), and a longer form the lexicon says is not a
    mention of an actor hides the name in it. A reading after a name, 金正恩(キム・ジョンウン), is the same mention.
    A Latin name must not touch a letter, a person's name in katakana no katakana; a Korean surname before a blank and
    an office (시 주석) must not follow Hangul.

    A short form (金総書記, 習氏) is a mention only before a role. It means the one fitting actor whose full name
    stood before in the article (a headline may take it from the text). With none named before, an office that only one
    actor of the lexicon holds decides; an honorific after a surname that only one bears is marked ambiguous, and
    counts for nobody (``tanaka_makiko|?``) where any of the articles names somebody else of that surname in full
    (田中和夫さん); a surname that several bear is no mention. With several, the mention is ambiguous.
    """
    check(articles, TEXTS)
    finder = _finder(lexicon)
    ids = articles["article_id"].astype(object).to_numpy()
    rows = [
        (number, *found)
        for number, (headline, text) in enumerate(_written(articles))
        for found in finder.article(headline, text)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    bare = table["ambiguous"].astype(bool) & table["note"].eq(NOT_NAMED)
    shared = bare & table["surface"].isin(
        finder.shared({*table.loc[bare, "surface"]}, chain.from_iterable(_written(articles)))
    )
    table.loc[shared, "actor"] += "|?"
    table.loc[shared, "note"] = OTHERS
    numbers = table["article_id"].to_numpy(dtype="int64")
    table["article_id"] = pd.Categorical.from_codes(numbers, pd.Index(ids, dtype="str"))
    known = [actor.id for actor in lexicon.actors]
    several = sorted(set(table["actor"]) - set(known))
    table["actor"] = pd.Categorical(table["actor"], pd.Index([*known, *several], dtype="str"))
    texts = ("surface", "role", "note")
    kinds = {"position": "int64", "in_headline": "bool", "ambiguous": "bool"} | dict.fromkeys(texts, "str")
    table = table.astype(kinds).astype(dict.fromkeys(texts, "category"))
    if "outlet" in articles:
        table["outlet"] = articles["outlet"].astype("category").array.take(numbers)
    table.attrs["lexicon"] = lexicon.checksum
    return table


def _written(articles: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Headline and text of each article."""
    for rows in blocks(len(articles)):
        headlines, texts = headlines_and_texts(articles.iloc[rows])
        yield from zip(map(plain_words, headlines), map(plain_words, texts), strict=True)


@dataclass(frozen=True)
class _Name:
    """A name found in a text; ``actor`` is empty for a short form, whose bearer is not yet known."""

    start: int
    end: int
    surface: str
    actor: str
    role: str


@lru_cache(maxsize=8)
def _finder(lexicon: Lexicon) -> "_Finder":
    return _Finder(lexicon)


class _Finder:
    def __init__(self, lexicon: Lexicon):
        import ahocorasick

        self.honorifics = set(lexicon.honorifics)
        self.persons = {actor.id for actor in lexicon.actors if actor.kind == "person"}
        self.roles = {actor.id: set(actor.roles) for actor in lexicon.actors}
        self.bearers: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        self._hidden: dict[str, set[str]] = {}
        for actor in lexicon.actors:
            self._names |= dict.fromkeys(actor.names, actor.id)
            for short in actor.short:
                self.bearers.setdefault(short, []).append(actor.id)
            for form in actor.must_not:
                self._hidden.setdefault(form, set()).add(actor.id)
        self._automaton = ahocorasick.Automaton()
        for word in {*self._names, *self.bearers, *self._hidden}:
            self._automaton.add_word(word, word)
        if len(self._automaton):
            self._automaton.make_automaton()
        self._after = self._pattern_of_roles(lexicon)

    def shared(self, surnames: set[str], texts: Iterable[str]) -> set[str]:
        """Those of ``surnames`` that the texts also give to somebody who is none of the actors that bear them."""
        if not surnames:
            return surnames
        surname = "|".join(map(re.escape, sorted(surnames, key=len, reverse=True)))
        suffix = "|".join([*map(re.escape, sorted(self.honorifics, key=len, reverse=True)), _SUFFIXES])
        given = r"[一-龥々]{1,3}?|(?![のはがをにとも])[ぁ-ん]{2,4}?|[ァ-ヺー]{2,5}?"
        full = re.compile(rf"(?<![一-龥々])(?P<surname>{surname})(?P<given>{given})(?:{suffix})")
        offices = {*chain.from_iterable(self.roles.values()), *_TERMS.split("|")}
        found: set[str] = set()
        for name in chain.from_iterable(map(full.finditer, texts)):
            own, other = name["surname"], name["given"]
            if own in found or other in offices or _NO_GIVEN.search(other):
                continue
            if self._names.get(own + other) not in self.bearers[own]:
                found.add(own)
        return found

    def _pattern_of_roles(self, lexicon: Lexicon) -> re.Pattern:
        """What may stand between a name and its role: a reading in brackets, a country or party, 前 or 新."""
        bodies = [name for actor in lexicon.actors if actor.kind != "person" for name in actor.names]
        roles = {*lexicon.honorifics, *(role for actor in lexicon.actors for role in actor.roles)}
        role = "|".join(map(re.escape, sorted(roles, key=len, reverse=True))) or "(?!)"
        body = "|".join([*map(re.escape, sorted(bodies, key=len, reverse=True)), _STATES])
        terms = rf"(?:{_TERMS})?"
        return re.compile(rf"{_BRACKET}?・?{terms}(?:{body}){{0,2}}{terms}(?P<role>{role})(?!{_NOT_YET})")

    def article(self, headline: str, text: str):
        """Mentions of one article: actor, position, surface, role, in_headline, ambiguous, note."""
        in_headline, in_text = list(self._found(headline)), list(self._found(text))
        in_article = {name.actor for name in in_text if name.actor}
        named: dict[str, None] = {}
        for names, offset, head in ((in_headline, 0, True), (in_text, len(headline), False)):
            for name in names:
                if name.actor:
                    named[name.actor] = None
                    yield name.actor, name.start + offset, name.surface, name.role, head, False, ""
                    continue
                actor, ambiguous, note = self._bearer(name, named, in_article if head else set())
                if actor:
                    yield actor, name.start + offset, name.surface, name.role, head, ambiguous, note

    def _found(self, text: str):
        """Names in a text, in order; readings after a name and forms that must not match are left out."""
        if not len(self._automaton) or not text:
            return
        skip_to, skipped, last_end = 0, "", -1
        for (start, end, word), (next_start, next_end, next_word) in pairwise([*self._longest(text), _NONE]):
            actor = self._names.get(word, "")
            touching, last_end = last_end == start, end
            if start < skip_to and actor == skipped or not self._stands_alone(text, start, end, word, actor):
                continue
            if actor in self.persons and next_start == end and self._names.get(next_word) == actor:
                last_end = next_end  # the reading right after the name: 金正恩キム・ジョンウン
            after = self._after.match(text, last_end)
            role = after["role"] if after and actor in ("", *self.persons) else ""
            if not actor and (not role or (_KANJI.match(text, start - 1) and start and not touching)):
                continue
            bracket = _IN_BRACKETS.match(text, end)
            if actor:
                skip_to, skipped = bracket.end() if bracket else last_end, actor
            yield _Name(start, end, word, actor, role)

    def _longest(self, text: str):
        """The leftmost longest names that no longer form hides, in order.

        Where many words begin and end in each other a text has hundreds of them at each character: no more are held
        than begin in a block.
        """
        # Not iter_long: pyahocorasick 2.3 loses 韓国 in 日韓国 where 日韓国交 is a word as well.
        begun: dict[int, list[str]] = {}  # in the order of their ends, and so the longest last
        reach: dict[str | None, int] = {}  # actor → where the forms that begin so far and hide it end; None: any form
        free, told = 0, 0
        for last, word in chain(self._automaton.iter(text), [(len(text) + _BLOCK + LONGEST, "")]):
            if last - told > _BLOCK + LONGEST:  # no word is longer: what begins before is known
                told = last - LONGEST
                for start in sorted(start for start in begun if start < told):
                    here = begun.pop(start)
                    for form in here:
                        for actor in (None, *self._hidden[form]) if form in self._hidden else ():
                            reach[actor] = max(reach.get(actor, 0), start + len(form))
                    for name in reversed(here) if start >= free else ():
                        own, end = self._names.get(name), start + len(name)
                        if (own or name in self.bearers) and reach.get(own, 0) < end:
                            free = end
                            yield start, end, name
                            break
            begun.setdefault(last + 1 - len(word), []).append(word)

    def _stands_alone(self, text: str, start: int, end: int, word: str, actor: str) -> bool:
        around = text[start - 1 : start] if start else "", text[end : end + 1]
        edges = word[0], word[-1]
        if _SURNAME.match(word) and _HANGUL.match(around[0]):  # 다시 주석 is no 시 주석
            return False
        person = not actor or actor in self.persons
        scripts = (_LATIN, _KATAKANA) if person else (_LATIN,)
        pairs = list(zip(around, edges, strict=True))
        return not any(one.match(edge) and one.match(outside) for one in scripts for outside, edge in pairs)

    def _bearer(self, name: _Name, named: dict[str, None], later: set[str]) -> tuple[str, bool, str]:
        """The actor a short form means, whether that is ambiguous, and a note; no actor where it is no mention."""
        honorific = name.role in self.honorifics
        fitting = [actor for actor in self.bearers[name.surface] if honorific or name.role in self.roles[actor]]
        before = [actor for actor in fitting if actor in named]
        if before:
            return "|".join(before), len(before) > 1, SEVERAL if len(before) > 1 else ""
        after = [actor for actor in fitting if actor in later]
        if after:
            return "|".join(after), len(after) > 1, SEVERAL if len(after) > 1 else BY_TEXT
        if len(fitting) == 1:
            return fitting[0], honorific, NOT_NAMED
        return ("|".join(fitting), True, SEVERAL) if fitting and not honorific else ("", False, "")
