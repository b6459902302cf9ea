"""Standard output and standard error, also if they are closed, full, or a pipe without a reader."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from samstudio.cli.errors import CommandError, Exit


def prepare_streams() -> None:
    """Make sure that both can be written to.

    Where one was closed, the next file that is opened would get its number, and messages of libraries would end in it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (kept open to the end)
        # File names may contain bytes that are no valid text; they are printed escaped.
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def print_out(*values: object, sep: str = " ", flush: bool = False) -> None:
    """Print to standard output. Raises CommandError where it is full, BrokenPipeError."""
    with _reporting_failure():
        print(*values, sep=sep, flush=flush)


def flush_output() -> None:
    """Write out what was printed. Raises CommandError where that is not possible, BrokenPipeError."""
    with _reporting_failure():
        sys.stdout.flush()


@contextmanager
def _reporting_failure() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop(sys.stdout)
        raise CommandError(
            Exit.OUTPUT, f"The results could not be printed ({error.strerror}): send them to another place."
        ) from error


def settle_messages() -> None:
    """Write out what was printed to standard error, or discard it: messages change no exit code."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """Discard what is still to be printed: Python would report its failure at exit, with an exit code of its own."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
