"""Tables of labels: our own CSV, REAPER's markers and regions, Adobe Audition's markers, and plain `start,end,label`.

They differ in the names of their columns and in what parts them, so one reader goes by the names.
"""

import csv
import io
from collections.abc import Mapping, Sequence

from samstudio.session.clock import parse_time
from samstudio.session.labels.label import Label, LabelError, Skipped, exact

_START = ("start", "onset_s", "onset", "start_s", "begin", "in")
_END = ("end", "offset_s", "offset", "end_s", "stop", "out")
_LENGTH = ("duration", "length")
_TEXT = ("name", "label", "text", "description", "sign")


def write_csv(labels: Sequence[Label]) -> str:
    """`start,end,label`, with exact numbers."""
    return _written(("start", "end", "label"), [(exact(x.start), exact(x.end), x.text) for x in labels])


def write_reaper(labels: Sequence[Label]) -> str:
    """Regions for REAPER's Region/Marker Manager, whose ruler must be in minutes and seconds or in seconds."""
    rows = [
        (f"R{number}", x.text, exact(x.start), exact(x.end), exact(x.end - x.start))
        for number, x in enumerate(labels, 1)
    ]
    return _written(("#", "Name", "Start", "End", "Length"), rows)


def read_table(text: str) -> tuple[list[Label], list[Skipped]]:
    """The labels, and the lines that are skipped. Raises LabelError if the columns are unknown."""
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="")
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    columns = {kind: _column(rows.fieldnames, names) for kind, names in _COLUMNS.items()}
    if not columns["start"] or not (columns["end"] or columns["length"]):
        raise LabelError("This table has no columns “start” and “end”: name them in its first line.")
    labels: list[Label] = []
    skipped: list[Skipped] = []
    try:
        for row in rows:
            place = f"line {rows.line_num}"
            text_of = {kind: (row.get(name) or "").strip() for kind, name in columns.items() if name}
            try:
                labels.append(_label(text_of, place))
            except ValueError as reason:
                skipped.append(Skipped(place, text_of.get("text", ""), str(reason)))
    except csv.Error as error:
        raise LabelError(f"This table is damaged in line {rows.line_num}: {error}.") from error
    return labels, skipped


_COLUMNS = {"start": _START, "end": _END, "length": _LENGTH, "text": _TEXT}


def _column(names: Sequence[str], wanted: Sequence[str]) -> str:
    """The first of the wanted names that exists, or empty."""
    return next((name for name in wanted if name in names), "")


def _label(text_of: Mapping[str, str], place: str) -> Label:
    """Raises ValueError with the reason if it is no label."""
    start = _seconds(text_of["start"])
    end = text_of.get("end")
    stop = _seconds(end) if end else start + _seconds(text_of.get("length") or "0")
    return Label(start, stop, text_of.get("text", ""), place)


def _seconds(text: str) -> float:
    """Raises ValueError for bars and beats, and for anything else that is no time."""
    if text.count(".") > 1:
        raise ValueError("its time is in bars and beats: export it with times in seconds")
    try:
        return parse_time(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a time") from None


def _written(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows((head, *rows))
    return buffer.getvalue()
