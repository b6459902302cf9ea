"""Whole files to be damaged, small and of every format that the program reads."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import soundfile

from tests.audio.made_files import chord, encode
from tests.audio.made_tracks import two_tracks
from tests.session.made_sessions import full_session
from tests.storage.saved_sessions import save

RATE = 48000
CONTAINERS = (
    ("a.mp3", "mp3"), ("a.m4a", "aac"), ("b.m4a", "alac"), ("a.ac3", "ac3"), ("a.mp2", "mp2"), ("a.wv", "wavpack"),
    ("b.opus", "libopus"), ("b.mka", "flac"),
)  # fmt: skip
VIDEOS = (("f.mp4", "aac"), ("f.mkv", "flac"), ("f.ts", "mp2"), ("f.webm", "libopus"), ("f.avi", "mp3"))
PCM = (
    ("a.wav", "WAV", "PCM_16"), ("b.wav", "WAV", "FLOAT"), ("c.wav", "RF64", "PCM_24"), ("d.wav", "WAV", "IMA_ADPCM"),
    ("a.flac", "FLAC", "PCM_24"), ("a.aiff", "AIFF", "PCM_16"), ("a.w64", "W64", "PCM_16"), ("a.caf", "CAF", "PCM_16"),
    ("a.ogg", "OGG", "VORBIS"), ("a.opus", "OGG", "OPUS"), ("a.au", "AU", "PCM_16"),
)  # fmt: skip
LABELS = {
    "a.txt": "0.1\t0.4\t+ tone\n0.5\t0.75\t- tone [200-4000 Hz] [muted]\n1\t1\t+\n" * 20,
    "a.csv": "start,end,label\n0.1,0.4,+ tone\n0:01.5,2,- rain\n" * 20,
    "b.csv": "sep=;\nStart;End;Name\n0,1;0,4;+ tone\n",
    "r.csv": "#,Name,Start,End,Length\nR1,+ a,0:01.000,0:02.000,0:01.000\n",
    "a.srt": "1\n00:00:00,500 --> 00:00:01,000\n+ tone\n\n2\n00:00:01,500 --> 00:00:02,000\n- tone\n",
    "a.vtt": "WEBVTT\n\n00:00.500 --> 00:01.000\n+ tone\n",
    "a.TextGrid": 'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 2\n'
    'tiers? <exists>\nsize = 1\n'
    'item []:\n    item [1]:\n        class = "IntervalTier"\n        name = "a"\n        xmin = 0\n        xmax = 2\n'
    '        intervals: size = 2\n        intervals [1]:\n            xmin = 0\n            xmax = 1\n'
    '            text = "+ tone"\n        intervals [2]:\n            xmin = 1\n            xmax = 2\n'
    '            text = ""\n',
}  # fmt: skip
MANIFEST = (
    "input,prompt,spans,region,engine,output_format,bits,seed,track\n"
    'song.wav,"rain, heavy",+0:1 -1:2 +0:1:200:400,0.1:0.1:0.5:0.5,spectral,wav,24,7,1\nother.wav,wind,,,,,,,\n'
)
JOURNAL = '{"target": "a_target.wav", "source": "/a.wav", "recipe": "00", "state": "done"}\n' * 5


def write_originals(folder: Path) -> dict[str, list[Path]]:
    """All of them, by what reads them: files, and for sessions and checkpoints folders."""
    made: dict[str, list[Path]] = {}
    for kind, write in WRITERS.items():
        (folder / kind).mkdir(parents=True)
        made[kind] = list(write(folder / kind))
    return made


def _sounds(folder: Path) -> Iterator[Path]:
    samples = chord(RATE // 2)
    for name, container, subtype in PCM:
        soundfile.write(folder / name, samples, RATE, format=container, subtype=subtype)
        yield folder / name
    for name, codec in CONTAINERS:
        encode(folder / name, codec, samples)
        yield folder / name


def _videos(folder: Path) -> Iterator[Path]:
    for name, codec in VIDEOS:
        encode(folder / name, codec, chord(RATE // 2), video=True)
        yield folder / name
    yield two_tracks(folder / "two.mkv")


def _sessions(folder: Path) -> Iterator[Path]:
    save(folder / "a.samstudio", full_session(), hashed=False)
    yield folder / "a.samstudio"


def _texts(files: dict[str, str]) -> Callable[[Path], Iterator[Path]]:
    def write(folder: Path) -> Iterator[Path]:
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
            yield folder / name

    return write


def _checkpoints(folder: Path) -> Iterator[Path]:
    from tests.separation.sam_audio import made_up, made_up_model

    for name, write in (
        ("model", made_up_model.write_model), ("spans", made_up.write_pe_a_frame), ("judge", made_up.write_judge),
    ):  # fmt: skip
        write(folder / name)
        yield folder / name
    # The words' model alone, as downloads have it.
    yield folder / "model" / "t5"


def _entries(folder: Path) -> Iterator[Path]:
    (folder / "models.json").write_text(
        json.dumps({"models": [{"name": "a", "path": "/a"}, {"name": "b", "repository": "a/b", "revision": "main",
                                                             "files": {"config.json": 3}}]}),
        "utf-8",
    )  # fmt: skip
    yield folder / "models.json"


WRITERS: dict[str, Callable[[Path], Iterator[Path]]] = {
    "sound": _sounds,
    "video": _videos,
    "session": _sessions,
    "labels": _texts(LABELS),
    "manifest": _texts({"manifest.csv": MANIFEST}),
    "journal": _texts({".samstudio-batch.jsonl": JOURNAL}),
    "checkpoint": _checkpoints,
    "models": _entries,
}
