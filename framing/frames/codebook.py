"""Codebooks: codes with their definitions and rules, from a file of ours or of KH Coder."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from framing import provenance, store
from framing.codings import Labels, folded
from framing.errors import SourceError
from framing.frames.rules import Node, RuleError, parsed
from framing.patterns import HALF, Bounded
from framing.records import Record

_TOP = ("name", "about", "version", "exclusive", "codes")
_CODE = ("id", "label", "definition", "include", "exclude", "example", "version", "rule")
_TEXTS = ("label", "definition", "include", "exclude", "example")
_MOST = 1000
MOST_BYTES = 2**24
"""Bytes of a file of codes."""
_NAMED = re.compile(r"^[*＊]\s*(.+?)\s*$")


@dataclass(frozen=True)
class Code:
    """A code: its id, what people read, and the tree of its rule (None where people or a machine decide)."""

    id: str
    label: str
    version: str = "1"
    texts: dict[str, str] = field(default_factory=dict, hash=False)
    rule: Node | None = None
    written: str = ""
    also: tuple[str, ...] = field(default=(), hash=False, compare=False)  # the label in other languages


@dataclass(frozen=True)
class Codebook(Record):
    """A codebook as read.

    Attributes
    ----------
    codes
        In the order of the file.
    exclusive
        Whether a unit has one code at most.
    faults
        One row per code or line that could not be read: ``line``, ``column``, ``code``, ``fault``.
    """

    name: str
    codes: tuple[Code, ...]
    exclusive: bool = False
    version: str = "1"
    faults: pd.DataFrame = field(default_factory=pd.DataFrame, hash=False, compare=False)

    @property
    def labels(self) -> Labels:
        """The label of each code, or its id where two have one label; those of every language may be written for it."""
        n = Counter(each.label for each in self.codes)
        own = {each.id: each.label if n[each.label] == 1 else each.id for each in self.codes}
        return Labels(own, {each.id: tuple(dict.fromkeys((each.label, *each.also))) for each in self.codes})

    @property
    def checksum(self) -> str:
        """Sixteen hexadecimal digits over everything that can change a code."""
        return provenance.of_data(repr([(code.id, code.version, code.written) for code in self.codes]))

    def __repr__(self) -> str:
        faults = f", {len(self.faults)} that cannot be read" if len(self.faults) else ""
        return f"Codebook {self.name!r} version {self.version}: {len(self.codes)} codes{faults}"


def load(source: str | Path | Mapping[str, str], *, language: str = "", labels: str = "") -> Codebook:
    """Read a codebook with its rules.

    Parameters
    ----------
    source
        A mapping of codes to rules; the path of a YAML file, or of a KH Coder coding file (any other ending; UTF-8,
        UTF-16, CP932, EUC-JP or CP949); or the name of one in ``params/frames`` of the project (``"generic"``,
        ``"northeast_asia"``).
    language
        Language of the texts, where labels and rules are given in several (``ja``, ``en``, ``ko``); by default the
        first that stands there.
    labels
        Language of the labels, where they are given in it; else that of the rules.

    Returns
    -------
    Codebook
        ``faults`` names every code that cannot be read, with line and column and why; the others are read.

    Raises
    ------
    SourceError
        There is no such file, it is no YAML, has an alias (``*a``), more than 16 MB or 1,000 codes, a key is unknown,
        or not one code can be read.

    Notes
    -----
    ::

        name: my_frames
        exclusive: false               # true: a unit has one code at most, that with most matches
        codes:
          - id: threat
            label: {ja: 軍事的脅威, en: Military threat}
            definition: A state or group is described as a danger by arms.
            include: tests, exercises, troop movements
            exclude: arms as history
            example: The launch was the third this month.
            version: 2                 # a code that is changed is a new version
            rule: {ja: "ミサイル | near(軍事, 演習, 5) & !headline(映画)", en: missile | military+exercise}

    A rule joins conditions by ``|`` (or), ``&`` (and), ``!`` (not) and brackets, in any width. A condition is
    a word as counted (``制裁``; of English one in its inflected forms, *imports* and *imported* of ``import``;
    ``US`` in capitals alone where there is *us* too),
    with its part of speech (``制裁-->名詞``), as written (``surface(示した)``), or with a wildcard (``制裁*``); a
    phrase (``制裁+決議``); a text in quotes, letter by letter (``"C++"``, ``「安保理」``); ``near(a, b, 10)`` (one
    place of each, at most 10 tokens from the next, also in another sentence or paragraph; the default) or
    ``near(a, b, sentence)``; ``seq(a, b, 10)``, the same in this order (by default within a sentence);
    ``times(3, a)``, in three places that share no token; ``headline(a)``, all of it there; an actor or
    relation of the lexicon (``actor(putin)``, ``relation(朝>ロ)``); an article's variable (``<>section-->政治``);
    another code (``<*threat>``).

    KH Coder's files have the same signs: ``＊name`` on a line of its own, then its rule; ``near(a-b)[10]`` and
    ``seq(a-b)[10]``, [b] for the same sentence; ``'text'``. Arithmetic, comparisons and inflections are not supported.

    References
    ----------
    Higuchi, K. (2016). A two-step approach to quantitative content analysis: KH Coder tutorial using Anne of Green
    Gables (part I). *Ritsumeikan Social Science Review* 52(3), 77-91.
    """
    path = Path("rules") if isinstance(source, Mapping) else path_of(source)
    text = "" if isinstance(source, Mapping) else _decoded(path)
    if isinstance(source, Mapping):
        begins = [(number, 1) for number in range(1, len(source) + 1)]
        entries = [
            {"id": name, "at": at, "rule": str(source[name]), "begins": at}
            for name, at in zip(source, begins, strict=True)
        ]
        head, faults = (path.name, "1", False), []
    elif path.suffix in (".yaml", ".yml"):
        head, entries, faults = _of_yaml(path, text, language, labels)
    else:
        head, entries, faults = (path.stem, "1", False), list(_of_khcoder(text)), []
    if len(entries) > _MOST:
        raise SourceError(f"{path}: {len(entries)} codes; {_MOST} are the most that one codebook may have")
    codes = _read(entries, faults)
    table = pd.DataFrame(faults, columns=["line", "column", "code", "fault"]).sort_values(["line", "column"])
    if not codes:
        told = "; ".join(f"line {row[0]}, column {row[1]}: {row[3]}" for row in sorted(faults)[:5])
        raise SourceError(f"{path}: no code can be read: {told or 'there is none; a code begins with ＊name'}")
    name, version, exclusive = head
    return Codebook(name, tuple(codes), exclusive, version, table.reset_index(drop=True))


def path_of(source: str | Path) -> Path:
    path, folder = Path(source), store.project() / "params" / "frames"
    if path.suffix or path.is_file():
        named = folder / path.name if path.parent in (Path(), store.project()) else path
        if not path.is_file() and not named.is_file():
            raise SourceError(f"no codebook at {path}; one in {folder} is named by its file's name")
        return path if path.is_file() else named
    if not (folder / f"{source}.yaml").is_file():
        there = sorted(p.stem for p in folder.glob("*.yaml"))
        raise SourceError(f"no codebook {str(source)!r} in {folder}, which has {there}; or give a file's path")
    return folder / f"{source}.yaml"


def _decoded(path: Path) -> str:
    if (size := path.stat().st_size) > MOST_BYTES:
        raise SourceError(f"{path} has {size:,} bytes; a codebook has {MOST_BYTES:,} at most")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        from framing.corpus.encodings import UNREAD, decode  # heavy, and seldom needed

        text, _ = decode(raw)
        if UNREAD in text:
            raise SourceError(f"{path}: has lines in no known encoding; save it as UTF-8") from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _of_khcoder(text: str) -> Iterator[dict]:
    """Codes of a KH Coder file, as (id, rule and where it begins)."""
    code: dict[str, Any] | None = None
    for number, line in enumerate([*text.split("\n"), "＊"], start=1):
        named = _NAMED.match(line)
        if named and code and not code["rule"].strip():
            code["fault"] = (
                f"the rule is empty, and {line.strip()!r} begins another code; put a wildcard that begins a line in "
                "brackets, as in (＊朝鮮)"
            )
        if named or line == "＊" and number > text.count("\n") + 1:
            if code:
                yield code
            code = {"id": named[1], "at": (number, 1), "rule": "", "begins": (number + 1, 1)} if named else None
        elif code:
            code["rule"] += ("" if _comment(line) else line) + "\n"
        elif line.strip() and not _comment(line):
            yield {"id": "", "at": (number, 1), "fault": "a rule before the first code; begin with a line ＊name"}


def _comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "＃"))


class _Loader(Bounded, yaml.SafeLoader):
    most = 100 * _MOST  # eight keys of a code, each in three languages


def _of_yaml(
    path: Path, text: str, language: str, labels: str
) -> tuple[tuple[str, str, bool], list[dict], list[tuple]]:
    try:
        top = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise SourceError(f"{path}, {where}: this is not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise SourceError(f"{path}: this is not YAML: {error}") from None
    nodes = _mapping(top, _TOP, str(path))
    listed = nodes.get("codes")
    if not isinstance(listed, yaml.SequenceNode):
        raise SourceError(f"{path}: a codebook has a list of codes, each with an id and a rule")
    entries, faults = [], []
    for node in listed.value:
        at = node.start_mark.line + 1, node.start_mark.column + 1
        try:
            own = _mapping(node, _CODE, "")
            entry: dict[str, Any] = {name: _chosen(own[name], language) for name in own if name != "rule"} | {"at": at}
            spoken = _languages(own["label"]) if "label" in own else ()
            if labels in spoken:
                entry["label"] = _chosen(own["label"], labels)
            entry["also"] = tuple(_chosen(own["label"], each) for each in spoken)
            entries.append(entry | (_rule(own["rule"], text, language) if "rule" in own else {}))
        except SourceError as error:
            faults.append((*at, "", str(error)))
    name, version = (_chosen(nodes[key]) if key in nodes else other for key, other in
                     (("name", path.stem), ("version", "1")))  # fmt: skip
    exclusive = _chosen(nodes["exclusive"]) if "exclusive" in nodes else "false"
    if exclusive.lower() not in ("true", "false"):
        raise SourceError(f"{path}: 'exclusive' is true or false, not {exclusive!r}")
    return (name, version, exclusive.lower() == "true"), entries, faults


def _mapping(node, known: tuple[str, ...], where: str) -> dict[str, yaml.Node]:
    where = f"{where}: " if where else ""
    if not isinstance(node, yaml.MappingNode):
        raise SourceError(f"{where}expected a mapping with the keys {list(known)}")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value not in known:
            close = difflib.get_close_matches(str(key.value), known, 1)
            meant = f"did you mean {close[0]!r}? " if close else ""
            raise SourceError(f"{where}unknown key {key.value!r}; {meant}It may have {list(known)}")
        if key.value in found:
            raise SourceError(f"{where}{key.value!r} stands twice, the second time in line {key.start_mark.line + 1}")
        found[key.value] = value
    return found


def _chosen(node: Any, language: str = "") -> str:
    """A text, or that of a language, as it is written."""
    node = _of_language(node, language)
    if not isinstance(node, yaml.ScalarNode):
        raise SourceError(f"line {node.start_mark.line + 1}: expected a text, or a text for each language")
    return str(node.value).strip()


def _languages(node: Any) -> dict[str, Any]:
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _of_language(node: Any, language: str) -> Any:
    if not isinstance(node, yaml.MappingNode) or not node.value:
        return node
    own = _languages(node)
    if language and language not in own:
        raise SourceError(f"line {node.start_mark.line + 1}: no text for the language {language!r}; it has {list(own)}")
    return own[language] if language else next(iter(own.values()))


def _rule(node: Any, text: str, language: str) -> dict:
    """A rule as it stands in the file, so that a fault has its line and column there."""
    node = _of_language(node, language)
    _chosen(node)
    raw = text[node.start_mark.index : node.end_mark.index]
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if node.style in ("|", ">"):
        lines = raw.split("\n")[1:]
        return {"rule": "\n".join("" if _comment(each) else each for each in lines), "begins": (line + 1, 1)}
    if node.style == '"' and "\\" in raw.replace('\\"', ""):  # escapes, as other programs write them
        return {"rule": node.value, "begins": (line, column + 1)}
    if node.style in ("'", '"'):  # a quote in the rule takes two columns of the file
        pieces = raw[1:-1].split("''" if node.style == "'" else '\\"')
        doubled = [size - 1 for size in accumulate(len(piece) + 1 for piece in pieces[:-1])]
        return {"rule": node.style.join(pieces), "begins": (line, column + 1), "doubled": doubled}
    return {"rule": raw, "begins": (line, column)}


def _read(entries: list[dict], faults: list[tuple]) -> list[Code]:
    """The codes that can be read; the others, and those that build on them, are added to ``faults``."""
    codes: dict[str, Code] = {}
    places: dict[str, tuple[int, int]] = {}
    bad: set[str] = set()
    for entry in entries:
        name, at = entry.get("id", "").encode("utf-8", "backslashreplace").decode(), entry["at"]
        key = folded(name)
        try:
            if HALF.search(" ".join(value for value in entry.values() if isinstance(value, str))):
                raise RuleError("half of a surrogate pair, which is no sign of any script", *at)
            if "fault" in entry or not key:
                raise RuleError(entry.get("fault", "a code needs an id"), *at)
            if key in places:
                raise RuleError(
                    f"the code {name!r} is defined twice, first in line {places[key][0]} (width and case do not "
                    "matter); give one of them another name", *at,
                )  # fmt: skip
            places[key] = at
            rule = parsed(entry["rule"], *entry["begins"], entry.get("doubled", ())) if "rule" in entry else None
            texts = {field: entry[field] for field in _TEXTS[1:] if entry.get(field)}
            written = " ".join(entry.get("rule", "").split())
            codes[key] = Code(
                name, entry.get("label") or name, entry.get("version", "1"), texts, rule, written, entry.get("also", ())
            )
        except RuleError as error:
            faults.append((error.line, error.column, name, error.fault))
            if key not in codes:
                bad.add(key)
    _refuse_references(codes, bad, faults)
    return list(codes.values())


def conditions(node: Node | None) -> Iterator[Node]:
    """All conditions of a tree."""
    if node is not None:
        yield node
        for part in node.parts:
            yield from conditions(part)


def references(node: Node | None, inside: str = "") -> Iterator[Node]:
    """The conditions of a tree that name another code; their ``pos`` says what needs to know where the code stands."""
    if node is None:
        return
    if node.kind == "code":
        yield replace(node, pos=inside)
    for part in node.parts:
        yield from references(part, node.kind if node.kind in ("near", "seq", "times", "headline") else inside)


def _refuse_references(codes: dict[str, Code], bad: set[str], faults: list[tuple]) -> None:
    """Take out the codes that name none, one that cannot be read, or themselves in a circle."""
    while True:
        fault = next(filter(None, (_fault_of(key, codes, bad) for key in codes)), None) or _circle(codes)
        if fault is None:
            return
        key, error = fault
        faults.append((error.line, error.column, codes.pop(key).id, error.fault))
        bad.add(key)


def _fault_of(key: str, codes: dict[str, Code], bad: set[str]) -> tuple[str, RuleError] | None:
    for node in references(codes[key].rule):
        name = folded(str(node.value))
        if name in bad:
            return key, RuleError(f"it builds on the code {node.value!r}, which cannot be read", *node.at)
        if name not in codes:
            close = difflib.get_close_matches(name, codes, 1)
            meant = f"did you mean {codes[close[0]].id!r}? " if close else ""
            known = [code.id for code in codes.values()]
            return key, RuleError(f"there is no code {node.value!r}; {meant}There are {known}", *node.at)
        rule = codes[name].rule
        if rule is None or node.pos and not rule.positional:
            what = f"{node.pos} needs a code that stands somewhere in the text" if rule else "it builds on a rule"
            return key, RuleError(f"{what}; the code {node.value!r} is none", *node.at)
    return None


def _circle(codes: dict[str, Code]) -> tuple[str, RuleError] | None:
    try:
        in_order(codes.values())
    except CycleError as error:
        circle = error.args[1]
        inside = [key for key in codes if key in circle]
        node = next(node for node in references(codes[inside[0]].rule) if folded(str(node.value)) in circle)
        told = " → ".join(codes[key].id for key in reversed(circle))
        return inside[0], RuleError(f"the codes build on each other in a circle: {told}", *node.at)
    return None


def in_order(codes: Iterable[Code]) -> list[str]:
    """Folded ids of the codes, each after those it builds on."""
    graph = {folded(code.id): {folded(str(node.value)) for node in references(code.rule)} for code in codes}
    return list(TopologicalSorter(graph).static_order())
