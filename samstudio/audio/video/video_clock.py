"""When the sound and the video of a file begin, on the file's own clock."""

from fractions import Fraction

from av.container import InputContainer
from av.stream import Stream

_RUNNING_CLOCKS = {"mpegts", "mpeg"}
"""Containers that carry the sender's clock, which may begin anywhere, also shortly before it restarts."""


def begin_of(container: InputContainer, stream: Stream | None) -> Fraction:
    """Seconds at which a stream begins."""
    if stream is None or not stream.start_time or not stream.time_base:
        return Fraction(0)
    begin = stream.start_time * stream.time_base
    # In files, before 0 there is only what the decoder needs to get going.
    return begin if container.format.name in _RUNNING_CLOCKS else max(Fraction(0), begin)


def video_begin(container: InputContainer, video: Stream, sound: Stream | None) -> Fraction:
    """Seconds at which a video file begins: with its video or its sound, whichever comes first."""
    begin = begin_of(container, video)
    return begin if sound is None else min(begin, begin_of(container, sound))
