"""One recording to separate into two files, in memory that does not grow with its length."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from samstudio.audio.atomic_file import AtomicFile
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.errors import AudioError
from samstudio.audio.export.daw.daw_project import check_daw_path
from samstudio.audio.export.daw.picture import picture_of
from samstudio.audio.export.verify import measure_null
from samstudio.audio.files import read_clip
from samstudio.audio.video.video_file import VideoFile
from samstudio.cli.errors import CommandError, Exit, with_command
from samstudio.cli.objects import check_objects
from samstudio.cli.stems.files import stem_files, write_job_manifest
from samstudio.cli.stems.folder import exists, new_folder
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.cli.stems.writing import (
    CacheWatch,
    Pair,
    PeakMeter,
    best_chunks,
    common_gain_db,
    gain_sentence,
    held,
    write_held,
)
from samstudio.cli.terminal.progress import Listener
from samstudio.dsp.levels import gain_factor
from samstudio.separation.engine import (
    Engine,
    SeparationError,
    SeparationRequest,
    UnavailableError,
)
from samstudio.separation.registry import create_engine, engine_info
from samstudio.separation.wording.advice import advice, only_leaves_out, only_left_out_sentence
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt, Span
from samstudio.session.scratch import ScratchError, forget_pages
from samstudio.session.stretch import Stretch
from samstudio.session.text.quoting import one_line
from samstudio.session.text.recipe import span_text
from samstudio.storage.mask_files import MaskFiles

FORMATS = {
    ("wav", None): AudioFormat("wav", "32f"),
    ("wav", "16"): AudioFormat("wav", "16"),
    ("wav", "24"): AudioFormat("wav", "24"),
    ("wav", "32f"): AudioFormat("wav", "32f"),
    ("flac", None): AudioFormat("flac", "24"),
    ("flac", "16"): AudioFormat("flac", "16"),
    ("flac", "24"): AudioFormat("flac", "24"),
}
"""By container and bits, None for its default."""


@dataclass(frozen=True)
class Outcome:
    """The result of a job. `seconds` is the time the separation took, writing included.

    `null_db` is the peak of target + residual - clip as written, in dBFS; None where they are equal to the last bit.
    `gain_db` is the common gain of both stems, and in `null_db` of the clip too.
    """

    seconds: float
    sample_rate: int
    channels: int
    frames: int
    null_db: float | None
    gain_db: float = 0.0
    from_cache: bool = False


def separation_facts(job: SeparationJob, outcome: Outcome) -> dict[str, Any]:
    """A job and its result as `--json` prints them."""
    return {**file_facts(job), "engine": job.settings.engine, **outcome_facts(outcome)}


def file_facts(job: SeparationJob) -> dict[str, Any]:
    """The files of a job as `--json` prints them."""
    files = {"target": job.target, "residual": job.residual, **job.projects}
    return {key: str(path) for key, path in files.items()}


def outcome_facts(outcome: Outcome) -> dict[str, Any]:
    """The result as `--json` prints it."""
    return {
        "seconds": round(outcome.seconds, 3),
        "realtime_factor": round(outcome.seconds * outcome.sample_rate / outcome.frames, 4),
        "sample_rate": outcome.sample_rate,
        "channels": outcome.channels,
        "frames": outcome.frames,
        "null_db": outcome.null_db,
        "exact": outcome.null_db is None,
        "gain_db": outcome.gain_db,
        "from_cache": outcome.from_cache,
    }


def make_engine(name: str) -> Engine:
    """The engine of that name. Raises CommandError if it is missing."""
    try:
        return create_engine(name)
    except SeparationError as error:
        raise CommandError(Exit.MISSING, str(error)) from error


def audio_format(container: str, bits: str | None) -> AudioFormat:
    """The format of that name. Raises CommandError for an unknown one."""
    try:
        return FORMATS[container, bits]
    except KeyError as error:
        raise CommandError(
            Exit.USAGE,
            f"There is no {one_line(container, 20)} with {one_line(str(bits), 20)} bits: there are wav with 16, 24, "
            "32f and flac with 16, 24.",
        ) from error


def refuse_existing(job: SeparationJob) -> None:
    """Refuse to touch existing files. Raises CommandError."""
    manifest = [job.manifest] if job.manifest is not None else []
    if not job.overwrite:
        refuse_files((job.target, job.residual, *manifest, *job.projects.values()))


def refuse_files(paths: Iterable[Path]) -> None:
    """Refuse to touch those of them that exist. Raises CommandError."""
    for path in paths:
        if exists(path):
            raise CommandError(Exit.OUTPUT, f"'{path}' exists: choose another folder, or replace it with --overwrite.")


def run_job(job: SeparationJob, engine: Engine, listener: Listener) -> Outcome:
    """Do the job; both files are there afterwards, or neither. Raises CommandError."""
    if job.prompt.is_empty:
        raise CommandError(
            Exit.USAGE,
            "Nothing says what to separate: mark where the sound is heard (--span +A:B) or name it (--prompt).",
        )
    if not job.prompt.names_target:
        raise CommandError(
            Exit.USAGE,
            "The - spans only say where the sound is not: mark where it is heard (--span +A:B) or name it (--prompt).",
        )
    if only_leaves_out(job.prompt):
        raise CommandError(Exit.USAGE, only_left_out_sentence(job.prompt))
    refuse_existing(job)
    if job.daw_project:
        check_project((job.target, job.residual), job.source, job.track)
    if job.prompt.active_objects:
        check_objects(job.source, job.track, job.prompt.active_objects)
    clip = read_recording(job.source, job.track, listener)
    if job.note:
        listener.noted(job.note)
    _note_wording(job, listener)
    frame_range = _frame_range(clip, job.bounds)
    prompt = _fit(job.prompt, clip.duration, listener)
    video = VideoFile(job.source, job.track) if prompt.active_objects else None
    tracks = MaskFiles() if video else None
    request = SeparationRequest(clip.samples, clip.sample_rate, prompt, job.settings, frame_range, video, tracks)
    first, end = request.wanted
    since, began = time.time(), time.monotonic()
    with told_failures():
        job.audio_format.check(clip.sample_rate, clip.channels)
        with new_folder(job.target.parent):
            gain_db, from_cache = _write_stems(job, clip, engine, request, listener)
        seconds = time.monotonic() - began
        null_db = measure_null(clip.samples[first:end], job.target, job.residual, gain=gain_factor(gain_db))
        write_job_manifest(job, clip, prompt, since, seconds, gain_db, from_cache=from_cache)
    sizes = clip.sample_rate, clip.channels, end - first
    return Outcome(seconds, *sizes, null_db if np.isfinite(null_db) else None, gain_db, from_cache)


@contextmanager
def told_failures() -> Iterator[None]:
    """Turns what fails while a job separates and writes into a CommandError."""
    try:
        yield
    except UnavailableError as error:
        raise CommandError(Exit.MISSING, with_command(error)) from error
    except SeparationError as error:
        raise CommandError(Exit.SEPARATION, with_command(error)) from error
    except (AudioError, ScratchError) as error:
        raise CommandError(Exit.OUTPUT, str(error)) from error


def _note_wording(job: SeparationJob, listener: Listener) -> None:
    """What the text might say better to the engine."""
    given = advice(job.prompt, engine_info(job.settings.engine))
    for sentence in given.sentences:
        listener.noted(sentence)
    if given.rewrite:
        listener.noted(f'Try --prompt "{given.rewrite}".')
    if given.sounds:
        listener.noted("--each separates them one after the other, into files of their own.")


def check_project(files: Iterable[Path], source: Path, track: int | None) -> None:
    """Refuse names that no project of these files holds before the work. Raises CommandError."""
    film = picture_of(source, track)
    try:
        for path in (*(Path(file.name) for file in files), *([film.path.absolute()] if film else [])):
            check_daw_path(path)
    except AudioError as error:
        raise CommandError(Exit.OUTPUT, str(error)) from error


def read_recording(source: Path, track: int | None, listener: Listener) -> AudioClip:
    """All of it; what there is to say of it goes to the listener. Raises CommandError."""
    try:
        for read in read_clip(source, track=track):
            listener.progressed("Reading", read.frames_ready / max(1, read.clip.frames))
    except ScratchError as error:
        raise CommandError(Exit.OUTPUT, str(error)) from error
    except AudioError as error:
        raise CommandError(Exit.INPUT, str(error)) from error
    if track is None and read.track is not None and len(read.tracks) > 1:
        listener.noted(f"Of {len(read.tracks)} sound tracks this one was read: {read.track.title} (see --track).")
    for warning in read.warnings:
        listener.noted(warning)
    return read.clip


def _frame_range(clip: AudioClip, bounds: Stretch | None) -> tuple[int, int] | None:
    """First and last frame of the clip's part between two times; None where all of it is wanted."""
    if bounds is None:
        return None
    first, end = (round(seconds * clip.sample_rate) for seconds in bounds)
    if first >= clip.frames:
        raise CommandError(
            Exit.USAGE, f"The range starts at {bounds[0]:g} s, but the recording ends at {clip.duration:.2f} s."
        )
    return first, min(max(first + 1, end), clip.frames)


