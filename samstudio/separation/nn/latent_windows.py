"""Windows over the latent frames of a long clip, and the blending of what is computed in them.

T latent frames of the clip, L of a window, C latent channels.
"""

from collections.abc import Sequence
from math import ceil

import torch
from torch import Tensor


def latent_windows(frames: int, longest: int, overlap: int) -> list[range]:
    """Equally long windows over `frames`, evenly placed, none longer than `longest`, neighbours sharing `overlap`.

    As few as possible, and then as short as possible; a clip that fits one window gives one. 0 <= overlap < longest.
    """
    if frames <= longest:
        return [range(frames)]
    count = ceil((frames - overlap) / (longest - overlap))
    length = ceil((frames + (count - 1) * overlap) / count)
    starts = [k * (frames - length) // (count - 1) for k in range(count)]
    return [range(start, start + length) for start in starts]


class Blend:
    """Adds up windows from left to right, each fading in and out where it overlaps its neighbours.

    The weights are raised cosines, divided by their sum: a value that is equal in all windows stays unchanged.
    """

    def __init__(self, windows: Sequence[range]) -> None:
        self._windows = windows
        self._next = 0
        self._sum: Tensor | None = None
        self._weights = torch.zeros(0)

    def add(self, values: Tensor) -> tuple[int, Tensor]:
        """Take the next window's values (L, C); return the first frame and the frames that are final, (n, C).

        Final is what no later window reaches. The frames come without gap.
        """
        index, window = self._next, self._windows[self._next]
        self._next += 1
        if len(self._windows) == 1:
            return 0, values
        weights = self._window_weights(index).to(values.device)
        total, sums = values * weights[:, None], weights
        if self._sum is not None:
            shared = len(self._sum)
            total[:shared] += self._sum
            sums[:shared] += self._weights
        last = self._next == len(self._windows)
        final = len(window) if last else self._windows[self._next].start - window.start
        self._sum, self._weights = total[final:], sums[final:]
        return window.start, total[:final] / sums[:final, None]

    def _window_weights(self, index: int) -> Tensor:
        """(L,) float32."""
        windows, window = self._windows, self._windows[index]
        weights = torch.ones(len(window))
        if index > 0:
            fade = windows[index - 1].stop - window.start
            weights[:fade] *= _rise(fade)
        if index + 1 < len(windows):
            fade = window.stop - windows[index + 1].start
            weights[len(window) - fade :] *= _rise(fade).flip(0)
        return weights


def _rise(frames: int) -> Tensor:
    """A raised cosine from 0 to 1, both excluded, (frames,)."""
    return torch.sin((torch.arange(frames) + 0.5) * (torch.pi / 2 / max(1, frames))).square()
