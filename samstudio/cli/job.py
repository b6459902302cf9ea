"""One recording to separate into two files, in memory that does not grow with its length."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from samstudio.audio.decode.video_file import VideoFile, VideoReader
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup, PartsWriter
from samstudio.audio.errors import AudioError
from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.export.verify import measure_null
from samstudio.audio.files import read_clip
from samstudio.audio.metadata.tags import metadata_for
from samstudio.cli.errors import CommandError, Exit
from samstudio.separation.engine import (
    Engine,
    Notice,
    Predicted,
    Progress,
    SeparationError,
    SeparationRequest,
    StemChunk,
    UnavailableError,
)
from samstudio.separation.registry import create_engine, settings_table
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt, Span
from samstudio.session.recipe import recipe_text, span_text
from samstudio.session.scratch import forget_pages
from samstudio.session.take import SeparationSettings

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
MOST_LISTED = 12
"""More predicted spans are counted, not listed."""


@dataclass(frozen=True)
class SeparationJob:
    """What to separate and where to write the stems; `bounds` (seconds) limits it to a part of the recording.

    `track` counts the sound tracks of the file from 1; None is its default one.
    """

    source: Path
    target: Path
    residual: Path
    prompt: Prompt
    settings: SeparationSettings
    audio_format: AudioFormat
    bounds: tuple[float, float] | None = None
    track: int | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class Outcome:
    """The result of a job. `seconds` is the time the separation took, writing included.

    `null_db` is the peak of target + residual - clip as written, in dBFS; None where they are equal to the last bit.
    """

    seconds: float
    sample_rate: int
    channels: int
    frames: int
    null_db: float | None


class Listener(Protocol):
    """Is informed of a job's progress."""

    def progressed(self, stage: str, fraction: float) -> None:
        """`fraction` (0..1) of a stage is done."""

    def noted(self, text: str) -> None:
        """A sentence for the user."""


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
            f"There is no {container} with {bits} bits: there are wav with 16, 24, 32f and flac with 16, 24.",
        ) from error


def stem_paths(folder: Path, name: str, audio_format: AudioFormat) -> tuple[Path, Path]:
    """The paths of target and residual of a recording called `name`."""
    return folder / f"{name}_target{audio_format.suffix}", folder / f"{name}_residual{audio_format.suffix}"


def refuse_existing(job: SeparationJob) -> None:
    """Refuse to touch existing files. Raises CommandError."""
    for path in (job.target, job.residual):
        if path.exists() and not job.overwrite:
            raise CommandError(Exit.OUTPUT, f"'{path}' exists: choose another folder, or replace it with --overwrite.")


def make_folder(folder: Path) -> None:
    """Make the folder unless it is there. Raises CommandError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            Exit.OUTPUT, f"The folder '{folder}' cannot be made ({error.strerror}): please choose another one."
        ) from error


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Make the folder unless it exists; remove what was made if the block fails. Raises CommandError."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    make_folder(folder)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # a folder that is no longer empty stays, and so do those above it
            for path in made:
                path.rmdir()
        raise


def run_job(job: SeparationJob, engine: Engine, listener: Listener) -> Outcome:
    """Do the job; both files are there afterwards, or neither. Raises CommandError."""
    if job.prompt.is_empty:
        raise CommandError(
            Exit.USAGE,
            "Nothing says what to separate: mark where the sound is heard (--span +A:B) or name it (--prompt).",
        )
    refuse_existing(job)
    if job.prompt.regions:
        _check_picture(job.source)
    clip = _read(job.source, job.track, listener)
    stretch = _stretch(clip, job.bounds)
    prompt = _fit(job.prompt, clip.duration, listener)
    film = VideoFile(job.source, job.track) if prompt.regions else None
    request = SeparationRequest(clip.samples, clip.sample_rate, prompt, job.settings, stretch, film)
    first, end = request.wanted
    began = time.monotonic()
    try:
        with _new_folder(job.target.parent):
            _write_stems(job, clip, engine, request, listener)
        seconds = time.monotonic() - began
        null_db = measure_null(clip.samples[first:end], job.target, job.residual)
    except UnavailableError as error:
        raise CommandError(Exit.MISSING, str(error)) from error
    except SeparationError as error:
        raise CommandError(Exit.SEPARATION, str(error)) from error
    except AudioError as error:
        raise CommandError(Exit.OUTPUT, str(error)) from error
    return Outcome(seconds, clip.sample_rate, clip.channels, end - first, null_db if np.isfinite(null_db) else None)


def _check_picture(source: Path) -> None:
    """Refuse before all the sound is read for nothing. Raises CommandError."""
    try:
        VideoReader(source).close()
    except AudioError as error:
        raise CommandError(Exit.INPUT, str(error)) from error


def _read(source: Path, track: int | None, listener: Listener) -> AudioClip:
    try:
        for read in read_clip(source, track=track):
            listener.progressed("Reading", read.frames_ready / max(1, read.clip.frames))
    except AudioError as error:
        raise CommandError(Exit.INPUT, str(error)) from error
    if track is None and read.track is not None and len(read.tracks) > 1:
        listener.noted(f"Of {len(read.tracks)} sound tracks this one was read: {read.track.title} (see --track).")
    for warning in read.warnings:
        listener.noted(warning)
    return read.clip


def _stretch(clip: AudioClip, bounds: tuple[float, float] | None) -> tuple[int, int] | None:
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
) -> None:
    """Run the engine and write the chunks of the best candidate, which comes first, into the two files."""
    with AudioWriterGroup() as group, closing(engine.separate(request)) as steps:
        stems = PartsWriter([group.add(_writer(path, job, clip, request)) for path in (job.target, job.residual)])
        best = None
        for step in steps:
            match step:
                case StemChunk():
                    best = step.candidate if best is None else best
                    if step.candidate != best:
                        return
                    stems.write((step.target, step.residual))
                    forget_pages(clip.samples)
                case Progress():
                    listener.progressed(step.stage, step.fraction)
                case Notice():
                    listener.noted(step.text)
                case Predicted(spans) if spans:
                    listener.noted(f"Predicted spans: {_listed(spans)}.")


def _listed(spans: Sequence[Span]) -> str:
    """Spans as the options take them; of many the first ones."""
    more = f" and {len(spans) - MOST_LISTED} more" if len(spans) > MOST_LISTED else ""
    return " ".join(span_text(span) for span in spans[:MOST_LISTED]) + more


def _writer(path: Path, job: SeparationJob, clip: AudioClip, request: SeparationRequest) -> AudioWriter:
    first, end = request.wanted
    part = RenderChain(first, end, clip.frames, clip.sample_rate, clip.sample_rate)
    return AudioWriter(
        path,
        clip.sample_rate,
        clip.channels,
        job.audio_format,
        metadata=metadata_for(clip, part, recipe_text(job.prompt, job.settings, settings_table(job.settings.engine))),
        overwrite=job.overwrite,
    )
