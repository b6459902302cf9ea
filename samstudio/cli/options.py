"""The options that `separate` and `batch` share."""

import argparse
import re
from dataclasses import replace
from pathlib import Path

from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.sam_audio_options import NAMES, add_sam_audio_options, sam_audio_settings
from samstudio.separation.registry import SAM_AUDIO, SPECTRAL, engines
from samstudio.session.sam_audio_settings import Mode, ResidualKind
from samstudio.session.take import SeparationSettings

SPECTRAL_VALUES = {"mode": Mode.FAITHFUL, "residual": ResidualKind.EXACT}
"""What the spectral engine honours of the options made for SAM Audio: it only ever masks the clip itself."""


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Which engine works, and how."""
    group = parser.add_argument_group("engine")
    group.add_argument("--engine", choices=[info.name for info in engines()], default=SPECTRAL.name)
    group.add_argument("--device", type=parse_device, default="auto", metavar="auto|cpu|cuda[:N]")
    group.add_argument(
        "--seed", type=parse_seed, default=0, metavar="N", help="the same seed gives the same stems (default 0)"
    )
    add_sam_audio_options(parser)


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Where the stems go, and as what."""
    group = parser.add_argument_group("output")
    group.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="made if it does not exist")
    group.add_argument("--format", choices=["wav", "flac"], default="wav")
    group.add_argument("--bits", choices=["16", "24", "32f"], help="default 32f for WAV, 24 for FLAC")
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")


def parse_seed(text: str) -> int:
    """A seed. Raises ArgumentTypeError."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on, not '{text}'")
    return int(text)


def parse_device(text: str) -> str:
    """A device's name as it was typed. Raises ArgumentTypeError."""
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", text):
        raise argparse.ArgumentTypeError(f"a device is auto, cpu, cuda or cuda:N, not '{text}'")
    return text


def separation_settings(options: argparse.Namespace) -> SeparationSettings:
    """The settings that the options ask for. Raises CommandError for one that the engine does not have."""
    settings = SeparationSettings(engine=options.engine, device=options.device, seed=options.seed)
    if options.engine == SAM_AUDIO.name:
        return replace(settings, sam_audio=sam_audio_settings(options))
    for name in NAMES:
        value = getattr(options, name)
        if options.engine == SPECTRAL.name and value is not None and value != SPECTRAL_VALUES.get(name):
            option = name.replace("_", "-") if value is not False else f"no-{name.replace('_', '-')}"
            shown = f"--{option}" if isinstance(value, bool) else f"--{option} {value}"
            raise CommandError(Exit.USAGE, f"The {SPECTRAL.name} engine has no '{shown}': please leave it out.")
    return settings
