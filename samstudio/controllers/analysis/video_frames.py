"""The video frame at the playhead, decoded on a thread of its own; only the latest request is answered."""

import logging
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, QTimer, Signal, Slot

from samstudio.audio.errors import AudioError
from samstudio.audio.video.video_file import VideoFile, VideoReader
from samstudio.controllers.background import SHUT_DOWN_LIMIT
from samstudio.session.clip import AudioClip

log = logging.getLogger(__name__)

_LONGEST_SIDE = 1280
"""Pixels: more than a panel beside the timeline shows, and enough for one that floats."""
_PAUSE = 40
"""Milliseconds between two frames: enough to follow, without taking the processor from sound and window."""


class _VideoReader(QObject):
    """Lives on the video's thread, as an open file must be read by the thread that opened it."""

    opened = Signal(object, object)
    """Path, VideoInfo or None for a recording without video."""
    shown = Signal(object, float, object)
    """Path, seconds, frame or None."""

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        self._reader: VideoReader | None = None

    @Slot(object, object)
    def open(self, path: Path | None, track: int | None) -> None:
        """Open another file, or none; `track` is the sound track that is played."""
        self.close()
        self._path = path
        info = None
        try:
            if path is not None:
                self._reader = VideoReader(path, _LONGEST_SIDE, track)
                info = self._reader.info
        except AudioError:
            log.info("no video in %s", path)
        except BaseException:  # An answer must come: without it no further frame is requested.
            log.exception("the video of %s could not be opened", path)
        self.opened.emit(path, info)
        if path is not None and info is not None:
            # It is kept, for the GUI thread: made there, it would let the window wait for the disk.
            VideoFile(path, track).key  # noqa: B018

    @Slot(float)
    def show(self, time: float) -> None:
        """Find the frame nearest to `time`."""
        frame = None
        try:
            if self._reader is not None:
                frame = self._reader.frame_at(time)
        except AudioError:
            log.info("the video %s is gone", self._path)
        except BaseException:  # An answer must come: without it no further frame is requested.
            log.exception("no frame could be shown")
        self.shown.emit(self._path, time, frame)

    def close(self) -> None:
        """Close the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None


class VideoFrames(QObject):
    """The frame at the playhead of the video that is open; nothing is decoded while no view shows it."""

    video_changed = Signal(object)
    """VideoInfo, or None where the recording has no video."""
    frame_changed = Signal(object, float)
    """Frame uint8 (H, W, 3), and its time in seconds."""

    _open_wanted = Signal(object, object)
    _frame_wanted = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self.has_video = False
        self._watched = False
        self._wanted: float | None = None
        self._is_busy = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._show_next)
        self._thread = QThread(self)
        self._thread.setObjectName("video")
        self._reader = _VideoReader()
        self._reader.moveToThread(self._thread)
        self._open_wanted.connect(self._reader.open)
        self._frame_wanted.connect(self._reader.show)
        self._reader.opened.connect(self._on_opened)
        self._reader.shown.connect(self._on_shown)
        self._thread.start()

    @Slot(object)
    def follow_clip(self, clip: AudioClip | None) -> None:
        """Show the video of another recording, or none."""
        if clip is None:
            self.set_video(None)
        else:
            self.set_video(clip.path, clip.track)

    def set_video(self, path: Path | None, track: int | None = None) -> None:
        """Show the video of another file, if it has one, from its beginning."""
        self._path, self.has_video = path, False
        self._wanted = 0.0
        self._open_wanted.emit(path, track)

    @Slot(float)
    def seek(self, time: float) -> None:
        """Show the frame at the playhead (seconds)."""
        self._wanted = time
        self._show_next()

    @Slot(bool)
    def set_watched(self, watched: bool) -> None:
        """Whether a view shows the video."""
        self._watched = watched
        self._show_next()

    def shut_down(self, until: QDeadlineTimer | None = None) -> bool:
        """End the thread and close the file, or give up at a moment. Returns whether the thread has ended."""
        self._thread.quit()
        has_ended = self._thread.wait(until or QDeadlineTimer(SHUT_DOWN_LIMIT))
        if has_ended:
            self._reader.close()
        return has_ended

    @Slot()
    def _show_next(self) -> None:
        if self._wanted is None or not self._watched or not self.has_video or self._is_busy or self._pause.isActive():
            return
        time, self._wanted = self._wanted, None
        self._is_busy = True
        self._frame_wanted.emit(time)

    @Slot(object, object)
    def _on_opened(self, path: Path | None, info: object) -> None:
        if path == self._path:
            self.has_video = info is not None
            self.video_changed.emit(info)
            self._show_next()

    @Slot(object, float, object)
    def _on_shown(self, path: Path | None, time: float, frame: object) -> None:
        self._is_busy = False
        if path == self._path and frame is not None:
            self.frame_changed.emit(frame, time)
        self._pause.start()
