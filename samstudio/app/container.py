"""Everything that lives behind the window, built once, and the news the controllers tell each other."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot

from samstudio.app.actions import ACTIONS
from samstudio.audio.playback.tracks import StemSet, targets_of
from samstudio.controllers.analysis.landmark_finder import LandmarkFinder
from samstudio.controllers.analysis.loudness_measurement import LoudnessMeasurement
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.controllers.analysis.video_frames import VideoFrames
from samstudio.controllers.background import Background
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
from samstudio.controllers.playback.comparing import Comparing
from samstudio.controllers.playback.metering import MasterMetering
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.comping import Comping
from samstudio.controllers.separation.presence_override import PresenceOverride
from samstudio.controllers.separation.separator import Separator
from samstudio.controllers.separation.suggested_spans import SuggestedSpans
from samstudio.controllers.settings.key_map import KeyMap
from samstudio.controllers.settings.model_manager import ModelManager
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.clip import AudioClip
from samstudio.session.span_edits import extent
from samstudio.session.take import Stem, Stems, Take
from samstudio.session.take_tree import chain_to


class Studio(QObject):
    """The controllers. What they share is which stems are seen and heard: the current take's, or those being made."""

    stems_changed = Signal(object)
    """Stems or None."""
    earlier_changed = Signal(object)
    """tuple[Take, ...]: the takes that these stems came from, the first of all first; their targets are heard, too."""

    def __init__(self) -> None:
        super().__init__()
        self.preferences = Preferences(self)
        self.key_map = KeyMap({spec.name: spec.keys for spec in ACTIONS}, self.preferences, self)
        self.background = Background(self)
        # A download may take an hour: it must not stand in the way of opening and exporting.
        self.downloads = Background(self)
        self.weights = ModelManager(self.downloads, self)
        self.document = Document(self)
        self.selection = Selection(self)
        self.suggestions = SuggestedSpans(self.document, self)
        self.presence_override = PresenceOverride(self.document, self.background, self)
        self.comping = Comping(self.document, self.background, self)
        self.stem_drag_out = StemDragOut(self.background, cache_folder() / "stems", self)
        self.clip_loader = ClipLoader(self.background, self)
        self.landmarks = LandmarkFinder(self.background, self)
        self.pictures = TimelineRenderer(self)
        self.video_frames = VideoFrames(self)
        self.separator = Separator(self)
        self.transport = Transport(self)
        self.mixing = Mixing(self)
        self.metering = MasterMetering(self.transport, self)
        self.loudness = LoudnessMeasurement(self.background, self)
        # Before the stems are exchanged it must know what their level shall be.
        self.comparing = Comparing(self.document, self.loudness, self)
        # Saving waits for nothing else, and the recording's hash keeps no save waiting.
        self.saving, self.hashing = Background(self), Background(self)
        self.clip_hash = ClipHash(self.hashing, self)
        data = data_folder()
        locks, stored_stems = SessionLocks(data / "locks"), StoredStems()
        self.session_state = SessionState(self.document, self.mixing, locks, self)
        self.session_saver = SessionSaver(
            self.document, self.mixing, self.session_state, stored_stems, self.clip_hash, self.saving, self
        )
        self.session_opener = SessionOpener(
            self.document,
            self.mixing,
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
            self.mixing,
            self.session_state,
            stored_stems,
            self.session_saver,
            self.saving,
            data / "autosave",
            self,
        )
        self.session_opener.recovered.connect(self.autosave.adopt)
        self._blind: StemSet | None = None
        self._stems: Stems | None = None
        self._growing: Stems | None = None
        self._grown = 0
        self._earlier: tuple[Take, ...] = ()
        self._connect()

    def _connect(self) -> None:
        # What is separated belongs to the recording before.
        self.document.clip_changed.connect(self.separator.cancel)
        self.document.clip_changed.connect(self._take_clip)
        self.document.clip_trimmed.connect(self._take_trimmed_clip)
        self.document.takes_changed.connect(self._follow_chain)
        self.document.current_take_changed.connect(self._take_current)
        self.document.prompt_changed.connect(self.selection.follow_prompt)
        self.suggestions.changed.connect(self.selection.follow_suggestions)
        self.mixing.mix_changed.connect(self.comparing.follow_mix)
        self.comparing.follow_mix(self.mixing.mix)
        self.comparing.gain_changed.connect(self._hear)
        self.clip_loader.grown.connect(self._grow_clip)
        self.transport.position_changed.connect(self.video_frames.seek)
        self.transport.ticked.connect(self.mixing.follow_tick)
        self.transport.playing_changed.connect(self.mixing.follow_playing)
        self.clip_loader.completed.connect(self.landmarks.find_onsets)
        self.clip_loader.completed.connect(self._follow_file)
        self.separator.running_changed.connect(self._hold_samples)
        self.separator.started.connect(self._take_growing)
        self.separator.grown.connect(self._grow_stems)
        self.separator.finished.connect(self._finish)
        self.separator.stopped.connect(self._drop_growing)
        self.separator.failed.connect(self._drop_growing)

    @property
    def selected_stretch(self) -> tuple[float, float] | None:
        """The selected time in seconds; where none is, that of the selected spans or suggested span."""
        if self.selection.range is not None:
            return self.selection.range
        if self.selection.spans:
            return extent(self.document.prompt.spans[index] for index in self.selection.spans)
        if self.selection.suggestion is not None:
            return extent([self.suggestions.spans[self.selection.suggestion]])
        return None

    @Slot()
    def warm_up(self) -> None:
        """Get ready what takes a moment, once the window is seen."""
        self.transport.look_for_device()
        self.weights.refresh()
        self.separator.warm_up(self.preferences.separation_settings().engine)

    def shut_down(self) -> None:
        """Stop the sound and end every thread."""
        # A stack that is taken apart tells of its last step, when nobody is left to hear it.
        self.document.undo_stack.blockSignals(True)
        self.transport.close()
        self.clip_loader.cancel()
        self.separator.shut_down()
        for background in (self.background, self.downloads, self.saving, self.hashing):
            background.shut_down()
        self.autosave.shut_down()
        self.pictures.close()
        self.video_frames.shut_down()

    @Slot()
    def _follow_file(self) -> None:
        if self.document.clip is not None:
            self.clip_hash.follow(self.document.clip.path)

    @Slot(object)
    def _take_clip(self, clip: AudioClip | None) -> None:
        self.selection.begin_anew()
        self.clip_hash.follow(None)
        # What is growing belongs to the recording before.
        self._growing = None
        self._show_stems(None, growing=False)
        self.mixing.set_clip(clip)
        self.transport.load(self.mixing.mixer, clip.frames if clip else 0)
        self.metering.begin(clip.sample_rate if clip else None)
        self.landmarks.set_clip(clip)
        self.video_frames.set_film(clip.path if clip else None)
        if clip is None:
            self.pictures.set_source(Stem.CLIP, None, 0, 0)
        else:
            self.pictures.set_source(Stem.CLIP, clip.samples, clip.sample_rate, 0)

    @Slot(object)
    def _take_trimmed_clip(self, clip: AudioClip) -> None:
        self.mixing.trim_clip(clip)
        self.transport.trim(clip.frames)
        self.landmarks.set_clip(clip)
        self.pictures.set_source(Stem.CLIP, clip.samples, clip.sample_rate, clip.frames)

    @Slot(int)
    def _grow_clip(self, frames: int) -> None:
        self.pictures.extend(Stem.CLIP, frames)

    @Slot(object)
    def _take_current(self, take: Take | None) -> None:
        self._show_stems(take.stems if take else None, growing=False)

    def _is_of_this_clip(self) -> bool:
        # A cancelled separation of the recording before may still be on its way.
        return self.separator.clip is self.document.clip

    @Slot(bool)
    def _hold_samples(self, running: bool) -> None:
        self.document.held = self.separator.samples if running else None

    @Slot(object)
    def _take_growing(self, stems: Stems) -> None:
        if self._is_of_this_clip():
            self._growing, self._grown = stems, 0
            self._show_stems(stems, growing=True)

    @Slot(int)
    def _grow_stems(self, frames: int) -> None:
        # Meanwhile the person may be listening to another take, or have opened another recording.
        if self._growing is not None and self._stems is self._growing:
            self._grown = frames
            self._hear()
            self.pictures.extend(Stem.TARGET, frames)
            self.pictures.extend(Stem.RESIDUAL, frames)

    @Slot(object)
    def _finish(self, take: Take) -> None:
        if self._is_of_this_clip():
            self._grow_stems(take.stems.target.shape[0])
            self._growing = None
            self.document.add_take(take)
        self._growing = None

    @Slot()
    def _drop_growing(self) -> None:
        self._growing = None
        self._take_current(self.document.current_take)

    def _show_stems(self, stems: Stems | None, *, growing: bool) -> None:
        clip = self.document.clip
        if stems is self._stems or (clip is None and stems is not None):
            return
        self._stems = stems
        ready = 0 if growing or stems is None else len(stems.target)
        self._follow_chain()
        self.stems_changed.emit(stems)
        # Last: the peaks of stems that were shown before come at once, to lanes that must be there.
        for stem, samples in ((Stem.TARGET, stems and stems.target), (Stem.RESIDUAL, stems and stems.residual)):
            self.pictures.set_source(stem, samples, clip.sample_rate if clip else 0, ready)

    @Slot()
    def _follow_chain(self) -> None:
        """Find anew what the stems came from: other stems were chosen, or takes were deleted or renamed."""
        takes = self.document.takes
        heard = next((take for take in takes if take.stems is self._stems), None)
        if self._stems is None:
            self._earlier = ()
        elif heard is not None:
            self._earlier = chain_to(heard, takes)[:-1]
        elif self._stems is self._growing:
            source = next((take for take in takes if take.id == self.separator.source), None)
            self._earlier = chain_to(source, takes) if source is not None else ()
        self._hear()
        self.earlier_changed.emit(self._earlier)

    @Slot()
    def _hear(self) -> None:
        """Bring to the ear what is seen."""
        leaves = None
        if self._stems is not None:
            earlier, growing = targets_of(self._earlier), self._stems is self._growing
            ready, whole = (self._grown, self.separator.samples) if growing else (None, None)
            leaves = StemSet(self._stems, earlier, ready, whole, 0.0 if growing else self.comparing.gain_db)
        self.mixing.hear(self._blind or leaves)

    def hear_blind(self, stems: Stems | None, gain_db: float = 0.0) -> None:
        """Hear stems that are not the ones seen, until None is said; the picture tells nothing of it."""
        self._blind = None if stems is None else StemSet(stems, stems_db=gain_db)
        self._hear()


def data_folder() -> Path:
    """Where the program keeps what is neither a setting nor a document of the person's."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)) / "samstudio"


def cache_folder() -> Path:
    """Where the program keeps what it can make again."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)) / "samstudio"
