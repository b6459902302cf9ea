"""Recordings with packets that are missing, come twice or are damaged, made from whole ones."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from samstudio.audio.decode.ogg.pages import pages

RATE = 48000
SECONDS = 12
Fault = tuple[Literal["drop", "double", "damage"], float]
"""What happens, and where: 0 the first packet that may be hit, 1 the last."""


@dataclass(frozen=True)
class Kind:
    """A container and a codec; `unit` is the longest stretch of frames that one fault may cost."""

    name: str
    container: str
    codec: str
    unit: int


KINDS = {
    kind.name: kind
    for kind in (
        Kind("mkv", "matroska", "aac", 1024),
        Kind("mkv-opus", "matroska", "libopus", 960),
        Kind("mp4", "mp4", "aac", 1024),
        Kind("ts", "mpegts", "aac", 1024),
        Kind("ogg-opus", "ogg", "libopus", 960),
        Kind("ogg-vorbis", "ogg", "vorbis", 1024),
        Kind("mp3", "mp3", "libmp3lame", 1152),
        Kind("flac", "flac", "flac", 4608),
    )
}


def speech_like(seconds: float = SECONDS) -> NDArray[np.float32]:
    """Noise that is never the same twice, so that any place in it can be found again."""
    random = np.random.default_rng(7)
    sound = random.standard_normal(int(seconds * RATE)) * 0.1
    # Low-passed: codecs keep what is low.
    return np.convolve(sound, np.hanning(24), "same").astype(np.float32) / 4


@cache
def whole(name: str) -> bytes:
    """The undamaged file."""
    kind, out = KINDS[name], io.BytesIO()
    if kind.codec == "vorbis":
        samples = speech_like()
        with soundfile.SoundFile(out, "w", RATE, 1, "VORBIS", format="OGG") as file:
            for start in range(0, len(samples), RATE):
                file.write(samples[start : start + RATE])
        return out.getvalue()
    with av.open(out, "w", format=kind.container) as container:
        sound = container.add_stream(kind.codec, rate=RATE, layout="mono")
        if kind.codec == "libmp3lame":
            sound.bit_rate = 128_000
        step = sound.codec_context.frame_size or 1024
        to_codec = av.AudioResampler(sound.codec_context.format, "mono", RATE)
        samples = speech_like()
        for start in range(0, len(samples), step):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + step], "flt", "mono")
            frame.sample_rate, frame.pts = RATE, start
            for ready in to_codec.resample(frame):
                container.mux(sound.encode(ready))
        container.mux(sound.encode(None))
    return out.getvalue()


def mangled(name: str, faults: Sequence[Fault]) -> tuple[bytes, float]:
    """The file with faults, and the time in seconds behind which none is."""
    if name.startswith("ogg") or name in {"flac", "mp3"}:
        return _pieces_mangled(name, faults)
    return _remuxed(name, faults)


def _places(count: int, faults: Sequence[Fault]) -> dict[int, str]:
    """Packets and what happens to them; the first tenth and the last quarter are spared, to be recognised by."""
    first, last = count // 10, count * 3 // 4
    return {first + round(place * (last - first)): what for what, place in faults}


def _remuxed(name: str, faults: Sequence[Fault]) -> tuple[bytes, float]:
    kind, out, end = KINDS[name], io.BytesIO(), 0.0
    random = np.random.default_rng(1)
    with av.open(io.BytesIO(whole(name))) as source, av.open(out, "w", format=kind.container) as goal:
        stream = source.streams.audio[0]
        copied = goal.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        places = _places(len(packets), faults)
        for number, packet in enumerate(packets):
            what = places.get(number)
            if what is not None:
                end = float((packet.pts + packet.duration - packets[0].pts) * packet.time_base)
            content = bytes(packet)
            if what == "damage":
                content = random.bytes(len(content))
            for again in range({"drop": 0, "double": 2}.get(what or "", 1)):
                new = av.Packet(content)
                # A muxer takes no time twice.
                new.pts, new.dts = packet.pts + again, packet.dts + again
                new.duration, new.time_base, new.stream = packet.duration, packet.time_base, copied
                new.is_keyframe = True
                goal.mux(new)
    return out.getvalue(), end


def _pieces_mangled(name: str, faults: Sequence[Fault]) -> tuple[bytes, float]:
    """Of streams of pieces that say themselves where they begin: their bytes are left out, repeated or overwritten."""
    content = whole(name)
    pieces = _ogg_pieces(content) if name.startswith("ogg") else _packet_pieces(content)
    places, random = _places(len(pieces), faults), np.random.default_rng(1)
    out, end, done = [], 0.0, 0
    for number, (start, size, until) in enumerate(pieces):
        out.append(content[done:start])
        piece, done = content[start : start + size], start + size
        what = places.get(number)
        if what is not None:
            end = until
        if what == "damage":
            middle, width = size // 2, min(size // 2, 200)
            piece = piece[: middle - width // 2] + random.bytes(width) + piece[middle + (width + 1) // 2 :]
        out += [piece] * {"drop": 0, "double": 2}.get(what or "", 1)
    out.append(content[done:])
    return b"".join(out), end


def _ogg_pieces(content: bytes) -> list[tuple[int, int, float]]:
    found, position = [], 0
    for page in pages(io.BytesIO(content)):
        size = 27 + len(page.lacing) + len(page.body)
        if page.granule > 0:
            found.append((position, size, page.granule / RATE))
        position += size
    return found


def _packet_pieces(content: bytes) -> list[tuple[int, int, float]]:
    with av.open(io.BytesIO(content)) as source:
        packets = [packet for packet in source.demux(audio=0) if packet.size]
        return [(p.pos, p.size, float((p.pts + p.duration) * p.time_base)) for p in packets]


def lag(
    heard: NDArray[np.float32], meant: NDArray[np.float32], start: int, frames: int = RATE, *, most: int = RATE
) -> int:
    """By how many frames, `most` at most, a stretch of `meant` from `start` on is later in what is heard."""
    part, first = meant[start : start + frames], max(0, start - most)
    near = heard[first : start + frames + most]
    size = 1 << (len(near) + len(part)).bit_length()
    found = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(part, size)), size)
    return first + int(found[: len(near)].argmax()) - start
