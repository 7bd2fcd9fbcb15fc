"""Data sets that do not come with the toolkit: downloaded once, checked, and kept in a folder of the user."""

import hashlib
import http.client
import io
import queue
import shutil
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from framing import data, provenance
from framing.datasets import catalogue
from framing.errors import SourceError
from framing.store import CACHE as CACHE
from framing.store import cache

TIMEOUT = 60
PATIENCE, SLOWEST = 120, 1_000
"""Seconds that a server may take to answer, and the bytes a second that it sends at least in any such time."""
MOST_BYTES = 200_000_000
"""Bytes of a download at most."""
FETCHED = data.words("fetched")
"""Addresses and checksums of what is fetched."""
LIVEDOOR_CONTENT: str = FETCHED["livedoor_content"]
"""Checksum of all files of the corpus by name (see :func:`content_of`): the same for any way of packing them."""


class BrokeOff(SourceError):
    """A download that ended before its end; the next one goes on from there."""


def fetch(name: str, *, source: str | Path | None = None, folder: str | Path | None = None) -> Path:
    """Get a data set that does not come with the toolkit, check it and keep it.

    Parameters
    ----------
    name
        ``frontpage`` or ``livedoor``.
    source
        A folder (or, for livedoor, an archive) that holds the data already; downloaded from the public
        repository unless given. Files are found by name, also in sub-folders.
    folder
        Where to keep it, by default ``<cache>/<name>``, see :func:`cache`.

    Returns
    -------
    Path
        The folder. It is put in place when it is whole and checked, never half.

    Raises
    ------
    SourceError
        No such data set, no connection, files missing, or a checksum that differs.
    """
    entry = catalogue.entry(name)
    if name not in _COLLECT:
        raise SourceError(f"{name!r} needs no fetching: {entry['title']}; fetch knows {', '.join(_COLLECT)}")
    target = Path(folder).expanduser() if folder else cache() / name
    given = None if source is None else Path(source).expanduser()
    if given and not given.exists():
        raise SourceError(f"there is nothing at {source}; --from names the folder that holds the files of {name}")
    _refuse_foreign(target)
    parts = target.parent / f".{name}.part"
    (target.parent if given else parts).mkdir(parents=True, exist_ok=True)  # a download that broke off goes on there
    with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=target.parent) as part:
        whole = Path(part) / "new"
        whole.mkdir()
        try:
            _COLLECT[name](whole, given, parts)
        except BrokeOff:
            raise
        except Exception:  # what came is another file, as from a page that asks to log in: nothing goes on from it
            shutil.rmtree(parts, ignore_errors=True)
            raise
        if target.exists():
            target.rename(Path(part) / "old")
        whole.rename(target)
    shutil.rmtree(parts, ignore_errors=True)
    return target


def _refuse_foreign(target: Path) -> None:
    """A folder that is replaced must hold nothing but what an earlier fetch put there."""
    known = {*FETCHED["sha256"], *FETCHED["frontpage"], *FETCHED["frontpage_more"], "ldcc_text.tar"}
    if target.exists() and not (target.is_dir() and {path.name for path in target.iterdir()} <= known):
        raise SourceError(f"{target} holds other things, which fetching would replace; name an empty or a new folder")


def folder_of(name: str) -> Path:
    """The folder a fetched data set is in; a :class:`SourceError` says how to get it where it is not."""
    found = cache() / name
    if not found.is_dir():
        raise SourceError(
            f"{name} has not been fetched (looked in {found}): run `framing fetch {name}`, or "
            f"`framing fetch {name} --from FOLDER` where a copy is at hand"
        )
    return found


def _frontpage(whole: Path, source: Path | None, parts: Path) -> None:
    from framing.datasets import frontpage

    if source is None:
        for file, url in {**FETCHED["frontpage"], **FETCHED["frontpage_more"]}.items():
            (whole / file).write_bytes(_download(url, "frontpage", parts / file))
    else:
        originals = [*FETCHED["frontpage"], *FETCHED["frontpage_more"]]
        wanted = ["articles.parquet", "jiji_monthly_polls.parquet", *originals]
        found = {file: path for file in wanted if (path := _find(source, file))}
        missing = sorted(set(FETCHED["frontpage"]) - set(found))
        if "articles.parquet" not in found and missing:
            raise SourceError(
                f"{source} holds neither articles.parquet nor the original files of frontpage; missing {missing}"
            )
        for file, path in found.items():
            shutil.copyfile(path, whole / file)
    for file in sorted(set(FETCHED["sha256"]) & {path.name for path in whole.iterdir()}):
        _check(whole / file, "frontpage")
    if not (whole / "articles.parquet").exists():
        frontpage.check_originals(whole)


def _livedoor(whole: Path, source: Path | None, parts: Path) -> None:
    archive, url = "ldcc_text.tar.xz", FETCHED["livedoor"]
    if source is None:
        files = _members(io.BytesIO(_download(url, "livedoor", parts / archive)), url)
    else:
        packed = source if source.is_file() else _find(source, archive)
        if packed is not None and packed.name == archive:
            shutil.copyfile(packed, whole / archive)
            return _check(whole / archive, "livedoor")
        files = livedoor_files(packed or source)
    if content_of(files) != LIVEDOOR_CONTENT:
        raise SourceError(
            f"livedoor from {source or FETCHED['livedoor']} is not the corpus the toolkit knows: {len(files)} files, "
            "or their content, differ from the 7,367 articles and nine licences of September 2012"
        )
    with tarfile.open(whole / "ldcc_text.tar", "w") as packed:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(f"text/{name}")
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return None


