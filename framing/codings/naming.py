"""What people and programs write for a code, a coder, a unit and a remark."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from framing.codings.values import as_value, folded
from framing.errors import SourceError, TableError
from framing.messages import Message, mark

NONE = "none"
"""What a coder says of a unit that has none of the codes."""
_NONES = (NONE, "none of the codes", "なし", "該当なし", "없음")
IDS = ("unit", "article_id", "id_external", ".id", "doc_id", "id")
"""Columns that name what was coded, the first that is there; a program's own ``id`` comes last."""
CODERS = ("coder", "annotator", "user", "username", "completed_by", "annotator_id", "coder_id", "rater", "created_by",
          "コーダー")  # fmt: skip
CODES = ("code", "codes", "label", "labels", "category", "prediction", "コード")
VALUES = ("value", "値")
"""Columns that say of the code beside them whether the unit has it."""
TAKEN = {"unit", "article_id", "id", "coder", "code", "comment", "headline", "text", "label", NONE}
"""Names of columns of these files, which no code can have."""
SHOWN = 20
_LONGEST = 20_000
"""Characters of a cell that may be a list or mapping of codes."""
COMMENTS = ("comment", "comments", "remark", "remarks", "note", "notes", "memo", "コメント", "備考", "メモ", "注記",
            "비고", "메모", "코멘트")  # fmt: skip
TEXTS = ("text", "headline", "data", "annotations", "predictions", "result")
CANCELLED = "was_cancelled"
"""The column of Label Studio that says whether an annotation was skipped, which says nothing, or sent."""
OF_PROGRAMS = {
    *IDS, *COMMENTS, *TEXTS, "annotation_id", "annotator", "lead_time", "created_at", "updated_at", "dataset", "",
    "timestamp", "date", "model", "model_version", "prompt", "temperature", "seed", "score", "entropy", "source",
    "drafts", "meta", "inner_id", "project", "updated_by", "file_upload", "agreement",
    CANCELLED,
}  # fmt: skip
"""Columns that these programs write beside codes; others are named where codes are read."""
NOT_TAKEN = mark("{taken} is taken as what the machine says, and {other} is not")
NOT_READ = mark("the columns {columns} are none of the codes and are not read")
_NONE_KNOWN = mark(
    "every code it names is unknown, the first is {code}; the codes are {codes}: write them by their ids or labels, or "
    "take the codebook they are of"
)
COLUMNS = ["id", "coder", "code", "value", "place"]


class Labels(dict[str, str]):
    """The label of each code, and in ``also`` its labels in every language, which people may write as well."""

    def __init__(self, labels: Mapping[str, str], also: Mapping[str, Iterable[str]]):
        super().__init__(labels)
        self.also = also

    def __reduce__(self):
        return Labels, (dict(self), self.also)


