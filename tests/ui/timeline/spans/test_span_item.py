"""What is seen of spans, pixel by pixel."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Sign, Span
from samstudio.ui import theme as look
from samstudio.ui.theme import load_theme, theme
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans import span_groups, span_item
from samstudio.ui.timeline.spans.snapping import SnapTargets
from tests.ui.timeline.drawn_lanes import LANE_HEIGHT, PIXEL, SECONDS, Lanes

MINUS = Sign.MINUS
EMPTY = theme().color("canvas")


@pytest.fixture
def lanes(qtbot) -> Lanes:
    return Lanes(qtbot)


def closeness(color: QColor, role: str) -> float:
    """How far a colour has gone from the empty ground to that of a role: 0 to 1 (channel-wise least squares)."""
    ground, goal, seen = ([c.red(), c.green(), c.blue()] for c in (EMPTY, theme().color(role), color))
    way = [g - e for g, e in zip(goal, ground, strict=True)]
    gone = [s - e for s, e in zip(seen, ground, strict=True)]
    return sum(w * g for w, g in zip(way, gone, strict=True)) / sum(w * w for w in way)


def tint(image: QImage, lanes: Lanes, start: float, end: float, role: str, box=None) -> float:
    """The mean closeness to a role over a stretch of time across the middle of a lane."""
    left, right, y = lanes.at(start, 0, box).x(), lanes.at(end, 0, box).x(), lanes.at(0, 0.3, box).y()
    places = [(x, y + row) for x in range(left, right) for row in range(8)]
    return sum(closeness(image.pixelColor(x, y), role) for x, y in places) / len(places)


def pixels(image: QImage) -> np.ndarray:
    """All channels of all pixels."""
    return np.frombuffer(image.constBits(), np.uint8).astype(int)


def rows_of(image: QImage, x: int, role: str) -> list[int]:
    """The rows of the wave lane that are nearly the pure colour of a role at `x`."""
    return [y for y in range(LANE_HEIGHT) if closeness(image.pixelColor(x, y), role) > 0.85]


def test_a_span_is_tinted_from_start_to_end_in_every_lane_and_less_over_the_spectrogram(lanes):
    lanes.show(Span(2, 4))
    image = lanes.picture()
    assert image.pixelColor(lanes.at(1.9)) == EMPTY
    assert image.pixelColor(lanes.at(4.1)) == EMPTY
    assert 0.15 < tint(image, lanes, 2.1, 3.9, "plus", lanes.wave) < 0.35
    assert 0.05 < tint(image, lanes, 2.1, 3.9, "plus", lanes.spectrogram) < 0.13
    edges = [closeness(image.pixelColor(lanes.at(time, 0.4).x(), lanes.at(0, 0.4).y()), "plus") for time in (2, 4)]
    assert edges == [pytest.approx(0.9, abs=0.1)] * 2


def test_the_signs_differ_without_colour(lanes):
    lanes.show(Span(1, 4), Span(5, 8, MINUS))
    image = lanes.picture()
    plus, minus = lanes.at(3).x(), lanes.at(7).x()
    # The cap: on top for +, at the foot for -.
    assert rows_of(image, plus, "plus") == [0, 1, 2]
    assert rows_of(image, minus, "minus") == [LANE_HEIGHT - 3, LANE_HEIGHT - 2, LANE_HEIGHT - 1]
    # The badge: an upright stroke in + only.
    ink = theme().color("accent_text")
    for span_start, has_upright in ((1, True), (5, False)):
        center = lanes.at(span_start)
        center.setX(center.x() + 12)
        center.setY(12)
        assert image.pixelColor(center) == ink
        center.setY(9)
        assert (image.pixelColor(center) == ink) is has_upright
    # The hatch: a line goes on up and to the right in +, down and to the right in -.
    for x, role, slope in ((plus, "plus", -1), (minus, "minus", 1)):
        y = max(range(50, 58), key=lambda y: closeness(image.pixelColor(x, y), role))
        along = closeness(image.pixelColor(x + 3, y + 3 * slope), role)
        across = closeness(image.pixelColor(x + 3, y - 3 * slope), role)
        assert along > across + 0.1


def test_the_part_that_loses_is_fainter(lanes):
    lanes.show(Span(1, 6), Span(4, 8, MINUS))
    image = lanes.picture()
    whole, overlap = tint(image, lanes, 6.1, 7.9, "minus"), tint(image, lanes, 4.1, 5.9, "minus")
    assert overlap == pytest.approx(whole, abs=0.08)
    # The cap of the losing + shows where it has no say.
    assert closeness(image.pixelColor(lanes.at(2).x(), 1), "plus") > 0.85
    assert closeness(image.pixelColor(lanes.at(5).x(), 1), "plus") < 0.5
    lanes.show(Span(1, 6), Span(4, 8, MINUS, muted=True))
    assert closeness(lanes.picture().pixelColor(lanes.at(5).x(), 1), "plus") > 0.8


def test_a_muted_span_is_pale_and_dashed(lanes):
    lanes.show(Span(1, 3), Span(5, 7, muted=True))
    image = lanes.picture()
    assert tint(image, lanes, 5.1, 6.9, "plus") < 0.5 * tint(image, lanes, 1.1, 2.9, "plus")
    x = lanes.at(7).x()
    edge = max((x - 1, x), key=lambda x: closeness(image.pixelColor(x, 50), "plus"))
    drawn = [closeness(image.pixelColor(edge, y), "plus") > 0.4 for y in range(30, 72)]
    assert 0.3 < sum(drawn) / len(drawn) < 0.8


def test_the_selected_span_has_broader_edges_and_handles(lanes):
    def columns(row: int) -> int:
        image, x = lanes.picture(), lanes.at(6).x()
        return sum(closeness(image.pixelColor(x + step, row), "plus") > 0.6 for step in range(-6, 7))

    lanes.show(Span(2, 6))
    assert (columns(60), columns(LANE_HEIGHT // 2)) == (1, 1)
    lanes.layer.show_selected_spans((0,))
    assert columns(60) == 2
    assert columns(LANE_HEIGHT // 2) >= 4


def test_a_box_has_its_height_in_the_spectrogram_and_a_bracket_elsewhere(lanes):
    lanes.show(Span(2, 4, low=5000, high=10000))
    image = lanes.picture()
    assert tint(image, lanes, 2.1, 3.9, "plus", lanes.spectrogram) > 0.05
    assert image.pixelColor(lanes.at(3, 0.6, lanes.spectrogram)) == EMPTY
    assert image.pixelColor(lanes.at(3, 0.1, lanes.spectrogram)) == EMPTY
    assert image.pixelColor(lanes.at(3)) == EMPTY
    foot = [image.pixelColor(lanes.at(3).x(), y) for y in range(LANE_HEIGHT - 8, LANE_HEIGHT)]
    assert max(closeness(color, "plus") for color in foot) > 0.85


def test_the_time_selection_lies_on_every_lane(lanes):
    lanes.layer.show_selection((2, 4))
    image = lanes.picture()
    for box in (lanes.wave, lanes.spectrogram):
        assert image.pixelColor(lanes.at(3, 0.5, box)) != EMPTY
        assert image.pixelColor(lanes.at(5, 0.5, box)) == EMPTY
    lanes.layer.show_selection(None)
    assert lanes.color(3) == EMPTY


def test_a_line_shows_the_snap_and_goes_with_alt(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.layer.set_snap_targets(SnapTargets(onsets=(6,)))

    def line() -> bool:
        image, x = lanes.picture(), lanes.at(6).x()
        rows = range(LANE_HEIGHT, 2 * LANE_HEIGHT)
        return any(image.pixelColor(column, y) == theme().color("accent") for column in (x - 1, x, x + 1) for y in rows)

    near = lanes.at(6 - 5 * PIXEL)
    lanes.press(lanes.at(2))
    lanes.move(lanes.at(2), near)
    assert line()
    lanes.move(near, near, Qt.KeyboardModifier.AltModifier)
    assert not line()
    lanes.release(near)


def test_the_label_stays_inside_its_lane_and_goes_at_the_release(lanes):
    lanes.layer.set_tool(Tool.PLUS)
    lanes.layer.set_snapping(False)
    lanes.press(lanes.at(2))
    end = lanes.at(9.95, 0.97)
    lanes.move(lanes.at(2), end)
    (label,) = [child for item in lanes.wave.childItems() for child in item.childItems() if child.isVisible()]
    assert label.mapRectToItem(lanes.wave, label.boundingRect()).intersected(lanes.wave.rect()) == label.mapRectToItem(
        lanes.wave, label.boundingRect()
    )
    lanes.release(end)
    assert not label.isVisible()


def test_another_theme_repaints_the_spans(lanes):
    lanes.show(Span(2, 8))
    dark = lanes.color(5, 0.5)
    QApplication.processEvents()
    try:
        look._current[:] = [load_theme("light")]
        look.notifier.theme_changed.emit(theme())
        assert lanes.color(5, 0.5) != dark
    finally:
        look._current.clear()
        look.notifier.theme_changed.emit(theme())


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


def test_a_suggestion_is_dashed_all_round_and_asks(lanes):
    lanes.layer.show_suggestions((Span(2, 6),))
    image = lanes.picture()
    assert 0.0 < tint(image, lanes, 3, 5, "plus") < 0.12
    # Rails at top and foot, and edges: five eighths are drawn.
    for y in (0, LANE_HEIGHT - 1):
        row = [closeness(image.pixelColor(x, y), "plus") > 0.6 for x in range(lanes.at(3).x(), lanes.at(3).x() + 160)]
        assert sum(row) == 100
    x = lanes.at(2).x()
    edge = max((x - 1, x), key=lambda x: sum(closeness(image.pixelColor(x, y), "plus") for y in range(60, 70)))
    column = [closeness(image.pixelColor(edge, y), "plus") > 0.6 for y in range(40, 120)]
    assert sum(column) == 50
    # A hollow badge with a question mark, no filled one with a sign.
    plate = [image.pixelColor(lanes.at(2).x() + 4 + i, 5 + j) for i in range(16) for j in range(14)]
    inked = sum(closeness(color, "plus") > 0.5 for color in plate) / len(plate)
    assert 0.15 < inked < 0.6
    lanes.layer.show_selected_suggestion(0)
    assert tint(lanes.picture(), lanes, 3, 5, "plus") > 0.12


def foot(image: QImage, x: int) -> list[QColor]:
    """The column of pixels where the model's frames are drawn."""
    return [image.pixelColor(x, y) for y in range(LANE_HEIGHT - 11, LANE_HEIGHT - 5)]


