"""Writes stems block by block into files that appear when they are complete."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from samstudio.audio.atomic_file import AtomicFile, clear_errors, place_all
from samstudio.audio.encode.aac_sink import AacSink
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.sndfile_sink import SndfileSink
from samstudio.audio.encode.wav_sink import WavSink
from samstudio.audio.errors import AudioError
from samstudio.audio.export.render_chain import BLOCK, peak_of
from samstudio.audio.metadata.tags import Metadata
from samstudio.dsp.dither import PartsQuantiser, Quantiser
from samstudio.dsp.levels import decibels
from samstudio.session.clip import Samples


class ClippingError(AudioError):
    """Samples beyond what the format holds."""


class _Sink(Protocol):
    """What writes one container."""

    def write(self, values: NDArray[np.int32] | NDArray[np.float32]) -> None: ...

    def finish(self) -> None: ...


class AudioWriter:
    """Writes one sound file, which appears at `path` when the `with` block ends without an error.

    `metadata` is stored as far as the format supports it; `gain` is a factor. Integers are dithered where the samples
    need it; beyond full scale they are refused, or saturate where `saturates`. Raises AudioError, also at the end of
    the `with` block: then a file that was at `path` is unchanged.
    To make several files appear together, open them in an AudioWriterGroup.
    """

    def __init__(
        self,
        path: Path,
        sample_rate: int,
        channels: int,
        audio_format: AudioFormat,
        *,
        metadata: Metadata | None = None,
        overwrite: bool = False,
        gain: float = 1.0,
        saturates: bool = False,
    ) -> None:
        audio_format.check(sample_rate, channels)
        self.path, self.channels, self.frames, self.format = path, channels, 0, audio_format
        self._gain, self._saturates = np.float32(gain), saturates
        self._quantiser = Quantiser(audio_format.depth) if audio_format.bits in ("16", "24") else None
        self.atomic_file = AtomicFile(path, overwrite)
        self._is_closed = False
        file = self.atomic_file.file
        try:
            with clear_errors(path):
                self._sink = _sink(file, sample_rate, channels, audio_format, metadata or Metadata())
        except BaseException:
            self.atomic_file.discard()
            raise

    def write(self, samples: Samples) -> None:
        """Append (n, channels) float32. Raises AudioError, also if integers would clip."""
        for start in range(0, len(samples), BLOCK):
            block = self.prepared(samples[start : start + BLOCK])
            self.put(block if self._quantiser is None else self._quantiser.quantise(block))

    def prepared(self, block: Samples) -> Samples:
        """A block with the gain. Raises AudioError for what the format cannot hold."""
        if block.ndim != 2 or block.shape[1] != self.channels:
            raise ValueError(f"{block.shape} is not (frames, {self.channels})")
        if self._gain != 1.0:
            block = block * self._gain
        if not self.format.is_float and len(block):
            peak = peak_of(block)
            if not peak <= 1.0 and not (self._saturates and np.isfinite(peak)):
                raise ClippingError(clipping_sentence(peak, self.format))
        return block

    def put(self, values: NDArray[np.int32] | NDArray[np.float32]) -> None:
        """Append (n, channels) integers of the file's width, or floats. Raises AudioError."""
        with clear_errors(self.path):
            self._sink.write(values)
        self.frames += len(values)

    def close(self) -> None:
        """Complete the file, unless it is; `place_all` moves it into place later. Raises AudioError."""
        if not self._is_closed:
            with clear_errors(self.path):
                self._sink.finish()
            self._is_closed = True

    def abandon(self) -> None:
        """Remove what was written, unless it is in place already."""
        if isinstance(self._sink, SndfileSink | AacSink):
            self._sink.abandon()
        self.atomic_file.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _end([self], [], failed=kind is not None)


class AudioWriterGroup:
    """Several files that appear together when the `with` block ends without an error, or not at all."""

    def __init__(self) -> None:
        self._writers: list[AudioWriter] = []
        self._files: list[AtomicFile] = []

    def add_file(self, file: AtomicFile) -> None:
        """Include a file that is not sound and is written already."""
        self._files.append(file)

    def add(self, writer: AudioWriter) -> AudioWriter:
        """Include a writer."""
        self._writers.append(writer)
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _end(self._writers, self._files, failed=kind is not None)


class PartsWriter:
    """Writes the parts of a whole side by side, so that integers sum to it as `PartsQuantiser` says.

    `writers` have one format and one number of channels; the last two parts are added first.
    """

    def __init__(self, writers: Sequence[AudioWriter]) -> None:
        self._writers = writers
        depth = writers[0].format.depth
        is_integer = not writers[0].format.is_float and depth
        self._quantiser = PartsQuantiser(depth, len(writers)) if is_integer else None

    def write(self, parts: Sequence[Samples]) -> None:
        """Append (n, channels) float32 to each writer. Raises AudioError, also if integers would clip."""
        for start in range(0, len(parts[0]), BLOCK):
            blocks = [
                writer.prepared(part[start : start + BLOCK]) for writer, part in zip(self._writers, parts, strict=True)
            ]
            if self._quantiser is None:
                for writer, block in zip(self._writers, blocks, strict=True):
                    writer.put(block)
            else:
                for writer, values in zip(self._writers, self._quantiser.quantise(blocks), strict=True):
                    writer.put(values)


def clipping_sentence(peak: float, audio_format: AudioFormat) -> str:
    """Why a peak (1.0 is full scale) cannot be stored in a format, and what to do."""
    holder = audio_format.container.upper() if audio_format.is_lossy else f"{audio_format.bits} bits"
    if not np.isfinite(peak):
        return f"The sound holds samples that are not numbers, which {holder} cannot hold: choose 32-bit float."
    over = decibels(peak)
    return (
        f"The sound goes {over:.2f} dB beyond full scale, which {holder} cannot hold: "
        f"choose 32-bit float, or lower all stems by the same {over:.2f} dB."
    )


def _sink(
    file: BinaryIO,
    sample_rate: int,
    channels: int,
    audio_format: AudioFormat,
    metadata: Metadata,
) -> _Sink:
    match audio_format.container:
        case "wav":
            return WavSink(file, sample_rate, channels, audio_format.depth, metadata)
        case "m4a":
            return AacSink(file, sample_rate, channels, metadata.tags)
    return SndfileSink(file, sample_rate, channels, audio_format, metadata.tags)


def _end(writers: list[AudioWriter], files: list[AtomicFile], failed: bool) -> None:
    try:
        if not failed:
            for writer in writers:
                writer.close()
            place_all([*(writer.atomic_file for writer in writers), *files])
    finally:
        for writer in writers:
            writer.abandon()
        for file in files:
            file.discard()
