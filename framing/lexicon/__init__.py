"""Words the dictionary does not know, in one readable file: actors, compounds, variants, stopwords."""

from framing.lexicon.dictionary import user_dictionary
from framing.lexicon.read import Actor, Lexicon, Variant, load

__all__ = ["Actor", "Lexicon", "Variant", "load", "user_dictionary"]
