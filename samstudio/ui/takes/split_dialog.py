"""Split a recording into parts: what they are, and which of them are heard in it."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from samstudio.session.text.parts import MOST_PARTS, PRESETS, listed_parts, part_color
from samstudio.session.text.quoting import one_line
from samstudio.ui.parts import explain, label, primary_button
from samstudio.ui.preferences.titled_form import TitledForm
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.theme import notifier, theme

_ABOUT = (
    "Each part becomes a take, in this order, taken out of what those before it left. "
    "All of them and the rest together are exactly the recording."
)
_OWN = "Own words"
_NONE = "Name at least one part: vocals, drums, bass."
_TOO_MANY = f"There may be {MOST_PARTS} parts at most."
_UNHEARD = "Parts that are not ticked are left out: their sound stays in the rest. Tick one to try it all the same."


class SplitDialog(QDialog):
    """Asks for the parts; it knows no listener, and is told what is heard."""

    check_requested = Signal(tuple)
    """The words of the parts that are wanted: are they heard?"""
    split_requested = Signal(tuple)
    """The words of the parts, which were listened for."""
    stopped = Signal()
    """The listening is not wanted any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Split into parts")
        self.setModal(True)
        self.preset = QComboBox()
        for name, words in PRESETS.items():
            self.preset.addItem(f"{name}: {', '.join(words)}", words)
        self.preset.addItem(_OWN, ())
        explain(self.preset, "Preset", more="Parts that recordings are often split into.")
        self.words = QLineEdit()
        self.words.setPlaceholderText("vocals, drums, bass")
        explain(self.words, "Parts", more="Words with commas between them, in the order in which they are taken out.")
        self.boxes: dict[str, QCheckBox] = {}
        """By their words, in order."""
        self.notes: dict[str, QLabel] = {}
        """What is to be said of the parts that are not heard, by their words."""
        self._checked: dict[str, str] = {}
        """What was listened for, and what is to be said of it; empty where it is heard."""
        self.state = label(look="caption", wrap=True)
        self.progress = ProgressBar("listening")
        self.progress.hide()
        self.split_button = primary_button("Split")
        self.preset.currentIndexChanged.connect(self._use_preset)
        self.words.textChanged.connect(self._read_words)
        self.split_button.clicked.connect(self._split)
        self.finished.connect(self.stopped)
        self._lay_out()
        # Only within the dialog is it the one that Enter presses.
        self.split_button.setDefault(True)
        notifier.theme_changed.connect(self._colour)
        self._use_preset()

    def _lay_out(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(theme().space(1))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.split_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        form_place = QWidget()
        form = TitledForm(form_place)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.add("Preset", self.preset)
        form.add("Parts", self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(4)] * 4)
        column.setSpacing(theme().space(3))
        column.addWidget(label(_ABOUT, "dim", wrap=True))
        column.addWidget(form_place)
        column.addLayout(self._list)
        column.addWidget(self.state)
        column.addStretch(1)
        column.addWidget(self.progress)
        column.addWidget(buttons)
        self.setMinimumWidth(theme().space(120))

    def open_fresh(self) -> None:
        """Show it for a recording that nothing is known of; the words are those of the last time."""
        self._checked.clear()
        self._read_words()
        self.show_listening(None)
        self.words.setFocus()
        self.open()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The words that are ticked, in order."""
        return tuple(word for word, box in self.boxes.items() if box.isChecked())

    def show_listening(self, fraction: float | None) -> None:
        """How much was listened to, 0..1; None: nothing is listened to."""
        is_listening = fraction is not None
        self.progress.setVisible(is_listening)
        for field in (self.preset, self.words, *self.boxes.values()):
            field.setEnabled(not is_listening)
        if fraction is not None:
            self.progress.show_fraction(fraction)
            self.state.setText("Listening whether the parts are heard…")
        self._show_button()

    def show_checked(self, sentences: Mapping[str, str]) -> None:
        """What is to be said of words that were listened for; empty for those that are heard.

        Where all are heard, the split begins; what is not is left out, unless it is ticked again.
        """
        self._checked |= sentences
        self.show_listening(None)
        for word, sentence in sentences.items():
            if sentence and word in self.boxes:
                self.boxes[word].setChecked(False)
        self._show_notes()
        if any(sentences.values()):
            # Enter goes on without them.
            self.split_button.setFocus()
        else:
            self._split()

    def show_failure(self, sentence: str) -> None:
        """It could not be listened."""
        self.show_listening(None)
        self.state.setText(sentence)

    def _use_preset(self) -> None:
        words = self.preset.currentData()
        if words:
            self.words.setText(", ".join(words))
        else:
            self.words.selectAll()
            self.words.setFocus()

    def _read_words(self) -> None:
        words = listed_parts(self.words.text())
        with QSignalBlocker(self.preset):
            known = next((place for place, name in enumerate(PRESETS) if PRESETS[name] == words), len(PRESETS))
            self.preset.setCurrentIndex(known)
        if tuple(self.boxes) != words:
            self._show_boxes(words[:MOST_PARTS])
        self._show_notes()
        self.state.setText(_NONE if not words else _TOO_MANY if len(words) > MOST_PARTS else self.state.text())
        self._show_button()

    def _show_boxes(self, words: tuple[str, ...]) -> None:
        unticked = {word for word, box in self.boxes.items() if not box.isChecked()}
        for gone in (*self.boxes.values(), *self.notes.values()):
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.boxes, self.notes = {}, {}
        before: QWidget = self.words
        for word in words:
            self.boxes[word] = box = QCheckBox(one_line(word, 60).replace("&", "&&"))
            explain(box, f"Part {one_line(word, 60)}", more="What is not ticked stays in the rest.")
            box.setChecked(word not in unticked)
            box.toggled.connect(self._show_button)
            self.notes[word] = note = label(look="caption", wrap=True)
            note.setIndent(theme().space(6))
            self._list.addWidget(box)
            self._list.addWidget(note)
            QWidget.setTabOrder(before, box)
            before = box
        self._colour()

    def _show_notes(self) -> None:
        for word, note in self.notes.items():
            note.setText(self._checked.get(word, ""))
            note.setVisible(bool(note.text()))
        refused = any(self._checked.get(word) for word in self.boxes)
        self.state.setText(_UNHEARD if refused else "")

    def _colour(self) -> None:
        for word, box in self.boxes.items():
            box.setIcon(_square(theme().color(f"part_{part_color(word)}")))

    def _show_button(self) -> None:
        count = len(self.chosen)
        self.split_button.setEnabled(count > 0 and self.progress.isHidden())
        parts = "1 part" if count == 1 else f"{count} parts"
        self.split_button.setText(f"Split into {parts} and the rest" if count else "Split")
        explain(self.split_button, self.split_button.text(), more="The parts are listened for first.")

    def _split(self) -> None:
        words = self.chosen
        unknown = tuple(word for word in words if word not in self._checked)
        if unknown:
            self.check_requested.emit(unknown)
        elif words:
            self.split_requested.emit(words)
            self.accept()


def _square(color: QColor) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(color)
    return QIcon(pixmap)
