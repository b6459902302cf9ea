"""How fast the timeline shows, pans and zooms, beside pyqtgraph's own down-sampled curve in the same run.

    QT_QPA_PLATFORM=offscreen python benchmarks/ui.py [minutes ...]

Prints one line a measurement: median and 95th percentile of the time of a frame (new range + full repaint) in ms at
1920 x 1080, and the ratio to pyqtgraph's `PlotDataItem` (peak down-sampling, clip to view) showing one channel.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
import soundfile
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from samstudio.controllers.background import Background
from samstudio.controllers.opener import Opener
from samstudio.controllers.pictures import Pictures
from samstudio.session.clip import AudioClip
from samstudio.session.scratch import scratch_array
from samstudio.session.take import Stem, Stems
from samstudio.ui.theme import apply_theme
from samstudio.ui.timeline.timeline import Timeline

RATE = 48000
FRAMES = 60
SIZE = (1920, 1080)
# The reference holds a float64 axis beside its samples: an hour of it would not fit beside the rest.
REFERENCE_MINUTES = 10


def synthetic_clip(minutes: float) -> AudioClip:
    """Disk-backed stereo: noise bursts, a gliding tone, a click now and then."""
    samples = scratch_array(int(minutes * 60 * RATE), 2)
    noise = np.random.default_rng(1)
    time_axis = np.arange(RATE, dtype=np.float32) / RATE
    for second in range(len(samples) // RATE):
        pitch = 200.0 + 50.0 * (second % 60)
        part = 0.3 * np.sin(2 * np.pi * pitch * time_axis)[:, None] * (1.0 - time_axis[:, None])
        part = part + noise.standard_normal((RATE, 2), dtype=np.float32) * np.float32(0.02 + 0.1 * (second % 7 == 0))
        samples[second * RATE : (second + 1) * RATE] = part
    return AudioClip(samples, RATE)


def written(clip: AudioClip, folder: Path) -> Path:
    """The clip as a 16-bit WAV file."""
    path = folder / f"{clip.duration / 60:g}_minutes.wav"
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as file:
        for start in range(0, clip.frames, RATE * 10):
            file.write(clip.samples[start : start + RATE * 10])
    return path


def spin(app: QApplication, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.002)


def frame_times(app: QApplication, move: Callable[[int], None]) -> np.ndarray:
    """Milliseconds of each of FRAMES frames, (FRAMES, 2): on the clock, and of the GUI thread's own work.

    A frame is: move, let events run, repaint what must be. On a machine that is busy otherwise the second is the truth.
    """
    times = []
    for number in range(FRAMES):
        start, work = time.perf_counter(), time.thread_time()
        move(number)
        app.processEvents()
        times.append((1e3 * (time.perf_counter() - start), 1e3 * (time.thread_time() - work)))
        # What the pool has made is delivered within frames, as it is on the screen.
        time.sleep(0.004)
    return np.array(times)


def report(name: str, times: np.ndarray, reference: float | None = None) -> None:
    (clock, work), (late, late_work) = np.median(times, axis=0), np.percentile(times, 95, axis=0)
    ratio = f"   x{clock / reference:.2f} of PlotDataItem" if reference else ""
    print(
        f"{name:42s} median {clock:6.1f} p95 {late:6.1f} ms, work {work:5.1f} p95 {late_work:5.1f} ms{ratio}",
        flush=True,
    )


def pan(span: float, duration: float, show: Callable[[float, float], None]) -> Callable[[int], None]:
    start = duration * 0.3 if span < duration / 2 else 0.0

    def move(number: int) -> None:
        at = start + number * min(span * 0.01, (duration - start - span) / FRAMES)
        show(at, at + span)

    return move


def zoom(duration: float, show: Callable[[float, float], None]) -> Callable[[int], None]:
    """From the whole clip to some samples and out again."""
    spans = np.geomspace(duration, 20 / RATE, FRAMES // 2)
    lengths = np.concatenate([spans, spans[::-1]])

    def move(number: int) -> None:
        show(
            duration * 0.4 * (1 - lengths[number] / duration),
            duration * 0.4 * (1 - lengths[number] / duration) + lengths[number],
        )

    return move


def spans_of(duration: float) -> Iterator[float]:
    return (span for span in (duration * 0.6, 60.0, 5.0, 0.05) if span < duration)


def reference_medians(app: QApplication, clip: AudioClip) -> dict[float, float]:
    """pyqtgraph's own curve: one channel of the clip."""
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    frames = min(clip.frames, REFERENCE_MINUTES * 60 * RATE)
    curve = pg.PlotDataItem(np.arange(frames) / RATE, np.array(clip.samples[:frames, 0]))
    plot.addItem(curve)
    # After addItem: the plot overwrites these with its own.
    curve.setDownsampling(auto=True, method="peak")
    curve.setClipToView(True)
    plot.show()
    spin(app, 0.3)
    medians = {}
    for span in spans_of(frames / RATE):
        times = frame_times(app, pan(span, frames / RATE, lambda a, b: plot.setXRange(a, b, padding=0)))
        report(f"  reference, {span:g} s", times)
        medians[span] = float(np.median(times[:, 0]))
    plot.close()
    return medians


