"""What the meters cost while it plays: share of one core that the GUI thread needs for them.

    QT_QPA_PLATFORM=offscreen python benchmarks/meters.py [--seconds 1] [--rounds 30]

First each part alone, in the whole window at 1920 x 1080 with the bundled recording and two stems, fed with the levels
of that sound: work of one update (measuring, and painting what it moved) times its rate. Then the window playing in
real time through a card that is pulled by a thread, with the meters and without, in short turns; the difference is
what they cost together. Processor time of the GUI thread, medians; "at best" is the 10th percentile, nearer to what a
machine shows that has nothing else to do.
"""

import argparse
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from benchmarks.tools import RATE, SIZE, clip_of, frame_times, spin
from samstudio.app.container import Container
from samstudio.app.editor import Editor, make_container
from samstudio.app.main import make_application
from samstudio.app.main_window import MainWindow
from samstudio.audio.playback.mixer import Levels
from samstudio.audio.playback.player import Player
from samstudio.dsp.loudness import LoudnessMeter
from samstudio.dsp.master_meter import MasterMeter, MeterReading
from samstudio.dsp.true_peak import TruePeakMeter
from samstudio.session.clip import Samples
from samstudio.session.take import Sound, Stems, Take
from samstudio.ui.mixer.channel_strip import ChannelStrip
from samstudio.ui.mixer.loudness_panel import LoudnessPanel
from samstudio.ui.theme import apply_theme

LEVELS_A_SECOND, READINGS_A_SECOND = 30, 10
UPDATES = 150
STRIPS = 8
BLOCK = 480


class Card:
    """A sound card that nobody hears: its thread asks for a block whenever one would have been played."""

    def open(self, sample_rate: int, callback: Callable[..., None], *_facts: object) -> "Card":
        self.samplerate, self.latency, self.active = float(sample_rate), 0.1, True
        self._callback = callback
        threading.Thread(target=self._play, daemon=True).start()
        return self

    def _play(self) -> None:
        out, due = np.zeros((BLOCK, 2), np.float32), time.monotonic()
        while self.active:
            now = time.monotonic()
            self._callback(out, BLOCK, SimpleNamespace(currentTime=now, outputBufferDacTime=now + 0.1), None)
            due += BLOCK / self.samplerate
            time.sleep(max(0.0, due - time.monotonic()))

    def abort(self) -> None:
        self.active = False

    close = abort


def add_take(container: Container) -> None:
    """Two stems that are not alike."""
    document = container.document
    samples = clip_of(container).samples
    delayed = np.roll(samples, RATE, axis=0)
    stems = Stems(0.6 * samples + 0.2 * delayed, 0.4 * samples - 0.2 * delayed)
    settings = container.preferences.separation_settings()
    document.add_take(Take("Take 1", document.prompt, settings, Sound(stems), 1.0, len(samples)))


def pieces(sound: Samples, rate: int, a_second: int) -> list[Samples]:
    """UPDATES pieces of the sound, from its start again after its end."""
    frames = rate // a_second
    starts = np.arange(UPDATES) * frames % (len(sound) - frames)
    return [sound[start : start + frames] for start in starts]


def levels_of(sound: Samples, rate: int) -> list[Levels]:
    """What a strip shows of it, update by update."""
    found = []
    for piece in pieces(sound, rate, LEVELS_A_SECOND):
        rms = np.sqrt(np.square(piece, dtype=np.float64).mean(axis=0))
        found.append(Levels(tuple(np.abs(piece).max(axis=0).tolist()), tuple(rms.tolist())))
    return found


def tell(name: str, works: np.ndarray, a_second: int) -> np.ndarray:
    """One line; returns the share of a core, in the median and at the 10th percentile."""
    work = np.percentile(works, (50, 10))
    usual, best = work * a_second / 10.0
    print(
        f"{name:52s} {work[0]:6.3f} ms, {a_second} a second: {usual:5.2f} % of a core, at best {best:5.2f} %",
        flush=True,
    )
    return np.array((usual, best))


def updates(app: QApplication, update: Callable[[int], None]) -> np.ndarray:
    """Work of each update in ms with what it has painted."""
    return frame_times(app, update, UPDATES)[:, 1]


def measure_arithmetic(sound: Samples, rate: int) -> np.ndarray:
    """Loudness, true peak, and both with the correlation; returns the shares of all."""
    shares = []
    for name, meter in (
        ("loudness", LoudnessMeter(rate, 2)),
        ("true peak", TruePeakMeter(2)),
        ("all that is measured", MasterMeter(rate)),
    ):
        works = []
        for piece in pieces(sound, rate, READINGS_A_SECOND):
            start = time.thread_time()
            meter.add(piece)
            works.append(1e3 * (time.thread_time() - start))
        shares.append(tell(f"arithmetic: {name}", np.array(works), READINGS_A_SECOND))
    return shares[-1]


