"""The log file, and the hooks that write unexpected exceptions to it."""

import contextlib
import logging
import sys
import threading
import traceback
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path

from samstudio import __version__
from samstudio.session.private_files import private_file, private_folder

UNEXPECTED = logging.getLogger(__name__)
"""Where errors are logged that no code expected."""

_MOST_BYTES = 1_000_000
"""Of the log; two older ones of that size are kept."""


def log_folder() -> Path:
    """Where the log lies; it need not exist."""
    return user_log_path("samstudio", appauthor=False)


def log_file() -> Path:
    """The log's path; its folder exists afterwards. Raises OSError."""
    return private_folder(log_folder()) / "samstudio.log"


def append_to_log(error: BaseException) -> Path:
    """Write the traceback of an error to the log, whose size stays bounded. Raises OSError."""
    file = log_file()
    handler = _handler(file)
    try:
        lines = traceback.format_exception(error)
        record = logging.LogRecord(__name__, logging.ERROR, __file__, 0, "%s", ("".join(lines),), None)
        handler.emit(record)
    finally:
        handler.close()
    return file


def _handler(file: Path) -> RotatingFileHandler:
    return _PrivateHandler(file, maxBytes=_MOST_BYTES, backupCount=2, encoding="utf-8")


class _PrivateHandler(RotatingFileHandler):
    """Makes each new file readable by its owner alone."""

    def _open(self) -> TextIOWrapper:
        private_file(Path(self.baseFilename))
        return super()._open()


def start_logging() -> None:
    """Log to a file of bounded size, or only to stderr where none can be written."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setLevel(logging.ERROR)
    # Where the home folder is read-only, the window works without a log file.
    with contextlib.suppress(OSError):
        handlers.append(_handler(log_file()))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=handlers)
    UNEXPECTED.info("SAM Studio %s on Python %s, %s", __version__, sys.version.split()[0], sys.platform)


def log_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The exception hook: Ctrl+C ends the program, anything else is logged and the window goes on."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    UNEXPECTED.error("unexpected error", exc_info=(kind, error, trace))


def install_hooks() -> None:
    """Route exceptions of the main thread and of all others to the log."""
    sys.excepthook = log_unexpected
    threading.excepthook = lambda args: log_unexpected(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
