"""The colours of the spectrogram with their levels, and how often each of these occurs in what is in view."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider

from samstudio.dsp.scales import level_ticks
from samstudio.dsp.spectrogram import CEILINGS_DB, RANGES_DB, SpectrogramSettings, shade_db
from samstudio.ui.parts import MOVED_BY_WHEEL, explain
from samstudio.ui.theme import notifier, theme
from samstudio.ui.timeline.paint.colour_maps import SHADES, colour_table
from samstudio.ui.timeline.paint.device_pixels import fill

TOP_DB, FOOT_DB = 6.0, -150.0
"""dBFS: what the bar shows."""
_WIDTH = 64
_COLOURS = QRect(4, 0, 9, 0)
_COUNTS = QRect(15, 0, 13, 0)
"""Where the colours and the histogram stand; as high as the bar."""
_LABELS = 31
_MARGIN = 9
_REACH = 6
"""Logical pixels around an end within which it is dragged."""
_WHEEL_DB = 2.0
_STEPS = {Qt.Key.Key_Up: 1.0, Qt.Key.Key_Down: -1.0, Qt.Key.Key_PageUp: 10.0, Qt.Key.Key_PageDown: -10.0}
"""dB."""


class ColourBar(QSlider):
    """Drag an end to set the range, the middle to set the gain. It requests levels and shows what comes back.

    The slider's own value, the level of the brightest colour, is what a screen reader reads and may set.
    """

    levels_requested = Signal(float, float)
    """Range in dB and the level of the brightest colour in dBFS."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setRange(*CEILINGS_DB)
        self.setFixedWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty(MOVED_BY_WHEEL, True)
        self.setMouseTracking(True)
        explain(
            self,
            "Levels of the colours",
            more="Drag an end to set the range, the middle to set the gain. Wheel: gain, Shift+wheel: range. "
            "Double-click to reset. Beside the colours: how often each level occurs in view.",
        )
        self._settings = SpectrogramSettings()
        self._counts: NDArray[np.int64] = np.zeros(SHADES, np.int64)
        self._held: tuple[str, float, SpectrogramSettings] | None = None
        self.valueChanged.connect(self._on_value_changed)
        notifier.theme_changed.connect(self.update)
        self.show_settings(self._settings)

    def sizeHint(self) -> QSize:
        """As high as there is room."""
        return QSize(_WIDTH, 120)

    def minimumSizeHint(self) -> QSize:
        """Never what keeps the window tall."""
        return QSize(_WIDTH, 40)

    def show_settings(self, settings: SpectrogramSettings) -> None:
        """Show which levels the colours cover; nothing is requested."""
        old, self._settings = self._settings, settings
        self.setValue(round(settings.ceiling_db))
        if _shown(old) != _shown(settings):
            self.update()

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """How many pixels have each of the 256 shades, darkest first, under the settings shown last."""
        # Where there are none yet, as while a view is zoomed, those before stay.
        if counts.any() and not np.array_equal(counts, self._counts):
            self._counts = counts
            self.update()

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        # A screen reader sets the whole number.
        if value != round(self._settings.ceiling_db):
            self._request(self._settings.range_db, float(value))

    def _request(self, range_db: float, ceiling_db: float) -> None:
        ceiling = float(min(max(round(ceiling_db), CEILINGS_DB[0]), CEILINGS_DB[1]))
        covered = float(min(max(round(range_db), RANGES_DB[0]), RANGES_DB[1]))
        if (covered, ceiling) != (self._settings.range_db, self._settings.ceiling_db):
            self.levels_requested.emit(covered, ceiling)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of an end or of the middle."""
        if event.button() == Qt.MouseButton.LeftButton:
            y = event.position().y()
            self._held = self._part_at(y), self._level(y), self._settings

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held; otherwise the cursor tells what could be."""
        y = event.position().y()
        if self._held is None:
            is_end = self._part_at(y) != "middle"
            self.setCursor(Qt.CursorShape.SizeVerCursor if is_end else Qt.CursorShape.OpenHandCursor)
            return
        part, pressed, was = self._held
        moved = self._level(y) - pressed
        if part == "floor":
            self._request(was.range_db - moved, was.ceiling_db)
        elif part == "middle":
            self._request(was.range_db, was.ceiling_db + moved)
        else:
            # The other end stays where it is.
            lowest, highest = (was.floor_db + covered for covered in RANGES_DB)
            ceiling = min(max(was.ceiling_db + moved, lowest, CEILINGS_DB[0]), highest, CEILINGS_DB[1])
            self._request(ceiling - was.floor_db, ceiling)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Back to the usual levels."""
        self._reset()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch moves the levels by 2 dB; with Shift it changes the range."""
        # Some systems turn the wheel sideways while a key is held.
        moved = (event.angleDelta().y() or event.angleDelta().x()) / 120.0 * _WHEEL_DB
        self._step(moved, is_range=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and pages move the levels, with Shift they change the range; Home resets both."""
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Home:
            self._reset()
        elif step is not None:
            self._step(step, is_range=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            event.ignore()

    def _step(self, moved: float, *, is_range: bool) -> None:
        shown = self._settings
        if is_range:
            self._request(shown.range_db + moved, shown.ceiling_db)
        else:
            self._request(shown.range_db, shown.ceiling_db + moved)

    def _reset(self) -> None:
        usual = SpectrogramSettings()
        self._held = None
        self._request(usual.range_db, usual.ceiling_db)

    def _part_at(self, y: float) -> str:
        """`ceiling` and `floor` around the ends and beyond them, `middle` between."""
        ceiling, floor = self._y(self._settings.ceiling_db), self._y(self._settings.floor_db)
        # However near the ends are to one another, a middle remains.
        reach = min(_REACH, (floor - ceiling) / 3.0)
        return "ceiling" if y <= ceiling + reach else "floor" if y >= floor - reach else "middle"

    # Painting

    @property
    def _per_db(self) -> float:
        return max(1.0, self.height() - 2.0 * _MARGIN) / (TOP_DB - FOOT_DB)

    def _y(self, level: float) -> float:
        return _MARGIN + (TOP_DB - level) * self._per_db

    def _level(self, y: float) -> float:
        return TOP_DB - (y - _MARGIN) / self._per_db

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Colours, histogram, labels, and the two ends over them."""
        look, painter = theme(), QPainter(self)
        # The ground is the timeline's own, whose frame may reach under the edge at fractional scales of the screen.
        self._paint_colours(painter)
        self._paint_counts(painter)
        self._paint_labels(painter)
        for level in (self._settings.ceiling_db, self._settings.floor_db):
            self._paint_end(painter, level)
        if self.hasFocus():
            painter.setPen(look.color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _bar(self, part: QRect) -> QRect:
        return QRect(part.left(), _MARGIN, part.width(), self.height() - 2 * _MARGIN)

    def _paint_colours(self, painter: QPainter) -> None:
        bar, table = self._bar(_COLOURS), colour_table(self._settings.colour_map)
        ceiling, floor = self._y(self._settings.ceiling_db), self._y(self._settings.floor_db)
        painter.fillRect(bar, QColor.fromRgb(table[0]))
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), ceiling - bar.top()), QColor.fromRgb(table[-1]))
        strip = _strip(self._settings.colour_map)
        painter.setClipRect(bar)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(bar.left(), ceiling, bar.width(), floor - ceiling), strip, QRectF(strip.rect()))
        painter.setClipping(False)

    def _paint_counts(self, painter: QPainter) -> None:
        look, area = theme(), self._bar(_COUNTS)
        painter.fillRect(area, look.color("panel_raised"))
        # The outermost shades hold all that lies outside the range: they would dwarf the rest.
        inner = self._counts[1:-1]
        lengths = np.rint(np.sqrt(inner / max(1, int(inner.max(initial=0)))) * area.width()).astype(int)
        half = self._settings.range_db / (SHADES - 1) / 2.0
        rows: list[QRect] = []
        for shade in np.flatnonzero(lengths).tolist():
            level = shade_db(shade + 1, self._settings)
            top, foot = round(self._y(level + half)), round(self._y(level - half))
            rows.append(QRect(area.left(), top, int(lengths[shade]), max(1, foot - top)))
        painter.setClipRect(area)
        fill(painter, rows, look.color("text_dim"))
        painter.setClipping(False)

    def _paint_labels(self, painter: QPainter) -> None:
        look = theme()
        font = look.font("caption")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        ends = [self._y(level) for level in (self._settings.ceiling_db, self._settings.floor_db)]
        for level in level_ticks(FOOT_DB, TOP_DB, self._per_db, metrics.height() * 1.4):
            y = self._y(level)
            # The ends have their own labels.
            if min(abs(y - end) for end in ends) >= metrics.height():
                self._paint_label(painter, y, level, "text_dim")

    def _paint_end(self, painter: QPainter, level: float) -> None:
        look, y = theme(), self._y(level)
        painter.fillRect(QRectF(_COLOURS.left() - 3, round(y) - 2, _COUNTS.right() - 1, 4), look.color("panel"))
        painter.fillRect(QRectF(_COLOURS.left() - 2, round(y) - 1, _COUNTS.right() - 2, 2), look.color("accent"))
        painter.setFont(look.font("caption", bold=True))
        self._paint_label(painter, y, level, "text")

    def _paint_label(self, painter: QPainter, y: float, level: float, role: str) -> None:
        painter.setPen(theme().color(role))
        # A label that would be cut by the edge moves in.
        middle = min(max(y, 8.0), self.height() - 8.0)
        box = QRectF(_LABELS, middle - 10.0, self.width() - _LABELS - 2, 20.0)
        text = f"{level:.0f}".replace("-", "−")
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _shown(settings: SpectrogramSettings) -> tuple[object, ...]:
    """What the bar shows of the settings."""
    return settings.range_db, settings.ceiling_db, settings.colour_map


@cache
def _strip(colour_map: str) -> QImage:
    """The colours from the brightest on top to the darkest."""
    strip = QImage(1, SHADES, QImage.Format.Format_RGB32)
    for shade, color in enumerate(colour_table(colour_map)):
        strip.setPixel(0, SHADES - 1 - shade, color)
    return strip
