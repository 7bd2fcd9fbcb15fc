"""People's codes: sheets for coders, how far they agree, and how well a machine finds what they find.

:func:`sheet` draws units and writes blinded sheets, :func:`read` takes them back, :func:`agreement` and
:func:`difference` say how far coders agree, :func:`validity` holds a machine against them, and :func:`plan` says how
many units are still needed.
"""

from framing import lazily
from framing.records import codebook

__all__ = ["CODEBOOK", "agreement", "answer", "difference", "plan", "read", "sheet", "validity"]

CODEBOOK = codebook("reliability")
"""Table → column → what it is, with its unit."""
__getattr__, __dir__ = lazily(__name__, {
    "agreement": "agreeing", "answer": "judging", "difference": "agreeing", "plan": "judging", "read": "returned",
    "sheet": "sheets", "validity": "judging",
})  # fmt: skip
