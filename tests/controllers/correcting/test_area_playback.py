"""An area played alone, on a sound card that is pulled by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from samstudio.controllers.correcting.area_playback import AreaPlayback
from samstudio.controllers.document.document import Document
from samstudio.session.areas.area import Area, Feather
from samstudio.session.mix import Mix
from samstudio.session.take import Stem
from tests.controllers.playback.test_transport import tick

RATE, FADE = 48000, 240
EVERYTHING = Area.box((0.0, 2.0), (0.0, 24000.0))


@pytest.fixture
def sounds(clip):
    return {Stem.CLIP: clip.samples}


@pytest.fixture
def playback(clip, mixing, transport, background, sounds):
    document = Document()
    document.open(clip)
    audition = SimpleNamespace(sound_of=sounds.get)
    return AreaPlayback(document, audition, mixing, transport, background)


def play(playback, qtbot, area, feather=Feather()):  # noqa: B008
    playback.play(area, feather)
    job = playback._job
    with qtbot.waitSignal(job.ended):
        pass
    assert playback.is_playing


def test_an_area_of_everything_is_the_sound_itself(playback, qtbot, card, clip):
    play(playback, qtbot, EVERYTHING)
    out = card.pull(96000)
    assert np.abs(out - clip.samples).max() < 1e-6


def test_a_part_begins_and_ends_where_the_area_does(playback, qtbot, card, clip, transport):
    play(playback, qtbot, Area.box((0.5, 0.75), (0.0, 24000.0)))
    out = card.pull(24000)
    assert np.abs(out[FADE : 12000 - FADE] - clip.samples[24000 + FADE : 36000 - FADE]).max() < 0.2
    assert np.abs(out[2048:9952] - clip.samples[26048:33952]).max() < 1e-6
    assert not out[12000:].any()
    assert np.abs(out[0]).max() < 1e-3
    assert np.abs(out[11999]).max() < 1e-3
    tick(transport)
    assert not playback.is_playing
    assert transport.position == pytest.approx(0.5)


def test_a_band_holds_its_frequencies_only(playback, qtbot, card):
    play(playback, qtbot, Area.box((0.5, 1.5), (2000.0, 4000.0)))
    spectrum = np.abs(np.fft.rfft(card.pull(48000)[4800:43200, 0] * np.hanning(38400)))
    hz = np.fft.rfftfreq(38400, 1 / RATE)
    inside = np.sqrt((spectrum[(hz > 2100) & (hz < 3900)] ** 2).mean())
    outside = np.sqrt((spectrum[(hz < 1700) | (hz > 4300)] ** 2).mean())
    assert 20 * np.log10(outside / inside) < -50


def test_it_plays_the_sound_in_whose_picture_it_was_drawn(playback, qtbot, card, clip, sounds):
    sounds[Stem.TARGET] = clip.samples[::-1].copy()
    play(playback, qtbot, Area.box((0.0, 2.0), (0.0, 24000.0), Stem.TARGET))
    assert np.abs(card.pull(96000) - sounds[Stem.TARGET]).max() < 1e-6


def test_the_mix_is_left_alone_and_heard_again_afterwards(playback, qtbot, card, clip, mixing, transport):
    mix = Mix(master_db=-6.0)
    mixing.set_mix(mix)
    play(playback, qtbot, Area.box((0.5, 0.75), (0.0, 100.0)))
    assert [track.first for track in mixing.mixer.tracks] == [24000]
    card.pull(24000)
    tick(transport)
    assert mixing.mix is mix
    transport.play(1.0)
    assert np.abs(card.pull(9600)[FADE:] / 10 ** (-6 / 20) - clip.samples[48000 + FADE : 57600]).max() < 1e-6


def test_it_goes_round_in_a_loop(playback, qtbot, card, clip, transport):
    transport.set_loop((0.5, 0.75))
    play(playback, qtbot, Area.box((0.5, 0.75), (0.0, 24000.0)))
    out = card.pull(36000)
    middle = slice(2048, 10000)
    assert np.abs(out[12000:24000][middle] - out[24000:36000][middle]).max() < 1e-6
    tick(transport)
    assert playback.is_playing


def test_stopping_and_going_elsewhere_end_it(playback, qtbot, card, transport, mixing):
    for leave in (transport.toggle, lambda: transport.seek(1.5), transport.stop):
        play(playback, qtbot, Area.box((0.5, 0.75), (0.0, 24000.0)))
        card.pull(4800)
        leave()
        card.pull(480)
        assert not transport.playing
        assert not playback.is_playing
        assert [track.first for track in mixing.mixer.tracks] == [0]


def test_played_again_it_begins_again_and_nothing_else_is_heard_between(playback, qtbot, card, transport):
    area = Area.box((0.5, 0.75), (0.0, 300.0))
    play(playback, qtbot, area)
    card.pull(4800)
    playback.play(area, Feather())
    assert np.abs(card.pull(4800)[2 * FADE :]).max() == 0.0
    with qtbot.waitSignal(playback._job.ended):
        pass
    assert transport.position == pytest.approx(0.5)


def test_a_recording_that_is_closed_takes_its_area_along(playback, qtbot, mixing, clip):
    play(playback, qtbot, EVERYTHING)
    playback._document.recordings.close_all()
    assert not playback.is_playing


def test_a_long_area_is_worked_out_in_parts_that_join(playback, qtbot, card, monkeypatch):
    lasso = Area((np.array([(0.2, 300.0), (1.1, 9000.0), (1.8, 500.0), (1.0, 100.0)]),))
    feather = Feather(0.05, 200.0)
    play(playback, qtbot, lasso, feather)
    expected = card.pull(76800)
    monkeypatch.setattr("samstudio.controllers.correcting.area_playback._PART", 16)
    playback._transport.stop()
    play(playback, qtbot, lasso, feather)
    assert np.abs(card.pull(76800) - expected).max() < 1e-6
