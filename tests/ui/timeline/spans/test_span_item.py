"""What is seen of spans, pixel by pixel."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Sign, Span
from samstudio.ui import theme as look
from samstudio.ui.theme import load_theme, theme
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.snapping import SnapTargets
from samstudio.ui.timeline.spans.span_strokes import Strokes
from tests.ui.timeline.drawn_lanes import LANE_HEIGHT, PIXEL
from tests.ui.timeline.spans.painted_colours import EMPTY, closeness, tint

MINUS = Sign.MINUS


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


@pytest.mark.parametrize("length", [0.004, 0.2, 4])
def test_the_sign_of_a_suggestion_shows_without_colour_however_narrow_it_is(lanes, length):
    """The shortest is narrower than a pixel, the next has no room for a badge."""
    lanes.layer.show_suggestions((Span(1, 1 + length), Span(6, 6 + length, MINUS)))
    image = lanes.picture()

    def thick_ends(time, role):
        # Beside the edge, which is dashed from top to foot.
        x = lanes.at(time).x() + 3
        rows = [closeness(image.pixelColor(x, y), role) > 0.6 for y in range(LANE_HEIGHT)]
        return all(rows[:3]), all(rows[-3:])

    assert thick_ends(1, "plus") == (True, False)
    assert thick_ends(6, "minus") == (False, True)


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


def test_the_models_frames_lie_on_its_own_grid_and_are_distinguished_far_in(lanes):
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


def test_thousands_of_spans_that_touch_are_painted_as_what_counts_of_them(lanes):
    # Long + spans under short - spans: on a second of - follows one of +.
    long = tuple(Span(0.001 * i, 10) for i in range(3000))
    short = tuple(Span(2 * second + 0.0003 * i, 2 * second + 1, MINUS) for second in range(5) for i in range(600))
    lanes.show(*long, *short)
    image = lanes.picture()
    for second in range(9):
        counts, other = ("plus", "minus") if second % 2 else ("minus", "plus")
        span = second + 0.4, second + 0.9
        assert tint(image, lanes, *span, counts, lanes.wave) > tint(image, lanes, *span, other, lanes.wave) + 0.05


def test_hundreds_of_long_spans_in_turns_are_painted_in_few_strokes_and_as_what_counts(lanes, monkeypatch):
    # Each loses a hundred parts to those after it.
    fills, strokes = Strokes._fill, []
    monkeypatch.setattr(Strokes, "_fill", lambda *given: (strokes.append(1), fills(*given)))
    lanes.show(*(Span(i * 0.01, i * 0.01 + 5.0, (Sign.PLUS, MINUS)[i % 2]) for i in range(400)), Span(6.0, 9.5, MINUS))
    image = lanes.picture()
    assert tint(image, lanes, 6.2, 9.2, "minus", lanes.wave) > tint(image, lanes, 6.2, 9.2, "plus", lanes.wave) + 0.05
    # At half the time both signs alternate from pixel to pixel: both are there.
    assert min(tint(image, lanes, 1.0, 3.0, role, lanes.wave) for role in ("plus", "minus")) > 0.0
    assert len(strokes) < 200


def test_the_parts_that_count_of_a_span_are_painted_at_once_and_where_they_are(lanes, monkeypatch):
    fills, strokes = Strokes._fill, []
    monkeypatch.setattr(Strokes, "_fill", lambda *given: (strokes.append(1), fills(*given)))
    lanes.show(Span(0.0, 10.0), *(Span(i + 0.5, i + 1.0, MINUS) for i in range(10)))
    image = lanes.picture()
    for second in range(1, 9):
        won, lost = ((second + a, second + a + 0.3, "plus", lanes.wave) for a in (0.1, 0.6))
        assert tint(image, lanes, *won) > tint(image, lanes, *lost) + 0.02
    # Ten short spans, each with ground, cap and edges in every lane, beside one that is cut into twenty parts.
    many = len(strokes)
    strokes.clear()
    lanes.show(Span(0.0, 10.0, muted=True), *(Span(i + 0.5, i + 1.0, MINUS) for i in range(10)))
    lanes.picture()
    assert many - len(strokes) < 20
