"""The details of one take: note, candidates, prompt and settings."""

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.take import Take
from samstudio.ui.parts import ScrolledPage, explain, label
from samstudio.ui.takes.take_text import candidate_parts, candidate_title, chosen_candidate
from samstudio.ui.theme import theme
from samstudio.ui.time_text import unbroken

_LEAST_VALUE = 140
"""Logical pixels that a value needs beside its title."""


class TakeDetails(QScrollArea):
    """Shows a take and requests a note or another candidate."""

    noted = Signal(str, str)
    """Id of the take, and the text."""
    candidate_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self._note_was = ""
        self._shown_facts: dict[str, str] = {}
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._is_stacked = False
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Details of the take")
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("What do you hear?")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(3 * QFontMetrics(self.note.font()).lineSpacing() + theme().space(4))
        explain(self.note, "Note", action="note_take", more="Your notes on this take. Esc cancels the edit.")
        self.note.installEventFilter(self)
        self.candidates = CandidateChoice()
        self.candidates.chosen.connect(self.candidate_chosen)
        self._facts = QGridLayout()
        self._facts.setColumnStretch(1, 1)
        self._facts.setHorizontalSpacing(theme().space(3))
        self._facts.setVerticalSpacing(theme().space(1))
        page = ScrolledPage()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme().space(1), 0)
        column.setSpacing(theme().space(2))
        column.addWidget(self.note)
        column.addWidget(self.candidates)
        column.addLayout(self._facts)
        column.addStretch(1)
        self.setWidget(page)

    def minimumSizeHint(self) -> QSize:
        """At least the note."""
        return QSize(0, self.note.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow panel each value is below its title: beside it there would be a word a line."""
        super().resizeEvent(event)
        self._stack_where_narrow()

    def _stack_where_narrow(self) -> None:
        titles = max((title.sizeHint().width() for title, text in self._lines if not text.isHidden()), default=0)
        is_stacked = self.viewport().width() < titles + _LEAST_VALUE
        if is_stacked != self._is_stacked:
            self._is_stacked = is_stacked
            for row in range(len(self._lines)):
                self._place_line(row)

    def show_take(self, take: Take | None, facts: dict[str, str]) -> None:
        """Show a take and its facts (name to value); a note being typed for the one before is emitted first."""
        shown, note = (take.id, take.note) if take is not None else ("", "")
        if shown != self._shown:
            self.commit_note()
            self._shown = shown
            self._show_note(note)
        elif self.note.toPlainText().strip() == self._note_was:
            self._show_note(note)
        self.note.setEnabled(take is not None)
        self.candidates.show_take(take)
        self._show_facts(facts)

    def _show_note(self, text: str) -> None:
        self._note_was = text
        if self.note.toPlainText().strip() != text:
            self.note.setPlainText(text)

    def _show_facts(self, facts: dict[str, str]) -> None:
        if facts == self._shown_facts:
            return
        self._shown_facts = facts
        # Making and styling labels takes ten times as long as writing on those that are there.
        while len(self._lines) < len(facts):
            self._add_line()
        for line in self._lines[len(facts) :]:
            for part in line:
                part.hide()
        for (title, text), (name, value) in zip(self._lines, facts.items(), strict=False):
            title.setText(name)
            text.setText(unbroken(value))
            text.setAccessibleName(f"{name}: {value}")
            title.show()
            text.show()
        self._stack_where_narrow()

    def _add_line(self) -> None:
        title, text = label(look="caption"), label(look="caption", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lines.append((title, text))
        self._place_line(len(self._lines) - 1)

    def _place_line(self, row: int) -> None:
        title, text = self._lines[row]
        if self._is_stacked:
            self._facts.addWidget(title, 2 * row, 0, 1, 2)
            self._facts.addWidget(text, 2 * row + 1, 0, 1, 2)
        else:
            self._facts.addWidget(title, 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(text, 2 * row, 1)
        left, below = (theme().space(3), theme().space(1)) if self._is_stacked else (0, 0)
        text.setContentsMargins(left, 0, 0, below)

    def edit_note(self) -> None:
        """Put the cursor into the note."""
        self.ensureWidgetVisible(self.note)
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commit_note(self) -> None:
        """Emit the note if it was changed."""
        text = self.note.toPlainText().strip()
        if self._shown and text != self._note_was:
            self._note_was = text
            self.noted.emit(self._shown, text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A note is emitted when the focus leaves it, and reverted with Esc."""
        if event.type() == QEvent.Type.FocusOut:
            self.commit_note()
        elif event.type() == QEvent.Type.ShortcutOverride and _is_escape(event):
            event.accept()
            return True
        elif event.type() == QEvent.Type.KeyPress and _is_escape(event):
            self.note.setPlainText(self._note_was)
            self.note.clearFocus()
            return True
        return super().eventFilter(watched, event)


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape


class CandidateChoice(QWidget):
    """The candidates of a take, the best first, with a mark at the chosen one; hidden where there is no choice."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        # Not clicks: the arrow keys check a button without one.
        self._group.idToggled.connect(self._on_toggled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._shown: tuple[str, tuple[bool, ...]] = ("", ())
        """The take, and which of its candidates are rendered."""

    def show_take(self, take: Take | None) -> None:
        """Show a take's candidates."""
        candidates = take.candidates if take is not None else ()
        self.setVisible(len(candidates) > 1)
        shown = (take.id if take is not None else "", tuple(candidate.sound is not None for candidate in candidates))
        if shown != self._shown:
            self._shown = shown
            self._rebuild(take)
        chosen = chosen_candidate(take) if take is not None else None
        if chosen is not None and len(candidates) > 1:
            with QSignalBlocker(self._group):
                self._group.button(chosen).setChecked(True)

    def _rebuild(self, take: Take | None) -> None:
        focused = next((self._group.id(button) for button in self._group.buttons() if button.hasFocus()), None)
        while (item := self._column.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.hide()
                part.deleteLater()
        for button in self._group.buttons():
            self._group.removeButton(button)
        numbered = enumerate(take.candidates if take is not None else ())
        for number, candidate in sorted(numbered, key=lambda one: -one[1].scores.overall):
            button = QRadioButton(candidate_title(number, candidate))
            parts = candidate_parts(candidate)
            explain(button, candidate_title(number, candidate), more=parts)
            self._group.addButton(button, number)
            self._column.addWidget(button)
            if parts:
                line = label(parts, "caption", wrap=True)
                line.setContentsMargins(theme().space(6), 0, 0, theme().space(1))
                self._column.addWidget(line)
        # A candidate that was chosen by keyboard has just been rendered: the next one is an arrow key away.
        if focused is not None and (again := self._group.button(focused)) is not None:
            again.setFocus()

    def _on_toggled(self, number: int, checked: bool) -> None:
        if checked:
            self.chosen.emit(number)

    @property
    def buttons(self) -> list[QRadioButton]:
        """Those of the candidates in the order of their numbers."""
        buttons = sorted(self._group.buttons(), key=self._group.id)
        return [button for button in buttons if isinstance(button, QRadioButton)]
