"""The spectrogram: tiles laid side by side, and the nearest other zoom where one is still being made."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QRegion
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from samstudio.dsp.spectrogram import shade_db
from samstudio.dsp.tiles import TILE_COLUMNS, Tile, TileKey
from samstudio.ui.timeline.paint.colour_maps import SHADES, colour_table
from samstudio.ui.timeline.paint.device_pixels import device_pixels, exposed_pixels, snapped
from samstudio.ui.timeline.paint.lane_item import LaneItem
from samstudio.ui.timeline.paint.tile_images import TileImages
from samstudio.ui.timeline.paint.wave_painter import channel_rect

_BETWEEN = QColor(128, 128, 128)
"""The line between two channels, on the dark and the bright parts of any colours."""


class SpectrogramItem(LaneItem):
    """Draws the channel of its view in the whole of its parent's rectangle, one column of a tile a device pixel.

    What of the sound is shown one below the other (its parts) has bands of equal height.
    """

    def __init__(self, parent: QGraphicsItem, images: TileImages) -> None:
        super().__init__(parent)
        self._images = images

    def show_tile(self, key: TileKey) -> None:
        """Another tile is there."""
        view = self._view
        if key.channel == view.channel and key.start < view.end and key.end > view.start:
            self.update()

    def level_at(self, seconds: float, height: float, band: int = 0) -> float | None:
        """The level shown at a time and a height in a band (0 bottom .. 1 top), dBFS; None without a tile yet."""
        tile = self._tile_at(seconds, band)
        if tile is None or not 0.0 <= height < 1.0:
            return None
        return shade_db(_pixel(tile.shades, tile.key, seconds, height), self._images.settings)

    def share_at(self, seconds: float, height: float, band: int = 0) -> float | None:
        """The target's share of the power there, 0 to 1; None where it is not shown."""
        tile = self._tile_at(seconds, band)
        if tile is None or tile.share is None or not 0.0 <= height < 1.0:
            return None
        return _pixel(tile.share, tile.key, seconds, height) / 255.0

    def _tile_at(self, seconds: float, band: int) -> Tile | None:
        if band >= len(self._view.parts):
            return None
        key = next((key for key in self._view.keys_of(band) if key.start <= seconds < key.end), None)
        return self._images.tile(key) if key else None

    def shade_counts(self) -> NDArray[np.int64]:
        """How many pixels of the tiles in view have each of the 256 shades, darkest first."""
        counts = np.zeros(SHADES, np.int64)
        for key in self._view.keys:
            tile = self._images.tile(key)
            if tile is not None:
                counts += tile.shade_counts
        return counts

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lay the tiles side by side, pixel for pixel, and a line between the bands."""
        with device_pixels(painter) as to_device:
            lane = snapped(to_device, self._rect)
            exposed = exposed_pixels(to_device, option, lane)
            bands = len(self._view.parts)
            # All of them, even if one is missing.
            are_covered = [
                self._paint_band(painter, channel_rect(lane, band, bands), band, exposed) for band in range(bands)
            ]
            if all(are_covered) and exposed == lane:
                self._images.forget_outdated(self._view.channel)
            for band in range(1, bands):
                painter.fillRect(exposed.left(), channel_rect(lane, band, bands).top(), exposed.width(), 1, _BETWEEN)

    def _paint_band(self, painter: QPainter, lane: QRect, band: int, exposed: QRect) -> bool:
        """One part of the sound, as far as it is `exposed`. Returns whether all its tiles are there."""
        exposed = exposed & lane
        first = round(self._view.start / self._view.seconds_per_pixel)
        missing = QRegion(exposed)
        for key in self._view.keys_of(band):
            at = QRect(lane.left() + key.number * TILE_COLUMNS - first, lane.top(), TILE_COLUMNS, lane.height())
            part = at & exposed
            image = self._images.image(key)
            if image is None or part.isEmpty():
                continue
            missing -= part
            if key.rows == lane.height():
                painter.drawImage(part.topLeft(), image, part.translated(-at.topLeft()))
            else:
                painter.drawImage(at, image)
        if missing.isEmpty():
            return True
        painter.save()
        painter.setClipRegion(missing, Qt.ClipOperation.IntersectClip)
        painter.fillRect(exposed, QColor.fromRgb(colour_table(self._images.settings.colour_map)[0]))
        self._paint_stand_ins(painter, lane, band, first)
        painter.restore()
        return False

    def _paint_stand_ins(self, painter: QPainter, lane: QRect, band: int, first: int) -> None:
        """Tiles of other zooms, stretched, the best on top."""
        view = self._view
        chosen = self._images.stand_ins(view, band)
        bands = view.scale.extents(key.scale for key, _ in chosen)
        for key, image in chosen:
            # Only the visible part: stretching what reaches far beyond the screen is slow.
            bottom, top = bands[key.scale]
            high, low = min(1.0, top), max(0.0, bottom)
            source_top, source_foot = (key.rows * (top - place) / (top - bottom) for place in (high, low))
            begin = max(0.0, (view.start - key.start) / key.seconds_per_pixel)
            end = min(float(TILE_COLUMNS), (view.end - key.start) / key.seconds_per_pixel)
            factor = key.seconds_per_pixel / view.seconds_per_pixel
            left = lane.left() - first + key.start / view.seconds_per_pixel + begin * factor
            height = lane.height()
            target = QRectF(left, lane.top() + (1.0 - high) * height, (end - begin) * factor, (high - low) * height)
            source = QRectF(begin, source_top, end - begin, source_foot - source_top)
            painter.drawImage(target, image, source)


def _pixel(values: NDArray[np.uint8], key: TileKey, seconds: float, height: float) -> int:
    """The value of a tile at a time and a height (0 bottom .. 1 top)."""
    column = min(TILE_COLUMNS - 1, int((seconds - key.start) / key.seconds_per_pixel))
    return int(values[len(values) - 1 - int(height * len(values)), column])
