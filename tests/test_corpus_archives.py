"""Archives: every member is an article or a rejection with its reason. Expected: the list of members packed here."""

import io
import os
import stat
import tarfile
import zipfile

import pytest

from framing import corpus

GOOD = b"headline,text\nh,The river flooded the town.\n"


def zipped(*entries) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data, mode in entries:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return stream.getvalue()


def tarred(*entries) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind, target in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            info.size = len(GOOD) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(GOOD) if info.size else None)
    return stream.getvalue()


def read(tmp_path, data, name):
    (tmp_path / name).write_bytes(data)
    reading = corpus.read(tmp_path / name)
    assert reading.files["n_rows"].sum() == len(reading.articles) + len(reading.rejected)
    return reading.articles["source"].tolist(), dict(
        zip(reading.rejected["source"], reading.rejected["reason"], strict=True)
    )


@pytest.mark.parametrize(
    "name",
    [
        "../x.csv",
        "a/../../x.csv",
        "a/../C:/x.csv",
        "/etc/x.csv",
        "C:/x.csv",
        "C:\\x.csv",
        "..\\x.csv",
        "\\\\host\\x.csv",
        "./../x.csv",
    ],
)
def test_a_name_that_points_out_of_the_archive_is_rejected(name, tmp_path):
    for data, kind in (
        (zipped(("ok.csv", GOOD, 0), (name, GOOD, 0)), "zip"),
        (tarred(("ok.csv", tarfile.REGTYPE, ""), (name, tarfile.REGTYPE, "")), "tar"),
    ):
        taken, rejected = read(tmp_path, data, f"a.{kind}")
        assert taken == [f"a.{kind}/ok.csv"] and list(rejected.values()) == ["its name points out of the archive"]


@pytest.mark.parametrize(
    "name", ["a/../in.csv", "a/b/../../in.csv", "./a/../in.csv", "a/./../in.csv", "a\\..\\in.csv", "__MACOSX/../in.csv"]
)
def test_a_name_that_goes_up_and_stays_inside_the_archive_is_read(name, tmp_path):
    for data, kind in ((zipped((name, GOOD, 0)), "zip"), (tarred((name, tarfile.REGTYPE, "")), "tar")):
        assert read(tmp_path, data, f"a.{kind}") == ([f"a.{kind}/in.csv"], {})
    hidden = zipped(("ok.csv", GOOD, 0), ("a/../__MACOSX/x.csv", GOOD, 0))
    assert list(read(tmp_path, hidden, "h.zip")[1].values()) == ["a hidden file of the system that packed the archive"]


def test_links_and_devices_of_a_tar_are_rejected_each_with_its_reason(tmp_path):
    data = tarred(
        ("ok.csv", tarfile.REGTYPE, ""), ("sym.csv", tarfile.SYMTYPE, "/etc/passwd"),
        ("hard.csv", tarfile.LNKTYPE, "ok.csv"),
        ("chr", tarfile.CHRTYPE, ""), ("blk", tarfile.BLKTYPE, ""), ("fifo", tarfile.FIFOTYPE, ""),
        ("folder", tarfile.DIRTYPE, ""),
    )  # fmt: skip
    taken, rejected = read(tmp_path, data, "a.tar")
    special = "a device, pipe or socket, which holds no text"
    assert taken == ["a.tar/ok.csv"] and rejected == {
        "a.tar/blk": special,
        "a.tar/chr": special,
        "a.tar/fifo": special,
        "a.tar/hard.csv": "a hard link, which holds no text of its own",
        "a.tar/sym.csv": "a symbolic link, which holds no text",
    }


def test_links_hidden_and_locked_members_of_a_zip_are_rejected(tmp_path):
    data = zipped(
        ("ok.csv", GOOD, stat.S_IFREG | 0o644),
        ("sym.csv", b"/etc/passwd", stat.S_IFLNK | 0o777),
        ("fifo", b"", stat.S_IFIFO),
        ("__MACOSX/._ok.csv", b"\0\5", 0),
        (".DS_Store", b"x", 0),
        ("locked.csv", GOOD, 0),
        ("strange.csv", GOOD, 0),
    )
    at = data.rindex(b"locked.csv") - 46  # the entry of the directory: flags at 8, method at 10
    data = data[: at + 8] + b"\x01\0" + data[at + 10 :]
    at = data.rindex(b"strange.csv") - 46
    data = data[: at + 10] + b"\x63\0" + data[at + 12 :]
    taken, rejected = read(tmp_path, data, "a.zip")
    assert taken == ["a.zip/ok.csv"] and len(rejected) == 6
    assert rejected["a.zip/sym.csv"] == "a symbolic link, which holds no text"
    assert "encrypted" in rejected["a.zip/locked.csv"] and "cannot be unpacked" in rejected["a.zip/strange.csv"]
    assert "hidden" in rejected["a.zip/.DS_Store"] and "hidden" in rejected["a.zip/__MACOSX/._ok.csv"]


def test_an_archive_without_files_in_another_or_cut_off_is_rejected(tmp_path):
    empty, inner = zipped(), tarred(("ok.csv", tarfile.REGTYPE, ""))
    assert read(tmp_path, empty, "a.zip")[1] == {"a.zip": "the archive holds no file"}
    assert read(tmp_path, tarred(("folder", tarfile.DIRTYPE, "")), "a.tar")[1] == {"a.tar": "the archive holds no file"}
    taken, rejected = read(
        tmp_path, zipped(("in.tar", inner, 0), ("in.zip", empty, 0), ("in.bz2", b"BZh91AY", 0)), "b.zip"
    )
    assert taken == [] and set(rejected.values()) == {"an archive inside an archive; unpack it first"}
    assert len(read(tmp_path, inner[:600], "c.tar")[1]) == 1
    for magic in (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", b"\x1f\x9d"):
        assert "pack it as .zip" in next(iter(read(tmp_path, magic + bytes(range(200)), "d.bin")[1].values()))


def test_a_link_to_nothing_and_a_pipe_in_a_folder_are_rejected(tmp_path):
    (tmp_path / "ok.csv").write_bytes(GOOD)
    (tmp_path / "link.csv").symlink_to(tmp_path / "absent.csv")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "again").symlink_to(tmp_path / "folder", target_is_directory=True)  # not entered, and said
    (tmp_path / "folder" / "up").symlink_to(tmp_path, target_is_directory=True)
    reading = corpus.read(tmp_path)
    assert reading.articles["source"].tolist() == ["ok.csv"] and sorted(reading.rejected["source"]) == [
        "again",
        "folder/up",
        "link.csv",
        "pipe",
    ]
