"""What a person writes, read within bounds or refused before any text is: regular expressions and YAML; plain signs."""

import math
import re
from typing import Any

import regex
import yaml

LONGEST, MOST_REPEATS = 1_000, 10_000
"""Characters of a regular expression, and what its ``{n}`` may come to when multiplied."""
HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair that stands alone: no sign of any script, and UTF-8 cannot hold it."""
PLAIN = str.maketrans("’‘\u02bc\u2010\u2011“”„", "'''--\"\"\"")
"""Signs of print, and what a keyboard has for them."""
_IN_WORD = re.compile("[’‘\u02bc\u2010\u2011](?<=[0-9A-Za-z\u00c0-\u024f*].)(?=[0-9A-Za-z\u00c0-\u024f*])")
_WHOLE, _ODD = re.compile(r"[-+]?(0|[1-9]\d*)"), re.compile("[:_]")
_COUNTED = re.compile(r"\{(\d*)(?:,(\d*))?\}")


def plain_words(text: str) -> str:
    """A text with the apostrophes and hyphens within its Latin words as a keyboard has them (O’Brien, e‑mail), one sign
    for one. Quotation marks stay, and so does ’ at the end of a word, which may be one."""
    return text if text.isascii() else _IN_WORD.sub(lambda sign: sign[0].translate(PLAIN), text)


def compiled(query: str) -> Any:
    """A regular expression, or a refusal.

    Raises
    ------
    ValueError
        It is none, is so long that the machine would have no memory for it, or is found in every word.
    """
    most = [int(found[1] or found[0] or 0) for found in _COUNTED.findall(query[: LONGEST + 1])]
    if len(query) > LONGEST or math.prod(filter(None, most)) > MOST_REPEATS:
        raise ValueError(
            f"{query[:60]!r} is too large for a regular expression: it has at most {LONGEST:,} characters and "
            f"repetitions of {MOST_REPEATS:,} together"
        )
    try:
        found = regex.compile(query)
        empty = found.search("", timeout=1)  # (?R) has no end
    except (MemoryError, TimeoutError):
        raise ValueError(
            f"{query!r} takes time or memory without end; write it without (?R), which holds itself"
        ) from None
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{query!r} is not a regular expression: {error}") from None
    if empty:
        raise ValueError(
            f"{query!r} fits an empty text, and so every word; take out the ?, the * or the empty side of |"
        )
    return found


class Bounded:
    """A loader of YAML that reads no aliases and at most ``most`` names and values.

    Aliases (``*a``) can name themselves, and ten lines of them are a billion values.
    """

    most = 20_000
    values = 0

    def compose_node(self: Any, parent, index):
        self.values += 1
        mark = self.peek_event().start_mark
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias (*) is not read; write the value out", problem_mark=mark)
        if self.values > self.most:
            raise yaml.MarkedYAMLError(problem=f"more than {self.most} names and values", problem_mark=mark)
        return super().compose_node(parent, index)

    @staticmethod
    def _is_word(node) -> bool:
        """Whether a plain ``yes``, ``no``, ``on`` or ``off`` is read as true or false."""
        return node.tag.endswith(":bool") and node.value.lower() not in ("true", "false")

    @staticmethod
    def _is_another(node) -> bool:
        """Whether a number is written so that YAML takes it for another: ``010`` is 8, ``1:30`` is 90."""
        odd = {"int": not _WHOLE.fullmatch(node.value), "float": bool(_ODD.search(node.value))}
        return odd.get(node.tag.rpartition(":")[2], False)
