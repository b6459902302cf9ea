"""Frames read for following, an interval between two keys at a time: forwards, or backwards in blocks.

No more than a block is held. h x w is the size at which motion is seen.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from samstudio.separation.engine import Video
from samstudio.separation.video.contract import Picture
from samstudio.separation.video.flow import optical_flow, pyramid, warped

FLOW_SIDE = 320
"""Pixels of the longer side at which motion is seen."""
LOOKED_SIDE = 1024
"""Pixels of the longer side at which key frames are held."""
BLOCK = 16
"""Intervals that are read at once to be walked backwards: a seek for each block."""
_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True, eq=False)
class SmallFrame:
    """A frame as motion sees it (a pyramid of greys), and the frame itself where it is a key."""

    levels: list[Tensor] = field(repr=False)
    picture: Picture | None = field(repr=False)


@dataclass(frozen=True, eq=False)
class Interval:
    """The frames from a key to the next one, both among them; `first` is the number of the first."""

    first: int
    frames: tuple[SmallFrame, ...]
    _flows: dict[tuple[int, bool], Tensor] = field(default_factory=dict, repr=False)
    """What was asked before, by the number of the step and the direction."""

    @property
    def last(self) -> int:
        """The number of the last frame."""
        return self.first + len(self.frames) - 1

    def carried(self, mask: Tensor, *, backwards: bool) -> list[Tensor]:
        """A soft mask (h, w) of the first frame (`backwards`: the last) as the motion moves it: one for each frame."""
        frames = self.frames[::-1] if backwards else self.frames
        masks = [mask]
        for step, (known, new) in enumerate(pairwise(frames)):
            # A film of fewer frames a second shows one several times.
            if new.levels is not known.levels and bool(mask.any()):
                if (step, backwards) not in self._flows:
                    self._flows[step, backwards] = optical_flow(new.levels, known.levels)
                mask = warped(mask[None], self._flows[step, backwards])[0]
            masks.append(mask)
        return masks[::-1] if backwards else masks


def read_forwards(video: Video, times: Sequence[float], keys: Sequence[int]) -> Generator[Interval, None, None]:
    """The intervals between the keys (numbers in `times`, rising), in order."""
    kept = set(keys)
    numbers = range(keys[0], keys[-1] + 1)
    held: list[SmallFrame] = []
    shown: Picture | None = None
    with closing(video.frames_at(times[number] for number in numbers)) as pictures:
        for number, picture in zip(numbers, pictures, strict=True):
            small = shrunk(picture, LOOKED_SIDE) if number in kept else None
            levels = held[-1].levels if held and picture is shown else pyramid(_grey(picture))
            shown = picture
            held.append(SmallFrame(levels, small))
            if number in kept and len(held) > 1:
                yield Interval(number - len(held) + 1, tuple(held))
                held = held[-1:]


def read_backwards(video: Video, times: Sequence[float], keys: Sequence[int]) -> Generator[Interval, None, None]:
    """The same intervals, the last one first."""
    for end in range(len(keys) - 1, 0, -BLOCK):
        yield from reversed(list(read_forwards(video, times, keys[max(0, end - BLOCK) : end + 1])))


def shrunk(picture: Picture, side: int) -> Picture:
    """The picture with a longer side of `side` pixels at most."""
    if max(picture.shape[:2]) <= side:
        return picture
    pixels = _resized(torch.from_numpy(np.array(picture)).permute(2, 0, 1).float(), *scaled_size(picture, side))
    return np.asarray(pixels.round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0).contiguous())


def scaled_size(picture: Picture, side: int) -> tuple[int, int]:
    """Height and width of a picture whose longer side is scaled to `side` pixels."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def motion_size(picture: Picture) -> tuple[int, int]:
    """Height and width at which motion is seen: a small picture is not enlarged."""
    return scaled_size(picture, min(FLOW_SIDE, max(picture.shape[:2])))


def resized(mask: Tensor, height: int, width: int) -> Tensor:
    """A soft mask (h, w), or logits of one, at another size."""
    return _resized(mask[None], height, width)[0]


def _resized(image: Tensor, height: int, width: int) -> Tensor:
    if image.shape[1:] == (height, width):
        return image
    return functional.interpolate(image[None], (height, width), mode="bilinear", antialias=True, align_corners=False)[0]


def _grey(picture: Picture) -> Tensor:
    """(h, w), 0..1."""
    # A copy, for the reader may have made its frames read-only.
    pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1).float()
    small = _resized(pixels, *motion_size(picture))
    return (small * torch.tensor(_LUMA)[:, None, None]).sum(0) / 255
