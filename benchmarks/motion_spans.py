"""What spans offered from an object's motion are worth: drawn films with truth, separated by the embedded engine.

    python benchmarks/motion_spans.py [--tracked]

In each of eight films two things are struck now and then, independently, and shake as they sound: tones and hits of
different pitches and lengths, at the same loudness. Beside that they sway, and the frames are noisy. They have colours
of their own: grey noise on grey noise the segmenter takes for one thing, and a click for the whole picture. Each in
turn is the target. Its masks are the true ones, or (`--tracked`) what the embedded tracker makes of one click. The gain
is the signal-to-distortion ratio of the target over that of the mixture.
"""

import argparse
from collections.abc import Callable, Generator, Iterable

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.engine import SeparationRequest, StemChunk
from samstudio.separation.registry import create_engine
from samstudio.separation.steps import finish
from samstudio.separation.video.finders import make_tracker
from samstudio.separation.video.following import follow
from samstudio.separation.video.motion_spans import motion_spans
from samstudio.session.prompt import Prompt, Sign
from samstudio.session.take import SeparationSettings
from samstudio.session.video.mask_track import MaskTrack, packed_mask
from samstudio.session.video.objects import Click, Mark

RATE, FRAMES_PER_SECOND, SECONDS = 24000, 25, 10
HEIGHT, WIDTH = 144, 256
_PLACES = ((64, 72), (192, 72))
_RADIUS = 28
_GROUND, _COLOURS = np.array((120.0, 130.0, 110.0)), np.array(((200.0, 60.0, 50.0), (60.0, 90.0, 210.0)))
_TIMES = tuple(k / FRAMES_PER_SECOND for k in range(FRAMES_PER_SECOND * SECONDS))
Sound = NDArray[np.float64]
Make = Callable[[np.random.Generator], Sound]


def tone(pitch: float, decay: float, brightness: float) -> Make:
    """A struck string."""

    def make(chance: np.random.Generator) -> Sound:
        t = np.arange(int(0.9 * RATE)) / RATE
        parts = (
            np.sin(2 * np.pi * pitch * k * t + 6 * chance.random()) * np.exp(-t / decay * (1 + 0.3 * k)) * brightness**k
            for k in range(1, 9)
        )
        sound = np.sum(list(parts), 0)
        return np.asarray(sound / np.abs(sound).max())

    return make


def hit(low: float, high: float, decay: float) -> Make:
    """Noise between two frequencies (Hz)."""

    def make(chance: np.random.Generator) -> Sound:
        count = int(0.6 * RATE)
        spectrum, frequencies = np.fft.rfft(chance.standard_normal(count)), np.fft.rfftfreq(count, 1 / RATE)
        spectrum[(frequencies < low) | (frequencies > high)] = 0
        sound = np.fft.irfft(spectrum, count) * np.exp(-np.arange(count) / RATE / decay)
        return np.asarray(sound / np.abs(sound).max())

    return make


PAIRS = (
    (tone(220, 0.25, 0.7), hit(3000, 9000, 0.06)),
    (tone(440, 0.3, 0.6), tone(147, 0.3, 0.8)),
    (hit(60, 250, 0.1), hit(4000, 10000, 0.05)),
    (tone(330, 0.2, 0.8), hit(200, 2000, 0.08)),
    (tone(523, 0.35, 0.5), tone(392, 0.35, 0.5)),
    (hit(500, 1500, 0.07), tone(98, 0.4, 0.85)),
    (tone(880, 0.15, 0.6), hit(100, 800, 0.12)),
    (tone(262, 0.3, 0.75), tone(330, 0.3, 0.75)),
)


