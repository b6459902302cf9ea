"""J, K and L, on a sound card that is pulled by hand."""

import numpy as np
import pytest

from tests.controllers.playback.test_transport import FADE, Log, tick


@pytest.fixture
def speeds(transport):
    return Log(transport.speed_changed)


def test_each_further_press_is_twice_as_fast_up_to_eight_times(transport, card, speeds):
    for _ in range(5):
        transport.shuttle_faster(1)
    assert speeds == [2.0, 4.0, 8.0]
    assert transport.playing
    card.pull(4800)
    assert transport.position == pytest.approx(0.8, abs=1e-4)


def test_the_other_key_turns_it_at_its_own_speed(transport, card, speeds):
    transport.seek(1.5)
    transport.shuttle_faster(-1)
    transport.shuttle_faster(-1)
    card.pull(2400)
    transport.shuttle_faster(1)
    card.pull(480)
    transport.shuttle_faster(-1)
    assert speeds == [-1.0, -2.0, 1.0, -1.0]
    assert transport.position == pytest.approx(1.4, abs=0.02)


def test_the_slow_ones_are_at_half_speed_from_anywhere_and_twice_that_is_one(transport, card, speeds):
    transport.seek(1.0)
    transport.shuttle(-0.5)
    card.pull(4800)
    assert transport.position == pytest.approx(0.95, abs=1e-4)
    transport.shuttle_faster(-1)
    transport.shuttle(0.5)
    transport.shuttle_faster(1)
    assert speeds == [-0.5, -1.0, 0.5, 1.0]


def test_play_goes_over_into_a_shuttle_and_each_start_of_play_is_at_its_own_speed(transport, card, speeds, clip):
    states = Log(transport.playing_changed)
    transport.play(0.5)
    card.pull(4800)
    transport.shuttle_faster(1)
    card.pull(4800)
    transport.toggle()
    assert speeds == [2.0, 1.0]
    assert states == [True, False]
    card.pull(4800)
    transport.toggle()
    place = round(transport.position * 48000)
    assert np.array_equal(card.pull(4800)[FADE:], clip.samples[place + FADE : place + 4800])
    transport.shuttle_faster(1)
    transport.play(0.5)
    assert speeds == [2.0, 1.0, 2.0, 1.0]


def test_it_stops_at_the_ends_and_there_is_nothing_beyond_them(transport, card, speeds):
    states = Log(transport.playing_changed)
    transport.shuttle_faster(-1)
    assert not card.streams
    transport.seek(0.1)
    transport.shuttle(-4.0)
    card.pull(4800)
    tick(transport)
    assert transport.position == 0.0
    transport.seek(1.9)
    transport.shuttle(2.0)
    card.pull(4800)
    tick(transport)
    assert transport.position == 2.0
    transport.shuttle_faster(1)
    assert states == [True, False, True, False]
    assert speeds == [-4.0, 1.0, 2.0, 1.0]


def test_a_loop_and_a_selections_end_do_not_hold_it_and_the_loop_is_there_for_the_next_play(transport, card):
    transport.set_loop((0.5, 0.6))
    transport.play(0.5)
    card.pull(2400)
    transport.shuttle(4.0)
    card.pull(4800)
    transport.set_loop((0.5, 0.7))
    assert transport.playing
    assert transport.position == pytest.approx(0.95, abs=0.02)
    transport.toggle()
    transport.toggle()
    assert transport.position == 0.5
    card.pull(48000)
    tick(transport)
    assert transport.playing
    transport.play_range(1.0, 1.1)
    card.pull(480)
    transport.shuttle(2.0)
    card.pull(14400)
    tick(transport)
    assert transport.playing
    transport.stop()
    assert transport.position == pytest.approx(1.6, abs=1e-3)


def test_a_seek_goes_on_at_the_same_speed(transport, card, speeds):
    transport.seek(1.5)
    transport.shuttle(-2.0)
    card.pull(4800)
    transport.seek(1.0)
    card.pull(4800 + FADE)
    assert transport.position == pytest.approx(0.8, abs=1e-3)
    assert speeds == [-2.0]


def test_without_a_card_it_says_so_and_nothing_moves(transport, card, speeds):
    failures = Log(transport.device_failed)
    card.error = "No sound card was found."
    transport.shuttle_faster(1)
    assert failures == [card.error]
    assert speeds == []
    assert not transport.playing


def test_without_a_recording_nothing_happens(transport, card, speeds):
    transport.load(None, 0)
    transport.shuttle_faster(1)
    transport.shuttle(-0.5)
    assert speeds == []
    assert not card.streams
