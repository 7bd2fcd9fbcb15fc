"""Words as they are used: articles cut into tokens, and who is named in them.

:func:`tokenise` makes the token table, :func:`to_parquet` the same for a corpus that does not fit in memory,
:func:`mentions` finds actors.
"""

from framing.tokens.mentions import mentions
from framing.tokens.stream import to_parquet
from framing.tokens.table import CONTENT, LANGUAGES, tokenise

__all__ = ["CONTENT", "LANGUAGES", "mentions", "to_parquet", "tokenise"]
