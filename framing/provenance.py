"""Where a number comes from: checksums, versions and the steps that dropped rows."""

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path

import pandas as pd

PACKAGES = (
    "framing", "numpy", "scipy", "pandas", "pyarrow", "statsmodels", "formulaic", "numba", "gensim",
    "fugashi", "unidic-lite", "matplotlib", "seaborn",
)  # fmt: skip
"""The packages whose version can change a number or a figure."""


def of_frame(frame: pd.DataFrame) -> str:
    """Checksum of a table's values, column names and row order (16 hexadecimal digits).

    Categories and strings of the same text give the same checksum; the index is left out.
    """
    digest = hashlib.sha256(json.dumps([str(name) for name in frame.columns]).encode())
    for name in frame.columns:
        values = frame[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(values.cat.categories.dtype)
        if values.dtype == object:
            values = values.astype("string")
        array = values.array if pd.api.types.is_extension_array_dtype(values.dtype) else values.to_numpy()
        digest.update(pd.util.hash_array(array, categorize=True).tobytes())  # ty: ignore[not-callable] - pandas gives it lazily
    return digest.hexdigest()[:16]


def of_file(path: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_data(value: object) -> str:
    """Checksum of plain data (16 hexadecimal digits); the order of dictionary keys does not matter."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def versions(packages: tuple[str, ...] = PACKAGES) -> dict[str, str]:
    """Version of Python and of each package, ``"not installed"`` where it is absent."""
    found = {"python": platform.python_version()}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
