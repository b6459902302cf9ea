"""The `separate` command: one recording, two files."""

import argparse
import json
from pathlib import Path
from typing import Any

from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.file_names import safe_name
from samstudio.cli.errors import CommandError, Exit, sigterm_as_interrupt
from samstudio.cli.job import Outcome, audio_format, make_engine, refuse_existing, run_job, separation_facts
from samstudio.cli.objects import clicked_object, parse_click, read_objects
from samstudio.cli.options import add_engine_options, add_output_options, parse_track, separation_settings
from samstudio.cli.spans import one_movement, parse_box, parse_range, parse_region, parse_span
from samstudio.cli.stems.names import name_note, stem_paths
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.cli.terminal.progress import Bar
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.engine_info import PromptPart
from samstudio.separation.listening.vocabulary import sounds
from samstudio.separation.registry import engines
from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.session.take import SeparationSettings
from samstudio.session.text.quoting import one_line
from samstudio.session.text.wording import with_wanted, worded

EPILOG = """\
Times are in seconds. Where spans of opposite signs overlap, the one given later decides.
--region says where in a video the sound is made. Engines that understand it: {engines_with_video}. Where the object
moves, give several with their times, T@X:Y:W:H: in between it moves in a straight line. --click marks the object with
points instead, and it is followed through the video; several at one time are one mark. Where it is lost, click again.
--json: "seconds" is the time the separation took, "realtime_factor" that time divided by the recording's length (0.1:
ten times faster than real time), "null_db" the peak of target + residual - recording as measured in the written files,
in dBFS; where they are equal to the last bit it is null, and "exact" is true. "gain_db" is the gain that both stems got
because they would clip, 0 if none; "null_db" is measured against the recording with the same gain. With --daw-project,
"dawproject" and "rpp" are the paths of the projects. "from_cache" says that exactly this was separated before."""


def add_command(commands: Any) -> None:
    """Add `separate`."""
    engines_with_video = ", ".join(info.name for info in engines() if PromptPart.REGIONS in info.accepts)
    parser = commands.add_parser(
        "separate",
        help="separate one recording without a window",
        description="Writes <name>_target and <name>_residual into DIR.",
        epilog=EPILOG.format(engines_with_video=engines_with_video),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", type=Path, metavar="IN", help="a sound or video file")
    parser.add_argument("--prompt", default="", metavar="TEXT", help="what the sound is")
    parser.add_argument(
        "--each", action="store_true",
        help="separate each sound that TEXT names ('guitar and drums') by itself, into files of its own; exit "
        "code 5 if any failed",
    )  # fmt: skip
    parser.add_argument(
        "--span", dest="spans", action="append", default=[], type=parse_span, metavar="+A:B",
        help="the sound is heard from A to B; -A:B: it is not",
    )  # fmt: skip
    parser.add_argument(
        "--box", dest="spans", action="append", type=parse_box, metavar="+A:B:LO:HI",
        help="a span that holds for LO to HI Hz only",
    )  # fmt: skip
    parser.add_argument(
        "--region", dest="regions", action="append", default=[], type=parse_region, metavar="[T@]X:Y:W:H",
        help="where the object is seen: left, top, width and height as fractions of the picture (at T seconds)",
    )  # fmt: skip
    parser.add_argument(
        "--click", dest="clicks", action="append", default=[], type=parse_click, metavar="T:X:Y[:+|-]",
        help="what is at X:Y (fractions of the picture) at T seconds makes the sound, and is followed; -: it does not",
    )  # fmt: skip
    parser.add_argument(
        "--object", dest="objects", action="append", default=[], type=Path, metavar="FILE.json",
        help="an object, or a list of them, as docs/session-format.md describes it",
    )  # fmt: skip
    parser.add_argument(
        "--range", dest="bounds", type=parse_range, metavar="A:B", help="separate and write this part only"
    )
    parser.add_argument(
        "--track",
        type=parse_track,
        metavar="N",
        help="which of a video's sound tracks, from 1 on (default: its own default)",
    )
    parser.add_argument(
        "--daw-project", action="store_true",
        help="also write a DAWproject and a REAPER project with the stems in place and the spans as markers",
    )  # fmt: skip
    parser.add_argument(
        "--manifest", action="store_true",
        help="also write <name>_manifest.json: input, prompt, settings, machine, times, and hashes of all files",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print what was done as one JSON object")
    add_engine_options(parser)
    add_output_options(parser)
    parser.set_defaults(run=separate)


@sigterm_as_interrupt()
def separate(options: argparse.Namespace) -> int:
    """Separate one recording."""
    settings = separation_settings(options)
    file_format = audio_format(options.format, options.bits)
    objects = clicked_object(options.clicks) + tuple(known for path in options.objects for known in read_objects(path))
    prompt = Prompt(options.prompt, tuple(options.spans), objects).with_regions(*_regions(options.regions))
    texts = sounds(worded(prompt.text).wanted) if options.each else ()
    if len(texts) < 2:
        jobs = [_job(options, options.input.stem, prompt, settings, file_format)]
    else:
        names = [f"{options.input.stem}_{safe_name(text)}" for text in texts]
        prompts = [prompt.with_text(with_wanted(prompt.text, text)) for text in texts]
        jobs = [_job(options, *named, settings, file_format) for named in zip(names, prompts, strict=True)]
    # Before the first one has taken its time.
    for job in jobs[1:]:
        refuse_existing(job)
    with Bar(len(jobs)) as bar:
        if len(jobs) == 1:
            _do(jobs[0], bar, as_json=options.json)
            return Exit.DONE
        failed = 0
        for job in jobs:
            bar.prefix = f"“{one_line(worded(job.prompt.text).wanted, 40)}”: "
            try:
                _do(job, bar, as_json=options.json)
            except CommandError as error:
                failed += 1
                bar.noted(str(error))
            bar.finish_one()
        bar.prefix = ""
        if failed:
            bar.noted(f"{len(jobs) - failed} of {len(jobs)} sounds were separated.")
    return Exit.SEPARATION if failed else Exit.DONE


def _do(job: SeparationJob, bar: Bar, *, as_json: bool) -> None:
    _print_outcome(job, run_job(job, make_engine(job.settings.engine), bar), as_json=as_json)


def _job(
    options: argparse.Namespace, stem: str, prompt: Prompt, settings: SeparationSettings, file_format: AudioFormat
) -> SeparationJob:
    target, residual = stem_paths(options.output, stem, file_format)
    return SeparationJob(
        options.input,
        target,
        residual,
        prompt,
        settings,
        file_format,
        options.bounds,
        options.track,
        options.overwrite,
        options.gain,
        name_note(stem, target),
        options.manifest,
        options.daw_project,
    )


def _print_outcome(job: SeparationJob, outcome: Outcome, *, as_json: bool) -> None:
    if not as_json:
        print_out(job.target, job.residual, *job.projects.values(), sep="\n")
        return
    print_out(json.dumps(separation_facts(job, outcome)))


def _regions(regions: list[Region]) -> tuple[Region, ...]:
    try:
        return one_movement(regions)
    except argparse.ArgumentTypeError as error:
        raise CommandError(Exit.USAGE, f"argument --region: {error}.") from error
