"""The row of the take that is being made: its name, how far it is, and the time left."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from samstudio.session.stretch import Stretch
from samstudio.ui.parts import ElidedLabel, IconLabel, explain, label, set_look, tool_button
from samstudio.ui.progress_bar import STEPS, set_value
from samstudio.ui.theme import theme
from samstudio.ui.time_formats import time_format
from samstudio.ui.time_text import format_done, format_left


class RunningTake(QFrame):
    """Shown while a separation runs or is queued; marked like a current take while it is what the lanes show."""

    cancel_requested = Signal()
    chosen = Signal()
    """It is to be seen and heard."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        explain(self, "The take that is being made", more="Click, or press Enter, to see and hear it.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.speaker = IconLabel("volume", "accent")
        self.speaker.hide()
        # The end says what it is: a part, a redo.
        self.name = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self.stage = ElidedLabel("")
        self.stage.setProperty("look", "caption")
        self.left = label(look="caption")
        self.draft = label(look="caption", wrap=True)
        # The prompt panel's bar is announced: this one shows the same.
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of this take")
        self.cancel_button = tool_button("cancel", "Cancel this take")
        self.cancel_button.clicked.connect(self.cancel_requested)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.speaker)
        row.addWidget(self.name, 1)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(2)] * 4)
        column.setSpacing(theme().space(1))
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.left)
        column.addWidget(self.stage)
        column.addWidget(self.draft)

    def show_take(self, name: str | None) -> None:
        """A take of that name is being made from now on, or none."""
        self.name.setText(name or "")
        self.show_drafts(())
        self.setVisible(name is not None)

    def show_heard(self, *, heard: bool) -> None:
        """Whether it is what the lanes show and the mixer plays, not another take."""
        set_look(self, "chosen" if heard else "card")
        self.speaker.setVisible(heard)
        self.setAccessibleDescription("Seen and heard now." if heard else "Enter shows it.")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose it with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def show_drafts(self, stretches: Sequence[Stretch]) -> None:
        """Drafts can be heard in these stretches (seconds), disjoint and in order, where nothing is finished."""
        self.draft.setVisible(bool(stretches))
        if len(stretches) == 1:
            start, end = map(time_format().text, stretches[0])
            self.draft.setText(f"Draft {start} – {end} can be heard; it is not kept.")
        elif stretches:
            self.draft.setText(f"Drafts of {len(stretches)} parts can be heard; they are not kept.")

    def show_progress(self, stage: str, fraction: float, seconds_left: float | None) -> None:
        """What is being done, how much is done (0..1), and the seconds left, if known."""
        set_value(self.bar, round(STEPS * fraction))
        self.left.setText(f"{format_done(fraction)} · {format_left(seconds_left)}")
        self._show_stage(stage)

    def show_queued(self, name: str) -> None:
        """A take of that name will be made."""
        self.show_take(name)
        self.bar.setValue(0)
        self.left.setText("Queued")
        self._show_stage("")

    def _show_stage(self, stage: str) -> None:
        self.stage.setText(stage)
        # In a low panel an empty line would take the room of the others.
        self.stage.setVisible(bool(stage))
