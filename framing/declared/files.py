"""A file of claims, read and locked."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from framing import provenance, store
from framing.declared import locks
from framing.declared.entries import Claims, checked, refuse_half
from framing.declared.schema import TOP, unknown
from framing.errors import SourceError
from framing.patterns import Bounded

_MOST_BYTES = 2**20


class _Loader(Bounded, yaml.SafeLoader):
    """Dates stay as they are written, and so do 0123, 1:30, and yes, no, on and off, which are words here; aliases are
    refused, as in all files of ours."""

    most = 100_000

    def compose_node(self, parent, index):
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode) and (self._is_another(node) or self._is_word(node)):
            node.tag = "tag:yaml.org,2002:str"
        return node


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def read(source: str | Path | list) -> Claims:
    """Read a file of claims, or a list of mappings.

    Parameters
    ----------
    source
        Path of a YAML file, the name of one in ``params/claims`` of the project, or its claims as a list.

    Returns
    -------
    Claims
        A claim that cannot be read is in ``faults`` with its place; the others are read.

    Raises
    ------
    SourceError
        There is no such file, it is no YAML, a key of its head is unknown, or it has no list of claims.
    """
    if isinstance(source, list):
        plain = json.loads(json.dumps(source, skipkeys=True, default=str))  # whose keys, all text, can be sorted
        return checked("claims", [((i, 1), entry) for i, entry in enumerate(source, 1)], provenance.of_data(plain))
    path = path_of(source)
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise SourceError(f"no file of claims of at most {_MOST_BYTES:,} bytes at {path}")
    try:
        text = path.read_text(encoding="utf-8-sig")
        loader = _Loader(text)
        top = loader.get_single_node()
        if not isinstance(top, yaml.MappingNode):
            raise SourceError(f"{path}: a file of claims is a mapping with the keys {list(TOP)}")
        head = {str(key.value): value for key, value in top.value}
        if twice := _twice(top, deep=False):
            raise SourceError(f"{path}: the key {twice!r} stands twice; a file has one of it")
        if "claim_file" in head:
            raise SourceError(
                f"{path} is a parameter file of 50_claims; the claims stand in the file that it names under "
                f"'claim_file', {head['claim_file'].value!r}"
            )
        for name in head:
            if name not in TOP:
                raise SourceError(f"{path}: {unknown(name, TOP)}")
        if not isinstance(head.get("claims"), yaml.SequenceNode):
            raise SourceError(f"{path}: 'claims' is a list of claims, each with an id and a sentence")
        entries = []
        for node in head["claims"].value:
            at = node.start_mark.line + 1, node.start_mark.column + 1
            twice = _twice(node)
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            named = next((value for key, value in pairs if key.value == "id"), None)
            half = {"": twice, "id": str(getattr(named, "value", ""))}
            entries.append((at, half if twice else loader.construct_object(node, deep=True)))
        said = {k: str(v.value) for k, v in head.items() if k in TOP[:4] and isinstance(v, yaml.ScalarNode)}
        refuse_half(said)
    except UnicodeDecodeError:
        raise SourceError(f"{path}: not text in UTF-8; save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{path}: this is not YAML: {' '.join(str(error).split())}") from None
    found = checked(said.get("name", path.stem), entries, provenance.of_file(path), said)
    return locks.against(found, path)


def path_of(source: str | Path) -> Path:
    """Where a file of claims lies: its path, or its name in ``params/claims``."""
    path, folder = Path(source), store.project() / "params" / "claims"
    if path.suffix or path.is_file():
        return path
    if not (folder / f"{source}.yaml").is_file():
        there = sorted(each.stem for each in folder.glob("*.yaml"))
        raise SourceError(f"no claims {str(source)!r} in {folder}, which has {there}; or give a file's path")
    return folder / f"{source}.yaml"


def _twice(node, deep: bool = True) -> str:
    """The first key that stands twice in a mapping, or in one inside it."""
    names = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    inside = [value for _, value in node.value] if names else node.value if isinstance(node, yaml.SequenceNode) else []
    own = (name for name in names if names.count(name) > 1)
    return next(own, "") or next(filter(None, map(_twice, inside)), "") if deep else next(own, "")


def lock(
    path: Path,
    corpus: str,
    *,
    articles: Sequence[str] = (),
    rests: Mapping[str, Mapping[str, str]] | None = None,
    looked: str = "",
    commit: bool = True,
) -> tuple[Path, str]:
    """Write down what a file claims, of which corpus and when, before anybody looks.

    ``articles``, ``rests`` and ``looked`` are held as :class:`Claims` has them.

    Returns
    -------
    file, commit
        The lock, beside the claims, and the commit that holds both (empty where there is no git checkout).

    Raises
    ------
    SourceError
        A claim cannot be read, or the file is locked already.
    """
    found, file = read(path), locks.lock_of(path)
    if len(found.faults):
        first = found.faults.iloc[0]
        raise SourceError(
            f"{path}: claims that cannot be read: {len(found.faults)}, first in line {first['line']}: "
            f"{first['fault']}. Nothing was locked"
        )
    if file.exists():
        raise SourceError(
            f"{file} exists: these claims were locked on {found.locked}. What changed since is reported as a "
            "deviation; later claims are exploratory"
        )
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    held = {
        "file": found.checksum, "corpus": corpus, "articles": list(articles), "rests": rests or {}, "locked": now,
        "looked": bool(looked), "looked_on": looked, "claims": {e["id"]: locks.of_lock(e) for e in found.entries},
    }  # fmt: skip
    file.write_text(json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return file, locks.committed([path, file], now) if commit else ""
