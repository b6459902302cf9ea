"""A film drawn with its truth: a textured thing over moving ground, hidden, leaving, coming back, turning and growing.

The seed chooses textures, colours, shape and ways; the order of what happens stays.
"""

from collections.abc import Generator, Iterable

import numpy as np
from numpy.typing import NDArray

FRAME_RATE = 24.0
SECONDS = 10.0
HIDDEN, AWAY = (2.6, 4.0), (5.4, 7.0)
"""Seconds: the thing passes behind a pillar; it leaves the picture and comes back."""


class DrawnFilm:
    """A `Video` of `seconds`, `width` x `height`, drawn frame by frame when asked."""

    def __init__(self, seed: int, width: int = 640, height: int = 360, seconds: float = SECONDS) -> None:
        self.key = f"drawn film {seed} {width} {height} {seconds}"
        self.seconds = seconds
        self._size = height, width
        noise = np.random.default_rng(seed)
        self._ground, self._thing, self._pillar = (_texture(noise, colour) for colour in _colours(noise))
        # The outline's waves around a circle: amplitude and phase of each.
        self._waves = [(0.16 * noise.random() / k**0.5, noise.random() * 2 * np.pi) for k in range(2, 6)]
        self._turn, self._grow = noise.choice((-1, 1)) * noise.uniform(0.4, 0.9), noise.uniform(1.3, 1.8)
        self._scroll = noise.uniform(-40, 40, 2)
        self._level = noise.uniform(0.4, 0.6)

    def frames_at(self, times: Iterable[float]) -> Generator[NDArray[np.uint8], None, None]:
        """The frame nearest to each time, uint8 (H, W, 3)."""
        last, shown = -1, np.zeros((0, 0, 3), np.uint8)
        for time in times:
            number = min(max(0, round(time * FRAME_RATE)), round(self.seconds * FRAME_RATE) - 1)
            if number != last:
                last, shown = number, self._drawn(number / FRAME_RATE)[0]
            yield shown

    def truth_at(self, time: float) -> NDArray[np.bool_]:
        """Where the thing is seen in the frame nearest to `time` (H, W)."""
        return self._drawn(round(time * FRAME_RATE) / FRAME_RATE)[1]

    def middle_at(self, time: float) -> tuple[float, float]:
        """Where the middle of the thing is, hidden or not (fractions of width and height)."""
        right, down, *_ = self._place(time)
        return right, down

    def _place(self, time: float) -> tuple[float, float, float, float]:
        """Middle (fractions of width and height), radius (of the height) and angle of the thing."""
        whole = self.seconds / SECONDS
        knots = np.array([0, 1.2, *HIDDEN, 4.6, *AWAY, 8.2, 10]) * whole
        right = np.interp(time, knots, [0.2, 0.3, 0.42, 0.62, 0.8, 1.25, 1.25, 0.7, 0.4])
        down = self._level + 0.12 * np.sin(2.1 * time / whole)
        radius = 0.16 * self._grow ** (time / self.seconds)
        return float(right), float(down), float(radius), float(self._turn * time)

    def _drawn(self, time: float) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        height, width = self._size
        y, x = np.mgrid[:height, :width].astype(np.float32)
        scale = 360 / height
        picture = _looked_up(self._ground, y * scale + self._scroll[1] * time, x * scale + self._scroll[0] * time)
        right, down, radius, angle = self._place(time)
        dx, dy = x - right * width, y - down * height
        across, along = np.cos(angle) * dx + np.sin(angle) * dy, np.cos(angle) * dy - np.sin(angle) * dx
        direction = np.arctan2(along, across)
        outline = 1 + sum(size * np.cos(k * direction + phase) for k, (size, phase) in enumerate(self._waves, 2))
        is_thing = np.hypot(across, along) < radius * height * outline
        unit = 60 / (radius * height)
        picture[is_thing] = _looked_up(self._thing, along[is_thing] * unit, across[is_thing] * unit)
        is_pillar = np.abs(x - 0.52 * width) < 0.13 * width
        picture[is_pillar] = _looked_up(self._pillar, y[is_pillar] * scale, x[is_pillar] * scale)
        return picture.round().astype(np.uint8), is_thing & ~is_pillar


def _colours(noise: np.random.Generator) -> list[NDArray[np.float32]]:
    """Three pairs of colours (2, 3); those of the thing are near those of the ground."""
    hues = (noise.random() + np.array([0, 0.12, 0.6])) * 2 * np.pi
    phases = np.array([0, 2.1, 4.2])
    bright = noise.permutation([90, 150, 120])
    middles = [level + 70 * np.cos(hue + phases) for hue, level in zip(hues, bright, strict=True)]
    return [np.stack((middle - 35, middle + 35)).astype(np.float32) for middle in middles]


def _texture(noise: np.random.Generator, colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """(512, 512, 3), endless in both directions: noise that is stronger the coarser it is."""
    down, across = np.meshgrid(np.fft.fftfreq(512), np.fft.rfftfreq(512), indexing="ij")
    spectrum = np.fft.rfft2(noise.standard_normal((512, 512))) / (0.01 + np.hypot(down, across)) ** 1.3
    grain = np.fft.irfft2(spectrum, (512, 512))
    share = np.clip(0.5 + 0.3 * grain / grain.std(), 0, 1)[..., None]
    return np.asarray(colours[0] + share * (colours[1] - colours[0]), np.float32).clip(0, 255)


def _looked_up(texture: NDArray[np.float32], y: NDArray[np.floating], x: NDArray[np.floating]) -> NDArray[np.float32]:
    """The texture between its pixels, bilinearly."""
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    down, right = (y - top)[..., None], (x - left)[..., None]
    corner = [[texture[(top + i) % 512, (left + j) % 512] for j in (0, 1)] for i in (0, 1)]
    above, below = (row[0] * (1 - right) + row[1] * right for row in corner)
    return np.asarray(above * (1 - down) + below * down, np.float32)
