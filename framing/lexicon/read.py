"""Read a lexicon file and refuse what would count wrongly."""

import difflib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from yaml.constructor import ConstructorError

from framing import provenance, store
from framing.errors import SourceError
from framing.patterns import Bounded, plain_words
from framing.records import Record

KINDS = ("person", "country", "organisation")
LANGUAGES = ("ja", "en", "ko")
_TOP = ("name", "about", "extends", "honorifics", "actors", "compounds", "variants", "stopwords")
_ACTOR = ("id", "kind", "label", "aliases", "short", "roles", "not")
_VARIANT = ("label", "about", "forms")
MOST_BELOW = 20
"""Lexicons that extend each other."""
LONGEST = 200
"""Characters of a word."""
MOST_BYTES, MOST_VALUES = 2**24, 200_000
"""Bytes of a file, and names and values in it: 20,000 actors with a name each, which are read in 6 seconds."""
_NO_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ONE_KANA = re.compile(r"[ぁ-ゖァ-ヺー]")


@dataclass(frozen=True)
class Actor:
    """A person, country or organisation: what it is called, and what only looks like it."""

    id: str
    kind: str
    label: str
    aliases: dict[str, tuple[str, ...]] = field(hash=False)
    short: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All aliases, whatever the language."""
        return tuple(alias for some in self.aliases.values() for alias in some)


@dataclass(frozen=True)
class Variant:
    """Forms that mean one thing. ``forms`` gives each form's order (``朝>ロ``), empty where there is none."""

    label: str
    forms: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class Lexicon(Record):
    """A lexicon as read; :attr:`checksum` changes with everything that can change a count."""

    name: str
    actors: tuple[Actor, ...]
    honorifics: tuple[str, ...]
    compounds: tuple[str, ...]
    variants: tuple[Variant, ...]
    stopwords: tuple[str, ...]

    @property
    def checksum(self) -> str:
        """Sixteen hexadecimal digits over the whole content."""
        parts = (self.name, self.actors, self.honorifics, self.compounds, self.variants, self.stopwords)
        return provenance.of_data(repr(parts))

    def _shown(self) -> dict[str, pd.DataFrame]:
        """The actors, with how many names each goes by."""
        rows = [(a.id, a.kind, a.label, len(a.names)) for a in self.actors]
        return {"actors": pd.DataFrame(rows, columns=["id", "kind", "label", "n_aliases"])}

    def __repr__(self) -> str:
        return (
            f"Lexicon {self.name!r}: {len(self.actors)} actors, {len(self.compounds)} compounds, "
            f"{len(self.variants)} variants, {len(self.stopwords)} stopwords, checksum {self.checksum}"
        )


def load(source: str | Path) -> Lexicon:
    """Read a lexicon.

    Parameters
    ----------
    source
        Path of a YAML file, or the name of one in ``params/lexicon`` of the project (``"northeast_asia"``).

    Returns
    -------
    Lexicon

    Raises
    ------
    SourceError
        There is no such file, it is not YAML (the line is named), a key is unknown or of the wrong kind, an alias
        belongs to two actors or is a single kana, an actor repeats, files extend each other in a circle, or a file has
        more than 16 MB or 200,000 names and values.

    Notes
    -----
    ::

        name: my_study
        extends: northeast_asia        # another file; what stands here is added, an actor of the same id replaces it
        honorifics: [氏, さん]         # may follow any person
        actors:
          - id: kim_jong_un
            kind: person               # person, country or organisation
            label: 金正恩
            aliases: {ja: [金正恩, キム・ジョンウン], en: [Kim Jong Un], ko: [김정은]}
            short: [金]                # means the actor only before a role, when named before in the article
            roles: [総書記, 委員長]    # offices that follow the name
            not: [金正恩主義]          # longer forms that are not a mention
        compounds: [労働新聞, 国連安全保障理事会]
        variants:
          - label: 朝ロ                # the lemma all forms are counted as
            forms: {朝ロ: 朝>ロ, ロ朝: ロ>朝}    # each with its order; or a plain list of forms
        stopwords: [こと]
    """
    return _checked(_merged(path_of(source), ()), str(source))


