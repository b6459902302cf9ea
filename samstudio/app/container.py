"""Builds every controller once and connects them to each other."""

from collections.abc import Mapping

from PySide6.QtCore import QDeadlineTimer, QObject, Signal, Slot

from samstudio.app.folders import cache_folder, data_folder
from samstudio.controllers.analysis.landmark_finder import LandmarkFinder
from samstudio.controllers.analysis.loudness_measurement import LoudnessMeasurement
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.controllers.analysis.video_frames import VideoFrames
from samstudio.controllers.background import SHUT_DOWN_LIMIT, Background
from samstudio.controllers.correcting.area_mover import AreaMover
from samstudio.controllers.correcting.area_playback import AreaPlayback
from samstudio.controllers.correcting.area_selection import AreaSelection
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.persistence.autosave import Autosave
from samstudio.controllers.persistence.clip_hash import ClipHash
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.persistence.session_locks import SessionLocks
from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.controllers.persistence.session_saver import SessionSaver
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.persistence.stem_drag_out import StemDragOut
from samstudio.controllers.persistence.stored_stems import StoredStems
from samstudio.controllers.playback.audition import Audition
from samstudio.controllers.playback.comparing import Comparing
from samstudio.controllers.playback.metering import MasterMetering
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.queue.queue_journal import QueueJournal
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.controllers.separation.comping import Comping
from samstudio.controllers.separation.corrector import Corrector
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.controllers.separation.presence_override import PresenceOverride
from samstudio.controllers.separation.separator import Separator
from samstudio.controllers.separation.suggested_spans import SuggestedSpans
from samstudio.controllers.settings.key_map import KeyMap
from samstudio.controllers.settings.machine_facts import describe_machine
from samstudio.controllers.settings.machines import Machines
from samstudio.controllers.settings.model_manager import ModelManager
from samstudio.controllers.settings.preferences import Preferences
from samstudio.controllers.video.following import Following
from samstudio.controllers.video.looking import Looking
from samstudio.separation.video.finders import make_segmenter, make_tracker
from samstudio.storage.mask_files import MaskFiles


