import numpy as np
import pytest
import torch

from samstudio.separation.sam_audio.pipeline.presence import Gate, gain, marked, present
from samstudio.separation.stft import StftGrid
from samstudio.separation.windows import windows

RATE, HOP = 8000, 100


def noise(seconds: float, level: float, channels: int = 1) -> torch.Tensor:
    return level * torch.randn(channels, round(seconds * RATE), generator=torch.Generator().manual_seed(1))


def test_the_targets_level_says_whether_it_is_there():
    clip = noise(6, 0.1, 2)
    target = clip * 10 ** (-60 / 20)
    target[:, 2 * RATE : 3 * RATE] = clip[:, 2 * RATE : 3 * RATE] * 10 ** (-20 / 20)
    found = present(target, clip, HOP, RATE)
    times = (torch.arange(len(found)) + 0.5) * HOP / RATE
    assert found[(times > 2) & (times < 3)].all()
    assert not found[(times < 1.75) | (times > 3.25)].any()


def test_a_silent_mixture_has_no_target():
    clip = torch.zeros(1, RATE)
    assert not present(noise(1, 1e-5), clip, HOP, RATE).any()
    assert present(noise(1, 0.1), clip, HOP, RATE).all()


def test_a_part_says_what_the_whole_says():
    clip, target = noise(6, 0.1), noise(6, 0.001) * torch.linspace(0, 2, 6 * RATE)
    whole = present(target, clip, HOP, RATE)
    part = slice(20 * HOP, 300 * HOP)
    inner = present(target[:, part], clip[:, part], HOP, RATE)[17:-17]
    assert 0 < whole.sum() < len(whole)
    assert torch.equal(inner, whole[37:283])


def test_marked_time_counts_as_heard_in_full():
    found = marked([(0.5, 1.0)], 2000, 80, HOP, RATE)
    gains = gain(found, HOP, 80 * HOP)
    assert gains.shape == (80 * HOP,)
    assert gains[4000 - 2000 : 8000 - 2000].eq(1).all()
    assert gains[: 4000 - 2000 - 3 * HOP].eq(0).all()
    assert gains[8000 - 2000 + 3 * HOP :].eq(0).all()
    assert gains.diff().abs().max() <= 1.01 / HOP


def test_the_gate_remembers_where_it_was_closed():
    """Piece by piece as in one go; ramps belong to it, and what is silent anyway does not."""
    grid = StftGrid(RATE, torch.device("cpu"))
    clip = noise(9, 0.1)
    target = clip * ((torch.arange(9 * RATE) // (3 * RATE)) != 1)
    gates = []
    for length in (2.0, 99.0):
        gate = Gate([(4.0, 4.5)], [(5.5, 5.8)], grid)
        parts = []
        for window in windows(9 * RATE, round(length * RATE / grid.hop) * grid.hop, 8 * grid.hop * 8, 0):
            read = slice(window.read_start, window.read_end)
            parts.append(gate.gains(target[:, read], clip[:, read], window))
        gates.append((np.concatenate(parts), gate.absent))
    np.testing.assert_array_equal(gates[0][0], gates[1][0])
    assert gates[0][1] == gates[1][1]
    gains, absent = gates[0]
    assert [round(edge, 1) for stretch in absent for edge in stretch] == pytest.approx([3.2, 4.0, 4.5, 5.5, 5.8, 5.8])
    assert gains[round(4.0 * RATE) : round(4.5 * RATE)].min() == 1
    assert np.abs(np.diff(gains)).max() <= 1.01 / grid.hop
    outside = np.ones(len(gains), bool)
    for start, end in absent:
        outside[round(start * RATE) : round(end * RATE)] = False
    outside[round(5.5 * RATE) : round(5.8 * RATE)] = False
    assert gains[outside].min() == 1
