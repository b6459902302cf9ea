"""Decoding by libsndfile: WAV, RF64, AIFF, FLAC, Ogg, MP3, CAF and the rest of its formats."""

import os
from collections.abc import Mapping
from pathlib import Path

import soundfile

from samstudio.audio.decode.decoder import DecodingError, FileInfo
from samstudio.audio.metadata.riff import read_riff_facts
from samstudio.session.clip import Samples

TAGS = ("title", "artist", "album", "date", "comment", "tracknumber", "genre", "copyright", "software")
"""The text tags that libsndfile reads and writes."""

MAX_PLAUSIBLE_FRAMES = 1 << 40
"""Eight months at 48 kHz: a header that says more is lying or leaves the length open."""


def native_name(path: Path) -> Path | bytes:
    """What libsndfile takes for a name: on POSIX its bytes, which need not be text."""
    return os.fsencode(path) if os.name == "posix" else path


class SndfileDecoder:
    """A file opened by libsndfile. Raises DecodingError where libsndfile does not know what it is."""

    is_damaged = False

    def __init__(self, path: Path) -> None:
        try:
            self._file = soundfile.SoundFile(native_name(path))
        # TypeError: it takes every *.raw for headerless samples.
        except (soundfile.SoundFileError, TypeError) as error:
            raise DecodingError(str(error)) from error
        file = self._file
        self.expected_frames: int = file.frames if file.frames < MAX_PLAUSIBLE_FRAMES else 0
        if self.expected_frames == 0:
            file.close()
            raise DecodingError("no frames, or an open length")
        self.info = FileInfo(file.frames, file.samplerate, file.channels, file.format, file.subtype)
        with path.open("rb") as raw:
            facts = read_riff_facts(raw)
        told = {name: text for name in TAGS if (text := getattr(file, name))}
        self.tags: Mapping[str, str] = told | dict(facts.tags)
        self.time_reference: int | None = facts.time_reference
        self._missing_bytes = facts.missing_bytes
        self._bytes_per_frame: int = max(1, path.stat().st_size // max(1, file.frames))
        self._position = 0

    def read_into(self, out: Samples) -> int:
        """Fill `out` as far as the file goes."""
        out = out[: max(0, self.expected_frames - self._position)]
        count = 0
        try:
            if len(out):
                count = len(self._file.read(dtype="float32", out=out))
        except soundfile.SoundFileError as error:
            self.is_damaged = True
            raise DecodingError(str(error)) from error
        self._position += count
        return count

    def shortfall(self, frames: int) -> int:
        """Frames announced by the header but not there."""
        return max(self.expected_frames - frames, 0) + self._missing_bytes // self._bytes_per_frame

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
