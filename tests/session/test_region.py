import math

import numpy as np
import pytest

from samstudio.session.prompt import Prompt, Span
from samstudio.session.region import LEAST, Region, in_order, region_at

LEFT, RIGHT = Region(0.0, 0.25, 0.5, 0.5, time=1.0), Region(0.5, 0.5, 0.25, 0.5, time=3.0)


@pytest.mark.parametrize("numbers", [(0.5, 0, 0.6, 1), (0, 0.5, 1, 0.6), (-0.1, 0, 1, 1), (0, math.nan, 1, 1)])
def test_a_region_must_lie_inside_the_frame(numbers):
    with pytest.raises(ValueError, match="must lie inside"):
        Region(*numbers)


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (-0.1, 1), (math.nan, 1)])
def test_a_place_must_have_a_size(size):
    with pytest.raises(ValueError, match="width and a height"):
        Region(0, 0, *size)


@pytest.mark.parametrize("time", [-1, math.inf, math.nan])
def test_a_place_must_have_a_time(time):
    with pytest.raises(ValueError, match="time from 0 s on"):
        Region(0, 0, 1, 1, time)


def test_sums_may_be_rounded_beyond_the_edge():
    assert 0.1 + 0.9000000000000001 > 1.0
    assert Region(0.1, 0.7, 0.9000000000000001, 0.3).width > 0.9


def test_a_region_is_drawn_from_any_corner_and_stays_in_the_frame():
    drawn = Region.between(0.75, 0.5, 0.25, 1.5, time=2.0)
    assert drawn == Region(0.25, 0.5, 0.5, 0.5, time=2.0)
    assert drawn.corners == (0.25, 0.5, 0.75, 1.0)
    # A click makes a small place, also at the far corner.
    for x, y in ((0.3, 0.3), (1.0, 1.0), (0.0, 2.0), (-1.0, -1.0)):
        small = Region.between(x, y, x, y)
        assert min(small.width, small.height) >= LEAST - 1e-12


def test_a_region_stops_at_the_edge_of_the_frame():
    place = Region(0.25, 0.5, 0.5, 0.25, time=3.0)
    assert place.shifted(0.125, -0.25) == Region(0.375, 0.25, 0.5, 0.25, time=3.0)
    assert place.shifted(9, 9) == Region(0.5, 0.75, 0.5, 0.25, time=3.0)
    assert place.shifted(-9, -9) == Region(0, 0, 0.5, 0.25, time=3.0)
    assert Region(0, 0, 1, 1).shifted(0.1, 0.1) == Region(0, 0, 1, 1)


def test_pixels_that_are_touched():
    assert Region(0, 0, 1, 1).pixels(64, 48) == (slice(0, 48), slice(0, 64))
    assert Region(0.25, 0.5, 0.5, 0.5).pixels(4, 6) == (slice(3, 6), slice(1, 3))
    assert Region(0.3, 0.3, 0.1, 0.45).pixels(10, 10) == (slice(3, 8), slice(3, 4))
    # However small, it covers a pixel, also at the far edge.
    assert Region(1.0 - 1e-12, 0, 1e-12, 1e-12).pixels(10, 10) == (slice(0, 1), slice(9, 10))


@pytest.mark.parametrize("size", [3, 7, 320, 1080])
def test_whole_pixels_come_back(size):
    for first, count in ((0, 1), (1, size - 1), (size // 3, size // 2), (size - 1, 1)):
        _, columns = Region(first / size, 0, count / size, 1).pixels(size, 1)
        assert columns == slice(first, first + count)


def test_the_object_moves_on_a_straight_line_and_rests_before_and_after():
    way = (LEFT, RIGHT)
    assert region_at((), 1.0) is None
    assert region_at(way, 0.0) == LEFT.at(0.0)
    assert region_at(way, 1.0) == LEFT
    assert region_at(way, 2.0) == Region(0.25, 0.375, 0.375, 0.5, time=2.0)
    assert region_at(way, 99.0) == RIGHT.at(99.0)
    for time in np.linspace(0, 4, 100):
        assert region_at((Region(0.3, 0, 0.7, 1), Region(0.1, 0, 0.9, 1, 4.0)), float(time))


def test_of_two_places_at_one_time_the_last_counts():
    assert in_order([RIGHT, LEFT, RIGHT.at(1.0)]) == (RIGHT.at(1.0), RIGHT)


def test_a_prompt_carries_the_place():
    prompt = Prompt("bell", (Span(0, 1),))
    placed = prompt.with_region(LEFT)
    assert placed == prompt.with_regions(LEFT.at(0.0))
    assert placed != prompt
    assert placed.without_region() == prompt
    assert placed.with_region_moved(RIGHT).regions == (LEFT.at(0.0), RIGHT)
    assert placed.with_region_moved(RIGHT).with_region(RIGHT).regions == (RIGHT.at(0.0),)
    assert not Prompt().with_regions(LEFT).is_empty


def test_places_out_of_order_are_no_prompt():
    for regions in ((RIGHT, LEFT), (LEFT, LEFT)):
        with pytest.raises(ValueError, match="in order of time"):
            Prompt().with_regions(*regions)
