import numpy as np

from samstudio.separation.sam_audio.sampling.noise import BLOCK, noise


def test_a_frame_has_its_noise_wherever_it_is_asked_for():
    whole = noise(7, 0, 0, 3 * BLOCK, 16)
    assert whole.dtype == np.float32
    for start, stop in [(0, 5), (BLOCK - 3, BLOCK + 9), (BLOCK, 2 * BLOCK), (100, 600)]:
        np.testing.assert_array_equal(noise(7, 0, start, stop, 16), whole[start:stop])


def test_it_is_normal_and_never_the_same_twice():
    whole = noise(7, 0, 0, 8 * BLOCK, 16)
    assert abs(whole.mean()) < 0.02
    assert abs(whole.std() - 1) < 0.02
    others = [noise(8, 0, 0, 8 * BLOCK, 16), noise(7, 1, 0, 8 * BLOCK, 16), np.roll(whole, BLOCK, axis=0)]
    for other in others:
        assert abs((whole * other).mean()) < 0.02
