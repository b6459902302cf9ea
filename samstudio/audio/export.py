"""Stems into files, and the proof that they add up."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, log10
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from samstudio.audio.errors import AudioError
from samstudio.audio.formats import AudioFormat
from samstudio.audio.names import fill_template, numbered
from samstudio.audio.sndfile import native_name
from samstudio.audio.writer import BLOCK, AudioWriter, AudioWriterGroup, clipping_sentence
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.scratch import forget_pages

FORGET_BYTES = 64 << 20
"""Read this much of a disk-backed array before its pages are let go of."""


@dataclass(frozen=True)
class ExportRequest:
    """What to write where.

    `stems`: sound by the name it gets in `template` (fields {clip}, {stem}, {take}), each of the clip's length.
    `start` to `stop` in frames; `gain_db` is common to all stems. `existing`: "ask" refuses with an AudioError (look at
    `existing_files` before), "number" finds free names, "replace" replaces. `recipe` is how the stems came about, for
    the files' comment.
    """

    stems: Mapping[str, Samples]
    clip: AudioClip
    folder: Path
    template: str = "{clip}_{stem}"
    take: str = ""
    format: AudioFormat = field(default_factory=AudioFormat)
    start: int = 0
    stop: int | None = None
    gain_db: float = 0.0
    existing: Literal["ask", "number", "replace"] = "ask"
    recipe: str = ""
    software: str = "SAM Studio"

    @property
    def frames(self) -> int:
        """Length of what is written."""
        return max(0, (self.clip.frames if self.stop is None else min(self.stop, self.clip.frames)) - self.start)

    @property
    def gain(self) -> float:
        """The common gain as a factor."""
        return float(10.0 ** (self.gain_db / 20.0))


@dataclass(frozen=True)
class ExportProgress:
    """`done` of `total` frames; `stage` says what is going on."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class ExportReport:
    """What was written, as measured on the finished files.

    `null_db` is what `measure_null` says; None where target and residual were not both written.
    """

    paths: Mapping[str, Path]
    frames: int
    sample_rate: int
    null_db: float | None


def goal_paths(request: ExportRequest) -> dict[str, Path]:
    """Where each stem goes, before a look at what exists. Raises AudioError for a template that makes no sense."""
    paths = {
        stem: request.folder
        / (
            fill_template(request.template, {"clip": request.clip.name, "stem": stem, "take": request.take})
            + request.format.suffix
        )
        for stem in request.stems
    }
    if len(set(paths.values())) < len(paths):
        raise AudioError("The name template gives every stem the same name: put {stem} into it.")
    return paths


def existing_files(request: ExportRequest) -> tuple[Path, ...]:
    """The files that an export would find in its way. Raises AudioError."""
    return tuple(path for path in goal_paths(request).values() if path.exists())


def peak_dbfs(stems: Mapping[str, Samples], start: int = 0, stop: int | None = None) -> Generator[float, None, None]:
    """The highest peak of all stems, in dB of full scale (-inf for silence), so far; the last value is the answer.

    Minus that, where it is above 0, is the common gain that lets an integer export pass.
    """
    peak = 0.0
    for samples in stems.values():
        for block in _blocks(samples, start, len(samples) if stop is None else stop):
            peak = max(peak, float(np.abs(block).max()))
            yield _decibels(peak)


def export(request: ExportRequest) -> Generator[ExportProgress | ExportReport, None, None]:
    """Write all stems, or none, then read them back; the report comes last. Closing cancels. Raises AudioError."""
    if request.frames == 0 or not request.stems:
        raise AudioError("There is nothing to export: select a stretch inside the clip.")
    paths = goal_paths(request)
    if request.existing == "number":
        paths = numbered(paths)
    if not request.format.is_float:
        yield from _check_peak(request)
    # Reading back takes about as long as writing one stem.
    total = request.frames * (len(paths) + 1)
    yield from _write(request, paths, total)
    null = None
    if {"target", "residual"} <= paths.keys():
        check = _null_peaks(request.clip.samples, paths["target"], paths["residual"], request.start, request.gain)
        for frames, peak in check:
            null = _decibels(peak)
            yield ExportProgress("Checking the null", total - request.frames + frames, total)
    yield ExportReport(paths, request.frames, request.clip.sample_rate, null)


