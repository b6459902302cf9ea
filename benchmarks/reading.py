"""What reading a recording costs, against the ffmpeg program decoding the same file to the same float samples.

    python benchmarks/reading.py [--minutes 60] [--rounds 3] [--folder DIR]

Stereo noise and tones at 44.1 kHz, as WAV (16 bits), FLAC, MP3 (128 kbit/s) and M4A (AAC). Each round reads every file
once with each program, taking turns; ffmpeg writes its samples to a file in the same folder, as reading writes them
into its scratch file. Processor time of user and system, the least of the rounds: of two programs that each keep one
core busy it says the same as wall time, and other work on the machine hardly shows in it.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from samstudio.audio.files import read_clip

RATE = 44100
FORMATS = {"wav": (), "flac": (), "mp3": ("-b:a", "128k"), "m4a": ("-c:a", "aac", "-b:a", "128k")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where files of some GB have room (default: the temporary folder)")
    options = parser.parse_args()
    if not (ffmpeg := shutil.which("ffmpeg")):
        sys.exit("The program ffmpeg is not installed.")
    with TemporaryDirectory(dir=options.folder) as folder:
        files = make_files(ffmpeg, Path(folder), options.minutes)
        best: dict[tuple[str, str], float] = {}
        for _ in range(options.rounds):
            for suffix, path in files.items():
                ways: dict[str, Callable[[], object]] = {
                    "samstudio": partial(read, path),
                    "ffmpeg": partial(decode, ffmpeg, path),
                }
                for name, way in ways.items():
                    best[suffix, name] = min(best.get((suffix, name), 1e9), seconds(way))
        print(f"{options.minutes:g} min, seconds      samstudio    ffmpeg    ratio")
        for suffix in files:
            ours, theirs = best[suffix, "samstudio"], best[suffix, "ffmpeg"]
            print(f"{suffix:20}{ours:12.2f}{theirs:10.2f}{ours / theirs:9.2f}")


def make_files(ffmpeg: str, folder: Path, minutes: float) -> dict[str, Path]:
    """The same sound in every format."""
    random, time_axis = np.random.default_rng(0), np.arange(10 * RATE) / RATE
    source = folder / "a.wav"
    with soundfile.SoundFile(source, "w", RATE, 2, "PCM_16") as file:
        for _ in range(max(1, round(minutes * 6))):
            noise = 0.06 * random.standard_normal((len(time_axis), 2))
            file.write((noise + 0.3 * np.sin(2 * np.pi * 440 * time_axis)[:, None]).clip(-1, 1))
    files = {"wav": source}
    for suffix, encoding in FORMATS.items():
        if suffix != "wav":
            files[suffix] = folder / f"a.{suffix}"
            run(ffmpeg, "-i", source, *encoding, files[suffix])
    return files


def read(path: Path) -> None:
    for _ in read_clip(path, path.parent):
        pass


def decode(ffmpeg: str, path: Path) -> None:
    out = path.parent / "out.raw"
    run(ffmpeg, "-i", path, "-f", "f32le", out)
    out.unlink()


def run(*words: str | Path) -> None:
    subprocess.run([*map(str, words[:1]), "-v", "error", "-y", *map(str, words[1:])], check=True)


def seconds(work: Callable[[], object]) -> float:
    # What was written before is on the disk: nobody pays for another's work.
    os.sync()
    began = sum(os.times()[:4])
    work()
    return sum(os.times()[:4]) - began


if __name__ == "__main__":
    main()
