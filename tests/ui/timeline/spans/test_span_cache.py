"""The picture of spans that is kept while panning and zooming equals the one painted anew."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.spans import span_groups, span_item
from tests.ui.timeline.drawn_lanes import LANE_HEIGHT, SECONDS
from tests.ui.timeline.spans.painted_colours import EMPTY, tint

MINUS = Sign.MINUS


def pixels(image: QImage) -> np.ndarray:
    """All channels of all pixels."""
    return np.frombuffer(image.constBits(), np.uint8).astype(int)


def test_a_change_repaints_its_own_columns_only(lanes, monkeypatch):
    item = next(item for item in lanes.wave.childItems() if hasattr(item, "show_overlay"))
    updated = []
    lanes.show(*(Span(i, i + 0.5) for i in range(9)), selected=3)
    monkeypatch.setattr(type(item), "update", lambda _self, *rect: updated.append(rect))
    lanes.press(lanes.at(3.25))
    lanes.move(lanes.at(3.25), lanes.at(3.75))
    lanes.release(lanes.at(3.75))
    assert updated
    united = QRectF()
    for rect in updated:
        assert rect, "a whole lane was painted again"
        united = united.united(rect[0])
    assert lanes.at(2.9).x() <= united.left()
    assert united.right() <= lanes.at(4.1).x()


def test_spans_follow_the_view(lanes):
    lanes.show(Span(2, 4))
    lanes.wave.show_times(0, 100)
    assert lanes.color(10) == EMPTY
    assert lanes.color(3) != EMPTY
    assert lanes.at(3).x() == pytest.approx(30, abs=1)
    lanes.widget.resize(600, 300)
    assert lanes.color(3) != EMPTY
    assert lanes.color(5) == EMPTY


def test_what_is_kept_while_panning_is_what_would_be_painted(lanes, monkeypatch):
    monkeypatch.setattr(span_item, "_FEW", 1)
    signs = (Sign.PLUS, MINUS, Sign.PLUS)
    spans = [
        Span(at, at + 0.9, signs[at % 3], muted=at % 5 == 3, **({"low": 500, "high": 9000} if at % 4 == 1 else {}))
        for at in range(30)
    ]
    lanes.show(*spans, Span(3.2, 12.7, MINUS), selected=4)
    for shift in (1.0, 0.0133, 0.3, -0.7, 2.1, -0.05, -1.9, 30.0, -27.0):
        for box in (lanes.wave, lanes.spectrogram):
            start, end = box.times
            box.show_times(start + shift, end + shift)
        kept = lanes.picture()
        for lane in lanes.layer._display.lanes:
            assert (lane.item._kept_for is not None) == (shift != 30.0), "after 30 s there is nothing to keep"
            lane.item._forget()
        assert lanes.picture() == kept, shift
        # Few things are painted without being kept, and look the same but for rounding.
        monkeypatch.setattr(span_item, "_FEW", 99)
        assert np.abs(pixels(lanes.picture()) - pixels(kept)).max() <= 3, shift
        monkeypatch.setattr(span_item, "_FEW", 1)


def test_a_narrow_strip_of_few_things_is_laid_down_from_what_is_kept(lanes, qapp, monkeypatch):
    lanes.show(Span(1.0, 4.0), Span(5.0, 6.0, MINUS))
    item = lanes.layer._display.lanes[0].item
    before = lanes.picture()
    qapp.processEvents()
    painted = []
    paint = span_item.SpanPainting.paint
    monkeypatch.setattr(span_item.SpanPainting, "paint", lambda painting: painted.append(1) or paint(painting))
    for x in (100, 104, 108):
        item.update(QRectF(x, 0, 8, 50))
        qapp.processEvents()
    assert len(painted) == 1
    lanes.show(Span(1.0, 4.0))
    assert lanes.picture() != before
    assert item._kept_for is None, "a whole lane is painted, not kept"


def assert_stretched_until_rest(lanes, qtbot):
    stretched = lanes.picture()
    assert tint(stretched, lanes, 3.1, 3.4, "plus") > tint(stretched, lanes, 3.6, 3.9, "plus") + 0.1
    qtbot.waitUntil(lambda: not any(lane.item._resting.isActive() for lane in lanes.layer._display.lanes))
    rested = lanes.picture()
    assert rested != stretched
    for lane in lanes.layer._display.lanes:
        lane.item._forget()
    assert lanes.picture() == rested


def test_what_is_kept_is_stretched_while_zooming_and_painted_again_at_rest(lanes, qtbot, monkeypatch):
    monkeypatch.setattr(span_item, "_FEW", 1)
    lanes.show(*(Span(at, at + 0.5, Sign.PLUS if at % 2 else MINUS) for at in range(9)))
    lanes.picture()
    for box in (lanes.wave, lanes.spectrogram):
        box.show_times(2.0, 5.0)
    assert_stretched_until_rest(lanes, qtbot)


def test_what_is_kept_is_stretched_while_a_lane_is_resized_and_painted_again_at_rest(lanes, qtbot, monkeypatch):
    monkeypatch.setattr(span_item, "_FEW", 1)
    lanes.show(*(Span(at, at + 0.5, Sign.PLUS if at % 2 else MINUS) for at in range(9)))
    lanes.picture()
    lanes.wave.setGeometry(QRectF(0, 0, 700, LANE_HEIGHT))
    assert_stretched_until_rest(lanes, qtbot)


@pytest.mark.parametrize("seconds", [SECONDS, 100.0])
def test_what_is_painted_together_looks_as_if_painted_one_by_one(lanes, monkeypatch, seconds):
    """At both zooms: with edges and hatch, and as slivers."""
    monkeypatch.setattr(span_item, "_FEW", 999)
    spans = [
        Span(
            at / 10,
            at / 10 + (0.06 if at % 9 else 0.25),
            MINUS if at % 5 == 3 else Sign.PLUS,
            muted=at % 11 == 0,
            **({"low": 700 + 30 * at, "high": 9000} if at % 3 == 1 else {}),
        )
        for at in range(200)
    ]
    pictures = []
    for many in (2, 999):
        monkeypatch.setattr(span_groups, "_MANY", many)
        span_groups.groups_of.cache_clear()
        lanes.show(*spans, selected=(50, 51, 70))
        for box in (lanes.wave, lanes.spectrogram):
            box.show_times(0, seconds)
        for lane in lanes.layer._display.lanes:
            lane.item._forget()
        pictures.append(lanes.picture())
    assert pictures[0] == pictures[1]
    assert len({pixel.tobytes() for pixel in pixels(pictures[0]).reshape(-1, 4)}) > 20, "little is drawn at all"


def test_a_dragged_end_repaints_what_it_passes_and_leaves_nothing_behind(lanes, monkeypatch):
    monkeypatch.setattr(span_item, "_FEW", 1)
    spans = [Span(at, at + 0.7, MINUS if at % 2 else Sign.PLUS, muted=at == 5) for at in range(9)]
    for end in (2.4, 2.2, 2.3, 2.05, 2.9, 4.5, 6.55, 3.4, 2.02, 2.01, 2.6):
        spans[2] = Span(2, end)
        lanes.show(*spans, selected=2)
        kept = lanes.picture()
        for lane in lanes.layer._display.lanes:
            lane.item._forget()
        assert lanes.picture() == kept, end
