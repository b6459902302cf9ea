"""A and B: which of two takes plays, and whether they are made equally loud."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from samstudio.session.comparing.comparison import Comparison
from samstudio.ui.parts import explain, label
from samstudio.ui.takes.take_text import format_gain
from samstudio.ui.theme import theme


class CompareBar(QWidget):
    """Shows a Comparison; hidden while there is none."""

    toggled = Signal()
    """Switch playback to the other of the two."""
    matching_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = QPushButton("A"), QPushButton("B")
        group = QButtonGroup(self)
        for button in (self.a, self.b):
            button.setCheckable(True)
            button.setProperty("look", "choice")
            button.setFixedWidth(theme().space(9))
            button.clicked.connect(self._request)
            group.addButton(button)
        self.match = QCheckBox("Match levels")
        explain(
            self.match,
            "Match levels",
            more="Turn the louder of A and B down until target or residual, whichever is heard, is as loud in both "
            "(LUFS, BS.1770). Faders and exports stay as they are.",
            action="match_levels",
        )
        self.match.toggled.connect(self.matching_changed)
        self.levels = label(look="caption", wrap=True)
        self._playing = ""
        self._lay_out()
        self.show_comparison(None, "", {}, matching=False)

    def _lay_out(self) -> None:
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(theme().space(1))
        row.addWidget(self.a)
        row.addWidget(self.b)
        row.addSpacing(theme().space(1))
        row.addWidget(self.match)
        row.addStretch(1)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(1))
        column.addLayout(row)
        column.addWidget(self.levels)

    def show_comparison(
        self, comparison: Comparison | None, playing: str, names: dict[str, str], *, matching: bool
    ) -> None:
        """Show A and B (`names` are the takes' by their ids), which of them plays, and their levels."""
        self.setVisible(comparison is not None)
        with QSignalBlocker(self.match):
            self.match.setChecked(matching)
        self.levels.setVisible(matching)
        if comparison is None:
            return
        self._playing = comparison.letter(playing)
        for letter, button, take in (("A", self.a, comparison.a), ("B", self.b, comparison.b)):
            button.setChecked(letter == self._playing)
            state = ", heard now" if letter == self._playing else ""
            explain(button, f"{letter}: {names.get(take, '')}{state}", action="toggle_ab")
        self.levels.setText(levels_text(comparison))
        self.levels.setAccessibleName(f"Levels: {self.levels.text()}")

    def _request(self) -> None:
        pressed = "A" if self.sender() is self.a else "B"
        if pressed != self._playing:
            self.toggled.emit()


def levels_text(comparison: Comparison) -> str:
    """`A −1.3 dB · B 0.0 dB`, or why nothing is matched."""
    if comparison.measuring:
        return "Measuring the loudness…"
    if comparison.offsets_db is None:
        return "Matched while the target or the residual is heard alone"
    a, b = map(format_gain, comparison.offsets_db)
    return f"A {a} · B {b}"
