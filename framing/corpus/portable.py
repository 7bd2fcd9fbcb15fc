"""PDF with a text layer: its lines in reading order, column by column, or a refusal."""

import re

from framing.messages import mark

SCANNED = mark("this PDF has no text layer, only pictures of pages; run a text recognition (OCR) and save its text")
LOCKED = mark("this PDF is locked; save it without its password first")
VERTICAL = mark(
    "this PDF is set in vertical lines, whose order is not known; copy the text of each article into a file"
)
TANGLED = mark("the columns of this PDF cannot be separated; copy the text of each article into a file")
_LEAST = 3
"""Characters per page below which there is no text layer."""
_GAP = 0.6
"""Width of the space between two columns, in heights of a line; spaces between words are narrower."""
_OPEN, _CLOSE = "「『（［【〔〈《", "、。，．・」』）］】〕〉》"
"""Signs as wide as a letter, half of which is empty."""
_TORN = 0.2
"""Share of a page's lines that may stand in pieces beside each other without a strip through other lines."""
_SHARED = 0.6
"""Share of rows, from the first to the last with lines beside each other, which have them where these are columns."""
_BLANKS = 2.5
"""Width of two full-width blanks and what is empty around them, in heights of a line."""
_Box = tuple[float, float, float, float]
"""Left, bottom, right and top of a line, in points."""


