"""The line where the user types what the sound is."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QCompleter, QLineEdit, QWidget

from samstudio.ui.parts import add_clear_button, explain
from samstudio.ui.theme import notifier


class PromptField(QLineEdit):
    """A line edit that completes what is typed, from earlier prompts and known words; Up and Down walk the former."""

    text_committed = Signal(str)
    """Once per edit: at Enter, when the focus leaves, or when an earlier text is chosen."""
    entered = Signal()
    """Enter was pressed, and not to pick an earlier text from the list."""
    left = Signal()
    """Esc was pressed, and not to close the list, or a separation begins: the keys of the window are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.show_examples(("acoustic guitar",))
        add_clear_button(self)
        self._committed = ""
        self._is_awaited = False
        """Whether a separation that it was left for has not ended yet."""
        self._draft = ""
        self._pressed: QWidget | None = None
        """What was clicked beside the open list."""
        self._history: tuple[str, ...] = ()
        self._place = -1
        self._complete: Callable[[str], tuple[str, ...]] | None = None
        self._texts = QStringListModel(self)
        completer = QCompleter(self._texts, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self.commit)
        self.setCompleter(completer)
        # After the completer, which would see the clicks first otherwise.
        popup = completer.popup()
        if popup is not None:
            popup.installEventFilter(self)
        self.editingFinished.connect(self.commit)
        self.textChanged.connect(self._slant)
        # Another style sheet brings back the font that the field had at first.
        notifier.theme_changed.connect(self._slant)
        self._slant()
        self.textEdited.connect(self._forget_place)
        self.textEdited.connect(self._offer)
        self.returnPressed.connect(self.entered)

    def show_examples(self, texts: tuple[str, ...]) -> None:
        """Texts that the chosen engine understands."""
        self.setPlaceholderText(f"e.g. {', '.join(texts)}")
        explain(
            self,
            "What is the sound?",
            more=f"A few words, such as “{texts[0]}”. Enter separates, Up and Down: earlier prompts.",
            action="edit_text",
        )

    def complete_with(self, complete: Callable[[str], tuple[str, ...]] | None) -> None:
        """What offers texts that the chosen engine understands, beside the earlier ones."""
        self._complete = complete
        self._offer(self.text())

    def show_history(self, texts: tuple[str, ...]) -> None:
        """Earlier prompts' texts, latest first."""
        self._history = texts
        self._place = -1
        self._offer(self.text())

    def show_text(self, text: str) -> None:
        """Show the document's text; if it is the same, the cursor stays where it is."""
        self._committed = text
        self._place = -1
        if self.text() != text:
            self.setText(text)

    def commit(self) -> None:
        """Emit the text if it changed since the last time."""
        text = " ".join(self.text().split())
        if text != self._committed:
            self._committed = text
            self.text_committed.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click beside the open list closes it, and does what it does without a list: the completer takes it away."""
        popup = self.completer().popup()
        if popup is watched and isinstance(event, QMouseEvent):
            place = event.globalPosition()
            is_beside = not popup.geometry().contains(place.toPoint())
            if event.type() == QEvent.Type.MouseButtonPress and is_beside:
                popup.hide()
                self._pressed = QApplication.widgetAt(place.toPoint())
                window = self.window().windowHandle()
                QApplication.sendEvent(window, _moved(event, QPointF(window.mapFromGlobal(place.toPoint()))))
                return True
            if event.type() == QEvent.Type.MouseButtonRelease and not popup.isVisible() and self._pressed is not None:
                # Of a quick click: the list is hidden, and the window still gives it the release.
                QApplication.sendEvent(self._pressed, _moved(event, self._pressed.mapFromGlobal(place)))
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go back and forth in the history; Esc closes the list, then leaves the field with its text."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if steps and self._history:
            self._walk(steps)
        elif event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._is_picking:
            # The list, which passes the key on first, takes it as a choice.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def leave(self) -> None:
        """Where the keys are typed into the text, they are the window's again; an open list is closed."""
        popup = self.completer().popup()
        if popup is not None:
            popup.hide()
        if self.hasFocus():
            self.clearFocus()
            self.left.emit()

    def leave_to_wait(self) -> None:
        """Leave for a separation that begins: if it is refused, the text is what has to change."""
        self._is_awaited = self.hasFocus()
        self.leave()

    def come_back(self) -> None:
        """Take the keys again after a refusal, unless they have gone on to another control than the picture."""
        if self._is_awaited and not isinstance(QApplication.focusWidget(), QAbstractButton | QLineEdit):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._is_awaited = False

    def _escape(self) -> None:
        popup = self.completer().popup()
        if popup is None or not popup.isVisible():
            self.leave()
            return
        if self._is_picking:
            # The field shows the text that is marked in the list.
            self.setText(self.completer().completionPrefix())
        popup.hide()

    @property
    def _is_picking(self) -> bool:
        """Whether a text is marked in the open list."""
        popup = self.completer().popup()
        return popup is not None and popup.isVisible() and popup.currentIndex().isValid()

    def _walk(self, steps: int) -> None:
        if self._place < 0:
            self._draft = self.text()
        self._place = min(max(self._place + steps, -1), len(self._history) - 1)
        self.setText(self._draft if self._place < 0 else self._history[self._place])

    @Slot()
    def _slant(self) -> None:
        """Slant the examples, so that they are not taken for a text."""
        font = self.font()
        font.setItalic(not self.text())
        self.setFont(font)

    def _offer(self, typed: str) -> None:
        """Earlier texts first, then words that the engine understands; nothing over what it says of a whole phrase."""
        if self._is_picking:
            # A list that changes would lose what is marked in it.
            return
        known = self._complete(typed) if self._complete is not None else ()
        is_whole = " ".join(typed.lower().split()) in known
        texts = [] if is_whole else list(dict.fromkeys((*self._history, *known)))
        if texts != self._texts.stringList():
            self._texts.setStringList(texts)

    def _forget_place(self) -> None:
        self._place = -1


def _moved(event: QMouseEvent, place: QPointF) -> QMouseEvent:
    """The event at another place: that of its receiver."""
    kind, button, buttons = event.type(), event.button(), event.buttons()
    return QMouseEvent(kind, place, event.globalPosition(), button, buttons, event.modifiers())
