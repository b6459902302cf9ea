"""The tiles of all lanes as images, coloured once, within one bound of memory."""

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtGui import QImage

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.tiles import Tile, TileKey, ViewRequest
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
        """Bytes of what is kept, without what is outdated."""
        self._tiles: OrderedDict[TileKey, _Pictured] = OrderedDict()
        self._outdated: dict[TileKey, _Pictured] = {}

    def add(self, tile: Tile) -> bool:
        """Take in a tile. Returns whether it is a new one."""
        known = self._tiles.pop(tile.key, None)
        if known is not None and known.tile is tile:
            self._tiles[tile.key] = known
            return False
        made = _Pictured(tile, _image(tile, self.settings))
        self.held += made.held - (known.held if known else 0)
        self._tiles[tile.key] = made
        while self.held > _HELD:
            self.held -= self._tiles.popitem(last=False)[1].held
        return True

    def tile(self, key: TileKey) -> Tile | None:
        """A tile of the current settings."""
        found = self._tiles.get(key)
        return found.tile if found else None

    def image(self, key: TileKey) -> QImage | None:
        """Its image."""
        found = self._tiles.get(key)
        return found.image if found else None

    def stand_ins(self, view: ViewRequest) -> dict[TileKey, QImage]:
        """All images of a channel, outdated ones too; what has the share, or lacks it, like the view comes last."""
        everything = {**self._outdated, **self._tiles}
        own = [key for key in everything if key.channel == view.channel]
        own.sort(key=lambda key: key.has_share == view.has_share)
        return {key: everything[key].image for key in own}

    def show_settings(self, settings: SpectrogramSettings) -> None:
        """Show other settings; the tiles of the old ones stand in until the new come."""
        old, self.settings = self.settings, settings
        if old.colour_map != settings.colour_map:
            self.colour_again()
        if _levels(old) != _levels(settings):
            self._outdated |= self._tiles
            self._tiles.clear()
            self.held = 0

    def colour_again(self) -> None:
        """Colours have changed."""
        for kept in (*self._tiles.values(), *self._outdated.values()):
            kept.image.swap(_image(kept.tile, self.settings))

    def forget(self, channel: Channel) -> None:
        """The channel has another sound."""
        for kept in (self._tiles, self._outdated):
            for key in [key for key in kept if _shows(key, channel)]:
                gone = kept.pop(key)
                self.held -= gone.held if kept is self._tiles else 0

    def forget_outdated(self, channel: Channel) -> None:
        """Everything of the channel that is visible has been made anew."""
        for key in [key for key in self._outdated if key.channel == channel]:
            del self._outdated[key]


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
