"""Follows an object through the video on a thread of its own; what was found before stays where it still holds."""

from collections import OrderedDict
from collections.abc import Callable, Generator
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.separation.engine import Progress, TrackStore, Video
from samstudio.separation.video.contract import Tracked, Tracker
from samstudio.separation.video.following import track_key, track_times
from samstudio.session.stretch import Stretch
from samstudio.session.video.mask_track import MaskTrack, packed_mask
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
        self._tracker: Tracker | None = None
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
    def was_followed(self) -> bool:
        """Whether the object that is shown was followed, whole or in part, by these marks or by some of them."""
        return self.track is not None

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
        self, video: Video, stretch: Stretch, marks: _Marks, near: float, base: MaskTrack | None
    ) -> Generator[tuple[float, MaskTrack | None], None, None]:
        """On the thread: yield how much is done (0..1) with the track as far as it is known, some times a second."""
        tracker, key = self._key(video, stretch, marks)
        if (kept := self._store.find(key)) is not None:
            yield 1.0, kept
            return
        made = _Made(key, base)
        known = set(base.times) if base is not None else set[float]()
        every = track_times(stretch, RATE)
        times = tuple(time for time in every if time not in known)
        shown, pause, fraction = monotonic(), self._pause, 0.0
        steps = tracker.track(video, times, marks, near)
        try:
            for step in steps:
                if isinstance(step, Progress):
                    fraction = step.fraction
                else:
                    made.add(step)
                    fraction = max(fraction, made.count / len(times))
                track = None
                if monotonic() - shown >= pause:
                    begun = monotonic()
                    track = made.track()
                    shown = monotonic()
                    # Of a long film, putting it together must not become most of the work.
                    pause = max(self._pause, 20.0 * (shown - begun))
                # A cancel counts at every step.
                yield fraction, track
        finally:
            steps.close()
        track = made.track()
        if track is not None and track.times == every:
            # A part of it is found again only where that part was wanted.
            self._store.keep(track)
        yield 1.0, track

    def _key(self, video: Video, stretch: Stretch, marks: _Marks) -> tuple[Tracker, str]:
        """On the thread: the tracker, and the key of the track that it makes."""
        if self._tracker is None:
            self._tracker = self._make()
        return self._tracker, track_key(video, stretch, RATE, marks, self._tracker)

    def recall(self, video: Video, stretch: Stretch) -> None:
        """Put back what was kept of the object that is shown, without following it."""
        if self._shown[1] and self.track is None and not self.is_running:
            self._background.run(self._recalled(video, stretch, self._shown), done=self._on_recalled)

    def _recalled(
        self, video: Video, stretch: Stretch, work: tuple[str, _Marks]
    ) -> Generator[tuple[tuple[str, _Marks], MaskTrack | None], None, None]:
        _, key = self._key(video, stretch, work[1])
        yield work, self._store.find(key)

    @Slot(object)
    def _on_recalled(self, answer: tuple[tuple[str, _Marks], MaskTrack | None]) -> None:
        work, track = answer
        if track is not None and work == self._shown and self.track is None:
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


class _Made:
    """What was found, beside what was known before."""

    def __init__(self, key: str, base: MaskTrack | None) -> None:
        self._key, self._base = key, base
        self._made: dict[float, tuple[bytes, float]] = {}
        self._size: tuple[int, int] | None = None
        self.count = 0

    def add(self, step: Tracked) -> None:
        """One more mask."""
        if self._size is None:
            self._size = height, width = step.mask.shape
            base = self._base
            if base is not None and (base.height, base.width) == (height, width):
                self._made.update(zip(base.times, zip(base.masks, base.certainty, strict=True), strict=True))
        self._made[step.time] = packed_mask(step.mask), step.certainty
        self.count += 1

    def track(self) -> MaskTrack | None:
        """All of it in order of time."""
        if self._size is None:
            return self._base
        times = tuple(sorted(self._made))
        masks, certainty = zip(*(self._made[time] for time in times), strict=True)
        return MaskTrack(self._key, times, masks, certainty, *self._size)
