"""Files for tests: sound of a known shape, videos, and RIFF files byte by byte."""

import struct
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


def noise(frames: int, channels: int = 2, seed: int = 0, level: float = 0.1) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-level, level, (frames, channels)).astype(np.float32)


def chord(frames: int, rate: int = 48000) -> NDArray[np.float32]:
    """440 Hz on the left, 660 Hz on the right."""
    time = np.arange(frames)[:, None] / rate
    return (0.3 * np.sin(2 * np.pi * np.array([440.0, 660.0]) * time)).astype(np.float32)


def riff(*chunks: tuple[bytes, bytes], kind: bytes = b"RIFF", size: int | None = None) -> bytes:
    """A WAVE file of chunks (name, content)."""
    body = b"WAVE" + b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )
    return kind + struct.pack("<I", len(body) if size is None else size) + body


def fmt(rate: int = 48000, channels: int = 2, bits: int = 16, tag: int = 1) -> tuple[bytes, bytes]:
    frame = channels * bits // 8
    fields = (tag, channels, rate, min(rate * frame, 0xFFFFFFFF), frame, bits)
    return b"fmt ", struct.pack("<HHIIHH", *fields)


def encode(path: Path, codec: str, samples: NDArray[np.float32], rate: int = 48000, video: bool = False) -> None:
    """A file made by FFmpeg, with pictures if it is a `video`."""
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[samples.shape[1]]
    with av.open(path, "w") as container:
        container.metadata["title"] = "Tïtel 漢字"
        picture = container.add_stream("libvpx" if path.suffix == ".webm" else "mpeg4", rate=25) if video else None
        if picture:
            picture.width = picture.height = 32
            picture.pix_fmt = "yuv420p"
        sound = container.add_stream(codec, rate=rate, layout=layout)
        if picture:
            for _ in range(10):
                container.mux(picture.encode(av.VideoFrame(32, 32, "yuv420p")))
            container.mux(picture.encode(None))
        step = sound.codec_context.frame_size or 1024
        to_codec = av.AudioResampler(sound.codec_context.format, layout, rate)
        for start in range(0, len(samples), step):
            part = np.ascontiguousarray(samples[start : start + step]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(part, "flt", layout)
            frame.sample_rate, frame.pts = rate, start
            for ready in to_codec.resample(frame):
                container.mux(sound.encode(ready))
        container.mux(sound.encode(None))


def silent_video(path: Path) -> None:
    """Pictures without any sound."""
    with av.open(path, "w") as container:
        picture = container.add_stream("mpeg4", rate=25)
        picture.width = picture.height = 32
        picture.pix_fmt = "yuv420p"
        for _ in range(5):
            container.mux(picture.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(picture.encode(None))
