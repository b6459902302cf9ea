"""Every window that an action opens, looked at and closed."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from samstudio.app.actions import ACTIONS

OPENING = [spec.name for spec in ACTIONS if spec.text.endswith("…") and spec.name != "command_palette"] + ["shortcuts"]


class Visitor(QObject):
    """Looks at every window that comes up, and closes it."""

    def __init__(self, look):
        super().__init__()
        self.before = set(self._shown())
        self.known: set[int] = set()
        self.look = look
        self.errors: list[str] = []
        self._timer = QTimer(self, interval=30)
        self._timer.timeout.connect(self._visit)
        self._timer.start()

    @staticmethod
    def _shown() -> list[QWidget]:
        return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]

    def has_been(self) -> bool:
        """Whether something came up and is gone again."""
        return bool(self.known) and set(self._shown()) <= self.before

    def stop(self) -> None:
        """Let windows live."""
        self._timer.stop()

    def _visit(self) -> None:
        # Whoever looks may let events pass.
        self._timer.stop()
        self._visit_new()
        self._timer.start()

    def _visit_new(self) -> None:
        for window in self._shown():
            if window in self.before:
                continue
            if id(window) in self.known:
                # It may have had something to stop first.
                window.close()
                continue
            self.known.add(id(window))
            # The system's own dialog on most desks.
            if not isinstance(window, QFileDialog | QMenu):
                try:
                    self.errors += self.look(window)
                except AssertionError as error:
                    self.errors.append(str(error))
            window.close()


def visit(window, name, look, qtbot):
    visitor = Visitor(look)
    try:
        window.actions_by_name[name].trigger()
        qtbot.waitUntil(visitor.has_been)
    finally:
        visitor.stop()
    return visitor.errors
