"""Lays out the widgets, menus and toolbar, and emits what is asked of the window as signals."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from samstudio.app.action_spec import FILE, PANELS, ActionSpec, make_actions, make_menus, show_keys
from samstudio.audio.files import SoundTrack
from samstudio.ui.history_panel import HistoryPanel
from samstudio.ui.markers.marker_list import MarkerListPanel
from samstudio.ui.markers.span_tabs import SpanTabs
from samstudio.ui.mixer.mixer_panel import MixerPanel
from samstudio.ui.mixer.transport_bar import TransportBar
from samstudio.ui.parts import follow_keys, plain_tip
from samstudio.ui.prompt.prompt_panel import PromptPanel
from samstudio.ui.queue.queue_panel import QueuePanel
from samstudio.ui.recordings.drop_area import DropArea
from samstudio.ui.recordings.recordings_panel import RecordingsPanel
from samstudio.ui.spans.span_list import SpanListPanel
from samstudio.ui.status_line import StatusLine
from samstudio.ui.takes.takes_panel import TakesPanel
from samstudio.ui.timeline.areas.area_layer import AreaLayer
from samstudio.ui.timeline.areas.brush_keys import BrushKeys
from samstudio.ui.timeline.areas.options_bar import AreaOptionsBar, show_extension
from samstudio.ui.timeline.axis.box_zoom import BoxZoom
from samstudio.ui.timeline.spans.span_keyboard import SpanKeyboard
from samstudio.ui.timeline.spans.span_layer import SpanLayer
from samstudio.ui.timeline.timeline import Timeline
from samstudio.ui.video.video_panel import VideoPanel
from samstudio.ui.welcome import WelcomePage

_TOOLBAR = (
    ("open", "save", "export"),
    ("undo", "redo"),
    ("zoom_in", "zoom_out", "zoom_selection", "zoom_fit", "spectrogram_settings"),
    ("separate", "cancel"),
)
_TOOLS = (
    ("tool_select", "tool_plus", "tool_minus", "tool_box", "tool_zoom", "snap"),
    ("tool_area_box", "tool_lasso", "tool_wand", "tool_harmonics", "tool_brush"),
)
_ON_AREAS = ("move_to_target", "move_to_residual", "restore_area", "play_area")
_AT_THE_END = ("command_palette", "shortcuts")
_DEFAULT_SIZE = QSize(1440, 900)
_LEAST_LIST_HEIGHT, _LEAST_TAKES_WIDTH = 120, 208
_WIDTH_BESIDE_MIXER = 1350
"""Logical pixels of the window from which the mixer has room beside the takes."""
_WIDTH_BETWEEN_PANELS = 2800
"""Those from which it needs no more than the timeline's width, so that the panels at the right reach down, too."""


