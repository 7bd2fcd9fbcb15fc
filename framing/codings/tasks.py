"""Label Studio: tasks with annotations of people and predictions of a machine."""

from collections.abc import Iterator
from typing import Any

from framing.codings.naming import IDS, NONE, NOT_TAKEN, TEXTS, listed_codes, refuse_unknown, who
from framing.codings.values import folded
from framing.errors import SourceError
from framing.messages import Message, mark

_PREDICTED = mark("the tasks have predictions of a machine and no annotations of people; read it as a machine's")


def of_tasks(
    tasks: list[dict], by_key: dict[str, str], rest: list[dict], wrong: list, machine: bool
) -> Iterator[tuple]:
    """Label Studio: a task has annotations, one for each coder; one that was sent empty says none."""
    coded, foreseen = (any(task.get(name) for task in tasks) for name in ("annotations", "predictions"))
    source, other = ("predictions", "annotations") if machine and foreseen else ("annotations", "predictions")
    if not machine and foreseen and not coded:
        raise SourceError(_PREDICTED)
    if machine and coded and foreseen:
        wrong.append(("", Message(NOT_TAKEN.text, {"taken": source, "other": other})))
    parts = [part for task in tasks for given in task.get(source) or [] if isinstance(given, dict)
             for part in given.get("result") or []]  # fmt: skip
    chosen = [part for part in parts if "choices" in (part.get("value") or {})]
    named = _control(chosen, by_key)
    of_codes = [part for part in chosen if named in ("", part.get("from_name"))]
    refuse_unknown([str(choice) for part in of_codes for choice in part["value"]["choices"]], by_key)
    for task in tasks:
        data = task.get("data") or {}
        if not any(name in data for name in IDS):
            raise SourceError(
                f"task {task.get('id', '')} does not say what was coded, by one of {list(IDS)} of its data"
            )
        unit = str(next(data[name] for name in IDS if name in data)).strip()
        for number, given in enumerate(task.get(source) or [], start=1):
            if not isinstance(given, dict) or given.get("was_cancelled"):
                continue
            parts = given.get("result") or []
            own = [part for part in parts if part.get("from_name") == named] if named else parts
            values = [part.get("value") or {} for part in own or ([] if named else parts)]
            said = [str(choice) for value in values for choice in value.get("choices", [])]
            if parts and not said and not named:
                said = [f"an answer without choices: {sorted({key for value in values for key in value})}"]
            place = f"task {task.get('id', '')}, {source[:-1]} {number}"
            coder = who(given.get("completed_by") or given.get("model_version"))
            others = {str(part.get("from_name")): _answer(part.get("value") or {}) for part in parts if part not in own}
            kept = {name: value for name, value in data.items() if folded(name) not in (*IDS, *TEXTS)}
            kept |= {
                name: given[name] for name in ("created_at", "lead_time", "model_version", "score") if name in given
            }
            rest.append({"id": unit, "coder": coder} | kept | others)
            yield from listed_codes(unit, coder, said or [NONE], place, by_key)


def _control(parts: list[dict], by_key: dict[str, str]) -> str:
    """The name of the control whose choices are codes: that named code, or the only one, where some are not."""
    names = list(dict.fromkeys(str(part.get("from_name", "")) for part in parts))
    if "code" in names:
        return "code"
    codes = [name for name in names if any(folded(str(choice)) in by_key for part in parts
             if part.get("from_name", "") == name for choice in part["value"]["choices"])]  # fmt: skip
    return codes[0] if len(codes) == 1 and len(names) > 1 else ""


def _answer(value: dict) -> Any:
    """What another control of Label Studio says: a text, choices, a rating."""
    found = next((value[name] for name in ("text", "choices", "rating", "number") if name in value), value)
    return " | ".join(map(str, found)) if isinstance(found, list) else found
