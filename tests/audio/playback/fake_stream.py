"""A sound card that is pulled by hand: what would be heard, on a clock that the test moves."""

from types import SimpleNamespace

import numpy as np

from samstudio.audio.errors import AudioError


class FakeCard:
    """`open` stands in for output_stream.open_stream; `pull` plays, `heard` is all that was played, (frames, 2)."""

    def __init__(self, rate=None, latency=0.0, block=512):
        self.rate, self.latency, self.block = rate, latency, block
        self.now = 100.0
        self.error = None
        self.streams = []
        self.heard = np.zeros((0, 2), np.float32)

    def clock(self):
        return self.now

    def open(self, sample_rate, callback, output):
        self.output = output
        if self.error:
            raise AudioError(self.error)
        self.streams.append(FakeStream(self.rate or sample_rate, self.latency, callback))
        return self.streams[-1]

    def pull(self, frames, rest=0.0):
        """Play `frames` of the card's rate in blocks, then let `rest` seconds pass. Returns what was played."""
        stream = self.streams[-1]
        assert not stream.closed
        first = len(self.heard)
        blocks = [min(self.block, frames - at) for at in range(0, frames, self.block)]
        for block in blocks:
            out = np.full((block, 2), np.nan, np.float32)
            times = SimpleNamespace(currentTime=self.now, outputBufferDacTime=self.now + self.latency)
            stream.callback(out, block, times, None)
            self.heard = np.concatenate([self.heard, out])
            self.now += block / stream.samplerate
        self.now += rest
        return self.heard[first:]


class FakeStream:
    def __init__(self, rate, latency, callback):
        self.samplerate, self.latency, self.callback = float(rate), latency, callback
        self.active, self.closed = True, False

    def abort(self):
        self.active = False

    def close(self):
        self.closed = True
