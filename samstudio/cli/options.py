"""The options that `separate` and `batch` share."""

import argparse
import re
from pathlib import Path

from samstudio.cli.engine_options import add_settings, chosen_options
from samstudio.cli.errors import CommandError, Exit
from samstudio.separation.engine import SeparationError
from samstudio.separation.registry import checked_settings, engine_info, engines
from samstudio.session.take import SeparationSettings
from samstudio.session.text.quoting import quoted

MOST_SEED = 1 << 63
"""No seed is as large."""


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Which engine works, and how."""
    every = engines()
    group = parser.add_argument_group("engine")
    group.add_argument("--engine", choices=[info.name for info in every], default=every[0].name)
    group.add_argument("--device", type=parse_device, default="auto", metavar="auto|cpu|cuda[:N]|mps")
    group.add_argument(
        "--seed", type=parse_seed, default=0, metavar="N", help="the same seed gives the same stems (default 0)"
    )
    add_settings(parser, every)


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Where the stems go, and as what."""
    group = parser.add_argument_group("output")
    group.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="created if it does not exist")
    group.add_argument("--format", choices=["wav", "flac"], default="wav")
    group.add_argument("--bits", choices=["16", "24", "32f"], help="default 32f for WAV, 24 for FLAC")
    group.add_argument(
        "--gain",
        choices=["common", "none"],
        help="for stems beyond full scale: one common gain that lowers both (default with 16 and 24 bits), or none: "
        "32f keeps them as they are (its default), other formats cut off their peaks",
    )
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")


def parse_seed(text: str) -> int:
    """A seed. Raises ArgumentTypeError."""
    # As large as a session can keep.
    if not text.isdecimal() or len(text) > 19 or int(text) >= MOST_SEED:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {MOST_SEED - 1}, not {quoted(text)}")
    return int(text)


def parse_track(text: str) -> int:
    """The number of a sound track. Raises ArgumentTypeError."""
    if not text.isdecimal() or len(text) > 4 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a sound track is a whole number from 1 on, not {quoted(text, 40)}")
    return int(text)


def parse_device(text: str) -> str:
    """A device's name as it was typed. Raises ArgumentTypeError."""
    if not re.fullmatch(r"auto|cpu|cuda(:\d{1,3})?|mps", text):
        raise argparse.ArgumentTypeError(f"a device is auto, cpu, cuda, cuda:N or mps, not {quoted(text)}")
    return text


def separation_settings(options: argparse.Namespace) -> SeparationSettings:
    """The settings that the options ask for.

    Raises CommandError for an unknown engine, for an option that the engine does not have or cannot have, and for
    weights that it needs and that are not named.
    """
    try:
        info = engine_info(options.engine)
    except SeparationError as error:
        raise CommandError(Exit.MISSING, str(error)) from error
    chosen = chosen_options(info, engines(), options)
    missing = info.missing_part(chosen)
    if missing is not None:
        raise CommandError(Exit.MISSING, info.missing_sentence(missing))
    try:
        return checked_settings(SeparationSettings(info.name, options.device, options.seed, options=chosen))
    except SeparationError as error:
        raise CommandError(Exit.USAGE, str(error)) from error
