"""Writes stems and mixes into files and checks the files by reading them back."""

import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from samstudio.audio.atomic_file import AtomicFile, clear_errors
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import (
    AudioWriter,
    AudioWriterGroup,
    ClippingError,
    PartsWriter,
    clipping_sentence,
)
from samstudio.audio.errors import AudioError
from samstudio.audio.export.daw.daw_project import DAWPROJECT
from samstudio.audio.export.daw.exported import check_exported, exported_project
from samstudio.audio.export.daw.project_files import ProjectFiles
from samstudio.audio.export.export_measures import ExportProgress, highest_peak, levelled, trimmed
from samstudio.audio.export.export_recipe import file_recipe, file_record
from samstudio.audio.export.export_request import VIDEO, ExportRequest, FullLength, name_note, output_paths
from samstudio.audio.export.export_video import check_video_export, video_sound_blocks, write_video_export
from samstudio.audio.export.file_names import numbered
from samstudio.audio.export.verify import delay_of, null_peaks
from samstudio.audio.metadata.tags import metadata_for
from samstudio.dsp.levels import decibels

_SPARE_BYTES = 1 << 20
"""Headers, tags and the file system's own data."""
_MOST_AIFF_BYTES = (1 << 32) - _SPARE_BYTES
"""Its sizes have 32 bits."""


@dataclass(frozen=True)
class ExportReport:
    """What was written, as measured on the finished files.

    `null_db` is the peak in dBFS of the sum of the `parts` minus the whole, -inf where they are equal to the last bit;
    None if not all parts were written without loss, they went through a noise gate, or the whole is unknown.
    `record` is the recipe's own file, if there is one. `delay` is the number of frames by which the sound in the files
    is late, None if it is too soft to measure. `gain_db` is the common gain, normalisation included. `whole` names what
    the parts add up to. `gate` is the noise gate's threshold in dBFS, None without a gate; `trimmed` are the seconds of
    silence cut from start and end, None if silence was not trimmed. `note` is a sentence about the files' names.
    """

    paths: Mapping[str, Path]
    frames: int
    sample_rate: int
    null_db: float | None
    delay: int | None = None
    gain_db: float = 0.0
    parts: tuple[str, ...] = ("target", "residual")
    whole: str = "the clip"
    gate: float | None = None
    trimmed: tuple[float, float] | None = None
    format: AudioFormat = field(default_factory=AudioFormat)
    record: Path | None = None
    note: str = ""


def export(request: ExportRequest) -> Generator[ExportProgress | ExportReport, None, None]:
    """Write all stems, or none, then read them back; the report comes last. Closing cancels. Raises AudioError."""
    asked = request.render_chain
    if asked.stop <= asked.start or not request.stems:
        raise AudioError("There is nothing to export: select a range inside the clip.")
    _check_formats(request)
    paths = output_paths(request)
    if request.existing == "number":
        with clear_errors(request.folder):
            paths = numbered(paths)
    if request.daw is not None:
        check_exported(request, request.daw, paths)
    _refuse_recording(request, paths)
    request = yield from levelled((yield from trimmed(request)))
    chain, whole = request.render_chain, request.whole or FullLength(request.clip.samples)
    # Reading back takes about as long as writing one stem.
    total = chain.frames * (len(paths) + 1)
    with _folder(request):
        _check_free_space(request, paths)
        try:
            yield from _write(request, paths, total)
        except ClippingError as error:
            # The error names the first peak that is too high; the user needs to know the highest.
            peak = yield from highest_peak(request)
            raise AudioError(clipping_sentence(10.0 ** ((peak + request.gain_db) / 20.0), request.format)) from error
    null = yield from _null(request, paths, whole, total)
    sizes, sums = (chain.frames, chain.output_rate), (whole.parts, whole.name)
    report = ExportReport(paths, *sizes, null, _delay(request, paths), request.gain_db, *sums, request.gate)
    report = replace(report, format=request.format, record=_record_path(paths) if request.record else None)
    report = replace(report, note=name_note(request))
    if request.trim is not None:
        cut = chain.start - asked.start, asked.stop - chain.stop
        report = replace(report, trimmed=(cut[0] / asked.sample_rate, cut[1] / asked.sample_rate))
    yield report


def _check_formats(request: ExportRequest) -> None:
    """Refuse what a file cannot hold before anything is measured or written. Raises AudioError."""
    for sound in request.stems.values():
        request.format.check(request.render_chain.output_rate, sound.shape[1])
    if request.video is not None:
        check_video_export(request, request.video)


def _refuse_recording(request: ExportRequest, paths: Mapping[str, Path]) -> None:
    """Refuse to replace the recording that the stems come from."""
    source = request.clip.path
    for path in paths.values():
        with clear_errors(path):
            if source is not None and source.exists() and path.exists() and path.samefile(source):
                raise AudioError(f"“{path.name}” is the recording itself: choose another name or folder.")


