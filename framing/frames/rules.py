"""The language of rules: a text becomes a tree of conditions, and what cannot be read is named with line and column."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from framing.errors import SourceError

POSITIONAL = ("word", "phrase", "text", "or", "near", "seq", "headline", "actor", "relation", "code")
"""Kinds of conditions that stand somewhere in the text, so that something can be near them."""
_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | str.maketrans(
    "\u3000、“”\u200b\u2060\ufeff", ' ,""   '
)
"""One sign for one sign, so that columns stay; what is not seen is a blank."""
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
_DEEPEST = 50
_LONGEST = 100  # characters of a word or phrase
_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<text>"[^"\n]*"|'[^'\n]*'|「[^「」\n]*」|『[^『』\n]*』|‘[^‘’\n]*’|«[^«»\n]*»)
    |(?P<code><\*[^<>\n]*>)
    |(?P<variable><>\s*(?P<column>[^\s<>|&!()]+?)\s*-->\s*(?P<value>"[^"\n]*"|[^\s<>|&!()]+))
    |(?P<named>(?:surface|actor|relation)\s*\((?P<argument>[^()\n]*)\))
    |(?P<function>(?:near|seq|times|headline|surface|actor|relation)\s*\()
    |(?P<operator>\|\|?|&&?|[!(),\[\]])
    |(?P<arithmetic>(?:[<>]=?|[=!]=+|[-+*/=](?=[\s\d]|$))|\d+(?=\s+[-+*/]\s|\s*[<>=]))
    |(?P<word>(?:[ \t]*-->[ \t]*|->|[^\s|&!()<>,"\[\]])+)
    |(?P<other>.)""",
    re.VERBOSE | re.IGNORECASE,
)
_GLUED = re.compile(r"(?<![A-Za-z0-9_.'+-])(?:and|or|not)(?![A-Za-z0-9_.'+-])", re.IGNORECASE)
_CONTINUED = re.compile(r"[\\¥](?=[ \t]*(?:\n|$))")
_NAME = re.compile(r"(?<![A-Za-z])[A-Z]{1,2}&[A-Z]{1,2}(?![A-Za-z])")
_DASH = re.compile("[-\u2010-\u2015\u2212]|(?<![ァ-ヺー])ー")
_STRANGE = re.compile("[{}【】〔〕〈〉《》]")
_BEGINS = ("word", "text", "code", "variable", "named", "function", "(")
_NAMES = {"|": "or", "&": "and", "!": "not"}


FARTHEST, MOST_NEAR = 10_000, 6
"""Words of a distance, and conditions that can be near each other: every order of them is looked for."""
_BEFORE_NUMBER, _BELOW_ZERO = re.compile(r"[,\[]\s*$"), re.compile(r"-\s*\d[\d.]*(?=\s*[,)\]])")
_NUMBER = re.compile(r"\d[\d.]*|\.\d+")
MOST_CHARACTERS = 100_000
"""Of a rule: 20,000 words, read in two seconds."""


class RuleError(SourceError):
    """A rule that cannot be read: ``line`` and ``column`` count from 1."""

    def __init__(self, fault: str, line: int, column: int):
        super().__init__(f"line {line}, column {column}: {fault}")
        self.fault, self.line, self.column = fault, line, column


@dataclass(frozen=True)
class Node:
    """A condition: its kind, what it says, the conditions in it, and where it stands in the file.

    ``word``, ``phrase`` (parts joined by +) and ``text`` hold what is looked for in ``value`` and ``pos``; ``near`` and
    ``seq`` their distance in ``value`` (0: the same sentence); ``times`` how often; ``variable`` column and value.
    """

    kind: str
    at: tuple[int, int]
    value: Any = ""
    parts: tuple["Node", ...] = ()
    pos: str = ""

    @property
    def positional(self) -> bool:
        """Whether the condition stands somewhere in the text."""
        return self.kind in POSITIONAL and (self.kind == "code" or all(part.positional for part in self.parts))


def parsed(text: str, line: int = 1, column: int = 1, doubled: Sequence[int] = ()) -> Node:
    """The tree of a rule that begins at a line and column of its file, in which the signs ``doubled`` take two columns.

    Raises
    ------
    RuleError
        A bracket is not closed, an operator lacks a side, a sign of KH Coder's arithmetic or inflections is used, ….
    """
    if len(text) > MOST_CHARACTERS:
        fault = f"a rule of {len(text):,} characters; {MOST_CHARACTERS:,} are the most that is read"
        raise RuleError(fault, line, column)
    return _Parser(text, line, column, doubled).whole()


