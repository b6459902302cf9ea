"""The whole clip in a strip, with a frame around the visible part."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent

from samstudio.dsp.peaks import BIN, PeakColumns, PeakPyramid, sample_columns
from samstudio.session.clip import AudioClip
from samstudio.session.stretch import Stretch
from samstudio.ui.theme import theme
from samstudio.ui.timeline.axis.time_strip import TimeStrip
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.axis.wheel import zoom_or_scroll
from samstudio.ui.timeline.paint.device_pixels import device_pixels, mapped_x
from samstudio.ui.timeline.paint.wave_painter import WaveColours, columns_image

_HEIGHT = 44
_GRIP = 5
"""Pixels on either side of an edge within which it can be dragged."""


class Overview(TimeStrip):
    """Drag the frame to pan, its edges to zoom; a click elsewhere jumps there."""

    view_requested = Signal(float, float)
    """Start and end in seconds."""

    def __init__(self) -> None:
        super().__init__("Overview", _HEIGHT)
        self.setMouseTracking(True)
        self.setToolTip("The whole clip: drag the frame to pan, its edges to zoom, click to jump there")
        self._clip: AudioClip | None = None
        self._frames_ready = 0
        self._peaks: PeakPyramid | None = None
        self._playhead: float | None = None
        self._selection: Stretch | None = None
        self._waveform: QPixmap | None = None
        self._held: tuple[str, float, TimeView] | None = None

    def show_clip(self, clip: AudioClip | None) -> None:
        """Show another clip, or none."""
        self._clip, self._peaks, self._frames_ready = clip, None, clip.frames if clip else 0
        self.refresh()

    def show_trimmed(self, clip: AudioClip) -> None:
        """The same clip, which turned out shorter; its peaks stay."""
        self._clip, self._frames_ready = clip, clip.frames
        self.refresh()

    def show_growth(self, frames_ready: int) -> None:
        """Show how far the clip has been read."""
        self._frames_ready = frames_ready
        self.update()

    def show_peaks(self, peaks: PeakPyramid) -> None:
        """Show the clip's peaks, or more of them."""
        self._peaks = peaks
        self.refresh()

    def show_selection(self, selection: Stretch | None) -> None:
        """Show which time is selected (seconds)."""
        self._selection = selection
        self.update()

    def show_playhead(self, seconds: float | None) -> None:
        """Show the playhead; only the strips it left and entered are painted."""
        old, self._playhead = self._playhead, seconds
        places = {round(self._x(place)) for place in (old, seconds) if place is not None}
        if old is None or seconds is None or len(places) > 1:
            for x in places:
                self.update(x - 2, 0, 4, self.height())

    def refresh(self) -> None:
        """Draw the waveform again: sound, size or colours changed."""
        self._waveform = None
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The kept waveform is as wide as the overview."""
        self._waveform = None

    @property
    def _duration(self) -> float:
        return self._clip.duration if self._clip else 1.0

    def _x(self, seconds: float) -> float:
        return seconds / self._duration * self.width()

    def _seconds(self, x: float) -> float:
        return x / max(1, self.width()) * self._duration

    def paintEvent(self, event: QPaintEvent) -> None:
        """The kept waveform, then what moves."""
        look, painter = theme(), QPainter(self)
        if self._clip is None:
            painter.fillRect(event.rect(), look.color("canvas"))
            return
        if self._waveform is None or self._waveform.devicePixelRatio() != self.devicePixelRatioF():
            self._waveform = self._draw()
        painter.drawPixmap(0, 0, self._waveform)
        if self._frames_ready < self._clip.frames:
            left = self._x(self._frames_ready / self._clip.sample_rate)
            painter.fillRect(QRectF(left, 0, self.width() - left, self.height()), look.color("panel"))
        if self._selection is not None:
            left, right = (self._x(edge) for edge in self._selection)
            painter.fillRect(QRectF(left, 0, max(1.0, right - left), self.height()), look.color("selection"))
        if self._view.length < self._duration * (1.0 - 1e-9):
            self._paint_frame(painter)
        if self._playhead is not None:
            with device_pixels(painter) as to_device:
                x = round(mapped_x(to_device, self._x(self._playhead)))
                painter.fillRect(x, 0, max(1, round(to_device.m11())), 9999, look.color("playhead"))

    def _paint_frame(self, painter: QPainter) -> None:
        look = theme()
        frame = self._frame()
        veil = QColor(look.color("window"))
        veil.setAlphaF(0.62)
        painter.fillRect(QRectF(0, 0, frame.left(), self.height()), veil)
        painter.fillRect(QRectF(frame.right(), 0, self.width() - frame.right(), self.height()), veil)
        with device_pixels(painter) as to_device:
            box = to_device.mapRect(frame)
            unit = max(1, round(to_device.m11()))
            left, right = round(box.left()), round(box.right())
            top, bottom = round(box.top()), round(box.bottom())
            accent = look.color("accent")
            for x in (left, right - 2 * unit):
                painter.fillRect(x, top, 2 * unit, bottom - top, accent)
            for y in (top, bottom - unit):
                painter.fillRect(left, y, right - left, unit, accent)

    def _frame(self) -> QRectF:
        """The visible part, never too narrow to be seen and dragged."""
        left, right = self._x(self._view.start), self._x(self._view.end)
        spare = max(0.0, 8.0 - (right - left)) / 2.0
        return QRectF(left - spare, 0.0, right - left + 2.0 * spare, float(self.height()))

    def _draw(self) -> QPixmap:
        ratio, look = self.devicePixelRatioF(), theme()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.fill(look.color("canvas"))
        if self._clip is not None and self._peaks is not None:
            colours = WaveColours(look.color("wave_clip"), look.color("rms_clip"), None)
            with QPainter(pixmap) as painter:
                columns = _columns(self._clip, self._peaks, pixmap.width())
                painter.drawImage(0, 0, columns_image(columns, pixmap.height(), colours, body=True))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _part_at(self, x: float) -> str:
        frame = self._frame()
        if self._view.length >= self._duration * (1.0 - 1e-9):
            return "outside"
        # Of a narrow frame most is left to drag the frame itself.
        inside = min(_GRIP, frame.width() / 4.0)
        if frame.left() - _GRIP <= x <= frame.left() + inside:
            return "start"
        if frame.right() - inside <= x <= frame.right() + _GRIP:
            return "end"
        return "frame" if frame.left() < x < frame.right() else "outside"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab the frame or an edge, or jump."""
        if event.button() != Qt.MouseButton.LeftButton or self._clip is None:
            return
        x = event.position().x()
        part = self._part_at(x)
        if part == "outside":
            start = self._seconds(x) - self._view.length / 2.0
            self.view_requested.emit(start, start + self._view.length)
            part = "frame"
        self._held = (part, x, self._view)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is grabbed; otherwise set the cursor for what could be."""
        x = event.position().x()
        if self._held is None:
            shapes = {
                "start": Qt.CursorShape.SizeHorCursor,
                "end": Qt.CursorShape.SizeHorCursor,
                "frame": Qt.CursorShape.OpenHandCursor,
            }
            self.setCursor(shapes.get(self._part_at(x), Qt.CursorShape.PointingHandCursor))
            return
        part, pressed, view = self._held
        moved = self._seconds(x - pressed)
        start = view.start + (moved if part in {"frame", "start"} else 0.0)
        end = view.end + (moved if part in {"frame", "end"} else 0.0)
        if end > start:
            self.view_requested.emit(start, end)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The same as over the lanes, around the middle of the visible part."""
        middle = self._view.start + self._view.length / 2.0
        zoom_or_scroll(event, self._view, middle, self.zoom_requested, self.scroll_requested)


def _columns(clip: AudioClip, peaks: PeakPyramid, count: int) -> PeakColumns:
    """The whole clip in one channel that holds the extremes of all."""
    hop = clip.frames / max(1, count)
    columns = peaks.columns(0, count, hop) if hop >= BIN else sample_columns(clip.samples, 0, count, hop)
    low, high = columns.low.min(axis=0, keepdims=True), columns.high.max(axis=0, keepdims=True)
    return PeakColumns(low, high, columns.rms.max(axis=0, keepdims=True))
