"""A stem's waveform: peaks with their RMS body, and at deep zoom the samples themselves."""

from dataclasses import dataclass

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from samstudio.dsp.peaks import BIN, Columns, PeakPyramid, sample_columns
from samstudio.dsp.tiles import ViewRequest
from samstudio.session.clip import Samples
from samstudio.ui.timeline.device_pixels import device_pixels, snapped
from samstudio.ui.timeline.z_order import Z_PICTURE

_POLYLINE_BELOW = 2.0
"""Samples a pixel below which columns would look like scattered dots."""
_DOTS_FROM = 6.0
"""Pixels a sample from which each gets a dot."""
_RMS_FROM = 16.0
"""Samples a pixel from which an RMS says something that the peaks do not."""


@dataclass(frozen=True)
class WaveColours:
    """Peaks, their RMS body, and the marks of clipped samples (None: no marks)."""

    peaks: QColor
    body: QColor
    clipped: QColor | None


def channel_rect(lane: QRect, channel: int, channels: int) -> QRect:
    """Where a channel lies in its lane, in the lane's pixels: all share the height, the first on top."""
    top = lane.top() + round(lane.height() * channel / channels)
    return QRect(lane.left(), top, lane.width(), lane.top() + round(lane.height() * (channel + 1) / channels) - top)


def half_height(channel: QRect) -> float:
    """Pixels from a channel's middle line to full scale."""
    return max(1.0, (channel.height() - 3) / 2.0)


