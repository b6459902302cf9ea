"""Follows an object through the video on a thread of its own; what was found before stays where it still holds."""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.separation.engine import Progress, TrackStore, Video
from samstudio.separation.video.contract import Tracker
from samstudio.separation.video.following import follow, track_key, track_times
from samstudio.session.stretch import Stretch
from samstudio.session.video.mask_track import MaskTrack
from samstudio.session.video.object_edits import still_true
from samstudio.session.video.objects import Mark, VideoObject

RATE = 25.0
"""Masks a second: a vision frame of the model takes one each."""
_KEPT = 32
"""Tracks in memory: undo and redo find theirs again."""
_PAUSE = 0.25
"""Seconds between two looks at what was found so far."""

_Marks = tuple[Mark, ...]


class Following(QObject):
    """The masks of the object that is shown, and the work that makes them."""

    track_changed = Signal(object)
    """MaskTrack, complete or not, or None: of the object that is shown."""
    progressed = Signal(float)
    """Fraction of the work."""
    running_changed = Signal(bool)
    other_found = Signal()
    """A track of an object that is not shown."""
    failed = Signal(str)
    """A sentence."""

    def __init__(
        self,
        make_tracker: Callable[[], Tracker],
        store: TrackStore,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make, self._store, self._background = make_tracker, store, background
        self._tracks: OrderedDict[tuple[str, _Marks], MaskTrack] = OrderedDict()
        self._shown: tuple[str, _Marks] = ("", ())
        self._work: tuple[str, _Marks] = ("", ())
        self._job: Job | None = None
        self.track: MaskTrack | None = None
        self._pause = _PAUSE

    @property
    def is_running(self) -> bool:
        """Whether an object is being followed."""
        return self._job is not None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Those of the object that is shown."""
        return self._shown[1]

    def track_of(self, known: VideoObject) -> MaskTrack | None:
        """What is known in memory of where an object of the shown video is."""
        return self._tracks.get((self._shown[0], known.marks))

    def show(self, video_key: str, known: VideoObject | None) -> None:
        """Show another object, other marks of it, or another video; what holds of its masks is there at once."""
        marks = known.marks if known is not None and known.follows else ()
        if (video_key, marks) == self._shown:
            return
        before, self._shown = self._shown, (video_key, marks)
        if self.is_running and self._work != self._shown:
            self.stop()
        track = self._tracks.get(self._shown)
        if track is None and self.track is not None and before[0] == video_key:
            track = still_true(self.track, before[1], marks)
        if track is not self.track:
            self.track = track
            self.track_changed.emit(track)

    def follow(self, video: Video, stretch: Stretch, near: float) -> None:
        """Follow the object that is shown through a stretch (seconds), first near a time, where no mask is yet."""
        marks = self._shown[1]
        self.stop()
        known = set(self.track.times) if self.track is not None else set[float]()
        if not marks or known.issuperset(track_times(stretch, RATE)):
            return
        self._work = self._shown
        job = self._job = self._background.run(
            self._walk(video, stretch, marks, near, self.track),
            stepped=self._on_stepped,
            failed=self.failed,
        )
        job.ended.connect(self._on_ended)
        self.running_changed.emit(True)

    @Slot()
    def stop(self) -> None:
        """Follow no further; what was found stays."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.running_changed.emit(False)

    def _walk(
        self, video: Video, stretch: Stretch, marks: _Marks, near: float, known: MaskTrack | None
    ) -> Generator[tuple[float, MaskTrack | None], None, None]:
        """On the thread: yield how much is done (0..1) with the track as far as it is known, some times a second."""
        times = track_times(stretch, RATE)
        steps = follow(video, marks, times, self._make(), self._store, known, near)
        shown, pause, fraction = monotonic(), self._pause, 0.0
        with closing(steps):
            while True:
                try:
                    step, made = next(steps)
                except StopIteration as end:
                    yield 1.0, end.value
                    return
                track = None
                if isinstance(step, Progress):
                    fraction = max(fraction, step.fraction)
                elif monotonic() - shown >= pause:
                    begun = monotonic()
                    track = made.track()
                    shown = monotonic()
                    # Of a long film, putting it together must not become most of the work.
                    pause = max(self._pause, 20.0 * (shown - begun))
                # A cancel counts at every step.
                yield fraction, track

    def recall(self, video: Video, objects: Iterable[VideoObject]) -> None:
        """Put back what was kept of objects in the video that is shown, without following them."""
        works = [(self._shown[0], known.marks) for known in objects if known.follows and known.marks]
        if not self.is_running and (missing := [work for work in works if work not in self._tracks]):
            self._background.run(self._recalled(video, missing), stepped=self._on_recalled)

    def _recalled(
        self, video: Video, works: Sequence[tuple[str, _Marks]]
    ) -> Generator[tuple[tuple[str, _Marks], MaskTrack | None], None, None]:
        for work in works:
            yield work, self._store.find(track_key(video, work[1], self._make()))

    @Slot(object)
    def _on_recalled(self, answer: tuple[tuple[str, _Marks], MaskTrack | None]) -> None:
        work, track = answer
        if track is not None and work not in self._tracks:
            self._keep(work, track)

    def _keep(self, work: tuple[str, _Marks], track: MaskTrack) -> None:
        """Keep a track of some work in memory, and show it if it is of what is shown."""
        self._tracks[work] = track
        self._tracks.move_to_end(work)
        if len(self._tracks) > _KEPT:
            self._tracks.popitem(last=False)
        if work == self._shown:
            self.track = track
            self.track_changed.emit(track)
        else:
            self.other_found.emit()

    @Slot(object)
    def _on_stepped(self, step: tuple[float, MaskTrack | None]) -> None:
        fraction, track = step
        self.progressed.emit(fraction)
        if track is not None:
            self._keep(self._work, track)

    @Slot()
    def _on_ended(self) -> None:
        if self.sender() is self._job:
            self._job = None
            self.running_changed.emit(False)