def readings_of(sound: Samples, rate: int) -> list[MeterReading]:
    """What the loudness panel shows of it."""
    meter, found = MasterMeter(rate), []
    for piece in pieces(sound, rate, READINGS_A_SECOND):
        meter.add(piece)
        found.append(meter.reading)
    return found


def measure_parts(app: QApplication, container: Container, window: MainWindow) -> None:
    """Each part of the window's own meters."""
    clip, panel = clip_of(container), window.mixer_panel
    stereo = np.repeat(clip.samples[:, :1], 2, axis=1) if clip.channels == 1 else clip.samples[:, :2]
    heard, readings = levels_of(stereo, clip.sample_rate), readings_of(stereo, clip.sample_rate)
    idle = updates(app, lambda _number: None)
    print(f"an update of nothing: {np.median(idle):.3f} ms, taken off what follows", flush=True)
    still = float(np.median(idle))
    keys = (*panel.strips, None)
    total = tell(
        f"{len(keys)} strips: levels",
        updates(app, lambda number: panel.show_levels(dict.fromkeys(keys, heard[number]))) - still,
        LEVELS_A_SECOND,
    )
    loudness = panel.loudness
    tell(
        "correlation alone",
        updates(app, lambda number: loudness.correlation.show_correlation(readings[number].correlation)) - still,
        READINGS_A_SECOND,
    )
    total += tell(
        "loudness panel: four numbers and correlation",
        updates(app, lambda number: loudness.show_reading(readings[number])) - still,
        READINGS_A_SECOND,
    )
    total += measure_arithmetic(stereo, clip.sample_rate)
    print(f"{'together':52s} {total[0]:29.2f} % of a core, at best {total[1]:5.2f} %", flush=True)
    many = measure_strips(app, heard) - still
    tell(f"{STRIPS} strips and the master in a window of their own", many, LEVELS_A_SECOND)


def measure_strips(app: QApplication, heard: list[Levels]) -> np.ndarray:
    """A mixer of many strips, each at another moment of the sound."""
    row = QWidget()
    strips = [ChannelStrip(f"Stem {number}", "wave_target") for number in range(STRIPS)]
    strips.append(ChannelStrip("Master", "text_dim", is_master=True))
    layout = QHBoxLayout(row)
    for widget in (*strips, LoudnessPanel()):
        layout.addWidget(widget)
    row.resize(SIZE[0], row.sizeHint().height())
    row.show()
    spin(app, 0.3)

    def move(number: int) -> None:
        for place, strip in enumerate(strips):
            strip.show_levels(heard[(number + 15 * place) % UPDATES])

    works = updates(app, move)
    row.close()
    return works


def wait(seconds: float) -> float:
    """Let the window live; returns the share of a core that its thread worked, in per cent."""
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    start, work = time.perf_counter(), time.thread_time()
    loop.exec()
    return 100.0 * (time.thread_time() - work) / (time.perf_counter() - start)


def measure_playing(container: Container, seconds: float, rounds: int) -> None:
    """The window with its meters and without them, in turns."""
    ticked = container.transport.ticked
    meters = container.mixing.follow_tick, container.metering.follow_tick
    shares = []
    container.transport.set_loop((0.0, clip_of(container).duration))
    container.transport.play(0.0)
    wait(1.0)
    for _ in range(rounds):
        with_meters = wait(seconds)
        for meter in meters:
            ticked.disconnect(meter)
        # What the meters do on their own, falling back to rest, is over before the next turn.
        wait(0.2)
        shares.append((with_meters, wait(seconds)))
        for meter in meters:
            ticked.connect(meter)
    container.transport.stop()
    both, rest = np.median(shares, axis=0)
    costs = np.subtract(*np.transpose(shares))
    print(
        f"playing: {both:.2f} % of a core with meters, {rest:.2f} % without; turn by turn they cost "
        f"{np.median(costs):.2f} % (quartiles {np.percentile(costs, 25):.2f} to {np.percentile(costs, 75):.2f})",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with TemporaryDirectory() as home:
        os.environ |= {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": str(Path(home, "data"))}
        app = make_application()
        apply_theme(app, "dark")
        container = make_container()
        container.transport._player = Player(Card().open)
        editor = Editor(container)
        window = editor.window
        window.resize(*SIZE)
        window.show()
        editor.commands.files.open_demo()
        spin(app, 0.5)
        while container.clip_loader.is_reading(container.document.recording) or container.timeline_renderer.is_busy:
            spin(app, 0.1)
        add_take(container)
        spin(app, 3.0)
        measure_parts(app, container, window)
        measure_playing(container, options.seconds, options.rounds)
        container.shut_down()


if __name__ == "__main__":
    main()
