"""What a model with frames of 40 ms sees of the marks."""

import pytest

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Sign, Span

PLUS, MINUS = Sign.PLUS, Sign.MINUS
GRID = FrameGrid(48000, 1920)


@pytest.mark.parametrize(
    ("span", "frames"),
    [
        (Span(0.0, 0.04), (0, 1)),
        (Span(0.0, 1.0), (0, 25)),
        (Span(1.0, 2.5), (25, 63)),
        (Span(0.28, 0.56), (8, 15)),
        (Span(0.041, 0.05), (1, 2)),  # covers no frame's first sample: widened to one
        (Span(0.05, 0.1), (2, 3)),
        (Span(1.0, 2.0, low=100.0, high=200.0), (25, 50)),
        (Span(1.0, 2.0, MINUS, low=100.0, high=200.0), None),
    ],
)
def test_frames_of_a_span(span, frames):
    assert GRID.frames_of(span) == frames


def test_every_span_however_short_and_wherever_keeps_a_frame():
    for step in range(200):
        first, stop = GRID.frames_of(Span(step * 0.0137, step * 0.0137 + 0.001))
        assert stop == first + 1
        assert first * 0.04 - 0.041 < step * 0.0137 < stop * 0.04 + 1e-9


def test_runs_follow_the_overlap_rule_and_join_neighbours():
    spans = (Span(0.0, 2.0), Span(0.5, 1.0, MINUS), Span(2.0, 2.4), Span(5.0, 6.0, muted=True))
    runs = [(run.first, run.stop, run.sign) for run in GRID.runs(spans)]
    assert runs == [(0, 13, PLUS), (13, 25, MINUS), (25, 60, PLUS)]


def test_a_run_knows_its_time():
    (run,) = GRID.runs((Span(1.01, 1.05, MINUS),))
    assert (run.start, run.end) == (pytest.approx(1.04), pytest.approx(1.08))
