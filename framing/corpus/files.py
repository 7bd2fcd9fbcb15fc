"""Bytes: files, folders and archives one after the other, and the encoding of each."""

import bz2
import gzip
import io
import lzma
import posixpath
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from framing.errors import SourceError
from framing.messages import mark

MOST_BYTES = 4 * 2**30
"""A single file that unpacks to more is rejected (a corpus of a million articles of 800 characters has 2.4 GB)."""

BROKEN = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, KeyError, IndexError, OverflowError, MemoryError,
    zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error,
)  # fmt: skip
"""What the unpackers of the standard library raise on bytes that are not what they seem."""
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # with files, without any, in parts
_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|woff2?|ttf|otf|eot|mp[34]|webm)$", re.IGNORECASE
)
_COMPANION = re.compile(
    r"[-_. ]?(?:files|dateien|fichiers|archivos|file|ficheiros|bestanden|filer|pliki|ファイル|파일)$", re.I
)
_NO_ARTICLE = re.compile(
    r"^(?:licen[cs]e|readme|changes|changelog|copying|notice|credits)(?:\.\w+)?$|^(?-i:LICEN[CS]E)[_-]", re.IGNORECASE
)


class Item(NamedTuple):
    """A file: its name (``archive.zip/folder/file``) and bytes, or the reason it was not taken."""

    name: str
    data: bytes
    reason: str = ""


def items(path: str | Path) -> Iterator[Item]:
    """Every file under ``path`` in order of name, archives unpacked; hidden files of a folder are none of the corpus.

    Raises
    ------
    SourceError
        Nothing is there, or a folder holds no file.
    """
    path = Path(path)
    if not path.exists():
        near = sorted(p.name for p in path.parent.glob("*"))[:10] if path.parent.is_dir() else []
        there = f"; {path.parent} has {near}" if near else ""
        raise SourceError(f"there is no file or folder {str(path)!r}{there}")
    if path.is_file():
        yield from _of_file(path.name, path)
        return
    found = [p for p in sorted(path.rglob("*")) if not p.is_dir() or p.is_symlink()]  # a linked folder is not entered
    found = [p for p in found if not _hidden(p.relative_to(path).parts)]
    if not found:
        raise SourceError(f"the folder {str(path)!r} holds no file to read")
    names = [p.relative_to(path).as_posix() for p in found]
    parts = _parts_of_pages(names)
    for name, file in zip(names, found, strict=True):
        if name in parts:
            yield Item(name, b"", PART)
            continue
        if not file.is_file():
            yield Item(name, b"", SYMBOLIC if file.is_symlink() else SPECIAL)
            continue
        yield from _of_file(name, file)


def _of_file(name: str, file: Path) -> Iterator[Item]:
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:  # one file that the system denies costs itself only
        yield Item(name, b"", f"cannot be read: {error.strerror or error}")
        return
    if size > MOST_BYTES:
        yield Item(name, b"", f"has {size:,} bytes, more than {MOST_BYTES:,}")
        return
    yield from _unpacked(name, data)


def is_asset(name: str) -> bool:
    """Style sheets, scripts, pictures, sound and fonts, by the ending of their name."""
    return bool(_ASSET.search(name))


def _parts_of_pages(names: list[str]) -> set[str]:
    """The files in the folder that a browser saves beside a page (``page.html`` and ``page_files``)."""
    pages = {name.rsplit(".", 1)[0] for name in names if name.lower().endswith((".html", ".htm", ".xhtml"))}
    folders = {name.rsplit("/", 1)[0] for name in names if "/" in name}
    beside = {
        folder for folder in folders if any(_COMPANION.sub("", part) in pages - {part} for part in _above(folder))
    }
    return {name for name in names if name.rpartition("/")[0] in beside}


def _above(folder: str) -> list[str]:
    """The folder and all it lies in: ``a``, ``a/b``, ``a/b/c``."""
    parts = folder.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def is_no_article(name: str) -> bool:
    """Licence, read-me and change files that lie beside the articles of a corpus."""
    return bool(_NO_ARTICLE.match(name.rsplit("/", 1)[-1]))


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _unpacked(name: str, data: bytes) -> Iterator[Item]:
    """The file itself, or the files of an archive; an archive inside an archive is one too many."""
    try:
        if data[:4] in _ZIPPED and not _is_office(data):
            yield from _zip(name, data)
            return
        item = _single(name, data) or Item(name, data)
        if item.data[257:262] == b"ustar":
            yield from _tar(name, item.data)
        else:
            yield item
    except BROKEN as error:
        yield Item(name, b"", f"this archive cannot be unpacked: {error}")


