"""The two files of a job, and the DAW projects beside them."""

from collections.abc import Iterator
from contextlib import contextmanager

from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup, PartsWriter
from samstudio.audio.export.daw.daw_project import COLORS, DawMix, DawTrack, daw_project
from samstudio.audio.export.daw.picture import picture_of
from samstudio.audio.export.daw.project_files import ProjectFiles
from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.metadata.tags import metadata_for
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.dsp.levels import gain_factor
from samstudio.separation.engine import SeparationRequest
from samstudio.separation.registry import settings_table
from samstudio.separation.steps import finish
from samstudio.session.clip import AudioClip
from samstudio.session.labels.label import label_of
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


@contextmanager
def stem_files(
    job: SeparationJob, clip: AudioClip, request: SeparationRequest, gain_db: float
) -> Iterator[PartsWriter]:
    """Writes both stems at once, with the recipe in them; the projects follow at the end. Raises AudioError."""
    first, end = request.wanted
    part = RenderChain(first, end, clip.frames, clip.sample_rate, clip.sample_rate)
    recipe = recipe_text(job.prompt, job.settings, settings_table(job.settings.engine))
    if gain_db:
        recipe += f", gain {gain_db:+.2f} dB"
    with AudioWriterGroup() as group:
        writers = [
            group.add(
                AudioWriter(
                    path,
                    clip.sample_rate,
                    clip.channels,
                    job.audio_format,
                    metadata=metadata_for(clip, part, recipe),
                    overwrite=job.overwrite,
                    gain=gain_factor(gain_db),
                    saturates=job.gain == "none",
                )
            )
            for path in (job.target, job.residual)
        ]
        projects = ProjectFiles(group, job.projects, overwrite=job.overwrite) if job.projects else None
        yield PartsWriter(writers)
        if projects is not None:
            tracks = [
                DawTrack(writer.path, COLORS[stem], clip.channels)
                for stem, writer in zip((Stem.TARGET, Stem.RESIDUAL), writers, strict=True)
            ]
            mix = DawMix(labels=[label_of(span, job.prompt.text) for span in job.prompt.spans])
            picture = picture_of(job.source, job.track)
            for _ in projects.write(daw_project(clip, part, tracks, mix, picture=picture), writers):
                pass
