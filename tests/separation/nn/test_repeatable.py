"""The same bits with any number of threads, and the same values as torch's own operations."""

import pytest
import torch

from samstudio.separation.nn import repeatable
from tests.separation.spectral.scenes import separate, tone_over_noise

THREADS = (1, 2, 3, 5)
LENGTHS = (1, 4095, 4096, 70_001, 300_003)


@pytest.fixture(autouse=True)
def threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def with_threads(operation, *values: torch.Tensor) -> list[torch.Tensor]:
    results = []
    for count in THREADS:
        torch.set_num_threads(count)
        results.append(operation(*(value.clone() for value in values)))
    return results


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("operation", [repeatable.total, repeatable.mean])
def test_sums_are_the_same_to_the_last_bit(operation, length):
    values = torch.randn(length, generator=torch.Generator().manual_seed(0)) * 10 + 1
    first, *others = with_threads(operation, values)
    assert all(torch.equal(first, other) for other in others)
    exact = values.double().sum() if operation is repeatable.total else values.double().mean()
    assert float(first) == pytest.approx(float(exact), rel=1e-5)


def test_sums_take_any_shape():
    values = torch.arange(24.0).view(2, 3, 4)[:, :, ::2]
    assert float(repeatable.total(values)) == float(values.sum())
    assert float(repeatable.mean(values)) == float(values.mean())


@pytest.mark.parametrize("length", LENGTHS)
def test_angles_are_the_same_to_the_last_bit(length):
    y, x = torch.randn(2, length, generator=torch.Generator().manual_seed(0))
    first, *others = with_threads(repeatable.angle, y, x)
    assert all(torch.equal(first, other) for other in others)
    torch.testing.assert_close(first, torch.atan2(y, x))
    turned = repeatable.angle(y.view(-1, 1).T, x.view(-1, 1).T)
    torch.testing.assert_close(turned[0], first)


def test_shares_and_odds_are_those_of_torch():
    odds = torch.linspace(-30.0, 30.0, 70_001)
    torch.testing.assert_close(repeatable.sigmoid(odds), odds.sigmoid())
    shares = torch.linspace(0.001, 0.999, 70_001)
    torch.testing.assert_close(repeatable.logit(shares), shares.logit(), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_separated_hardly_depends_on_the_number_of_threads(channels):
    stems = []
    for count in (1, 2):
        torch.set_num_threads(count)
        stems.append(separate(tone_over_noise(channels=channels).request).target)
    # The same to the last bit where MKL was told so before it was loaded, as the program does.
    assert abs(stems[0] - stems[1]).max() < 1e-6
