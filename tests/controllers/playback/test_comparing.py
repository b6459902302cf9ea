"""A and B, equally loud: on a loudness measured by hand, and on one measured in the pool."""

from math import inf

import numpy as np
import pytest

from samstudio.controllers.analysis.loudness_measurement import LoudnessMeasurement
from samstudio.controllers.document.document import Document
from samstudio.controllers.playback.comparing import Comparing
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take


@pytest.fixture
def loudness(background):
    return LoudnessMeasurement(background)


@pytest.fixture
def comparing(document, loudness) -> Comparing:
    comparing = Comparing(document, loudness)
    comparing.follow_mix(Mix().soloed(Stem.TARGET))
    return comparing


def add(document: Document, name: str, share: float) -> Take:
    """A take whose target is a share of the clip."""
    target = document.clip.samples * np.float32(share)
    stems = Stems(target, document.clip.samples - target)
    take = Take(name, document.prompt, SeparationSettings(), Sound(stems), 0.1, document.clip.frames)
    document.add_take(take)
    return take


def test_loudness_is_measured_once_and_kept(loudness, document, qtbot):
    take = add(document, "half", 0.5)
    assert loudness.of(take.sound.stems, Stem.TARGET, 48000) is None
    assert loudness.of(take.sound.stems, Stem.TARGET, 48000) is None
    with qtbot.waitSignal(loudness.measured):
        pass
    whole = loudness.of(Stems(document.clip.samples, take.sound.stems.residual), Stem.TARGET, 48000)
    assert whole is None
    with qtbot.waitSignal(loudness.measured):
        pass
    # A sine at 0.4 is -8 dBFS; on one side at 440 Hz and the other at 660 Hz it reads close to its level.
    assert loudness.of(take.sound.stems, Stem.TARGET, 48000) == pytest.approx(-8.0 - 6.0, abs=1.0)


def test_what_cannot_be_measured_is_asked_for_once(loudness, qtbot, caplog):
    broken = Stems(None, np.zeros((10, 1), np.float32))
    loudness.of(broken, Stem.TARGET, 48000)
    with qtbot.waitSignal(loudness.measured):
        pass
    assert loudness.of(broken, Stem.TARGET, 48000) == -inf


def test_one_take_is_compared_with_nothing(document, comparing):
    add(document, "one", 0.5)
    assert comparing.comparison is None
    comparing.toggle()
    assert document.current_take is document.takes[0]


def test_a_and_b_are_the_two_heard_last_in_the_order_of_the_list(document, comparing):
    one, two, three = (add(document, name, 0.5) for name in ("one", "two", "three"))
    assert (comparing.comparison.a, comparing.comparison.b) == (two.id, three.id)
    document.select_take(0)
    assert (comparing.comparison.a, comparing.comparison.b) == (one.id, three.id)
    comparing.toggle()
    assert document.current_take is three
    comparing.toggle()
    assert document.current_take is one


def test_a_name_or_star_changes_no_pair_and_a_deleted_take_leaves_its_neighbour(document, comparing):
    one, two, three = (add(document, name, 0.5) for name in ("one", "two", "three"))
    document.select_take(0)
    document.star_take(0, True)
    document.rename_take(2, "other")
    assert (comparing.comparison.a, comparing.comparison.b) == (one.id, three.id)
    document.delete_take(2)
    assert (comparing.comparison.a, comparing.comparison.b) == (one.id, two.id)
    document.delete_take(1)
    assert comparing.comparison is None


def test_levels_are_matched_once_they_are_known(document, comparing, qtbot):
    add(document, "loud", 0.5)
    add(document, "soft", 0.25)
    gains = []
    comparing.gain_changed.connect(gains.append)
    comparing.match_levels(True)
    assert comparing.comparison.measuring
    qtbot.waitUntil(lambda: not comparing.comparison.measuring)
    assert comparing.comparison.offsets_db == pytest.approx((-6.02, 0.0), abs=0.01)
    assert comparing.gain_db == 0.0, "the softer one is current"
    comparing.toggle()
    assert gains == [pytest.approx(-6.02, abs=0.01)]
    comparing.match_levels(False)
    assert comparing.gain_db == 0.0
    assert comparing.comparison.offsets_db is None


def test_the_stem_that_is_heard_is_the_one_that_is_matched(document, comparing, qtbot):
    add(document, "loud", 0.75)
    add(document, "soft", 0.5)
    comparing.match_levels(True)
    comparing.follow_mix(Mix().soloed(Stem.RESIDUAL))
    qtbot.waitUntil(lambda: not comparing.comparison.measuring)
    assert comparing.comparison.offsets_db == pytest.approx((0.0, -6.02), abs=0.01)


@pytest.mark.parametrize(
    "mix", [Mix(), Mix().soloed(Stem.CLIP), Mix().soloed(Stem.TARGET).with_strip(Stem.CLIP, Strip(solo=True))]
)
def test_what_is_the_same_for_both_takes_is_not_matched(document, comparing, mix):
    add(document, "loud", 0.5)
    add(document, "soft", 0.25)
    comparing.match_levels(True)
    comparing.follow_mix(mix)
    assert comparing.comparison.offsets_db is None
    assert not comparing.comparison.measuring


def test_a_take_that_is_brought_back_is_compared_with_what_it_was_before(document, comparing):
    first, _, third = (add(document, name, 0.5) for name in ("one", "two", "three"))
    document.select_take(0)
    document.select_take(2)
    pair = comparing.comparison
    assert (pair.a, pair.b) == (first.id, third.id)
    document.delete_take(2)
    document.undo_stack.undo()
    assert document.current_take.id == third.id
    assert comparing.comparison == pair
