import numpy as np
import pytest
import torch

from samstudio.separation.sam_audio.pipeline.anchors import MINUS, NULL, PLUS, prompt_anchors, window_anchors
from samstudio.session.prompt import Prompt, Sign, Span
from tests.separation.sam_audio.reference import anchor_rows

RATE, HOP = 48000, 1920


def tokens_of(*spans: Span, frames: int = 50) -> list[int]:
    return prompt_anchors(Prompt("", spans), frames, RATE, HOP).tolist()


def test_spans_mark_the_frames_that_the_reference_marks():
    rng = np.random.default_rng(5)
    for _ in range(50):
        edges = np.sort(rng.uniform(0, 3, (4, 2)), axis=1)
        edges[:, 1] += 0.05
        signs = rng.choice(list(Sign), 4)
        spans = [Span(float(a), float(b), Sign(s)) for (a, b), s in zip(edges, signs, strict=True)]
        ids, alignment = anchor_rows([[(s.sign.value, s.start, s.end) for s in spans]], [75])
        assert tokens_of(*spans, frames=75) == ids[0][alignment[0]].tolist()


def test_the_later_span_wins():
    tokens = tokens_of(Span(0, 2, Sign.PLUS), Span(0.4, 0.8, Sign.MINUS))
    assert tokens == [PLUS] * 10 + [MINUS] * 10 + [PLUS] * 30


@pytest.mark.parametrize(("start", "end", "frame"), [(0.281, 0.3, 7), (0.001, 0.002, 0), (1.961, 1.999, 49)])
def test_a_span_that_reaches_no_frame_is_widened_to_the_one_it_lies_in(start, end, frame):
    assert [i for i, token in enumerate(tokens_of(Span(start, end))) if token != NULL] == [frame]


def test_boxes_and_muted_spans():
    box = Span(0, 0.4, Sign.PLUS, 100.0, 200.0)
    assert tokens_of(box)[:10] == [PLUS] * 10
    assert set(tokens_of(Span(0, 0.4, Sign.MINUS, 100.0, 200.0), Span(0, 1, muted=True))) == {NULL}


def test_windows_take_their_part_of_a_span():
    tokens = prompt_anchors(Prompt("", (Span(0.4, 1.2), Span(1.2, 1.6, Sign.MINUS))), 50, RATE, HOP)
    ids, alignment = window_anchors(tokens, [range(20), range(20, 40)])
    assert ids.gather(1, alignment).tolist() == [[NULL] * 10 + [PLUS] * 10, [PLUS] * 10 + [MINUS] * 10]
    assert ids.dtype == alignment.dtype == torch.int64
