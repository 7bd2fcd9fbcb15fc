"""The one HTML file a run becomes."""


def export(notebook, *, title: str, study: str = "", language: str | None = None) -> str:
    raise NotImplementedError
