"""The results of a blind test: which was which, means, preferences."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from samstudio.session.comparing.blind_test import CRITERIA, BlindTest, Side
from samstudio.ui.parts import explain, label
from samstudio.ui.takes.take_text import format_gain
from samstudio.ui.theme import theme


class BlindResultsPage(QWidget):
    """Shows a BlindTest with at least one answer."""

    def __init__(self) -> None:
        super().__init__()
        self.verdict = label(look="title", wrap=True)
        self.chance = label(look="dim", wrap=True)
        card = QFrame()
        card.setProperty("look", "card")
        self._grid = QGridLayout(card)
        self._grid.setContentsMargins(*[theme().space(4)] * 4)
        self._grid.setHorizontalSpacing(theme().space(6))
        self._grid.setVerticalSpacing(theme().space(2))
        for place, share in enumerate((2, 3, 3)):
            self._grid.setColumnStretch(place, share)
        self.rounds = QPlainTextEdit()
        self.rounds.setReadOnly(True)
        self.rounds.setTabChangesFocus(True)
        explain(self.rounds, "Rounds", more="Which take was X and which Y, and which was preferred.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(3))
        for part in (self.verdict, card, self.chance):
            column.addWidget(part)
        column.addWidget(self.rounds, 1)

    def show_test(self, test: BlindTest) -> None:
        """Show the results."""
        verdicts = test.verdicts()
        if verdicts is None:
            return
        while (item := self._grid.takeAt(0)) is not None:
            if (cell := item.widget()) is not None:
                cell.deleteLater()
        for column, name in enumerate(test.names, 1):
            heading = label(name, wrap=True)
            heading.setFont(theme().font(bold=True))
            self._grid.addWidget(heading, 0, column)
        for line, criterion in enumerate(CRITERIA, 1):
            self._add_line(line, criterion.capitalize(), [_written(getattr(v, criterion)) for v in verdicts])
        preferred = [f"{verdict.preferred} of {len(test.answers)}" for verdict in verdicts]
        self._add_line(len(CRITERIA) + 1, "Preferred", preferred)
        if test.ties:
            self._add_line(len(CRITERIA) + 2, "No difference", [f"{test.ties} of {len(test.answers)}"] * 2)
        self._add_line(len(CRITERIA) + 3, "Level", [format_gain(offset) for offset in test.offsets_db])
        self.verdict.setText(verdict_text(test))
        self.chance.setText(chance_text(test))
        self.rounds.setPlainText(rounds_text(test))

    def _add_line(self, line: int, name: str, values: list[str]) -> None:
        self._grid.addWidget(label(name, "dim"), line, 0)
        for column, value in enumerate(values, 1):
            cell: QLabel = label(value)
            cell.setFont(theme().mono_font())
            cell.setAccessibleName(f"{name}, take {'AB'[column - 1]}: {value}")
            self._grid.addWidget(cell, line, column, Qt.AlignmentFlag.AlignLeft)


def verdict_text(test: BlindTest) -> str:
    """`“Take 2” was preferred, 4 of 5 times`."""
    first, second = (verdict.preferred for verdict in test.verdicts() or ())
    if first == second:
        return "Neither was preferred more often"
    count = len(test.answers)
    return f"“{test.names[0 if first > second else 1]}” was preferred, {max(first, second)} of {count} times"


def _written(rating: float | None) -> str:
    return "–" if rating is None else f"{rating:.1f}"


def chance_text(test: BlindTest) -> str:
    """How far the preference can be trusted."""
    if test.ties == len(test.answers):
        return "No difference was heard in any round."
    if test.chance > 0.99:
        return "Too few rounds to tell: guessing would always give this result."
    ties = f" Rounds without a difference ({test.ties}) do not count." if test.ties else ""
    return f"Guessing would give as clear a preference in {test.chance:.0%} of such tests.{ties}"


def rounds_text(test: BlindTest) -> str:
    """Line by line, which take was X and which was preferred."""
    lines = []
    for number, answer in enumerate(test.answers):
        x, y = (test.names[test.take_at(side, number)] for side in Side)
        heard = "no difference was heard" if answer.preferred is None else f"{answer.preferred} was preferred"
        lines.append(f"Round {number + 1}: X was “{x}”, Y was “{y}”; {heard}")
    return "\n".join(lines)
