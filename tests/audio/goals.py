"""What a file to write can meet: a refusal, or a change of its folder before the end."""

import re
from pathlib import Path

import pytest

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup
from samstudio.audio.errors import AudioError
from tests.audio.made_files import noise

WAV = AudioFormat("wav", "16")


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder; empty where there is no folder."""
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()} if folder.is_dir() else {}


def refusal(path: Path, overwrite: bool = False, audio_format: AudioFormat = WAV, frames: int = 200_000) -> str:
    """The sentence with which writing is refused; nothing in the folder has changed."""
    folder = path.parent
    before = contents(folder)
    with pytest.raises(AudioError) as refused, AudioWriter(path, 48000, 2, audio_format, overwrite=overwrite) as writer:
        writer.write(noise(frames))
    assert contents(folder) == before
    text = str(refused.value)
    assert re.fullmatch(r"[^\n]+[:;] [^\n]+\.", text), "one sentence: what is wrong, and what to do"
    return text


def write(
    folder: Path, names: str, then=lambda: None, overwrite: bool = False, audio_format: AudioFormat = WAV
) -> None:
    """Write files named by one letter each as a group; call `then` before its end."""
    with AudioWriterGroup() as group:
        for name in names:
            group.add(AudioWriter(folder / name, 48000, 2, audio_format, overwrite=overwrite)).write(noise(100_000))
        then()