class _Parser:
    def __init__(self, text: str, line: int, column: int, doubled: Sequence[int]):
        self._place, self._doubled = (line, column), doubled
        self.written, self.text = text, _CONTINUED.sub(" ", text.translate(_WIDTH))
        self.tokens = list(self._tokens())
        self.next, self.depth = 0, 0

    def _at(self, offset: int) -> tuple[int, int]:
        line = self.text.count("\n", 0, offset)
        begin = self.text.rfind("\n", 0, offset) + 1
        own = offset - begin + sum(begin <= sign < offset for sign in self._doubled)
        return self._place[0] + line, own + (self._place[1] if line == 0 else 1)

    def _tokens(self):
        for found in _TOKEN.finditer(self.text):
            kind, start = found.lastgroup, found.start()
            kind = next((name for name in ("variable", "named") if found[name]), kind)
            if kind == "blank":
                continue
            if self.text[start : start + 2] in ("<>", "<*") and kind == "arithmetic":
                raise RuleError("a code is <*name>, and an article variable <>column-->value", *self._at(start))
            if kind == "other":
                raise RuleError(f"{found[0]}: this quote is not closed", *self._at(start))
            if (below := _BELOW_ZERO.match(self.text, start)) and _BEFORE_NUMBER.search(self.text, 0, start):
                _far(below[0], self._at(start))
            if kind == "arithmetic" and found[0].strip() == "+":
                fault = "'+' with spaces around it is arithmetic, which is not supported; a phrase has none: 制裁+決議"
                raise RuleError(fault, *self._at(start))
            if kind == "arithmetic":
                raise RuleError(
                    f"{found[0].strip()!r} is arithmetic or a comparison, which is not supported here; for at least 3 "
                    'times write times(3, word); put a sign that is searched for in quotes, as in "C++"',
                    *self._at(start),
                )
            if found[0] == "&" and (name := _NAME.search(self.text, max(start - 2, 0), start + 4)):
                fault = f'{name[0]!r} may be a name or two words: write "{name[0]}" in quotes, or spaces around &'
                raise RuleError(fault, *self._at(name.start()))
            if kind == "word" and _STRANGE.search(found[0]):
                fault = f"{found[0]!r}: a rule has no such brackets; write ( ), or the whole text in quotes"
                raise RuleError(fault, *self._at(start))
            if kind == "operator" and found[0] in ("||", "&&"):
                yield kind, found[0][0], start, found
                continue
            if kind == "word" and not found[0].isascii():
                begin = 0
                for glued in _GLUED.finditer(found[0]):  # 犬or猫: a word of Japanese and an operator
                    if glued.start() > begin:
                        yield "word", found[0][begin : glued.start()], start + begin, found
                    yield "operator", glued[0].lower(), start + glued.start(), found
                    begin = glued.end()
                if begin < len(found[0]):
                    yield "word", found[0][begin:], start + begin, found
                continue
            if kind == "word" and found[0].lower() in ("and", "or", "not"):
                kind = "operator"
            yield kind, found[0].lower() if kind == "operator" else found[0], start, found

    def whole(self) -> Node:
        if not self.tokens:
            raise RuleError("the rule is empty; write at least one word", *self._place)
        tree = self._or()
        if self._peek():
            self._unexpected()
        return tree

    def _peek(self) -> str:
        """The operator that comes next, its name; the kind of anything else; empty at the end."""
        if self.next == len(self.tokens):
            return ""
        kind, text, *_ = self.tokens[self.next]
        return _NAMES.get(text, text) if kind == "operator" else kind

    def _here(self) -> tuple[int, int]:
        return self._at(self.tokens[self.next][2] if self.next < len(self.tokens) else len(self.text.rstrip()))

    def _unexpected(self) -> NoReturn:
        before = self.tokens[self.next - 1] if self.next else ("", "", 0)
        text, start = self.tokens[self.next][1:3] if self._peek() else ("", 0)
        operator = next((each for each in (text, before[1]) if each.lower() in ("and", "or", "not")), "")
        if operator and text in ("", ",", operator):
            told = f"{operator!r} joins conditions, and one is missing; put a word that is searched for in quotes"
            raise RuleError(told, *self._here())
        if not text:
            raise RuleError("the rule ends where a word or a condition must follow", *self._here())
        if text.startswith("#"):
            raise RuleError("a comment has a line of its own, which begins with #", *self._here())
        if text == "(" and before[0] == "word" and before[2] + len(before[1]) == start:
            there = "near, seq, times, headline, surface, actor and relation"
            raise RuleError(f"there is no function {before[1]!r}; there are {there}", *self._at(before[2]))
        if text == ",":
            raise RuleError("a comma separates what near, seq and times take; write | for one of several words, or &",
                            *self._here())  # fmt: skip
        if text == "[":
            raise RuleError("square brackets are distances, as in near(a-b)[10]; write ( ) here", *self._here())
        if self._peek() in (*_BEGINS, "not"):
            raise RuleError(
                f"{text!r} follows without an operator; write | or & before it, or + between the words of a phrase",
                *self._here(),
            )
        if text == ")" and self.depth:
            raise RuleError("a word or a condition must stand before this bracket", *self._here())
        if text == ")":
            raise RuleError("this bracket closes none that is open", *self._here())
        raise RuleError(f"{text!r} does not belong here", *self._here())

    def _list(self, operator: str, inner) -> Node:
        at, parts = self._here(), [inner()]
        while self._peek() == operator:
            self.next += 1
            parts.append(inner())
        return parts[0] if len(parts) == 1 else Node(operator, at, parts=tuple(parts))

    def _or(self) -> Node:
        return self._list("or", self._and)

    def _and(self) -> Node:
        return self._list("and", self._not)

    def _not(self) -> Node:
        at, turned = self._here(), False
        while self._peek() == "not":
            self.next, turned = self.next + 1, not turned
        inner = self._atom()
        return Node("not", at, parts=(inner,)) if turned else inner

    def _atom(self) -> Node:
        kind, at = self._peek(), self._here()
        if kind not in _BEGINS:
            self._unexpected()
        _, text, start, found = self.tokens[self.next]
        self.next += 1
        if kind == "(":
            return self._inside(at, self._or)
        if kind == "function":
            name = text.rstrip("(").strip().lower()
            return self._inside(at, lambda: self._function(name, at))
        if kind == "named":
            name, value = text.partition("(")[0].strip().lower(), self._as_written(*found.span("argument"))
            if not value:
                raise RuleError(f"{name}() needs what is looked for", *at)
            return Node("word", at, value, pos="surface") if name == "surface" else Node(name, at, value)
        if kind == "variable":
            return Node("variable", at, tuple(self._as_written(*found.span(name)) for name in ("column", "value")))
        if kind == "code":
            return Node("code", at, self._as_written(start + 2, start + len(text) - 1))
        if kind == "text":
            return _quoted(self._as_written(start + 1, start + len(text) - 1, quotes=""), at)
        return _word(text, at)

    def _as_written(self, start: int, end: int, quotes: str = "\"'“”") -> str:
        """A name or text: its signs are no operators and separators, and 、 stays one."""
        return unicodedata.normalize("NFKC", self.written[start:end]).translate(_UNSEEN).strip().strip(quotes + " ")

    def _inside(self, at: tuple[int, int], read) -> Node:
        """What stands in brackets, the first of which is read."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise RuleError(f"more than {_DEEPEST} brackets in each other; make a code of a part, and name it", *at)
        tree = read()
        if self._peek() != ")":
            if self._peek():
                self._unexpected()
            raise RuleError("this bracket is not closed", *at)
        self.next, self.depth = self.next + 1, self.depth - 1
        if tree.kind in ("near", "seq") and self._peek() == "[":
            tree = self._distance(tree)
        return tree

    def _distance(self, tree: Node) -> Node:
        """KH Coder's [10] after near and seq; [b] is the same sentence."""
        at, words = self._here(), []
        self.next += 1
        while self._peek() not in ("]", ""):
            words.append(self.tokens[self.next][1])
            self.next += 1
        given = "".join(words).lower()
        if self._peek() != "]":
            raise RuleError("this bracket is not closed", *at)
        if not (given in ("b", "d") or _NUMBER.fullmatch(given)):
            raise RuleError(
                f"[{given}] is no distance: write a number of words, or [b] for the same sentence; [b5] and others are "
                "not supported", *at,
            )  # fmt: skip
        if given == "d":
            raise RuleError("[d], the same paragraph, is not supported; code with unit='paragraph' instead", *at)
        self.next += 1
        return Node(tree.kind, tree.at, 0 if given == "b" else _far(given, at), tree.parts)

    def _function(self, name: str, at: tuple[int, int]) -> Node:
        if name in ("surface", "actor", "relation"):
            raise RuleError("this bracket is not closed", *at)
        parts, numbers = [], []
        while True:
            word = self.tokens[self.next][1] if self._peek() in ("word", "arithmetic") else ""
            follows = self.tokens[self.next + 1][1] if self.next + 1 < len(self.tokens) else ""
            far = name in ("near", "seq") and follows == ")" and _NUMBER.fullmatch(word)
            if far or follows in (",", ")") and (word.isdigit() or word.lower() == "sentence"):
                if name in ("near", "seq") and word.isdigit() and not far:
                    told = f"the distance stands last in {name}; put a number that is searched for in quotes"
                    raise RuleError(f'{told}, as in "{word}"', *self._here())
                numbers.append(0 if word.lower() == "sentence" else _far(word, self._here()) if far else int(word))
                self.next += 1
            else:
                parts.append(self._or())
            if self._peek() != ",":
                break
            self.next += 1
        if name in ("near", "seq") and len(parts) == 1 and not numbers:
            parts, numbers = _dashed(parts[0]), [10]
        return _called(name, at, parts, numbers)


