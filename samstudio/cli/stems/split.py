"""The `split` command: one recording, a file for each of its parts."""

import argparse
import json
from pathlib import Path
from typing import Any

from samstudio.audio.export.file_names import safe_name
from samstudio.cli.errors import CommandError, Exit, sigterm_as_interrupt
from samstudio.cli.job import audio_format, check_project, make_engine, outcome_facts, refuse_files
from samstudio.cli.options import add_engine_options, add_output_options, parse_track, separation_settings
from samstudio.cli.stems.names import named_projects, part_paths
from samstudio.cli.stems.split_job import SplitJob
from samstudio.cli.stems.split_run import SplitOutcome, split_recording
from samstudio.cli.terminal.progress import Bar
from samstudio.cli.terminal.streams import print_out
from samstudio.session.text.parts import MOST_PARTS, listed_parts
from samstudio.session.text.quoting import quoted

EPILOG = """\
Each part is taken out of what those before it left, and <name>_rest holds what the last one leaves: all files together
are the recording. A part that is refused is told, stays in the rest, and the exit code is 5; the others are written.
When it is interrupted, the parts that are finished are written, and what is left of the recording as the rest.
--json: "parts" are the files by the words, "refused" the sentences by the words; the rest is as 'separate --json' says,
where "null_db" is the peak of the sum of all files - recording."""

INTERRUPTED = "Interrupted; what was finished is written, with what was left as the rest."


def add_command(commands: Any) -> None:
    """Add `split`."""
    parser = commands.add_parser(
        "split",
        help="split one recording into parts that sum to it",
        description="Writes <name>_<word> for each word, and <name>_rest, into DIR.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("input", type=Path, metavar="IN", help="a sound or video file")
    parser.add_argument(
        "--into", dest="parts", type=parse_parts, required=True, metavar="WORD,WORD...",
        help="what the parts are, in the order in which they are taken out: vocals,drums,bass",
    )  # fmt: skip
    parser.add_argument(
        "--track",
        type=parse_track,
        metavar="N",
        help="which of a video's sound tracks, from 1 on (default: its own default)",
    )
    parser.add_argument(
        "--daw-project",
        action="store_true",
        help="also write a DAWproject and a REAPER project with the parts in place",
    )
    parser.add_argument("--json", action="store_true", help="print what was done as one JSON object")
    add_engine_options(parser)
    add_output_options(parser)
    parser.set_defaults(run=split)


def parse_parts(text: str) -> tuple[str, ...]:
    """The words of a list with commas. Raises ArgumentTypeError."""
    parts = listed_parts(text)
    if not parts:
        raise argparse.ArgumentTypeError(f"{quoted(text, 40)} names no part; what no part takes is the rest")
    if len(parts) > MOST_PARTS:
        raise argparse.ArgumentTypeError(f"{len(parts)} parts are too many: there may be {MOST_PARTS}")
    files = [safe_name(part).casefold() for part in parts]
    if len(set(files)) < len(files):
        raise argparse.ArgumentTypeError(f"{quoted(text, 40)} names two parts whose files would have one name")
    return parts


@sigterm_as_interrupt()
def split(options: argparse.Namespace) -> int:
    """Split one recording."""
    job = _job(options)
    if not job.overwrite:
        refuse_files(job.files)
    if job.projects:
        check_project(job.paths.values(), job.source, job.track)
    with Bar(len(job.words)) as bar:
        done = split_recording(job, make_engine(job.settings.engine), bar)
        bar.prefix = ""
        if done.refused:
            bar.noted(f"{len(done.paths) - 1} of {len(job.words)} parts were separated.")
    _print_outcome(job, done, as_json=options.json)
    if done.is_interrupted:
        raise CommandError(Exit.INTERRUPTED, INTERRUPTED)
    return Exit.SEPARATION if done.refused else Exit.DONE


def _job(options: argparse.Namespace) -> SplitJob:
    settings = separation_settings(options)
    file_format = audio_format(options.format, options.bits)
    name = options.input.stem
    return SplitJob(
        options.input,
        part_paths(options.output, name, options.parts, file_format),
        settings,
        file_format,
        options.track,
        options.overwrite,
        options.gain,
        named_projects(options.output, name) if options.daw_project else {},
    )


def _print_outcome(job: SplitJob, done: SplitOutcome, *, as_json: bool) -> None:
    projects = job.projects if done.paths else {}
    if not as_json:
        print_out(*done.paths.values(), *projects.values(), sep="\n")
        return
    result = {
        "parts": {word: str(path) for word, path in done.paths.items()},
        "refused": dict(done.refused),
        **{key: str(path) for key, path in projects.items()},
        "engine": job.settings.engine,
        **outcome_facts(done.outcome),
    }
    print_out(json.dumps(result))
