"""Who coded what: the files of codes that other programs write and read, and what several people say together."""

from framing.codings.files import NONE, folded, read_codes, write_codes, write_units
from framing.codings.people import ADJUDICATOR, by_machine, consensus, error_rates, of_articles, refuse_shared

__all__ = [
    "ADJUDICATOR",
    "NONE",
    "by_machine",
    "consensus",
    "error_rates",
    "folded",
    "of_articles",
    "read_codes",
    "refuse_shared",
    "write_codes",
    "write_units",
]
