"""A stem's waveform: peaks with their RMS body, and at deep zoom the samples themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from samstudio.dsp.peaks import BIN, PeakColumns, PeakPyramid, sample_columns
from samstudio.session.clip import Samples
from samstudio.ui.timeline.paint.device_pixels import device_pixels, exposed_pixels, snapped
from samstudio.ui.timeline.paint.lane_item import LaneItem
from samstudio.ui.timeline.paint.wave_painter import WaveColours, columns_image, paint_samples

_CELL = 128
"""Device pixels that are kept or drawn together. At a new zoom all of the view is drawn in one go, which is cheapest;
panning costs copies and now and then a cell."""
_CELLS_KEPT = 64
_POLYLINE_BELOW = 2.0
"""Samples a pixel below which columns would look like scattered dots."""
_DOTS_FROM = 6.0
"""Pixels a sample from which each gets a dot."""
_BESIDE = 16
"""Columns beside a changed sound that may look different, too."""
_RMS_FROM = 16.0
"""Samples per pixel from which the RMS differs visibly from the peaks."""


@dataclass(frozen=True, eq=False)
class _WaveSource:
    """Samples (frames, channels) and their peaks."""

    samples: Samples
    peaks: PeakPyramid

    @property
    def frames_ready(self) -> int:
        """Frames of which the peaks are known."""
        return min(int(self.samples.shape[0]), self.peaks.frames_ready)

    def columns(self, first: int, count: int, hop: float) -> PeakColumns:
        """Minimum, maximum and RMS of these columns, from the peaks or, below their finest bin, from the samples."""
        if hop >= BIN:
            return self.peaks.columns(first, count, hop)
        # One column more on the left, so that the first can be joined to it.
        columns = sample_columns(self.samples, first - 1, count + 1, hop)
        low = np.minimum(columns.low[:, 1:], columns.high[:, :-1])
        high = np.maximum(columns.high[:, 1:], columns.low[:, :-1])
        if first == 0:
            low[:, 0], high[:, 0] = columns.low[:, 1], columns.high[:, 1]
        return PeakColumns(low, high, columns.rms[:, 1:])


@dataclass(frozen=True, eq=False)
class _WavePiece:
    """An image of columns of the waveform from `first` on."""

    first: int
    image: QImage


class WaveformItem(LaneItem):
    """Draws one stem in the whole of its parent's rectangle, channel below channel."""

    def __init__(self, parent: QGraphicsItem, colours: WaveColours) -> None:
        super().__init__(parent)
        self._colours = colours
        self._samples: Samples | None = None
        self._sample_rate = 1
        self._peaks: PeakPyramid | None = None
        self._drawn_frames = 0
        self._gain = 1.0
        self._pieces: dict[int, _WavePiece] = {}
        """By cell: columns `cell * _CELL` .. of the zoom and height in `_pieces_for`."""
        self._pieces_for: tuple[float, int, float] | None = None

    def show_colours(self, colours: WaveColours) -> None:
        """Use other colours."""
        self._colours = colours
        self._forget()

    def show_sound(self, samples: Samples | None, sample_rate: int) -> None:
        """Show other sound; its peaks come with `show_peaks`."""
        self._samples, self._sample_rate, self._peaks = samples, sample_rate, None
        self._forget()

    def show_trimmed(self, samples: Samples) -> None:
        """The same sound, which turned out shorter; its peaks stay."""
        self._samples = samples
        self._forget()

    @property
    def _sound(self) -> _WaveSource | None:
        """What is drawn, once its peaks have come."""
        return None if self._samples is None or self._peaks is None else _WaveSource(self._samples, self._peaks)

    def show_peaks(self, peaks: PeakPyramid) -> None:
        """Show peaks, or more of them."""
        if peaks is not self._peaks:
            self._peaks = peaks
            self._forget()
        hop = self._view.seconds_per_pixel * self._sample_rate
        # Only what reaches beyond the sound that was there before looks different now.
        for cell in [cell for cell in self._pieces if (cell + 1) * _CELL * hop + hop > self._drawn_frames]:
            del self._pieces[cell]
        self._drawn_frames = peaks.frames_ready
        self.update()

    def show_replaced(self, samples: Samples, start: int, end: int) -> None:
        """The same sound, which has changed from one frame to another, and so have its peaks."""
        self._samples = samples
        hop = self._view.seconds_per_pixel * self._sample_rate
        # A line runs on over the edges of what it is drawn from.
        first, last = floor(start / hop) - _BESIDE, ceil(end / hop) + _BESIDE
        for cell in [cell for cell in self._pieces if (cell + 1) * _CELL > first and cell * _CELL < last]:
            del self._pieces[cell]
        self.update()

    def show_gain(self, gain: float) -> None:
        """Draw the waveform `gain` times as high."""
        self._gain = gain
        self._forget()

    def _forget(self) -> None:
        self._pieces.clear()
        self._drawn_frames = 0
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lay the pieces that are exposed side by side."""
        sound = self._sound
        if sound is None:
            return
        with device_pixels(painter) as to_device:
            lane = snapped(to_device, self._rect)
            exposed = exposed_pixels(to_device, option, lane)
            origin = lane.left() - round(self._view.start / self._view.seconds_per_pixel)
            cells = range(max(0, (exposed.left() - origin) // _CELL), (exposed.right() - origin) // _CELL + 1)
            self._draw_missing(sound, cells, lane.height(), to_device.m11())
            for piece, together in _runs(cells, self._pieces):
                at = QRect(origin + together[0] * _CELL, lane.top(), len(together) * _CELL, lane.height())
                part = at & exposed
                if piece is not None:
                    painter.drawImage(part.topLeft(), piece.image, part.translated(-origin - piece.first, -lane.top()))

    def _draw_missing(self, sound: _WaveSource, cells: range, height: int, unit: float) -> None:
        pieces_for = (self._view.seconds_per_pixel, height, unit)
        if self._pieces_for != pieces_for or len(self._pieces) > _CELLS_KEPT:
            self._pieces.clear()
            self._pieces_for = pieces_for
        for piece, together in list(_runs(cells, self._pieces)):
            if piece is None:
                first, count = together[0] * _CELL, len(together) * _CELL
                self._pieces |= dict.fromkeys(
                    together, _WavePiece(first, self._image(sound, first, count, height, unit))
                )

    def _image(self, sound: _WaveSource, first: int, count: int, height: int, unit: float) -> QImage:
        """Draw columns `first`.. of device pixels; `unit` is the size of a logical pixel in these."""
        hop = self._view.seconds_per_pixel * self._sample_rate
        # What does not exist yet is left out: a line there would look like silence.
        existing = min(count, ceil(sound.frames_ready / hop) - first)
        if hop >= _POLYLINE_BELOW and existing > 0:
            columns = sound.columns(first, existing, hop)
            return columns_image(columns, height, self._colours, body=hop >= _RMS_FROM, gain=self._gain)
        image = QImage(count, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        if existing > 0:
            with QPainter(image) as painter:
                self._paint_samples(painter, sound, QRect(QPoint(0, 0), image.size()), first, hop, unit)
        return image

    def _paint_samples(
        self, painter: QPainter, sound: _WaveSource, lane: QRect, first: int, hop: float, unit: float
    ) -> None:
        """Paint the samples in these columns with enough beside them for lines and dots to run on."""
        begin = max(0, floor((first - 8 * unit) * hop) - 1)
        end = min(sound.frames_ready, ceil((first + lane.width() + 8 * unit) * hop) + 2)
        if begin >= end:
            return
        x = np.arange(begin, end) / hop - first
        dot = 5.0 * unit if 1.0 / hop >= _DOTS_FROM * unit else 0.0
        paint_samples(painter, lane, x, sound.samples[begin:end], self._colours, dot=dot, gain=self._gain)


def _runs(cells: range, pieces: dict[int, _WavePiece]) -> Iterator[tuple[_WavePiece | None, list[int]]]:
    """Neighbouring cells that lie in the same piece, or in none."""
    return ((piece, list(together)) for piece, together in groupby(cells, pieces.get))
