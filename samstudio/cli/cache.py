"""The `cache` command: what is kept of earlier separations, and removing it."""

import argparse
from typing import Any

from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.cache.kept_files import CacheError, KeptFiles
from samstudio.session.text.quoting import size_text


def add_command(commands: Any) -> None:
    """Add `cache` with its two commands."""
    text = "show or clear what is kept of earlier separations"
    parser = commands.add_parser(
        "cache",
        help=text,
        description="What was separated before with exactly the same input, prompt and settings comes from the cache. "
        "Window, command line and workers share it; the Preferences say how large it may be.",
    )
    parser.set_defaults(run=show_info)
    subcommands = parser.add_subparsers(title="commands", description="Without one: info.", metavar="COMMAND")
    info = subcommands.add_parser("info", help="where it is, how much is in it, and how large it may be")
    info.set_defaults(run=show_info)
    clear = subcommands.add_parser("clear", help="remove all of it: it is made again when it is needed")
    clear.set_defaults(run=clear_cache)


def show_info(_options: argparse.Namespace) -> int:
    """Print folder, results, size and bound."""
    try:
        info = KeptFiles().info()
    except CacheError as error:
        raise CommandError(Exit.INPUT, str(error)) from error
    most = size_text(info.most) if info.most else "0 (off)"
    size = size_text(info.size) if info.size else "0"
    print_out(f"Folder:   {info.folder}\nResults:  {info.count}\nSize:     {size}\nAt most:  {most}")
    return Exit.DONE


def clear_cache(_options: argparse.Namespace) -> int:
    """Remove all results."""
    files = KeptFiles()
    try:
        before = files.info()
        files.clear()
    except CacheError as error:
        raise CommandError(Exit.OUTPUT, str(error)) from error
    freed = f"; that freed {size_text(before.size)}" if before.count else ""
    print_out(f"{before.count} results removed{freed}.")
    return Exit.DONE
