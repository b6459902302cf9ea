"""Decoding by libsndfile: samples that are not compressed, in WAV, RF64, BW64, W64, AIFF, CAF, AU and the like."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile

from samstudio.audio.decode.decoder import DecodingError, FileInfo, SoundTrack
from samstudio.audio.decode.faults import Faults
from samstudio.audio.decode.wave_parts import WavePartsFile, wave_sound
from samstudio.audio.metadata.riff import read_riff_facts
from samstudio.session.clip import Samples

TAGS = ("title", "artist", "album", "date", "comment", "tracknumber", "genre", "copyright", "software")
"""The text tags that libsndfile reads and writes."""

MAX_PLAUSIBLE_FRAMES = 1 << 40
"""Eight months at 48 kHz: a header that says more is wrong or leaves the length open."""

BLOCK = 1 << 15
"""Frames to a call: what a processor's cache holds."""

COMPRESSED = {"FLAC", "OGG", "MP3", "MPEG"}
"""File formats that FFmpeg decodes better: libsndfile loses state when it seeks, and everything after damage."""
UNCOMPRESSED = ("PCM_", "FLOAT", "DOUBLE", "ULAW", "ALAW")
"""How the names of the sample formats begin that any decoder reads alike."""


def native_name(path: Path) -> Path | bytes:
    """The name that libsndfile takes: on POSIX its bytes, which need not be valid text."""
    return os.fsencode(path) if os.name == "posix" else path


def is_compressed(path: Path) -> bool:
    """Whether a file is MPEG audio by its first bytes, or a WAV file with compressed sound in it.

    libsndfile need not try these: its MPEG decoder writes warnings about them to the terminal.
    """
    with path.open("rb") as file:
        head = file.read(12)
        if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
            return True
        return head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:] == b"WAVE" and wave_sound(file) is None


class SndfileDecoder:
    """A file opened by libsndfile. Raises DecodingError if libsndfile does not know its format."""

    is_damaged = False
    tracks: tuple[SoundTrack, ...] = ()

    def __init__(self, path: Path) -> None:
        self._opened = ExitStack()
        try:
            self._file = self._open(path)
        # TypeError: it takes every *.raw for headerless samples.
        except (soundfile.SoundFileError, TypeError, OSError) as error:
            self._opened.close()
            raise DecodingError(str(error)) from error
        file = self._opened.enter_context(self._file)
        self.expected_frames: int = file.frames if file.frames < MAX_PLAUSIBLE_FRAMES else 0
        if self.expected_frames == 0:
            self.close()
            raise DecodingError("no frames, or an open length")
        self.faults = Faults(path, file.samplerate)
        self.faults.unread(self._unread)
        self.is_uncompressed = file.format not in COMPRESSED and file.subtype.startswith(UNCOMPRESSED)
        with path.open("rb") as raw:
            facts = read_riff_facts(raw)
        tags = {name: text for name in TAGS if (text := getattr(file, name))}
        self.tags: Mapping[str, str] = tags | dict(facts.tags)
        self.time_reference: int | None = facts.time_reference
        self._missing_bytes = facts.missing_bytes
        self._bytes_per_frame: int = max(1, path.stat().st_size // max(1, file.frames))
        self._position = 0
        self._buffer: Samples = np.empty((BLOCK, file.channels), np.float32)

    def _open(self, path: Path) -> soundfile.SoundFile:
        """The file itself, or the sound of a WAV file that libsndfile would read only a part of, without its header."""
        with path.open("rb") as raw:
            sound = wave_sound(raw)
        self._unread = Fraction(sound.unread if sound else 0)
        if sound is None or not sound.is_irregular:
            file = soundfile.SoundFile(native_name(path))
            self.info = FileInfo(file.frames, file.samplerate, file.channels, file.format, file.subtype)
            return file
        parts = WavePartsFile(self._opened.enter_context(path.open("rb")), sound)
        file = soundfile.SoundFile(parts, "r", sound.rate, sound.channels, sound.subtype, "LITTLE", "RAW")
        self.info = FileInfo(file.frames, sound.rate, sound.channels, "WAV", sound.subtype)
        return file

    def read(self, frames: int) -> Samples:
        """What comes next, `frames` at most."""
        out = self._buffer[: max(0, min(frames, self.expected_frames - self._position))]
        if not len(out):
            return out
        # Not SoundFile.read(): it seeks after every call, and a decoder with internal state loses that.
        pointer = soundfile._ffi.cast("float *", soundfile._ffi.from_buffer(out))  # noqa: SLF001
        count: int = soundfile._snd.sf_readf_float(self._file._file, pointer, len(out))  # noqa: SLF001
        if count < len(out) and soundfile._snd.sf_error(self._file._file):  # noqa: SLF001
            self.is_damaged = True
        self._position += count
        return out[:count]

    def shortfall(self, frames: int) -> int:
        """Frames announced by the header but missing."""
        return max(self.expected_frames - frames, 0) + self._missing_bytes // self._bytes_per_frame

    def surplus(self, frames: int) -> int:  # noqa: ARG002
        """None: these formats have no padding."""
        return 0

    def close(self) -> None:
        """Close the file."""
        self._opened.close()
