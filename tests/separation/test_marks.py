import pytest
import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.marks import frames_in, resolve
from samstudio.separation.stft import StftGrid
from samstudio.session.prompt import Prompt, Sign, Span

GRID = StftGrid(8000, torch.device("cpu"))


def test_later_spans_decide_and_all_is_cut_to_the_clip():
    marks = resolve(Prompt(spans=(Span(0, 4), Span(3, 9, Sign.MINUS), Span(1, 2, muted=True))), 6.0)
    assert (marks.plus, marks.minus) == (((0, 3),), ((3, 6),))


def test_a_plus_box_marks_time_and_a_minus_box_does_not():
    boxes = Span(1, 2, Sign.PLUS, 100, 200), Span(3, 4, Sign.MINUS, 100, 200)
    marks = resolve(Prompt(spans=boxes), 6.0)
    assert (marks.plus, marks.minus) == (((1, 2),), ())
    assert (marks.plus_boxes, marks.minus_boxes) == ((boxes[0],), (boxes[1],))


def test_spans_that_all_lie_after_the_end_are_refused():
    with pytest.raises(SeparationError, match="after the end"):
        resolve(Prompt(spans=(Span(7, 8),)), 6.0)


def test_frames_lie_in_a_stretch_by_their_centres_and_one_at_least():
    seconds = GRID.hop / 8000
    chosen = frames_in([(2 * seconds, 4.5 * seconds)], 0, 10, GRID)
    assert chosen.nonzero()[:, 0].tolist() == [2, 3, 4]
    assert frames_in([(6.1 * seconds, 6.2 * seconds)], 0, 10, GRID).nonzero()[:, 0].tolist() == [6]
    assert frames_in([(6.1 * seconds, 6.2 * seconds)], 4 * GRID.hop, 10, GRID).nonzero()[:, 0].tolist() == [2]
    assert not frames_in([(20 * seconds, 21 * seconds)], 0, 10, GRID).any()