def path_of(source: str | Path) -> Path:
    path = Path(source)
    if path.suffix not in (".yaml", ".yml"):
        path = store.project() / "params" / "lexicon" / f"{source}.yaml"
    if not path.is_file():
        there = sorted(p.stem for p in (store.project() / "params" / "lexicon").glob("*.yaml"))
        raise SourceError(f"no lexicon {str(source)!r} at {path}; params/lexicon has {there}; or give a file's path")
    return path


class _Loader(Bounded, yaml.BaseLoader):
    """Every scalar is text (so that ``no`` and ``2024`` stay words), and a key is a word that stands once."""

    most = MOST_VALUES

    def compose_node(self, parent, index):
        begins = self.peek_event().start_mark
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode) and _NO_TEXT.search(node.value):  # NUL ends MeCab, and the process with it
            raise ConstructorError(None, None, f"{node.value[:40]!r} has a sign that is no text", begins)
        return node

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(None, None, "a key is a word, not a list or a mapping", key.start_mark)
            if key.value in seen:
                raise ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _merged(path: Path, below: tuple[Path, ...]) -> dict:
    """The content of a file on top of what it extends."""
    _require(path.resolve() not in below, f"{path}: the lexicons extend each other in a circle")
    _require(len(below) <= MOST_BELOW, f"{path}: the lexicons extend each other more than {MOST_BELOW} deep")
    content = _content(path)
    base = content.pop("extends", None)
    if base is None:
        return content
    _require(isinstance(base, str), f"{path}: extends names one lexicon, not {base!r}")
    beside = path.parent / f"{base}.yaml"
    under = _merged(beside if beside.is_file() else path_of(base), (*below, path.resolve()))
    replaced = {actor.get("id") for actor in content.get("actors", [])}
    kept = [actor for actor in under.get("actors", []) if actor["id"] not in replaced]
    merged = {**under, **content}
    for key in ("honorifics", "compounds", "stopwords", "variants"):
        merged[key] = [*under.get(key, []), *content.get(key, [])]
    return {**merged, "actors": [*kept, *content.get("actors", [])]}