def by_name(codes: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """What people may write for a code, whatever its width and case: its id, or its label (code → label) in any of the
    languages of :class:`Labels`, where no other code has it, and it is no name of a column of these files."""
    labels = codes if isinstance(codes, Mapping) else {}
    also = codes.also if isinstance(codes, Labels) else {}
    spelled = {code: {*map(folded, (labels.get(code, ""), *also.get(code, ())))} for code in {**also, **labels}}
    n = Counter(label for own in spelled.values() for label in own)
    kept = {label: code for code in labels for label in spelled[code] - {""} if n[label] == 1}
    named = {label: code for label, code in kept.items() if label not in {*OF_PROGRAMS, *CODERS, *CODES}}
    return dict.fromkeys(_NONES, NONE) | named | {folded(code): code for code in [*codes, NONE]}


def refuse_taken(names: Iterable[str]) -> None:
    """Raise TableError for codes that have the name of a column of these files."""
    taken = [name for name in names if folded(name) in TAKEN]
    if taken:
        raise TableError(f"the codes {taken} have names of columns of the sheets; give them other names")


def refuse_unknown(said: list[str], by_key: dict[str, str]) -> None:
    """Raise a SourceError for a file that names codes, all unknown: who has none of them would seem to have no code."""
    codes = {code: by_key.get(folded(code)) for code in said}
    codes = {code: known for code, known in codes.items() if known != NONE}
    if codes and not any(codes.values()):
        raise SourceError(Message(_NONE_KNOWN.text, {"code": repr([*codes][0]), "codes": tuple(codes_of(by_key))}))


def codes_of(by_key: dict[str, str]) -> list[str]:
    return [code for code in dict.fromkeys(by_key.values()) if code != NONE]


def listed_codes(unit: str, who: str, said: list[str], place: str, by_key: dict[str, str]) -> Iterator[tuple]:
    """Whether a unit has each code, of which those it has are listed."""
    strange = [each for each in said if folded(each) not in by_key]
    has = {by_key.get(folded(each)) for each in said}
    if NONE in has and len(has) > 1 and not strange:
        strange = [" | ".join(said)]
    if strange:
        yield from ((unit, who, each, True, place) for each in strange)
    else:
        yield from ((unit, who, code, code in has, place) for code in codes_of(by_key))


def each_said(unit: str, who: str, said: list[tuple], codes: list[str]) -> Iterator[tuple]:
    """Whether a unit has each code (code, whether, place) of which that is said; of ``codes`` none has what is none."""
    none = next((place for code, has, place in said if code == NONE and has), None)
    has = [code for code, there, _ in said if there and code != NONE]
    if none is not None and has:
        yield unit, who, " | ".join([NONE, *has]), True, none
    elif {code for code, *_ in said} == {NONE} and none is None:
        yield unit, who, f"{NONE}: 0", True, said[0][2]  # it has a code, and which is not said
    else:
        yield from ((unit, who, code, there, place) for code, there, place in said if code != NONE)
        known = {code for code, *_ in said}
        yield from ((unit, who, code, False, none) for code in codes if none is not None and code not in known)


def who(value: Any) -> str:
    """A coder, of whom a program writes a number, a name or an account."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("username") or value.get("id") or ""
    return plain(value)


def plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return str(value).strip() if str(value).strip() != "NA" else ""


def opened(value: Any) -> Any:
    """A list or mapping that stands in a cell as text, as JSON and Python write it; anything else as it is."""
    text = value.strip() if isinstance(value, str) else ""
    if len(text) < _LONGEST and text[:1] + text[-1:] in ("[]", "{}"):
        for read in (json.loads, ast.literal_eval):
            with suppress(ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                if isinstance(found := read(text), (dict, list)):
                    return found
    return value


def of_each(value: Any) -> dict[str, str] | None:
    """What a cell says of each code that it names, true or false; None where it is no mapping, or Label Studio's."""
    found = opened(value)
    return (
        None
        if not isinstance(found, dict) or _choices(found)
        else {str(name): as_value(has) for name, has in found.items()}
    )


def _choices(value: dict) -> bool:
    return isinstance(value.get("choices"), list)


def several(value: Any, by_key: dict[str, str]) -> list[str]:
    """The codes of a cell, of a mapping all that it names; a cell that is a code as it stands is not cut at a sign."""
    value = opened(value)
    if isinstance(value, dict):
        value = value["choices"] if _choices(value) else [*value]
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value if plain(each)]
    text = plain(value)
    if text.startswith("[") and text.endswith("]"):
        return several([part.strip().strip("'\"") for part in text[1:-1].split(",")], by_key)
    if not text or folded(text) in by_key:
        return [text] if text else []
    sign = next((sign for sign in "|;#" if sign in text), None)
    parts = re.split(r"[,、，]", text) if sign is None else text.split(sign)
    if sign is None and not all(folded(part) in by_key for part in parts):  # a comma may be a part of a name
        return [text]
    return [part.strip() for part in parts if part.strip()]
