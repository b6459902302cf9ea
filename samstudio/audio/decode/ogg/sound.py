"""Decodes Opus, Vorbis and FLAC in Ogg.

FFmpeg's demuxer is not used: it takes the time of a page from the page before, so that sound after a gap is a page too
early, and in chained files it stops at links of another rate. Sources: RFC 3533 (Ogg), RFC 7845
(Opus), the Vorbis I specification, RFC 9639 (FLAC).
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.codec.context import Flags2

from samstudio.audio.decode.chunks import Clock, Timed
from samstudio.audio.decode.ogg.pages import Assembler, Page, pages

_TOLERANCE = Fraction(2, 1000)
_HEAD_PAGES = 64


class OggSound:
    """The sound of an Ogg file, link by link. `track` counts the sound streams of a link from 1."""

    is_damaged = False
    tolerance = _TOLERANCE
    tick = Fraction(0)
    zero: Fraction | None = Fraction(0)

    def __init__(self, path: Path, track: int) -> None:
        self._path, self._track = path, track

    def frames(self) -> Iterator[Timed]:
        """Every frame that can be decoded, each link directly after the one before."""
        link: _Link | None = None
        heads = 0
        end = Fraction(0)
        with self._path.open("rb") as file:
            for page in pages(file):
                if page.is_first:
                    if link is not None and link.has_begun:
                        end, link, heads = link.end, None, 0
                    if (codec := _codec_of(page.body)) is None:
                        continue
                    heads += 1
                    if heads == self._track:
                        link = _Link(page.serial, codec, end)
                if link is not None and page.serial == link.serial:
                    yield from link.frames(page)
                    self.is_damaged |= link.is_damaged


def is_known_ogg(path: Path) -> bool:
    """Whether a file is Ogg and all its sound has codecs known here."""
    with path.open("rb") as file:
        if file.read(4) != b"OggS":
            return False
        codecs = []
        for _, page in zip(range(_HEAD_PAGES), pages(file), strict=False):
            if not page.is_first:
                break
            codecs.append((_codec_of(page.body), page.body))
    return any(codec for codec, _ in codecs) and all(codec or _is_silent(body) for codec, body in codecs)


def _is_silent(head: bytes) -> bool:
    """Stream kinds without sound: pictures, texts and skeletons."""
    return head.startswith((b"\x80theora", b"fishead\0", b"\x80kate", b"BBCD\0", b"\x01video", b"OVP80"))


def _codec_of(head: bytes) -> str | None:
    names = {b"OpusHead": "opus", b"\x01vorbis": "vorbis", b"\x7fFLAC": "flac"}
    return next((name for start, name in names.items() if head.startswith(start)), None)


class _Link:
    """One logical stream: its headers, then its sound."""

    is_damaged = False

    def __init__(self, serial: int, codec: str, start: Fraction) -> None:
        self.serial, self.end = serial, start
        self._start, self._codec = start, codec
        self._assembler = Assembler()
        self._headers: list[bytes] = []
        self._decoder: Any = None
        self._clock: Clock | None = None
        """Of its samples, from its beginning in the file on."""
        self._zero: int | None = None
        """The granule of the first audible sample."""
        self._position = 0
        """The granule of the next sample to be decoded."""
        self._skip = 0
        """Samples at the beginning that only prime the decoder."""
        self._shift = 0
        """An offset added to the file's granules because its clock was set back."""

    @property
    def has_begun(self) -> bool:
        """Whether its headers are complete."""
        return self._decoder is not None

    def frames(self, page: Page) -> Iterator[Timed]:
        """The content of a page of this link."""
        if not self._assembler.take(page):
            return
        packets = page.packets
        while packets and self._decoder is None:
            self._read_header(packets.pop(0))
        if self._decoder is not None and packets:
            yield from self._timed(page, self._decoded(page, packets))

    def _read_header(self, packet: bytes) -> None:
        headers = self._headers
        headers.append(packet)
        if self._codec == "opus":
            if len(headers) == 2:
                self._skip = int.from_bytes(headers[0][10:12], "little")
                self._make_decoder(headers[0])
        elif self._codec == "vorbis":
            if len(headers) == 3:
                self._make_decoder(b"\x02" + _xiph(len(headers[0])) + _xiph(len(headers[1])) + b"".join(headers))
        elif (len(headers) > 1 and packet[:1] and packet[0] & 0x80) or _has_no_more(headers[0]):
            self._make_decoder(headers[0][17:51])

    def _make_decoder(self, extradata: bytes) -> None:
        decoder: Any = av.CodecContext.create(self._codec, "r")
        decoder.extradata = extradata
        if self._codec == "opus":
            # What the header says to be cut is cut here, where it is known what it belongs to.
            decoder.flags2 |= Flags2.skip_manual
        elif self._codec == "flac":
            decoder.options = {"err_detect": "crccheck"}
        self._decoder = decoder

    def _decoded(self, page: Page, packets: list[bytes]) -> list[AudioFrame | None]:
        """The frames of a page's packets, None for each that can't be decoded."""
        found: list[AudioFrame | None] = []
        if page.is_after_loss:
            self.is_damaged = True
            # The window of a packet that is gone must not be laid over the next.
            if self._codec == "vorbis" and self._decoder.is_open:
                self._decoder.flush_buffers()
        for packet in packets:
            try:
                found += self._decoder.decode(av.Packet(packet))
            except av.FFmpegError:
                self.is_damaged = True
                found.append(None)
        return found

    def _timed(self, page: Page, decoded: list[AudioFrame | None]) -> Iterator[Timed]:
        """Frames and their times; after a damaged packet they are counted back from the page's end."""
        frames = [frame for frame in decoded if frame is not None and frame.samples]
        if not frames:
            return
        total, rate = sum(frame.samples for frame in frames), frames[0].sample_rate
        end = self._position + total
        if page.granule >= 0:
            end = self._end_of(page, total, rate)
        until = end if page.is_last else max(end, self._position + total)
        at = self._position
        # What is lost on the way: known to lie before a packet, or else before the page.
        behind_loss = None not in decoded
        for frame in decoded:
            if behind_loss and end > self._position + total:
                at, behind_loss = max(at, end - total), False
            if frame is None:
                behind_loss = True
                continue
            total -= frame.samples
            self._position = at + frame.samples
            yield from self._part(frame, at, until)
            at = self._position

    def _end_of(self, page: Page, total: int, rate: int) -> int:
        """The end of a page on the link's clock."""
        if self._zero is None:
            # One that is not from its beginning (radio) starts late; of one that starts before 0 as much is cut.
            self._position = 0 if page.is_last and page.granule < total else page.granule - total
            self._zero = (0 if page.is_after_loss else max(self._position, 0)) + self._skip
            return page.granule if page.is_last else self._position + total
        end = page.granule + self._shift
        off = end - (self._position + total)
        if page.is_last and off < 0:
            return end
        if abs(off) <= _TOLERANCE * rate:
            return self._position + total
        if off < 0:
            # Its clock was set back; nothing says by how much time.
            self._shift -= off
            return self._position + total
        return end

    def _part(self, frame: AudioFrame, at: int, until: int) -> Iterator[Timed]:
        """The audible part of a frame."""
        zero, rate = self._zero or 0, frame.sample_rate
        samples = min(frame.samples, until - at)
        skip = max(0, zero - at)
        if skip < samples:
            self.end = self._start + Fraction(at + samples - zero, rate)
            if self._clock is None:
                self._clock = Clock(Fraction(1, rate), self._start)
            yield Timed(frame, samples, self._clock, at + skip - zero, skip=skip)


def _xiph(size: int) -> bytes:
    """A length in Xiph's lacing."""
    return b"\xff" * (size // 255) + bytes([size % 255])


def _has_no_more(head: bytes) -> bool:
    return head[7:9] == b"\0\0" and len(head) > 13 and bool(head[13] & 0x80)
