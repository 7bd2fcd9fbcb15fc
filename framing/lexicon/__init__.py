"""Words the dictionary does not know or splits, in one readable file: actors, compounds, variants, stopwords.

:func:`load` reads it, :func:`suggest_compounds` and :func:`suggest_variants` say what it may lack, :func:`effect`
what a change of it does to the counts.
"""

from framing.lexicon.read import load
from framing.lexicon.suggest import effect, suggest_compounds
from framing.lexicon.variants import suggest_variants

__all__ = ["effect", "load", "suggest_compounds", "suggest_variants"]
