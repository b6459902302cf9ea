"""Builds what each action and request of the window does."""

from samstudio.app.commands.correcting.area_menu import AreaMenu
from samstudio.app.commands.correcting.area_tools import AreaToolCommands
from samstudio.app.commands.correcting.areas import AreaCommands
from samstudio.app.commands.files.export import ExportCommands, ExportControllers
from samstudio.app.commands.files.export_all import ExportAllCommands
from samstudio.app.commands.files.files import FileCommands
from samstudio.app.commands.files.labels import LabelCommands
from samstudio.app.commands.files.recordings import RecordingCommands
from samstudio.app.commands.files.recovery import RecoveryCommands
from samstudio.app.commands.files.running_jobs import RunningJobs
from samstudio.app.commands.files.session_questions import SessionQuestions
from samstudio.app.commands.files.session_view import SessionView
from samstudio.app.commands.files.sessions import SessionCommands
from samstudio.app.commands.files.stem_drag_out import StemDragOutCommands
from samstudio.app.commands.listening.listening_test import ListeningTestCommands
from samstudio.app.commands.marking.follow import FollowCommands, ObjectControllers
from samstudio.app.commands.marking.marker_view import MarkerView
from samstudio.app.commands.marking.markers import MarkerCommands
from samstudio.app.commands.marking.object_display import ObjectDisplay
from samstudio.app.commands.marking.objects import ObjectCommands
from samstudio.app.commands.marking.span_menus import SpanMenus
from samstudio.app.commands.marking.spans import SpanCommands
from samstudio.app.commands.marking.suggested_spans import SuggestionCommands
from samstudio.app.commands.marking.video import VideoCommands
from samstudio.app.commands.playback.mixing import MixingCommands
from samstudio.app.commands.playback.output import OutputCommands
from samstudio.app.commands.playback.transport import TransportCommands
from samstudio.app.commands.preferences.graphics import GraphicsCommands
from samstudio.app.commands.preferences.machines import MachineCommands
from samstudio.app.commands.preferences.preferences import PreferenceCommands, PreferenceControllers
from samstudio.app.commands.preferences.storage import StorageCommands
from samstudio.app.commands.takes.blind_test import BlindTestCommands, BlindTestControllers
from samstudio.app.commands.takes.candidates import CandidateCommands
from samstudio.app.commands.takes.derived_takes import DerivedTakeCommands
from samstudio.app.commands.takes.first_take import FirstTake
from samstudio.app.commands.takes.model_setup import ModelSetupCommands
from samstudio.app.commands.takes.partial_takes import PartialTakeCommands
from samstudio.app.commands.takes.presence import PresenceCommands
from samstudio.app.commands.takes.queue import QueueCommands
from samstudio.app.commands.takes.ready_note import ReadyNote
from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.app.commands.takes.split import SplitCommands
from samstudio.app.commands.takes.takes import TakeCommands
from samstudio.app.commands.view.guide import GuideCommands
from samstudio.app.commands.view.history import HistoryCommands
from samstudio.app.commands.view.keys import KeyCommands
from samstudio.app.commands.view.lanes import LaneCommands
from samstudio.app.commands.view.palette import PaletteCommands
from samstudio.app.commands.view.panels import PanelCommands
from samstudio.app.commands.view.spectrogram import SpectrogramCommands
from samstudio.app.commands.view.time_format import TimeFormatCommands
from samstudio.app.commands.view.view import ViewCommands
from samstudio.app.commands.view.window import WindowCommands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow
from samstudio.separation.engine_info import PromptPart
from samstudio.separation.registry import engine_accepts


