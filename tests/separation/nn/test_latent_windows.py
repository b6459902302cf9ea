from itertools import pairwise

import pytest
import torch

from samstudio.separation.nn.latent_windows import Blend, latent_windows


def test_a_clip_that_fits_is_one_window():
    assert latent_windows(500, 500, 100) == [range(500)]
    assert latent_windows(1, 500, 100) == [range(1)]


@pytest.mark.parametrize("frames", [501, 525, 900, 901, 1300, 15000, 90001])
def test_windows_are_equal_cover_all_and_overlap(frames):
    windows = latent_windows(frames, 500, 100)
    assert {len(window) for window in windows} == {len(windows[0])}
    assert len(windows[0]) <= 500
    assert windows[0].start == 0
    assert windows[-1].stop == frames
    assert all(left.stop - right.start >= 99 for left, right in pairwise(windows))
    # One fewer, of the greatest length, would not do.
    assert (len(windows) - 1) * 400 + 100 < frames


def test_a_little_too_long_is_not_solved_twice():
    windows = latent_windows(525, 500, 100)
    assert sum(len(window) for window in windows) <= 525 + 101


@pytest.mark.parametrize(("frames", "longest", "overlap"), [(103, 20, 5), (103, 20, 15), (55, 30, 0)])
def test_what_all_windows_agree_on_comes_out(frames, longest, overlap):
    values = torch.randn(frames, 4)
    windows = latent_windows(frames, longest, overlap)
    blend, found, place = Blend(windows), [], 0
    for number, window in enumerate(windows):
        start, final = blend.add(values[window.start : window.stop].clone())
        assert start == place
        place += len(final)
        assert place == (windows[number + 1].start if number + 1 < len(windows) else frames)
        found.append(final)
    torch.testing.assert_close(torch.cat(found), values, atol=1e-6, rtol=1e-6)


def test_windows_fade_into_each_other():
    windows = [range(30), range(20, 50)]
    blend = Blend(windows)
    _, first = blend.add(torch.zeros(30, 1))
    _, second = blend.add(torch.ones(30, 1))
    blended = torch.cat([first, second])[:, 0]
    assert blended[:20].eq(0).all()
    assert blended[30:].eq(1).all()
    steps = blended[19:31].diff()
    assert (steps > 0).all()
    assert steps.max() < 0.2
    torch.testing.assert_close(blended[24] + blended[25], torch.tensor(1.0))
