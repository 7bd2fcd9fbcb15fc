"""Words the dictionary does not know or splits, in one readable file: actors, compounds, variants, stopwords.

:func:`load` reads it, :func:`suggest_compounds` and :func:`suggest_variants` say what it may lack, :func:`effect`
what a change of it does to the counts.
"""

from framing import lazily

__all__ = ["effect", "load", "suggest_compounds", "suggest_variants"]
__getattr__, __dir__ = lazily(
    __name__, {"effect": "suggest", "load": "read", "suggest_compounds": "suggest", "suggest_variants": "variants"}
)
