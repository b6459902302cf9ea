"""Videos with several sound tracks."""

from pathlib import Path

import av
import numpy as np
from av.stream import Disposition

from tests.audio.made_videos import grey_frames

TONES = (440.0, 880.0, 1760.0)
"""Hz, of the tracks in their order."""


def two_tracks(path: Path, default: int = 2, seconds: float = 1.0, late: tuple[float, ...] = (0.0, 0.0)) -> Path:
    """A video in Matroska; its tracks are tones, mono and stereo, of which `default` is marked so, 0: none.

    `late` is when each begins, in seconds.
    """
    rate, frames = 48000, round(seconds * 25)
    with av.open(path, "w") as video:
        picture = video.add_stream("mpeg4", rate=25)
        picture.width = picture.height = 32
        picture.pix_fmt = "yuv420p"
        tracks = []
        for number, layout in enumerate(("mono", "stereo"), 1):
            track = video.add_stream("pcm_s16le", rate=rate, layout=layout)
            track.metadata["title"] = ("Room", "Commentary & more")[number - 1]
            track.metadata["language"] = ("ger", "eng")[number - 1]
            track.disposition = Disposition.default if number == default else Disposition(0)
            tracks.append(track)
        for pixels in grey_frames(frames):
            video.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p")))
        video.mux(picture.encode(None))
        time = np.arange(round(seconds * rate)) / rate
        for track, tone, begin in zip(tracks, TONES, late, strict=False):
            channels = track.codec_context.channels
            sound = np.round(0.5 * np.sin(2 * np.pi * tone * time) * 2**15).astype(np.int16)
            for start in range(0, len(sound), 1200):
                part = np.repeat(sound[start : start + 1200], channels)[None]
                frame = av.AudioFrame.from_ndarray(part, "s16", track.codec_context.layout.name)
                frame.sample_rate, frame.pts = rate, start + round(begin * rate)
                video.mux(track.encode(frame))
            video.mux(track.encode(None))
    return path


def tone_of(samples: np.ndarray, rate: int = 48000) -> float:
    """The loudest frequency of the first channel in Hz."""
    spectrum = np.abs(np.fft.rfft(samples[: rate // 2, 0]))
    return float(spectrum.argmax() * rate / len(samples[: rate // 2]))
