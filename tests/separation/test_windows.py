import numpy as np
import pytest

from samstudio.separation.windows import Joiner, windows


@pytest.mark.parametrize(
    ("frames", "length", "context", "fade"),
    [(1000, 300, 40, 20), (1000, 1000, 0, 10), (7, 300, 40, 20), (901, 300, 0, 0), (1203, 300, 100, 299)],
)
def test_joined_windows_are_the_identity(frames, length, context, fade):
    sound = np.random.default_rng(0).standard_normal((frames, 2)).astype(np.float32)
    joiner, done = Joiner(frames, fade), []
    for window in windows(frames, length, context, fade):
        start, part = joiner.add(window, sound[window.read_start : window.read_end])
        assert start == sum(len(other) for other in done)
        done.append(part)
    assert np.array_equal(np.concatenate(done), sound)


def test_a_step_between_windows_is_faded_over():
    frames, fade = 400, 50
    joiner, parts = Joiner(frames, fade), []
    for level, window in enumerate(windows(frames, 150, 20, fade)):
        part = np.full((window.read_end - window.read_start, 1), level, np.float32)
        parts.append(joiner.add(window, part)[1])
    joined = np.concatenate(parts)[:, 0]
    assert joined[0] == 0
    assert joined[-1] == level > 0
    assert np.abs(np.diff(joined)).max() <= 1.01 / fade


def test_context_lies_inside_the_clip():
    for window in windows(1000, 300, 40, 20):
        assert 0 <= window.read_start <= window.start < window.end <= window.read_end <= 1000
        assert window.read_start in (0, window.start - 40)
        assert window.read_end in (1000, window.end + 40)