def measure_null(
    clip_samples: Samples, target_path: Path, residual_path: Path, start: int = 0, gain: float = 1.0
) -> float:
    """The peak of target + residual - clip in dBFS, read from two files; -inf where they are equal to the last bit.

    The files' first frame is the clip's `start`; `gain` is the factor they were written with. Raises AudioError.
    """
    *_, (_, peak) = _null_peaks(clip_samples, target_path, residual_path, start, gain)
    return _decibels(peak)


def _null_peaks(
    clip_samples: Samples, target_path: Path, residual_path: Path, start: int, gain: float
) -> Generator[tuple[int, float], None, None]:
    """Frames compared so far and the highest difference in them."""
    done, peak = 0, 0.0
    try:
        with (
            soundfile.SoundFile(native_name(target_path)) as target,
            soundfile.SoundFile(native_name(residual_path)) as residual,
        ):
            if target.frames != residual.frames or start + target.frames > len(clip_samples):
                raise AudioError(f"“{target_path.name}” and “{residual_path.name}” differ in length: write them again.")
            for block in _blocks(clip_samples, start, start + target.frames):
                total = _read(target, len(block)) + _read(residual, len(block))
                peak = max(peak, float(np.abs(total - (block if gain == 1.0 else block * np.float32(gain))).max()))
                done += len(block)
                yield done, peak
    except soundfile.SoundFileError as error:
        raise AudioError(
            f"“{target_path.name}” or “{residual_path.name}” cannot be read back: check the disk."
        ) from error
    if not done:
        yield 0, 0.0


def _read(file: soundfile.SoundFile, frames: int) -> Samples:
    return np.asarray(file.read(frames, dtype="float32", always_2d=True), np.float32)


def _check_peak(request: ExportRequest) -> Generator[ExportProgress, None, None]:
    """Refuse before anything is written what integers would clip."""
    total, done, peak = request.frames * len(request.stems), 0, -inf
    for so_far in peak_dbfs(request.stems, request.start, request.start + request.frames):
        done, peak = min(done + BLOCK, total), so_far
        yield ExportProgress("Measuring the peak", done, total)
    if peak + request.gain_db > 0.0:
        raise AudioError(clipping_sentence(10.0 ** ((peak + request.gain_db) / 20.0), request.format))


def _write(request: ExportRequest, paths: Mapping[str, Path], total: int) -> Generator[ExportProgress, None, None]:
    done = 0
    with AudioWriterGroup() as group:
        writers = {stem: group.add(_writer(request, path)) for stem, path in paths.items()}
        for stem, writer in writers.items():
            for block in _blocks(request.stems[stem], request.start, request.start + request.frames):
                writer.write(block)
                done += len(block)
                yield ExportProgress(f"Writing {paths[stem].name}", done, total)


def _writer(request: ExportRequest, path: Path) -> AudioWriter:
    clip = request.clip
    comment = "\n".join(text for text in (clip.tags.get("comment"), request.recipe) if text)
    reference = clip.time_reference
    return AudioWriter(
        path,
        clip.sample_rate,
        clip.channels,
        request.format,
        tags={**clip.tags, "comment": comment, "software": request.software},
        time_reference=None if reference is None else reference + request.start,
        overwrite=request.existing == "replace",
        gain=request.gain,
    )


def _blocks(samples: Samples, start: int, stop: int) -> Iterator[Samples]:
    """Blocks of samples[start:stop], letting go of a disk-backed array's pages now and then."""
    held = 0
    for first in range(start, stop, BLOCK):
        block = samples[first : min(first + BLOCK, stop)]
        yield block
        held += block.nbytes
        if held > FORGET_BYTES:
            forget_pages(samples)
            held = 0


def _decibels(amplitude: float) -> float:
    return 20.0 * log10(amplitude) if amplitude else -inf