class StruckThings:
    """A film of two things, with the sound and the true masks of each."""

    def __init__(self, seed: int) -> None:
        self.key = f"struck {seed}"
        chance = np.random.default_rng(seed)
        struck = [self._struck(make, chance) for make in PAIRS[seed]]
        self.sounds = [sound for sound, _ in struck]
        coarse = (chance.integers(-25, 26, (HEIGHT // 8, WIDTH // 8)) for _ in range(3))
        ground, *skins = (grains.repeat(8, 0).repeat(8, 1)[..., None] for grains in coarse)
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        self._pictures, self.masks = [], []
        for k in range(len(_TIMES)):
            picture, masks = _GROUND + 0.4 * ground, []
            for (across, down), colour, skin, (_, way) in zip(_PLACES, _COLOURS, skins, struck, strict=True):
                masks.append((x - across) ** 2 + (y - down - way[k]) ** 2 < _RADIUS**2)
                picture = np.where(masks[-1][..., None], colour + np.roll(skin, round(way[k]), 0), picture)
            self._pictures.append((picture + chance.normal(0, 3, picture.shape)).clip(0, 255).astype(np.uint8))
            self.masks.append(masks)

    @staticmethod
    def _struck(make: Make, chance: np.random.Generator) -> tuple[Sound, Sound]:
        """The sound of a thing, and how far down it is in each frame (pixels)."""
        sound, times = np.zeros(RATE * (SECONDS + 1)), np.array(_TIMES)
        way = 1.6 * np.sin(2 * np.pi * (0.15 + 0.1 * chance.random()) * times + 6 * chance.random())
        at = 0.4 + 0.5 * chance.random()
        while at < SECONDS - 0.5:
            loud, hit_sound, after = 0.6 + 0.4 * chance.random(), make(chance), times - at
            sound[int(at * RATE) :][: len(hit_sound)] += loud * hit_sound
            shaken = 10 * loud * np.exp(-after.clip(0) / 0.15) * np.cos(10 * np.pi * after.clip(0))
            way += np.where(after >= 0, shaken, 0)
            at += 0.45 + chance.exponential()
        sound = sound[: RATE * SECONDS]
        return 0.05 * sound / np.sqrt(np.square(sound).mean()), way

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        """The frame nearest to each time."""
        for time in times:
            yield self._pictures[min(round(time * FRAMES_PER_SECOND), len(self._pictures) - 1)]

    def track(self, number: int, *, tracked: bool) -> MaskTrack:
        """Where one of the things is."""
        if tracked:
            across, down = _PLACES[number]
            marks = (Mark(0.0, (Click(across / WIDTH, down / HEIGHT),)),)
            return finish(follow(self, marks, _TIMES, make_tracker()))
        masks = tuple(packed_mask(masks[number]) for masks in self.masks)
        return MaskTrack("", _TIMES, masks, (1.0,) * len(masks), HEIGHT, WIDTH)


def gain(film: StruckThings, number: int, track: MaskTrack) -> tuple[float, int, int]:
    """dB by which the target is better than the mixture, and the numbers of + and - spans."""
    truth, mixture = film.sounds[number], film.sounds[0] + film.sounds[1]
    samples = mixture.astype(np.float32)[:, None]
    spans = finish(motion_spans(film, track, samples, RATE))
    target = np.zeros_like(mixture)
    request = SeparationRequest(samples, RATE, Prompt(spans=spans), SeparationSettings("spectral"))
    for step in create_engine("spectral").separate(request):
        if isinstance(step, StemChunk):
            target[step.start :][: len(step.target)] = step.target[:, 0]
    errors = (np.square(sound - truth).sum() for sound in (mixture, target))
    before, after = errors
    signs = [span.sign for span in spans]
    return float(10 * np.log10(before / after)), signs.count(Sign.PLUS), signs.count(Sign.MINUS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracked", action="store_true", help="follow the things from one click each")
    parser.add_argument("--films", type=int, default=len(PAIRS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    gains = []
    print("film | thing | + spans | - spans | gain dB", flush=True)
    for seed in range(options.films):
        film = StruckThings(seed)
        for number in range(2):
            found, plus, minus = gain(film, number, film.track(number, tracked=options.tracked))
            gains.append(found)
            print(f"{seed} | {number} | {plus} | {minus} | {found:.1f}", flush=True)
    print(f"mean {np.mean(gains):.1f} dB, median {np.median(gains):.1f}, worst {min(gains):.1f}, "
          f"at least 5 dB in {np.mean(np.array(gains) >= 5):.0%}")  # fmt: skip


if __name__ == "__main__":
    main()
