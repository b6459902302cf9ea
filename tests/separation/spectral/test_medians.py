import pytest
import torch

from samstudio.separation.spectral.medians import WIDEST_WHOLE, median_of, running_median


def by_sorting(values, width, dim):
    reach = width // 2
    index = torch.arange(values.shape[dim])
    neighbours = [values.index_select(dim, (index + k).clamp(0, len(index) - 1)) for k in range(-reach, reach + 1)]
    return torch.stack(neighbours).median(0).values


@pytest.mark.parametrize("width", [1, 3, 5, 9, 15, 17, WIDEST_WHOLE])
@pytest.mark.parametrize("dim", [-1, -2])
@pytest.mark.parametrize("shape", [(30, 40), (2, 7, 3), (1, 1)])
def test_it_is_the_median(width, dim, shape):
    values = torch.rand(shape, generator=torch.Generator().manual_seed(width))
    assert torch.equal(running_median(values, width, dim), by_sorting(values, width, dim))


def test_it_is_the_same_in_blocks(monkeypatch):
    values = torch.rand(2, 30, 40, generator=torch.Generator().manual_seed(1))
    whole = [running_median(values, 9, dim) for dim in (-1, -2)]
    monkeypatch.setattr("samstudio.separation.spectral.blocks.BLOCK_CELLS", 500)
    assert all(torch.equal(running_median(values, 9, dim), found) for dim, found in zip((-1, -2), whole, strict=True))


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_the_median_of_arrays_is_the_smaller_middle_one(count):
    rows = torch.rand(count, 6, 7, generator=torch.Generator().manual_seed(count))
    assert torch.equal(median_of(list(rows)), rows.median(0).values)


def test_a_wide_one_follows_a_slow_change_through_outliers():
    slow = torch.linspace(0, 1, 400)[None]
    spoilt = slow.clone()
    spoilt[0, ::5] = 50.0
    assert (running_median(spoilt, 41, -1) - slow)[0, 30:-30].abs().max() < 0.03
