"""The time of day in a video's timecode.

Timecode counts frames (SMPTE ST 12-1). Sound recorders turn it into the frames since midnight of a BWF time stamp by
the true frame rate, and DAWs turn those back by the session's, so the hour of 23.976 or 29.97 frames is 3603.6 s long:
sounddevices.com/tech-notes, "How Final Cut and Avid Import BWF Time Code Metadata".
"""

import re
from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from samstudio.audio.video.video_clock import begin_of

_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.])(\d\d)")
_NOMINAL = (24, 25, 30, 48, 50, 60)
_DROPPED = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}
"""Frame numbers dropped at the start of every minute except each tenth one."""
_TOLERANCE = 2e-4
"""Relative: a fifth of the difference between a rate and its 1000/1001."""


def timecode_start(container: InputContainer, sound: AudioStream) -> Fraction | None:
    """Seconds since midnight of the sound's beginning; None without a timecode or with a non-standard frame rate."""
    video = next((x for x in container.streams.video if not x.disposition & Disposition.attached_pic), None)
    if video is None or not video.average_rate:
        return None
    # QuickTime has a track for it, Matroska and MXF a tag.
    for metadata in (video.metadata, *(other.metadata for other in container.streams), container.metadata):
        text = {name.lower(): value for name, value in metadata.items()}.get("timecode", "")
        seconds = timecode_seconds(text, video.average_rate)
        if seconds is not None:
            # The timecode is that of the first video frame.
            start = seconds + begin_of(container, sound) - begin_of(container, video)
            return start if start >= 0 else None
    return None


def timecode_seconds(text: str, frame_rate: Fraction) -> Fraction | None:
    """Seconds since midnight of `hh:mm:ss:ff` (drop-frame with `;` or `.`); None if it is no timecode of that rate.

    `frame_rate` may be a measured one: it counts as the nearest standard rate.
    """
    rates = [rate for whole in _NOMINAL for rate in (Fraction(whole), Fraction(whole * 1000, 1001))]
    rate = min(rates, key=lambda rate: abs(rate - frame_rate))
    match = _TIMECODE.fullmatch(text)
    if match is None or abs(rate - frame_rate) > _TOLERANCE * rate:
        return None
    hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
    nominal, dropped = round(rate), 0
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= nominal:
        return None
    minutes += 60 * hours
    if match[4] != ":":
        if rate not in _DROPPED:
            return None
        dropped = _DROPPED[rate] * (minutes - minutes // 10)
    return ((60 * minutes + seconds) * nominal + frames - dropped) / rate
