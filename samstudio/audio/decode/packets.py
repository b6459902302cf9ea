"""Sound decoded by FFmpeg, each frame with its time where the container has one."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from samstudio.audio.decode.chunks import Clock, Timed
from samstudio.audio.decode.codecs.flac_check import first_sample, is_tag, is_whole, whole_frames
from samstudio.audio.decode.codecs.mpeg_tags import MpegTags, is_sync
from samstudio.audio.decode.codecs.opus_delay import uncut_delay, without_delay
from samstudio.audio.decode.opened import packets_of

STAMPED = {"matroska", "mov", "mpegts", "mpeg", "flv", "asf", "ogg", "flac", "nut", "mxf", "wtv"}
"""Containers whose time stamps come from the file. The others' are counted up by FFmpeg, in ticks that are rounded."""
_TAGGED = {"mp3", "aac"}
"""Raw streams with tags before, between and behind their frames."""
_HEAD = 7
"""Bytes by which a packet is found again: an ADTS header. What follows may lie elsewhere, if FFmpeg skipped a part."""
_LEAST_TOLERANCE = Fraction(2, 1000)
"""Seconds; shorter than any packet but those of 2.5 ms, and longer than the jitter of 90 kHz clocks."""
_RETRIES = 1000


class DemuxedSound:
    """One stream of an opened container."""

    is_damaged = False
    zero: Fraction | None = None

    def __init__(self, path: Path, container: InputContainer, stream: AudioStream) -> None:
        self._container, self._stream = container, stream
        self._format = container.format.name.split(",", maxsplit=1)[0]
        self._is_stamped = self._format in STAMPED and bool(stream.time_base)
        self.tick = Fraction(stream.time_base or 0) if self._is_stamped else Fraction(0)
        # Half a packet at most: else one that is missing would not be seen where a tick is as long as a packet.
        self.tolerance = max(_LEAST_TOLERANCE, min(2 * self.tick, Fraction(1, 100)))
        counts = self._format == "mov" and self.tick.numerator == 1
        self._rate_of_ticks = self.tick.denominator if counts else None
        self._announced_end = (stream.start_time or 0) + stream.duration if stream.duration else None
        tags = MpegTags(path) if self._format in _TAGGED else None
        self._lost = _LostBytes(tags)
        self._is_flac = stream.codec_context.name == "flac"

    def frames(self) -> Iterator[Timed]:
        """Every frame that can be decoded, the encoder's padding cut off."""
        packets = self._sound_packets()
        first = next(packets, None)
        if first is None:
            return
        delay = uncut_delay(self._stream, first) if self._format == "matroska" else 0
        frames = self._decoded(chain([first], packets))
        yield from without_delay(frames, delay) if delay else frames

    def _decoded(self, packets: Iterator["av.Packet[AudioStream]"]) -> Iterator[Timed]:
        # Local names: an hour has 150,000 packets.
        clock = Clock(self.tick) if self._is_stamped else None
        counts_samples, announced = self._rate_of_ticks is not None, self._announced_end
        decode, lost, packet_end = self._stream.codec_context.decode, self._lost, 0
        for packet in packets:
            pts = packet.pts
            if pts is not None:
                packet_end = pts + (packet.duration or 0)
            try:
                frames = decode(packet)
            except av.FFmpegError:
                self._misses(packet)
                continue
            for frame in frames:
                samples = frame.samples
                if clock is None:
                    yield Timed(frame, samples, missing=lost.before(samples))
                    continue
                stamp = frame.pts
                if counts_samples and stamp is not None:
                    is_last = announced is None or packet_end >= announced
                    if is_last or stamp + samples > packet_end:
                        samples = self._valid(frame, packet_end)
                yield Timed(frame, samples, clock, stamp)

    def _sound_packets(self) -> Iterator["av.Packet[AudioStream]"]:
        """All packets without tags, and without those that come twice in a row."""
        last, last_pts, lost, is_stamped = None, 0, self._lost, self._is_stamped
        for packet in self._whole_flac() if self._is_flac else self._packets():
            self._goes_on, pts = True, packet.pts
            if not is_stamped:
                tag = lost.tag_before(packet)
                if tag:
                    content = bytes(packet)[tag:]
                    if not is_sync(content):
                        continue
                    # The demuxer takes a tag and the frame behind it for one, and the decoder would refuse both.
                    packet = cast("av.Packet[AudioStream]", av.Packet(content))  # noqa: PLW2901
            elif pts is not None:
                # Decoding it again would disturb the decoder. A muxer may have moved it by a tick.
                if last is not None and last_pts - 1 <= pts <= last_pts + 1 and _are_same(packet, last):
                    continue
                last, last_pts = packet, pts
            yield packet

    def _whole_flac(self) -> Iterator["av.Packet[AudioStream]"]:
        """FLAC packets without damaged frames, which FFmpeg would decode to noise."""
        # The first field of STREAMINFO.
        block_size = int.from_bytes((self._stream.codec_context.extradata or b"")[:2], "big")
        for packet in self._packets():
            self._goes_on = True
            content = bytes(packet)
            if is_whole(content):
                yield packet
                continue
            frames = whole_frames(content) if self._format == "flac" else []
            is_sound = len(frames) == 1 and content.startswith(frames[0]) and is_tag(content[len(frames[0]) :])
            self.is_damaged |= not is_sound
            for frame in frames:
                part = cast("av.Packet[AudioStream]", av.Packet(frame))
                part.pts, part.time_base = first_sample(frame, block_size), packet.time_base
                yield part

    def _packets(self) -> Iterator["av.Packet[AudioStream]"]:
        """All packets, also those after data that the demuxer cannot read."""
        for _ in range(_RETRIES):
            self._goes_on = False
            try:
                yield from packets_of(self._container, self._stream)
            except av.FFmpegError:
                self.is_damaged = True
                if not self._goes_on:
                    return
            else:
                return

    def _misses(self, packet: "av.Packet[AudioStream]") -> None:
        """Take note of a packet that can't be decoded."""
        self.is_damaged = True
        if not self._is_stamped:
            self._lost.packet(packet)

    def _valid(self, frame: AudioFrame, packet_end: int) -> int:
        """How many samples of a decoded frame are sound.

        ISO files (MP4, M4A, MOV) count in samples: the stream and its last packet say where the sound ends, while the
        codec's frame always has its full length. In the other containers FFmpeg cuts the padding itself.
        """
        pts, rate, samples = frame.pts, frame.sample_rate, frame.samples
        if pts is None or rate != self._rate_of_ticks:
            return samples
        # The stream's length is often rounded to a millisecond, which is no reason to cut what its last packet holds.
        announced = packet_end if self._announced_end is None else self._announced_end
        end = announced if packet_end - announced > rate // 1000 else packet_end
        return max(0, min(samples, end - pts))


