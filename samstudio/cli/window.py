"""The commands that open the window."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from samstudio.cli.display import display_obstacle
from samstudio.cli.errors import CommandError, Exit


def add_open(commands: Any) -> None:
    """Add `open`, the default for a bare file name."""
    parser = commands.add_parser("open", help="open the window (the default)", description="Open the window.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="recordings and sessions to open")
    parser.set_defaults(run=lambda options: open_window(options.files))


def add_demo(commands: Any) -> None:
    """Add `demo`."""
    text = "open the window with the bundled recording, spans and prompt already set"
    parser = commands.add_parser("demo", help=text, description=f"{text.capitalize()}.")
    parser.set_defaults(run=lambda _options: open_window((), demo=True))


def open_window(paths: Sequence[Path], *, demo: bool = False) -> int:
    """Open the window and wait until it is closed; the result is the exit code."""
    for path in paths:
        if not path.exists():
            raise CommandError(Exit.INPUT, f"There is no file '{path}': please check its name and folder.")
    if obstacle := display_obstacle():
        raise CommandError(
            Exit.MISSING,
            f"The window cannot open: {obstacle}; '{command_name()} separate FILE --span +A:B -o FOLDER' does the same "
            "work without one.",
        )
    try:
        from samstudio.app.main import run_window
    except ImportError as error:
        raise CommandError(
            Exit.MISSING, f"The window cannot open ({error}); '{command_name()} doctor' says what to install."
        ) from error
    return run_window([path.absolute() for path in paths], demo=demo)


def command_name() -> str:
    """What to type to run this command: its name, or its path if it is not on PATH."""
    beside = Path(sys.executable).with_name("samstudio")
    return "samstudio" if shutil.which("samstudio") or not beside.exists() else _short(beside)


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