class WaveformItem(QGraphicsItem):
    """Draws one stem in the whole of its parent's rectangle, channel below channel."""

    def __init__(self, parent: QGraphicsItem, colours: WaveColours) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_PICTURE)
        self.colours = colours
        self._samples: Samples | None = None
        self._sample_rate = 1
        self._peaks: PeakPyramid | None = None
        self._view = ViewRequest(0.0, 1.0, 1, 1)
        self._rect = QRectF()
        self._kept: tuple[tuple[int, int, float], Columns] | None = None
        self._bars = PrimitiveArray(QRectF, 4)

    def show_sound(self, samples: Samples | None, sample_rate: int) -> None:
        """Show other sound; its peaks come with `show_peaks`."""
        self._samples, self._sample_rate, self._peaks = samples, sample_rate, None
        self._forget()

    def show_trimmed(self, samples: Samples) -> None:
        """The same sound, which turned out shorter; its peaks stay."""
        self._samples = samples
        self._forget()

    def show_peaks(self, peaks: PeakPyramid) -> None:
        """Show peaks, or more of them."""
        self._peaks = peaks
        self._forget()

    def show_view(self, view: ViewRequest) -> None:
        """Show another part of the time axis."""
        self._view = view
        self.update()

    def set_rect(self, rect: QRectF) -> None:
        """Fill another rectangle of the parent."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        """The rectangle that it fills."""
        return self._rect

    def _forget(self) -> None:
        self._kept = None
        self.update()

    def paint(self, painter: QPainter, option, _widget=None) -> None:
        """Paint the exposed columns only: a playhead passing over costs next to nothing."""
        if self._samples is None:
            return
        with device_pixels(painter) as to_device:
            lane = snapped(to_device, self._rect)
            exposed = snapped(to_device, option.exposedRect).adjusted(-1, 0, 1, 0) & lane
            hop = self._view.seconds_per_pixel * self._sample_rate
            if exposed.isEmpty():
                return
            if hop >= _POLYLINE_BELOW:
                self._paint_columns(painter, lane, exposed, hop)
            else:
                self._paint_samples(painter, lane, hop)

    def columns(self, first: int, count: int, hop: float) -> Columns | None:
        """Minimum, maximum and RMS of these columns, from the peaks or, below their finest bin, from the samples."""
        wanted = (first, count, hop)
        if self._kept is None or self._kept[0] != wanted:
            if hop < BIN and self._samples is not None:
                made = _joined(sample_columns(self._samples, first, count, hop))
            elif self._peaks is not None:
                made = self._peaks.columns(first, count, hop)
            else:
                return None
            self._kept = (wanted, made)
        return self._kept[1]

    def _paint_columns(self, painter: QPainter, lane: QRect, exposed: QRect, hop: float) -> None:
        first = round(self._view.start / self._view.seconds_per_pixel)
        columns = self.columns(first, lane.width(), hop)
        if columns is None:
            return
        here = slice(exposed.left() - lane.left(), exposed.right() + 1 - lane.left())
        x = np.arange(exposed.left(), exposed.right() + 1)
        # Columns after the last sample stay empty.
        x = x[: max(0, int(np.ceil(self._samples.shape[0] / hop)) - first - here.start)]
        here = slice(here.start, here.start + len(x))
        painter.setPen(Qt.PenStyle.NoPen)
        for channel in range(columns.low.shape[0]):
            rect = channel_rect(lane, channel, columns.low.shape[0])
            middle, half = rect.top() + rect.height() / 2.0, half_height(rect)
            low, high = columns.low[channel, here], columns.high[channel, here]
            self._paint_bars(painter, self.colours.peaks, x, middle - high * half, middle - low * half, rect)
            if hop >= _RMS_FROM:
                rms = columns.rms[channel, here]
                above, below = np.minimum(rms, np.maximum(high, 0)), np.minimum(rms, np.maximum(-low, 0))
                self._paint_bars(painter, self.colours.body, x, middle - above * half, middle + below * half, rect)
            if self.colours.clipped is not None:
                self._paint_clipped(painter, x, low, high, rect)

    def _paint_bars(self, painter: QPainter, colour: QColor, x, top, bottom, within: QRect) -> None:
        """Upright bars, one pixel wide and at least one high, of whole pixels."""
        self._bars.resize(len(x))
        bars = self._bars.ndarray()
        upper = np.clip(np.floor(np.nan_to_num(top) + 0.5), within.top(), within.bottom())
        lower = np.clip(np.floor(np.nan_to_num(bottom) + 0.5), within.top(), within.bottom() + 1)
        bars[:, 0], bars[:, 1], bars[:, 2], bars[:, 3] = x, upper, 1.0, np.maximum(lower - upper, 1.0)
        painter.setBrush(colour)
        painter.drawRects(*self._bars.drawargs())

    def _paint_clipped(self, painter: QPainter, x, low, high, rect: QRect) -> None:
        """Small marks at the edge of the channel where a sample reaches full scale."""
        for over, top in ((high >= 1.0, rect.top()), (low <= -1.0, rect.bottom() - 3)):
            at = x[over]
            if at.size:
                # Wider than a column: a single clipped sample in an hour must be seen.
                painter.setBrush(self.colours.clipped)
                self._bars.resize(at.size)
                bars = self._bars.ndarray()
                bars[:, 0], bars[:, 1], bars[:, 2], bars[:, 3] = at - 1.0, top, 3.0, 4.0
                painter.drawRects(*self._bars.drawargs())

    def _paint_samples(self, painter: QPainter, lane: QRect, hop: float) -> None:
        """A line through the samples, with a dot on each where there is room."""
        frames, channels = self._samples.shape
        first = max(0, int(self._view.start * self._sample_rate) - 1)
        last = min(frames, int(self._view.end * self._sample_rate) + 3)
        if last <= first:
            return
        x = lane.left() + (np.arange(first, last) - self._view.start * self._sample_rate) / hop
        unit = max(1.0, painter.device().devicePixelRatio())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for channel in range(channels):
            rect = channel_rect(lane, channel, channels)
            values = np.nan_to_num(self._samples[first:last, channel])
            y = rect.top() + rect.height() / 2.0 - np.clip(values, -1.05, 1.05) * half_height(rect)
            painter.setClipRect(rect & lane)
            painter.setPen(QPen(self.colours.peaks, 1.25 * unit))
            painter.drawPolyline(arrayToQPolygonF(x, y))
            if 1.0 / hop >= _DOTS_FROM * unit:
                self._paint_dots(painter, x, y, self.colours.body, 5.0 * unit)
            over = np.abs(values) >= 1.0
            if self.colours.clipped is not None and over.any():
                self._paint_dots(painter, x[over], y[over], self.colours.clipped, 6.0 * unit)

    @staticmethod
    def _paint_dots(painter: QPainter, x, y, colour: QColor, size: float) -> None:
        painter.setPen(QPen(colour, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])


def _joined(columns: Columns) -> Columns:
    """Columns drawn out to meet their left neighbours, as a line through the samples would."""
    low, high = columns.low.copy(), columns.high.copy()
    low[:, 1:] = np.minimum(columns.low[:, 1:], columns.high[:, :-1])
    high[:, 1:] = np.maximum(columns.high[:, 1:], columns.low[:, :-1])
    return Columns(low, high, columns.rms)
