"""From many channels to the two that are played."""

import numpy as np
from numpy.typing import NDArray

from samstudio.dsp.channel_layout import channel_names

_HALF = 0.5**0.5
_FOLDED = {
    "L": (1.0, 0.0),
    "R": (0.0, 1.0),
    "C": (_HALF, _HALF),
    "LFE": (0.0, 0.0),
    "Cs": (0.5, 0.5),
    **dict.fromkeys(("Ls", "Lb"), (_HALF, 0.0)),
    **dict.fromkeys(("Rs", "Rb"), (0.0, _HALF)),
}
"""How much of a channel is heard left and right."""


def fold_down(channels: int) -> NDArray[np.float32] | None:
    """The matrix (channels, 2) from many channels to two; None for mono (heard on both sides) and stereo (as it is).

    Three to eight channels, in the order of `channel_names`, by ITU-R BS.775, table 2: centre, sides and back at
    -3 dB, a centre at the back at -6 dB, no LFE. For any other number no layout is usual: left is the mean of the
    1st, 3rd, ... channel, right that of the 2nd, 4th, ...
    """
    if channels <= 2:
        return None
    names = channel_names(channels)
    if names[0] == "L":
        return np.array([_FOLDED[name] for name in names], np.float32)
    matrix = np.zeros((channels, 2), np.float32)
    matrix[0::2, 0] = 1.0 / len(matrix[0::2])
    matrix[1::2, 1] = 1.0 / len(matrix[1::2])
    return matrix
