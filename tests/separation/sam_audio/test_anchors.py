"""Marked spans as the model reads them."""

import pytest
import torch

from samstudio.separation.sam_audio.anchors import MINUS, NULL, PAD, PLUS, anchor_rows
from samstudio.session.model_frames import frame_range


def test_edges_round_up_in_double_precision() -> None:
    assert frame_range(0.0, 0.04, 48000, 1920) == (0, 1)
    assert frame_range(0.28, 0.56, 48000, 1920) == (8, 15)
    assert frame_range(0.041, 0.079, 48000, 1920) == (2, 2)


def test_other_rates_and_hops() -> None:
    assert frame_range(0.5, 1.0, 16000, 320) == (25, 50)


@pytest.mark.parametrize(("start", "end"), [(0.5, 0.5), (0.6, 0.4), (0.6, -0.2)])
def test_what_does_not_run_forward_marks_nothing(start: float, end: float) -> None:
    _, alignment = anchor_rows([[("+", start, end)]], [25])
    assert not alignment.any()


def test_a_start_before_the_clip_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at 0 s or later, not at -0\.5 s"):
        anchor_rows([[("+", -0.5, 1.0)]], [25])


def test_anchors_for_another_number_of_clips_are_refused() -> None:
    with pytest.raises(ValueError, match="2 clips"):
        anchor_rows([[("+", 0.0, 1.0)]], [25, 10])


def test_rows_are_padded_and_the_last_anchor_holds() -> None:
    ids, alignment = anchor_rows([[("+", 0.0, 0.2), ("-", 0.12, 9.0)], []], [10, 6])
    assert ids.tolist() == [[NULL, PAD, PLUS, MINUS], [NULL, PAD, PAD, PAD]]
    told = ids.gather(1, alignment)
    assert told[0].tolist() == [PLUS] * 3 + [MINUS] * 7
    assert told[1].tolist() == [NULL] * 6 + [PAD] * 4


def test_no_anchors_at_all() -> None:
    ids, alignment = anchor_rows(None, [3, 2])
    assert ids.tolist() == [[NULL, PAD]] * 2
    assert torch.equal(alignment, torch.tensor([[0, 0, 0], [0, 0, 1]]))
