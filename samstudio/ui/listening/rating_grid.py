"""Ratings of X and Y, from 1 to 5, by mouse or by typing the numbers one after the other."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from samstudio.session.comparing.blind_test import CRITERIA, MAX_RATING, MIN_RATING, Rating, Side
from samstudio.ui.parts import explain, label
from samstudio.ui.theme import theme

MEANINGS = {
    "recall": "Is all of the sound there?",
    "precision": "Is nothing else there?",
    "faithfulness": "Does it sound as it does in the recording?",
}
_ENDS = "1 is bad, 5 is excellent."


class RatingGrid(QWidget):
    """A line for each criterion, a scale for X and one for Y."""

    rated = Signal()
    """Something was rated."""

    def __init__(self) -> None:
        super().__init__()
        # All of X first, then all of Y: the order of listening and of Tab.
        self.scales = {(side, name): _Scale(side, name, self) for side in Side for name in CRITERIA}
        order = list(self.scales.values())
        for scale, following in zip(order, [*order[1:], None], strict=True):
            scale.rated.connect(self.rated)
            if following is not None:
                scale.typed.connect(following.take_focus)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space(5))
        grid.setVerticalSpacing(theme().space(3))
        grid.setColumnStretch(0, 1)
        for column, side in enumerate(Side, 1):
            grid.addWidget(label(side, "title"), 0, column, Qt.AlignmentFlag.AlignHCenter)
        for line, name in enumerate(CRITERIA):
            titles = QVBoxLayout()
            titles.setSpacing(0)
            titles.addWidget(label(name.capitalize()))
            titles.addWidget(label(MEANINGS[name], "caption"))
            grid.addLayout(titles, line + 1, 0)
            for column, side in enumerate(Side, 1):
                grid.addWidget(self.scales[side, name], line + 1, column)

    def rating(self, side: Side) -> Rating:
        """The rating of one of the two, as far as it was given."""
        recall, precision, faithfulness = (self.scales[side, name].value for name in CRITERIA)
        return Rating(recall, precision, faithfulness)

    def clear(self) -> None:
        """Nothing is rated; the focus goes to the first scale."""
        for scale in self.scales.values():
            scale.clear()
        self.scales[Side.X, CRITERIA[0]].take_focus()


class _Scale(QWidget):
    """Five buttons of which one is down; typing a number presses it."""

    rated = Signal()
    typed = Signal()
    """Rated with the keyboard: the focus may move to the next scale."""

    def __init__(self, side: Side, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for number in range(MIN_RATING, MAX_RATING + 1):
            button = QPushButton(str(number))
            button.setCheckable(True)
            button.setProperty("look", "choice")
            button.setFixedWidth(theme().space(9))
            what = f"{name.capitalize()} of {side}: {number} of {MAX_RATING}"
            explain(button, what, str(number), f"{MEANINGS[name]} {_ENDS}")
            button.installEventFilter(self)
            self._group.addButton(button, number)
            self.buttons.append(button)
            row.addWidget(button)
        self._group.idToggled.connect(self._on_toggled)

    @property
    def value(self) -> int | None:
        """1 to 5, or None."""
        return self._group.checkedId() if self._group.checkedButton() is not None else None

    def clear(self) -> None:
        """Nothing is rated."""
        self._group.setExclusive(False)
        for button in self.buttons:
            button.setChecked(False)
            # An exclusive group lets Tab stop only at the button that is down.
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._group.setExclusive(True)

    def take_focus(self) -> None:
        """Take the keyboard focus."""
        (self._group.checkedButton() or self.buttons[0]).setFocus(Qt.FocusReason.TabFocusReason)

    def _on_toggled(self, _number: int, checked: bool) -> None:
        if checked:
            self.rated.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys 1 to 5."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not _has_command(event):
            number = event.key() - Qt.Key.Key_0
            if MIN_RATING <= number <= MAX_RATING:
                self._group.button(number).setChecked(True)
                self._group.button(number).setFocus()
                self.typed.emit()
                return True
        return super().eventFilter(watched, event)


def _has_command(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier))
