import numpy as np
import pytest
import torch

from samstudio.separation.video.flow import optical_flow, pyramid, warped

HEIGHT, WIDTH = 90, 140


def waves(right: float = 0.0, down: float = 0.0, zoom: float = 1.0) -> torch.Tensor:
    """A texture seen from a place `right` and `down` pixels away."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    x, y = (x - 70) * zoom + right, (y - 45) * zoom + down
    wave = np.sin(x / 5) + np.sin(y / 4 + 1) + np.sin((x + y) / 9) + np.sin((x - 2 * y) / 14)
    return torch.from_numpy((wave / 8 + 0.5).astype(np.float32))


@pytest.mark.parametrize("move", [(0.0, 0.0), (0.4, -0.7), (3.0, 2.0), (-5.0, 4.0)])
def test_a_shift_is_found_in_both_directions(move):
    here, there = pyramid(waves()), pyramid(waves(*move))
    flow = optical_flow(here, there)[:, 12:-12, 12:-12]
    for found, wanted in zip(flow, (-move[0], -move[1]), strict=True):
        assert float((found - wanted).abs().mean()) < 0.3
    back = optical_flow(there, here)[:, 12:-12, 12:-12]
    assert float((back + flow).abs().mean()) < 0.6


def test_growing_is_found():
    flow = optical_flow(pyramid(waves()), pyramid(waves(zoom=0.95)))
    assert float(flow[0, 45, 120]) == pytest.approx(50 / 0.95 - 50, abs=0.3)
    assert float(flow[0, 45, 20]) == pytest.approx(50 - 50 / 0.95, abs=0.3)


def test_warping_takes_each_pixel_from_where_the_flow_points():
    image = torch.arange(12.0).reshape(1, 3, 4)
    flow = torch.zeros(2, 3, 4)
    flow[0] = 1.0
    assert warped(image, flow)[0, 1].tolist() == pytest.approx([5, 6, 7, 7])
