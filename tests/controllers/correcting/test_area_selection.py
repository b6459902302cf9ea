"""Choosing areas: drawn, found in the sound, put together."""

from types import SimpleNamespace

import numpy as np
import pytest

from samstudio.controllers.correcting.area_selection import AreaSelection
from samstudio.controllers.document.document import Document
from samstudio.session.areas.area import Area, Combination
from samstudio.session.areas.regions import Harmonics
from samstudio.session.clip import AudioClip
from samstudio.session.take import Stem

RATE = 44100
TIME = np.arange(40 * RATE) / RATE


def tones(*parts):
    """Sines: (Hz, start, end)."""
    sound = sum(0.2 * np.sin(2 * np.pi * hz * TIME) * ((start <= TIME) & (end > TIME)) for hz, start, end in parts)
    return (sound + 1e-5 * np.random.default_rng(0).standard_normal(len(TIME)))[:, None].astype(np.float32)


@pytest.fixture
def sounds():
    return {Stem.CLIP: tones((1000, 5, 8), (3000, 5, 8), (1000, 30, 33))}


@pytest.fixture
def areas(qapp, background, sounds):
    document = Document()
    document.open(AudioClip(sounds[Stem.CLIP], RATE))
    return AreaSelection(document, SimpleNamespace(sound_of=sounds.get), background)


def test_a_drawn_area_is_selected_at_once_and_cleared(areas, qtbot):
    area = Area.box((1.0, 2.0), (100.0, 200.0))
    with qtbot.waitSignal(areas.area_changed, check_params_cb=lambda shown: shown is area):
        areas.draw(area)
    with qtbot.waitSignal(areas.area_changed, check_params_cb=lambda shown: shown is None):
        areas.clear()
    assert areas.area is None


def test_areas_are_added_and_taken_away(areas, qtbot):
    areas.draw(Area.box((1.0, 2.0), (1000.0, 2000.0)), Combination.ADD)
    with qtbot.waitSignal(areas.area_changed):
        areas.draw(Area.box((3.0, 4.0), (1000.0, 3000.0)), Combination.ADD)
    assert areas.area.times == pytest.approx((1.0, 4.0), abs=0.01)
    assert len(areas.area.rings) == 2
    with qtbot.waitSignal(areas.area_changed):
        areas.draw(Area.box((0.0, 2.5), (0.0, 22050.0)), Combination.SUBTRACT)
    assert areas.area.times == pytest.approx((3.0, 4.0), abs=0.01)
    with qtbot.waitSignal(areas.area_changed):
        areas.draw(Area.box((0.0, 9.0), (0.0, 22050.0)), Combination.SUBTRACT)
    assert areas.area is None


def test_nothing_is_taken_away_from_nothing(areas, qtbot):
    with qtbot.assertNotEmitted(areas.area_changed):
        areas.draw(Area.box((0.0, 9.0), (0.0, 22050.0)), Combination.SUBTRACT)


def test_the_wand_finds_the_tone_that_was_clicked(areas, qtbot):
    with qtbot.waitSignal(areas.area_changed):
        areas.find_similar(Stem.CLIP, (6.0, 1000.0), 15.0)
    assert areas.area.times == pytest.approx((5.0, 8.0), abs=0.05)
    low, high = areas.area.band
    assert 900 < low < 1000 < high < 1100
    with qtbot.waitSignal(areas.area_changed):
        areas.find_similar(Stem.CLIP, (6.0, 3000.0), 15.0, Combination.ADD)
    assert areas.area.contains(6.0, 1000.0)
    assert areas.area.contains(6.0, 3000.0)
    assert not areas.area.contains(6.0, 2000.0)
    assert not areas.area.contains(31.0, 1000.0)


def test_the_wand_looks_at_the_sound_in_whose_picture_it_is_used(areas, qtbot, sounds):
    sounds[Stem.TARGET] = tones((500, 1, 2))
    with qtbot.waitSignal(areas.area_changed):
        areas.find_similar(Stem.TARGET, (1.5, 500.0), 15.0)
    assert areas.area.channel is Stem.TARGET
    assert areas.area.times == pytest.approx((1.0, 2.0), abs=0.05)
    areas.find_similar(Stem.RESIDUAL, (1.5, 500.0), 15.0)
    assert areas._job is None


def test_a_place_at_the_very_end_is_no_error(areas, qtbot):
    with qtbot.waitSignal(areas.area_changed):
        areas.find_similar(Stem.CLIP, (99.0, 99999.0), 10.0)
    assert areas.area is not None


@pytest.mark.parametrize("follows_ridge", [True, False])
def test_harmonics_of_a_line_beside_the_tone(areas, qtbot, follows_ridge):
    line = np.array([(5.5, 1040.0), (7.5, 1040.0)])
    with qtbot.waitSignal(areas.area_changed):
        areas.find_harmonics(Stem.CLIP, line, Harmonics(5, 60.0), follows_ridge, Combination.REPLACE)
    assert len(areas.area.rings) == 5
    assert areas.area.contains(6.0, 1000.0) is follows_ridge
    assert areas.area.contains(6.0, 3000.0) is follows_ridge


def test_the_last_wish_counts(areas, qtbot):
    areas.find_similar(Stem.CLIP, (6.0, 1000.0), 15.0)
    area = Area.box((1.0, 2.0), (100.0, 200.0))
    job = areas._job
    areas.draw(area)
    with qtbot.waitSignal(job.ended):
        pass
    assert areas.area is area


def test_another_recording_has_no_area(areas):
    areas.draw(Area.box((1.0, 2.0), (100.0, 200.0)))
    areas._document.recordings.close_all()
    assert areas.area is None


def test_what_is_too_long_is_said(areas, qtbot, monkeypatch):
    areas.draw(Area.box((1.0, 2.0), (100.0, 200.0)))
    monkeypatch.setattr("samstudio.session.areas.rasteriser.MOST_CELLS", 100)
    with qtbot.waitSignal(areas.failed) as failed:
        areas.draw(Area.box((3.0, 9.0), (100.0, 9000.0)), Combination.ADD)
    assert "So long an area" in failed.args[0]
    assert areas.area.times == (1.0, 2.0)


@pytest.mark.parametrize("rate", [8000, 192000])
def test_at_any_sample_rate(qapp, background, qtbot, rate):
    time = np.arange(6 * rate) / rate
    sound = 0.2 * np.sin(2 * np.pi * 1000 * time) * ((time >= 2) & (time < 4))
    noise = 1e-5 * np.random.default_rng(0).standard_normal(len(time))
    samples = (sound + noise)[:, None].astype(np.float32)
    document = Document()
    document.open(AudioClip(samples, rate))
    areas = AreaSelection(document, SimpleNamespace(sound_of={Stem.CLIP: samples}.get), background)
    with qtbot.waitSignal(areas.area_changed):
        areas.find_similar(Stem.CLIP, (3.0, 1000.0), 15.0)
    assert areas.area.times == pytest.approx((2.0, 4.0), abs=0.05)
    assert 900 < areas.area.band[0] < 1000 < areas.area.band[1] < 1100
    with qtbot.waitSignal(areas.area_changed):
        areas.find_harmonics(
            Stem.CLIP, np.array([(2.5, 1020.0), (3.5, 1020.0)]), Harmonics(50, 60.0), True, Combination.REPLACE
        )
    assert areas.area.contains(3.0, 1000.0)
    assert len(areas.area.rings) == min(50, round(rate / 2000))