class Commands:
    """The commands, each with the controllers and widgets that it uses."""

    def __init__(self, container: Container, window: MainWindow) -> None:
        self._make_marking(container, window)
        self._make_playback(container, window)
        self._make_takes(container, window)
        self._make_view(container, window)
        self._make_areas(container, window)
        self._make_files(container, window)
        self._make_window(container, window)

    def _make_marking(self, container: Container, window: MainWindow) -> None:
        document, selection, transport = container.document, container.selection, container.transport
        suggested_spans, actions = container.suggested_spans, window.actions_by_name
        self.spans = SpanCommands(document, selection, suggested_spans, transport, window.span_keyboard, window)
        self.suggestions = SuggestionCommands(suggested_spans, selection, transport, window)
        self.span_menus = SpanMenus(selection, actions, window)
        self.markers = MarkerCommands(document, transport, window.marker_list, window.timeline, actions, window)
        self.marker_view = MarkerView(document, window)
        self.video = VideoCommands(
            document, container.video_frames, container.preferences, window.video_panel, window.docks["video"]
        )
        self.object_display = ObjectDisplay(container.looking, window.video_panel.objects, window.timeline.certainty)
        controllers = ObjectControllers(
            document,
            selection,
            transport,
            container.separator,
            container.looking,
            container.following,
            container.background,
            lambda: engine_accepts(self.separation.settings.engine, PromptPart.REGIONS),
        )
        self.follow = FollowCommands(controllers, self.object_display, window)
        self.objects = ObjectCommands(controllers, self.object_display, self.follow, window)

    def _make_playback(self, container: Container, window: MainWindow) -> None:
        document, selection, transport = container.document, container.selection, container.transport
        mixing, preferences = container.mixing, container.preferences
        self.transport = TransportCommands(document, selection, transport, mixing, preferences, window)
        self.mixing = MixingCommands(document, mixing, container.metering, window.mixer_panel, window)
        self.output = OutputCommands(document, selection, transport, preferences, window)

    def _make_takes(self, container: Container, window: MainWindow) -> None:
        document, selection, separator = container.document, container.selection, container.separator
        comparing, preferences, actions = container.comparing, container.preferences, window.actions_by_name
        self.separation = SeparationCommands(
            document, separator, container.separation_queue, container.clip_loader, preferences, window
        )
        self.split = SplitCommands(document, container.separation_queue, container.background, self.separation, window)
        self.candidates = CandidateCommands(document, container.separation_queue, window)
        self.queue = QueueCommands(
            container.separation_queue,
            separator,
            container.session_opener,
            container.queue_journal,
            window.queue_panel,
            actions,
            window,
        )
        self.first_take = FirstTake(document, container.mixing, container.transport, window)
        self.ready_note = ReadyNote(document, container.mixing, window)
        self.model_setup = ModelSetupCommands(container.models, self.separation, window)
        self.takes = TakeCommands(
            document,
            comparing,
            container.corrector,
            preferences,
            self.separation,
            window.takes_panel,
            actions,
            window,
        )
        self.partial_takes = PartialTakeCommands(
            document, selection, container.transport, container.mixing, separator, self.separation, window
        )
        self.derived_takes = DerivedTakeCommands(
            document,
            selection,
            container.comping,
            container.corrector,
            self.separation,
            container.mixing,
            actions,
            window,
        )
        self.presence = PresenceCommands(
            document, selection, container.transport, container.presence_override, actions, window
        )
        self.blind_test = BlindTestCommands(
            BlindTestControllers(
                document,
                selection,
                comparing,
                container.loudness,
                container.audition,
                container.mixing,
                container.transport,
                preferences,
                container.corrector,
            ),
            window,
        )
        self.listening_test = ListeningTestCommands(container.transport, container.background, preferences, window)

    def _make_view(self, container: Container, window: MainWindow) -> None:
        document, preferences = container.document, container.preferences
        self.view = ViewCommands(
            document,
            container.selection,
            preferences,
            window.timeline,
            window.span_layer,
            window.box_zoom,
            window,
        )
        self.spectrogram = SpectrogramCommands(container.timeline_renderer, preferences, window.timeline, window)
        self.lanes = LaneCommands(document, preferences, window.timeline, window)
        self.panels = PanelCommands(window)
        self.time_format = TimeFormatCommands(document, preferences, window)
        self.history = HistoryCommands(document, window.area_layer.cancel_gesture, window)
        self.guide = GuideCommands(window)
        self.keys = KeyCommands(container.key_map, window.specs, self.guide, window)

    def _make_areas(self, container: Container, window: MainWindow) -> None:
        document, layer, actions = container.document, window.area_layer, window.actions_by_name
        self.area_tools = AreaToolCommands(
            document, container.preferences, self.view, layer, window.area_options, actions, window
        )
        self.areas = AreaCommands(
            document,
            container.selection,
            container.areas,
            container.area_mover,
            container.area_playback,
            container.mixing,
            self.area_tools,
            container.transport,
            (self.transport, self.view, self.spans, self.partial_takes),
            layer,
            window.timeline,
            window,
        )
        self.area_menu = AreaMenu(actions, container.areas, window)

    def _make_files(self, container: Container, window: MainWindow) -> None:
        selection, opener, preferences = container.selection, container.session_opener, container.preferences
        self.session_view = SessionView(
            container.document,
            selection,
            container.transport,
            window.timeline,
            self.spectrogram,
            self.separation,
            window,
        )
        self.session_questions = SessionQuestions(opener, window)
        self.sessions = SessionCommands(
            container.document,
            container.session_state,
            container.session_saver,
            container.autosave,
            container.clip_loader,
            container.separation_queue,
            preferences,
            self.session_view,
            window,
        )
        self.recovery = RecoveryCommands(container.autosave, opener, window)
        self.recordings = RecordingCommands(
            container.document,
            opener,
            container.clip_loader,
            container.separator,
            container.separation_queue,
            self.sessions,
            self.separation,
            window.recordings_panel,
            window.actions_by_name,
            window,
        )
        self.files = FileCommands(container.document, opener, preferences, self.sessions, window)
        self.labels = LabelCommands(container.document, preferences, container.background, window)
        self.stem_drag_out = StemDragOutCommands(
            container.document, container.audition, container.stem_drag_out, window.mixer_panel, window
        )
        exporting = ExportControllers(
            container.document,
            selection,
            container.mixing,
            container.video_frames,
            container.session_state,
            preferences,
            container.background,
            container.corrector,
        )
        self.export = ExportCommands(exporting, window)
        self.export_all = ExportAllCommands(exporting, window)

    def _make_window(self, container: Container, window: MainWindow) -> None:
        preferences, actions = container.preferences, window.actions_by_name
        self.palette = PaletteCommands(
            window.specs,
            actions,
            window.docks,
            container.key_map,
            container.document,
            preferences,
            self.files,
            window,
        )
        self.preferences = PreferenceCommands(
            PreferenceControllers(
                self.output,
                self.time_format,
                self.separation,
                MachineCommands(container.machines, window.prompt_panel.advanced, window),
                StorageCommands(container.stem_drag_out, container.background, window),
                GraphicsCommands(container.downloads, window),
                container.models,
                container.key_map,
                preferences,
            ),
            actions,
            window,
        )
        self.window = WindowCommands(
            container.document,
            preferences,
            actions,
            self.sessions,
            self.queue,
            RunningJobs(self.export_all, container.models, container.following, window),
            self.files,
            self.labels,
            self.panels,
            window,
        )
