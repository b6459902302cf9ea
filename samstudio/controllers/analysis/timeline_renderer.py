"""Peaks and spectrogram tiles of what the timeline shows, made in the background, only where they are visible."""

from collections import OrderedDict
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, QTimer, Signal, Slot

from samstudio.controllers.analysis.peak_filler import PeakFiller
from samstudio.controllers.analysis.peak_store import PeakStore
from samstudio.controllers.analysis.sound_source import SoundSource, is_start_of
from samstudio.controllers.analysis.tile_maker import block_reach, frames_ready, make_tile, reach
from samstudio.controllers.background import Background
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.spectrum_cache import SpectrumCache
from samstudio.dsp.tiles import Tile, TileKey, ViewRequest
from samstudio.session.clip import Samples
from samstudio.session.mix import Channel
from samstudio.session.take import Stem

_TILES_HELD = 64 << 20
"""Bytes of all tiles that are kept."""
_ZOOM_PAUSE = 40
"""Milliseconds that a zoom in time or frequency must last before tiles are made for it: a turning wheel passes many."""

_Identity = tuple[int, ...]
"""The serial numbers of the sounds that a tile is made of."""


class TimelineRenderer(QObject):
    """Computes what the timeline shows and emits each piece when it is ready.

    Requests come from the GUI thread; the work is done in a pool, the middle of the view first, and what is no longer
    visible is not begun. The sound may be longer than memory: it is read in slices and released. What is kept of
    tiles and spectra is bounded, however many channels there are.
    """

    peaks_changed = Signal(object, object)
    """Channel, PeakPyramid (of which more is filled than before)."""
    sound_replaced = Signal(object, object, object)
    """Channel, Samples, (first, end) in frames: the channel's sound has changed there, and its peaks have, too."""
    tile_ready = Signal(object)
    """Tile of a channel's spectrogram, under the settings given last."""

    def __init__(self, parent: QObject | None = None, threads: int | None = None) -> None:
        super().__init__(parent)
        self._most_tiles = threads or max(1, min(4, QThread.idealThreadCount() - 1))
        # A pool of its own, so that a view never waits for an export, with one thread more than there are tiles in the
        # making, so that peaks never wait for spectra.
        self._background = Background(self, self._most_tiles + 1)
        self._sources: dict[Channel, SoundSource] = {}
        self._peaks = PeakStore()
        self._filler = PeakFiller(self._sources, self._background, self)
        self._filler.filled.connect(self.peaks_changed)
        self._filler.refilled.connect(self._on_refilled)
        self._settings = SpectrogramSettings()
        self._cache = SpectrumCache()
        self._views: tuple[ViewRequest, ...] = ()
        self._wanted: list[TileKey] = []
        self._tiles: OrderedDict[tuple[_Identity, TileKey], Tile] = OrderedDict()
        self._held = 0
        self._generation = 0
        self._making: set[tuple[_Identity, TileKey]] = set()
        self._running = 0
        self._zoom_pause = QTimer(self, singleShot=True, interval=_ZOOM_PAUSE)
        self._zoom_pause.timeout.connect(self._plan)

    def set_source(self, channel: Channel, samples: Samples | None, sample_rate: int, frames_ready: int) -> None:
        """Show other sound as `channel`, or none; `frames_ready` frames of it exist, the rest comes with `extend`.

        Sound that was shown before has its peaks already, and so has the same sound that turned out shorter.
        """
        old = self._sources.pop(channel, None)
        if samples is not None:
            if old is not None and old.samples is not samples and is_start_of(samples, old.samples):
                self._peaks.adopt(samples, old.peaks)
            peaks = self._peaks.peaks_of(samples)
            serial = self._peaks.serial_of(samples)
            self._sources[channel] = SoundSource(samples, sample_rate, frames_ready, peaks, serial)
            if peaks.frames_ready:
                self.peaks_changed.emit(channel, peaks)
        elif channel == Stem.CLIP:
            # The recording was closed: nothing of it will be shown soon.
            self._forget_tiles(spectra_too=True)
        self._filler.fill_next()
        self._deliver(view for view in self._views if channel in self._channels(view))
        self._plan()

    def replace_source(self, channel: Channel, samples: Samples, changed: tuple[int, int]) -> None:
        """The channel's sound is `samples` from now on, which differ in the frames from `changed[0]` to `changed[1]`.

        Only what shows these frames is made anew. `sound_replaced` follows when their peaks are there.
        """
        old = self._sources.get(channel)
        if old is None:
            return
        if any(other.peaks is old.peaks for name, other in self._sources.items() if name != channel):
            # The peaks are another channel's, too, and must stay what they are.
            self.set_source(channel, samples, old.sample_rate, old.frames_ready)
            self.sound_replaced.emit(channel, samples, changed)
            return
        self._peaks.forget(old.samples)
        self._peaks.adopt(samples, old.peaks)
        new = replace(old, samples=samples, serial=self._peaks.serial_of(samples))
        self._sources[channel] = new
        settings = self._settings
        self._cache.inherit(
            old.serial, new.serial, lambda hop, number: _overlap(block_reach(hop, number, settings), changed)
        )
        for identity, key in list(self._tiles):
            if old.serial in identity:
                tile = self._tiles.pop((identity, key))
                if _overlap(reach(old, settings, key), changed):
                    self._held -= _bytes_of(tile)
                else:
                    serials = tuple(new.serial if serial == old.serial else serial for serial in identity)
                    self._tiles[serials, key] = tile
        self._filler.refill(channel, *changed)
        self._plan()

    def extend(self, channel: Channel, frames_ready: int) -> None:
        """More of the channel's sound exists now."""
        source = self._sources.get(channel)
        if source is None or frames_ready <= source.frames_ready:
            return
        self._sources[channel] = replace(source, frames_ready=frames_ready)
        self._filler.fill_next()
        if any(channel in self._channels(view) for view in self._views):
            self._plan()

    def set_spectrogram_settings(self, settings: SpectrogramSettings) -> None:
        """Make the tiles from now on with `settings`; spectra already computed serve again where they can."""
        old, self._settings = self._settings, settings
        new_spectra = (old.fft_size, old.window) != (settings.fft_size, settings.window)
        # Colours are the display's, and the axis is the view's.
        if new_spectra or (old.range_db, old.ceiling_db) != (settings.range_db, settings.ceiling_db):
            self._forget_tiles(spectra_too=new_spectra)
            self._plan()

    def request_views(self, views: Sequence[ViewRequest]) -> None:
        """Deliver the tiles of all pictures that are shown: at once those kept, the others as they are made.

        All pictures show the same time at the same zoom.
        """
        zooms = [{(view.seconds_per_pixel, view.scale) for view in some} for some in (self._views, views)]
        is_zooming = bool(zooms[0]) and zooms[0] != zooms[1]
        self._views = tuple(views)
        self._deliver(self._views)
        if is_zooming:
            self._wanted = []
            self._zoom_pause.start()
        elif not self._zoom_pause.isActive():
            self._plan()

    @property
    def is_busy(self) -> bool:
        """Whether anything is being made or about to be."""
        return self._running > 0 or self._filler.is_busy or self._zoom_pause.isActive()

    def close(self, until: QDeadlineTimer | None = None) -> bool:
        """Stop rendering and wait until no thread works (some 100 ms at most), or until a moment. Whether none does."""
        self._sources.clear()
        self._wanted = []
        self._zoom_pause.stop()
        return self._background.shut_down(until)

    def _deliver(self, views: Iterable[ViewRequest]) -> None:
        for view in views:
            for key in view.keys:
                name = self._identity(key), key
                if name in self._tiles:
                    self._tiles.move_to_end(name)
                    self.tile_ready.emit(self._tiles[name])

    def _sources_of(self, key: TileKey | ViewRequest) -> tuple[SoundSource, ...]:
        """What a tile is made of, empty where that is not all there."""
        found = tuple(self._sources[channel] for channel in self._channels(key) if channel in self._sources)
        return found if len(found) == len(self._channels(key)) else ()

    def _channels(self, picture: TileKey | ViewRequest) -> tuple[Channel, ...]:
        """The channels whose sound a picture shows, the pictured one first."""
        if not picture.has_share:
            return (picture.channel,)
        # With the targets of earlier takes, target and residual are all of the clip.
        earlier = (channel for channel in self._sources if channel not in set(Stem))
        return (picture.channel, Stem.TARGET, Stem.RESIDUAL, *earlier)

    def _identity(self, key: TileKey) -> _Identity:
        return tuple(source.serial for source in self._sources_of(key))

    def _forget_tiles(self, *, spectra_too: bool) -> None:
        self._generation += 1
        self._tiles.clear()
        self._held = 0
        self._making = set()
        if spectra_too:
            self._cache = SpectrumCache()

    @Slot()
    def _plan(self) -> None:
        """Decide what to make: what is visible, from the middle outwards, then a tile's width beside it."""
        near: list[tuple[float, TileKey]] = []
        beside: list[TileKey] = []
        for visible in (view.keys_of(place) for view in self._views for place in range(len(view.parts))):
            middle = len(visible) / 2.0 - 0.5
            near += [(abs(place - middle), key) for place, key in enumerate(visible)]
            beside += [
                replace(visible[i], number=visible[i].number + step) for i, step in ((-1, 1), (0, -1)) if visible
            ]
        # What is nearest to the middle in all pictures, then what is next to it.
        self._wanted = [key for _, key in sorted(near, key=lambda placed: placed[0])]
        self._wanted += [key for key in beside if key.number >= 0]
        self._make_next()

    def _is_due(self, key: TileKey) -> bool:
        sources = self._sources_of(key)
        if not sources or key.start * sources[0].sample_rate >= sources[0].frames_ready:
            return False
        name = self._identity(key), key
        tile = self._tiles.get(name)
        if name in self._making or (tile is not None and tile.complete):
            return False
        return tile is None or tile.frames_ready < frames_ready(sources, self._settings, key)

    def _make_next(self) -> None:
        while self._running < self._most_tiles:
            key = next((key for key in self._wanted if self._is_due(key)), None)
            if key is None:
                return
            # Each is begun once for a plan: where more is visible than is kept, this would never end.
            self._wanted.remove(key)
            self._making.add((self._identity(key), key))
            self._running += 1
            steps = _tile_steps(
                self._generation, self._identity(key), self._sources_of(key), self._cache, self._settings, key
            )
            self._background.run(steps, done=self._on_tile, ended=self._on_tile_ended)

    @Slot(object)
    def _on_tile(self, made: tuple[int, _Identity, Tile]) -> None:
        generation, identity, tile = made
        # A tile that failed stays among those in the making, so that it is not tried for ever.
        if generation != self._generation:
            return
        name = identity, tile.key
        self._making.discard(name)
        old = self._tiles.pop(name, None)
        self._held += _bytes_of(tile) - (_bytes_of(old) if old is not None else 0)
        self._tiles[name] = tile
        while self._held > _TILES_HELD:
            self._held -= _bytes_of(self._tiles.popitem(last=False)[1])
        # Meanwhile the channel may have got another sound.
        if identity == self._identity(tile.key):
            self.tile_ready.emit(tile)

    @Slot()
    def _on_tile_ended(self) -> None:
        self._running -= 1
        self._make_next()

    @Slot(object, object)
    def _on_refilled(self, channel: Channel, changed: tuple[int, int]) -> None:
        self.sound_replaced.emit(channel, self._sources[channel].samples, changed)


def _overlap(some: tuple[int, int], others: tuple[int, int]) -> bool:
    return some[0] < others[1] and others[0] < some[1]


def _bytes_of(tile: Tile) -> int:
    return tile.shades.nbytes + (tile.share.nbytes if tile.share is not None else 0)


def _tile_steps(
    generation: int,
    identity: _Identity,
    sources: tuple[SoundSource, ...],
    cache: SpectrumCache,
    settings: SpectrogramSettings,
    key: TileKey,
) -> Generator[tuple[int, _Identity, Tile], None, None]:
    yield generation, identity, make_tile(sources, cache, settings, key)
