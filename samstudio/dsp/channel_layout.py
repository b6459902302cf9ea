"""What the channels of a recording are called, in the order in which files hold them, and which are shown."""

from typing import Literal

_NAMES = {
    1: ("",),
    2: ("L", "R"),
    3: ("L", "R", "C"),
    4: ("L", "R", "Ls", "Rs"),
    5: ("L", "R", "C", "Ls", "Rs"),
    6: ("L", "R", "C", "LFE", "Ls", "Rs"),
    7: ("L", "R", "C", "LFE", "Cs", "Ls", "Rs"),
    8: ("L", "R", "C", "LFE", "Lb", "Rb", "Ls", "Rs"),
}
"""The order of WAVE files, by which decoders of other formats go, too: front, centre, LFE, back, side.

A file of so many channels may mean another layout, which only a few formats state; these are the usual ones.
"""
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


LOUDEST, SUMMED = -1, -2
"""All channels of a recording as one: in every place the loudest of them, or what they sound like together."""
Shown = Literal["loudest", "sum", "each"]


def shown_parts(shown: Shown, channels: int) -> tuple[int, ...]:
    """What is shown of a recording one below the other: numbers of channels, or LOUDEST or SUMMED."""
    if channels > 1 and shown == "each":
        return tuple(range(channels))
    return (SUMMED,) if shown == "sum" and channels > 1 else (LOUDEST,)


def channel_names(channels: int) -> tuple[str, ...]:
    """The names of so many channels: none for mono, numbers where no layout is usual."""
    return _NAMES.get(channels) or tuple(str(number + 1) for number in range(channels))


def layout_name(channels: int) -> str:
    """`mono`, `stereo`, `5.1`, `12 channels`."""
    return _LAYOUTS.get(channels) or f"{channels} channels"