class _LostBytes:
    """How much sound damaged bytes have held, in streams without time stamps: by the size of the packets around."""

    def __init__(self, tags: MpegTags | None) -> None:
        self._tags = tags
        self._end: int | None = None
        self._usual = 0.0
        self._size, self._packets = 0, 0

    def tag_before(self, packet: "av.Packet[AudioStream]") -> int:
        """How many bytes of tags a packet begins with; where it begins is compared with where the last one ended."""
        position, size, tags = packet.pos, packet.size, self._tags
        if position is None or not size:
            return 0
        end = self._end
        if tags is not None:
            position = tags.place(bytes(packet)[:_HEAD], position, position if end is None else end)
            if position is None:
                return 0
        if end is not None and position > end and self._usual:
            self._count(tags.other_bytes(end, position) if tags else position - end, 0)
        self._end = position + size
        tag = tags.length(bytes(packet), position) if tags is not None else 0
        if tag < size:
            self._size = size - tag
        return tag

    def packet(self, packet: "av.Packet[AudioStream]") -> None:
        """A packet could not be decoded: it may be what is left of several."""
        self._count(packet.size, 1)

    def _count(self, size: int, least: int) -> None:
        if self._usual:
            self._packets += max(least, round(size / self._usual))

    def before(self, samples: int) -> int:
        """Samples lost before a frame of `samples` that was decoded, once."""
        size = self._size
        self._usual = 0.9 * self._usual + 0.1 * size if self._usual else size
        if not self._packets:
            return 0
        lost, self._packets = self._packets, 0
        return lost * samples


def _are_same(packet: "av.Packet[AudioStream]", last: "av.Packet[AudioStream]") -> bool:
    return packet.size == last.size and bytes(packet) == bytes(last)
