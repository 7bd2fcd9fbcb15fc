"""The livedoor corpus as articles."""

from pathlib import Path

import pandas as pd

from framing.datasets import fetching
from framing.errors import SourceError
from framing.tables import REJECTED

CHANNELS = (
    "dokujo-tsushin", "it-life-hack", "kaden-channel", "livedoor-homme", "movie-enter", "peachy", "smax",
    "sports-watch", "topic-news",
)  # fmt: skip


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
        stamp = pd.to_datetime(lines[1].strip(), format="ISO8601", errors="coerce") if len(lines) > 1 else pd.NaT
        if len(lines) < 3 or not lines[0].startswith("http") or pd.isna(stamp):
            reason = "line 1 is no address, line 2 no date and time, or line 3 is missing"
            rejected.append((name, 1, reason, content[:500].decode("utf-8", errors="replace")))
            continue
        body = lines[3].strip("\n") if len(lines) > 3 else ""
        local = stamp.tz_localize(None)
        rows.append((file.removesuffix(".txt"), channel, local, lines[2].strip(), body, lines[0].strip()))
    if not rows:
        raise SourceError(
            f"no article of the livedoor corpus at {path}; it holds text/<channel>/<channel>-<number>.txt"
        )
    table = pd.DataFrame(rows, columns=["article_id", "outlet", "published_at", "headline", "text", "url"])
    articles = table.assign(
        date=table["published_at"].dt.normalize().astype("datetime64[us]"),
        page=pd.array([pd.NA] * len(table), dtype="Int64"),
        language="ja",
        source="livedoor",
    )
    first = ["article_id", "outlet", "date", "page", "headline", "text"]
    articles = articles[[*first, *(name for name in articles.columns if name not in first)]]
    return articles, pd.DataFrame(rejected, columns=list(REJECTED.columns))
