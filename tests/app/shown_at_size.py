"""The window on a screen of a size and scale factor, and what of it is cut off.

usage: python -m tests.app.shown_at_size FOLDER WIDTH HEIGHT SCALE [GEOMETRY]

WIDTH and HEIGHT are in physical pixels, GEOMETRY is a remembered one, as hexadecimal. Writes one line of JSON.
"""

import json
import os
import sys
from pathlib import Path


def use_screen(folder: Path, width: int, height: int, scale: str) -> None:
    screen = {"name": "one", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
    config = folder / "screen.json"
    config.write_text(json.dumps({"screens": [screen | {"logicalDpi": 96, "logicalBaseDpi": 96}]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={config}"
    os.environ["QT_SCALE_FACTOR"] = scale


def cut_off(window) -> list[str]:
    """Controls that can be seen, but not whole; what scrolls may be scrolled to."""
    from PySide6.QtGui import QRegion
    from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QDockWidget, QLineEdit

    found = []
    for kind in (QAbstractButton, QLineEdit):
        for control in window.findChildren(kind):
            around = list(parents(control))
            scrolls = any(isinstance(parent, QAbstractScrollArea) for parent in around)
            # A panel behind another one counts as visible, too.
            is_behind = any(isinstance(p, QDockWidget) and p.visibleRegion().isEmpty() for p in around)
            if scrolls or is_behind or not control.isVisible():
                continue
            is_whole = control.visibleRegion() == QRegion(control.rect())
            is_squeezed = bool(control.text()) and control.width() < control.minimumSizeHint().width()
            if not is_whole or is_squeezed:
                found.append(f"{type(control).__name__} {control.accessibleName() or control.objectName()}")
    return found


def parents(widget):
    while (widget := widget.parentWidget()) is not None:
        yield widget


def main() -> int:
    folder, width, height, scale, *rest = sys.argv[1:]
    use_screen(Path(folder), int(width), int(height), scale)
    from PySide6.QtTest import QTest

    from samstudio.app.editor import make_container
    from samstudio.app.main import make_application
    from samstudio.assets import asset
    from samstudio.ui.theme import apply_theme
    from tests.app.editing import make_window

    app = make_application()
    apply_theme(app, "dark")
    container = make_container()
    if rest:
        container.preferences.set_bytes("window/geometry", bytes.fromhex(rest[0]))
    window = make_window(container)
    window.show()
    window.commands.files.open_path(asset("demo/demo.flac"))
    for _ in range(200):
        QTest.qWait(10)
        if container.document.clip is not None and not container.clip_loader.is_reading:
            break
    window.prompt_panel.show_error("From text alone this engine knows only speech, hum, drums, hiss and clicks.")
    QTest.qWait(50)
    screen, frame = window.screen().availableGeometry(), window.geometry()
    facts = {
        "is_inside": screen.contains(frame),
        "screen": [screen.width(), screen.height()],
        "window": [frame.x(), frame.y(), frame.width(), frame.height()],
        "cut": cut_off(window),
        "scroll": window.prompt_panel._area.verticalScrollBar().value(),
    }
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
    container.document.open(None)
    container.shut_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
