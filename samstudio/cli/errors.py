"""How a command ends: exit codes, the error that carries one, bugs and interruptions."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum

from samstudio.audio.atomic_file import discard_unfinished
from samstudio.separation.engine import NotHeardError, SeparationError, WayOn
from samstudio.separation.listening.pe_a_frame.weights import published
from samstudio.session.text.quoting import one_line


class Exit(IntEnum):
    """The command's exit codes."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    INPUT = 3
    MISSING = 4
    """An engine, its weights, or a display."""
    SEPARATION = 5
    OUTPUT = 6
    INTERRUPTED = 130


class CommandError(Exception):
    """A command that failed; the text says why and what to do, in one sentence."""

    def __init__(self, code: Exit, text: str) -> None:
        super().__init__(text)
        self.code = code

    def __reduce__(self) -> tuple[type["CommandError"], tuple[Exit, str]]:
        """For workers, which send it back."""
        return CommandError, (self.code, str(self))


def with_command(error: SeparationError) -> str:
    """The sentence, and the command or the option that leads on."""
    if isinstance(error, NotHeardError) and error.guess and "best guess" not in str(error):
        return f"{error} --best-guess names the places where it is most likely."
    if error.way_on is not WayOn.ADD_LISTENER:
        return str(error)
    part = published()[0]
    return f"{error} 'samstudio models add {part.names[0]}' adds {part.title.partition(',')[0]}."


def unexpected(error: Exception) -> CommandError:
    """The sentence for a bug; its traceback goes to the program's log."""
    from samstudio.app.log import append_to_log

    details = "please report it"
    with suppress(OSError):
        details += f"; the details are in {append_to_log(error)}"
    return CommandError(Exit.UNEXPECTED, f"Something unexpected went wrong ({one_line(repr(error))}); {details}.")


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Make SIGTERM clean up as Ctrl+C does; after either, no temporary file is left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        discard_unfinished()
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
