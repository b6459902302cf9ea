"""Starts Qt and opens the window."""

import logging
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from samstudio import __version__
from samstudio.app.bindings import connect_requests, connect_updates
from samstudio.app.container import Studio
from samstudio.app.gc_policy import GarbageCollector
from samstudio.app.key_guard import KeyGuard
from samstudio.app.log import install_hooks, start_logging
from samstudio.app.main_window import MainWindow
from samstudio.app.view_updates import ViewUpdates
from samstudio.assets import asset
from samstudio.ui.accessible_roles import install_roles
from samstudio.ui.theme import apply_theme

log = logging.getLogger(__name__)


def run_window(path: Path | None = None, *, demo: bool = False) -> int:
    """Open the window, on `path` or the bundled recording if asked, and return the exit code when it closes."""
    start_logging()
    install_hooks()
    # A busy engine thread gives way after 1 ms instead of 5: sound and window wait for it so much less.
    sys.setswitchinterval(0.001)
    app = make_application()
    studio = Studio()
    apply_theme(app, studio.preferences.text("theme", "dark"))
    window = make_window(studio)
    window.show()
    if demo:
        window.files.open_demo()
    elif path is not None:
        window.files.open_path(path)
    QTimer.singleShot(0, window.recovery.offer)
    # torch holds the interpreter for a moment while it is imported: only after the first paint.
    QTimer.singleShot(300, studio.warm_up)
    code = app.exec()
    studio.shut_down()
    return code


def make_window(studio: Studio) -> MainWindow:
    """The window, introduced to the controllers and as it was left."""
    window = MainWindow(studio)
    news = ViewUpdates(window)
    connect_requests(window)
    connect_updates(window, news)
    window.restore()
    news.show_clip(None)
    news.show_prompt(studio.document.prompt)
    return window


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
    install_roles()
    # Ctrl+C in the terminal ends the window; Qt's loop would swallow it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return app
