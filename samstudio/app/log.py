"""The log file, and the hooks that write unexpected exceptions to it."""

import contextlib
import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path

from samstudio import __version__

log = logging.getLogger(__name__)


def log_file() -> Path:
    """The log's path; its folder exists afterwards."""
    return user_log_path("samstudio", appauthor=False, ensure_exists=True) / "samstudio.log"


def start_logging() -> None:
    """Log to a file of bounded size, or only to stderr where none can be written."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setLevel(logging.ERROR)
    # Where the home folder is read-only, the window works without a log file.
    with contextlib.suppress(OSError):
        handlers.append(RotatingFileHandler(log_file(), maxBytes=1_000_000, backupCount=2, encoding="utf-8"))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=handlers)
    log.info("SAM Studio %s on Python %s, %s", __version__, sys.version.split()[0], sys.platform)


def log_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The exception hook: Ctrl+C ends the program, anything else is logged and the window goes on."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.error("unexpected error", exc_info=(kind, error, trace))


def install_hooks() -> None:
    """Route exceptions of the main thread and of all others to the log."""
    sys.excepthook = log_unexpected
    threading.excepthook = lambda args: log_unexpected(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
