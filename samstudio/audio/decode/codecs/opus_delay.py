"""The beginning of an Opus stream in Matroska, where the container's CodecDelay cuts too little of it.

OpusHead states the samples before the sound at 48 kHz, whatever rate was encoded (RFC 7845, section 5.1). FFmpeg cuts
the CodecDelay instead, into which FFmpeg 5 wrote too little for lower rates: of 8 kHz a sixth.
"""

import struct
from collections.abc import Iterator

from av.audio.stream import AudioStream
from av.packet import Packet

from samstudio.audio.decode.chunks import Timed

_PRE_SKIP = 10
"""Offset in OpusHead."""


def uncut_delay(stream: AudioStream, first: "Packet[AudioStream]") -> int:
    """Samples before the sound that FFmpeg does not cut from the first packet; 0 where no CodecDelay is stated."""
    head = stream.codec_context.extradata or b""
    if head[:8] != b"OpusHead" or len(head) < _PRE_SKIP + 2 or not first.has_sidedata("skip_samples"):
        return 0
    cut = struct.unpack_from("<I", bytes(first.get_sidedata("skip_samples")))[0]
    stated: int = struct.unpack_from("<H", head, _PRE_SKIP)[0]
    return max(0, stated - cut) if cut else 0


def without_delay(frames: Iterator[Timed], delay: int) -> Iterator[Timed]:
    """The frames without their first `delay` samples."""
    for timed in frames:
        skip = min(delay, timed.samples)
        delay -= skip
        if skip and timed.clock is not None and timed.stamp is not None:
            # Rounded up: the first frame's time stamp is rounded down.
            timed.stamp -= -skip // (timed.frame.sample_rate * timed.clock.tick)
        timed.skip = skip
        if skip < timed.samples:
            yield timed
