"""The panels round the timeline: focused, floated, closed and reset by keyboard."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from samstudio.app.main_window import MainWindow
from samstudio.ui.mixer.mixer_panel import MixerPanel

_TAKES_WIDTH, _PROMPT_WIDTH, _LEAST_PROMPT_WIDTH = 224, 336, 264
_WIDTH_FOR_TABS = 352
"""Of a panel behind which all others are: their tabs are side by side."""
_MOST_WIDTH, _SHARE = 384, 8
"""On a wide screen each side has that share of the width, one in so many, so that names are read whole."""
_LEAST_SPANS, PROMPT_HEIGHT = 200, 396
"""Logical pixels of the list of spans that the prompt leaves, and of the prompt that the spans leave."""
_AROUND_LISTS = 230
_LEAST_LIST_HEIGHT = 150
_LEAST_VIDEO = 240
"""Logical pixels of width that must be left for the video beside the timeline."""
_HEIGHT_FOR_MIXER = 620


class PanelCommands(QObject):
    """Moves the focus between the docks; floats, closes and resets them."""

    noted = Signal(str)
    """Why nothing was done."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._docks = window, window.docks
        self._centre, self._prompt = window.timeline, window.prompt_panel
        self._as_made = window.saveState()
        self._focused: QDockWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow_focus)

    def give_first_sizes(self) -> None:
        """Sizes for the first start; before the window is laid out they would be ignored."""
        docks, window = self._docks, self._window
        share = min(_MOST_WIDTH, window.width() // _SHARE)
        prompt_width = min(_PROMPT_WIDTH, max(_LEAST_PROMPT_WIDTH, window.width() // 4))
        widths = [max(_TAKES_WIDTH, share), max(prompt_width, share)]
        window.resizeDocks([docks["takes"], docks["prompt"]], widths, Qt.Orientation.Horizontal)
        # Small windows have one panel in place of two, and the others a click on a tab away.
        rest = window.height() - _AROUND_LISTS - PROMPT_HEIGHT
        if rest >= _LEAST_LIST_HEIGHT:
            heights = [PROMPT_HEIGHT, rest]
            window.resizeDocks([docks["prompt"], docks["spans"]], heights, Qt.Orientation.Vertical)
        else:
            window.tabifyDockWidget(docks["prompt"], docks["spans"])
            self._put_behind("takes", "recordings", "history", "queue", "video")
            docks["takes"].raise_()
        self._share_one_place_where_narrow()
        # The lanes come first: View → Panels shows the mixer.
        docks["mixer"].setVisible(window.height() >= _HEIGHT_FOR_MIXER)
        docks["prompt"].raise_()

    @Slot()
    def _share_one_place_where_narrow(self) -> None:
        docks, window = self._docks, self._window
        if window.width() < window.minimumSizeHint().width():
            self._put_behind("prompt", "recordings", "takes", "history", "queue")
            width = max(docks["prompt"].width(), min(_WIDTH_FOR_TABS, window.width() * 37 // 100))
            window.resizeDocks([docks["prompt"]], [width], Qt.Orientation.Horizontal)
            # Seven tabs are too many for their titles: View → Panels and the palette show it.
            docks["history"].hide()
            # The video would stand alone on the left.
            if window.width() < window.minimumSizeHint().width() + _LEAST_VIDEO:
                self._put_behind("prompt", "video")
            docks["prompt"].raise_()

    @Slot()
    def make_room_for_video(self) -> None:
        """Beside a video that has come, the timeline keeps what its buttons need."""
        QTimer.singleShot(0, self, self._show_video_where_narrow)

    @Slot()
    def _show_video_where_narrow(self) -> None:
        self._share_one_place_where_narrow()
        if self._docks["video"].isVisible():
            self._docks["video"].raise_()

    @Slot()
    def make_room_for_recordings(self) -> None:
        """Let all recordings be in view, as long as the takes keep most of the height."""
        dock, most = self._docks["recordings"], self._window.height() * 3 // 10
        title = dock.height() - self._window.recordings_panel.height()
        height = min(self._window.recordings_panel.full_height + title, most)
        below = next((self._docks[name] for name in ("takes", "history") if self._docks[name].isVisible()), None)
        # Both: of one dock alone, Qt only takes a part of the change.
        docks, heights = [dock], [height]
        if below is not None and below.x() == dock.x():
            docks, heights = [dock, below], [height, dock.height() + below.height() - height]
        self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    @Slot()
    def make_room_for_prompt(self) -> None:
        """Let all of the prompt be in view, as long as some of the spans below it are; give them what it leaves."""
        prompt, spans = self._docks["prompt"], self._docks["spans"]
        spare = spans.height() - max(spans.minimumSizeHint().height(), _LEAST_SPANS)
        lack = self._prompt.lack
        lack_below = self._window.span_list.view.lack
        taken = min(lack, spare) if lack > 0 else max(lack, -lack_below, PROMPT_HEIGHT - prompt.height())
        if prompt.isVisible() and spans.isVisible() and prompt.x() == spans.x() and taken * lack > 0:
            heights = [prompt.height() + taken, spans.height() - taken]
            self._window.resizeDocks([prompt, spans], heights, Qt.Orientation.Vertical)

    def _put_behind(self, front: str, *names: str) -> None:
        for name in names:
            is_hidden = self._docks[name].isHidden()
            self._window.tabifyDockWidget(self._docks[front], self._docks[name])
            self._docks[name].setHidden(is_hidden)

    @Slot()
    def reset_panels(self) -> None:
        """Put the panels back to where they were at the first start."""
        shown = {name: self._docks[name].isVisible() for name in ("video", "recordings", "queue")}
        self._window.restoreState(self._as_made)
        self._window.choose_corners()
        for name, is_shown in shown.items():
            self._docks[name].setVisible(is_shown)
        self.give_first_sizes()

    @Slot()
    def use_wording(self) -> None:
        """Put the wording that is suggested for the prompt's text into its place."""
        self._prompt.wording.rewrite()

    @Slot()
    def separate_each(self) -> None:
        """Make a take of each sound that the prompt's text names."""
        self._prompt.wording.request_each()

    @Slot()
    def edit_text(self) -> None:
        """Focus the text field of the prompt, whose panel is shown if it was closed."""
        self._docks["prompt"].show()
        self._prompt.edit_text()

    @Slot()
    def next_panel(self) -> None:
        """Focus the next panel, or the timeline."""
        self._step(1)

    @Slot()
    def previous_panel(self) -> None:
        """Focus the previous panel, or the timeline."""
        self._step(-1)

    @Slot()
    def float_panel(self) -> None:
        """Float the focused panel as a window of its own, or dock it again."""
        dock = self._focused
        if dock is None:
            self.noted.emit("No panel has the focus: press F6 until one does, or click into it.")
            return
        field = QApplication.focusWidget()
        dock.setFloating(not dock.isFloating())
        dock.activateWindow()
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        # While the panel changed windows, the focus was elsewhere.
        self._focused = dock

    @Slot()
    def close_panel(self) -> None:
        """Close the focused panel; View → Panels shows it again."""
        dock = self._focused
        if dock is None:
            self.noted.emit("No panel has the focus: press F6 until one does, or click into it.")
            return
        dock.close()
        self._centre.setFocus(Qt.FocusReason.OtherFocusReason)
        self.noted.emit(f"{dock.windowTitle()} is closed: View → Panels opens it again.")

    @Slot("QWidget*", "QWidget*")
    def _follow_focus(self, _before: QWidget | None, field: QWidget | None) -> None:
        # While a panel becomes a window, or a menu is open, no widget of the program has the focus.
        if field is not None:
            self._focused = next((dock for dock in self._docks.values() if dock.isAncestorOf(field)), None)

    def _step(self, step: int) -> None:
        """Focus the next or previous of the timeline and the open panels."""
        open_docks = [dock for dock in self._docks.values() if not dock.isHidden()]
        ring: list[QWidget] = [self._centre, *open_docks]
        dock = self._focused
        at = ring.index(dock) if dock in ring else 0
        for further in range(1, len(ring) + 1):
            place = ring[(at + step * further) % len(ring)]
            if isinstance(place, QDockWidget):
                place.raise_()
            goal = place if place is self._centre and place.isVisible() else _first_field(place)
            if goal is not None:
                goal.window().activateWindow()
                goal.setFocus(Qt.FocusReason.TabFocusReason)
                return


def _first_field(place: QWidget) -> QWidget | None:
    """The widget that had the focus there last, or else the first that can have it.

    In the mixer another strip may have been used since, without the focus.
    """
    before, panel = place.focusWidget(), place.widget() if isinstance(place, QDockWidget) else None
    named = panel.entry if isinstance(panel, MixerPanel) else None
    if named is not None and _can_be_focused(named):
        part = named.parentWidget()
        before = before if before is not None and part is not None and part.isAncestorOf(before) else named
    if before is not None and before is not place and _can_be_focused(before):
        return before
    # Not along the focus chain: PySide takes what nextInFocusChain() returns for a child of the widget that was asked.
    # Once one of that chain is deleted, all wrappers behind it would be unusable, the main window's actions included.
    return next((field for field in place.findChildren(QWidget) if _can_be_focused(field)), None)


def _can_be_focused(field: QWidget) -> bool:
    takes_tab = bool(field.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes_tab and field.isEnabled() and field.isVisible()
