"""The frame on which an object is clicked, what is known of it there, and the buttons to follow it."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedLayout, QWidget

from samstudio.session.video.mask_track import UNSURE, WHOLE, Mask
from samstudio.session.video.objects import Mark
from samstudio.ui.parts import explain, tool_button
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.video.frame_page import FramePage
from samstudio.ui.video.object_view import ObjectView

_PATIENCE = 300
"""Milliseconds: what takes less is not mentioned."""
BEGIN = "Click what makes the sound, or drag a box around it."
_TOO_MUCH = "Nearly the whole picture was taken: Shift+Tab takes less, or drag a box around what makes the sound."


class ObjectPage(FramePage):
    """Shows what it is given; the requests are those of its view, and of its buttons."""

    follow_requested = Signal()
    stop_requested = Signal()
    check_requested = Signal()
    """Go to the next place that is worth a look."""
    frame_requested = Signal(int)
    """The next (1) or previous (-1) frame."""

    def __init__(self) -> None:
        super().__init__(BEGIN)
        self.view = ObjectView()
        explain(
            self.view,
            "Video",
            more="Click what makes the sound; Alt+click or right-click what is not of it; drag a box around it.\n"
            "Keys: arrows move a cross, Enter clicks, Alt+Enter excludes, Tab takes more, Shift+Tab less, Backspace "
            "takes the last click back, N: not in the picture here, F follows, [ and ] go to places to check.",
        )
        self._advice, self._state = "", BEGIN
        self._is_slow = False
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._patience.timeout.connect(self._show_slow)
        self.follow = QPushButton("Follow")
        explain(self.follow, "Follow the object", "F", "Both ways from every click, near the playhead first.")
        self.follow.clicked.connect(self.follow_requested)
        self.progress = ProgressBar("search for the object")
        self.progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.stop = tool_button("stop", "Stop following", "Esc")
        self.stop.clicked.connect(self.stop_requested)
        self.check = QPushButton()
        self.check.setProperty("look", "link")
        explain(self.check, "Places to check", "]", "One click there mends it, forward and backward.")
        self.check.clicked.connect(self.check_requested)
        self.previous = tool_button("chevron_left", "Previous frame", "Ctrl+Left")
        self.next = tool_button("chevron_right", "Next frame", "Ctrl+Right")
        self.previous.clicked.connect(lambda: self.frame_requested.emit(-1))
        self.next.clicked.connect(lambda: self.frame_requested.emit(1))
        # Both at one place, as wide as the wider: nothing moves under the mouse when the one makes way for the other.
        self._work = QWidget()
        self._works = QStackedLayout(self._work)
        for parts in ((self.follow,), (self.progress, self.stop)):
            page = QWidget()
            row = QHBoxLayout(page)
            row.setContentsMargins(0, 0, 0, 0)
            for part in parts:
                row.addWidget(part)
            self._works.addWidget(page)
        policy = self.check.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.check.setSizePolicy(policy)
        self._lay_out(self.view, (self._work, self.check), (self.previous, self.next))
        self.show_following(following=False)
        self.show_unsure(0)

    def show_advice(self, advice: str) -> None:
        """Say what matters more than the state of the frame; '' for nothing."""
        self._advice = advice
        self._show_caption()

    def show_state(self, state: str) -> None:
        """Say how things stand in the frame."""
        self._state = state
        self._show_caption()

    @Slot(bool)
    def show_looking(self, looking: bool) -> None:
        """The frame is looked at, which for the first question about it may take a while."""
        if looking:
            self._patience.start()
        else:
            self._patience.stop()
            self._is_slow = False
            self._show_caption()

    @Slot()
    def _show_slow(self) -> None:
        self._is_slow = True
        self._show_caption()

    def _show_caption(self) -> None:
        state = "Looking at the picture…" if self._is_slow else self._state
        # What the frame needs comes first: of the rest there may be no room.
        self._caption.show_text(f"{state} {self._advice}".strip())

    def show_marked(self, *, marked: bool) -> None:
        """Whether there is something to follow."""
        self.follow.setEnabled(marked)

    def show_following(self, *, following: bool) -> None:
        """Whether the object is being followed."""
        self.view.show_following(following)
        had_focus = self.stop.hasFocus() or self.follow.hasFocus()
        self._works.setCurrentIndex(int(following))
        if had_focus:
            self.view.setFocus()
        self.progress.show_fraction(0.0)

    def show_unsure(self, count: int) -> None:
        """How many stretches of the film are worth a look."""
        text = f"{count} place{'s' if count > 1 else ''} to check"
        self.check.setText(text)
        self.check.setAccessibleName(text)
        self.check.setVisible(count > 0)


def object_state(mark: Mark | None, certainty: float | None, mask: Mask | None, *, marked: bool) -> str:
    """How things stand in a frame, in a sentence.

    `certainty` of the mask that was followed there, None where it was not; `marked`: whether the object has any mark;
    `mask`: what is shown there, if anything.
    """
    if mark is not None and mark.absent:
        return "Marked as not in the picture here."
    if mask is not None and mask.mean() >= WHOLE:
        return _TOO_MUCH
    if mark is not None:
        return "Marked here: Tab takes more, Shift+Tab less, Backspace takes the last click back."
    if not marked:
        return BEGIN
    if certainty is None:
        return "Not followed to here yet: press F, or click it."
    if certainty >= UNSURE:
        return "Followed here." if mask is not None else "Not in the picture here."
    if mask is not None:
        return "Unsure here: a click on the object mends it, forward and backward."
    return "Lost here: click the object to mend it, or press N where it is not in the picture."