def _far(given: str, at: tuple[int, int]) -> int:
    """A distance as it is written."""
    if not given.isdigit() or not 1 <= int(given) <= FARTHEST:
        raise RuleError(
            f"{given} is no distance: write a whole number of words from 1 (the next word) to {FARTHEST:,}, or "
            "sentence ([b] in KH Coder's files) for the same one; put a number that is searched for in quotes", *at,
        )  # fmt: skip
    return int(given)


def _dashed(part: Node) -> list[Node]:
    """KH Coder's near(a-b): words with hyphens between."""
    words = _DASH.split(str(part.value)) if part.kind in ("word", "phrase") and not part.pos else []
    at = part.at[1]
    found = []
    for word in words:
        if word:
            found.append(_word(word, (part.at[0], at)))
        at += len(word) + 1
    return found or [part]


def _called(name: str, at: tuple[int, int], parts: list[Node], numbers: list[int]) -> Node:
    if name == "times":
        if len(parts) != 1 or len(numbers) != 1 or numbers[0] < 1:
            raise RuleError("times needs a number from 1 and one condition, as in times(3, 制裁)", *at)
    elif name == "headline":
        if len(parts) != 1 or numbers:
            raise RuleError("headline needs one condition, as in headline(制裁 | 禁輸)", *at)
    elif len(parts) < 2 or len(numbers) > 1:
        raise RuleError(
            f"{name} needs two words or more and at most one distance, as in {name}(軍事, 演習, 10) or "
            f"{name}(軍事, 演習, sentence)", *at,
        )  # fmt: skip
    elif name == "near" and len(parts) > MOST_NEAR:
        told = f"{len(parts)} conditions in near; {MOST_NEAR} are the most: join words of which one is enough by |"
        raise RuleError(told, *parts[MOST_NEAR].at)
    bad = next((part for part in parts if not part.positional), None)
    if bad:
        raise RuleError(
            f"{name} needs what stands somewhere in the text: words, phrases, actors and | between them; not "
            f"{_NAMES.get(bad.kind, bad.kind)!r}", *bad.at,
        )  # fmt: skip
    twice = next((part for i, part in enumerate(parts) if part.value and _alike(part, parts[:i])), None)
    if twice:
        value = "+".join(twice.value) if isinstance(twice.value, tuple) else twice.value
        raise RuleError(f"{value!r} stands in {name} twice; for at least 2 times write times(2, …)", *twice.at)
    if name == "headline":
        return Node(name, at, parts=tuple(parts))
    given = numbers[0] if numbers else {"near": 10, "seq": 0}[name]
    return Node(name, at, given, tuple(parts))


