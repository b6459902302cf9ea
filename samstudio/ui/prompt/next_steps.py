"""What the user can do when text alone is not enough, as buttons below the notice."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from samstudio.separation.engine import WayOn
from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.listening.pe_a_frame.weights import TITLE
from samstudio.separation.listening.vocabulary import similar_phrases, understood
from samstudio.session.prompt import Span
from samstudio.session.text.wording import worded
from samstudio.ui.icons import icon
from samstudio.ui.parts import ICON_SIZE, explain
from samstudio.ui.prompt.button_rows import ButtonRows
from samstudio.ui.theme import theme


class NextSteps(QWidget):
    """Mark a + span; set up an engine or a listener that understands any text; see where the words are most likely."""

    mark_requested = Signal()
    setup_requested = Signal()
    listener_requested = Signal()
    guess_requested = Signal(object)
    """The places where the words are most likely, tuple of Span, are to be suggested."""
    word_requested = Signal(str)
    """A known word in place of the text that was typed."""
    engine_requested = Signal(str)
    """The name of the engine to use."""

    def __init__(self) -> None:
        super().__init__()
        self.mark_button = _step(
            "Mark a + span", "plus", "plus", "Drag over a place where the sound is heard.", "Shift+P"
        )
        self.mark_button.clicked.connect(self.mark_requested)
        self.setup_button = _step("Set up…", "", "", "Get the model that understands any text, or point to its files.")
        self.setup_button.clicked.connect(self.setup_requested)
        self.use_button = _step("Use", "separate", "accent", "Separate with the model that understands any text.")
        self.use_button.clicked.connect(self._on_use)
        self.listener_button = _step(
            f"Add {TITLE}…", "", "", "Get a listener for any words, whichever engine separates."
        )
        self.listener_button.clicked.connect(self.listener_requested)
        self.guess_button = _step(
            "Show the best guess",
            "search",
            "accent",
            "Suggest the places where it is most likely: listen, and accept what is right. Nothing is separated yet.",
        )
        self.guess_button.clicked.connect(self._on_guess)
        self.word_button = _step("Use the word", "check", "accent", "Put this word into the prompt.")
        self.word_button.clicked.connect(self._on_word)
        self._word = ""
        self._other, self._guess = "", tuple[Span, ...]()
        rows = ButtonRows(theme().space(1.5))
        self.setLayout(rows)
        for button in (
            self.guess_button,
            self.word_button,
            self.mark_button,
            self.listener_button,
            self.setup_button,
            self.use_button,
        ):
            rows.addWidget(button)
        self.hide()

    def show_steps(self, *, mark: bool, setup: EngineInfo | None, use: EngineInfo | None) -> None:
        """Show the buttons that apply, for these engines; without any, the widget is hidden."""
        if setup is not None:
            self.setup_button.setText(f"Set up {setup.title}…")
        if use is not None:
            self._other = use.name
            self.use_button.setText(f"Use {use.title}")
        self.mark_button.setVisible(mark)
        self.setup_button.setVisible(setup is not None)
        self.use_button.setVisible(use is not None)
        self.listener_button.hide()
        self.guess_button.hide()
        self.word_button.hide()
        self.setVisible(mark or setup is not None or use is not None)

    def offer(self, way_on: WayOn | None, guess: tuple[Span, ...]) -> None:
        """Show what else can be done about what was refused, beside the steps that are shown."""
        self._guess = guess
        self.listener_button.setVisible(way_on is WayOn.ADD_LISTENER)
        if way_on is WayOn.SET_UP_MODEL:
            self.setup_button.setText("Set up models…")
            self.setup_button.show()
        self.guess_button.setVisible(bool(guess))
        self.setVisible(True)

    def offer_word(self, text: str) -> None:
        """Show a known word that is spelt nearly like a text that was refused for want of a + span."""
        wanted = worded(text).wanted
        similar = similar_phrases(wanted, 1) if understood(wanted) is None else ()
        if similar and not self.mark_button.isHidden():
            self._word = similar[0]
            self.word_button.setText(f"Use “{self._word}”")
            explain(self.word_button, self.word_button.text(), more="Put this word into the prompt.")
            self.word_button.show()

    def _on_word(self) -> None:
        self.word_requested.emit(self._word)

    def _on_guess(self) -> None:
        self.guess_button.hide()
        self.guess_requested.emit(self._guess)

    def _on_use(self) -> None:
        self.engine_requested.emit(self._other)


def _step(text: str, icon_name: str, role: str, more: str, keys: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setProperty("look", "step")
    if icon_name:
        button.setIcon(icon(icon_name, role))
        button.setIconSize(ICON_SIZE)
    explain(button, text.rstrip("…"), keys, more)
    return button
