"""One output stream that plays a mixer."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.devices import OutputChoice
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.output_stream import Stream, StreamCallback, close_stream, open_stream
from samstudio.audio.playback.playback_renderer import PlaybackRenderer, PlayCommand
from samstudio.audio.playback.read_ahead import Place, ReadAhead
from samstudio.audio.playback.resampled import Resampled
from samstudio.audio.playback.silent_stream import SilentStream
from samstudio.session.clip import Samples

_TIMEOUT = 3.0
"""Seconds without a callback before a device counts as lost; PulseAudio alone can take 1.2 s to start."""
_CLOCK_JUMP = 0.05
"""Seconds of difference above which the clock is set instead of corrected gradually."""
_CLOCK_GAIN = 0.1
"""The share of a callback's time error by which the clock is corrected."""
LOST = "The sound card stopped answering: check that it is connected and switched on, then press play again."


class _Clock(NamedTuple):
    """Rendered frame `counter` is heard at `audible_at` (seconds, the player's clock)."""

    counter: float
    audible_at: float


class Player:
    """Plays one mixer through one device. All places are frames.

    All methods belong to one thread; the device's own thread only runs the callback. Methods that need the device raise
    AudioError with what to do, and leave the player stopped and usable.
    """

    def __init__(
        self,
        open_device: Callable[[int, StreamCallback, OutputChoice], Stream] = open_stream,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_device = open_device
        self._output = OutputChoice()
        self._now = clock
        self._stream: Stream | None = None
        self._renderer: PlaybackRenderer | None = None
        self._render: Callable[[Samples], None] | None = None
        self._clock: _Clock | None = None
        self._ahead: ReadAhead | None = None
        self._called_at = 0.0
        self._rendered = 0
        self._rate_ratio = 1.0

    def load(self, mixer: Mixer, frames: int) -> None:
        """Take another sound of `frames` frames, stopped at its beginning."""
        self.close()
        self._renderer = PlaybackRenderer(mixer, frames)
        self._ahead = ReadAhead(mixer, self._places_to_read)

    def choose_output(self, choice: OutputChoice) -> None:
        """Use that device from the next start of playback on."""
        if choice != self._output:
            self.close()
            self._output = choice

    def trim(self, frames: int) -> None:
        """Set the exact length of the sound that plays, known once it is read."""
        if self._renderer is not None:
            self._renderer.frames = frames

    def unload(self) -> None:
        """Release the sound."""
        self.close()
        self._renderer = self._ahead = None

    def play(self, start: int, stop: int | None = None, loop: tuple[int, int] | None = None) -> None:
        """Play from frame `start` to `stop` (None: the end), or round `loop`; raises AudioError."""
        if self._renderer is None:
            return
        self._ensure_stream()
        self._called_at = self._now()
        self._renderer.command = PlayCommand(self._renderer.command.jump + 1, start, True, stop, loop)
        self._read_from(start)

    def shuttle(self, speed: float) -> None:
        """Go on at another speed, below zero backwards, to the recording's end or beginning; raises AudioError.

        What plays goes on from where it is, without stop or loop.
        """
        if self._renderer is None:
            return
        self._ensure_stream()
        self._called_at = self._now()
        command = self._renderer.command
        if self.playing and self._renderer.moving:
            self._renderer.command = replace(command, stop=None, loop=None, speed=speed)
        else:
            self._renderer.command = PlayCommand(command.jump + 1, self.position, True, speed=speed)
        self._read_from(self.position)

    def scrub(self, frame: int) -> None:
        """Let the sound be heard as this place is moved, call by call, until it is stopped; raises AudioError."""
        if self._renderer is None:
            return
        command = self._renderer.command
        if self.playing and command.scrubs:
            self._renderer.command = replace(command, start=frame)
            return
        self._ensure_stream()
        self._called_at = self._now()
        command = self._renderer.command
        self._renderer.command = PlayCommand(command.jump + 1, frame, True, scrubs=True)
        self._read_from(frame)

    def stop(self) -> None:
        """Fade out; the playhead stays at the audible position."""
        self._stop_at(self.position)

    def seek(self, frame: int) -> None:
        """Go on at another place, playing or not."""
        if self._renderer is None:
            return
        if not self.playing:
            self._stop_at(frame)
            return
        command = self._renderer.command
        self._renderer.command = replace(command, jump=command.jump + 1, start=frame, stop=None)
        self._read_from(frame)

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Change what repeats: what plays outside it goes on from its start.

        Nothing repeats at another speed than the sound's own.
        """
        if self._renderer is not None and self.speed == 1.0:
            self._renderer.command = replace(self._renderer.command, loop=loop)
            if loop is not None and self.playing:
                self._read_from(loop[0])

    @property
    def playing(self) -> bool:
        """Whether something plays, counting what the device has yet to output."""
        return self._renderer is not None and self._renderer.command.playing and not self._has_ended()

    @property
    def speed(self) -> float:
        """How fast it plays, negative is backwards; 1 while it is stopped."""
        return self._renderer.command.speed if self._renderer is not None and self.playing else 1.0

    @property
    def is_silent(self) -> bool:
        """Whether there is no sound card, and a clock moves what plays."""
        return isinstance(self._stream, SilentStream)

    @property
    def latency(self) -> float:
        """Seconds from rendering to hearing, as the device states them; 0 while none is open or it does not say."""
        return 0.0 if self._stream is None else self._stream.latency

    @property
    def position(self) -> int:
        """The frame that is heard now, the output's latency subtracted; between callbacks by the clock."""
        if self._renderer is None:
            return 0
        command = self._renderer.command
        counter = self._counter()
        segment = self._renderer.segment_at(counter)
        if not command.playing or command.scrubs or segment is None or segment.jump != command.jump:
            return command.start
        return round(min(max(0.0, segment.place(counter)), self._renderer.frames))

    def read_output(self) -> Samples:
        """What was rendered since the last call, (frames, 2) at the sound's own rate; for one reader only."""
        return np.zeros((0, 2), np.float32) if self._renderer is None else self._renderer.meter_ring.read()

    def check(self) -> None:
        """Raise AudioError if the device is gone; to be called regularly while playing."""
        if self._stream is None or not self.playing:
            return
        if not self._stream.active or self._now() - self._called_at > _TIMEOUT:
            self._stop_at(self.position)
            self.close()
            raise AudioError(LOST)

    def close(self) -> None:
        """Release the device; the next play opens it again."""
        if self._renderer is not None and self._renderer.command.playing:
            self._stop_at(self.position)
        if self._ahead is not None:
            self._ahead.stop()
        stream, self._stream = self._stream, None
        if stream is not None:
            close_stream(stream)
        self._render = self._clock = None

    def _read_from(self, frame: int) -> None:
        if self._ahead is not None:
            self._ahead.start((frame, self.speed))

    def _places_to_read(self) -> tuple[Place, ...]:
        """Where playing goes on from now, and from a loop's end."""
        command = self._renderer.command if self._renderer is not None else PlayCommand()
        if not command.playing:
            return ()
        here = self.position, command.speed
        if command.scrubs:
            return here, (self.position, -command.speed)
        return (here,) if command.loop is None else (here, (command.loop[0], command.speed))

    def _stop_at(self, frame: int) -> None:
        if self._renderer is not None:
            self._renderer.command = replace(
                self._renderer.command, jump=self._renderer.command.jump + 1, start=frame, playing=False
            )

    def _has_ended(self) -> bool:
        """Whether the end of what was to be played has been heard."""
        if self._renderer is None:
            return True
        segment = self._renderer.segment_at(self._counter())
        return segment is not None and segment.jump == self._renderer.command.jump and segment.speed == 0.0

    def _ensure_stream(self) -> None:
        # Where there was no sound card, there may be one by now.
        is_usable = self._stream is not None and self._stream.active and (self.playing or not self.is_silent)
        if self._renderer is None or is_usable:
            return
        self.close()
        renderer = self._renderer
        renderer.reset()
        self._rendered = 0
        stream = self._open_device(renderer.sample_rate, self._callback, self._output)
        rate = round(stream.samplerate)
        self._stream = stream
        self._rate_ratio = renderer.sample_rate / rate
        # From here on the callback, which has run silently so far, plays.
        self._render = (
            renderer.render
            if rate == renderer.sample_rate
            else Resampled(renderer.render, renderer.sample_rate, rate).render
        )

    def _counter(self) -> int:
        """The rendered frame that is heard now, -1 before the first."""
        clock, renderer = self._clock, self._renderer
        if clock is None or renderer is None:
            return -1
        return min(round(clock.counter + (self._now() - clock.audible_at) * renderer.sample_rate), renderer.rendered)

    def _callback(self, out: Samples, frames: int, times: Any, _status: Any) -> None:
        """Fill one buffer, and note when its first frame will be heard."""
        self._called_at = now = self._now()
        if self._render is None:
            out.fill(0.0)
            return
        delay = times.outputBufferDacTime - times.currentTime
        # Some hosts leave the times at zero.
        if not 0.0 < delay < 2.0 and self._stream is not None:
            delay = self._stream.latency
        self._tick(self._rendered * self._rate_ratio, now + delay)
        self._rendered += frames
        self._render(out)

    def _tick(self, counter: float, audible_at: float) -> None:
        """Correct the clock gradually: callbacks come in bursts, the sound does not."""
        clock, renderer = self._clock, self._renderer
        if clock is not None and renderer is not None:
            expected = clock.audible_at + (counter - clock.counter) / renderer.sample_rate
            error = audible_at - expected
            if abs(error) < _CLOCK_JUMP:
                audible_at = expected + _CLOCK_GAIN * error
        self._clock = _Clock(counter, audible_at)
