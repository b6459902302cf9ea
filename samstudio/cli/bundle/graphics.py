"""The `graphics` command: graphics card support for a bundle, added, repaired and removed."""

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.terminal.progress import Bar
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.engine import SeparationError
from samstudio.separation.graphics_support.support import GraphicsSupport, SupportState, of_this_program


def add_command(commands: Any) -> None:
    """Add `graphics` with its commands."""
    text = "add graphics card support to a bundle, or remove it"
    parser = commands.add_parser(
        "graphics",
        help=text,
        description="A bundle computes on the processor. This adds the CUDA build of the same PyTorch to the program's "
        "own folder, after a computation on the card has shown that it works.",
    )
    parser.set_defaults(run=show_state)
    subcommands = parser.add_subparsers(title="commands", description="Without one: status.", metavar="COMMAND")
    status = subcommands.add_parser("status", help="whether it is there, and works")
    status.set_defaults(run=show_state)
    for name, done in (("add", "add it"), ("repair", "make it anew, in place of what is there")):
        command = subcommands.add_parser(name, help=f"{done} from a folder of wheels")
        command.add_argument("wheels", type=Path, metavar="DIR", help="made by 'pip download torch==VERSION -d DIR'")
        command.set_defaults(run=add_support)
    remove = subcommands.add_parser("remove", help="remove all of it")
    remove.set_defaults(run=remove_support)


def show_state(_options: argparse.Namespace) -> int:
    """Print how it stands; where it is there, it is tried out."""
    support = _support()
    state = support.state
    print_out(f"Graphics card support in {support.folder}: {state}")
    if state is SupportState.READY:
        try:
            print_out(f"It computes on {support.try_out()}.")
        except SeparationError as error:
            raise CommandError(Exit.MISSING, str(error)) from error
    return Exit.DONE


def add_support(options: argparse.Namespace) -> int:
    """Add it, or make it anew."""
    adding = _support().add(options.wheels)
    with closing(adding), Bar(1) as bar:
        try:
            while True:
                step = next(adding)
                bar.progressed(step.stage, step.done / step.total if step.total else 0.0)
        except StopIteration as ended:
            card = ended.value
        except SeparationError as error:
            raise CommandError(Exit.MISSING, str(error)) from error
    print_out(f"Graphics card support is there, and computes on {card}. It is used from the next start on.")
    return Exit.DONE


def remove_support(_options: argparse.Namespace) -> int:
    """Remove it."""
    try:
        was_there = _support().remove()
    except SeparationError as error:
        raise CommandError(Exit.OUTPUT, str(error)) from error
    print_out("Graphics card support was removed." if was_there else "There was none.")
    return Exit.DONE


def _support() -> GraphicsSupport:
    try:
        return of_this_program()
    except SeparationError as error:
        raise CommandError(Exit.USAGE, str(error)) from error