def text_of(data: bytes) -> tuple[str, str]:
    """The text of a PDF and why it could not be read; one of the two is empty.

    A page is read from its top in regions through which the same empty strips run down, and a region column by column
    (as by the XY cut of Nagy & Seth 1984). Lines that stand beside each other with no strip between them are refused.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return "", LOCKED if "password" in str(error).lower() else f"this PDF cannot be read: {error}"
    pages = []
    with document:
        for page in document:
            lines, boxes = _whole_rows(*_lines(page.get_textpage()))
            standing = sum(len(line) for line, box in zip(lines, boxes, strict=True) if _is_vertical(line, box))
            if 2 * standing > sum(map(len, lines)):
                return "", VERTICAL
            order = _order(boxes, list(range(len(boxes))))
            if order is None:
                return "", TANGLED
            pages.append(_paragraphs([lines[i] for i in order], [boxes[i] for i in order]))
    text = "\n".join(pages)
    return (text, "") if len(text.strip()) >= _LEAST * len(pages) else ("", SCANNED)


def _lines(textpage) -> tuple[list[str], list[_Box]]:
    """The lines of a page and where they stand; pieces that touch are one line."""
    lines: list[str] = []
    boxes: list[_Box] = []
    blank = False
    for i in range(textpage.count_rects()):
        box = textpage.get_rect(i)
        piece = re.sub(r"\s+", " ", textpage.get_text_bounded(*box)).strip("\ufffe\0")
        text = piece.strip()
        if not text:
            continue
        last = boxes[-1] if boxes else (0.0, 0.0, 0.0, 0.0)
        height = min(box[3] - box[1], last[3] - last[1])
        space, tall = box[0] - last[2], max(box[3] - box[1], last[3] - last[1])  # a comma is low
        wide = 1.0 if boxes and (lines[-1][-1] in _CLOSE or text[0] in _OPEN) else _GAP
        if boxes and min(box[3], last[3]) - max(box[1], last[1]) > 0.5 * height and -height < space < wide * tall:
            spaced = (
                text[0].isascii() and text[0] not in ".,:;)" and space > (0.25 if text[0].isdigit() else 0.1) * tall
            )
            lines[-1] += " " * (spaced or blank) + text
            boxes[-1] = (last[0], min(last[1], box[1]), box[2], max(last[3], box[3]))
        else:
            lines.append(text)
            boxes.append(box)
        blank = piece.endswith(" ")
    return lines, boxes


def _is_vertical(text: str, box: _Box) -> bool:
    return len(text) > 2 and box[3] - box[1] > 1.5 * (box[2] - box[0])


def _order(boxes: list[_Box], rows: list[int]) -> list[int] | None:
    """The rows in reading order; None where lines stand beside each other and no strip parts them."""
    order: list[int] = []
    bands = _bands(boxes, rows)
    regions = _regions(boxes, bands)
    torn = sum(region in bands and len(region) > 1 for region in regions)
    if torn > max(1, _TORN * len(bands)):
        return None
    for region in regions:
        columns = _columns(boxes, region)
        if len(columns) > 1 and not _side_by_side(columns, inside := _within(bands, region)):
            order += [i for band in inside for i in band]
            continue
        if len(columns) == 1 and len(_bands(boxes, region)) < len(region):
            return None
        for column in columns if len(columns) > 1 else []:
            within = _order(boxes, column)
            if within is None:
                return None
            order += within
        order += region if len(columns) == 1 else []
    return order


def _bands(boxes: list[_Box], rows: list[int]) -> list[list[int]]:
    """The rows from top to bottom, those beside each other together, from left to right."""
    bands: list[list[int]] = []
    floor = 0.0
    for i in sorted(rows, key=lambda i: (-boxes[i][3], boxes[i][0])):
        _, bottom, _, top = boxes[i]
        if bands and top - floor > 0.5 * (top - bottom):
            bands[-1].append(i)
            floor = min(floor, bottom) if len(bands[-1]) < 2 else floor
        else:
            bands.append([i])
            floor = bottom
    return [sorted(band, key=lambda i: boxes[i][0]) for band in bands]


def _regions(boxes: list[_Box], bands: list[list[int]]) -> list[list[int]]:
    """Bands that follow each other and share their columns, as one."""
    regions: list[list[int]] = []
    for band in bands:
        together = [*regions[-1], *band] if regions else band
        alone = len(_columns(boxes, band)) == 1
        was = len(_columns(boxes, regions[-1])) if regions else 0
        if regions and ((alone and was == 1) or len(_columns(boxes, together)) > 1):
            regions[-1] = together
        else:
            regions.append(list(band))
    return regions


def _columns(boxes: list[_Box], rows: list[int]) -> list[list[int]]:
    """The rows separated where an empty strip runs down through all of them, from left to right."""
    columns: list[list[int]] = []
    edge = 0.0
    for i in sorted(rows, key=lambda i: boxes[i][0]):
        left, bottom, right, top = boxes[i]
        if columns and left - edge < _GAP * (top - bottom):
            columns[-1].append(i)
            edge = max(edge, right)
        else:
            columns.append([i])
            edge = right
    return columns


def _within(bands: list[list[int]], region: list[int]) -> list[list[int]]:
    rows = set(region)
    return [band for band in bands if band[0] in rows]


def _side_by_side(columns: list[list[int]], bands: list[list[int]]) -> bool:
    """Whether most of these rows have lines in several columns; a row with wide blanks between others is none."""
    of = {i: n for n, column in enumerate(columns) for i in column}
    shared = [n for n, band in enumerate(bands) if len({of[i] for i in band}) > 1]
    return len(bands) < 2 or len(shared) > 1 and len(shared) >= _SHARED * (shared[-1] - shared[0] + 1)


def _whole_rows(lines: list[str], boxes: list[_Box]) -> tuple[list[str], list[_Box]]:
    """Pieces between which a row has wide blanks as one line, where they are no columns (日経テレコン)."""
    bands = _bands(boxes, list(range(len(boxes))))
    said, where = list(lines), list(boxes)
    gone = set()
    for region in _regions(boxes, bands):
        inside = _within(bands, region)
        for band in [] if _side_by_side(_columns(boxes, region), inside) else inside:
            first = band[0]
            for i in band[1:]:
                (left, bottom, end, top), box = where[first], boxes[i]
                if box[0] - end > _BLANKS * max(top - bottom, box[3] - box[1]):
                    first = i
                    continue
                said[first] += f"\u3000{lines[i]}"
                where[first] = (left, min(bottom, box[1]), box[2], max(top, box[3]))
                gone.add(i)
    kept = [i for i in range(len(lines)) if i not in gone]
    return [said[i] for i in kept], [where[i] for i in kept]


def _paragraphs(lines: list[str], boxes: list[_Box]) -> str:
    """Lines joined to paragraphs: a new one begins with an indent, a larger space above, or another size."""
    out: list[str] = []
    for i, line in enumerate(lines):
        if i:
            (l0, b0, r0, t0), (left, bottom, right, top) = boxes[i - 1], boxes[i]
            height = t0 - b0
            column = [box for box in boxes if box[0] < right and left < box[2]]
            full = max(box[2] for box in column) - 2.5 * height < r0
            goes_on = abs((top - bottom) - height) < 0.3 * height and full and -3 * height < left - l0 < 0.7 * height
            near = b0 - top < 1.2 * height
            if goes_on and near and not line.startswith("\u3000"):
                wide = out[-1][-1:].isascii() and line[:1].isascii()
                out[-1] = out[-1].removesuffix("-") + line if _cut(out[-1], line) else out[-1] + " " * wide + line
                continue
        out.append(line)
    return "\n".join(out)


def _cut(above: str, below: str) -> bool:
    """Whether a word is cut by a hyphen at the end of a line."""
    return bool(re.search(r"[a-zà-ž]-$", above)) and below[:1].islower()
