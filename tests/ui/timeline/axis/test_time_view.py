import pytest

from samstudio.ui.timeline.axis.time_view import TimeView


def test_zoom_keeps_a_time_in_place():
    view = TimeView(10.0, 20.0).zoomed(0.25, 15.0)
    assert (view.start, view.end) == pytest.approx((13.75, 18.75))


@pytest.mark.parametrize(
    ("view", "kept"),
    [
        (TimeView(-5.0, 10.0), (0.0, 10.0)),
        (TimeView(95.0, 10.0), (90.0, 100.0)),
        (TimeView(-50.0, 500.0), (0.0, 100.0)),
        (TimeView(50.0, 0.0), (49.95, 50.05)),
        (TimeView(30.0, 10.0), (30.0, 40.0)),
    ],
)
def test_kept_within_the_clip(view, kept):
    bound = view.kept_within(100.0, 0.1)
    assert (bound.start, bound.end) == pytest.approx(kept)


def test_a_clip_shorter_than_the_deepest_zoom_is_shown_whole():
    view = TimeView(0.0, 5.0).kept_within(0.05, 0.1)
    assert (view.start, view.end) == (0.0, 0.05)