def _alike(part: Node, others: list[Node]) -> bool:
    return any((part.kind, part.value, part.parts) == (one.kind, one.value, one.parts) for one in others)


def _quoted(text: str, at: tuple[int, int]) -> Node:
    if len(text) > _LONGEST:
        raise RuleError(f"a text of {len(text)} characters; {_LONGEST} is the most", *at)
    if not text:
        raise RuleError("there is nothing between these quotes", *at)
    return Node("text", at, text)


def _word(text: str, at: tuple[int, int]) -> Node:
    """A word, or a phrase with + between its words."""
    if len(text) > _LONGEST:
        raise RuleError(f"a word or phrase of {len(text)} characters; {_LONGEST} is the most", *at)
    word, _, pos = (each.strip() for each in text.partition("-->"))
    if "->" in pos or "->" in word:
        raise RuleError(f"{text!r}: inflections (->) are not supported; write surface({word.split('->')[0]}…)", *at)
    if word[:1] in ("'", "「", "『", "‘", "«"):
        raise RuleError("this quote is not closed", *at)
    words = word.split("+")
    if not all(words) or not word.strip("*"):
        raise RuleError(f'{text!r} is no word; put a sign that is searched for in quotes, as in "C++"', *at)
    if len(words) > 1 and "*" in word:
        raise RuleError(f"a wildcard in a phrase is not supported; write seq({', '.join(words)}, 1)", *at)
    return Node("phrase" if len(words) > 1 else "word", at, tuple(words) if len(words) > 1 else words[0], pos=pos)
