"""The spans as a table: the text of its cells, and the span that typed text makes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.spans.table_headers import header_data
from samstudio.ui.theme import notifier, theme
from samstudio.ui.time_formats import TimeUnit, time_format
from samstudio.ui.time_text import format_band, parse_band, short_band

SIGN, START, END, LENGTH, BAND, MODEL_FRAMES = range(6)
_HEADERS = {
    SIGN: ("±", "Whether the sound is heard (+) or not (−). Enter or a double click flips it."),
    START: ("Start", "Start of the span. Type 1.5 or 1:02.5."),
    END: ("End", "End of the span. Type 1.5 or 1:02.5."),
    LENGTH: ("Length", "Length of the span; typing one moves its end."),
    BAND: ("Band, Hz", "Frequencies of a box. Type 200-4000 or 0.2k-4k; empty means the whole band."),
    MODEL_FRAMES: ("Frames", "First and last frame that the model sees."),
}
_Index = QModelIndex | QPersistentModelIndex


def edited_span(span: Span, column: int, text: str, duration: float) -> Span:
    """The span with what was typed into a column.

    Raises ValueError with a sentence when the text is not valid, or the span does not fit in `duration` s.
    """
    if column == BAND:
        band = parse_band(text)
        return replace(span, low=band[0], high=band[1]) if band else replace(span, low=None, high=None)
    if text == cell_text(span, column):
        # What is shown may be coarser than the span is.
        return span
    written = time_format().text
    seconds = time_format().parse_length(text) if column == LENGTH else time_format().parse(text)
    match column:
        case 1:
            start, end = seconds, span.end
        case 2:
            start, end = span.start, seconds
        case _:
            start, end = span.start, span.start + seconds
    # What is shown has three decimals: a typed 4.000 may stand for an end at 3.9996.
    if end > duration + 0.0005:
        raise ValueError(f"The recording ends at {written(duration)}: a span cannot reach to {written(end)}.")
    if start >= end:
        raise ValueError(f"A span has to end after it starts: {written(start)} is not before {written(end)}.")
    return span.moved(start, min(end, duration))


def cell_text(span: Span, column: int) -> str:
    """What a cell shows."""
    match column:
        case 0:
            return "+" if span.sign is Sign.PLUS else "−"
        case 1:
            return time_format().text(span.start)
        case 2:
            return time_format().text(span.end)
        case 3:
            form = time_format()
            return f"{span.length:.3f}" if form.unit is TimeUnit.CLOCK else form.length_text(span.length)
        case 4:
            return short_band(span.low, span.high)
    raise ValueError(column)


def _frames_text(span: Span, grid: FrameGrid | None) -> str:
    """First and last frame that a model sees of a span."""
    frames = grid.frames_of(span) if grid and not span.muted else None
    if frames is None:
        return "—"
    first, last = frames[0], frames[1] - 1
    return f"{first}–{last}" if last > first else str(first)


def describe(span: Span) -> str:
    """The span as text for a screen reader."""
    sign = "plus" if span.sign is Sign.PLUS else "minus"
    band = f", {format_band(span.low, span.high)}" if span.is_box else ""
    muted = ", muted" if span.muted else ""
    kind = "box" if span.is_box else "span"
    return f"{sign} {kind} {_times(span)}{band}{muted}"


def _heard(suggestion: Span) -> str:
    return "Heard by the model" if suggestion.sign is Sign.PLUS else "Not heard by the model"


def _times(span: Span) -> str:
    return f"from {time_format().text(span.start)} to {time_format().text(span.end)}"


def _typed_band(span: Span) -> str:
    """The band to be edited, to the last Hz, where the cell shows it rounded."""
    return format_band(span.low, span.high).removesuffix(" Hz").replace(" ", "") if span.is_box else ""


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignHCenter if column == SIGN else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class SpanTable(QAbstractTableModel):
    """Shows a prompt's spans in their order, and below them the suggested spans; typed text is reported."""

    span_edited = Signal(int, object)
    """Index and the changed Span."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spans: tuple[Span, ...] = ()
        self._grid: FrameGrid | None = None
        self.suggestions: tuple[Span, ...] = ()
        self.duration = 0.0
        # Every cell asks for its font at every painting.
        self._fonts: dict[tuple[bool, bool, bool], QFont] = {}
        notifier.theme_changed.connect(self._repaint)

    def show(self, prompt: Prompt, duration: float) -> None:
        """Show the prompt's spans; views are notified only of rows that were added, removed or changed."""
        self.duration = duration
        for _ in self._exchange(self.spans, prompt.spans, 0):
            self.spans = prompt.spans

    def show_suggestions(self, suggestions: tuple[Span, ...]) -> None:
        """Show the suggested spans."""
        for _ in self._exchange(self.suggestions, suggestions, len(self.spans)):
            self.suggestions = suggestions

    def _exchange(self, old: tuple[Span, ...], new: tuple[Span, ...], offset: int) -> Iterator[None]:
        """Notify the views which rows change; at the yield the caller puts the new ones in place."""
        first = _common(old, new)
        tail = _common(old[first:][::-1], new[first:][::-1])
        surplus = len(new) - len(old)
        if surplus > 0:
            at = offset + len(old) - tail
            self.beginInsertRows(QModelIndex(), at, at + surplus - 1)
            yield
            self.endInsertRows()
        elif surplus < 0:
            at = offset + len(new) - tail
            self.beginRemoveRows(QModelIndex(), at, at - surplus - 1)
            yield
            self.endRemoveRows()
        else:
            yield
        last = min(len(old), len(new)) - tail - 1
        if last >= first:
            self.dataChanged.emit(self.index(offset + first, 0), self.index(offset + last, len(_HEADERS) - 1))

    def show_frame_grid(self, grid: FrameGrid | None) -> None:
        """The frames in which a model sees time, for their column."""
        self._grid = grid
        if self.rowCount():
            self.dataChanged.emit(self.index(0, MODEL_FRAMES), self.index(self.rowCount() - 1, MODEL_FRAMES))

    def _text(self, span: Span, column: int) -> str:
        return _frames_text(span, self._grid) if column == MODEL_FRAMES else cell_text(span, column)

    def widest_text(self, column: int) -> str:
        """About the longest text of a column's cells."""
        if column == SIGN:
            # Bold: wider by about a letter.
            return "−??" if self.suggestions else "−"
        whole = Span(self.duration, self.duration + 0.04) if column == START else Span(0.0, max(self.duration, 0.04))
        late = Span(max(self.duration - 0.08, 0.0), max(self.duration, 0.04))
        samples = [self._text(late if column == MODEL_FRAMES else whole, column)]
        if column == BAND:
            samples += [self._text(span, column) for span in self.spans if span.is_box]
        return max(samples, key=len)

    def is_suggestion(self, row: int) -> bool:
        """Whether a row shows a suggested span, number `row - len(spans)`."""
        return row >= len(self.spans)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row a span or suggested span."""
        return 0 if parent.isValid() else len(self.spans) + len(self.suggestions)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """The columns named above."""
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles, and what each means."""
        return header_data(_HEADERS, _alignment, section, orientation, role)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Times and bands can be typed; the sign is flipped, the frames cannot be edited."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        can_type = index.column() in (START, END, LENGTH, BAND) and not self.is_suggestion(index.row())
        return flags | Qt.ItemFlag.ItemIsEditable if can_type else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, colour and alignment of a cell."""
        if self.is_suggestion(index.row()):
            return self._suggestion_data(self.suggestions[index.row() - len(self.spans)], index.column(), role)
        span, column = self.spans[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(span, column)
            case Qt.ItemDataRole.EditRole:
                return _typed_band(span) if column == BAND else self._text(span, column)
            case Qt.ItemDataRole.ToolTipRole:
                return describe(span).capitalize() + (". Kept, but not used." if span.muted else "")
            case Qt.ItemDataRole.AccessibleTextRole:
                return describe(span) if column == SIGN else f"{_HEADERS[column][0]} {self._text(span, column)}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(span, column)
            case Qt.ItemDataRole.FontRole:
                return self._font(is_sign=column == SIGN, struck=span.muted and column != SIGN)
        return None

    def _suggestion_data(self, suggestion: Span, column: int, role: int) -> object:
        """A suggested span's row: in italics, with a question mark behind its sign."""
        is_plus = suggestion.sign is Sign.PLUS
        times = _times(suggestion)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                sign = "+?" if is_plus else "−?"
                return sign if column == SIGN else "—" if column == MODEL_FRAMES else self._text(suggestion, column)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{_heard(suggestion)} {times}. Accept it as a span, or dismiss it."
            case Qt.ItemDataRole.AccessibleTextRole:
                told = f"suggested {'plus' if is_plus else 'minus'} span, {_heard(suggestion).lower()} {times}"
                return told if column == SIGN else self._text(suggestion, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                return theme().color("text_dim" if column != SIGN else "plus" if is_plus else "minus")
            case Qt.ItemDataRole.FontRole:
                return self._font(is_sign=column == SIGN, italic=True)
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Emit what was typed; False if it is not valid."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        before = self.spans[index.row()]
        # Text that was opened and left as it was must not round the times to what is shown.
        if str(value) == self.data(index, role):
            return True
        try:
            after = edited_span(before, index.column(), str(value), self.duration)
        except ValueError:
            return False
        if after != before:
            self.span_edited.emit(index.row(), after)
        return True

    @staticmethod
    def _color(span: Span, column: int) -> QColor:
        if span.muted:
            return theme().color("text_dim")
        if column == SIGN:
            return theme().color("plus" if span.sign is Sign.PLUS else "minus")
        return theme().color("text" if column in (START, END) else "text_dim")

    def _font(self, *, is_sign: bool, struck: bool = False, italic: bool = False) -> QFont:
        key = is_sign, struck, italic
        if key not in self._fonts:
            font = theme().font("title" if is_sign and not italic else "body", bold=is_sign)
            font.setStrikeOut(struck)
            font.setItalic(italic)
            self._fonts[key] = font
        return self._fonts[key]

    def _repaint(self) -> None:
        self._fonts.clear()
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(_HEADERS) - 1))


def _common(first: Sequence[Span], second: Sequence[Span]) -> int:
    """How many spans both begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(second)))
