"""The options that `separate` and `batch` share."""

import argparse
import re
from pathlib import Path

from samstudio.cli.errors import CommandError, Exit
from samstudio.separation.registry import SAM_AUDIO, SPECTRAL, engines
from samstudio.session.take import SeparationSettings

SPECTRAL_VALUES = {"preset": (), "model": (), "mode": ("faithful",), "residual": ("exact",)}
"""What the spectral engine honours of the options made for generative engines: it only ever masks the clip itself."""


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Which engine works, and how."""
    group = parser.add_argument_group("engine")
    group.add_argument("--engine", choices=[info.name for info in engines()], default=SPECTRAL.name)
    group.add_argument("--device", type=parse_device, default="auto", metavar="auto|cpu|cuda[:N]")
    group.add_argument(
        "--seed", type=parse_seed, default=0, metavar="N", help="the same seed gives the same stems (default 0)"
    )
    group.add_argument("--model", metavar="ID|DIR|FILE", help=f"weights ({SAM_AUDIO.name} only)")
    group.add_argument("--preset", choices=["fast", "balanced", "best"], help=f"{SAM_AUDIO.name} only")
    group.add_argument("--mode", choices=["generated", "faithful"], help="spectral is always faithful")
    group.add_argument("--residual", choices=["exact", "model"], help="spectral's is always exact")


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
    if options.engine == SPECTRAL.name:
        for name, values in SPECTRAL_VALUES.items():
            value = getattr(options, name)
            if value is not None and value not in values:
                raise CommandError(
                    Exit.USAGE, f"The {SPECTRAL.name} engine has no '--{name} {value}': please leave it out."
                )
    return SeparationSettings(engine=options.engine, device=options.device, seed=options.seed)
