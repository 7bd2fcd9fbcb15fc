"""The livedoor corpus as articles."""

import re
from pathlib import Path

import pandas as pd

from framing.datasets import fetching
from framing.errors import SourceError
from framing.tables import REJECTED

_STAMP = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\+0900")


def read_livedoor(path: str | Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the livedoor corpus: line 1 the address, line 2 date and time, line 3 the title, then the body.

    Parameters
    ----------
    path
        ``ldcc_text.tar.xz``, a folder that holds it, or the unpacked folder.

    Returns
    -------
    articles, rejected
        One row per article, by channel and number: ``article_id``, ``outlet``, ``date``, ``page`` (missing),
        ``headline``, ``text`` (as it stands), ``published_at`` (time of day as given, Japan), ``url``,
        ``language``, ``source``. One row per file that does not have this shape. The licences are known and
        are no articles.

    Raises
    ------
    SourceError
        There is no archive, it is broken, or it holds no article.
    """
    files = fetching.livedoor_files(Path(path))
    rows, rejected = [], []
    for name, content in sorted(files.items()):
        if name.endswith("/LICENSE.txt"):
            continue
        channel, file = name.split("/")
        lines = content.decode("utf-8", errors="replace").split("\n", 3)
        if len(lines) < 3 or not lines[0].startswith("http") or not _STAMP.fullmatch(lines[1].strip()):
            reason = "line 1 is no address, line 2 no date and time, or line 3 is missing"
            rejected.append((name, 1, reason, content[:500].decode("utf-8", errors="replace")))
            continue
        body = lines[3].strip("\n") if len(lines) > 3 else ""
        stamp = lines[1].strip()[:19]  # the zone is Japan's throughout
        rows.append((file.removesuffix(".txt"), channel, stamp, lines[2].strip(), body, lines[0].strip()))
    if not rows:
        raise SourceError(
            f"no article of the livedoor corpus at {path}; it holds text/<channel>/<channel>-<number>.txt"
        )
    table = pd.DataFrame(rows, columns=["article_id", "outlet", "published_at", "headline", "text", "url"])
    stamps = pd.to_datetime(table["published_at"], format="%Y-%m-%dT%H:%M:%S", errors="coerce").astype("datetime64[us]")
    page = pd.array([pd.NA] * len(table), dtype="Int64")
    articles = table.assign(
        published_at=stamps, date=stamps.dt.normalize(), page=page, language="ja", source="livedoor"
    )
    first = ["article_id", "outlet", "date", "page", "headline", "text"]
    articles = articles[[*first, *(name for name in articles.columns if name not in first)]]
    return articles, pd.DataFrame(rejected, columns=list(REJECTED.columns))
