"""Writing FLAC, AIFF, MP3, Ogg Vorbis and Opus by libsndfile."""

from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from samstudio.audio.decode.sndfile import TAGS
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.sink_file import SinkFile
from samstudio.audio.errors import AudioError
from samstudio.audio.metadata.id3 import id3_tag

_FORMATS = {
    "flac": ("FLAC", "PCM_{bits}"),
    "aiff": ("AIFF", "PCM_{bits}"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
"""libsndfile's names of container and sample format."""
_QUALITY = {"mp3": 0.0, "ogg": 0.1, "opus": 0.1}
"""libsndfile's compression level: 0 is the best quality, 1 the smallest file."""
_VORBIS_ORDER = {
    3: [0, 2, 1],
    5: [0, 2, 1, 3, 4],
    6: [0, 2, 1, 4, 5, 3],
    7: [0, 2, 1, 5, 6, 4, 3],
    8: [0, 2, 1, 6, 7, 4, 5, 3],
}
"""Vorbis and Opus have the centre second and the low-frequency channel last (Vorbis I, 4.3.9; RFC 7845, 5.1.1.2), which
libsndfile leaves to its caller."""
_PIECE = 4096
"""Frames given to a lossy encoder at once: more overruns its stack."""


class SndfileSink:
    """Writes into `file` through libsndfile. Raises AudioError for what the format cannot hold."""

    def __init__(
        self, file: BinaryIO, sample_rate: int, channels: int, audio_format: AudioFormat, tags: Mapping[str, str]
    ) -> None:
        if audio_format.container == "mp3":
            file.write(id3_tag(tags))
            tags = {}
        self._disk = SinkFile(file)
        self._shift = 32 - audio_format.depth
        self._is_lossy = audio_format.is_lossy
        self._order = _VORBIS_ORDER.get(channels) if audio_format.container in {"ogg", "opus"} else None
        major, minor = _FORMATS[audio_format.container]
        try:
            self._file = soundfile.SoundFile(
                self._disk,
                "w",
                sample_rate,
                channels,
                minor.format(bits=audio_format.bits),
                format=major,
                compression_level=_QUALITY.get(audio_format.container),
            )
        except soundfile.SoundFileError as error:
            self._disk.check()
            name = audio_format.container.upper()
            raise AudioError(
                f"{name} cannot hold {channels} channels at {sample_rate} Hz: choose WAV, or another sample rate."
            ) from error
        for tag in TAGS:
            if tags.get(tag):
                # Not every container supports every tag.
                with suppress(soundfile.SoundFileError):
                    setattr(self._file, tag, tags[tag])

    def write(self, values: NDArray[np.int32] | NDArray[np.float32]) -> None:
        """Append (n, channels) integers, or floats for a lossy format. Raises OSError."""
        if self._order is not None:
            values = values[:, self._order]
        try:
            if self._is_lossy:
                for start in range(0, len(values), _PIECE):
                    self._file.write(values[start : start + _PIECE])
            else:
                # libsndfile expects the samples in the highest of its 32 bits.
                self._file.write(np.left_shift(values, self._shift, dtype=np.int32))
        except (soundfile.SoundFileError, AssertionError):
            self._disk.check()
            raise
        self._disk.check()

    def finish(self) -> None:
        """Write the encoder's last block. Raises OSError."""
        self._file.close()
        self._disk.check()

    def abandon(self) -> None:
        """End the encoder without writing."""
        self._disk.is_gone = True
        with suppress(soundfile.SoundFileError):
            self._file.close()
