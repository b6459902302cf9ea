"""A long film in the window: how long the window stands still while it is opened, played, sought and clicked.

    QT_QPA_PLATFORM=offscreen python benchmarks/long_film.py [--minutes M] [--follow SECONDS]

A drawn film of 1920 x 1080 (H.264, stereo AAC) is repeated to M minutes, 90 unless told otherwise, in a folder that is
removed afterwards (2 GB). For each thing that is done the longest time in which the window answered nothing is told,
on the clock and as work of the GUI thread; then what following a selected stretch reads of the file.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import av
import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.tools import RATE, SIZE, settle, spin, tell_memory
from benchmarks.tracking_film import FRAME_RATE, SECONDS, DrawnFilm
from samstudio.app.editor import Editor, make_container
from samstudio.app.main import SWITCH_INTERVAL, make_application
from samstudio.ui.theme import apply_theme
from samstudio.ui.video.object_view import ObjectView

WIDTH, HEIGHT = 1920, 1080
SCALE = 3
"""Pixels of the film for one that is drawn: drawing each takes minutes."""
SEEKS = 12


def written_film(folder: Path, minutes: float) -> Path:
    """The drawn film, encoded once and repeated packet by packet."""
    once, film = folder / "once.mp4", folder / "film.mp4"
    _encode(once)
    with av.open(once) as source, av.open(film, "w") as made:
        streams = {stream.index: made.add_stream_from_template(stream) for stream in source.streams}
        # What lies before the film's beginning, and ends after it, would be in the way of its next turn.
        packets = [packet for packet in source.demux() if 0 <= _start(packet) < SECONDS]
        for turn in range(round(minutes * 60 / SECONDS)):
            for packet in packets:
                copied = av.Packet(bytes(packet))
                copied.time_base, copied.stream = packet.time_base, streams[packet.stream.index]
                copied.is_keyframe = packet.is_keyframe
                moved = round(turn * SECONDS / packet.time_base)
                copied.pts = copied.dts = round(_start(packet) / packet.time_base) + moved
                copied.duration = packet.duration
                made.mux(copied)
    return film


def _start(packet: "av.Packet[av.stream.Stream]") -> Fraction:
    """Seconds; -1 for the packet without sound and picture that ends a stream. There are no B-frames."""
    return packet.pts * packet.time_base if packet.pts is not None else Fraction(-1)


def _encode(path: Path) -> None:
    """Ten seconds; as much noise as a camera has, so that the film is as large as one."""
    drawn, noise = DrawnFilm(1, WIDTH // SCALE, HEIGHT // SCALE), np.random.default_rng(0)
    with av.open(path, "w") as film:
        picture = film.add_stream("libx264", rate=round(FRAME_RATE), options={"preset": "veryfast", "bf": "0"})
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture.gop_size = round(5 * FRAME_RATE)
        sound = film.add_stream("aac", rate=RATE, layout="stereo")
        for pixels in drawn.frames_at(np.arange(0, SECONDS, 1 / FRAME_RATE)):
            large = pixels.repeat(SCALE, 0).repeat(SCALE, 1)
            large ^= noise.integers(0, 8, large.shape, np.uint8)
            film.mux(picture.encode(av.VideoFrame.from_ndarray(large)))
        film.mux(picture.encode(None))
        for start in range(0, round(SECONDS * RATE), 1024):
            samples = 0.1 * noise.standard_normal((2, min(1024, round(SECONDS * RATE) - start)))
            part = av.AudioFrame.from_ndarray(samples.astype(np.float32), "fltp", "stereo")
            part.sample_rate, part.pts, part.time_base = RATE, start, Fraction(1, RATE)
            film.mux(sound.encode(part))
        film.mux(sound.encode(None))


class Watch:
    """The longest turn of the event loop since it was asked last."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._longest = self._work = 0.0

    def turn(self) -> None:
        """Let events run once."""
        start, work = time.perf_counter(), time.thread_time()
        self._app.processEvents()
        self._longest = max(self._longest, time.perf_counter() - start)
        self._work = max(self._work, time.thread_time() - work)

    def wait(self, until: Callable[[], bool], limit: float = 600.0) -> None:
        """Let events run until something is so, or for some seconds."""
        end = time.perf_counter() + limit
        while not until() and time.perf_counter() < end:
            self.turn()
            time.sleep(0.002)

    def tell(self, what: str) -> None:
        """One line."""
        print(f"{what:50s} {1e3 * self._longest:6.0f} ms, work {1e3 * self._work:5.0f} ms", flush=True)
        self._longest = self._work = 0.0


