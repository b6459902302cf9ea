"""How well a clicked object is followed through drawn films with truth, and what it costs.

    python benchmarks/tracking.py [--films 3] [--first 1] [--prompts 3] [--rate 24] [--threads 1] [--busy 0]

The first prompt is a click in the middle of the thing in the first frame. Each further one is set by a rule: in the
worst frame of those that show at least a third of the thing, a click on it, and the best of the masks offered where the
segmenter's own is not the thing; or the word that it is absent, where something is taken for it though it is not there.
IoU of a frame without the thing is 1 if nothing is marked there, else 0. Told: the share of the frames below 0.5 whose
certainty is below 0.5; false alarms: the share of the others whose certainty is. Memory is the peak of the process,
drawing included. `--busy` starts as many other processes that use a core each: for that, the program sets
GOMP_SPINCOUNT=2000.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Generator, Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks.tracking_film import SECONDS, DrawnFilm
from samstudio.separation.video.contract import Tracked
from samstudio.separation.video.mobilesam.segmenter import MobileSam
from samstudio.separation.video.tracking.tracker import FeatureTracker
from samstudio.session.video.mask_track import Mask
from samstudio.session.video.objects import Click, Mark

_BAD = 0.5


class DrawnFrames:
    """A film whose frames are drawn once, so that drawing does not count as tracking."""

    def __init__(self, film: DrawnFilm, times: list[float]) -> None:
        self.key = film.key
        self._times = np.array(times)
        self._pictures = list(film.frames_at(times))
        self.truths = [film.truth_at(time) for time in times]
        for picture in self._pictures:
            picture.flags.writeable = False

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        """The frame nearest to each time."""
        for time_ in times:
            yield self._pictures[int(np.abs(self._times - time_).argmin())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=3)
    parser.add_argument("--first", type=int, default=1, help="the first film's seed")
    parser.add_argument("--prompts", type=int, default=3)
    parser.add_argument("--rate", type=float, default=24.0, help="masks a second")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--busy", type=int, default=0, help="other processes that use a core each")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(options.busy)]
    try:
        _measure(options)
    finally:
        for other in others:
            other.kill()


def _measure(options: argparse.Namespace) -> None:
    segmenter = MobileSam()
    _tell_clicks(segmenter)
    tracker = FeatureTracker(segmenter)
    times = [number / options.rate for number in range(round(SECONDS * options.rate))]
    print("film | prompts | IoU | below 0.5 | told | false alarms | s, CPU s a second of film | memory MB", flush=True)
    results: list[list[float]] = []
    for seed in range(options.first, options.first + options.films):
        film = DrawnFrames(DrawnFilm(seed), times)
        marks = [_click(segmenter, film, times, 0)]
        results.append([])
        for count in range(1, options.prompts + 1):
            start = time.process_time(), time.perf_counter()
            tracked = {step.time: step for step in tracker.track(film, times, marks) if isinstance(step, Tracked)}
            spent = (time.process_time() - start[0]) / SECONDS
            waited = (time.perf_counter() - start[1]) / SECONDS
            fits = np.array([overlap(film.truths[k], tracked[t].mask) for k, t in enumerate(times)])
            unsure = np.array([tracked[t].certainty < _BAD for t in times])
            bad = fits < _BAD
            results[-1].append(float(fits.mean()))
            told = f"{unsure[bad].mean():.2f}" if bad.any() else "-"
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            print(
                f"{seed} | {count} | {fits.mean():.3f} | {bad.mean():.2f} | {told} | {unsure[~bad].mean():.2f} | "
                f"{waited:.2f}, {spent:.2f} | {memory:.0f}",
                flush=True,
            )
            if count < options.prompts:
                marks = _corrected(segmenter, film, times, marks, fits)
    print(f"mean IoU after 1 prompt {np.mean([row[0] for row in results]):.3f}, "
          f"the best of up to {options.prompts} {np.mean([max(row) for row in results]):.3f}, "
          f"after {options.prompts} {np.mean([row[-1] for row in results]):.3f}")  # fmt: skip


def overlap(truth: Mask, mask: Mask) -> float:
    """IoU of two masks of any sizes."""
    height, width = mask.shape
    rows = (np.arange(height) * truth.shape[0] + truth.shape[0] // 2) // height
    columns = (np.arange(width) * truth.shape[1] + truth.shape[1] // 2) // width
    there = truth[rows][:, columns]
    union = np.count_nonzero(there | mask)
    return np.count_nonzero(there & mask) / union if union else 1.0


def _corrected(
    segmenter: MobileSam, film: DrawnFrames, times: list[float], marks: list[Mark], fits: NDArray[np.float64]
) -> list[Mark]:
    """One more mark, in the worst frame that a person would choose."""
    areas = np.array([truth.sum() for truth in film.truths])
    clear = (areas == 0) | (areas > areas.max() / 3)
    free = np.array([all(abs(mark.time - time_) > 0.1 for mark in marks) for time_ in times])
    worst = int(np.where(clear & free, fits, 2.0).argmin())
    mark = _click(segmenter, film, times, worst) if areas[worst] else Mark(times[worst], absent=True)
    return sorted([*marks, mark], key=lambda one: one.time)


def _click(segmenter: MobileSam, film: DrawnFrames, times: list[float], number: int) -> Mark:
    truth = film.truths[number]
    mark = Mark(times[number], (Click(*_deepest(truth)),))
    (picture,) = film.frames_at((mark.time,))
    offers = segmenter.offers(segmenter.look(picture), mark)
    fits = [overlap(truth, mask) for mask in offers.masks]
    if fits[offers.best] > _BAD:
        return mark
    return Mark(mark.time, mark.clicks, choice=int(np.argmax(fits)))


def _deepest(truth: Mask) -> tuple[float, float]:
    """The point farthest from the edge (fractions)."""
    left = torch.from_numpy(np.pad(truth, 1).astype(np.float32))[None, None]
    depth = torch.zeros_like(left)
    while bool(left.any()):
        depth += left
        left = 1 - functional.max_pool2d(1 - left, 3, 1, 1)
    row, column = divmod(int(depth.argmax()), truth.shape[1] + 2)
    return (column - 0.5) / truth.shape[1], (row - 0.5) / truth.shape[0]


def _tell_clicks(segmenter: MobileSam) -> None:
    """Seconds from a 1080p frame to the mask of a click, the first one and the next."""
    (picture,) = DrawnFilm(1, 1920, 1080).frames_at((0.0,))
    mark = Mark(0.0, (Click(0.2, 0.5),))
    for name in ("first frame", "second frame"):
        start = time.perf_counter(), time.process_time()
        looked = segmenter.look(picture)
        segmenter.offers(looked, mark)
        middle = time.perf_counter(), time.process_time()
        segmenter.offers(looked, mark)
        end = time.perf_counter(), time.process_time()
        print(f"{name}: first click {middle[0] - start[0]:.2f} s ({middle[1] - start[1]:.2f} CPU s), "
              f"next {end[0] - middle[0]:.3f} s ({end[1] - middle[1]:.3f} CPU s)")  # fmt: skip


if __name__ == "__main__":
    main()
