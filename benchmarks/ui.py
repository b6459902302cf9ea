"""How fast the timeline shows, pans, zooms and drags spans, beside pyqtgraph's own down-sampled curve in the same run.

    QT_QPA_PLATFORM=offscreen python benchmarks/ui.py [--spectrograms] [minutes ...]

With `--spectrograms` only the clip's waveform beside one and then two spectrograms, also with 2,000 spans; each time
in time and in frequency. Brush and areas: `areas.py`.

Prints one line a measurement: median and 95th percentile of the time of a frame (what moves it + full repaint) in ms at
1920 x 1080, on the clock and as work of the GUI thread alone, and the ratio of the work to that of pyqtgraph's
`PlotDataItem` (peak down-sampling, clip to view) showing one channel. `window.py` measures the whole window.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks.tools import (
    FRAMES,
    RATE,
    SIZE,
    frame_times,
    many_spans,
    report,
    spin,
    synthetic_clip,
    tell_memory,
    written,
)
from samstudio.audio.files import ClipRead, read_clip
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.controllers.background import Background
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt
from samstudio.session.session import LaneContent, LaneView
from samstudio.session.take import Stem, Stems
from samstudio.ui.theme import apply_theme
from samstudio.ui.timeline.spans.span_layer import SpanLayer
from samstudio.ui.timeline.timeline import Timeline

# The reference holds a float64 axis beside its samples: an hour of it would not fit beside the rest.
REFERENCE_MINUTES = 10


def pan(span: float, duration: float, show: Callable[[float, float], None]) -> Callable[[int], None]:
    """A hundredth of the view a frame."""
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
        start = duration * 0.4 * (1 - lengths[number] / duration)
        show(start, start + lengths[number])

    return move


def spans_of(duration: float) -> Iterator[float]:
    """Seconds seen at once."""
    return (span for span in (duration * 0.6, 60.0, 5.0, 0.05) if span < duration)


def reference_times(app: QApplication, clip: AudioClip) -> dict[float, np.ndarray]:
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
    times = {}
    for span in spans_of(frames / RATE):
        times[span] = frame_times(app, pan(span, frames / RATE, lambda a, b: plot.setXRange(a, b, padding=0)))
        report(f"  reference, {span:g} s", times[span])
    plot.close()
    return times


class Bench:
    """A timeline with its pictures, on the screen."""

    def __init__(self, app: QApplication, clip: AudioClip) -> None:
        self.app, self.clip = app, clip
        self.pictures, self.timeline = TimelineRenderer(), Timeline()
        self.settings = SpectrogramSettings()
        self.timeline.resize(*SIZE)
        self.timeline.view_changed.connect(self.pictures.request_views)
        self.pictures.peaks_changed.connect(self.timeline.show_peaks)
        self.pictures.tile_ready.connect(self.timeline.sounds.show_tile)
        self.spans = SpanLayer(self.timeline)
        self.spans.attach(
            self.timeline.lane_boxes(), [box for _, box in self.timeline.picture_boxes()], self.timeline.frequency_scale
        )
        self.timeline.frequencies.band_requested.connect(self.show_band)
        self.timeline.frequency_scale_changed.connect(self.spans.show_scale)
        self.timeline.show()
        spin(app, 0.3)

    def show_band(self, low: float, high: float) -> None:
        """As the window does."""
        self.settings = replace(self.settings, low_hz=low, high_hz=high)
        self.pictures.set_spectrogram_settings(self.settings)
        self.timeline.show_spectrogram_settings(self.settings)

    def first_pixels(self) -> float:
        """Seconds from the clip to a drawn waveform and a first piece of spectrogram."""
        begun = time.perf_counter()
        self.timeline.show_clip(self.clip)
        self.spans.set_duration(self.clip.duration)
        self.pictures.set_source(Stem.CLIP, self.clip.samples, RATE, self.clip.frames)
        seen = {"peaks": 0.0, "tile": 0.0}
        while not all(seen.values()):
            self.app.processEvents()
            canvas = self.timeline.lane_boxes()[0].scene().views()[0]
            column = canvas.grab().toImage().copy(2, 0, 1, canvas.height())
            if not seen["peaks"] and len({column.pixel(QPoint(0, y)) for y in range(column.height())}) > 4:
                seen["peaks"] = time.perf_counter() - begun
            if not seen["tile"] and self.timeline._images.held:
                seen["tile"] = time.perf_counter() - begun
        print(f"first waveform {seen['peaks']:.3f} s, first tile {seen['tile']:.3f} s", flush=True)
        while self.pictures.is_busy:
            spin(self.app, 0.05)
        print(f"all peaks and tiles of the whole clip {time.perf_counter() - begun:.2f} s", flush=True)
        return seen["peaks"]

    def open_file(self, path: Path) -> None:
        """From the wish to open a file to its first drawn columns, and to the last."""
        background, stalls = Background(), []
        shown: list[AudioClip] = []

        def take(read: ClipRead) -> None:
            if not shown:
                shown.append(read.clip)
                self.timeline.show_clip(read.clip)
                self.pictures.set_source(Stem.CLIP, read.clip.samples, read.clip.sample_rate, 0)
            self.pictures.extend(Stem.CLIP, read.frames_ready)

        self.timeline.show_clip(None)
        begun, ended = time.perf_counter(), []
        background.run(read_clip(path), stepped=take, ended=lambda: ended.append(True))
        first = 0.0
        while not ended or self.pictures.is_busy:
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

    def show_spectrograms(self, count: int) -> None:
        """The clip's waveform, its spectrogram, and as the second one the target's."""
        stack = self.timeline.stack
        stack.change_view(Stem.TARGET, LaneView(LaneContent.SPECTROGRAM, is_hidden=count < 2))
        stack.change_view(Stem.RESIDUAL, LaneView(is_hidden=True))
        while self.pictures.is_busy:
            spin(self.app, 0.05)

    def pan_and_zoom(self, lanes: str, reference: dict[float, np.ndarray]) -> None:
        """Report both."""
        for span in spans_of(self.clip.duration):
            times = frame_times(self.app, pan(span, self.clip.duration, self.timeline.zoom_to))
            report(f"pan {span:g} s ({lanes})", times, reference.get(span))
        report(f"zoom in and out ({lanes})", frame_times(self.app, zoom(self.clip.duration, self.timeline.zoom_to)))

    def zoom_and_pan_frequencies(self, lanes: str) -> None:
        """Report both, and a pan in both directions."""
        frequencies, half = self.timeline.frequencies, FRAMES // 2

        def scroll(number: int) -> None:
            frequencies.scroll_by(0.02 if number < half else -0.02)

        def scroll_both(number: int) -> None:
            self.timeline.scroll_by(0.1)
            scroll(number)

        self.timeline.zoom_to(*(self.clip.duration / 2.0 + edge for edge in (-5.0, 5.0)))
        for name, move, factor in (
            ("zoom frequencies", lambda n: frequencies.zoom_by(0.93 if n < half else 1.0 / 0.93, 0.3), 1.0),
            ("pan frequencies", scroll, 0.3),
            ("pan times and frequencies", scroll_both, 0.3),
        ):
            frequencies.show_all()
            frequencies.zoom_by(factor, 0.1)
            spin(self.app, 0.1)
            while self.pictures.is_busy:
                spin(self.app, 0.05)
            report(f"{name} ({lanes})", frame_times(self.app, move))
        frequencies.show_all()

    def playhead(self) -> np.ndarray:
        start, end = self.timeline.visible_range
        return frame_times(self.app, lambda n: self.timeline.show_playhead(start + (end - start) * n / 999))

    def resizing(self) -> np.ndarray:
        return frame_times(self.app, lambda n: self.timeline.resize(SIZE[0] - 8 * n, SIZE[1] - 4 * n))

    def dragging(self, length: float) -> np.ndarray:
        """The end of a span among all others, `length` seconds seen."""
        spans = self.spans.context.spans
        index = len(spans) // 2 - len(spans) // 2 % 3
        self.spans.show_selected_spans((index,))
        self.timeline.zoom_to(spans[index].end - length / 2, spans[index].end + length / 2)
        spin(self.app, 0.5)
        canvas = self.timeline.lane_boxes()[0].scene().views()[0].viewport()
        at = QPoint(canvas.width() // 2, canvas.height() // 2)

        def send(kind: QEvent.Type, x: int, held: Qt.MouseButton) -> None:
            place = QPointF(at.x() + x, at.y())
            button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
            event = QMouseEvent(
                kind, place, QPointF(canvas.mapToGlobal(place)), button, held, Qt.KeyboardModifier.NoModifier
            )
            QApplication.sendEvent(canvas, event)

        send(QEvent.Type.MouseButtonPress, 0, Qt.MouseButton.LeftButton)
        times = frame_times(self.app, lambda n: send(QEvent.Type.MouseMove, 5 * n, Qt.MouseButton.LeftButton))
        send(QEvent.Type.MouseButtonRelease, 5 * FRAMES, Qt.MouseButton.NoButton)
        return times


def measure(app: QApplication, minutes: float) -> None:
    """All of it at one length."""
    print(f"== {minutes:g} minutes, stereo 48 kHz", flush=True)
    clip = synthetic_clip(minutes)
    reference = reference_times(app, clip)
    tell_memory("before")
    bench = Bench(app, clip)
    bench.first_pixels()
    tell_memory("with the clip shown")
    lanes = "clip"
    for step in (bench.show_stems, lambda: bench.spans.show_prompt(Prompt(spans=many_spans(clip.duration))), None):
        bench.pan_and_zoom(lanes, reference)
        if step:
            step()
            lanes = {"clip": "3 lanes"}.get(lanes, "3 lanes, 500 spans")
    tell_memory("after panning and zooming three lanes")
    for length in (clip.duration / 25, clip.duration):
        report(f"drag a span's end, {length:g} s seen (500 spans)", bench.dragging(length))
    bench.timeline.fit()
    spin(app, 1.0)
    report("playhead over the whole clip", bench.playhead())
    report("resize", bench.resizing())
    with TemporaryDirectory() as folder:
        bench.open_file(written(clip, Path(folder)))
    tell_memory("after opening a file of it")
    bench.pictures.close()
    bench.timeline.close()


def measure_spectrograms(app: QApplication, minutes: float) -> None:
    """The clip's waveform beside one spectrogram and beside two, then under many spans."""
    print(f"== {minutes:g} minutes, stereo 48 kHz", flush=True)
    bench = Bench(app, synthetic_clip(minutes))
    bench.first_pixels()
    bench.show_stems()
    for count, spans in ((1, 0), (2, 0), (2, 2000)):
        bench.show_spectrograms(count)
        bench.spans.show_prompt(Prompt(spans=many_spans(bench.clip.duration, spans) if spans else ()))
        lanes = f"clip + {count} spectrogram{'s' if count > 1 else ''}" + (f", {spans} spans" if spans else "")
        bench.pan_and_zoom(lanes, {})
        bench.zoom_and_pan_frequencies(lanes)
    tell_memory("after panning and zooming two spectrograms")
    bench.pictures.close()
    bench.timeline.close()


def main() -> None:
    app = QApplication([])
    apply_theme(app, "dark")
    arguments = sys.argv[1:]
    run = measure_spectrograms if "--spectrograms" in arguments else measure
    for minutes in [float(argument) for argument in arguments if argument != "--spectrograms"] or [10.0, 180.0]:
        run(app, minutes)


if __name__ == "__main__":
    main()
