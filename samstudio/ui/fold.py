"""A button that shows and hides the part of a panel below it."""

from PySide6.QtWidgets import QPushButton, QWidget

from samstudio.ui.icons import icon
from samstudio.ui.parts import explain


class Fold(QPushButton):
    """Checked while its part is shown."""

    def __init__(self, text: str, part: QWidget, name: str, more: str) -> None:
        """`name` is what a screen reader says; `more` is what the part holds."""
        super().__init__(text)
        self._part = part
        self.setProperty("look", "fold")
        self.setCheckable(True)
        explain(self, name, more=more)
        self.toggled.connect(self._unfold)
        self._unfold(unfolded=False)

    def _unfold(self, unfolded: bool) -> None:
        self.setIcon(icon("chevron_down" if unfolded else "chevron_right", "text_dim"))
        self._part.setVisible(unfolded)