class Container(QObject):
    """The controllers. `default_keys` are those of each action where the user has chosen no others."""

    machine_described = Signal(object)
    """What this computer separates on (str), found once the window is shown."""

    def __init__(self, default_keys: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.preferences = Preferences(self)
        self.key_map = KeyMap(default_keys, self.preferences, self)
        self._make_pools()
        self.models = ModelManager(self.downloads, self)
        self.machines = Machines(self.preferences, self.downloads, self)
        self.document = Document(self)
        self.selection = Selection(self)
        self.suggested_spans = SuggestedSpans(self.document, self)
        self.presence_override = PresenceOverride(self.document, self.background, self)
        self.comping = Comping(self.document, self.background, self)
        self.stem_drag_out = StemDragOut(self.background, cache_folder() / "stems", self)
        self.clip_loader = ClipLoader(self.document, self.reading, self)
        self.landmarks = LandmarkFinder(self.background, self)
        self.timeline_renderer = TimelineRenderer(self)
        self.video_frames = VideoFrames(self)
        self.separator = Separator(self.document, PaceHistory(cache_folder() / "paces.json"), self, self.machines)
        self.separation_queue = SeparationQueue(self.document, self.separator, self)
        self.looking = Looking(make_segmenter, self.looking_ahead, self)
        self.following = Following(make_tracker, MaskFiles(), self.following_on, self)
        self._make_playback()
        self._make_areas()
        self._make_persistence()
        self._connect()

    def _make_pools(self) -> None:
        self.background = Background(self)
        # Long recordings, and many of them: an export or a measurement must not wait for all.
        self.reading = Background(self)
        # A stroke is heard at once, whatever else is going on.
        self.correcting = Background(self, threads=1)
        # A download may take an hour: it must not block opening and exporting.
        self.downloads = Background(self)
        # Saving waits for nothing else, and the recording's hash keeps no save waiting.
        self.saving, self.hashing = Background(self), Background(self)
        # The networks that look at pictures are not for several threads; looking at one waits for no film.
        self.looking_ahead, self.following_on = Background(self, threads=1), Background(self, threads=1)

    def _make_playback(self) -> None:
        self.transport = Transport(self)
        self.mixing = Mixing(self)
        self.metering = MasterMetering(self.transport, self)
        self.loudness = LoudnessMeasurement(self.background, self)
        # Before `Audition`, which exchanges the stems and asks for their level.
        self.comparing = Comparing(self.document, self.loudness, self)
        self.corrector = Corrector(self.document, self.correcting, lambda: self.transport.position, self)
        self.audition = Audition(
            self.document,
            self.separator,
            self.corrector,
            self.comparing,
            self.mixing,
            self.transport,
            self.timeline_renderer,
            self,
        )

    def _make_areas(self) -> None:
        self.areas = AreaSelection(self.document, self.audition, self.background, self)
        self.area_mover = AreaMover(self.document, self.corrector, self.correcting, self)
        self.area_playback = AreaPlayback(
            self.document, self.audition, self.mixing, self.transport, self.background, self
        )

    def _make_persistence(self) -> None:
        data = data_folder()
        self.clip_hash = ClipHash(self.hashing, self)
        locks, stored_stems = SessionLocks(data / "locks"), StoredStems()
        self.session_state = SessionState(self.document, self.mixing, locks, self)
        self.session_saver = SessionSaver(
            self.document, self.session_state, stored_stems, self.clip_hash, self.saving, self
        )
        self.session_opener = SessionOpener(
            self.document,
            self.session_state,
            stored_stems,
            self.clip_loader,
            self.clip_hash,
            self.preferences,
            self.saving,
            self,
        )
        self.autosave = Autosave(
            self.document,
            self.session_state,
            stored_stems,
            self.session_saver,
            self.saving,
            data / "autosave",
            self,
        )
        self.session_opener.recovered.connect(self.autosave.adopt)
        self.queue_journal = QueueJournal(
            self.document, self.separation_queue, self.session_opener, data / "queue", self
        )

    def _connect(self) -> None:
        document, selection, transport, mixing = self.document, self.selection, self.transport, self.mixing
        document.clip_changed.connect(selection.follow_clip)
        document.clip_changed.connect(self.metering.follow_clip)
        document.clip_changed.connect(self.landmarks.set_clip)
        document.clip_changed.connect(self.video_frames.follow_clip)
        document.clip_trimmed.connect(self.landmarks.set_clip)
        document.prompt_changed.connect(selection.follow_prompt)
        self.suggested_spans.changed.connect(selection.follow_suggestions)
        mixing.mix_changed.connect(self.comparing.follow_mix)
        self.comparing.follow_mix(mixing.mix)
        document.clip_grown.connect(self.audition.extend_clip)
        self.clip_loader.completed.connect(self.separation_queue.go_on)
        document.clip_completed.connect(self.landmarks.find_onsets)
        transport.position_changed.connect(self.video_frames.seek)
        transport.position_changed.connect(self.separator.focus.show_position)
        transport.playing_changed.connect(self.separator.focus.show_playing)
        transport.loop_changed.connect(self.separator.focus.show_loop)
        transport.ticked.connect(mixing.follow_tick)
        transport.playing_changed.connect(mixing.follow_playing)

    @Slot()
    def warm_up(self) -> None:
        """Prepare what takes a moment, once the window is shown."""
        self.transport.look_for_device()
        self.models.refresh()
        self.background.run(describe_machine(), done=self.machine_described)
        self.separator.warm_up(self.preferences.separation_settings().engine)

    def shut_down(self) -> bool:
        """Stop the sound and end every thread, within SHUT_DOWN_LIMIT. Returns whether all have ended."""
        # A stack that is destroyed emits a last change, when its receivers are gone.
        self.document.recordings.undo_group.blockSignals(True)
        self.transport.close()
        self.clip_loader.cancel_all()
        pools = (
            self.background,
            self.reading,
            self.correcting,
            self.downloads,
            self.saving,
            self.hashing,
            self.looking_ahead,
            self.following_on,
        )
        # All at once, so that none waits for another before it is cancelled.
        for pool in pools:
            pool.cancel_all()
        self.queue_journal.shut_down()
        self.separation_queue.clear()
        self.separator.cancel()
        until = QDeadlineTimer(SHUT_DOWN_LIMIT)
        ended = [self.separator.shut_down(until), *(pool.shut_down(until) for pool in pools)]
        self.autosave.shut_down()
        self.machines.shut_down()
        ended += [self.timeline_renderer.close(until), self.video_frames.shut_down(until)]
        return all(ended)
