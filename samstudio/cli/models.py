"""The `models` command; SAM Audio's weights come with a later version."""

import argparse
from typing import Any

from samstudio.cli.errors import CommandError, Exit
from samstudio.separation.registry import SAM_AUDIO


def add_command(commands: Any) -> None:
    """Add `models`."""
    parser = commands.add_parser(
        "models", help="SAM Audio weights (not in this version yet)", description=SAM_AUDIO.unavailable
    )
    parser.set_defaults(run=show_models)


def show_models(_options: argparse.Namespace) -> int:
    """Say what is so."""
    raise CommandError(Exit.MISSING, SAM_AUDIO.unavailable)
