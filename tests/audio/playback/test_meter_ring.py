"""The ring between the callback and the meters."""

import numpy as np

from samstudio.audio.playback.meter_ring import MeterRing


def counted(start, frames):
    ramp = np.arange(start, start + frames, dtype=np.float32)
    return np.stack([ramp, -ramp], axis=1)


def test_what_is_written_is_read_once_in_order_across_the_ring_s_end():
    tap, done = MeterRing(1000), 0
    for frames in (1, 300, 999, 700, 1800, 241):
        tap.write(counted(done, frames))
        assert np.array_equal(tap.read(), counted(done, frames))
        done += frames
    assert len(tap.read()) == 0


def test_a_reader_that_slept_gets_the_end():
    tap = MeterRing(1000)
    tap.write(counted(0, 9000))
    assert np.array_equal(tap.read(), counted(7000, 2000))
    tap.write(counted(9000, 10))
    assert np.array_equal(tap.read(), counted(9000, 10))
