"""The tiles of all lanes as images, coloured once, within one bound of memory."""

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtGui import QImage

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.tiles import Tile, TileKey, ViewRequest, Zoom, stand_ins
from samstudio.session.mix import Channel
from samstudio.session.take import Stem
from samstudio.ui.timeline.paint.colour_maps import colour_table
from samstudio.ui.timeline.paint.share_colours import shared_image

_HELD = 160 << 20
"""Bytes of all images and the shades they were made from."""


@dataclass(frozen=True, eq=False)
class _Pictured:
    tile: Tile
    image: QImage

    @property
    def held(self) -> int:
        share = self.tile.share
        return self.image.sizeInBytes() + self.tile.shades.nbytes + (share.nbytes if share is not None else 0)


class TileImages:
    """Keeps what was shown lately; of other settings until they are covered."""

    def __init__(self, settings: SpectrogramSettings) -> None:
        self.settings = settings
        self.held = 0
        """Bytes of what is kept."""
        self._kept: OrderedDict[TileKey, _Pictured] = OrderedDict()
        self._outdated: set[TileKey] = set()
        """Those of them that show other settings."""
        self._zooms: dict[Channel, dict[Zoom, dict[int, TileKey]]] = {}
        """All of them again, by their numbers: a frame that is zoomed looks for those nearest to it."""

    def add(self, tile: Tile) -> bool:
        """Take in a tile. Returns whether it is a new one."""
        known = self._kept.get(tile.key)
        if known is not None and known.tile is tile and tile.key not in self._outdated:
            self._kept.move_to_end(tile.key)
            return False
        if known is not None:
            self._drop(tile.key)
        made = self._kept[tile.key] = _Pictured(tile, _image(tile, self.settings))
        self.held += made.held
        self._zooms.setdefault(tile.key.channel, {}).setdefault(tile.key.zoom, {})[tile.key.number] = tile.key
        while self.held > _HELD:
            self._drop(next(iter(self._kept)))
        return True

    def _drop(self, key: TileKey) -> None:
        self.held -= self._kept.pop(key).held
        self._outdated.discard(key)
        zooms = self._zooms[key.channel]
        del zooms[key.zoom][key.number]
        if not zooms[key.zoom]:
            del zooms[key.zoom]

    def tile(self, key: TileKey) -> Tile | None:
        """A tile of the current settings."""
        found = self._found(key)
        return found.tile if found else None

    def image(self, key: TileKey) -> QImage | None:
        """Its image."""
        found = self._found(key)
        return found.image if found else None

    def _found(self, key: TileKey) -> _Pictured | None:
        return None if key in self._outdated else self._kept.get(key)

    def stand_ins(self, view: ViewRequest, place: int) -> list[tuple[TileKey, QImage]]:
        """What to paint where the tiles of a view's part at `place` are missing, the best last; outdated ones, too."""
        zooms = {zoom: tiles.values() for zoom, tiles in self._zooms.get(view.channel, {}).items()}
        return [(key, self._kept[key].image) for key in stand_ins(zooms, view, place)]

    def show_settings(self, settings: SpectrogramSettings) -> None:
        """Show other settings; the tiles of the old ones stand in until the new come."""
        old, self.settings = self.settings, settings
        if old.colour_map != settings.colour_map:
            self.colour_again()
        if _levels(old) != _levels(settings):
            self._outdated |= self._kept.keys()

    def colour_again(self) -> None:
        """Colours have changed."""
        for kept in self._kept.values():
            kept.image.swap(_image(kept.tile, self.settings))

    def forget(self, channel: Channel) -> None:
        """The channel has another sound."""
        for key in [key for key in self._kept if _shows(key, channel)]:
            self._drop(key)

    def forget_outdated(self, channel: Channel) -> None:
        """Everything of the channel that is visible has been made anew."""
        for key in [key for key in self._outdated if key.channel == channel]:
            self._drop(key)


def _shows(key: TileKey, channel: Channel) -> bool:
    return key.channel == channel or (key.has_share and channel != Stem.CLIP)


def _levels(settings: SpectrogramSettings) -> tuple[object, ...]:
    """What the shades of tiles depend on; the axis is a fact of each tile."""
    return settings.fft_size, settings.window, settings.range_db, settings.ceiling_db


def _image(tile: Tile, settings: SpectrogramSettings) -> QImage:
    """The tile in colour, in the format that is painted fastest."""
    if tile.share is not None:
        return shared_image(tile.shades, tile.share)
    rows, columns = tile.shades.shape
    pixels = tile.shades.tobytes()
    shades = QImage(pixels, columns, rows, columns, QImage.Format.Format_Indexed8)
    shades.setColorTable(list(colour_table(settings.colour_map)))
    return shades.convertToFormat(QImage.Format.Format_RGB32)