class MainWindow(QMainWindow):
    """The window. `specs` are its actions, in the order of the menus."""

    shown_first = Signal()
    close_requested = Signal(object)
    """QCloseEvent: the window stays open if a receiver ignores it."""
    files_dropped = Signal(object)
    """tuple[Path, ...]"""
    recent_requested = Signal(object)
    """Path of a recording or session that was opened lately."""
    track_requested = Signal(int)
    """The number of another sound track of the recording."""

    def __init__(self, specs: Sequence[ActionSpec]) -> None:
        super().__init__()
        self.specs = specs
        self._was_shown = False
        self.setObjectName("main_window")
        self.setMinimumSize(1024, 640)
        self.resize(_DEFAULT_SIZE)
        self._make_widgets()
        self._make_docks()
        self._make_menus()
        self._make_toolbar()
        self.drop_area = DropArea(self)
        self.drop_area.dropped.connect(self.files_dropped)
        # The panels, too: they may float as windows of their own.
        for part in (self, *self.docks.values()):
            self.drop_area.watch(part)

    def _make_widgets(self) -> None:
        self.welcome = WelcomePage()
        self.timeline = Timeline()
        self.span_layer = SpanLayer(self.timeline)
        self.box_zoom = BoxZoom(self.timeline.frequencies, self.timeline)
        self.area_layer = AreaLayer(self.span_layer.magnet_at, self.timeline)
        self.brush_keys = BrushKeys(self.area_layer)
        self.span_keyboard = SpanKeyboard(self.span_layer, self.timeline)
        self.transport_bar = TransportBar()
        self.mixer_panel, self.prompt_panel = MixerPanel(), PromptPanel()
        self.span_list, self.marker_list = SpanListPanel(), MarkerListPanel()
        self.span_tabs = SpanTabs(self.span_list, self.marker_list)
        self.recordings_panel, self.takes_panel = RecordingsPanel(), TakesPanel()
        self.history_panel, self.queue_panel = HistoryPanel(), QueuePanel()
        self.video_panel = VideoPanel()
        # Their empty states would ask for more, which a small window does not have.
        for panel in (self.span_list, self.history_panel, self.queue_panel):
            panel.setMinimumHeight(_LEAST_LIST_HEIGHT)
        self.takes_panel.setMinimumSize(_LEAST_TAKES_WIDTH, _LEAST_LIST_HEIGHT)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        workspace = QWidget()
        column = QVBoxLayout(workspace)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.timeline, 1)
        column.addWidget(self.transport_bar)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(workspace)
        self.setCentralWidget(self.pages)

    def _make_docks(self) -> None:
        areas = Qt.DockWidgetArea
        left, right, bottom = areas.LeftDockWidgetArea, areas.RightDockWidgetArea, areas.BottomDockWidgetArea
        self.choose_corners()
        self.setDockNestingEnabled(True)
        self.docks = {
            name: self._make_dock(name, title, widget, area)
            for name, title, widget, area in (
                ("recordings", "Recordings", self.recordings_panel, left),
                ("takes", "Takes", self.takes_panel, left),
                ("history", "History", self.history_panel, left),
                ("queue", "Queue", self.queue_panel, left),
                ("video", "Video", self.video_panel, left),
                ("prompt", "Prompt", self.prompt_panel, right),
                ("spans", "Spans", self.span_tabs, right),
                ("mixer", "Mixer", self.mixer_panel, bottom),
            )
        }
        # Behind the takes, a click on its tab away.
        for name in ("history", "queue"):
            self.tabifyDockWidget(self.docks["takes"], self.docks[name])
        self.docks["takes"].raise_()
        # One recording needs no list, and one separation no queue: they come when there is more.
        for name in ("recordings", "queue"):
            self.docks[name].hide()

    def _make_dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _make_menus(self) -> None:
        self.actions_by_name = make_actions(self.specs, self)
        self.actions_by_name["tool_select"].setChecked(True)
        self.recent_menu = QMenu("Open recent", self)
        self.recent_menu.triggered.connect(self._on_recent_chosen)
        self.track_menu = QMenu("Sound track", self)
        self.track_menu.menuAction().setVisible(False)
        self.track_menu.triggered.connect(self._on_track_chosen)
        menus = make_menus(self.menuBar(), self.specs, self.actions_by_name)
        rows = menus[FILE].actions()
        after = rows[rows.index(self.actions_by_name["open_demo"]) + 1]
        for menu in (self.recent_menu, self.track_menu):
            menus[FILE].insertMenu(after, menu)
        menus[PANELS].addSeparator()
        menus[PANELS].addActions([dock.toggleViewAction() for dock in self.docks.values()])

    def _make_toolbar(self) -> None:
        bar = QToolBar("Toolbar", self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        for place, names in enumerate(_TOOLBAR):
            if place:
                bar.addSeparator()
            bar.addActions([self.actions_by_name[name] for name in names])
        separate = bar.widgetForAction(self.actions_by_name["separate"])
        if isinstance(separate, QToolButton):
            # The most important one is labelled, too.
            separate.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        bar.addActions([self.actions_by_name[name] for name in _AT_THE_END])
        self.addToolBar(bar)
        self.area_options = AreaOptionsBar(self)
        self.area_options.add_tools([[self.actions_by_name[name] for name in names] for names in _TOOLS])
        self.area_options.add_actions([self.actions_by_name[name] for name in _ON_AREAS])
        self.addToolBarBreak()
        self.addToolBar(self.area_options)
        show_extension(bar, "More tools")

    @Slot()
    def attach_spans(self) -> None:
        """Let spans be drawn, and the Zoom tool be used, over the lanes on the frequency scale that is shown."""
        timeline = self.timeline
        spectrograms = [box for _, box in timeline.picture_boxes()]
        bare = [*timeline.bare_boxes()]
        if self.area_layer.tool is not None:
            # Nothing may hide the sound that is painted; waveforms still show the spans.
            bare += spectrograms
        self.span_layer.attach(timeline.lane_boxes(), spectrograms, timeline.frequency_scale, bare)
        self.box_zoom.attach(timeline.lane_boxes(), spectrograms)

    @Slot()
    def attach_areas(self) -> None:
        """Let areas be drawn over the spectrograms that are shown."""
        self.area_layer.attach(self.timeline.picture_boxes(), self.timeline.frequency_scale)

    @Slot(str)
    def trigger(self, name: str) -> None:
        """Do the action of that name."""
        self.actions_by_name[name].trigger()

    @Slot(object)
    def show_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Other keys: menus and tooltips follow at once."""
        show_keys(self.specs, self.actions_by_name, keys)
        follow_keys(keys)

    @Slot(QAction)
    def _on_recent_chosen(self, action: QAction) -> None:
        self.recent_requested.emit(action.data())

    @Slot(QAction)
    def _on_track_chosen(self, action: QAction) -> None:
        # A click has ticked another one, or this one off: which is open, only the recording says.
        is_open = not action.isChecked()
        action.setChecked(is_open)
        if not is_open:
            self.track_requested.emit(action.data())

    def show_recent(self, paths: tuple[Path, ...]) -> None:
        """Fill the menu and the welcome page with the files opened lately."""
        self.recent_menu.clear()
        for path in paths:
            action = self.recent_menu.addAction(path.name)
            action.setToolTip(plain_tip(str(path)))
            action.setData(path)
        self.recent_menu.setEnabled(bool(paths))
        self.welcome.show_recent(paths)

    @Slot(object, object)
    def show_tracks(self, tracks: Sequence[SoundTrack], current: SoundTrack | None) -> None:
        """Offer the sound tracks of the recording where it has several."""
        self.track_menu.clear()
        for track in tracks:
            # An ampersand in a name is a letter, not a key.
            action = self.track_menu.addAction(track.title.replace("&", "&&"))
            action.setData(track.number)
            action.setCheckable(True)
            action.setChecked(track == current)
        self.track_menu.menuAction().setVisible(len(tracks) > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may have room for the mixer beside the panels."""
        super().resizeEvent(event)
        self.choose_corners()

    def choose_corners(self) -> None:
        """The panels at the sides reach down to the status line, unless the mixer's strips need the width.

        An arrangement that is restored brings the corners that it had.
        """
        areas, corners = Qt.DockWidgetArea, Qt.Corner
        for corner, side, least in (
            (corners.BottomLeftCorner, areas.LeftDockWidgetArea, _WIDTH_BESIDE_MIXER),
            (corners.BottomRightCorner, areas.RightDockWidgetArea, _WIDTH_BETWEEN_PANELS),
        ):
            owner = side if self.width() >= least else areas.BottomDockWidgetArea
            if self.corner(corner) != owner:
                self.setCorner(corner, owner)

    def showEvent(self, event: QShowEvent) -> None:
        """Report the first time."""
        super().showEvent(event)
        if not self._was_shown:
            self.shown_first.emit()
        self._was_shown = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whether the window may close."""
        event.accept()
        self.close_requested.emit(event)