def test_the_models_frames_are_solid_for_plus_and_hollow_for_minus(lanes):
    lanes.show(Span(2, 4), Span(6, 8, MINUS))
    before = lanes.picture()
    assert max(closeness(color, "plus") for color in foot(before, lanes.at(3).x())) < 0.6
    lanes.layer.show_frame_grid(FrameGrid(48000, 1920))
    image = lanes.picture()
    assert all(closeness(color, "plus") > 0.95 for color in foot(image, lanes.at(3).x()))
    hollow = [closeness(color, "minus") > 0.95 for color in foot(image, lanes.at(7).x())]
    assert hollow == [True, False, False, False, False, True]
    lanes.layer.show_frame_grid(None)
    assert lanes.picture() == before


def test_the_models_frames_lie_on_its_own_grid_and_are_told_apart_far_in(lanes):
    lanes.show(Span(2.01, 2.03))
    lanes.layer.show_frame_grid(FrameGrid(48000, 1920))
    lanes.wave.show_times(1.9, 2.3)
    image, per_frame = lanes.picture(), 0.04 / 0.4 * 1000
    inked = [x for x in range(1000) if closeness(foot(image, x)[3], "plus") > 0.95]
    assert (inked[0], len(inked)) == (pytest.approx(250, abs=1), pytest.approx(per_frame, abs=1))
    assert lanes.at(2.0).x() == pytest.approx(250, abs=1)
    lanes.show(Span(2.0, 2.2))
    image = lanes.picture()
    line = [closeness(foot(image, x)[3], "plus") > 0.95 for x in range(251, 749)]
    assert line.count(False) == 4


def test_the_span_that_keys_move_has_the_broadest_edges(lanes):
    lanes.show(Span(2, 6), selected=0)

    def columns() -> int:
        image, x = lanes.picture(), lanes.at(6).x()
        return sum(closeness(image.pixelColor(x + step, 60), "plus") > 0.6 for step in range(-6, 7))

    assert columns() == 2
    lanes.layer.show_edited((0,), "text")
    assert columns() == 3
    lanes.layer.show_edited(())
    assert columns() == 2


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


def test_what_is_kept_is_stretched_while_zooming_and_painted_anew_at_rest(lanes, qtbot, monkeypatch):
    monkeypatch.setattr(span_item, "_FEW", 1)
    lanes.show(*(Span(at, at + 0.5, Sign.PLUS if at % 2 else MINUS) for at in range(9)))
    lanes.picture()
    for box in (lanes.wave, lanes.spectrogram):
        box.show_times(2.0, 5.0)
    assert_stretched_until_rest(lanes, qtbot)


def test_what_is_kept_is_stretched_while_a_lane_is_resized_and_painted_anew_at_rest(lanes, qtbot, monkeypatch):
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
