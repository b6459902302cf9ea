"""Options that name a scheduler and the certificates for it."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from samstudio.cli.errors import CommandError, Exit
from samstudio.separation.engine import SeparationError
from samstudio.separation.remote.certificates import default_folder
from samstudio.separation.remote.extra import require_extra

MOST_WORKERS = 256


def add_scheduler(parser: argparse._ActionsContainer, *, required: bool) -> None:
    """Which scheduler."""
    parser.add_argument(
        "--scheduler", required=required, metavar="ADDRESS",
        help="of a scheduler that 'samstudio cluster scheduler' started, tls://HOST:PORT",
    )  # fmt: skip


def add_certificates(parser: argparse._ActionsContainer) -> None:
    """Which certificates."""
    parser.add_argument(
        "--certificates", type=Path, default=default_folder(), metavar="DIR",
        help="from 'samstudio cluster certificates' (default: %(default)s)",
    )  # fmt: skip


def parse_workers(text: str) -> int:
    """A number of worker processes. Raises ArgumentTypeError."""
    if not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"the number of workers is from 1 to {MOST_WORKERS}")
    return int(text)


def add_threads(parser: argparse._ActionsContainer, default: str) -> None:
    """How many threads compute a row; `default` says what is used without it."""
    parser.add_argument(
        "--threads", type=parse_threads, metavar="N",
        help=f"how many threads compute a row ({default}); engines other than spectral may "
        "round the last bit of a sample otherwise with another number",
    )  # fmt: skip


def parse_threads(text: str) -> int:
    """A number of threads. Raises ArgumentTypeError."""
    if not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"the number of threads is from 1 to {MOST_WORKERS}")
    return int(text)


@contextmanager
def told_missing() -> Iterator[None]:
    """Turns what machines and workers lack into a CommandError."""
    try:
        yield
    except SeparationError as error:
        raise CommandError(Exit.MISSING, str(error)) from error


def check_extra() -> None:
    """Raises CommandError where the extra is not installed."""
    with told_missing():
        require_extra()
