"""What the text might say better, below the field, with buttons that do it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.wording.advice import Advice, advice
from samstudio.session.prompt import Prompt
from samstudio.ui.parts import explain, label
from samstudio.ui.prompt.prompt_field import PromptField
from samstudio.ui.theme import theme

_SHOWN = 28
"""Letters of a wording that a button shows; its tooltip and its accessible name have all of it."""


class WordingOffers(QWidget):
    """Offers another wording of the field's text, and to separate each of several sounds by itself."""

    each_requested = Signal(tuple)
    """Texts: each is to be separated by itself, one after the other."""
    changed = Signal()
    """There is other advice."""

    def __init__(self, field: PromptField) -> None:
        super().__init__()
        self._field = field
        self._advice, self._is_beside_error = Advice(), False
        self.sentences: QLabel = label(look="caption", wrap=True)
        self.rewrite_button, self.each_button = QPushButton(), QPushButton()
        self.rewrite_button.clicked.connect(self.rewrite)
        self.each_button.clicked.connect(self.request_each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(1.5))
        for part in (self.sentences, self.rewrite_button, self.each_button):
            column.addWidget(part)
        self.show_advice(Prompt(), None)

    @property
    def has_rewrite(self) -> bool:
        """Whether another wording is suggested."""
        return bool(self._advice.rewrite)

    @property
    def has_sounds(self) -> bool:
        """Whether the text names several sounds."""
        return bool(self._advice.sounds)

    def show_advice(self, prompt: Prompt, info: EngineInfo | None) -> None:
        """Show what can be done about a prompt for an engine; hidden where it is nothing."""
        before = self._advice
        self._advice = given = advice(prompt, info) if info is not None else Advice()
        self.sentences.setText(" ".join(given.sentences))
        self.rewrite_button.setVisible(bool(given.rewrite))
        self.rewrite_button.setText(f"Use “{_cut(given.rewrite)}”")
        explain(
            self.rewrite_button,
            f"Use “{given.rewrite}”",
            more="Puts this wording into the field.",
            action="use_wording",
        )
        self.each_button.setVisible(bool(given.sounds))
        self.each_button.setText("A take for each sound")
        listed = " and ".join(f"“{sound}”" for sound in given.sounds)
        explain(
            self.each_button,
            f"Separate {listed}, each as a take of its own",
            more="One after the other, with the same spans.",
            action="separate_each",
        )
        self._show()
        if given != before:
            self.changed.emit()

    def show_beside_error(self, is_beside: bool) -> None:
        """Whether the text is refused: sentences that offer nothing then give way to what leads on."""
        self._is_beside_error = is_beside
        self._show()

    def _show(self) -> None:
        given = self._advice
        gives_way = self._is_beside_error and not given.rewrite and not given.sounds
        self.setVisible(bool(given.sentences) and not gives_way)

    def rewrite(self) -> None:
        """Put the other wording into the field, if there is one. The focus goes there: Enter separates with it."""
        if self.has_rewrite:
            self._field.setText(self._advice.rewrite)
            self._field.commit()
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def request_each(self) -> None:
        """Request to separate each of several sounds, if the text names several."""
        if self.has_sounds:
            self._field.commit()
            self.each_requested.emit(self._advice.sounds)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
