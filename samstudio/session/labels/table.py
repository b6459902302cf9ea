"""Tables of labels, of programs and of spreadsheets.

Our own CSV, REAPER's markers and regions, Adobe Audition's markers, Raven's selections, Sonic Visualiser's tables
without a header. They differ in the names of their columns and in what parts them, so one reader goes by the names.
Sources: the manuals of the programs; Sonic Visualiser's reference manual, "Exporting layers".
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from samstudio.session.labels.columns import Column, Kind, columns_of, is_header
from samstudio.session.labels.delimited import DelimitedError, Row, rows_of
from samstudio.session.labels.label import SIGNS, Label, LabelError, Skipped, exact
from samstudio.session.labels.label_times import LabelUnit, is_number, is_whole, named_unit, number_of

_REAPER = ("#", "name", "start", "end", "length")

_LOWEST_BAND_HZ = 20.0
"""A third number below this is no frequency that a box begins at, but a duration."""


def write_csv(labels: Sequence[Label]) -> str:
    """`start,end,label`, the numbers exact."""
    return _written(("start", "end", "label"), [(exact(x.start), exact(x.end), x.text) for x in labels])


def write_reaper(labels: Sequence[Label]) -> str:
    """Regions and markers for REAPER's Region/Marker Manager, whose ruler must be in minutes and seconds or seconds."""
    rows = [
        (f"M{number}", x.text, exact(x.start), "", "")
        if x.start == x.end
        else (f"R{number}", x.text, exact(x.start), exact(x.end), exact(x.end - x.start))
        for number, x in enumerate(labels, 1)
    ]
    return _written(("#", "Name", "Start", "End", "Length"), rows)


