"""The page that lists the runs: ``outputs/index.html``."""

from framing.present.markup import esc


def index(runs: list[dict], *, language: str = "en") -> str:
    return esc(runs)
