"""The desk: widgets above, views below. Only the view in front is computed, and each choice once."""

import time
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets

from framing import messages
from framing.errors import FramingError
from framing.explore import views
from framing.explore.selection import Prepared, Selection, studies
from framing.explore.told import parameters_of
from framing.messages import say
from framing.report.markup import Piece, bdi, esc, text_only

KEPT = 40
"""Computed views that are kept."""
_STYLE = {"description_width": "7em"}
_WIDE = widgets.Layout(width="26em")


class Note(Piece):
    """A word from the desk: what cannot be shown and what to do, or a warning."""

    kind = "note"

    def __init__(self, text: str, sign: str):
        style = "border-left:4px solid #de8f05;padding:.4em .8em;margin:.6em 0"
        super().__init__(f'<div role="status" style="{style}"><b>{esc(sign)}:</b> {bdi(text, 2000)}</div>', text)

    def _repr_html_(self) -> str:
        return text_only(self.markup())


class Desk:
    """Widgets over a prepared study; shows itself in JupyterLab.

    Parameters
    ----------
    study
        Name of a study that has prepared tables.
    language
        ``en`` or ``ja``.

    Attributes
    ----------
    chosen
        The :class:`~framing.explore.selection.Selection` the widgets stand at.
    controls
        The widgets by name: ``study target reference months actor term n_topics rules``.
    box
        Everything, as one widget.
    """

    def __init__(self, study: str, language: str = "en"):
        messages.use(language)
        self._language = language
        self.prepared = Prepared(study)
        self._kept: OrderedDict[tuple, list] = OrderedDict()
        self._fitted: dict[str, dict] = {}
        self._filling = False
        self._make_controls(study)
        self._out = {name: widgets.Output() for name in views.VIEWS}
        self.tabs = widgets.Tab([self._out[name] for name in views.VIEWS])
        for number, (heading, _) in enumerate(views.VIEWS.values()):
            self.tabs.set_title(number, say(heading))
        self._bar = widgets.IntProgress(0, 0, 4, layout=widgets.Layout(width="12em", display="none"))
        self._status = widgets.HTML()
        rows = [("study", "n_topics"), ("target", "reference"), ("months",), ("actor", "term"), ("rules",)]
        above = [widgets.HBox([self.controls[name] for name in row]) for row in rows]
        self.box = widgets.VBox([*above, widgets.HBox([self._bar, self._status]), self.tabs])
        self._fill()
        own = {"study": self._studied, "actor": self._asked_for_actor}
        for name, control in self.controls.items():
            control.observe(own.get(name, self._changed), "value")
        self.tabs.observe(self._changed, "selected_index")

    def _make_controls(self, study: str) -> None:
        def chooser(kind, label: str, **options):
            return kind(description=label, style=_STYLE, layout=_WIDE, **options)

        self.controls: dict[str, Any] = {  # each has a value of its own kind
            "study": chooser(widgets.Dropdown, say("study"), options=studies(), value=study),
            "n_topics": chooser(widgets.BoundedIntText, say("topics"), value=8, min=2, max=100),
            "target": chooser(widgets.Dropdown, say("outlet")),
            "reference": chooser(widgets.Dropdown, say("against")),
            "months": widgets.SelectionRangeSlider(
                options=["–"], description=say("period"), style=_STYLE, layout=widgets.Layout(width="53em"),
                continuous_update=False,
            ),
            "actor": chooser(widgets.Dropdown, say("actor")),
            "term": chooser(
                widgets.Combobox, say("word"), placeholder=say("a word, as in the counts"), continuous_update=False
            ),
            "rules": widgets.Textarea(
                description=say("rules"), style=_STYLE, layout=widgets.Layout(width="53em"), continuous_update=False,
                placeholder=say("a rule a line, as in  threat: 脅威 | 挑発*  (empty: the frames that ship)"),
            ),
        }  # fmt: skip

    def _fill(self) -> None:
        """Offer what the study has."""
        self._filling = True
        try:
            have = self.prepared
            self.controls["target"].options = [(say("every outlet"), ""), *((name, name) for name in have.outlets)]
            self.controls["reference"].options = [(say("all the others"), ""), *((name, name) for name in have.outlets)]
            for name in ("target", "reference"):
                self.controls[name].value = ""
            months = have.months or ["–"]
            self.controls["months"].options = months
            self.controls["months"].value = (months[0], months[-1])
            found = [(say("{actor} ({n:,} articles)", actor=actor, n=n), actor) for actor, n in have.actors.items()]
            self.controls["actor"].options = [(say("no actor"), ""), *found]
            self.controls["actor"].value = ""
            self.controls["term"].options = have.terms
            self.controls["term"].value = have.terms[0] if have.terms else ""
        finally:
            self._filling = False

    @property
    def chosen(self) -> Selection:
        value = {name: control.value for name, control in self.controls.items()}
        months = tuple(value["months"])
        whole = not self.prepared.months or months == (self.prepared.months[0], self.prepared.months[-1])
        return Selection(
            target=value["target"], reference=value["reference"] if value["target"] else "",
            months=() if whole else months, actor=value["actor"], term=value["term"].strip(),
            n_topics=value["n_topics"], rules=value["rules"].strip(),
        )  # fmt: skip

    @property
    def view(self) -> str:
        """Name of the view in front."""
        return list(views.VIEWS)[self.tabs.selected_index or 0]

    def refresh(self) -> None:
        """Compute the view in front, unless it is there already."""
        messages.use(self._language)  # a widget may be answered by another thread
        view, chosen = self.view, self.chosen
        self.controls["reference"].disabled = not chosen.target  # every outlet is compared with the others
        key = (self.prepared.study, *views.depends(view, chosen))
        if key in self._kept:
            self._kept.move_to_end(key)
            self._out[view].outputs = tuple(self._kept[key])
            self._say("")
            return
        shown: list[dict] = []
        began = time.monotonic()
        fitted = self._fitted.setdefault(self.prepared.study, {})
        self._bar.value, self._bar.layout.display = 0, ""
        try:
            for coming, piece in self._safely(views.pieces(view, self.prepared, chosen, fitted)):
                self._bar.value += 1
                self._say(f"{coming} …" if coming else "")
                if piece is not None:
                    shown.append(_output(piece))
                    self._out[view].outputs = tuple(shown)
            shown.append(_output(parameters_of(view, self.prepared, chosen)))
        except (FramingError, ValueError) as refused:
            shown = [_output(Note(say(refused.args[0]), say("Not shown")))]
        finally:
            self._bar.layout.display = "none"
        self._out[view].outputs = tuple(shown)
        self._kept[key] = shown
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._say(say("{seconds:.1f} s", seconds=time.monotonic() - began))

    def _safely(self, made: Iterator) -> Iterator:
        """The pieces of a view, and after them what was warned of."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield from made
        told = dict.fromkeys(str(one.message) for one in caught if issubclass(one.category, UserWarning))
        for text in told:
            yield "", Note(text, say("Warning"))

    def _say(self, text: str) -> None:
        lead = esc(text) + " · " if text else ""
        follows = say("this view follows: {what}", what=say(views.VIEWS[self.view][1]))
        self._status.value = f"<small>{lead}{esc(follows)}</small>"

    def _changed(self, _=None) -> None:
        if not self._filling:
            self.refresh()

    def _asked_for_actor(self, change: dict) -> None:
        """Who chooses an actor wants its lines, and the word that stood there would keep them away."""
        if self._filling:
            return
        if change["new"]:
            self._filling = True
            self.controls["term"].value = ""
            self._filling = False
        self.refresh()

    def _studied(self, change: dict) -> None:
        messages.use(self._language)
        try:
            self.prepared = Prepared(change["new"])
        except FramingError as refused:
            self._out[self.view].outputs = (_output(Note(say(refused.args[0]), say("Not shown"))),)
            return
        for out in self._out.values():
            out.outputs = ()
        self._fill()
        self.refresh()

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)
        self.refresh()


def _output(piece: Piece) -> dict:
    """A piece as an output of a cell."""
    return {"output_type": "display_data", "data": piece._repr_mimebundle_(), "metadata": {}}


def desk(study: str = "sample", language: str = "en") -> Desk:
    """Explore a prepared study with widgets.

    Parameters
    ----------
    study
        Folder under outputs that holds the prepared tables; another can be chosen at the desk.
    language
        Language of the desk, of what it shows, and of the reports its parameter files ask for: ``en`` or ``ja``.

    Raises
    ------
    ParamError
        The language is not known.
    TableError
        The study has no prepared tables; the message says which command makes them.
    """
    return Desk(study, language)
