"""Playback: the player, the playhead, the loop and the output device."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.devices import OutputChoice, device_status
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.player import Player
from samstudio.session.clip import Samples
from samstudio.session.stretch import Stretch

MIN_LOOP = 0.02
"""Seconds; a shorter loop is widened to this."""
_TICK = 16
"""Milliseconds between two positions: once a frame of a 60 Hz screen."""
_TICKS_PER_CHECK = 30
_FASTEST = 8.0
_IDLE = 10_000
"""Milliseconds after a stop at which the sound card is released for others; until then a start is instant."""


class Transport(QObject):
    """Owns the player. Times are seconds, clipped to the recording."""

    playing_changed = Signal(bool)
    position_changed = Signal(float)
    """The audible position in seconds: some 60 times a second while playing, and at every jump."""
    ticked = Signal(int)
    """While playing, with every position: how often so far. Everything that moves with the playhead is updated by it:
    the window is then painted once for all, and painting is most of what a meter costs."""
    speed_changed = Signal(float)
    """The playback speed, below zero backwards; 1 when stopped."""
    loop_changed = Signal(object)
    """(start, end) in seconds, or None."""
    device_failed = Signal(str)
    """A sentence to show: why nothing plays, or nothing of it is heard, and what to do."""
    device_status_changed = Signal(str)
    """The output in use, or why there is none, for the status bar."""

    def __init__(self, parent: QObject | None = None, player: Player | None = None) -> None:
        super().__init__(parent)
        self._player = player or Player()
        self._rate: int | None = None
        self._frames = 0
        self._loop: Stretch | None = None
        self._home: float | None = None
        self._returns = False
        self._playing = self._is_mute_scrub = False
        self._ticks, self._shown_position, self._shown_speed = 0, 0.0, 1.0
        self._status = ""
        self.output = OutputChoice()
        """The device that was chosen."""
        self._timer = QTimer(self, interval=_TICK, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._idle = QTimer(self, interval=_IDLE, singleShot=True)
        self._idle.timeout.connect(self._player.close)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._playing

    @property
    def position(self) -> float:
        """The audible position in seconds."""
        return 0.0 if self._rate is None else self._player.position / self._rate

    @property
    def loop(self) -> Stretch | None:
        """The loop in seconds, or None."""
        return self._loop

    def read_output(self) -> Samples:
        """The master's output since the last call, (frames, 2) at the recording's rate. One meter may read it."""
        return self._player.read_output()

    def look_for_device(self) -> None:
        """Look for an output device, which takes a moment; `device_status_changed` reports the result."""
        self._show_status(device_status(self.output))

    def choose_output(self, choice: OutputChoice) -> None:
        """Play through another device; playback stops."""
        self.release_output()
        self.output = choice
        self._player.choose_output(choice)

    def release_output(self) -> None:
        """Stop, and release the sound card until the next play."""
        self.stop()
        self._player.close()

    def load(self, mixer: Mixer | None, frames: int) -> None:
        """Load another recording of `frames` frames, stopped at its beginning, without loop; None: nothing."""
        self.stop()
        if mixer is None:
            self._rate, self._frames = None, 0
            self._player.unload()
        else:
            self._rate, self._frames = mixer.sample_rate, frames
            self._player.load(mixer, frames)
        self.set_loop(None)
        self._show_position()

    def trim(self, frames: int) -> None:
        """Set the length that is now known exactly; playback goes on."""
        self._frames = frames
        self._player.trim(frames)

    def play(self, from_seconds: float | None = None) -> None:
        """Play from a time, or from the playhead; from the start where that stands at the end.

        With a loop and a playhead outside it, from the loop's start.
        """
        start = self.position if from_seconds is None else from_seconds
        if self._loop is not None and not self._loop[0] <= start < self._loop[1]:
            start = self._loop[0]
        self._home = start if self._returns else None
        self._play(start, None, self._loop)

    def play_range(self, start: float, end: float, home: float | None = None) -> None:
        """Play a range once, or repeat it if it is the loop.

        Afterwards the playhead is at `home`, or at the range's start.
        """
        self._home = start if home is None else home
        self._play(start, end, self._loop if self._loop == self._fitting_loop(start, end) else None)

    def stop(self) -> None:
        """Stop; the playhead stays at the audible position."""
        self._player.stop()
        self._show_stopped()

    def toggle(self) -> None:
        """Play from the playhead, or stop."""
        if self._playing:
            self.stop()
            if self._returns:
                self._go_home()
        else:
            self.play()

    def set_returning(self, returns: bool) -> None:
        """Whether the playhead goes back to where playback began when it stops or ends."""
        self._returns = returns

    def shuttle(self, speed: float) -> None:
        """Play on at that speed, below zero backwards, to the recording's end or beginning; the loop is ignored."""
        frame = self._player.position
        if self._rate is None or (not self._playing and frame == (self._frames if speed > 0.0 else 0)):
            return
        self._home = None
        self._start(lambda: self._player.shuttle(speed))

    def shuttle_faster(self, direction: int) -> None:
        """Play forwards (1) or backwards (-1), twice as fast if it runs that way already, up to 8 times."""
        along = self._player.speed * direction if self._playing else 0.0
        self.shuttle(direction * (min(2.0 * along, _FASTEST) if along > 0.0 else 1.0))

    def scrub(self, seconds: float) -> None:
        """Move the playhead by hand until `end_scrub`, the sound following it; silently where no device opens."""
        if self._rate is None:
            return
        self._home = None
        if not self._is_mute_scrub:
            self._start(lambda: self._player.scrub(self._frame(seconds)))
            self._is_mute_scrub = not self._playing
        if self._is_mute_scrub:
            self._player.seek(self._frame(seconds))
            self._show_position()

    def end_scrub(self, seconds: float) -> None:
        """Leave the playhead there, stopped."""
        self._is_mute_scrub = False
        self._player.stop()
        self._player.seek(self._frame(seconds))
        self._show_stopped()

    def seek(self, seconds: float) -> None:
        """Move the playhead; playback goes on from there."""
        if self._rate is None:
            return
        self._home = seconds if self._returns and self._playing else None
        self._player.seek(self._frame(seconds))
        self._show_position()

    def step(self, seconds: float) -> None:
        """Move the playhead forward, or back for a negative number."""
        self.seek(self.position + seconds)

    def set_loop(self, loop: Stretch | None) -> None:
        """Repeat a range, or nothing. Playback outside the range at normal speed jumps to its start."""
        if loop is not None:
            loop = self._fitting_loop(*loop)
        if loop == self._loop:
            return
        self._loop = loop
        self._player.set_loop(self._frames_of(loop))
        self.loop_changed.emit(loop)

    def close(self) -> None:
        """Stop and release the sound card."""
        self.stop()
        self._idle.stop()
        self._player.close()

    def _play(self, start: float, end: float | None, loop: Stretch | None) -> None:
        if self._rate is None:
            return
        first = self._frame(start)
        if first >= self._frames:
            first = 0
        stop = None if end is None else self._frame(end)
        self._start(lambda: self._player.play(first, stop, self._frames_of(loop)))

    def _start(self, command: Callable[[], None]) -> None:
        """Start the player with `command`, and report the outcome."""
        try:
            command()
        except AudioError as error:
            self._fail(error)
            return
        self._idle.stop()
        if not self._playing:
            self._playing, self._ticks = True, 0
            self._timer.start()
            self.playing_changed.emit(True)
            self._show_status(device_status(self.output, self._player.latency))
            if self._player.is_silent:
                self.device_failed.emit(self._status)
        self._show_speed()
        self._show_position()

    def _tick(self) -> None:
        self._ticks += 1
        if not self._player.playing:
            self._player.stop()
            self._go_home()
            self._show_stopped()
            return
        self._show_position()
        self.ticked.emit(self._ticks)
        if self._ticks % _TICKS_PER_CHECK == 0:
            try:
                self._player.check()
            except AudioError as error:
                self._fail(error)

    def _go_home(self) -> None:
        if self._home is not None:
            self._player.seek(self._frame(self._home))
            self._show_position()

    def _fail(self, error: AudioError) -> None:
        self._show_stopped()
        self._show_status(str(error))
        self.device_failed.emit(str(error))

    def _show_stopped(self) -> None:
        self._show_position()
        if not self._playing:
            return
        self._playing = False
        self._timer.stop()
        self._idle.start()
        self._show_speed()
        self.playing_changed.emit(False)

    def _show_position(self) -> None:
        position = self.position
        if position != self._shown_position:
            self._shown_position = position
            self.position_changed.emit(position)

    def _show_speed(self) -> None:
        speed = self._player.speed
        if speed != self._shown_speed:
            self._shown_speed = speed
            self.speed_changed.emit(speed)

    def _show_status(self, status: str) -> None:
        if status != self._status:
            self._status = status
            self.device_status_changed.emit(status)

    def _frame(self, seconds: float) -> int:
        return min(max(0, round(seconds * (self._rate or 0))), self._frames)

    def _frames_of(self, stretch: Stretch | None) -> tuple[int, int] | None:
        return None if stretch is None else (self._frame(stretch[0]), self._frame(stretch[1]))

    def _fitting_loop(self, start: float, end: float) -> Stretch | None:
        """The range in order, inside the clip and at least MIN_LOOP long; None where the clip is shorter."""
        duration = self._frames / self._rate if self._rate is not None else 0.0
        if duration < MIN_LOOP:
            return None
        start, end = sorted((min(max(0.0, start), duration), min(max(0.0, end), duration)))
        end = min(max(end, start + MIN_LOOP), duration)
        return min(start, end - MIN_LOOP), end
