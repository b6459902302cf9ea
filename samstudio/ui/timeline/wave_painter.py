"""How a waveform is painted: upright bars of whole pixels, or at deep zoom a line through the samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from samstudio.dsp.peaks import Columns

Floats = NDArray[np.floating]

_THIN_FROM = 1.0 / 3.0
"""Samples a pixel from which the line is one device pixel thin: Qt draws these twenty times as fast."""
_MARK_HEIGHT = 4
_BEYOND = 100.0


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


def paint_columns(
    painter: QPainter, lane: QRect, columns: Columns, colours: WaveColours, *, body: bool, gain: float = 1.0
) -> None:
    """Paint one bar a device pixel from the left of `lane` on, every channel in its share of the height.

    The waveform is drawn `gain` times as high; what is clipped is told by its true level.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    x = lane.left() + np.arange(columns.low.shape[1])
    for channel in range(columns.low.shape[0]):
        rect = channel_rect(lane, channel, columns.low.shape[0])
        middle, half = rect.top() + rect.height() / 2.0, half_height(rect) * gain
        low, high = columns.low[channel], columns.high[channel]
        _paint_bars(painter, colours.peaks, x, middle - high * half, middle - low * half, rect)
        if body:
            rms = columns.rms[channel]
            above, below = np.minimum(rms, np.maximum(high, 0)), np.minimum(rms, np.maximum(-low, 0))
            _paint_bars(painter, colours.body, x, middle - above * half, middle + below * half, rect)
        if colours.clipped is not None:
            for over, top in ((high >= 1.0, rect.top()), (low <= -1.0, rect.bottom() + 1 - _MARK_HEIGHT)):
                # Wider than a column: a single clipped sample in an hour must be seen.
                _paint_rects(painter, colours.clipped, x[over] - 1.0, np.full(over.sum(), top), 3.0, _MARK_HEIGHT)


def paint_samples(
    painter: QPainter, lane: QRect, x: Floats, samples: Floats, colours: WaveColours, *, dot: float, gain: float = 1.0
) -> None:
    """Paint a line through `samples` (frames, channels) at device pixels `x`; `dot` is their dots' size, or 0."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    channels = samples.shape[1]
    spacing = float(x[1] - x[0]) if len(x) > 1 else 1.0
    width = 1.0 if spacing < 1.0 / _THIN_FROM else 1.25
    for channel in range(channels):
        rect = channel_rect(lane, channel, channels)
        values = samples[:, channel]
        # What is drawn beyond full scale runs out of the channel at its own slope.
        y = rect.top() + rect.height() / 2.0 - np.clip(values * gain, -_BEYOND, _BEYOND) * half_height(rect)
        painter.setClipRect(rect)
        painter.setPen(QPen(colours.peaks, width))
        painter.drawPolyline(arrayToQPolygonF(x, y))
        if dot:
            _paint_dots(painter, x, y, colours.body, dot)
        over = np.abs(values) >= 1.0
        if colours.clipped is not None and over.any():
            _paint_dots(painter, x[over], y[over], colours.clipped, max(dot * 1.2, 3.0))


def _paint_bars(painter: QPainter, colour: QColor, x: Floats, top: Floats, bottom: Floats, within: QRect) -> None:
    """Upright bars, one pixel wide and at least one high."""
    upper = np.clip(np.floor(top + 0.5), within.top(), within.bottom())
    lower = np.clip(np.floor(bottom + 0.5), upper + 1.0, within.bottom() + 1)
    _paint_rects(painter, colour, x, upper, 1.0, lower - upper)


def _paint_rects(painter: QPainter, colour: QColor, x: Floats, y: Floats, width: float, height: Floats | float) -> None:
    rects = PrimitiveArray(QRectF, 4)
    rects.resize(len(x))
    fields = rects.ndarray()
    fields[:, 0], fields[:, 1], fields[:, 2], fields[:, 3] = x, y, width, height
    painter.setBrush(colour)
    painter.drawRects(*rects.drawargs())


def _paint_dots(painter: QPainter, x: Floats, y: Floats, colour: QColor, size: float) -> None:
    painter.setPen(QPen(colour, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])
