"""When the sound and the picture of a film begin, on the film's own clock."""

from fractions import Fraction

from av.container import InputContainer
from av.stream import Stream

_RUNNING_CLOCKS = {"mpegts", "mpeg"}
"""Containers that carry the sender's clock, which may begin anywhere, also shortly before it starts anew."""


def begin_of(container: InputContainer, stream: Stream | None) -> Fraction:
    """Seconds at which a stream is first heard or seen."""
    if stream is None or not stream.start_time or not stream.time_base:
        return Fraction(0)
    begin = stream.start_time * stream.time_base
    # In files, before 0 there is only what the decoder needs to get going.
    return begin if container.format.name in _RUNNING_CLOCKS else max(Fraction(0), begin)


def film_begin(container: InputContainer, picture: Stream, sound: Stream | None) -> Fraction:
    """Seconds at which the film begins: with its picture or its sound, whichever comes first."""
    begin = begin_of(container, picture)
    return begin if sound is None else min(begin, begin_of(container, sound))
