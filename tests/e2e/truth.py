"""Where a target is wrong, from sounds of which the truth is known, and the strokes of a brush that mend it."""

import runpy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from samstudio.assets import asset

ROOT = Path(__file__).parents[2]

SIZE, HOP = 2048, 512
"""Of the STFT, in frames of the recording."""
ROW = 3
"""Pixels from one row to the next in which a stroke may run."""
LONG = 200
"""STFT frames that a stroke is long if it must mend twice as much."""
WIGGLY = 30
"""Steps up or down of a stroke that must mend twice as much for them."""
TO_TARGET, TO_RESIDUAL = "to target", "to residual"


def read(path: Path) -> np.ndarray:
    """float64 (frames, channels)."""
    return soundfile.read(path, always_2d=True)[0]


def demo_and_bird(folder: Path) -> tuple[Path, Path]:
    """The first ten seconds of the demo, and of the bird in it, as files in the folder."""
    folder.mkdir()
    recording, truth = folder / "recording.wav", folder / "truth.wav"
    demo, rate = soundfile.read(asset("demo/demo.flac"), dtype="int16")
    # Rendered, not written: the script's own command puts the demo in its place anew, while other tests read it.
    bird, _ = runpy.run_path(str(ROOT / "packaging" / "make_demo.py"))["render"]()
    for samples, path in ((demo, recording), (bird, truth)):
        soundfile.write(path, samples[: 10 * rate], rate, subtype="PCM_16")
    return recording, truth


def si_sdr(truth: np.ndarray, estimate: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio in dB."""
    truth, estimate = truth.ravel(), estimate.ravel()
    part = (truth @ estimate) / (truth @ truth) * truth
    return float(10 * np.log10((part @ part) / np.sum((estimate - part) ** 2)))


@dataclass(frozen=True)
class Stroke:
    """`direction` is TO_TARGET or TO_RESIDUAL; `line` (n, 2) in pixels of the screen."""

    direction: str
    line: np.ndarray


class Mending:
    """The cells of a target that is to come near the truth, with the error in each."""

    def __init__(self, truth: np.ndarray, clip: np.ndarray, target: np.ndarray, rate: int) -> None:
        self._rate = rate
        wanted, made, whole = (_stft(sound) for sound in (truth, target, clip))
        # The power of what is wrong, for a cell as it is, all in the target, and all in the residual.
        self._error = np.sum(np.abs(wanted - made) ** 2, axis=2)
        self._total = self._error.sum()
        self._after = {
            TO_TARGET: np.sum(np.abs(wanted - whole) ** 2, axis=2),
            TO_RESIDUAL: np.sum(np.abs(wanted) ** 2, axis=2),
        }

    def strokes(self, lane: dict, frequencies: list[float], size: int, least: float) -> list[Stroke]:
        """Strokes of a brush of `size` pixels over a lane, the best first; each mends the part `least` at least.

        `lane` and `frequencies` are those of `watched_app`. What the strokes mend counts as mended from then on.
        """
        frames, x = self._columns(lane)
        height, bins = lane["height"], np.arange(self._error.shape[1]) * self._rate / SIZE
        places = np.interp(bins, frequencies, np.linspace(height, 0, len(frequencies)), left=2 * height, right=-height)
        rows = np.arange(size / 2, height - size / 2 + 1, ROW)
        covered = np.abs(places[:, None] - rows) <= size / 2
        strokes = []
        # One way after the other, so that the brush is turned once.
        for direction, after in self._after.items():
            while True:
                mended = (self._error[frames] - after[frames]) @ covered
                gain, first, path = _best_path(mended - least * self._total / LONG, least * self._total / WIGGLY)
                if gain < least * self._total:
                    break
                for frame, row in zip(frames[first:], path, strict=False):
                    under = covered[:, row]
                    self._error[frame, under] = after[frame, under]
                line = np.column_stack([x[first : first + len(path)] + lane["left"], rows[path] + lane["top"]])
                strokes.append(Stroke(direction, _drawn(line, size / 2)))
        return strokes

    def _columns(self, lane: dict) -> tuple[np.ndarray, np.ndarray]:
        """The STFT frames in view, and their pixels."""
        x = np.arange(len(self._error)) * HOP / self._rate * lane["per_second"] + lane["x"] - lane["left"]
        frames = np.flatnonzero((x >= 4) & (x <= lane["width"] - 4))
        return frames, x[frames]


def _stft(sound: np.ndarray) -> np.ndarray:
    """(frames, bins, channels)"""
    padded = np.pad(sound, ((SIZE // 2, SIZE), (0, 0)))
    shape = np.hanning(SIZE + 1)[:-1, None]
    starts = range(0, len(padded) - SIZE + 1, HOP)
    return np.stack([np.fft.rfft(padded[start : start + SIZE] * shape, axis=0) for start in starts])


def _best_path(gains: np.ndarray, slope: float) -> tuple[float, int, np.ndarray]:
    """The path through (columns, rows) that gathers most, a row up or down a column: its gain, first column, rows.

    A step up or down costs `slope`.
    """
    columns, rows = gains.shape
    sums, came_from = np.zeros((columns, rows)), np.zeros((columns, rows), int)
    steps = np.clip(np.arange(rows) + np.array([[0], [-1], [1]]), 0, rows - 1)
    costs, last = slope * np.array([[0.0], [1.0], [1.0]]), np.zeros(rows)
    for column in range(columns):
        ways = last[steps] - costs
        before = steps[np.argmax(ways, axis=0), np.arange(rows)]
        came_from[column] = np.where(ways.max(axis=0) > 0, before, -1)
        last = sums[column] = np.maximum(ways.max(axis=0), 0) + gains[column]
    column, row = np.unravel_index(np.argmax(sums), sums.shape)
    gain, path = float(sums[column, row]), []
    while row >= 0:
        path.append(row)
        row, column = came_from[column, row], column - 1
    return gain, int(column) + 1, np.array(path[::-1])


def _drawn(line: np.ndarray, radius: float) -> np.ndarray:
    """The corners of a line without what its round ends reach over, a point at least."""
    inside = (line[:, 0] >= line[0, 0] + radius) & (line[:, 0] <= line[-1, 0] - radius)
    line = line[inside] if inside.any() else line[len(line) // 2 :][:1]
    is_straight = np.diff(line[:, 1], n=2) == 0
    return line[~np.concatenate([[False], is_straight, [False]])[: len(line)]]
