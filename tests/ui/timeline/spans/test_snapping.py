"""What pulls, and how far."""

import pytest

from samstudio.ui.timeline.spans.snapping import SNAP_REACH, Magnet, SnapTarget


def edges(*times: float) -> list[SnapTarget]:
    return [SnapTarget(time, "edge") for time in times]


def near(magnet: Magnet, time: float, seconds_per_pixel: float) -> float | None:
    target = magnet.near(time, seconds_per_pixel)
    return target and target.time


def test_the_nearest_target_within_reach_holds():
    magnet = Magnet(edges(3.0, 1.0, 2.0))
    assert near(magnet, 1.6, 0.1) == 2.0
    assert near(magnet, 1.4, 0.1) == 1.0
    assert near(magnet, 0.0, 1.0) == 1.0
    assert near(magnet, 9.0, 1.0) == 3.0


def test_nothing_pulls_from_beyond_eight_pixels():
    magnet = Magnet(edges(0.0))
    assert near(magnet, SNAP_REACH * 0.01, 0.01) == 0.0
    assert near(magnet, SNAP_REACH * 0.01 + 0.001, 0.01) is None
    assert Magnet([]).near(1.0, 1.0) is None


def test_a_target_says_what_it_is():
    magnet = Magnet([SnapTarget(1.0, "onset"), SnapTarget(2.0, "playhead")], zero_crossing=lambda time: time)
    assert magnet.near(1.0, 0.01) == SnapTarget(1.0, "onset")
    assert magnet.near(2.0, 0.01) == SnapTarget(2.0, "playhead")
    assert magnet.near(3.0, 1e-4) == SnapTarget(3.0, "zero crossing")


def test_zero_crossings_pull_only_far_in_and_give_way():
    magnet = Magnet(edges(1.0), zero_crossing=lambda time: round(time * 100) / 100)
    assert near(magnet, 2.0001, 1e-4) == 2.0
    assert near(magnet, 2.001, 1e-4) is None
    assert near(magnet, 2.0001, 1e-2) is None
    assert near(magnet, 1.0004, 1e-4) == 1.0


def test_a_clip_without_zero_crossings_is_no_error():
    assert Magnet([], zero_crossing=lambda _time: None).near(1.0, 1e-4) is None


def test_of_two_edges_the_nearer_one_lands():
    magnet = Magnet(edges(5.0, 8.0))
    assert magnet.hold((1.0, 3.0), 4.06, 0.01) == pytest.approx(4.0)
    assert magnet.hold((1.0, 3.0), 4.5, 0.01) == 4.5
    # 5.06 is 0.06 from 5; 7.99 is 0.01 from 8.
    assert magnet.hold((1.0, 3.93), 4.06, 0.01) == pytest.approx(4.07)
