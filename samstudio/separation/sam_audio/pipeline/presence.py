"""Whether the sound is there at all.

A generative model generates a little of the prompted sound even where there is none. So the target is silenced where
neither a + span nor a predicted one nor the target's own level says that it is there.
C channels, n samples at the clip's rate.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d, interpolate

from samstudio.separation.stems import MUTE_RAMP_SECONDS
from samstudio.separation.stft import StftGrid
from samstudio.separation.windows import Window
from samstudio.session.clip import Samples
from samstudio.session.stretch import Stretch, without

LEVEL = 10.0 ** (-40 / 10)
"""Power of the target in the mixture's below which it counts as absent."""
FLOOR = 10.0 ** (-50 / 10)
"""A mixture's power counts as no less than this."""
SECONDS = 0.4
"""Powers are means over this time."""


def present(target: Tensor, clip: Tensor, hop: int, rate: int) -> Tensor:
    """(H,) bool: in which stretches of `hop` samples the target's level says that it is there; both sounds (C, n)."""
    frames = round(SECONDS * rate / hop) // 2
    powers = []
    for sound in (target, clip):
        squares = sound.square().mean(dim=0)
        missing = -len(squares) % hop
        hops = torch.cat([squares, squares.new_zeros(missing)]).view(1, -1, hop).mean(dim=2)
        powers.append(avg_pool1d(hops[None], 2 * frames + 1, 1, frames, count_include_pad=False)[0, 0])
    return powers[0] > LEVEL * powers[1].clamp(min=FLOOR)


def marked(stretches: Sequence[Stretch], first: int, hops: int, hop: int, rate: int) -> Tensor:
    """(hops,) bool: which stretches of `hop` samples, from the clip's frame `first` on, touch a marked time."""
    found = torch.zeros(hops, dtype=torch.bool)
    for start, end in stretches:
        begin = int((start * rate - first) // hop)
        stop = int(-(-(end * rate - first) // hop))
        # One more at either side: there the gain has its ramp.
        found[max(0, begin - 1) : max(0, stop + 1)] = True
    return found


def gain(found: Tensor, hop: int, samples: int) -> Tensor:
    """(samples,) 1 where the sound was found, 0 where not, with ramps of one hop between."""
    gains = interpolate(found.float()[None, None], scale_factor=float(hop), mode="linear", align_corners=False)
    return gains[0, 0, :samples]


class Gate:
    """Silences the target where it is absent, and records where that was."""

    def __init__(self, known: Sequence[Stretch], silent: Sequence[Stretch], grid: StftGrid) -> None:
        """`known`: where the target is known to be; `silent`: where it is silent anyway; in seconds."""
        self._known, self._grid = known, grid
        # Silence has its ramps inside: there the target still sounds.
        ramp = MUTE_RAMP_SECONDS
        self._silent = [(start + ramp, end - ramp) for start, end in silent if end - start > 2 * ramp]
        self._closed: list[tuple[int, int]] = []
        """First and last frame of the stretches where it was not fully open; disjoint, in order."""

    @property
    def absent(self) -> tuple[Stretch, ...]:
        """Where the target was silenced, ramps included, and would not be silent anyway; in seconds."""
        rate = self._grid.sample_rate
        return without(((first / rate, stop / rate) for first, stop in self._closed), self._silent)

    def gains(self, target: Tensor, clip: Tensor, window: Window) -> Samples:
        """(n,) gains of what the window delivers; asked for in order. Both sounds (C, m) cover what it reads."""
        hop, rate = self._grid.hop, self._grid.sample_rate
        found = present(target, clip, hop, rate)
        found |= marked(self._known, window.read_start, len(found), hop, rate)
        offset = window.read_start
        gains: Samples = gain(found, hop, target.shape[1])[window.start - offset : window.end - offset].numpy()
        edges = np.flatnonzero(np.diff(gains < 1, prepend=False, append=False)) + window.start
        for first, stop in edges.reshape(-1, 2).tolist():
            goes_on = self._closed and self._closed[-1][1] == first
            self._closed.append((self._closed.pop()[0] if goes_on else first, stop))
        return gains
