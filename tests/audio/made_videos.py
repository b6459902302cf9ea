"""Tiny videos for tests: every frame says when it is, in grey levels that survive the codec."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from samstudio.audio.video.video_file import Frame


def grey_frames(count: int, width: int = 32, height: int = 32) -> list[Frame]:
    """Flat frames, each some levels brighter than the one before, from dark to bright."""
    return [np.full((height, width, 3), 20 + round(200 * k / max(1, count - 1)), np.uint8) for k in range(count)]


def write_video(
    path: Path,
    frames: Sequence[Frame],
    rate: int | Fraction = 25,
    sound: NDArray[np.float32] | None = None,
    *,
    gop: int = 12,
    times: Sequence[float] | None = None,
    turned: int = 0,
    pixel_ratio: Fraction = Fraction(1),
    sound_starts: float = 0.0,
    timecode: str = "",
) -> Path:
    """A video of uint8 (H, W, 3) frames, in FFV1 (exact) for .mkv, in MPEG-4 else, with mono sound at 48 kHz.

    `times` (seconds) of the frames, or even ones; `turned`: degrees counterclockwise by which a player turns them.
    """
    exact = path.suffix == ".mkv"
    with av.open(path, "w") as video:
        picture = video.add_stream("ffv1" if exact else "mpeg4", rate=rate)
        picture.height, picture.width = frames[0].shape[:2]
        picture.pix_fmt = "bgr0" if exact else "yuv420p"
        picture.codec_context.time_base = 1 / Fraction(1000 if times else rate)
        picture.codec_context.sample_aspect_ratio = pixel_ratio
        if not exact:
            picture.gop_size, picture.bit_rate = gop, 4_000_000
        if timecode:
            picture.metadata["timecode"] = timecode
        if turned:
            picture.set_display_rotation(turned)
        voice = None
        if sound is not None:
            voice = video.add_stream("pcm_s16le" if exact else "aac", rate=48000, layout="mono")
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=picture.pix_fmt)
            frame.pts = round(times[number] * 1000) if times else number
            frame.time_base = picture.codec_context.time_base
            video.mux(picture.encode(frame))
        video.mux(picture.encode(None))
        if voice and sound is not None:
            to_codec = av.AudioResampler(voice.codec_context.format, "mono", 48000)
            for start in range(0, len(sound), 1024):
                samples = np.ascontiguousarray(sound[start : start + 1024]).reshape(1, -1)
                part = av.AudioFrame.from_ndarray(samples, "flt", "mono")
                part.sample_rate, part.pts = 48000, start + round(sound_starts * 48000)
                for ready in to_codec.resample(part):
                    video.mux(voice.encode(ready))
            video.mux(voice.encode(None))
    return path
