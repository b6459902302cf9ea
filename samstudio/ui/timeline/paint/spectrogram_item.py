"""The spectrogram: tiles laid side by side, and the nearest other zoom where one is still being made."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from samstudio.dsp.spectrogram import SpectrogramSettings, shade_db
from samstudio.dsp.tiles import TILE_COLUMNS, Tile, TileKey, stand_ins
from samstudio.ui.timeline.paint.colour_maps import SHADES, colour_table
from samstudio.ui.timeline.paint.device_pixels import device_pixels, exposed_pixels, snapped
from samstudio.ui.timeline.paint.lane_item import LaneItem

_TILES_KEPT = 256


class SpectrogramItem(LaneItem):
    """Draws the tiles it was given in the whole of its parent's rectangle, one column a device pixel."""

    def __init__(self, parent: QGraphicsItem, settings: SpectrogramSettings) -> None:
        super().__init__(parent)
        self._settings = settings
        self._tiles: OrderedDict[TileKey, tuple[Tile, QImage]] = OrderedDict()
        self._outdated: dict[TileKey, tuple[Tile, QImage]] = {}

    def show_settings(self, settings: SpectrogramSettings) -> None:
        """Show other settings; the tiles of the old ones stand in until the new come."""
        old, self._settings = self._settings, settings
        if old.colour_map != settings.colour_map:
            for tile, image in (*self._tiles.values(), *self._outdated.values()):
                image.swap(_image(tile, settings))
        if _levels(old) != _levels(settings):
            self._outdated |= self._tiles
            self._tiles.clear()
        self.update()

    def clear(self) -> None:
        """Show nothing: another clip was opened."""
        self._tiles.clear()
        self._outdated.clear()
        self.update()

    def show_tile(self, tile: Tile) -> None:
        """Take in a tile."""
        known = self._tiles.get(tile.key)
        if known is not None and known[0] is tile:
            self._tiles.move_to_end(tile.key)
            return
        self._tiles[tile.key] = (tile, _image(tile, self._settings))
        while len(self._tiles) > _TILES_KEPT:
            self._tiles.popitem(last=False)
        if tile.key.start < self._view.end and tile.key.end > self._view.start:
            self.update()

    def level_at(self, seconds: float, height: float) -> float | None:
        """The level shown at a time and a height (0 bottom .. 1 top), dBFS; None where there is no tile yet."""
        key = next((key for key in self._view.keys if key.start <= seconds < key.end), None)
        if key is None or key not in self._tiles or not 0.0 <= height < 1.0:
            return None
        shades = self._tiles[key][0].shades
        column = min(TILE_COLUMNS - 1, int((seconds - key.start) / key.seconds_per_pixel))
        return shade_db(int(shades[len(shades) - 1 - int(height * len(shades)), column]), self._settings)

    def shade_counts(self) -> NDArray[np.int64]:
        """How many pixels of the tiles in view have each of the 256 shades, darkest first."""
        counts = np.zeros(SHADES, np.int64)
        for key in self._view.keys:
            if key in self._tiles:
                counts += np.bincount(self._tiles[key][0].shades.ravel(), minlength=SHADES)
        return counts

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lay the tiles side by side, pixel for pixel."""
        with device_pixels(painter) as to_device:
            lane = snapped(to_device, self._rect)
            exposed = exposed_pixels(to_device, option, lane)
            first = round(self._view.start / self._view.seconds_per_pixel)
            missing = QRegion(exposed)
            for key in self._view.keys:
                at = QRect(lane.left() + key.number * TILE_COLUMNS - first, lane.top(), TILE_COLUMNS, lane.height())
                part = at & exposed
                if key not in self._tiles or part.isEmpty():
                    continue
                missing -= part
                image = self._tiles[key][1]
                if key.rows == lane.height():
                    painter.drawImage(part.topLeft(), image, part.translated(-at.topLeft()))
                else:
                    painter.drawImage(at, image)
            if missing.isEmpty():
                if exposed == lane:
                    self._outdated.clear()
            else:
                painter.setClipRegion(missing, Qt.ClipOperation.IntersectClip)
                painter.fillRect(exposed, QColor.fromRgb(colour_table(self._settings.colour_map)[0]))
                self._paint_stand_ins(painter, lane, first)

    def _paint_stand_ins(self, painter: QPainter, lane: QRect, first: int) -> None:
        """Tiles of other zooms, stretched, the best on top."""
        everything = {**self._outdated, **self._tiles}
        view = self._view
        for key in stand_ins(everything, view):
            # Only the visible part: stretching what reaches far beyond the screen is slow.
            bottom, top = view.scale.extent(key.scale)
            high, low = min(1.0, top), max(0.0, bottom)
            source_top, source_foot = (key.rows * (top - place) / (top - bottom) for place in (high, low))
            begin = max(0.0, (view.start - key.start) / key.seconds_per_pixel)
            end = min(float(TILE_COLUMNS), (view.end - key.start) / key.seconds_per_pixel)
            factor = key.seconds_per_pixel / view.seconds_per_pixel
            left = lane.left() - first + key.start / view.seconds_per_pixel + begin * factor
            height = lane.height()
            target = QRectF(left, lane.top() + (1.0 - high) * height, (end - begin) * factor, (high - low) * height)
            source = QRectF(begin, source_top, end - begin, source_foot - source_top)
            painter.drawImage(target, everything[key][1], source)
            if key in self._tiles:
                self._tiles.move_to_end(key)


def _levels(settings: SpectrogramSettings) -> tuple[object, ...]:
    """What the shades of tiles depend on; the axis is a fact of each tile."""
    return settings.fft_size, settings.window, settings.range_db, settings.ceiling_db


def _image(tile: Tile, settings: SpectrogramSettings) -> QImage:
    """The tile in colour, in the format that is painted fastest."""
    rows, columns = tile.shades.shape
    pixels = tile.shades.tobytes()
    shades = QImage(pixels, columns, rows, columns, QImage.Format.Format_Indexed8)
    shades.setColorTable(list(colour_table(settings.colour_map)))
    return shades.convertToFormat(QImage.Format.Format_RGB32)
