"""Peaks and spectrogram tiles of what the timeline shows, made in the background, only where they are visible."""

from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QDeadlineTimer, QObject, QThread, QTimer, Signal, Slot

from samstudio.controllers.analysis.peak_store import PeakStore
from samstudio.controllers.background import Background
from samstudio.dsp.peaks import PeakPyramid
from samstudio.dsp.spectrogram import SpectrogramSettings, at_columns, at_rows, finest_hop, spectra, to_shades, window
from samstudio.dsp.spectrum_cache import SpectrumCache
from samstudio.dsp.tiles import TILE_COLUMNS, Tile, TileKey, ViewRequest
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages
from samstudio.session.take import Stem

_PEAK_FRAMES = 1 << 20
"""Frames of a peak job: some 10 ms of work, so that the first pixels come at once."""
_BLOCK = 128
"""Columns of spectra computed and kept together."""
_TILES_KEPT = 256
_ZOOM_PAUSE = 40
"""Milliseconds that a zoom must last before tiles are made for it: a turning wheel passes through many."""


@dataclass(frozen=True, eq=False)
class _Source:
    """A stem's sound, of which `frames_ready` frames exist, and its peaks."""

    samples: Samples
    sample_rate: int
    frames_ready: int
    peaks: PeakPyramid


def make_tile(source: _Source, cache: SpectrumCache, settings: SpectrogramSettings, key: TileKey) -> Tile:
    """Compute one tile of the source's spectrogram."""
    frames = source.samples.shape[0]
    width = key.seconds_per_pixel * source.sample_rate
    hop = finest_hop(settings.fft_size)
    while hop * 2 <= width:
        hop *= 2
    column = key.number * TILE_COLUMNS
    first = max(0, floor(column * width / hop - 1) // _BLOCK)
    last = ceil((column + TILE_COLUMNS) * width / hop + 1) // _BLOCK
    shape = window(settings.window, settings.fft_size)
    blocks = []
    for number in range(first, last + 1):
        reach = (number + 1) * _BLOCK * hop + settings.fft_size
        compute = partial(spectra, source.samples, number * _BLOCK, _BLOCK, hop, shape)
        blocks.append(cache.block(hop, number, compute, final=source.frames_ready >= min(reach, frames)))
    forget_pages(source.samples)
    levels = at_columns(np.concatenate(blocks), first * _BLOCK, hop, column, TILE_COLUMNS, width)
    shades = to_shades(at_rows(levels, source.sample_rate, key.scale, key.rows), settings)
    reach = ceil((column + TILE_COLUMNS) * width) + settings.fft_size
    return Tile(key, shades, source.frames_ready, source.frames_ready >= min(reach, frames))


class TimelineRenderer(QObject):
    """Computes what the timeline shows and emits each piece when it is ready.

    Requests come from the GUI thread; the work is done in a pool, the middle of the view first, and what is no longer
    visible is not begun. The sound may be longer than memory: it is read in slices and released.
    """

    peaks_changed = Signal(object, object)
    """Stem, PeakPyramid (of which more is filled than before)."""
    tile_ready = Signal(object)
    """Tile of the clip's spectrogram, under the settings given last."""

    def __init__(self, parent: QObject | None = None, threads: int | None = None) -> None:
        super().__init__(parent)
        self._most_tiles = threads or max(1, min(4, QThread.idealThreadCount() - 1))
        # A pool of its own, so that a view never waits for an export, with one thread more than there are tiles in the
        # making, so that peaks never wait for spectra.
        self._background = Background(self, self._most_tiles + 1)
        self._sources: dict[Stem, _Source] = {}
        self._peaks = PeakStore()
        self._filling: tuple[Stem, PeakPyramid] | None = None
        self._settings = SpectrogramSettings()
        self._cache = SpectrumCache()
        self._view: ViewRequest | None = None
        self._wanted: list[TileKey] = []
        self._tiles: OrderedDict[TileKey, Tile] = OrderedDict()
        self._generation = 0
        self._making: set[TileKey] = set()
        self._running = 0
        self._zoom_pause = QTimer(self, singleShot=True, interval=_ZOOM_PAUSE)
        self._zoom_pause.timeout.connect(self._plan)

    def set_source(self, stem: Stem, samples: Samples | None, sample_rate: int, frames_ready: int) -> None:
        """Show other sound as `stem`, or none; `frames_ready` frames of it exist, the rest comes with `extend`.

        Sound that was shown before has its peaks already, and so has the same sound that turned out shorter.
        """
        old = self._sources.pop(stem, None)
        if samples is not None:
            if old is not None and _is_start_of(samples, old.samples):
                self._peaks.adopt(samples, old.peaks)
            peaks = self._peaks.peaks_of(samples)
            self._sources[stem] = _Source(samples, sample_rate, frames_ready, peaks)
            if peaks.frames_ready:
                self.peaks_changed.emit(stem, peaks)
        if stem is Stem.CLIP:
            self._forget_tiles(spectra_too=True)
        self._fill_next()
        self._plan()

    def extend(self, stem: Stem, frames_ready: int) -> None:
        """More of the stem's sound exists now."""
        source = self._sources.get(stem)
        if source is None or frames_ready <= source.frames_ready:
            return
        self._sources[stem] = replace(source, frames_ready=frames_ready)
        self._fill_next()
        if stem is Stem.CLIP:
            self._plan()

    def set_spectrogram_settings(self, settings: SpectrogramSettings) -> None:
        """Make the tiles from now on with `settings`; spectra already computed serve again where they can."""
        old, self._settings = self._settings, settings
        new_spectra = (old.fft_size, old.window) != (settings.fft_size, settings.window)
        # Colours are the display's, and the axis is the view's.
        if new_spectra or (old.range_db, old.ceiling_db) != (settings.range_db, settings.ceiling_db):
            self._forget_tiles(spectra_too=new_spectra)
            self._plan()

    def request_view(self, view: ViewRequest) -> None:
        """Deliver the tiles of this view: at once those that are kept, the others as they are made."""
        is_zooming = self._view is not None and self._view.seconds_per_pixel != view.seconds_per_pixel
        self._view = view
        for key in view.keys:
            if key in self._tiles:
                self._tiles.move_to_end(key)
                self.tile_ready.emit(self._tiles[key])
        if is_zooming:
            self._wanted = []
            self._zoom_pause.start()
        elif not self._zoom_pause.isActive():
            self._plan()

    @property
    def is_busy(self) -> bool:
        """Whether anything is being made or about to be."""
        return self._running > 0 or self._filling is not None or self._zoom_pause.isActive()

    def close(self, until: QDeadlineTimer | None = None) -> bool:
        """Stop rendering and wait until no thread works (some 100 ms at most), or until a moment. Whether none does."""
        self._sources.clear()
        self._wanted = []
        self._zoom_pause.stop()
        return self._background.shut_down(until)

    def _forget_tiles(self, *, spectra_too: bool) -> None:
        self._generation += 1
        self._tiles.clear()
        self._making = set()
        if spectra_too:
            self._cache = SpectrumCache()

    @Slot()
    def _plan(self) -> None:
        """Decide what to make: what is visible, from the middle outwards, then a tile's width beside it."""
        if self._view is None or self._view.height < 1:
            return
        visible = list(self._view.keys)
        middle = len(visible) / 2.0 - 0.5
        order = sorted(range(len(visible)), key=lambda i: abs(i - middle))
        beside = [replace(visible[i], number=visible[i].number + step) for i, step in ((-1, 1), (0, -1)) if visible]
        self._wanted = [visible[i] for i in order] + [key for key in beside if key.number >= 0]
        self._make_next()

    def _is_due(self, source: _Source, key: TileKey) -> bool:
        if key in self._making or key.start * source.sample_rate >= source.frames_ready:
            return False
        tile = self._tiles.get(key)
        return tile is None or (not tile.complete and tile.frames_ready < source.frames_ready)

    def _make_next(self) -> None:
        source = self._sources.get(Stem.CLIP)
        while source is not None and self._running < self._most_tiles:
            key = next((key for key in self._wanted if self._is_due(source, key)), None)
            if key is None:
                return
            self._making.add(key)
            self._running += 1
            steps = _tile_steps(self._generation, source, self._cache, self._settings, key)
            self._background.run(steps, done=self._on_tile, ended=self._on_tile_ended)

    @Slot(object)
    def _on_tile(self, made: tuple[int, Tile]) -> None:
        generation, tile = made
        # A tile that failed stays among those in the making, so that it is not tried for ever.
        if generation == self._generation:
            self._making.discard(tile.key)
            self._tiles[tile.key] = tile
            while len(self._tiles) > _TILES_KEPT:
                self._tiles.popitem(last=False)
            self.tile_ready.emit(tile)

    @Slot()
    def _on_tile_ended(self) -> None:
        self._running -= 1
        self._make_next()

    def _fill_next(self) -> None:
        if self._filling is not None:
            return
        due = [(source.peaks.frames_ready / max(1, source.frames_ready), stem) for stem, source in self._sources.items()
               if source.peaks.frames_ready < source.frames_ready]  # fmt: skip
        if not due:
            return
        stem = min(due)[1]
        source = self._sources[stem]
        self._filling = stem, source.peaks
        stop = min(source.frames_ready, source.peaks.frames_ready + _PEAK_FRAMES)
        self._background.run(
            _peak_steps(source, stop),
            done=self._on_peaks,
            failed=self._on_peaks_failure,
            ended=self._on_peaks_ended,
        )

    def _filled_source(self) -> tuple[Stem, PeakPyramid] | None:
        """Whose peaks were just filled, unless other sound is shown there by now."""
        if self._filling is None:
            return None
        stem, peaks = self._filling
        source = self._sources.get(stem)
        return self._filling if source is not None and source.peaks is peaks else None

    @Slot()
    def _on_peaks(self) -> None:
        filled = self._filled_source()
        if filled is not None:
            self.peaks_changed.emit(*filled)

    @Slot()
    def _on_peaks_failure(self) -> None:
        # It would fail again.
        filled = self._filled_source()
        if filled is not None:
            del self._sources[filled[0]]

    @Slot()
    def _on_peaks_ended(self) -> None:
        self._filling = None
        self._fill_next()


def _is_start_of(samples: Samples, whole: Samples) -> bool:
    """Whether `samples` are the first frames of `whole`, in the same memory."""
    same_place = samples.ctypes.data == whole.ctypes.data and samples.strides == whole.strides
    return same_place and 0 < len(samples) <= len(whole)


def _peak_steps(source: _Source, stop: int) -> Generator[None, None, None]:
    source.peaks.fill(source.samples, stop)
    for held in (source.samples, source.peaks.storage):
        forget_pages(held)
    yield


def _tile_steps(
    generation: int, source: _Source, cache: SpectrumCache, settings: SpectrogramSettings, key: TileKey
) -> Generator[tuple[int, Tile], None, None]:
    yield generation, make_tile(source, cache, settings, key)
