"""Batches of parameterised notebooks: strict before they start, restartable, and unchanged runs skipped.

>>> from framing import batch
>>> runs, faults = batch.collect([Path("params/telegrams")])
>>> records = batch.run_all(runs, Path("outputs"), workers=2)  # doctest: +SKIP

A run is one notebook with one parameter file; its report is ``<outputs>/<study>/<name>.html``.
"""

from framing import lazily

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
__getattr__, __dir__ = lazily(__name__, _WHERE)