class Bench:
    """A timeline with its pictures, on the screen."""

    def __init__(self, app: QApplication, clip: AudioClip) -> None:
        self.app, self.clip = app, clip
        self.pictures, self.timeline = Pictures(), Timeline()
        self.timeline.resize(*SIZE)
        self.timeline.view_changed.connect(self.pictures.request_view)
        self.pictures.peaks_changed.connect(self.timeline.show_peaks)
        self.pictures.tile_ready.connect(self.timeline.show_tile)
        self.timeline.show()
        spin(app, 0.3)

    def first_pixels(self) -> float:
        """Seconds from the clip to a drawn waveform and a first piece of spectrogram."""
        begun = time.perf_counter()
        self.timeline.show_clip(self.clip)
        self.pictures.set_source(Stem.CLIP, self.clip.samples, RATE, self.clip.frames)
        seen = {"peaks": 0.0, "tile": 0.0}
        while not all(seen.values()):
            self.app.processEvents()
            canvas = self.timeline.lane_boxes()[0].scene().views()[0]
            column = canvas.grab().toImage().copy(2, 0, 1, canvas.height())
            if not seen["peaks"] and len({column.pixel(QPoint(0, y)) for y in range(column.height())}) > 4:
                seen["peaks"] = time.perf_counter() - begun
            if not seen["tile"] and self.timeline._spectrogram_lane.spectrogram._tiles:
                seen["tile"] = time.perf_counter() - begun
        print(f"first waveform {seen['peaks']:.3f} s, first tile {seen['tile']:.3f} s", flush=True)
        while self.pictures.is_busy:
            spin(self.app, 0.05)
        print(f"all peaks and tiles of the whole clip {time.perf_counter() - begun:.2f} s", flush=True)
        return seen["peaks"]

    def open_file(self, path: Path) -> None:
        """From the wish to open a file to its first drawn columns, and to the last."""
        background, stalls = Background(), []
        opener = Opener(background)

        def take(clip: AudioClip) -> None:
            self.timeline.show_clip(clip)
            self.pictures.set_source(Stem.CLIP, clip.samples, clip.sample_rate, 0)

        opener.opened.connect(take)
        opener.grown.connect(lambda frames: self.pictures.extend(Stem.CLIP, frames))
        self.timeline.show_clip(None)
        begun = time.perf_counter()
        opener.open(path)
        first = 0.0
        while opener.is_reading or self.pictures.is_busy:
            at = time.perf_counter()
            self.app.processEvents()
            stalls.append(time.perf_counter() - at)
            if not first and self.timeline.overview._peaks is not None and self.timeline.overview._peaks.frames_ready:
                self.app.processEvents()
                first = time.perf_counter() - begun
            time.sleep(0.001)
        print(f"open {path.name}: first pixels {first:.3f} s, all {time.perf_counter() - begun:.1f} s,", end=" ")
        print(f"longest the window stood still {1e3 * max(stalls):.0f} ms", flush=True)
        background.shut_down()

    def show_stems(self) -> None:
        half = AudioClip(self.clip.samples, RATE)
        self.timeline.show_stems(Stems(half.samples, half.samples))
        for stem in (Stem.TARGET, Stem.RESIDUAL):
            self.pictures.set_source(stem, half.samples, RATE, half.frames)
        while self.pictures.is_busy:
            spin(self.app, 0.05)

    def playhead(self) -> np.ndarray:
        start, end = self.timeline.visible_range
        return frame_times(self.app, lambda n: self.timeline.show_playhead(start + (end - start) * n / 999))

    def resizing(self) -> np.ndarray:
        return frame_times(self.app, lambda n: self.timeline.resize(SIZE[0] - 8 * n, SIZE[1] - 4 * n))


def main() -> None:
    app = QApplication([])
    apply_theme(app, "dark")
    for minutes in [float(argument) for argument in sys.argv[1:]] or [10.0, 60.0]:
        print(f"== {minutes:g} minutes, stereo 48 kHz", flush=True)
        clip = synthetic_clip(minutes)
        reference = reference_medians(app, clip)
        bench = Bench(app, clip)
        bench.first_pixels()
        for lanes in ("clip", "clip, target, residual"):
            for span in spans_of(clip.duration):
                times = frame_times(app, pan(span, clip.duration, bench.timeline.zoom_to))
                report(f"pan {span:g} s ({lanes})", times, reference.get(span))
            report(
                f"zoom in and out ({lanes})",
                frame_times(app, zoom(clip.duration, bench.timeline.zoom_to)),
            )
            if lanes == "clip":
                bench.show_stems()
        bench.timeline.fit()
        spin(app, 1.0)
        report("playhead over the whole clip", bench.playhead())
        report("resize", bench.resizing())
        with TemporaryDirectory() as folder:
            bench.open_file(written(clip, Path(folder)))
        bench.pictures.close()
        bench.timeline.close()


if __name__ == "__main__":
    main()
