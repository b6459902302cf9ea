"""Following objects through the video: when it begins by itself, through which part, and where it is worth a look."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.app.commands.marking.object_display import ObjectDisplay
from samstudio.audio.video.video_file import VideoFile
from samstudio.controllers.background import Background
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.separator import Separator
from samstudio.controllers.video.following import Following
from samstudio.controllers.video.looking import Looking
from samstudio.separation.video.motion_spans import motion_spans
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Span
from samstudio.session.stretch import Stretch
from samstudio.session.video.mask_track import MaskTrack
from samstudio.session.video.objects import VideoObject

NOTHING_MARKED = "Click what makes the sound in the video first."
AROUND = 30.0
"""Seconds on either side of a mark through which an object is followed by itself: minutes of work on one core."""
_NOT_FOLLOWED = "Follow the object first, which F does: its motion says where it may sound."
_BUSY = "A separation is running: follow the object when it is done."


@dataclass(frozen=True)
class ObjectControllers:
    """What the commands on objects act on."""

    document: Document
    selection: Selection
    transport: Transport
    separator: Separator
    looking: Looking
    following: Following
    background: Background
    sees: Callable[[], bool]
    """Whether the chosen engine looks at the video: only then is anything done for it that nobody asked for."""


class FollowCommands(QObject):
    """Starts and stops the work that looks for the chosen object, and leads to where it was not found."""

    noted = Signal(str)
    """Why nothing was done, or what is being done."""
    offered = Signal(object)
    """tuple[Span, ...]: where the object's motion says that it sounds, and that others do."""

    def __init__(self, controllers: ObjectControllers, display: ObjectDisplay, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._selection = controllers.document, controllers.selection
        self._transport, self._separator = controllers.transport, controllers.separator
        self._looking, self._following = controllers.looking, controllers.following
        self._sees, self._display = controllers.sees, display
        self._background = controllers.background
        self._followed: Stretch | None = None
        """Seconds that were last asked for: a mark mends all of them, whatever is selected by then; None: nothing."""
        self._wish: Stretch | None = None
        """What is followed once the mask of the first mark is seen."""

    @Slot()
    def follow(self) -> None:
        """Follow the object through the selected time, or through all of it, near the playhead first."""
        clip = self._document.clip
        if clip is None or clip.path is None or not self._following.marks:
            self.noted.emit(NOTHING_MARKED)
        elif self._separator.is_running:
            self.noted.emit(_BUSY)
        else:
            self._follow(self._selection.range or (0.0, clip.duration))

    def _follow(self, stretch: Stretch) -> None:
        clip = self._document.clip
        if clip is not None and clip.path is not None and not self._separator.is_running:
            self._followed, self._wish = stretch, None
            self._following.follow(VideoFile(clip.path, clip.track), stretch, self._transport.position)

    def after_edit(self, known: VideoObject, time: float, *, was_followed: bool) -> None:
        """The object has other marks, one of them at a time (seconds): look for it again, or for the first time.

        For the first time it is followed by itself only for an engine that looks at the video, and after the mask of
        the mark is there: the selected time, or what lies around the mark. All of a long film takes hours: F does that.
        """
        self._wish = None
        clip, selected = self._document.clip, self._selection.range
        if clip is None or not known.marks:
            return
        around = max(0.0, time - AROUND), min(clip.duration, time + AROUND)
        if was_followed:
            again = self._followed
            self._follow(again if again is not None and again[0] <= time <= again[1] else around)
        elif self._sees():
            self._wish = selected if selected is not None and selected[0] <= time <= selected[1] else around

    def begin(self) -> None:
        """The mask of a mark is seen: what waited for it begins."""
        if self._wish is not None:
            self._follow(self._wish)

    @Slot()
    def stop(self) -> None:
        """Follow no further; what was found stays."""
        self._wish = None
        self._following.stop()

    @Slot(bool)
    def make_way(self, running: bool) -> None:
        """A separation runs: it needs the processor."""
        self._looking.hold(running)
        if running:
            self.stop()

    @Slot()
    def recall(self) -> None:
        """Put back the masks that were kept of a recording's objects."""
        self._followed = self._wish = None
        clip = self._document.clip
        if clip is not None and clip.path is not None:
            self._following.recall(VideoFile(clip.path, clip.track), self._document.prompt.objects)

    # What its motion says

    @Slot()
    def offer_spans(self) -> None:
        """Suggest + and - spans from the object's motion: for engines that do not look at the video."""
        clip, track = self._document.clip, self._following.track
        if clip is None or clip.path is None or track is None:
            self.noted.emit(_NOT_FOLLOWED)
            return
        self.noted.emit("Comparing the object's motion with the sound…")
        steps = _told_by_motion(clip, VideoFile(clip.path, clip.track), track)
        self._background.run(steps, done=self._on_offered, failed=self.noted)

    @Slot(object)
    def _on_offered(self, told: tuple[AudioClip, tuple[Span, ...]]) -> None:
        clip, spans = told
        if clip is not self._document.clip:
            return
        if spans:
            count = len(spans)
            self.noted.emit(f"{count} span{'s are' if count > 1 else ' is'} suggested from the object's motion.")
            self.offered.emit(spans)
        else:
            self.noted.emit("The object's motion does not go with the sound.")

    # Where it is worth a look

    @Slot()
    def next_unsure(self) -> None:
        """Go to the next place that is worth a look."""
        self.step_unsure(1)

    @Slot()
    def previous_unsure(self) -> None:
        """Go to the previous place that is worth a look."""
        self.step_unsure(-1)

    @Slot(int)
    def step_unsure(self, way: int) -> None:
        """Go to the middle of the next (1) or previous (-1) unsure stretch; from the last one on to the first."""
        track, now = self._following.track, self._transport.position
        times = [(start + end) / 2.0 for start, end in track.unsure] if track is not None else []
        # The frame in the middle of a stretch, not what lies between two.
        times = [track.times[place] for time in times if track and (place := track.index_at(time)) is not None]
        if not times:
            self.noted.emit("There is no place to check: " + self._why_sure())
            return
        reach = self._display.reach
        further = [time for time in times if (time - now) * way > reach]
        self._transport.seek((min(further) if way > 0 else max(further)) if further else times[0 if way > 0 else -1])

    def _why_sure(self) -> str:
        if self._following.track is None:
            return "the object was not followed yet, which F does."
        return "the object was followed with certainty."

    @Slot()
    def check(self) -> None:
        """Go to the next place to check, ready for the click that mends it."""
        self.step_unsure(1)
        self._display.focus()


def _told_by_motion(
    clip: AudioClip, video: VideoFile, track: MaskTrack
) -> Generator[float | tuple[AudioClip, tuple[Span, ...]], None, None]:
    """In the pool: the clip and its spans come last."""
    spans = yield from motion_spans(video, track, clip.samples, clip.sample_rate)
    yield clip, spans
