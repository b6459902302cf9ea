"""The playhead dragged by hand, on a sound card that is pulled by hand."""

import numpy as np
import pytest

from tests.controllers.playback.test_transport import Log, tick


def test_it_is_heard_while_it_moves_and_ends_where_it_is_let_go(transport, card):
    states, places = Log(transport.playing_changed), Log(transport.position_changed)
    for move in range(30):
        transport.scrub(0.5 + move / 60)
        card.pull(800)
        tick(transport)
    assert np.abs(card.heard).max() > 0.05
    assert places == pytest.approx([0.5 + move / 60 for move in range(30)], abs=1e-4)
    transport.end_scrub(1.2)
    card.pull(4800)
    assert np.abs(card.pull(4800)).max() == 0.0
    assert transport.position == pytest.approx(1.2)
    assert states == [True, False]
    assert not transport.playing


def test_what_plays_is_stopped_by_it(transport, card):
    transport.set_returning(True)
    transport.play(0.2)
    card.pull(4800)
    transport.scrub(1.0)
    card.pull(4800)
    transport.end_scrub(1.1)
    card.pull(9600)
    tick(transport)
    assert transport.position == pytest.approx(1.1)
    assert not transport.playing


def test_places_outside_are_the_ends(transport, card):
    transport.scrub(-3.0)
    assert transport.position == 0.0
    transport.scrub(99.0)
    assert transport.position == 2.0
    transport.end_scrub(99.0)
    assert transport.position == 2.0


def test_without_a_sound_card_the_playhead_moves_and_the_reason_is_told_once(transport, card):
    card.error = "no card"
    failures = Log(transport.device_failed)
    for place in (0.1, 0.2, 0.3):
        transport.scrub(place)
        assert transport.position == pytest.approx(place)
    transport.end_scrub(0.4)
    assert transport.position == pytest.approx(0.4)
    assert failures == ["no card"]
    assert not transport.playing
    card.error = None
    transport.scrub(0.5)
    assert transport.playing


def test_without_a_recording_nothing_happens(transport):
    transport.load(None, 0)
    transport.scrub(1.0)
    transport.end_scrub(1.0)
    assert not transport.playing
