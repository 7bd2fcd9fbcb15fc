"""Who coded what: the files of codes that other programs write and read, and what several people say together."""

from framing.codings.files import read_file
from framing.codings.filling import alike, filled, of_filled
from framing.codings.naming import COMMENTS, NONE, Labels, by_name, opened, refuse_taken
from framing.codings.opening import page, refuse_large, refuse_twice
from framing.codings.people import (
    ADJUDICATOR,
    by_machine,
    called,
    consensus,
    error_rates,
    marked,
    of_articles,
    refuse_parts,
    refuse_shared,
    stands_for,
)
from framing.codings.rows import EMPTY_IS_NONE
from framing.codings.spans import read_spans
from framing.codings.values import as_value, coders, folded, in_one_name, refuse_unnamed, values_of, yes_no
from framing.codings.writing import write_codes, write_units

__all__ = [
    "ADJUDICATOR",
    "COMMENTS",
    "EMPTY_IS_NONE",
    "NONE",
    "Labels",
    "alike",
    "as_value",
    "by_machine",
    "by_name",
    "called",
    "coders",
    "consensus",
    "error_rates",
    "filled",
    "folded",
    "in_one_name",
    "marked",
    "of_articles",
    "of_filled",
    "opened",
    "page",
    "read_file",
    "read_spans",
    "refuse_large",
    "refuse_parts",
    "refuse_shared",
    "refuse_taken",
    "refuse_twice",
    "refuse_unnamed",
    "stands_for",
    "values_of",
    "write_codes",
    "write_units",
    "yes_no",
]
