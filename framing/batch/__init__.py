"""Batches of parameterised notebooks: strict before they start, restartable, and unchanged runs skipped.

>>> from framing import batch
>>> runs, faults = batch.collect([Path("params/telegrams")])
>>> records = batch.run_all(runs, Path("outputs"), workers=2)  # doctest: +SKIP

A run is one notebook with one parameter file; its report is ``<outputs>/<study>/<name>.html``.
"""

from importlib import import_module

_WHERE = {
    "Limits": "engine",
    "Parameter": "parameters",
    "Progress": "runner",
    "Record": "state",
    "Run": "plan",
    "all_records": "state",
    "clean": "outputs",
    "collect": "plan",
    "of_notebook": "parameters",
    "rebuild": "outputs",
    "run_all": "runner",
    "scaffold": "proposal",
    "status": "outputs",
    "write_index": "runner",
}
"""Public name → module of this folder; ``framing check`` must not wait for the libraries that running needs."""


def __getattr__(name: str):
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(f"framing.batch has no {name!r}; it has {sorted(_WHERE)}")


def __dir__() -> list[str]:
    return sorted(_WHERE)
