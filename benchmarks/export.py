"""How fast an export writes, beside plain soundfile (or PyAV for M4A) writing the same samples in the same run.

    python benchmarks/export.py [--minutes 5] [--rounds 3]

Stereo noise and tones at 48 kHz, from the disk-backed array that stems lie in. "Export" is one stem's writing with all
that belongs to it (peak check, dither, tags, file flushed to the disk and moved into place); "plain" is the library's
own writer fed with the same blocks, flushed too. Rounds alternate; medians. A ratio of 1 is as fast as plain. The CPU's
ratio is of processor time: it says more than the clock's where other programs run at the same time.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import av
import numpy as np
import soundfile

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.export import ExportReport, export
from samstudio.audio.export.export_request import ExportRequest
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.scratch import scratch_array

RATE, BLOCK = 48000, 1 << 16
FORMATS = {
    "WAV 32f": (AudioFormat("wav", "32f"), ("WAV", "FLOAT")),
    "WAV 24": (AudioFormat("wav", "24"), ("WAV", "PCM_24")),
    "WAV 16": (AudioFormat("wav", "16"), ("WAV", "PCM_16")),
    "FLAC 24": (AudioFormat("flac", "24"), ("FLAC", "PCM_24")),
    "FLAC 16": (AudioFormat("flac", "16"), ("FLAC", "PCM_16")),
    "AIFF 24": (AudioFormat("aiff", "24"), ("AIFF", "PCM_24")),
    "MP3": (AudioFormat("mp3", "lossy"), ("MP3", "MPEG_LAYER_III")),
    "Ogg Vorbis": (AudioFormat("ogg", "lossy"), ("OGG", "VORBIS")),
    "Opus": (AudioFormat("opus", "lossy"), ("OGG", "OPUS")),
    "M4A": (AudioFormat("m4a", "lossy"), None),
}
QUALITY = {"MP3": 0.0, "Ogg Vorbis": 0.1, "Opus": 0.1}


def sound(minutes: float) -> Samples:
    """Not on the grid of 16 or 24 bits, as stems are not: integers have to be dithered."""
    samples = scratch_array(round(minutes * 60 * RATE), 2)
    random = np.random.default_rng(1)
    times = np.arange(10 * RATE) / RATE
    tones = np.sum([np.sin(2 * np.pi * 110 * k * times) / k for k in range(1, 9)], axis=0) * 0.1
    piece = (0.05 * random.standard_normal((10 * RATE, 2)) + tones[:, None]).astype(np.float32)
    for start in range(0, len(samples), len(piece)):
        samples[start : start + len(piece)] = piece[: len(samples) - start]
    return samples


def plain(path: Path, name: str, kind: tuple[str, str] | None, samples: Samples) -> None:
    """What the library does by itself."""
    if kind is None:
        plain_aac(path, samples)
    else:
        with soundfile.SoundFile(
            path, "w", RATE, 2, kind[1], format=kind[0], compression_level=QUALITY.get(name)
        ) as file:
            step = BLOCK if name not in QUALITY else 4096
            for start in range(0, len(samples), step):
                file.write(samples[start : start + step])
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def plain_aac(path: Path, samples: Samples) -> None:
    """By FFmpeg's encoder."""
    with av.open(str(path), "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = 256_000
        for start in range(0, len(samples), BLOCK):
            planes = np.ascontiguousarray(samples[start : start + BLOCK].T)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


Times = tuple[float, float]
"""Seconds by the clock, and of the processor."""


def now() -> Times:
    """The time."""
    return time.perf_counter(), time.process_time()


def since(begun: Times, ended: Times) -> Times:
    """How long it took."""
    return ended[0] - begun[0], ended[1] - begun[1]


def exported(folder: Path, audio_format: AudioFormat, samples: Samples) -> Times:
    """What the writing took; the peak check before is part of it, reading back afterwards is not."""
    request = ExportRequest({"mix": samples}, AudioClip(samples, RATE), folder, format=audio_format, existing="replace")
    begun = written = now()
    for step in export(request):
        if not isinstance(step, ExportReport):
            written = now()
    return since(begun, written)


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    samples = sound(given.minutes)
    print("| format | plain s | export s | plain / export | the same of CPU | x real time |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        for name, (audio_format, kind) in FORMATS.items():
            alone, ours = [], []
            for _ in range(given.rounds):
                begun = now()
                plain(Path(place) / "plain", name, kind, samples)
                alone.append(since(begun, now()))
                ours.append(exported(Path(place), audio_format, samples))
            (clock, cpu), (our_clock, our_cpu) = (tuple(map(median, zip(*each, strict=True))) for each in (alone, ours))
            speed = given.minutes * 60 / our_clock
            ratios = f"{clock / our_clock:.2f} | {cpu / our_cpu:.2f}"
            print(f"| {name} | {clock:.2f} | {our_clock:.2f} | {ratios} | {speed:.0f} |", flush=True)


if __name__ == "__main__":
    main()
