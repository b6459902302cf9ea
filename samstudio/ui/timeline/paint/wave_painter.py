"""How a waveform is painted: upright bars of whole pixels, or at deep zoom a line through the samples."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from samstudio.dsp.peaks import PeakColumns

Floats = NDArray[np.floating]

_BODY, _CLIPPED = 2, 4
"""Bits of a pixel's index into the colour table; 1 is the peaks."""
_THIN_FROM = 1.0 / 3.0
"""Samples a pixel from which the line is one device pixel thin."""
_MARK_WIDTH, _MARK_HEIGHT = 3, 4
_BEYOND = 100.0
_FULL_SCALE = 1.0 - 2.0**-15
"""From here a sample counts as clipped: the highest value that 16 bits can hold is just short of one."""


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


def channel_rects(lane: QRect, channels: int) -> list[QRect]:
    """Where all channels lie in their lane."""
    return [channel_rect(lane, channel, channels) for channel in range(channels)]


def half_height(channel: QRect) -> float:
    """Pixels from a channel's middle line to full scale."""
    return max(1.0, (channel.height() - 3) / 2.0)


def columns_image(columns: PeakColumns, height: int, colours: WaveColours, *, body: bool, gain: float = 1.0) -> QImage:
    """One bar a device pixel, every channel in its share of the `height`, on a transparent ground.

    The waveform is drawn `gain` times as high; clipping is judged by the true level.
    """
    channels, width = columns.low.shape
    # Rows of an image begin at multiples of four bytes.
    indices = np.zeros((height, -(-width // 4) * 4), np.uint8)
    for channel in range(channels):
        rect = channel_rect(QRect(0, 0, width, height), channel, channels)
        middle, half = rect.height() / 2.0, half_height(rect) * gain
        low, high = columns.low[channel], columns.high[channel]
        here = indices[rect.top() : rect.bottom() + 1, :width]
        _draw_bars(here, 1, middle - high * half, middle - low * half)
        if body:
            rms = columns.rms[channel]
            above, below = np.minimum(rms, np.maximum(high, 0)), np.minimum(rms, np.maximum(-low, 0))
            _draw_bars(here, _BODY, middle - above * half, middle + below * half)
        if colours.clipped is not None:
            _mark_clipped(here[:_MARK_HEIGHT], high >= _FULL_SCALE)
            _mark_clipped(here[-_MARK_HEIGHT:], low <= -_FULL_SCALE)
    image = QImage(indices.data, width, height, indices.shape[1], QImage.Format.Format_Indexed8)
    table = [QColor(Qt.GlobalColor.transparent), colours.peaks, colours.body, colours.body]
    image.setColorTable([colour.rgba() for colour in (*table, *[colours.clipped or colours.peaks] * 4)])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def paint_samples(
    painter: QPainter, lane: QRect, x: Floats, samples: Floats, colours: WaveColours, *, dot: float, gain: float = 1.0
) -> None:
    """Paint a line through `samples` (frames, channels) at device pixels `x`; `dot` is their dots' size, or 0."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    channels = samples.shape[1]
    spacing = float(x[1] - x[0]) if len(x) > 1 else 1.0
    for channel in range(channels):
        rect = channel_rect(lane, channel, channels)
        values = samples[:, channel]
        # Beyond full scale the line leaves the channel at its own slope.
        y = rect.top() + rect.height() / 2.0 - np.clip(values * gain, -_BEYOND, _BEYOND) * half_height(rect)
        painter.setClipRect(rect)
        painter.setPen(QPen(colours.peaks, 1.0))
        # Qt draws lines of one pixel twenty times as fast as wider ones: a wider one is drawn as two.
        for shift in (0.0,) if spacing < 1.0 / _THIN_FROM else (-0.2, 0.2):
            painter.drawPolyline(arrayToQPolygonF(x + shift, y + shift))
        if dot:
            _paint_dots(painter, x, y, colours.body, dot)
        over = np.abs(values) >= _FULL_SCALE
        if colours.clipped is not None and over.any():
            _paint_dots(painter, x[over], y[over], colours.clipped, max(dot * 1.2, 3.0))


def _draw_bars(pixels: NDArray[np.uint8], bit: int, top: Floats, bottom: Floats) -> None:
    """Set `bit` in upright bars of `pixels`, one column each, from `top` to `bottom` and at least one pixel high."""
    rows = pixels.shape[0]
    upper = np.clip(np.floor(top + 0.5), 0, rows - 1)
    lower = np.clip(np.floor(bottom + 0.5), upper + 1.0, rows)
    # One comparison instead of two: a row above the bar wraps round to a great distance from its top.
    kind = np.uint8 if rows < 256 else np.uint16
    inside = (np.arange(rows, dtype=kind)[:, None] - upper.astype(kind)) < (lower - upper).astype(kind)
    pixels |= inside.view(np.uint8) * np.uint8(bit)


def _mark_clipped(pixels: NDArray[np.uint8], over: NDArray[np.bool_]) -> None:
    """Mark the columns `over`, wider than a column: a single clipped sample in an hour must be visible."""
    if over.any():
        pixels[:, np.convolve(over, np.ones(_MARK_WIDTH), "same") > 0] |= np.uint8(_CLIPPED)


def _paint_dots(painter: QPainter, x: Floats, y: Floats, colour: QColor, size: float) -> None:
    # Painted once and copied: Qt takes twice as long for a round point.
    side = ceil(size) + 2
    dot = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    dot.fill(Qt.GlobalColor.transparent)
    with QPainter(dot) as dot_painter:
        dot_painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot_painter.setPen(Qt.PenStyle.NoPen)
        dot_painter.setBrush(colour)
        dot_painter.drawEllipse(QPointF(side / 2.0, side / 2.0), size / 2.0, size / 2.0)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for left, top in zip((x - side / 2.0).tolist(), (y - side / 2.0).tolist(), strict=True):
        painter.drawImage(QPointF(left, top), dot)
