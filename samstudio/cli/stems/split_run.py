"""Splits a recording: a chain of separations in memory that does not grow with it, then all files at once."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from samstudio.audio.export.daw.daw_project import COLORS, PART_COLORS
from samstudio.audio.export.render_chain import BLOCK, RenderChain
from samstudio.audio.export.verify import null_peaks
from samstudio.cli.errors import CommandError, Exit, with_command
from samstudio.cli.job import Outcome, read_recording, told_failures
from samstudio.cli.stems.files import WrittenPart, part_files
from samstudio.cli.stems.folder import new_folder
from samstudio.cli.stems.split_job import SplitJob
from samstudio.cli.stems.writing import CacheWatch, PeakMeter, best_chunks, common_gain_db, gain_sentence, held
from samstudio.cli.terminal.progress import Bar
from samstudio.dsp.levels import decibels, gain_factor
from samstudio.separation.engine import Engine, SeparationError, SeparationRequest, UnavailableError
from samstudio.separation.registry import settings_table
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import forget_pages
from samstudio.session.take import Stem
from samstudio.session.text.parts import part_color
from samstudio.session.text.quoting import one_line
from samstudio.session.text.recipe import recipe_text
from samstudio.session.text.stem_names import REST


@dataclass(frozen=True)
class SplitOutcome:
    """What came of a split: the files by their words, the rest's last, and why others were `refused`, by theirs."""

    outcome: Outcome
    paths: Mapping[str, Path]
    refused: Mapping[str, str]
    is_interrupted: bool


@dataclass
class _Chain:
    """The sounds that were taken out so far, by their words, and what they left."""

    rest: Samples
    parts: dict[str, Samples] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    peak: float = 0.0
    from_cache: bool = True


def split_recording(job: SplitJob, engine: Engine, bar: Bar) -> SplitOutcome:
    """Do the job; all files are there afterwards, or none. Raises CommandError."""
    clip = read_recording(job.source, job.track, bar)
    began, is_interrupted, chain = time.monotonic(), False, _Chain(clip.samples)
    with told_failures():
        job.audio_format.check(clip.sample_rate, clip.channels)
        try:
            for word in job.words:
                bar.prefix = f"“{one_line(word, 40)}”: "
                _take_out(word, chain, clip, job, engine, bar)
                bar.finish_one()
        except KeyboardInterrupt:
            if not chain.parts:
                raise
            is_interrupted = True
        bar.prefix = ""
        if not chain.parts:
            raise CommandError(Exit.SEPARATION, "No part was found, so nothing is written.")
        gain_db = common_gain_db(chain.peak) if job.common_gain else 0.0
        if gain_db or (chain.peak > 1.0 and not job.audio_format.is_float):
            bar.noted(gain_sentence(chain.peak, gain_db, job.audio_format, "all"))
        paths = {word: job.paths[word] for word in (*chain.parts, REST)}
        with new_folder(next(iter(paths.values())).parent):
            _write(job, chain, clip, paths, gain_db)
        null_db = _null(clip, list(paths.values()), gain_db)
    sizes = clip.sample_rate, clip.channels, clip.frames
    outcome = Outcome(time.monotonic() - began, *sizes, null_db, gain_db, chain.from_cache)
    return SplitOutcome(outcome, paths, chain.refused, is_interrupted)


def _take_out(word: str, chain: _Chain, clip: AudioClip, job: SplitJob, engine: Engine, bar: Bar) -> None:
    """Take one part out of what is left; where that is refused, it stays there. Raises SeparationError."""
    request = SeparationRequest(chain.rest, clip.sample_rate, Prompt(word), job.settings)
    meter, watch = PeakMeter(), CacheWatch()
    try:
        with closing(engine.separate(request)) as steps:
            chunks = meter.through(best_chunks(watch.through(steps), bar, (0.0, clip.duration)))
            target, rest = held(chunks, clip.frames, clip.channels)
    except UnavailableError:
        raise
    except SeparationError as error:
        chain.refused[word] = with_command(error)
        bar.noted(f"{chain.refused[word]} It stays in the rest.")
        return
    chain.parts[word], chain.rest = target, rest
    chain.peak = float(np.max([chain.peak, meter.peak]))
    chain.from_cache = chain.from_cache and watch.is_hit


def _write(job: SplitJob, chain: _Chain, clip: AudioClip, paths: Mapping[str, Path], gain_db: float) -> None:
    """Write the parts that there are, and the rest. Raises AudioError."""
    table = settings_table(job.settings.engine)
    files = [
        WrittenPart(paths[word], recipe_text(Prompt(word), job.settings, table), PART_COLORS[part_color(word)])
        for word in chain.parts
    ]
    recipe = f"the rest without {', '.join(chain.parts)}"
    files.append(WrittenPart(paths[REST], recipe, COLORS[Stem.RESIDUAL]))
    sounds = (*chain.parts.values(), chain.rest)
    with part_files(job, files, clip, (0, clip.frames), gain_db) as writer:
        for start in range(0, clip.frames, BLOCK):
            writer.write([sound[start : start + BLOCK] for sound in sounds])
            for sound in sounds:
                forget_pages(sound)


def _null(clip: AudioClip, paths: list[Path], gain_db: float) -> float | None:
    """The peak of the files' sum - clip in dBFS; None where they are equal to the last bit. Raises AudioError."""
    whole = RenderChain(0, clip.frames, clip.frames, 1, 1)
    *_, (_, peak) = null_peaks(whole, clip.samples, paths, gain_factor(gain_db))
    return decibels(peak) if peak else None
