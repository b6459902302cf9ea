"""What the benchmarks of the window share: sounds of any length, frames, and how they are told."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from PySide6.QtWidgets import QApplication

from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Sign, Span
from samstudio.session.scratch import forget_pages, scratch_array

if TYPE_CHECKING:
    from samstudio.app.container import Container

RATE = 48000
FRAMES = 60
SIZE = (1920, 1080)


def synthetic_clip(minutes: float) -> AudioClip:
    """Disk-backed stereo: noise bursts, a gliding tone; every minute the same, a little softer than the one before."""
    noise, time_axis = np.random.default_rng(1), np.arange(RATE, dtype=np.float32) / RATE
    minute = np.empty((60 * RATE, 2), np.float32)
    for second in range(60):
        part = 0.3 * np.sin(2 * np.pi * (200.0 + 50.0 * second) * time_axis)[:, None] * (1.0 - time_axis[:, None])
        grain = noise.standard_normal((RATE, 2), dtype=np.float32)
        minute[second * RATE : (second + 1) * RATE] = part + grain * np.float32(0.02 + 0.1 * (second % 7 == 0))
    samples = scratch_array(int(minutes * 60 * RATE), 2)
    for number, start in enumerate(range(0, len(samples), len(minute))):
        there = samples[start : start + len(minute)]
        there[:] = minute[: len(there)] * np.float32(0.995**number)
        forget_pages(samples)
    return AudioClip(samples, RATE)


def written(clip: AudioClip, folder: Path) -> Path:
    """The clip as a 16-bit WAV file."""
    path = folder / f"{clip.duration / 60:g}_minutes.wav"
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as file:
        for start in range(0, clip.frames, RATE * 10):
            file.write(clip.samples[start : start + RATE * 10])
            forget_pages(clip.samples)
    return path


def many_spans(duration: float, count: int = 500) -> tuple[Span, ...]:
    """Spans all over the clip, a third of them boxes, every fifth of the other sign, some overlapping."""
    step = duration / count
    return tuple(
        Span(
            number * step,
            number * step + step * (0.5 if number % 7 else 1.3),
            Sign.MINUS if number % 5 == 4 else Sign.PLUS,
            *((500.0, 4000.0) if number % 3 == 2 else ()),
        )
        for number in range(count)
    )


def spin(app: QApplication, seconds: float) -> None:
    """Let events run."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.002)


def settle(app: QApplication, container: "Container") -> None:
    """Until a recording is open, and nothing is read, computed or drawn any more."""
    spin(app, 0.2)
    document = container.document
    while (
        document.clip is None
        or container.clip_loader.is_reading(document.recording)
        or container.timeline_renderer.is_busy
    ):
        spin(app, 0.1)


def frame_times(app: QApplication, move: Callable[[int], None], frames: int = FRAMES) -> np.ndarray:
    """Milliseconds of each frame, (frames, 2): on the clock, and of the GUI thread's own work.

    A frame is: move, let events run, repaint what must be. On a machine that is busy otherwise the second is the truth.
    """
    times = []
    for number in range(frames):
        start, work = time.perf_counter(), time.thread_time()
        move(number)
        app.processEvents()
        times.append((1e3 * (time.perf_counter() - start), 1e3 * (time.thread_time() - work)))
        # What the pool has made is delivered within frames, as it is on the screen.
        time.sleep(0.004)
    return np.array(times)


def clip_of(container: "Container") -> "AudioClip":
    """The clip that was opened."""
    clip = container.document.clip
    assert clip is not None, "no clip is open"
    return clip


def report(name: str, times: np.ndarray, reference: np.ndarray | None = None) -> None:
    """One line: median and 95th percentile, on the clock and in work; the ratio is that of the works."""
    (clock, work), (late, late_work) = np.median(times, axis=0), np.percentile(times, 95, axis=0)
    ratio = f"   x{work / np.median(reference[:, 1]):.2f} of PlotDataItem" if reference is not None else ""
    print(
        f"{name:44s} median {clock:6.1f} p95 {late:6.1f} ms, work {work:5.1f} p95 {late_work:5.1f} ms{ratio}",
        flush=True,
    )


def memory() -> tuple[float, float]:
    """MiB in use: all that the process holds now, and what of it is no file's. (Linux; elsewhere the peak.)"""
    status = Path("/proc/self/status")
    if not status.exists():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        megabytes = peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        return megabytes, megabytes
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
    held, own = (int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
    return held, own


def tell_memory(when: str) -> None:
    """One line."""
    held, own = memory()
    print(f"memory {when}: {held:.0f} MiB, its own {own:.0f} MiB", flush=True)