def read_bytes() -> int:
    """What this process has read so far (Linux)."""
    return int(dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())["rchar"])


def measure(app: QApplication, editor: Editor, film: Path, stretch: float) -> None:
    """Open, play, seek, click, follow."""
    container, window, watch = editor.container, editor.window, Watch(app)
    begun = time.perf_counter()
    editor.commands.files.open_path(film)
    watch.wait(lambda: container.document.clip is not None)
    first = time.perf_counter() - begun
    watch.wait(lambda: not container.clip_loader.is_reading(container.document.recording), 1200.0)
    watch.tell(f"opened after {first:.1f} s, its sound read after {time.perf_counter() - begun:.0f} s")
    settle(app, container)
    container.transport.toggle()
    watch.wait(lambda: False, 10.0)
    container.transport.toggle()
    watch.tell("10 s played")
    clip = container.document.clip
    assert clip is not None
    for place in np.random.default_rng(0).uniform(0.0, clip.duration, SEEKS):
        container.transport.seek(float(place))
        watch.wait(lambda: False, 1.0)
    watch.tell(f"{SEEKS} places sought")
    # The thing is where it was at the beginning of each turn.
    container.transport.seek(round(0.5 * clip.duration / SECONDS) * SECONDS + 0.5)
    watch.wait(lambda: False, 2.0)
    view = window.findChild(ObjectView)
    assert isinstance(view, ObjectView)
    assert view.isVisible()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=_on_the_thing(view))
    begun = time.perf_counter()
    watch.wait(lambda: editor.commands.object_display.mask is not None)
    watch.tell(f"clicked, the mask seen after {time.perf_counter() - begun:.2f} s")
    here = container.transport.position
    container.selection.select_range((here, here + stretch))
    read = read_bytes()
    begun = time.perf_counter()
    editor.commands.follow.follow()
    watch.wait(lambda: not container.following.is_running, 1200.0)
    watch.tell(f"followed for {stretch:g} s, in {time.perf_counter() - begun:.0f} s")
    share = (read_bytes() - read) / film.stat().st_size
    print(
        f"read meanwhile: {100 * share:.2f} % of the file; the stretch is {100 * stretch / clip.duration:.2f} % of it"
    )
    tell_memory("in the end")


def _on_the_thing(view: ObjectView) -> QPoint:
    """Its middle, half a second after a turn began."""
    right, down = DrawnFilm(1, WIDTH, HEIGHT).middle_at(0.5)
    rect = view.image_rect()
    return QPointF(rect.x() + right * rect.width(), rect.y() + down * rect.height()).toPoint()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--follow", type=float, default=10.0, metavar="SECONDS")
    options = parser.parse_args()
    with TemporaryDirectory() as home, TemporaryDirectory() as folder:
        # The settings of whoever runs this are left alone.
        os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = home
        os.environ["XDG_CACHE_HOME"] = home
        film = written_film(Path(folder), options.minutes)
        print(f"{options.minutes:g} minutes, {WIDTH} x {HEIGHT}, {film.stat().st_size / 1e9:.2f} GB", flush=True)
        app = make_application()
        apply_theme(app, "dark")
        editor = Editor(make_container())
        editor.window.resize(*SIZE)
        editor.window.show()
        # As the program does it, and long enough for a user to have chosen a file.
        sys.setswitchinterval(SWITCH_INTERVAL)
        editor.container.warm_up()
        spin(app, 4.0)
        measure(app, editor, film, options.follow)
        editor.container.shut_down()


if __name__ == "__main__":
    main()
