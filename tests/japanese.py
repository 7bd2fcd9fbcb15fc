"""What is left in English of a finding or a figure that should be Japanese."""

import re

from matplotlib.figure import Figure
from matplotlib.text import Text

from framing import messages

_RUN = re.compile(r"[A-Za-z][A-Za-z'’-]+(?:[ ,;:]+[A-Za-z][A-Za-z'’-]+){2,}")


def english_in(*texts: str | None) -> list[str]:
    """The texts that hold three words of English in a row, or that the catalogue has in Japanese."""
    known = messages.catalogue("ja")
    return [text for text in texts if text and (_RUN.search(text) or known.get(text, text) != text)]


def texts_of(figure: Figure) -> list[str]:
    """Titles, labels, legends and numbers of a figure."""
    return [text.get_text() for text in figure.findobj(Text)]