_OFFICE = {"xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml", "mimetype"}
"""What a file of Excel, Word, PowerPoint, OpenDocument or EPUB has in it, one of them."""


def _is_office(data: bytes) -> bool:
    """Files of office programs are zip archives too."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(_OFFICE & set(archive.namelist()))
    except BROKEN:
        return False


def _zip(name: str, data: bytes) -> Iterator[Item]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = sorted((e for e in archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
        parts = _parts_of_pages([entry.filename for entry in entries])
        for entry in entries:
            mode = stat.S_IFMT(entry.external_attr >> 16)
            kind = SYMBOLIC if mode == stat.S_IFLNK else SPECIAL if mode not in (0, stat.S_IFREG) else ""
            kind = kind or (LOCKED if entry.flag_bits & 0x1 else PART if entry.filename in parts else "")
            yield _member(name, entry.filename, entry.file_size, kind, partial(archive.read, entry))
    if not entries:
        yield Item(name, b"", NO_MEMBER)


def _tar(name: str, data: bytes) -> Iterator[Item]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        entries = sorted((e for e in archive.getmembers() if not e.isdir()), key=lambda e: e.name)
        parts = _parts_of_pages([entry.name for entry in entries])
        for entry in entries:
            kind = SYMBOLIC if entry.issym() else HARD if entry.islnk() else "" if entry.isfile() else SPECIAL
            kind = kind or (PART if entry.name in parts else "")
            yield _member(name, entry.name, entry.size, kind, partial(_read, archive, entry))
    if not entries:
        yield Item(name, b"", NO_MEMBER)


def _read(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(entry)
    return stream.read() if stream else b""


PART = mark("a part of the web page that was saved beside it, no article")
SYMBOLIC, HARD = mark("a symbolic link, which holds no text"), mark("a hard link, which holds no text of its own")
SPECIAL = mark("a device, pipe or socket, which holds no text")
LOCKED = mark("encrypted; unpack it with its password first")
OUTSIDE = mark("its name points out of the archive")
HIDDEN = mark("a hidden file of the system that packed the archive")
NO_MEMBER = mark("the archive holds no file")


def _member(archive: str, name: str, size: int, kind: str, read: Callable[[], bytes]) -> Item:
    """A member of an archive, or the reason why it is not read; each is one of the two."""
    path = posixpath.normpath(name.replace("\\", "/"))
    parts = tuple(path.split("/"))
    inner = f"{archive}/{path if '..' in name else name.removeprefix('./')}"
    if parts[0] in ("", "..") or re.match(r"[A-Za-z]:", path):
        kind = OUTSIDE
    elif not kind and _hidden(parts):
        kind = HIDDEN
    elif size > MOST_BYTES:
        kind = kind or f"unpacks to {size:,} bytes, more than {MOST_BYTES:,}"
    if kind:
        return Item(inner, b"", kind)
    try:
        return _plain(inner, read())
    except BROKEN as error:
        return Item(inner, b"", f"cannot be unpacked: {error}")


_OPENERS = {b"\x1f\x8b": gzip.open, b"\xfd7zXZ\x00": lzma.open, b"BZh": bz2.open}


def _single(name: str, data: bytes) -> Item | None:
    """What gzip, xz or bzip2 holds, read up to the limit."""
    opener = next((one for magic, one in _OPENERS.items() if data.startswith(magic)), None)
    if opener is None:
        return None
    with opener(io.BytesIO(data)) as stream:
        inner = stream.read(MOST_BYTES + 1)
    if len(inner) > MOST_BYTES:
        raise ValueError(f"unpacks to more than {MOST_BYTES:,} bytes")
    return Item(re.sub(r"\.(?:gz|xz|bz2)$", "", name, flags=re.IGNORECASE), inner)


def _plain(name: str, data: bytes) -> Item:
    packed = data.startswith(tuple(_OPENERS)) or data[257:262] == b"ustar"
    if packed or (data[:4] in _ZIPPED and not _is_office(data)):
        return Item(name, b"", "an archive inside an archive; unpack it first")
    return Item(name, data)
