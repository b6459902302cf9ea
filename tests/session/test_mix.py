from dataclasses import replace

import pytest

from samstudio.session.mix import MAX_GAIN_DB, MIN_GAIN_DB, Mix, Strip
from samstudio.session.take import Stem


def mix(**strips: Strip) -> Mix:
    result = Mix()
    for name, strip in strips.items():
        result = result.with_strip(Stem(name), strip)
    return result


def test_the_clip_is_silent_beside_its_stems():
    assert Mix().gains(Stem.CLIP) == (0.0, 0.0)
    assert Mix().gains(Stem.TARGET) == Mix().gains(Stem.RESIDUAL) == (1.0, 1.0)


@pytest.mark.parametrize(("gain_db", "factor"), [(0, 1.0), (-6.0206, 0.5), (MAX_GAIN_DB, 3.981072), (-59.9, 0.0010116)])
def test_fader_is_in_decibels(gain_db, factor):
    assert mix(target=Strip(gain_db)).gains(Stem.TARGET) == pytest.approx((factor, factor), rel=1e-4)


@pytest.mark.parametrize("gain_db", [MIN_GAIN_DB, -200.0, float("-inf")])
def test_the_bottom_of_the_fader_is_silence(gain_db):
    assert Strip(gain_db).amplitude == 0.0


def test_pan_passes_the_centre_unchanged_and_mutes_the_far_side():
    assert mix(target=Strip(pan=0.0)).gains(Stem.TARGET) == (1.0, 1.0)
    assert mix(target=Strip(pan=-1.0)).gains(Stem.TARGET) == pytest.approx((1.0, 0.0), abs=1e-12)
    assert mix(target=Strip(pan=1.0)).gains(Stem.TARGET) == pytest.approx((0.0, 1.0), abs=1e-12)


def test_pan_lowers_the_far_side_steadily_and_never_raises_the_near_one():
    far = 1.0
    for tenth in range(1, 11):
        left, right = mix(target=Strip(pan=tenth / 10)).gains(Stem.TARGET)
        assert left < far
        assert right == pytest.approx(1.0)
        far = left


def test_mute_silences():
    assert mix(target=Strip(mute=True)).gains(Stem.TARGET) == (0.0, 0.0)


def test_solo_is_heard_alone_and_overrides_every_mute():
    soloed = mix(residual=Strip(mute=True, solo=True))
    assert soloed.gains(Stem.RESIDUAL) == (1.0, 1.0)
    assert soloed.gains(Stem.TARGET) == (0.0, 0.0)


def test_an_inverted_strip_is_the_same_times_minus_one():
    plain, turned = mix(target=Strip(-3.0, 0.4)), mix(target=Strip(-3.0, 0.4, invert=True))
    assert turned.gains(Stem.TARGET) == tuple(-gain for gain in plain.gains(Stem.TARGET))
    assert all(gain < 0.0 for gain in turned.gains(Stem.TARGET))


def test_a_solo_safe_strip_is_heard_beside_the_solo_of_another_unless_it_is_muted():
    safe = mix(clip=Strip(solo_safe=True), target=Strip(solo=True))
    assert safe.gains(Stem.CLIP) == safe.gains(Stem.TARGET) == (1.0, 1.0)
    assert safe.gains(Stem.RESIDUAL) == (0.0, 0.0)
    muted = mix(clip=Strip(mute=True, solo_safe=True), target=Strip(solo=True))
    assert muted.gains(Stem.CLIP) == (0.0, 0.0)
    assert mix(clip=Strip(mute=True, solo_safe=True)).gains(Stem.CLIP) == (0.0, 0.0)


def test_the_mix_without_the_target_is_what_else_there_is():
    start = mix(clip=Strip(-2.0), target=Strip(solo=True), residual=Strip(-3.0, 0.2, mute=True))
    rest = start.without(Stem.TARGET)
    assert rest.gains(Stem.TARGET) == rest.gains(Stem.CLIP) == (0.0, 0.0)
    assert rest.strips[Stem.RESIDUAL] == Strip(-3.0, 0.2)


def test_without_the_target_what_other_takes_took_out_stays_as_it_was():
    start = Mix().with_strip("bell", Strip(-2.0, solo=True)).with_strip("drum", Strip(mute=True))
    rest = start.without(Stem.TARGET)
    assert rest.strips["bell"] == Strip(-2.0)
    assert rest.strips["drum"] == Strip(mute=True)


def test_a_strip_is_as_new_until_it_is_touched():
    assert Mix().strip_of("bell") == Strip()
    assert Mix().gains("bell") == (1.0, 1.0)
    assert "bell" not in Mix().strips
    assert Mix().with_strip("bell", Strip(-3.0)).strip_of("bell") == Strip(-3.0)
    assert Mix().soloed("bell").gains("bell") == (1.0, 1.0)
    assert Mix().soloed("bell").gains(Stem.TARGET) == (0.0, 0.0)


def test_among_some_channels_the_others_neither_sound_nor_solo():
    some = Mix().with_strip("bell", Strip(solo=True)).among((*Stem, "drum"))
    assert set(some.strips) == {*Stem, "drum"}
    assert some.strips["drum"] == Strip()
    assert some.gains(Stem.TARGET) == (1.0, 1.0)
    assert some.gains(Stem.CLIP) == (0.0, 0.0)


def test_soloed_leaves_one_solo_or_none_and_keeps_the_strips():
    start = mix(target=Strip(-3.0, 0.5), residual=Strip(solo=True))
    one = start.soloed(Stem.TARGET)
    assert one.strips[Stem.TARGET] == Strip(-3.0, 0.5, solo=True)
    assert not one.strips[Stem.RESIDUAL].solo
    none = one.soloed(None)
    assert not any(strip.solo for strip in none.strips.values())
    assert none.strips[Stem.TARGET] == Strip(-3.0, 0.5)


def test_master_counts_for_all_and_silences_at_its_bottom():
    assert replace(Mix(), master_db=-20.0).gains(Stem.TARGET) == pytest.approx((0.1, 0.1))
    assert replace(Mix(), master_db=MIN_GAIN_DB).gains(Stem.TARGET) == (0.0, 0.0)


def test_strips_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        Mix().strips[Stem.CLIP] = Strip()