def _content(path: Path) -> dict:
    size = path.stat().st_size if path.is_file() else 0
    _require(size <= MOST_BYTES, f"{path} has {size:,} bytes; a lexicon has {MOST_BYTES:,} at most")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}" if mark else "somewhere"
        raise SourceError(f"{path}, {line}: this is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(f"{path}: this is not YAML in UTF-8: {error}") from None
    _require(isinstance(content, dict), f"{path}: a lexicon is a mapping with the keys {list(_TOP)}")
    _refuse_unknown(content, _TOP, str(path))
    _require(isinstance(content.get("name") or "", str), f"{path}: name is a word, not {content.get('name')!r}")
    for key, known in (("actors", _ACTOR), ("variants", _VARIANT)):
        entries = content.get(key) or []
        mappings = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
        _require(mappings, f"{path}: {key} is a list of mappings with the keys {list(known)}")
        for entry in entries:
            _refuse_unknown(entry, known, f"{path}: {entry.get('id') or entry.get('label') or key}")
        content[key] = entries
    for key in ("honorifics", "compounds", "stopwords"):
        content[key] = list(_words(content.get(key), f"{path}: {key}"))
    return content


def _refuse_unknown(entry: dict, known: tuple[str, ...], where: str) -> None:
    for key in entry:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            meant = f"did you mean {close[0]!r}? " if close else ""
            raise SourceError(f"{where}: unknown key {key!r}; {meant}It may have {list(known)}")


def _words(value, where: str) -> tuple[str, ...]:
    if value in (None, ""):
        return ()
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise SourceError(f"{where} is a list of words, not {value!r}")
    long = next((word for word in words if len(word) > LONGEST), "")
    _require(not long, f"{where}: {long[:20]!r}… has {len(long):,} characters; a word has {LONGEST} at most")
    return tuple(dict.fromkeys(plain_words(word.strip()) for word in words))


def _require(holds: object, message: str) -> None:
    if not holds:
        raise SourceError(message)


def _checked(content: dict, where: str) -> Lexicon:
    actors = tuple(_actor(entry, where) for entry in content["actors"])
    variants = tuple(_variant(entry, where) for entry in content["variants"])
    _refuse_shared(actors, variants, where)
    return Lexicon(
        name=content.get("name") or Path(where).stem,
        actors=actors,
        honorifics=tuple(dict.fromkeys(content["honorifics"])),
        compounds=tuple(dict.fromkeys(content["compounds"])),
        variants=variants,
        stopwords=tuple(dict.fromkeys(content["stopwords"])),
    )


def _actor(entry: dict, where: str) -> Actor:
    name: Any = entry.get("id")
    named = isinstance(name, str) and re.fullmatch(r"[\w\-]+", name)
    _require(named, f"{where}: an actor needs an id of letters, digits, _ and -, not {name!r}")
    where = f"{where}: {name}"
    _require(entry.get("kind") in KINDS, f"{where}: kind is one of {list(KINDS)}, not {entry.get('kind')!r}")
    label: Any = entry.get("label") or name
    _require(isinstance(label, str), f"{where}: label is a word, not {label!r}")
    listed: Any = entry.get("aliases")
    by_language = isinstance(listed, dict) and set(listed) <= set(LANGUAGES)
    _require(by_language, f"{where}: aliases is a mapping from {list(LANGUAGES)} to lists, not {listed!r}")
    aliases = {language: _words(words, f"{where}: aliases.{language}") for language, words in listed.items()}
    actor = Actor(
        id=name,
        kind=entry["kind"],
        label=label,
        aliases=aliases,
        short=_words(entry.get("short"), f"{where}: short"),
        roles=_words(entry.get("roles"), f"{where}: roles"),
        must_not=_words(entry.get("not"), f"{where}: not"),
    )
    _require(actor.names, f"{where}: an actor needs at least one alias")
    for alias in actor.names:
        what = "kana" if _ONE_KANA.fullmatch(alias) else "character"
        _require(
            len(alias) > 1,
            f"{where}: the alias {alias!r} is a single {what} and would match inside other words; write the whole "
            "name, or list it under short (before a role)",
        )
    short = any(_ONE_KANA.fullmatch(short) for short in actor.short)
    _require(not short, f"{where}: the short form {actor.short} is a single kana and would match inside other words")
    for form in actor.must_not:
        hides = any(name in form for name in (*actor.names, *actor.short)) and form not in actor.names
        _require(hides, f"{where}: not: {form!r} hides no alias; it must be longer than one and hold it")
    return actor


def _variant(entry: dict, where: str) -> Variant:
    label: Any = entry.get("label")
    forms = entry.get("forms")
    where = f"{where}: variant {label!r}"
    _require(label and isinstance(label, str), f"{where}: a variant needs a label, the word its forms are counted as")
    listed = forms if isinstance(forms, dict) else dict.fromkeys(_words(forms, f"{where}: forms"))
    orders = {plain_words(form): order or "" for form, order in listed.items()}
    ordered = orders and all(isinstance(order, str) for order in orders.values())
    _require(ordered, f"{where}: forms is a list of words, or a mapping from each form to its order")
    short = any(len(form) < 2 for form in orders)
    _require(not short, f"{where}: a form of a single character would match inside other words")
    return Variant(plain_words(label), orders)


def _refuse_shared(actors: tuple[Actor, ...], variants: tuple[Variant, ...], where: str) -> None:
    ids = [actor.id for actor in actors]
    twice = next((name for name, n in Counter(ids).items() if n > 1), None)
    _require(twice is None, f"{where}: two actors have the id {twice!r}")
    owner: dict[str, str] = {}
    for alias, name in ((alias, actor.id) for actor in actors for alias in actor.names):
        other = owner.setdefault(alias, name)
        _require(
            other == name,
            f"{where}: the alias {alias!r} belongs to two actors, {other!r} and {name!r}; "
            "give it to one, or list it under short of both (then the article decides)",
        )
    labels: dict[str, str] = {}
    for form, label in ((form, variant.label) for variant in variants for form in variant.forms):
        other = labels.setdefault(form, label)
        _require(other == label, f"{where}: {form!r} belongs to two variants, {other!r} and {label!r}")
