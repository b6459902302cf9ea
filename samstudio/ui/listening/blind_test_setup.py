"""The setup of a blind test."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QSpinBox, QVBoxLayout, QWidget

from samstudio.session.comparing.blind_test import MOST_ROUNDS
from samstudio.ui.parts import explain, field_title, label, number_box
from samstudio.ui.theme import theme

_USUAL_ROUNDS = 5


@dataclass(frozen=True)
class BlindChoices:
    """Two takes by their ids, how many rounds, and whether they are made equally loud."""

    a: str
    b: str
    rounds: int
    matched: bool


class BlindSetupPage(QWidget):
    """The first page of the dialog."""

    def __init__(self) -> None:
        super().__init__()
        about = label(
            "You hear the targets of two takes as X and Y, in random order each round, and choose the better one. "
            "The results show which was which.",
            "dim",
            wrap=True,
        )
        self.choosers = (QComboBox(), QComboBox())
        for name, chooser in zip(("First take", "Second take"), self.choosers, strict=True):
            explain(chooser, name)
            chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            chooser.setMinimumContentsLength(24)
        self.rounds = number_box(QSpinBox)
        self.rounds.setRange(1, MOST_ROUNDS)
        self.rounds.setValue(_USUAL_ROUNDS)
        explain(self.rounds, "Rounds", more="More rounds separate preference from chance.")
        self.matched = QCheckBox("Match levels")
        self.matched.setChecked(True)
        explain(self.matched, "Match levels", more="The louder one sounds better to everyone: turn it down (BS.1770).")
        self.stretch = label(look="caption", wrap=True)
        self.rounds.setFixedWidth(theme().space(18))
        form = QGridLayout()
        form.setColumnStretch(1, 1)
        form.setHorizontalSpacing(theme().space(4))
        form.setVerticalSpacing(theme().space(2))
        for row, (name, field) in enumerate(
            zip(("First take", "Second take", "Rounds"), (*self.choosers, self.rounds), strict=True)
        ):
            form.addWidget(field_title(name, field), row, 0)
            form.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft if field is self.rounds else Qt.AlignmentFlag(0))
        form.addWidget(self.matched, 3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(4))
        column.addWidget(about)
        column.addLayout(form)
        column.addWidget(self.stretch)
        column.addStretch(1)

    def show_takes(self, names: dict[str, str], a: str, b: str) -> None:
        """The takes by their ids, and which two are proposed."""
        for chooser, chosen in zip(self.choosers, (a, b), strict=True):
            chooser.clear()
            for take, name in names.items():
                chooser.addItem(name, take)
            chooser.setCurrentIndex(chooser.findData(chosen))

    @property
    def choices(self) -> BlindChoices:
        """What is chosen."""
        a, b = (chooser.currentData() for chooser in self.choosers)
        return BlindChoices(a, b, self.rounds.value(), self.matched.isChecked())
