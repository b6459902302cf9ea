"""Lays out the widgets. Holds no state of the work: wishes go to the commands, news comes from the studio."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
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

from samstudio.app.actions import ACTIONS, GROUPS, make_actions, show_keys
from samstudio.app.commands.files.export import ExportCommands
from samstudio.app.commands.files.files import FileCommands
from samstudio.app.commands.files.labels import LabelCommands
from samstudio.app.commands.files.recovery import RecoveryCommands
from samstudio.app.commands.files.session_questions import SessionQuestions
from samstudio.app.commands.files.session_view import SessionView
from samstudio.app.commands.files.sessions import SessionCommands
from samstudio.app.commands.files.stem_drag_out import StemDragOutCommands
from samstudio.app.commands.marking.marks import MarkCommands
from samstudio.app.commands.marking.span_menus import SpanMenus
from samstudio.app.commands.marking.suggested_spans import SuggestionCommands
from samstudio.app.commands.marking.video import VideoCommands
from samstudio.app.commands.playback.mixing import MixingCommands
from samstudio.app.commands.playback.output import OutputCommands
from samstudio.app.commands.playback.transport import TransportCommands
from samstudio.app.commands.takes.blind_test import BlindTestCommands
from samstudio.app.commands.takes.derived_takes import DerivedTakeCommands
from samstudio.app.commands.takes.model_setup import ModelSetupCommands
from samstudio.app.commands.takes.presence import PresenceCommands
from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.app.commands.takes.takes import TakeCommands
from samstudio.app.commands.view.history import HistoryCommands
from samstudio.app.commands.view.keys import KeyCommands
from samstudio.app.commands.view.palette import PaletteCommands
from samstudio.app.commands.view.panels import PanelCommands
from samstudio.app.commands.view.time_format import TimeFormatCommands
from samstudio.app.commands.view.view import ViewCommands
from samstudio.app.container import Studio
from samstudio.storage.label_files import LABEL_SUFFIXES
from samstudio.ui.history_panel import HistoryPanel
from samstudio.ui.mixer.mixer_panel import MixerPanel
from samstudio.ui.mixer.transport_bar import TransportBar
from samstudio.ui.parts import follow_keys
from samstudio.ui.prompt.prompt_panel import PromptPanel
from samstudio.ui.spans.span_list import SpanListPanel
from samstudio.ui.status_line import StatusLine
from samstudio.ui.takes.takes_panel import TakesPanel
from samstudio.ui.timeline.spans.span_keyboard import SpanKeyboard
from samstudio.ui.timeline.spans.span_layer import SpanLayer
from samstudio.ui.timeline.timeline import Timeline
from samstudio.ui.video.video_panel import VideoPanel
from samstudio.ui.welcome import WelcomePage

_TOOLBAR = (
    ("open", "save", "export"),
    ("undo", "redo"),
    ("tool_select", "tool_plus", "tool_minus", "tool_box", "snap"),
    ("zoom_in", "zoom_out", "zoom_selection", "zoom_fit", "spectrogram_settings"),
    ("separate", "cancel"),
)
_AT_THE_END = ("command_palette", "shortcuts")
_LAYOUT_VERSION = 1
_DEFAULT_SIZE = QSize(1440, 900)
_LEAST_LIST_HEIGHT, _LEAST_TAKES_WIDTH = 120, 208


class MainWindow(QMainWindow):
    """The window."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self._was_shown = False
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setMinimumSize(1024, 640)
        self.resize(_DEFAULT_SIZE)
        self._make_widgets()
        self._make_commands()
        self._make_docks()
        self._make_menus()
        self._make_toolbar()

    def _make_widgets(self) -> None:
        self.welcome = WelcomePage()
        self.timeline = Timeline()
        self.span_layer = SpanLayer(self.timeline)
        self.span_keyboard = SpanKeyboard(self.span_layer, self.timeline)
        self.transport_bar = TransportBar()
        self.mixer_panel = MixerPanel()
        self.prompt_panel = PromptPanel()
        self.span_list = SpanListPanel()
        self.takes_panel = TakesPanel()
        self.history_panel = HistoryPanel()
        self.video_panel = VideoPanel()
        # Their empty states would ask for more, which a small window does not have.
        self.span_list.setMinimumHeight(_LEAST_LIST_HEIGHT)
        self.takes_panel.setMinimumWidth(_LEAST_TAKES_WIDTH)
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

    def _make_commands(self) -> None:
        self.marks = MarkCommands(self.studio, self)
        self.suggestions = SuggestionCommands(self.studio, self)
        self.viewing = ViewCommands(self.studio, self.timeline, self.span_layer, self)
        self.separation = SeparationCommands(self.studio, self)
        self._make_session_commands()
        self.hearing = TransportCommands(self.studio, self)
        self.mixing = MixingCommands(self.studio, self.mixer_panel, self)
        self.playback = OutputCommands(self.studio, self)
        self.take_commands = TakeCommands(self.studio, self.takes_panel, self.separation, self)
        self.takes_from_takes = DerivedTakeCommands(self.studio, self.separation, self)
        self.blind_tests = BlindTestCommands(self.studio, self)
        self.exporting = ExportCommands(self.studio, self)
        self.stem_drag_out = StemDragOutCommands(self.studio, self.studio.stem_drag_out, self.mixer_panel, self)
        self.labels = LabelCommands(self.studio, self)
        self.times = TimeFormatCommands(self.studio, self)
        self.history = HistoryCommands(self.studio, self)
        self.keys = KeyCommands(self.studio, self)
        self.palette_commands = PaletteCommands(self)
        self.setup = ModelSetupCommands(self.studio, self.separation, self)

    def _make_session_commands(self) -> None:
        studio = self.studio
        self.session_view = SessionView(
            studio.selection, studio.transport, self.timeline, self.viewing, self.separation, self
        )
        self.session_questions = SessionQuestions(studio.session_opener, self)
        self.sessions = SessionCommands(
            studio.document,
            studio.session_state,
            studio.session_saver,
            studio.autosave,
            studio.clip_loader,
            studio.preferences,
            self.session_view,
            self,
        )
        self.recovery = RecoveryCommands(studio.autosave, studio.session_opener, self.sessions, self)
        self.files = FileCommands(studio.session_opener, studio.preferences, self.sessions, self)

    def _make_docks(self) -> None:
        left, right, bottom = (
            Qt.DockWidgetArea.LeftDockWidgetArea,
            Qt.DockWidgetArea.RightDockWidgetArea,
            Qt.DockWidgetArea.BottomDockWidgetArea,
        )
        # The console takes the window's whole width: four strips need it where the window is small.
        self.setCorner(Qt.Corner.BottomLeftCorner, bottom)
        self.setCorner(Qt.Corner.BottomRightCorner, bottom)
        self.setDockNestingEnabled(True)
        self.docks = {
            name: self._make_dock(name, title, widget, area)
            for name, title, widget, area in (
                ("takes", "Takes", self.takes_panel, left),
                ("history", "History", self.history_panel, left),
                ("picture", "Picture", self.video_panel, left),
                ("prompt", "Prompt", self.prompt_panel, right),
                ("spans", "Spans", self.span_list, right),
                ("mixer", "Mixer", self.mixer_panel, bottom),
            )
        }

        # Behind the takes, a click on its tab away.
        self.tabifyDockWidget(self.docks["takes"], self.docks["history"])
        self.docks["takes"].raise_()
        self.panels = PanelCommands(self, self.docks, self.timeline)
        self.picture = VideoCommands(self.studio, self.video_panel, self.docks["picture"])

    def _make_dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _make_menus(self) -> None:
        self.actions_by_name = make_actions(self)
        self.span_menus = SpanMenus(self.studio, self.actions_by_name, self)
        self.presence = PresenceCommands(self.studio, self.actions_by_name, self)
        tools = QActionGroup(self)
        for spec in ACTIONS:
            if spec.name.startswith("tool_"):
                tools.addAction(self.actions_by_name[spec.name])
        self.actions_by_name["tool_select"].setChecked(True)
        self.recent_menu = QMenu("Open recent", self)
        for group in GROUPS:
            menu = self.menuBar().addMenu(group)
            for spec in (spec for spec in ACTIONS if spec.group == group):
                if spec.separated:
                    menu.addSeparator()
                menu.addAction(self.actions_by_name[spec.name])
                if spec.name == "open_demo":
                    menu.addMenu(self.recent_menu)
            if group == "&View":
                menu.addSeparator()
                menu.addActions([dock.toggleViewAction() for dock in self.docks.values()])

    def _make_toolbar(self) -> None:
        bar = QToolBar("Toolbar", self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        for place, names in enumerate(_TOOLBAR):
            if place:
                bar.addSeparator()
            bar.addActions([self.actions_by_name[name] for name in names])
        # The one that matters is said in words, too.
        bar.widgetForAction(self.actions_by_name["separate"]).setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        bar.addActions([self.actions_by_name[name] for name in _AT_THE_END])
        self.addToolBar(bar)
        # What does not fit into a narrow window stands behind Qt's own button.
        bar.findChild(QToolButton, "qt_toolbar_ext_button").setAccessibleName("More tools")

    def attach_spans(self) -> None:
        """Let spans be drawn over the lanes on the frequency scale that is shown."""
        timeline = self.timeline
        self.span_layer.attach(timeline.lane_boxes(), timeline.spectrogram_box, timeline.frequency_scale)

    def edit_span(self) -> None:
        """Let the arrow keys move the selected span."""
        self.span_keyboard.edit()

    def edit_text(self) -> None:
        """Put the cursor into the prompt's words."""
        self.docks["prompt"].show()
        self.prompt_panel.edit_text()

    @Slot(object)
    def show_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Other keys: menus and tooltips follow at once."""
        show_keys(self.actions_by_name, keys)
        follow_keys(keys)

    def show_recent(self) -> None:
        """Fill the menu and the welcome page with the files opened lately."""
        paths = self.studio.preferences.recent_files
        self.recent_menu.clear()
        for path in paths:
            self.recent_menu.addAction(path.name, lambda path=path: self.files.open_path(path)).setToolTip(str(path))
        self.recent_menu.setEnabled(bool(paths))
        self.welcome.show_recent(paths)

    def restore(self) -> None:
        """Bring back the arrangement and the looks of the last start; once, when everything is connected."""
        self.restoreGeometry(self.studio.preferences.bytes("window/geometry"))
        self.restoreState(self.studio.preferences.bytes("window/docks"), _LAYOUT_VERSION)
        self.picture.show_film(None)
        preferences, actions = self.studio.preferences, self.actions_by_name
        actions["snap"].setChecked(preferences.flag("snap", default=True))
        actions["model_frames"].setChecked(preferences.flag("model_frames", default=False))
        actions["follow"].setChecked(preferences.flag("follow", default=True))
        actions["light_theme"].setChecked(preferences.text("theme", "dark") == "light")
        actions["return_on_stop"].setChecked(preferences.flag("return_on_stop", default=False))
        actions["match_levels"].setChecked(preferences.flag("match_levels", default=False))
        self.viewing.restore_spectrogram()

    def showEvent(self, event: QShowEvent) -> None:
        """Give the docks their first sizes."""
        super().showEvent(event)
        if not self._was_shown and self.studio.preferences.bytes("window/docks").isEmpty():
            self.panels.give_first_sizes()
        self._was_shown = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the arrangement; ask first if work would be lost."""
        if not self.sessions.may_drop_work("Save before quitting?"):
            event.ignore()
            return
        self.studio.preferences.set_bytes("window/geometry", self.saveGeometry())
        self.studio.preferences.set_bytes("window/docks", self.saveState(_LAYOUT_VERSION))
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from the file manager."""
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file dropped; labels are added to the recording that is open."""
        event.acceptProposedAction()
        path = Path(event.mimeData().urls()[0].toLocalFile())
        if path.suffix.lower() in LABEL_SUFFIXES and self.studio.document.clip is not None:
            self.labels.import_path(path)
        else:
            self.files.open_path(path)