def _fit(prompt: Prompt, duration: float, listener: Listener) -> Prompt:
    """The prompt cut to a recording of `duration` seconds."""
    spans: list[Span] = []
    for span in prompt.spans:
        if span.start >= duration:
            raise CommandError(
                Exit.USAGE, f"The span {span_text(span)} lies after the end of the recording at {duration:.2f} s."
            )
        if span.end > duration:
            listener.noted(f"The span {span_text(span)} was cut at the end of the recording, {duration:.2f} s.")
        spans.append(span.moved(span.start, min(duration, span.end)))
    return replace(prompt, spans=tuple(spans))


def _write_stems(
    job: SeparationJob, clip: AudioClip, engine: Engine, request: SeparationRequest, listener: Listener
) -> tuple[float, bool]:
    """Run the engine and write its best candidate into the two files. Raises AudioError.

    Returns the common gain in dB, and whether the result came from the cache.
    """
    first, end = request.wanted
    meter, watch = PeakMeter(), CacheWatch()
    with closing(engine.separate(request)) as steps:
        wanted = first / clip.sample_rate, end / clip.sample_rate
        chunks = meter.through(best_chunks(watch.through(steps), listener, wanted))
        if job.common_gain:
            # The gain is known at the end only. Files that cannot be created are reported before the work.
            for path in (job.target, job.residual, *job.projects.values()):
                AtomicFile(path, job.overwrite).discard()
            stems = held(_forgetting(clip, chunks), end - first, clip.channels)
            gain_db = common_gain_db(meter.peak)
            with stem_files(job, clip, request, gain_db) as writer:
                write_held(stems, writer)
        else:
            gain_db = 0.0
            with stem_files(job, clip, request, gain_db) as writer:
                for chunk in _forgetting(clip, chunks):
                    writer.write(chunk)
    if gain_db or (meter.peak > 1.0 and not job.audio_format.is_float):
        listener.noted(gain_sentence(meter.peak, gain_db, job.audio_format))
    return gain_db, watch.is_hit


def _forgetting(clip: AudioClip, chunks: Iterable[Pair]) -> Iterator[Pair]:
    """The chunks; after each one the clip's pages are released."""
    for chunk in chunks:
        yield chunk
        forget_pages(clip.samples)
