import numpy as np

from samstudio.dsp.channel_layout import LOUDEST
from samstudio.dsp.spectrum_cache import SpectrumCache

KILOBYTE = np.zeros(256, np.float32)


def fail():
    raise AssertionError("computed again")


def test_what_is_kept_is_not_computed_again():
    cache = SpectrumCache()
    made = cache.block(1, LOUDEST, 64, 3, KILOBYTE.copy, final=True)
    assert cache.block(1, LOUDEST, 64, 3, fail, final=True) is made


def test_what_is_not_final_is_computed_again():
    cache = SpectrumCache()
    assert cache.block(1, LOUDEST, 64, 3, KILOBYTE.copy, final=False) is not cache.block(
        1, LOUDEST, 64, 3, KILOBYTE.copy, final=True
    )
    assert cache.held == 1024


def test_the_oldest_goes_when_it_is_full():
    cache = SpectrumCache(capacity=3 * 1024)
    for number in range(3):
        cache.block(1, LOUDEST, 64, number, KILOBYTE.copy, final=True)
    kept = cache.block(1, LOUDEST, 64, 0, fail, final=True)
    cache.block(1, LOUDEST, 64, 3, KILOBYTE.copy, final=True)
    assert cache.held == 3 * 1024
    assert cache.block(1, LOUDEST, 64, 0, fail, final=True) is kept
    assert cache.block(1, LOUDEST, 64, 1, KILOBYTE.copy, final=False) is not kept


def test_a_changed_sound_keeps_the_blocks_that_did_not_change():
    cache = SpectrumCache()
    made = [cache.block(1, LOUDEST, 64, number, KILOBYTE.copy, final=True) for number in range(3)]
    other = cache.block(2, LOUDEST, 64, 1, KILOBYTE.copy, final=True)
    cache.inherit(1, 3, lambda hop, number: (hop, number) == (64, 1))
    assert cache.block(3, LOUDEST, 64, 0, fail, final=True) is made[0]
    assert cache.block(3, LOUDEST, 64, 2, fail, final=True) is made[2]
    assert cache.block(2, LOUDEST, 64, 1, fail, final=True) is other
    assert cache.held == 3 * 1024
    assert cache.block(3, LOUDEST, 64, 1, KILOBYTE.copy, final=True) is not made[1]
