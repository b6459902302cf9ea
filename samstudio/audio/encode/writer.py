"""Writes stems block by block into files that appear when they are complete."""

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
from samstudio.dsp.dither import Quantiser
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
    need it. Raises AudioError, also at the end of the `with` block: then a file that was at `path` is unchanged.
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
    ) -> None:
        self.path, self.channels, self.frames = path, channels, 0
        self._format, self._gain = audio_format, np.float32(gain)
        self._quantiser = Quantiser(audio_format.depth) if audio_format.bits in ("16", "24") else None
        self.atomic_file = AtomicFile(path, overwrite)
        file = self.atomic_file.file
        try:
            with clear_errors(path):
                self._sink = _sink(file, sample_rate, channels, audio_format, metadata or Metadata())
        except BaseException:
            self.atomic_file.discard()
            raise

    def mirror_dither(self) -> None:
        """Use the negative of the dither that other writers use."""
        if self._quantiser is not None:
            self._quantiser = Quantiser(self._format.depth, mirrored=True)

    def write(self, samples: Samples) -> None:
        """Append (n, channels) float32. Raises AudioError, also if integers would clip."""
        if samples.ndim != 2 or samples.shape[1] != self.channels:
            raise ValueError(f"{samples.shape} is not (frames, {self.channels})")
        for start in range(0, len(samples), BLOCK):
            block = samples[start : start + BLOCK]
            if self._gain != 1.0:
                block = block * self._gain
            self._write_block(block)
            self.frames += len(block)

    def _write_block(self, block: Samples) -> None:
        if not self._format.is_float:
            peak = peak_of(block)
            if not peak <= 1.0:
                raise ClippingError(clipping_sentence(peak, self._format))
        values = block if self._quantiser is None else self._quantiser.quantise(block)
        with clear_errors(self.path):
            self._sink.write(values)

    def close(self) -> None:
        """Complete the file; `place_all` moves it into place later. Raises AudioError."""
        with clear_errors(self.path):
            self._sink.finish()

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
        """Include a writer that has written nothing yet.

        Every second one gets the inverted dither of the one before: target and residual then sum to the clip as if
        there were no dither.
        """
        if len(self._writers) % 2:
            writer.mirror_dither()
        self._writers.append(writer)
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _end(self._writers, self._files, failed=kind is not None)


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
    audio_format.check_channels(channels)
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
