import pytest
import torch

from samstudio.separation.boxes import OUTSIDE_BOX, BandCells, BinCells, box_bands, boxes_near, keep_to_boxes
from samstudio.separation.stft import StftGrid
from samstudio.session.prompt import Sign, Span

RATE = 8000
GRID = StftGrid(RATE, torch.device("cpu"))
CELLS = [BandCells(GRID), BinCells(GRID)]


def tones(*frequencies: float, seconds: float, first: int = 0) -> torch.Tensor:
    """Sines (tones, n) of amplitude 1 from the clip's frame `first` on."""
    time = (first + torch.arange(round(seconds * RATE))) / RATE
    return torch.stack([torch.sin(2 * torch.pi * frequency * time) for frequency in frequencies])


def gain_map(plus: list[Span], cells: BandCells | BinCells, frames: int = 300) -> torch.Tensor:
    """(F, N) the gain that the + boxes give to every cell."""
    gain = torch.ones(GRID.size // 2 + 1, frames)
    for at, allowed in cells.allowed(plus, 0, frames):
        gain[at & ~allowed] = OUTSIDE_BOX
    return gain


@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize("first", [0, 4096])
def test_boxes_limit_the_target_in_their_time_and_band(first, cells):
    low, high = tones(500, 2500, seconds=6, first=first)
    at = first / RATE
    plus, minus = Span(at + 1, at + 2, Sign.PLUS, 300, 800), Span(at + 4, at + 5, Sign.MINUS, 300, 800)
    found = keep_to_boxes((low + high)[None], first, [plus], [minus], cells)[0]
    inner = [slice(round((start + 0.2) * RATE), round((start + 0.8) * RATE)) for start in (0, 1, 4)]
    expected = [low + high, low + OUTSIDE_BOX * high, high]
    for place, wanted in zip(inner, expected, strict=True):
        torch.testing.assert_close(found[place], wanted[place], atol=0.02, rtol=0)


@pytest.mark.parametrize("cells", CELLS)
def test_without_boxes_the_target_is_untouched(cells):
    target = tones(500, seconds=2)
    assert keep_to_boxes(target, 0, [], [], cells) is target


def test_only_boxes_whose_frames_reach_into_a_piece_are_near_it():
    at_5 = Span(5, 6, Sign.MINUS, 0, 4000)
    reach = GRID.size / RATE
    ends = [(0, 2, 0), (0, 5 - 1.01 * reach, 0), (0, 5 - 0.99 * reach, 1), (6 + 0.99 * reach, 9, 1), (7, 9, 0)]
    for first, stop, count in ends:
        near = boxes_near([at_5], round(first * RATE), round(stop * RATE), GRID)
        assert len(near) == count, (first, stop)


@pytest.mark.parametrize("cells", CELLS)
def test_the_smallest_box_covers_one_frame_and_one_bin(cells):
    middle = 40 * GRID.hop / RATE
    box = Span(middle + 1e-6, middle + 2e-6, Sign.PLUS, 1000.0, 1000.001)
    frames, bins = cells.inside(box, 0, 100)
    assert frames.nonzero().tolist() == [[40]]
    assert bins[:, 0].nonzero().tolist() == [[round(1000 * GRID.size / RATE)]]


def test_boxes_that_overlap_in_time_allow_each_other():
    """By frame for bins; for as long as each of them lasts for bands."""
    one, other = Span(1, 3, Sign.PLUS, 300, 500), Span(2, 4, Sign.PLUS, 2000, 2200)
    at = [round(second * RATE / GRID.hop) for second in (1.5, 2.5, 3.5)]
    bins = [round(hertz * GRID.size / RATE) for hertz in (400, 2100, 3000)]
    shut = [gain_map([one, other], cells(GRID))[bins][:, at].lt(1).tolist() for cells in (BinCells, BandCells)]
    assert shut[0] == [[False, False, True], [True, False, False], [True, True, True]]
    assert shut[1] == [[False, False, False], [False, False, False], [True, True, True]]


def test_a_box_holds_the_bands_in_it_or_the_nearest():
    wide = box_bands(Span(0, 1, Sign.PLUS, 300, 800), GRID)
    frequencies = GRID.band_frequencies[wide]
    assert 300 <= float(frequencies.min()) < 300 + RATE / GRID.size
    assert 800 - RATE / GRID.size < float(frequencies.max()) <= 800
    assert int(box_bands(Span(0, 1, Sign.PLUS, 1000, 1000.001), GRID).sum()) == 1
