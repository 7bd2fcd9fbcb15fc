"""Who coded what: the files of codes that other programs write and read, and what several people say together."""

from framing.codings.files import EMPTY_IS_NONE, read_file
from framing.codings.naming import COMMENTS, NONE, Labels, by_name, refuse_taken
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
from framing.codings.spans import read_spans
from framing.codings.values import alike, coders, folded, in_one_name, refuse_unnamed, values_of, yes_no
from framing.codings.writing import write_codes, write_units

__all__ = [
    "ADJUDICATOR",
    "COMMENTS",
    "EMPTY_IS_NONE",
    "NONE",
    "Labels",
    "alike",
    "by_machine",
    "by_name",
    "called",
    "coders",
    "consensus",
    "error_rates",
    "folded",
    "in_one_name",
    "marked",
    "of_articles",
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
