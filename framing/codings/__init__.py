"""Who coded what: the files of codes that other programs write and read, and what several people say together."""

from framing.codings.files import NONE, folded, read_codes, write_codes, write_units
from framing.codings.people import ADJUDICATOR, consensus

__all__ = ["ADJUDICATOR", "NONE", "consensus", "folded", "read_codes", "write_codes", "write_units"]
