import pytest

from samstudio.session.labels.marker import MOST_NAME, Marker, in_time, neighbour, new_name, without

MARKERS = (Marker(1.0, "a"), Marker(2.0, "b"), Marker(2.0, "c"), Marker(5.0, "d"))


@pytest.mark.parametrize("time", [-0.1, float("inf"), float("nan")])
def test_a_marker_lies_in_time(time):
    with pytest.raises(ValueError, match="0 s or later"):
        Marker(time)


def test_a_name_is_one_short_line():
    assert Marker(0.0, "  two\nlines\t").name == "two lines"
    assert len(Marker(0.0, "x" * 1_000_000).name) == MOST_NAME


def test_markers_are_in_order_of_time_and_none_is_there_twice():
    assert in_time((*reversed(MARKERS), MARKERS[0])) == MARKERS
    assert without(MARKERS, {0, 2}) == (MARKERS[1], MARKERS[3])


def test_a_new_name_is_nobody_elses():
    assert new_name(()) == "Marker 1"
    assert new_name((Marker(1.0, "Marker 2"),)) == "Marker 3"
    assert new_name((Marker(1.0, "verse"),)) == "Marker 2"


@pytest.mark.parametrize(
    ("time", "direction", "index"),
    [(0.0, 1, 0), (1.0, 1, 1), (2.0, 1, 3), (5.0, 1, None), (5.0, -1, 2), (2.0, -1, 0), (1.0, -1, None), (9.0, -1, 3)],
)
def test_neighbours(time, direction, index):
    assert neighbour(MARKERS, time, direction) == index
