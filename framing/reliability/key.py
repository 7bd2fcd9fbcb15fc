"""The folder of a sample: its key, what it was drawn from, and how a unit is known by its text."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd

from framing import provenance
from framing.errors import SourceError
from framing.messages import Message, mark
from framing.tables import spreadsheet

KEY = "key.csv"
"""Which unit is which, and how probable it was: not for coders."""
FRAME = "frame.csv"
"""The stratum of every unit that could have been drawn."""
CODES, BETWEEN = "codes.csv", " | "
"""The codes with their labels, which people may write as well, and what stands between those of other languages."""
TOOLS = "tools"
"""Folder of the same units for other programs."""
BLINDED = "key_adjudicator.csv"
"""Which coder each letter on the sheets of the adjudicator is, unit by unit: not for the adjudicator."""
CHECKSUM = "checksum"
"""Column of the key: what the text of each unit is known by, wherever it stands."""
CUT = "cut"
"""Column of the key, where there are such: whether the Excel sheet has only the beginning of the text."""
MACHINE = "machine"
"""The coder that the rules of the codebook are."""
DECISION = "decision"
"""Column of what the adjudicator says beside what coders do."""
PARTS = ("paragraph", "sentence")
SHOWN = ("headline", "text")
SAID_BEFORE = "coders said"
LONGEST = 32_000  # characters of a cell of Excel, and some to spare
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOVED = mark(
    "beside {unit} stands the text of {other}, so that its codes may be those of either and are not taken: put the "
    "units back beside their texts, and sort whole rows only"
)
FOREIGN = mark(
    "beside {unit} stands a text of no unit of this sample, so that its codes are not taken: put a sheet of another "
    "sample into the folder of that, and leave the texts as they are"
)


def read_key(place: Path) -> pd.DataFrame:
    try:
        text: Any = dict.fromkeys(("unit", "article_id", "coders", "machine_code", "outlet", "sheet", CHECKSUM), str)
        missing = {name: [""] for name in pd.read_csv(place / KEY, nrows=0, encoding="utf-8-sig") if name not in text}
        key = spreadsheet.read(place / KEY, dtype=text, keep_default_na=False, na_values=missing)
    except (ValueError, OSError) as error:
        raise SourceError(f"{place / KEY} is not the table that reliability.sheet wrote: {error}") from None
    lost = [name for name in ("unit", "coders", "article_id", "machine_code") if name not in key]
    if lost or key["unit"].eq("").any() or key["unit"].duplicated().any():
        why = f"it has no column {lost}" if lost else "each row names a unit of its own"
        raise SourceError(f"{place / KEY} is not the table that reliability.sheet wrote: {why}")
    return key


def read_frame(place: Path) -> pd.DataFrame | None:
    if not (place / FRAME).is_file():
        return None
    try:
        table = spreadsheet.read(place / FRAME, dtype={"article_id": str}, keep_default_na=False)
        columns = ["article_id", *(name for name in PARTS if name in table), "stratum", "probability"]
        return table[columns].astype({"stratum": int, "probability": float})
    except (ValueError, KeyError, OSError) as error:
        raise SourceError(f"{place / FRAME} is not the table that reliability.sheet wrote: {error}") from None


def names_of(units: pd.DataFrame) -> pd.Index:
    """The article of each unit, and which of its paragraphs or sentences."""
    ids, parts = units["article_id"].astype("str"), [units[name].astype("str") for name in PARTS if name in units]
    return pd.Index(ids.str.cat(parts, sep="\n") if parts else ids)


def coders_of(key: pd.DataFrame) -> set[str]:
    """Whom the sheets were made for."""
    return {name for row in key["coders"] for name in str(row).split()}


def checksums(key: pd.DataFrame) -> dict[str, str]:
    """Each unit with the checksum of its text; empty in a key that has none."""
    return dict(zip(key["unit"], key.get(CHECKSUM, [""] * len(key)), strict=True))


def is_cut(key: pd.DataFrame) -> pd.Series:
    return key[CUT].astype("str").str.casefold().eq("true") if CUT in key else pd.Series(False, index=key.index)


def inert(text: str) -> str:
    return _CONTROL.sub("", text)


def checksum(headline: str, text: str) -> str:
    """Of a unit's text, or its headline where it has none; spaces and width, which programs change, do not matter."""
    text = text.replace("_x000D_", "")  # a line end, as Excel keeps it
    shown = unicodedata.normalize("NFKC", inert(text[:LONGEST].strip() or headline))
    return provenance.of_data("".join(shown.split()))


def misplaced(unit: str, headline: str, text: str, units: dict[str, str]) -> Message | None:
    """What is said where the text beside ``unit`` is another's; ``units`` are all with their checksums.

    Programs have headline and text in one: then the text may begin behind any of the first lines.
    """
    if not units.get(unit) or not (headline + text).strip():
        return None
    lines = [] if headline else text.split("\n")
    ways = {checksum(headline, text), *(checksum("", "\n".join(lines[i:])) for i in range(1, min(len(lines), 5)))}
    if units[unit] in ways:
        return None
    other = next((name for name, own in units.items() if own in ways), "")
    if not other and not text.strip():  # a headline alone, whose text somebody took out
        return None
    return Message(_MOVED, {"unit": unit, "other": other}) if other else Message(FOREIGN, {"unit": unit})
