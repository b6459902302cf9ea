import pytest

from samstudio.session.cell_grid import CellGrid


@pytest.mark.parametrize(("rate", "size"), [(8000, 512), (16000, 1024), (44100, 2048), (48000, 2048), (96000, 4096)])
def test_frames_last_about_46_ms(rate, size):
    grid = CellGrid(rate)
    assert (grid.size, grid.hop, grid.bins) == (size, size // 4, size // 2 + 1)


def test_times_and_frequencies_map_to_cells_and_back():
    grid = CellGrid(44100)
    assert grid.frame_of(512 / 44100) == pytest.approx(1.0)
    assert grid.seconds_of(grid.frame_of(1.25)) == pytest.approx(1.25)
    assert grid.bin_of(22050) == pytest.approx(1024)
    assert grid.hz_of(grid.bin_of(440)) == pytest.approx(440)


@pytest.mark.parametrize("rate", [1, 20, 100, 1_536_000])
def test_every_rate_that_a_session_allows_has_a_grid(rate):
    grid = CellGrid(rate)
    assert grid.size >= 8
    assert grid.bins > 4
