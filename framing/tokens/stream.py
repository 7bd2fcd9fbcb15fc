"""Tokens of a corpus that does not fit in memory."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from framing.errors import TableError
from framing.store import write_whole
from framing.tokens import languages
from framing.tokens.table import tokenise


def to_parquet(chunks: Iterable[pd.DataFrame], folder: str | Path, **options) -> pd.DataFrame:
    """Tokenise tables of articles one after the other, each into a file of its own.

    Parameters
    ----------
    chunks
        Tables of articles, for example one a month, made one at a time by a generator. Ten thousand articles each
        keep the memory small.
    folder
        Where ``tokens-00000.parquet`` … are written, made where it is missing. ``pandas.read_parquet(folder)`` reads
        them as one table, ``pyarrow.dataset`` without loading them.
    options
        Of :func:`tokenise`: ``lexicon``, ``language``, ``workers``, ``numerals``, ``join_nouns``.

    Returns
    -------
    DataFrame
        One row per file: ``file``, ``n_articles``, ``n_tokens``.

    Raises
    ------
    TableError
        The folder holds token files already (they would be read together), or an article stands in two chunks.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(folder.glob("tokens-*.parquet"))
    if there:
        raise TableError(f"{folder} holds {len(there)} token files already; remove them or give another folder")
    written, seen, forms = [], set(), []
    for number, articles in enumerate(chunks):
        ids = set(articles["article_id"])
        if seen & ids:
            raise TableError(
                f"chunk {number} repeats {len(seen & ids)} articles of earlier ones, as {min(seen & ids)!r}"
            )
        seen |= ids
        tokens = tokenise(articles, **options)
        path = folder / f"tokens-{number:05}.parquet"
        write_whole(tokens, path)
        forms += [languages.forms(tokens)] if options.get("language") == "en" else []
        written.append((path.name, len(articles), len(tokens)))
    if len(forms) > 1:  # the commonest form of a word is that of all chunks
        together = pd.concat(forms).groupby(level=0).sum()
        for path in sorted(folder.glob("tokens-*.parquet")):
            write_whole(languages.shown(pd.read_parquet(path), together), path)
    return pd.DataFrame(written, columns=["file", "n_articles", "n_tokens"])