_COLLECT = {"frontpage": _frontpage, "livedoor": _livedoor}


def livedoor_files(path: Path) -> dict[str, bytes]:
    """Files of the corpus as ``channel/file`` → content, from an archive, a folder with one, or the unpacked folder."""
    if path.is_dir():
        packed = _find(path, "ldcc_text.tar.xz") or _find(path, "ldcc_text.tar")
        if packed is None:
            found = {f"{p.parent.name}/{p.name}": p.read_bytes() for p in sorted(path.rglob("*/*.txt"))}
            return {name: content for name, content in found.items() if _is_article_or_licence(name)}
        path = packed
    if not path.is_file():
        raise SourceError(f"there is no livedoor corpus at {path}; run `framing fetch livedoor`")
    with open(path, "rb") as stream:
        return _members(stream, str(path))


def content_of(files: dict[str, bytes]) -> str:
    """SHA-256 over the names and checksums of files, in the order of their names."""
    lines = (f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in sorted(files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _members(stream: io.BufferedIOBase, where: str) -> dict[str, bytes]:
    files, size = {}, 0
    try:
        with tarfile.open(fileobj=stream, mode="r:*") as packed:
            for member in packed:
                size += member.size
                if size > MOST_BYTES:  # a small archive can unpack to any size
                    raise ValueError(f"it unpacks to more than {MOST_BYTES:,} bytes")
                name = "/".join(member.name.split("/")[-2:])
                content = packed.extractfile(member) if member.isreg() and _is_article_or_licence(name) else None
                if content is not None:
                    files[name] = content.read()
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise SourceError(f"{where} is not a whole tar archive ({error}); fetch it again") from error
    return files


def _is_article_or_licence(name: str) -> bool:
    folder, file = name.split("/")[-2:] if "/" in name else ("", name)
    return file.endswith(".txt") and (file == "LICENSE.txt" or file.startswith(f"{folder}-")) and folder != "text"


def _find(folder: Path, file: str) -> Path | None:
    direct = folder / file
    return direct if direct.is_file() else next(iter(sorted(folder.rglob(file))), None) if folder.is_dir() else None


def _check(path: Path, name: str) -> None:
    found = provenance.of_file(path)
    known = FETCHED["sha256"][path.name]
    if found != known:
        raise SourceError(
            f"{path.name} is not the file {name} is known by: its SHA-256 is {found[:12]}…, expected "
            f"{FETCHED['sha256'][path.name][:12]}…; take an unchanged copy, or leave --from out to download it"
        )


def _download(url: str, name: str, part: Path) -> bytes:
    """The content of an address; a download that breaks off goes on from ``part`` at the next call.

    A part that the server cannot go on from (it is as long as the file, or longer, and so perhaps another) is thrown
    away, and the file is downloaded from its beginning. What is longer than :data:`MOST_BYTES` is given up: no file
    that is fetched is a tenth of it.
    """
    held = part.stat().st_size if part.is_file() else 0
    asked = urllib.request.Request(url, headers={"Range": f"bytes={held}-"} if held else {})
    try:
        with _opened(asked) as answer:
            goes_on = held and getattr(answer, "status", 200) == 206  # else the server sends it from its beginning
            if goes_on and not (answer.headers.get("Content-Range") or f"bytes {held}-").startswith(f"bytes {held}-"):
                raise OSError(f"asked for what follows byte {held}, the server sent another part")
            with open(part, "ab" if goes_on else "wb") as file:
                since, at = time.monotonic(), file.tell()
                while block := answer.read1(2**16):  # what is there: a whole block may take a server for ever
                    file.write(block)
                    if file.tell() > MOST_BYTES:
                        part.unlink()
                        raise SourceError(f"{url} holds more than {MOST_BYTES:,} bytes, which {name} is not")
                    if (took := time.monotonic() - since) > PATIENCE:
                        if (came := file.tell() - at) < took * SLOWEST:
                            raise OSError(f"the server sent {came:,} bytes in {took:.0f} seconds, which is too slow")
                        since, at = time.monotonic(), file.tell()
            told = answer.headers.get("Content-Length")
            if told and told.isdigit() and part.stat().st_size < int(told) + (held if goes_on else 0):
                raise OSError("the connection ended before the file did")
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        if held and getattr(error, "code", None) == 416:
            part.unlink()
            return _download(url, name, part)
        raise BrokeOff(
            f"cannot download {url} ({getattr(error, 'reason', error)}). Run it again to go on from there. Without a "
            f"connection: get the files on another machine and run `framing fetch {name} --from FOLDER`; the studies "
            "telegrams and sample need none"
        ) from error
    return part.read_bytes()


def _opened(asked: urllib.request.Request) -> Any:
    """The answer of a server, which may not take for ever to write its head, each line of it in time."""
    came: queue.SimpleQueue = queue.SimpleQueue()

    def opening() -> None:
        try:
            came.put(urllib.request.urlopen(asked, timeout=TIMEOUT))
        except Exception as error:  # raised again where it was asked
            came.put(error)

    threading.Thread(target=opening, daemon=True).start()
    try:
        answer = came.get(timeout=PATIENCE)
    except queue.Empty:
        raise OSError(f"the server did not answer in {PATIENCE} seconds") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
