"""A round of a blind test: hear X, Y and the recording, rate both, and choose."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from samstudio.session.comparing.blind_test import Answer, Side
from samstudio.ui.icons import icon
from samstudio.ui.listening.rating_grid import RatingGrid
from samstudio.ui.parts import explain, label
from samstudio.ui.theme import theme

MISSING = "Choose the better one, or no difference. Ratings are optional."
COMPLETE = "Press Enter to go on."
_CHOICES: dict[Side | None, tuple[str, str]] = {
    Side.X: ("X is better", "Shift+X"),
    None: ("No difference", "Shift+N"),
    Side.Y: ("Y is better", "Shift+Y"),
}
"""What can be preferred: the button's text, and its key."""


class BlindRoundPage(QWidget):
    """Requests and shows; it does not know which sound is X."""

    side_requested = Signal(object)
    """Side, or None for the recording."""
    play_toggled = Signal()
    changed = Signal()
    """The answer."""
    go_on_requested = Signal()
    """Enter was pressed on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label(look="title")
        self.hear_buttons = {
            Side.X: _hear_button("X", "Hear X", "X"),
            Side.Y: _hear_button("Y", "Hear Y", "Y"),
            None: _hear_button("Recording", "Hear the recording", "R"),
        }
        for side, button in self.hear_buttons.items():
            button.clicked.connect(lambda _checked=False, side=side: self.side_requested.emit(side))
        self.play_button = QPushButton()
        self.play_button.setFixedWidth(theme().space(10))
        self.play_button.clicked.connect(self.play_toggled)
        self.grid = RatingGrid()
        self.better = QButtonGroup(self)
        self.better.idToggled.connect(lambda _number, _checked: self.changed.emit())
        for number, (text, key) in enumerate(_CHOICES.values()):
            button = QPushButton(text)
            button.setProperty("look", "choice")
            button.setCheckable(True)
            explain(button, text, key)
            self.better.addButton(button, number)
        self._lay_out()
        self._make_keys()
        self.enable_keys(on=False)

    def _lay_out(self) -> None:
        hear, better, line = QHBoxLayout(), QHBoxLayout(), QFrame()
        line.setProperty("look", "line")
        hear.setSpacing(theme().space(2))
        hear.addWidget(self.play_button)
        hear.addSpacing(theme().space(2))
        for side, button in self.hear_buttons.items():
            hear.addWidget(button, 2 if side is not None else 1)
        better.setSpacing(theme().space(2))
        better.addWidget(label("Which is better?"), 1)
        for choice in self.better.buttons():
            better.addWidget(choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(4))
        column.addWidget(self.title)
        column.addLayout(hear)
        column.addWidget(self.grid)
        column.addWidget(line)
        column.addLayout(better)
        column.addStretch(1)

    def _make_keys(self) -> None:
        presses: dict[str, QAbstractButton] = {}
        presses |= {"X": self.hear_buttons[Side.X], "Y": self.hear_buttons[Side.Y], "R": self.hear_buttons[None]}
        presses |= {"Space": self.play_button}
        presses |= {key: self.better.button(number) for number, (_, key) in enumerate(_CHOICES.values())}
        self._keys = [QShortcut(QKeySequence(key), self, button.click) for key, button in presses.items()]
        # Enter would press the rating that has the focus.
        for key in ("Return", "Enter"):
            shortcut = QShortcut(QKeySequence(key), self, self.go_on_requested.emit)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._keys.append(shortcut)

    def enable_keys(self, *, on: bool) -> None:
        """Whether its keys are its own: they are while it is shown."""
        for key in self._keys:
            key.setEnabled(on)

    def begin(self, title: str) -> None:
        """A round with nothing rated yet."""
        self.title.setText(title)
        self.better.setExclusive(False)
        for button in self.better.buttons():
            button.setChecked(False)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.better.setExclusive(True)

    def show_side(self, side: Side | None) -> None:
        """Show which one is playing: X, Y or the recording."""
        for other, button in self.hear_buttons.items():
            button.setChecked(other is side)

    def show_playing(self, playing: bool) -> None:
        """Show whether playback runs."""
        self.play_button.setIcon(icon("stop" if playing else "play"))
        explain(self.play_button, "Stop" if playing else "Play", "Space")

    @property
    def answer(self) -> Answer | None:
        """None until one is preferred, or none is."""
        if self.better.checkedButton() is None:
            return None
        preferred = tuple(_CHOICES)[self.better.checkedId()]
        return Answer(self.grid.rating(Side.X), self.grid.rating(Side.Y), preferred)


def _hear_button(text: str, name: str, key: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("look", "choice")
    button.setCheckable(True)
    explain(button, name, key)
    return button
