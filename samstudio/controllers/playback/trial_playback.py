"""Playback of a trial of a listening test: X, Y and the recording at one playhead, equally loud."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.errors import AudioError
from samstudio.audio.files import read_clip
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.tracks import Track
from samstudio.controllers.background import Background, Job
from samstudio.controllers.playback.transport import Transport
from samstudio.dsp.levels import gain_factor
from samstudio.dsp.loudness import LoudnessMeter
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.comparing.blind_test import Side
from samstudio.session.comparing.comparison import matching_offsets
from samstudio.session.scratch import forget_pages
from samstudio.storage.listening_folder import TrialFiles

_BLOCK_SECONDS = 10
RATES = "“{first}” has {a} Hz and “{other}” {b} Hz: only sounds of one sample rate are compared."


@dataclass(frozen=True, eq=False)
class TrialSounds:
    """The sounds of a trial at `sample_rate` Hz; `levels_db` by which X and Y are turned down."""

    sample_rate: int
    sounds: dict[Side | None, Samples]
    levels_db: tuple[float, float]


class TrialPlayback(QObject):
    """Reads and plays the sounds, with a transport of its own."""

    loaded = Signal(object)
    """TrialSounds: they can be played."""
    failed = Signal(str)
    """A sentence: why a trial cannot be heard."""

    def __init__(self, transport: Transport, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.transport = transport
        self._background = background
        self._mixer: Mixer | None = None
        self._trial: TrialSounds | None = None
        self._job: Job | None = None

    def load(self, files: TrialFiles, *, matched: bool) -> None:
        """Read the sounds of a trial, and measure them where they are to be `matched`; `loaded` follows."""
        self.close()
        self._job = self._background.run(_read(files, matched), done=self._on_read, failed=self.failed)

    @Slot(object)
    def _on_read(self, trial: TrialSounds) -> None:
        self._trial, self._mixer = trial, Mixer(trial.sample_rate)
        frames = max(map(len, trial.sounds.values()))
        self.transport.load(self._mixer, frames)
        self.transport.set_loop((0.0, frames / trial.sample_rate))
        self.hear(Side.X)
        self.loaded.emit(trial)

    def hear(self, side: Side | None) -> None:
        """Hear X, Y or, for None, the recording, at the same playhead."""
        trial = self._trial
        if trial is None or self._mixer is None or side not in trial.sounds:
            return
        levels: dict[Side | None, float] = {Side.X: trial.levels_db[0], Side.Y: trial.levels_db[1]}
        tracks = []
        for other, samples in trial.sounds.items():
            gain = gain_factor(levels.get(other, 0.0)) if other is side else 0.0
            tracks.append(Track(samples, gain, gain))
        self._mixer.set_tracks(tuple(tracks), 1.0)

    def close(self) -> None:
        """Stop, and let the sounds go."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.transport.load(None, 0)
        self._mixer = self._trial = None


def _read(files: TrialFiles, matched: bool) -> Generator[TrialSounds | None, None, None]:
    """Yields None at every step, and at last the sounds. Raises AudioError."""
    clips: dict[Side | None, AudioClip] = {}
    paths: dict[Side | None, Path | None] = {Side.X: files.x, Side.Y: files.y, None: files.recording}
    for side, path in paths.items():
        if path is not None:
            for read in read_clip(path):
                clips[side] = read.clip
                yield None
    first = clips[Side.X]
    for side, clip in clips.items():
        if clip.sample_rate != first.sample_rate:
            names = {"first": files.x.name, "other": (paths[side] or files.x).name}
            raise AudioError(RATES.format(**names, a=first.sample_rate, b=clip.sample_rate))
    levels = (0.0, 0.0)
    if matched:
        x = yield from _loudness(clips[Side.X])
        y = yield from _loudness(clips[Side.Y])
        levels = matching_offsets(x, y)
    yield TrialSounds(first.sample_rate, {side: clip.samples for side, clip in clips.items()}, levels)


def _loudness(clip: AudioClip) -> Generator[None, None, float]:
    """In LUFS."""
    meter = LoudnessMeter(clip.sample_rate, clip.channels)
    step = _BLOCK_SECONDS * clip.sample_rate
    for start in range(0, clip.frames, step):
        meter.add(clip.samples[start : start + step])
        forget_pages(clip.samples)
        yield
    return meter.integrated