def _written(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows((head, *rows))
    return buffer.getvalue()


def is_table(text: str) -> bool:
    """Whether the first row names columns of labels."""
    try:
        first = next(rows_of(text, is_header), None)
    except DelimitedError:
        return False
    return first is not None and is_header(first.cells)


def read_table(text: str, sample_rate: float | None = None) -> tuple[list[Label], list[Skipped]]:
    """The labels, and the lines that are none; `sample_rate` in Hz is that of times in samples.

    Raises LabelError where the columns are unknown.
    """
    try:
        rows = list(rows_of(text, lambda cells: is_header(cells) or _is_headless(cells)))
    except DelimitedError as error:
        raise LabelError(f"This table is {error}.") from error
    if rows and is_header(rows[0].cells):
        header, *rows = rows
        return _collected(_Layout(header.cells, columns_of(header.cells), sample_rate), rows)
    if rows and _is_headless(rows[0].cells):
        return _read_headless(rows)
    raise LabelError("This table has no columns “start” and “end”: name them in its first line.")


@dataclass(frozen=True)
class _Layout:
    """Where the parts of a label stand in a row."""

    header: tuple[str, ...]
    columns: Mapping[Kind, Column]
    sample_rate: float | None

    def cell(self, kind: Kind, row: Row) -> str:
        """The text of that kind, empty where there is none."""
        column = self.columns.get(kind)
        return row.cells[column.place] if column is not None and column.place < len(row.cells) else ""

    def label(self, row: Row) -> Label:
        """Raises ValueError with the reason why there is none."""
        if any(row.cells[len(self.header) :]):
            raise ValueError("it has more cells than the first line: put cells with commas in quotation marks")
        start = self._seconds("start", row)
        if self.cell("end", row):
            end = self._seconds("end", row)
        else:
            end = start + (self._seconds("length", row) if self.cell("length", row) else 0.0)
        low, high = self._frequency("low", row), self._frequency("high", row)
        if (low is None) != (high is None):
            raise ValueError("its band has one edge only")
        return Label(start, end, self.text(row), f"line {row.line}", low, high)

    def text(self, row: Row) -> str:
        """The words, with the sign before them if it has a column of its own."""
        words, sign = self.cell("text", row), self.cell("sign", row)
        return words if not sign or words[:1] in SIGNS else f"{sign} {words}".strip()

    def _seconds(self, kind: Kind, row: Row) -> float:
        text = self.cell(kind, row)
        if not text:
            raise ValueError("it has no time")
        if self._is_reaper and is_whole(text):
            # REAPER writes seconds with three decimals.
            raise ValueError("its time is in samples or frames: set REAPER's ruler to seconds and export again")
        return self._unit(kind, row).seconds_of(text)

    def _unit(self, kind: Kind, row: Row) -> LabelUnit:
        if "format" in self.columns:
            return named_unit(self.cell("format", row))
        return self.columns[kind].time_unit(self.sample_rate)

    @property
    def _is_reaper(self) -> bool:
        return tuple(name.casefold() for name in self.header[: len(_REAPER)]) == _REAPER

    def _frequency(self, kind: Kind, row: Row) -> float | None:
        text = self.cell(kind, row)
        return number_of(text.removesuffix("Hz")) * self.columns[kind].in_hz if text else None


def _collected(layout: _Layout, rows: Sequence[Row]) -> tuple[list[Label], list[Skipped]]:
    labels: list[Label] = []
    skipped: list[Skipped] = []
    seen: set[tuple[str, float, float]] = set()
    for row in rows:
        try:
            label = layout.label(row)
            # Raven lists a selection once for each of its views.
            if number := layout.cell("row", row):
                key = (number, label.start, label.end)
                if key in seen:
                    raise ValueError("it is the same selection in another view")
                seen.add(key)
            labels.append(label)
        except ValueError as reason:
            skipped.append(Skipped(f"line {row.line}", layout.text(row), str(reason)))
    return labels, skipped


def _is_headless(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and is_number(cells[0])


def _read_headless(rows: Sequence[Row]) -> tuple[list[Label], list[Skipped]]:
    """Sonic Visualiser's rows: time, label; time, duration, label; time, value, duration, label; with a level after it.

    Raises LabelError where a third of `start, end, label` is as likely.
    """
    numbers = min(_leading_numbers(row.cells) for row in rows if is_number(row.cells[0]))
    if numbers == 4 and all(_may_be_box(row.cells) for row in rows if is_number(row.cells[0])):
        raise LabelError(
            "This table has no header, and its third and fourth column may be a duration and a level or a band: "
            "write start,end,low,high,label or time,value,duration,level,label as its first line."
        )
    place = {1: None, 2: 1}.get(numbers, 2)
    labels: list[Label] = []
    skipped: list[Skipped] = []
    for row in rows:
        text = " ".join(row.cells[numbers:])
        try:
            labels.append(_headless_label(row, place, text))
        except ValueError as reason:
            skipped.append(Skipped(f"line {row.line}", text or ", ".join(row.cells), str(reason)))
    if numbers == 2 and _may_be_ends(labels):
        raise LabelError(
            "This table has no header, and its second column may be ends or durations: "
            "write start,end,label or start,duration,label as its first line."
        )
    return labels, skipped


def _headless_label(row: Row, place: int | None, text: str) -> Label:
    start = number_of(row.cells[0])
    times = [row.cells[0]] if place is None else [row.cells[0], row.cells[place]]
    if all(map(is_whole, times)):
        raise ValueError(
            "its times may be in samples: name the columns in the first line, such as start (s), end (s), label"
        )
    return Label(start, start if place is None else start + number_of(row.cells[place]), text, f"line {row.line}")


def _leading_numbers(cells: Sequence[str]) -> int:
    return next((place for place, cell in enumerate(cells) if not is_number(cell)), len(cells))


def _may_be_box(cells: Sequence[str]) -> bool:
    """Whether four numbers may be start, end, low and high: both pairs rise, the second one between audible Hz."""
    start, end, low, high = (number_of(cell) for cell in cells[:4])
    return start < end and _LOWEST_BAND_HZ <= low < high


def _may_be_ends(labels: Sequence[Label]) -> bool:
    """Whether the regions overlap as they are, and would not if their durations were ends."""
    in_order = sorted(labels, key=lambda label: label.start)
    ends = [label.end - label.start for label in in_order]
    pairs = list(zip(in_order, ends, in_order[1:], strict=False))
    is_apart = all(end > label.start for label, end in zip(in_order, ends, strict=True)) and all(
        end <= later.start for _, end, later in pairs
    )
    return is_apart and any(label.end > later.start for label, _, later in pairs)
