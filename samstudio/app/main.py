"""Starts Qt and opens the window."""

import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from samstudio import __version__
from samstudio.app.commands.view.screen_fit import DialogFit
from samstudio.app.editor import Editor, make_container
from samstudio.app.gc_policy import GarbageCollector
from samstudio.app.input.file_opening import FileOpening
from samstudio.app.input.focus_return import FocusReturn
from samstudio.app.input.key_guard import KeyGuard
from samstudio.app.log import UNEXPECTED, install_hooks, log_folder, start_logging
from samstudio.app.problems.crash_trace import CrashTrace
from samstudio.app.problems.problem_notice import ProblemNotice
from samstudio.assets import asset
from samstudio.ui.accessible_roles import install_roles
from samstudio.ui.theme import apply_theme

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

log = logging.getLogger(__name__)
SWITCH_INTERVAL = 0.001
"""Seconds after which a busy thread releases the interpreter (Python: 0.005): sound and window wait less for it."""
_OPEN_FILES = 10_000


def run_window(paths: Sequence[Path] = (), *, demo: bool = False) -> int:
    """Open the window, on these files or the bundled recording if asked, and return the exit code when it closes."""
    start_logging()
    install_hooks()
    crash_trace = CrashTrace(log_folder())
    crash = crash_trace.take_earlier()
    crash_trace.start()
    sys.setswitchinterval(SWITCH_INTERVAL)
    allow_open_files()
    app = make_application()
    container = make_container()
    apply_theme(app, container.preferences.text("theme", "dark"))
    editor = Editor(container)
    notice = ProblemNotice(log_folder(), editor.commands.view.show_log, editor.window)
    notice.failed.connect(editor.updates.show_error)
    notice.watch(UNEXPECTED)
    if crash:
        # After the work that it left was asked for.
        editor.commands.recovery.finished.connect(lambda: notice.tell_of_crash(crash))
    if sys.platform == "darwin":
        # Elsewhere files come as arguments; a filter in Python sees every event.
        FileOpening(app, editor.commands.files.open_paths)
    editor.window.show()
    if demo:
        editor.commands.files.open_demo()
    else:
        editor.commands.files.open_paths(paths)
    QTimer.singleShot(0, editor.commands.recovery.offer)
    # torch holds the interpreter for a moment while it is imported: only after the first paint.
    QTimer.singleShot(300, container.warm_up)
    code = app.exec()
    crash_trace.stop()
    if not container.shut_down():
        # A thread that is inside a library cannot be ended, and Qt aborts where one is destroyed as it runs.
        log.warning("a thread was still at work when the window closed: the process ends without it")
        logging.shutdown()
        os._exit(code)
    return code


def allow_open_files() -> None:
    """Let the process have as many files open as the system allows, up to a bound: each stem is one or two."""
    if resource is not None:
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = max(now, _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most))
        # macOS says "unlimited", and means fewer.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def make_application() -> QApplication:
    """The QApplication with the program's name, its icon and the key guard."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("samstudio")
    app.setApplicationDisplayName("SAM Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("samstudio")
    app.setWindowIcon(QIcon(str(asset("icons/samstudio.svg"))))
    # Times and levels are typed with a point everywhere, as in the files and on the command line.
    QLocale.setDefault(QLocale.c())
    GarbageCollector(app)
    KeyGuard(app)
    FocusReturn(app)
    DialogFit(app)
    install_roles()
    # Ctrl+C in the terminal ends the window; Qt's loop would swallow it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return app