def _null(
    request: ExportRequest, paths: Mapping[str, Path], whole: FullLength, total: int
) -> Generator[ExportProgress, None, float | None]:
    """The null depth in dBFS, measured on the files, if they should add up."""
    is_whole = bool(whole.parts) and paths.keys() >= set(whole.parts)
    if not is_whole or request.format.is_lossy or request.gate is not None:
        return None
    parts, chain, peak = [paths[part] for part in whole.parts], request.render_chain, 0.0
    for frames, so_far in null_peaks(chain, whole.samples, parts, request.gain):
        peak = so_far
        yield ExportProgress("Checking the null", total - chain.frames + frames, total)
    return decibels(peak)


def _delay(request: ExportRequest, paths: Mapping[str, Path]) -> int | None:
    """The number of frames by which the sound in the files is late: of a stem or of the video, whichever is larger."""
    stems = (delay_of(paths[stem], request.render_chain.blocks(sound)) for stem, sound in request.stems.items())
    # All stems take the same path: one that is loud enough is sufficient.
    delays = [next((delay for delay in stems if delay is not None), None)]
    if request.video is not None:
        delays.append(delay_of(paths[VIDEO], video_sound_blocks(request, request.video)))
    return max((delay for delay in delays if delay is not None), key=abs, default=None)


@contextmanager
def _folder(request: ExportRequest) -> Iterator[None]:
    """Make the folder and those above it if requested; remove them again on failure, as far as they are empty."""
    made: list[Path] = []
    with clear_errors(request.folder):
        if request.makes_folder:
            made = [path for path in (request.folder, *request.folder.parents) if not path.exists()]
            request.folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for path in made:
                path.rmdir()
        raise


def _check_free_space(request: ExportRequest, paths: Mapping[str, Path]) -> None:
    """Refuse what the disk has no space for before anything is written."""
    first, wanted = next(iter(paths.values())), _SPARE_BYTES
    if request.format.container in ("wav", "aiff"):
        channels = [samples.shape[1] for samples in request.stems.values()]
        channel_bytes = request.render_chain.frames * request.format.depth // 8
        # The archive of a DAW project has a copy of every file.
        wanted += channel_bytes * sum(channels) * (1 if request.daw is None else 2)
        if request.format.container == "aiff" and channel_bytes * max(channels) > _MOST_AIFF_BYTES:
            raise AudioError("AIFF holds 4 GB at most, and this would be more: choose WAV or FLAC.")
    if request.video is not None:
        with clear_errors(request.video.source):
            wanted += request.video.source.stat().st_size
    with clear_errors(first):
        free = shutil.disk_usage(first.parent).free
    if wanted > free:
        raise AudioError(
            f"“{first.parent}” has {free / 1e6:.0f} MB left, and {wanted / 1e6:.0f} MB are needed: "
            "free some space, or choose another folder."
        )


def _write(request: ExportRequest, paths: Mapping[str, Path], total: int) -> Generator[ExportProgress, None, None]:
    done, chain = 0, request.render_chain
    with AudioWriterGroup() as group:
        writers = {stem: group.add(_writer(request, stem, paths[stem])) for stem in request.stems}
        if request.record:
            group.add_file(_record(request, _record_path(paths)))
        video = None if request.video is None else AtomicFile(paths[VIDEO], overwrite=request.existing == "replace")
        if video is not None:
            group.add_file(video)
        projects = ProjectFiles(group, paths, overwrite=request.existing == "replace") if request.daw else None
        for stems in _written_together(request):
            parts = PartsWriter([writers[stem] for stem in stems])
            names = ", ".join(paths[stem].name for stem in stems)
            for blocks in zip(*(chain.blocks(request.stems[stem]) for stem in stems), strict=True):
                parts.write(blocks)
                done += sum(map(len, blocks))
                yield ExportProgress(f"Writing {names}", done, total)
        if request.video is not None and video is not None:
            for part in write_video_export(request, request.video, video):
                yield ExportProgress(f"Writing {paths[VIDEO].name}", done + round(part * chain.frames), total)
            done += chain.frames
        if request.daw is not None and projects is not None:
            for part in projects.write(exported_project(request, request.daw, paths), tuple(writers.values())):
                yield ExportProgress(f"Writing {paths[DAWPROJECT].name}", done + round(part * 2 * chain.frames), total)


def _written_together(request: ExportRequest) -> list[tuple[str, ...]]:
    """The parts of the whole side by side, as the last of them rounds what the others leave; other stems alone."""
    parts = request.whole.parts if request.whole else FullLength(request.clip.samples).parts
    together = parts if request.stems.keys() >= set(parts) else ()
    return [*([together] if together else []), *((stem,) for stem in request.stems if stem not in together)]


def _writer(request: ExportRequest, stem: str, path: Path) -> AudioWriter:
    chain = request.render_chain
    return AudioWriter(
        path,
        chain.output_rate,
        request.stems[stem].shape[1],
        request.format,
        metadata=metadata_for(request.clip, chain, file_recipe(request, stem), request.markers),
        overwrite=request.existing == "replace",
        gain=request.gain,
    )


def _record_path(paths: Mapping[str, Path]) -> Path:
    """The recipe's place: beside the first file, by its name."""
    return next(iter(paths.values())).with_suffix(".json")


def _record(request: ExportRequest, path: Path) -> AtomicFile:
    """The file with the recipe, to be moved into place with the others."""
    record = AtomicFile(path, overwrite=request.existing == "replace")
    with clear_errors(path):
        record.file.write(file_record(request).encode())
    return record
