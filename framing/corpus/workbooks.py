"""A workbook of Excel 97, OpenDocument or ``.xlsb``, read in a process of its own: ``python workbooks.py < a.xls``.

The library that reads these lays out every cell between the first and the last that hold something before it gives one,
so that a file of two cells asks for 400 GB; where there is no memory it ends the process. This file imports nothing of
the toolkit, so that the process begins at once.
"""

import io
import pickle
import sys
from contextlib import suppress

MEMORY = 4 * 2**30
"""Bytes that reading one workbook may take: what a table may have, 50 million cells, fit."""


def main() -> None:
    with suppress(ImportError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import python_calamine

    most_columns, most_cells = map(int, sys.argv[1:])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = [(name, filled(book.get_sheet_by_name(name), most_columns, most_cells)) for name in book.sheet_names]
    sys.stdout.buffer.write(pickle.dumps(sheets))


def filled(sheet, most_columns: int, most_cells: int) -> list[tuple[int, list]]:
    """The rows that hold something, with their number, each up to its last cell; one more than is read at most."""
    rows, width, left = [], 0, sheet.start[1] if sheet.start else 0  # rows are given from the first, cells from this
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [None] * left + [None if value == "" else value for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            rows.append((number, cells))
            width = max(width, len(cells))
            if width > most_columns or width * len(rows) > most_cells:
                break
    return rows


if __name__ == "__main__":
    main()
