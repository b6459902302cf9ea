"""The two files of a job, and the DAW projects beside them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup, PartsWriter
from samstudio.audio.export.daw.daw_project import COLORS, DawMix, DawTrack, daw_project
from samstudio.audio.export.daw.picture import picture_of
from samstudio.audio.export.daw.project_files import ProjectFiles
from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.metadata.tags import metadata_for
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.cli.stems.writing import Gain
from samstudio.dsp.levels import gain_factor
from samstudio.separation.engine import SeparationRequest
from samstudio.separation.registry import settings_table
from samstudio.separation.steps import finish
from samstudio.session.clip import AudioClip
from samstudio.session.labels.label import Label, label_of
from samstudio.session.prompt import Prompt
from samstudio.session.take import Stem
from samstudio.session.text.recipe import recipe_text
from samstudio.storage.job_manifest import JobInput, job_facts, sha256_of, this_machine, write_manifest


def write_job_manifest(
    job: SeparationJob,
    clip: AudioClip,
    prompt: Prompt,
    began: float,
    seconds: float,
    gain_db: float,
    *,
    from_cache: bool,
) -> None:
    """Write the manifest of a job whose stems are there, if one is wanted. Raises AudioError."""
    if job.manifest is None:
        return
    digests = {path: finish(sha256_of(path)) for path in (job.source, job.target, job.residual)}
    sizes = clip.sample_rate, clip.channels, clip.frames
    stems = {Stem.TARGET: job.target, Stem.RESIDUAL: job.residual}
    facts = job_facts(
        JobInput(str(job.source.absolute()), digests[job.source], *sizes, job.track),
        {str(stem): (path.name, digests[path]) for stem, path in stems.items()},
        prompt,
        job.settings,
        began=began,
        seconds=seconds,
        from_cache=from_cache,
        made_on=this_machine(),
        stretch=job.bounds,
        more={"gain_db": gain_db},
    )
    write_manifest(job.manifest, facts)


class FileChoices(Protocol):
    """How the files of a job are written, and what lies beside them."""

    @property
    def source(self) -> Path:
        """The recording."""
        ...

    @property
    def track(self) -> int | None:
        """Which sound track it is, from 1 on; None: its default one."""
        ...

    @property
    def audio_format(self) -> AudioFormat:
        """Of all files."""
        ...

    @property
    def overwrite(self) -> bool:
        """Whether files that exist are replaced."""
        ...

    @property
    def gain(self) -> Gain | None:
        """What is done beyond full scale."""
        ...

    @property
    def projects(self) -> Mapping[str, Path]:
        """The paths of the DAW projects by their keys."""
        ...


@dataclass(frozen=True)
class WrittenPart:
    """A file of a part: its text `recipe`, and the colour of its track in a DAW project."""

    path: Path
    recipe: str
    color: str


@contextmanager
def stem_files(
    job: SeparationJob, clip: AudioClip, request: SeparationRequest, gain_db: float
) -> Iterator[PartsWriter]:
    """Writes both stems at once, with the recipe in them; the projects follow at the end. Raises AudioError."""
    recipe = recipe_text(job.prompt, job.settings, settings_table(job.settings.engine))
    parts = [
        WrittenPart(path, recipe, COLORS[stem])
        for stem, path in ((Stem.TARGET, job.target), (Stem.RESIDUAL, job.residual))
    ]
    labels = [label_of(span, job.prompt.text) for span in job.prompt.spans]
    with part_files(job, parts, clip, request.wanted, gain_db, labels) as writer:
        yield writer


@contextmanager
def part_files(
    job: FileChoices,
    parts: Sequence[WrittenPart],
    clip: AudioClip,
    frame_range: tuple[int, int],
    gain_db: float,
    labels: Sequence[Label] = (),
) -> Iterator[PartsWriter]:
    """Writes all parts at once, the last two those that were separated last; the projects follow. Raises AudioError."""
    first, end = frame_range
    rendered = RenderChain(first, end, clip.frames, clip.sample_rate, clip.sample_rate)
    gained = f", gain {gain_db:+.2f} dB" if gain_db else ""
    with AudioWriterGroup() as group:
        writers = [
            group.add(
                AudioWriter(
                    part.path,
                    clip.sample_rate,
                    clip.channels,
                    job.audio_format,
                    metadata=metadata_for(clip, rendered, part.recipe + gained),
                    overwrite=job.overwrite,
                    gain=gain_factor(gain_db),
                    saturates=job.gain == "none",
                )
            )
            for part in parts
        ]
        projects = ProjectFiles(group, job.projects, overwrite=job.overwrite) if job.projects else None
        yield PartsWriter(writers)
        if projects is not None:
            tracks = [
                DawTrack(writer.path, part.color, clip.channels) for part, writer in zip(parts, writers, strict=True)
            ]
            picture = picture_of(job.source, job.track)
            project = daw_project(clip, rendered, tracks, DawMix(labels=labels), picture=picture)
            for _ in projects.write(project, writers):
                pass
