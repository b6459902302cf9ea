"""One output stream that plays a mixer."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.devices import OutputChoice
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.output_stream import Stream, StreamCallback, let_go, open_stream
from samstudio.audio.playback.playback_renderer import PlaybackRenderer, PlayCommand
from samstudio.audio.playback.read_ahead import Place, ReadAhead
from samstudio.audio.playback.resampled import Resampled
from samstudio.session.clip import Samples

_PATIENCE = 3.0
"""Seconds without a callback before a device counts as lost; PulseAudio alone can take 1.2 s to start."""
_CLOCK_JUMP = 0.05
"""Seconds of difference from which the clock is set instead of steered."""
_CLOCK_GAIN = 0.1
"""How far a callback's own jitter moves the clock."""
LOST = "The sound card stopped answering: check that it is connected and switched on, then press play again."


class _Clock(NamedTuple):
    """Rendered frame `counter` is heard at `heard_at` (seconds, the player's clock)."""

    counter: float
    heard_at: float


class Player:
    """Plays one mixer through one device. All places are frames.

    Every method is for one thread; the device's own thread only runs the callback. Methods that need the device raise
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
        self._deck: PlaybackRenderer | None = None
        self._render: Callable[[Samples], None] | None = None
        self._clock: _Clock | None = None
        self._ahead: ReadAhead | None = None
        self._called_at = 0.0
        self._rendered = 0
        self._pace = 1.0

    def load(self, mixer: Mixer, frames: int) -> None:
        """Take another sound of `frames` frames, stopped at its beginning."""
        self.close()
        self._deck = PlaybackRenderer(mixer, frames)
        self._ahead = ReadAhead(mixer, self._places_to_read)

    def choose_output(self, choice: OutputChoice) -> None:
        """Play through that device from the next play on."""
        if choice != self._output:
            self.close()
            self._output = choice

    def trim(self, frames: int) -> None:
        """Learn the exact length of the sound that plays."""
        if self._deck is not None:
            self._deck.frames = frames

    def unload(self) -> None:
        """Let go of the sound."""
        self.close()
        self._deck = self._ahead = None

    def play(self, start: int, stop: int | None = None, loop: tuple[int, int] | None = None) -> None:
        """Play from frame `start` to `stop` (None: the end), or round `loop`; raises AudioError."""
        if self._deck is None:
            return
        self._ensure_stream()
        self._called_at = self._now()
        self._deck.order = PlayCommand(self._deck.order.jump + 1, start, True, stop, loop)
        self._read_from(start)

    def shuttle(self, speed: float) -> None:
        """Go on at another speed, below zero backwards, to the recording's end or beginning; raises AudioError.

        What plays goes on from where it is, without stop or loop.
        """
        if self._deck is None:
            return
        self._ensure_stream()
        self._called_at = self._now()
        order = self._deck.order
        if self.playing and self._deck.moving:
            self._deck.order = replace(order, stop=None, loop=None, speed=speed)
        else:
            self._deck.order = PlayCommand(order.jump + 1, self.position, True, speed=speed)
        self._read_from(self.position)

    def stop(self) -> None:
        """Fade out; the playhead stays where it is heard."""
        self._stand(self.position)

    def seek(self, frame: int) -> None:
        """Go on at another place, playing or not."""
        if self._deck is None:
            return
        if not self.playing:
            self._stand(frame)
            return
        order = self._deck.order
        self._deck.order = replace(order, jump=order.jump + 1, start=frame, stop=None)
        self._read_from(frame)

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Change what repeats: what plays outside it goes on from its start.

        Nothing repeats at another speed than the sound's own.
        """
        if self._deck is not None and self.speed == 1.0:
            self._deck.order = replace(self._deck.order, loop=loop)
            if loop is not None and self.playing:
                self._read_from(loop[0])

    @property
    def playing(self) -> bool:
        """Whether sound is on its way to the ear."""
        return self._deck is not None and self._deck.order.playing and not self._has_ended()

    @property
    def speed(self) -> float:
        """How fast it plays, below zero backwards; 1 where it stands."""
        return self._deck.order.speed if self._deck is not None and self.playing else 1.0

    @property
    def position(self) -> int:
        """The frame that is heard now, the output's latency taken off; between callbacks by the clock."""
        if self._deck is None:
            return 0
        order = self._deck.order
        counter = self._counter()
        waymark = self._deck.heard(counter)
        if not order.playing or waymark is None or waymark.jump != order.jump:
            return order.start
        return round(min(max(0.0, waymark.place(counter)), self._deck.frames))

    def read_heard(self) -> Samples:
        """The sound handed over since the last call, (frames, 2) at its own rate; to be called by one reader."""
        return np.zeros((0, 2), np.float32) if self._deck is None else self._deck.tap.read()

    def check(self) -> None:
        """Raise AudioError if the device is gone; to be called now and then while playing."""
        if self._stream is None or not self.playing:
            return
        if not self._stream.active or self._now() - self._called_at > _PATIENCE:
            self._stand(self.position)
            self.close()
            raise AudioError(LOST)

    def close(self) -> None:
        """Let go of the device; the next play opens it again."""
        if self._deck is not None and self._deck.order.playing:
            self._stand(self.position)
        if self._ahead is not None:
            self._ahead.stop()
        stream, self._stream = self._stream, None
        if stream is not None:
            let_go(stream)
        self._render = self._clock = None

    def _read_from(self, frame: int) -> None:
        if self._ahead is not None:
            self._ahead.start((frame, self.speed))

    def _places_to_read(self) -> tuple[Place, ...]:
        """What will be heard next, and what after a loop's end."""
        order = self._deck.order if self._deck is not None else PlayCommand()
        if not order.playing:
            return ()
        here = self.position, order.speed
        return (here,) if order.loop is None else (here, (order.loop[0], order.speed))

    def _stand(self, frame: int) -> None:
        if self._deck is not None:
            self._deck.order = replace(self._deck.order, jump=self._deck.order.jump + 1, start=frame, playing=False)

    def _has_ended(self) -> bool:
        """Whether the end of what was to be played has been heard."""
        if self._deck is None:
            return True
        waymark = self._deck.heard(self._counter())
        return waymark is not None and waymark.jump == self._deck.order.jump and waymark.speed == 0.0

    def _ensure_stream(self) -> None:
        if self._deck is None or (self._stream is not None and self._stream.active):
            return
        self.close()
        deck = self._deck
        deck.reset()
        self._rendered = 0
        stream = self._open_device(deck.sample_rate, self._callback, self._output)
        rate = round(stream.samplerate)
        self._stream = stream
        self._pace = deck.sample_rate / rate
        # From here on the callback, which has run silently so far, plays.
        self._render = (
            deck.render if rate == deck.sample_rate else Resampled(deck.render, deck.sample_rate, rate).render
        )

    def _counter(self) -> int:
        """The deck's rendered frame that is heard now, -1 before the first."""
        clock, deck = self._clock, self._deck
        if clock is None or deck is None:
            return -1
        return min(round(clock.counter + (self._now() - clock.heard_at) * deck.sample_rate), deck.rendered)

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
        self._tick(self._rendered * self._pace, now + delay)
        self._rendered += frames
        self._render(out)

    def _tick(self, counter: float, heard_at: float) -> None:
        """Steer the clock: callbacks come in bursts, the sound does not."""
        clock, deck = self._clock, self._deck
        if clock is not None and deck is not None:
            expected = clock.heard_at + (counter - clock.counter) / deck.sample_rate
            error = heard_at - expected
            if abs(error) < _CLOCK_JUMP:
                heard_at = expected + _CLOCK_GAIN * error
        self._clock = _Clock(counter, heard_at)
