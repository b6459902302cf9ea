"""The window on screens of some sizes and scale factors, and what of it is cut off.

usage: python -m tests.app.shown_at_size FOLDER WIDTH,HEIGHT,SCALE[,GEOMETRY]...

WIDTH and HEIGHT are in physical pixels, GEOMETRY is a remembered one, as hexadecimal. Writes a line of JSON for each.
"""

import json
import os
import sys
from pathlib import Path

from samstudio.app.editor import make_container
from samstudio.app.main import make_application
from samstudio.assets import asset
from samstudio.ui.theme import apply_theme
from tests.app.editing import make_window


def use_screen(folder: Path, width: int, height: int, scale: str) -> None:
    screen = {"name": "one", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
    config = folder / "screen.json"
    config.write_text(json.dumps({"screens": [screen | {"logicalDpi": 96, "logicalBaseDpi": 96}]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={config}"
    os.environ["QT_SCALE_FACTOR"] = scale


def cut_off(window) -> list[str]:
    """What can be seen, but not whole; what scrolls may be scrolled to."""
    from PySide6.QtGui import QRegion
    from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QDockWidget, QLabel, QLineEdit

    found = []
    for kind in (QAbstractButton, QLineEdit, QComboBox, QLabel):
        for part in window.findChildren(kind):
            around = list(parents(part))
            scrolls = any(isinstance(parent, QAbstractScrollArea) for parent in around)
            # A panel behind another one counts as visible, too.
            is_behind = any(isinstance(p, QDockWidget) and p.visibleRegion().isEmpty() for p in around)
            if is_behind or not part.isVisible() or part.window() is not window:
                continue
            is_whole = scrolls or part.visibleRegion() == QRegion(part.rect())
            if not is_whole or is_squeezed(part):
                found.append(f"{type(part).__name__} {part.accessibleName() or part.objectName() or part.text()}")
    return found


def is_whole(part) -> bool:
    """Whether all of it can be seen without scrolling."""
    from PySide6.QtGui import QRegion

    return part.isVisible() and part.visibleRegion() == QRegion(part.rect())


def is_squeezed(part) -> bool:
    """Whether its text has less room than it needs."""
    from PySide6.QtWidgets import QAbstractButton, QLabel

    from samstudio.ui.parts import ElidedLabel

    if isinstance(part, QAbstractButton):
        return bool(part.text()) and part.width() < part.minimumSizeHint().width()
    if not isinstance(part, QLabel) or isinstance(part, ElidedLabel) or not part.text() or "<" in part.text():
        return False
    if part.wordWrap():
        return part.height() < part.heightForWidth(part.width())
    return max(map(part.fontMetrics().horizontalAdvance, part.text().splitlines())) > part.width() + 1


def parents(widget):
    while (widget := widget.parentWidget()) is not None:
        yield widget


def faults_of_dialogs(window) -> list[str]:
    """What is cut off in the dialogs, and which of them is larger than the screen."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

    from tests.app.every_window import OPENING

    found = []
    for name in OPENING:
        if not window.actions_by_name[name].isEnabled() or name in _SYSTEMS_OWN:
            continue
        window.actions_by_name[name].trigger()
        QTest.qWait(60)
        for dialog in [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]:
            assert not isinstance(dialog, QFileDialog), name
            if not dialog.screen().availableGeometry().contains(dialog.geometry()):
                found.append(f"{name}: larger than the screen")
            found += [f"{name}: {cut}" for cut in cut_off(dialog)]
            dialog.close()
        QTest.qWait(10)
    return found


_SYSTEMS_OWN = {"open", "open_session", "save_as", "import_labels", "export_labels"}
"""Actions that open a dialog of the system, which waits."""


def facts_of_window(geometry: bytes) -> dict:
    from PySide6.QtTest import QTest

    app = make_application()
    apply_theme(app, "dark")
    container = make_container()
    if geometry:
        container.preferences.set_bytes("window/geometry", geometry)
    window = make_window(container)
    window.show()
    window.commands.files.open_path(asset("demo/demo.flac"))
    for _ in range(3000):
        QTest.qWait(10)
        if container.document.clip is not None and not container.clip_loader.is_reading(container.document.recording):
            break
    window.prompt_panel.show_error("From text alone this engine knows only speech, hum, drums, hiss and clicks.")
    QTest.qWait(50)
    field_is_whole = [is_whole(window.prompt_panel.field)]
    cut = cut_off(window)
    scroll = window.prompt_panel._area.verticalScrollBar().value()
    window.prompt_panel.show_error(None)
    window.prompt_panel.ground.show_ground("Take 1 · bird singing")
    QTest.qWait(50)
    field_is_whole.append(is_whole(window.prompt_panel.field))
    screen, frame = window.screen().availableGeometry(), window.geometry()
    facts = {
        "is_inside": screen.contains(frame),
        "screen": [screen.width(), screen.height()],
        "window": [frame.x(), frame.y(), frame.width(), frame.height()],
        "cut": cut,
        "field_is_whole": field_is_whole,
        "dialogs": faults_of_dialogs(window),
        "scroll": scroll,
    }
    container.document.recordings.close_all()
    container.shut_down()
    return facts


def main() -> int:
    """Qt reads a screen once in a process: there is one for each, made after the imports, which take longest."""
    folder = Path(sys.argv[1])
    for number, case in enumerate(sys.argv[2:]):
        child = os.fork()
        if not child:
            home = folder / str(number)
            home.mkdir()
            os.environ.update({f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "CACHE", "STATE")})
            width, height, scale, *rest = case.split(",")
            use_screen(home, int(width), int(height), scale)
            facts = facts_of_window(bytes.fromhex("".join(rest)))
            sys.stdout.write(json.dumps(facts) + "\n")
            sys.stdout.flush()
            os._exit(0)
        if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
