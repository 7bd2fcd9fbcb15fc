"""A view as a parameter file: the YAML that runs the same in batch, with a button that copies it."""

import re

import yaml
from markupsafe import Markup

from framing.explore.selection import Prepared, Selection
from framing.messages import LANGUAGES, language, say
from framing.report.markup import Piece, esc, text_only

NOTEBOOKS = {
    "keyness": "10_keyness",
    "concordance": "12_contexts",
    "topics": "20_topics",
    "frames": "30_frames",
    "pages": "40_prominence",
}
"""View → notebook that runs it in batch."""
LINES = 200
"""Lines of text shown, and asked for in the parameter file."""

_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of writing."""

_NAMED = re.compile(r"([\w\-]+)\s*[:：]\s*(\S.*)")

_COPY = """
(() => {
  if (window.framingCopy) return;
  window.framingCopy = true;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-framing-copy]");
    if (!button) return;
    const box = button.closest(".framing-told");
    const [text, status] = [box.querySelector("pre"), box.querySelector("[role=status]")];
    try {
      await navigator.clipboard.writeText(text.textContent);
      status.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(text);
      status.textContent = button.dataset.refused;
    }
  });
})();
"""


class Parameters(Piece):
    """A parameter file to copy. ``notebook``, ``values`` and ``text`` (the YAML) can be read from it."""

    kind = "parameters"

    def __init__(self, study: str, notebook: str, values: dict):
        self.notebook, self.values = notebook, values
        self.text = "".join(_line(name, value) for name, value in values.items())
        self.file = f"params/{study}/{notebook}.explored.yaml"
        self.command = f"framing run {self.file}"
        super().__init__(self._box(), f"{self.file}\n{self.text}", {"file": self.file, "values": values})

    def _box(self) -> str:
        box = "border:1px solid #8d929b66;border-radius:4px;padding:.5em .7em;margin:1em 0 .3em"
        refused = say("the browser does not allow it: press Ctrl+C, the text is selected")
        file, command = (Markup(f"<code>{esc(each)}</code>") for each in (self.file, self.command))
        how = say(
            "Save as {file} and run {command}: the same with all resamples, as a report.", file=file, command=command
        )
        text = "margin:.5em 0 0;max-height:14em;overflow:auto;white-space:pre-wrap"
        return (
            f'<div class="framing-told" style="{box}"><button type="button" data-framing-copy '
            f'data-copied="{esc(say("copied"))}" data-refused="{esc(refused)}" class="jp-mod-styled jp-mod-accept">'
            f'{esc(say("Copy as parameters"))}</button> <span role="status"></span>'
            f'<div>{how}</div><pre style="{text}">{esc(self.text)}</pre></div>'
        )

    def _repr_html_(self) -> str:
        return f"<script>{_COPY}</script>{text_only(self.markup())}"


def _line(name: str, value: object) -> str:
    """One parameter as YAML: a list within brackets, so that a period of years stays readable."""
    flow = None if isinstance(value, (dict, list)) else False
    turning = _TURNS.search(str(value)) is not None  # signs that turn what is read are written out
    return yaml.safe_dump({name: value}, allow_unicode=not turning, default_flow_style=flow, width=100)


def parameters_of(view: str, prepared: Prepared, chosen: Selection) -> Parameters:
    """The parameter file that runs a view in batch; only what differs from the notebook's defaults is said.

    Parameters
    ----------
    view
        ``keyness``, ``concordance``, ``topics``, ``frames`` or ``pages``.
    prepared, chosen
        The study and what was chosen of it.

    Raises
    ------
    ValueError
        There is no such view.
    """
    if view not in NOTEBOOKS:
        raise ValueError(f"no view {view!r}; there are {list(NOTEBOOKS)}")
    made = {"keyness": _keyness, "concordance": _concordance, "topics": _topics, "frames": _frames,
            "pages": _pages}[view]  # fmt: skip
    values = {"study": prepared.study} | made(prepared, chosen)
    if language() != LANGUAGES[0]:
        values["language"] = language()
    return Parameters(prepared.study, NOTEBOOKS[view], {k: v for k, v in values.items() if v not in ("", {}, [])})


def _keyness(prepared: Prepared, chosen: Selection) -> dict:
    return {"target": chosen.target, "reference": chosen.reference, **prepared.conditions(chosen)}


def _concordance(prepared: Prepared, chosen: Selection) -> dict:
    query, match = asked(chosen)
    return {"query": query, "match": match, **prepared.conditions(chosen, outlets=True), "lines": LINES}


def asked(chosen: Selection) -> tuple[str, str]:
    """What lines are looked for: the word, or the actor where there is no word."""
    return (chosen.term, "phrase") if chosen.term else (chosen.actor, "actor")


def _topics(prepared: Prepared, chosen: Selection) -> dict:
    return {"n_topics": chosen.n_topics}


def rules_of(chosen: Selection) -> dict[str, str]:
    """Code and rule of each line that was typed: ``threat: missile | test``, or a rule that is its own name."""
    rules = {}
    for line in filter(None, map(str.strip, chosen.rules.splitlines())):
        named = _NAMED.match(line)
        rules[named[1] if named else line] = named[2] if named else line
    return rules


def _frames(prepared: Prepared, chosen: Selection) -> dict:
    own = {"rules": rules_of(chosen)} if chosen.rules else {"text_language": prepared.language}
    return {**own, **prepared.conditions(chosen, outlets=True)}


def _pages(prepared: Prepared, chosen: Selection) -> dict:
    asked = prepared.conditions(chosen, outlets=True)
    if chosen.actor:
        asked["keep"] = {**asked.get("keep", {}), "actor": [chosen.actor]}
    return {**asked, "formula": "years" if len(prepared.outlets) < 2 else ""}
