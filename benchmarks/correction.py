"""What correcting a take by hand and by strength costs, and what it gains where the truth is known.

    python benchmarks/correction.py [--minutes 10 180] [--bench BENCH_DIR] [--cases p21 p06 p10]

Prints for a stereo take of each length at 48 kHz how long it takes from the end of a stroke of 2 s until the mixer
plays its result and the timeline has its sound, beside a plain STFT of the same stretch and back in the same run, how
much room a hundred strokes take, and how soon a strength is heard and how long all of it takes.

Then, for cases of a benchmark folder (see spectral_quality.py), what painting by the truth gives: to the target the
cells in which the true target is the louder one, to the residual all others. SI-SDR of the target in dB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import soundfile
from PySide6.QtWidgets import QApplication

from benchmarks.tools import RATE
from samstudio.controllers.analysis.loudness_measurement import LoudnessMeasurement
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.audition import Audition
from samstudio.controllers.playback.comparing import Comparing
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.corrector import Corrector
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.controllers.separation.separator import Separator
from samstudio.separation.correction.derive import corrected
from samstudio.separation.correction.patched_copy import patched_bytes
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.correction import CellMask, Correction, Direction
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.take import SeparationSettings, Sound, Stems, Take

STROKES = 100
STROKE_SECONDS = 2.0


class Desk:
    """The controllers from the document to the mixer and the renderer, with a take of noise."""

    def __init__(self, minutes: float) -> None:
        frames = int(minutes * 60 * RATE)
        clip, target, residual = (scratch_array(frames, 2) for _ in range(3))
        noise = (np.random.default_rng(0).integers(-3000, 3000, (2, RATE * 10, 2)) / 32768).astype(np.float32)
        # The rest is silence that was never written: it takes the same time, and less of the disk.
        for start in range(0, frames - RATE * 10, max(RATE * 10, frames // 20)):
            place = slice(start, start + RATE * 10)
            target[place], residual[place], clip[place] = noise[0], noise[1], noise[0] + noise[1]
        for samples in (clip, target, residual):
            forget_pages(samples)
        self.background, self.correcting = Background(), Background(threads=1)
        self.document = Document()
        mixing, self.transport, self.renderer = Mixing(), Transport(), TimelineRenderer()
        self.separator = Separator(self.document, PaceHistory(Path(tempfile.gettempdir()) / "no-paces.json"))
        self.corrector = Corrector(self.document, self.correcting, lambda: minutes * 30)
        comparing = Comparing(self.document, LoudnessMeasurement(self.background))
        self.audition = Audition(
            self.document, self.separator, self.corrector, comparing, mixing, self.transport, self.renderer
        )
        self.document.open(AudioClip(clip, RATE))
        sound = Sound(Stems(target, residual))
        self.document.add_take(Take("Take 1", Prompt(), SeparationSettings(), sound, 1.0, frames))
        self.wait(lambda: not self.renderer.is_busy)

    @property
    def sound(self) -> Sound:
        take = self.document.current_take
        assert take is not None
        return take.sound

    def wait(self, is_done: Callable[[], bool]) -> float:
        """Run the event loop until something is so; returns milliseconds."""
        start = time.perf_counter()
        while not is_done():
            QApplication.processEvents()
            time.sleep(0.0005)
        return (time.perf_counter() - start) * 1e3

    def close(self) -> None:
        self.transport.close()
        self.separator.shut_down()
        self.renderer.close()
        for pool in (self.background, self.correcting):
            pool.shut_down()


def plain_stft(samples: Samples, start: int, grid: CellGrid) -> float:
    """Milliseconds for an STFT of a stretch of both stems and one back, without any mask."""
    began = time.perf_counter()
    stop = start + round(STROKE_SECONDS * RATE)
    window = np.hanning(grid.size + 1)[:-1]
    for channel in samples[start:stop].T.astype(np.float64):
        frames = np.lib.stride_tricks.sliding_window_view(channel, grid.size)[:: grid.hop]
        for _ in range(2):
            spectra = np.fft.rfft(frames * window)
        np.fft.irfft(spectra, grid.size)
    return (time.perf_counter() - began) * 1e3


def measure(minutes: float) -> None:
    desk, grid = Desk(minutes), CellGrid(RATE)
    frames = round(STROKE_SECONDS * RATE / grid.hop)
    last = grid.frames_in(len(desk.sound.stems.target)) - frames
    times, plain = [], []
    for number in range(STROKES):
        first = last * number // STROKES
        mask = CellMask(first, 40 + number, np.full((frames, 60), 255, np.uint8))
        desk.corrector.paint(mask, list(Direction)[number % 2], 1.0, "Paint")
        times.append(desk.wait(lambda: not desk.corrector.is_pending))
        plain.append(plain_stft(desk.sound.made.target, first * grid.hop, grid))
        assert desk.audition.stems is desk.sound.stems
    worst = sorted(times)[int(0.95 * STROKES)]
    print(
        f"{minutes:g} min: a stroke of {STROKE_SECONDS:g} s is heard after {median(times):.0f} ms, p95 {worst:.0f} ms; "
        f"plain STFT {median(plain):.0f} ms, ratio {median(times) / median(plain):.1f}"
    )
    kept = sum(patched_bytes(samples) for samples in (desk.sound.stems.target, desk.sound.stems.residual))
    reached = STROKES * (frames + 3) * grid.hop * 2 * 2 * 4
    cells = desk.sound.correction.cells.nbytes
    print(
        f"  {STROKES} strokes take {kept / 1e6:.0f} MB of stems (they reach {reached / 1e6:.0f} MB), and "
        f"{cells / 1e6:.1f} MB of cells"
    )
    desk.document.undo_stack.undo()
    print(f"  undo is heard after {desk.wait(lambda: not desk.corrector.is_pending):.0f} ms")
    heard: list[float] = []
    began = time.perf_counter()
    desk.corrector.preview_changed.connect(lambda _: heard.append(time.perf_counter() - began))
    desk.corrector.set_strength(3.0)
    whole = desk.wait(lambda: not desk.corrector.is_pending)
    print(
        f"  a strength is heard after {heard[0] * 1e3:.0f} ms; all of it took {whole / 1e3:.1f} s, "
        f"{minutes * 6e4 / whole:.0f} x real time"
    )
    desk.close()


def si_sdr(estimate: Samples, truth: Samples) -> float:
    """Scale-invariant SDR in dB (Le Roux et al., 2019), over all channels."""
    estimate, truth = estimate.ravel().astype(np.float64), truth.ravel().astype(np.float64)
    wanted = truth * (estimate @ truth / (truth @ truth))
    return float(10 * np.log10((wanted @ wanted) / np.sum((estimate - wanted) ** 2)))


def louder_target(target: Samples, residual: Samples, grid: CellGrid) -> np.ndarray:
    """(frames, bins) whether the true target is the louder one, over all channels."""
    powers = []
    for sound in (target, residual):
        padded = np.pad(sound.astype(np.float64), ((grid.size // 2, grid.size), (0, 0)))
        frames = np.lib.stride_tricks.sliding_window_view(padded, grid.size, axis=0)[:: grid.hop]
        spectra = np.fft.rfft(frames * np.hanning(grid.size + 1)[:-1])
        powers.append((np.abs(spectra) ** 2).sum(axis=1)[: grid.frames_in(len(sound))])
    is_louder: np.ndarray = powers[0] > powers[1]
    return is_louder


def paint_by_truth(bench: Path, case: dict[str, Any], folder: Path) -> tuple[float, float]:
    """SI-SDR of the target before and after."""
    spans = [f"--span=+{start}:{end}" for start, end in case["plus"]]
    spans += [f"--span=-{start}:{end}" for start, end in case["minus"]]
    command = [sys.executable, "-m", "samstudio", "separate", bench / case["mixture"], "-o", folder, "--bits", "32f"]
    subprocess.run([*command, "--prompt", case["text"], *spans], check=True, capture_output=True)
    made = [next(folder.glob(f"*{stem}*.wav")) for stem in ("target", "residual")]
    stems = Stems(*(soundfile.read(path, dtype="float32", always_2d=True)[0] for path in made))
    target, residual = (
        soundfile.read(bench / case[stem], dtype="float32", always_2d=True)[0] for stem in ("target", "residual")
    )
    grid = CellGrid(case["sample_rate"])
    is_target = louder_target(target, residual, grid)
    correction = Correction()
    for cells, direction in ((is_target, Direction.TO_TARGET), (~is_target, Direction.TO_RESIDUAL)):
        correction = correction.painted(CellMask(0, 0, cells.astype(np.uint8) * 255), direction, 1.0)
    steps = corrected(replace(Sound(stems), correction=correction), None, case["sample_rate"])
    try:
        while True:
            next(steps)
    except StopIteration as end:
        after: Stems = end.value.sound.stems
    return si_sdr(stems.target, target), si_sdr(after.target, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", nargs="*", type=float, default=[10.0, 180.0])
    default = os.environ.get("SAMSTUDIO_BENCH", "../shared/bench")
    parser.add_argument("--bench", type=Path, default=Path(default))
    parser.add_argument("--cases", nargs="*", default=["p21", "p06", "p10"])
    options = parser.parse_args()
    app = QApplication([])
    for minutes in options.minutes:
        measure(minutes)
    app.processEvents()
    if not (options.bench / "manifest.json").exists():
        return
    cases = json.loads((options.bench / "manifest.json").read_text(encoding="utf-8"))["cases"]
    for case in cases:
        if case["id"].split("_")[0] in options.cases:
            with tempfile.TemporaryDirectory(prefix="samstudio-bench-") as folder:
                before, after = paint_by_truth(options.bench.resolve(), case, Path(folder))
            print(f"{case['id']}: {before:.2f} dB, painted by the truth {after:.2f} dB: {after - before:+.2f} dB")


if __name__ == "__main__":
    main()
