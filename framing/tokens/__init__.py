"""Words as they are used: articles cut into tokens.

:func:`tokenise` makes the token table, :func:`to_parquet` the same for a corpus that does not fit in memory.
"""

from framing.tokens.table import CONTENT, LANGUAGES, tokenise

__all__ = ["CONTENT", "LANGUAGES", "tokenise"]
