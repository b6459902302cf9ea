"""Tables as text: decoded, parted into rows and cells as spreadsheets and audio programs write them."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_SEP_LINE = re.compile(r'"?sep=(.)"?[;,\t]*', re.IGNORECASE)
"""Excel's first line that names the delimiter; saved again by Excel it may be quoted, with empty cells after it."""
_DELIMITERS = "\t;,"
"""In the order tried: a comma may be the decimal sign of a table with semicolons, but not the other way round."""


class DelimitedError(Exception):
    """A table that cannot be parted into cells; the text is the end of a sentence and names the line."""


@dataclass(frozen=True)
class Row:
    """The cells of a line, stripped; `line` counts from 1 in the file, and is the last one of a row of several.

    `number` counts the rows from 1, empty ones too, as spreadsheets do.
    """

    line: int
    number: int
    cells: tuple[str, ...]


def decoded(data: bytes, fallback: str = "") -> str:
    """Text of UTF-8 or UTF-16, with or without a byte order mark, its line ends all line feeds.

    What is neither is taken as `fallback`, where one is given, and raises UnicodeDecodeError otherwise.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    elif len(data) > 1 and 0 in data[:2]:
        # Text begins with a character below U+0100, of which UTF-16 makes a zero byte.
        text = data.decode("utf-16-be" if data[0] == 0 else "utf-16-le", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            if not fallback:
                raise
            text = data.decode(fallback, errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def rows_of(text: str, is_first: Callable[[Sequence[str]], bool]) -> Iterator[Row]:
    """The rows that have any text.

    The delimiter is what a line `sep=` says, or else the first of tab, semicolon and comma with which the first row's
    cells satisfy `is_first`. Raises DelimitedError.
    """
    first, _, rest = text.lstrip("\n").partition("\n")
    skipped = len(text) - len(text.lstrip("\n"))
    if named := _SEP_LINE.fullmatch(first.strip(" ")):
        return _parted(rest, named[1], skipped + 1)
    found = (mark for mark in _DELIMITERS if mark in first and is_first(_first_cells(text, mark)))
    there = (mark for mark in _DELIMITERS if mark in first)
    return _parted(text, next(found, next(there, ",")), 0)


def _first_cells(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return next(_parted(text, delimiter, 0), Row(0, 0, ())).cells
    except DelimitedError:
        return ()


def _parted(text: str, delimiter: str, offset: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                yield Row(reader.line_num + offset, number, stripped)
    except csv.Error as error:
        raise DelimitedError(f"damaged in line {reader.line_num + offset} ({error})") from error
