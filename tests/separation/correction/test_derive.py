from dataclasses import replace

import numpy as np
import pytest

from samstudio.separation.correction import derive
from samstudio.separation.correction.derive import PartlyCorrected, changed_frames, corrected, outwards, runs
from samstudio.separation.correction.patched_copy import patched_bytes
from samstudio.session.correction import CellField, Correction, Direction
from samstudio.session.scratch import scratch_array
from samstudio.session.take import Sound, Stems
from tests.separation.correction.made import (
    GRID,
    RATE,
    box,
    everything,
    painted,
    run,
    scattered,
    sound_with,
    stems,
    whole_of,
)

TO_TARGET, TO_RESIDUAL, RESTORE = Direction


def on_disk(made: Stems) -> Stems:
    copies = []
    for samples in (made.target, made.residual):
        copies.append(scratch_array(*samples.shape))
        copies[-1][:] = samples
    return Stems(*copies)


def same(one: Stems, other: Stems) -> bool:
    return np.array_equal(one.target, other.target) and np.array_equal(one.residual, other.residual)


def brought_up(sound: Sound, correction: Correction, whole: np.ndarray | None = None) -> Sound:
    return run(corrected(replace(sound, correction=correction), whole, RATE)).sound


def test_a_sound_that_is_up_to_date_stays_what_it_is():
    sound = Sound(stems())
    result = run(corrected(sound, None, RATE))
    assert result.sound is sound
    assert result.changed == ()


def test_the_stems_of_the_engine_are_kept_beside_the_corrected_ones():
    made = stems()
    correction = Correction().painted(box(20, 30, 0, 100), TO_TARGET, 1.0)
    sound = brought_up(Sound(made), correction)
    assert sound.made is made
    assert sound.stems is not made
    assert sound.applied is sound.correction is correction
    assert sound.is_up_to_date


def test_restoring_all_by_hand_gives_the_very_stems_of_the_engine():
    made = stems()
    edit = box(20, 30, 0, 100)
    first = Correction().painted(edit, TO_TARGET, 1.0)
    sound = brought_up(Sound(made), first)
    back = brought_up(sound, first.painted(edit, RESTORE, 1.0))
    assert back.stems is made
    assert back.uncorrected is None
    assert back.applied is None
    assert back.is_up_to_date


@pytest.mark.parametrize("strengths", [(0.0, 0.0, 0.0), (3.0, 3.0, 3.0), (0.0, 3.0, 0.0), (3.0, 0.0, -4.0)])
@pytest.mark.parametrize("place", [on_disk, lambda made: made])
def test_step_by_step_is_the_same_as_all_at_once(strengths, place):
    made = place(stems())
    whole = whole_of(made)
    sound, correction = Sound(made), Correction()
    for number, strength_db in enumerate(strengths):
        correction = replace(correction, strength_db=strength_db).painted(
            scattered(number, 30, 90, 20 + 15 * number, 10), TO_TARGET if number % 2 else TO_RESIDUAL, 0.8
        )
        before = Stems(sound.stems.target.copy(), sound.stems.residual.copy())
        stepped = run(corrected(replace(sound, correction=correction), whole, RATE))
        at_once = brought_up(Sound(made), correction, whole)
        assert same(stepped.sound.stems, at_once.stems)
        outside = np.ones(len(whole), bool)
        for first, stop in stepped.changed:
            outside[first:stop] = False
        assert np.array_equal(stepped.sound.stems.target[outside], before.target[outside])
        assert same(sound.stems, before)
        sound = stepped.sound


def test_undoing_a_stroke_gives_the_same_bits_as_before_it():
    made = on_disk(stems())
    first = Correction().painted(scattered(1, 40, 80, 20, 3), TO_TARGET, 1.0)
    second = first.painted(scattered(2, 40, 80, 40, 3), TO_RESIDUAL, 1.0)
    one = brought_up(Sound(made), first)
    undone = brought_up(brought_up(one, second), first)
    assert same(undone.stems, one.stems)


def test_a_hundred_strokes_take_room_in_proportion_to_what_they_cover():
    frames = RATE * 600
    made = Stems(scratch_array(frames, 2), scratch_array(frames, 2))
    noise = np.random.default_rng(0).normal(0, 0.1, (RATE, 2)).astype(np.float32)
    for samples in (made.target, made.residual):
        for second in range(0, 600, 60):
            samples[second * RATE : (second + 1) * RATE] = noise
    sound, correction = Sound(made), Correction()
    for number in range(100):
        correction = correction.painted(box(100 * number, 12, 40, 10), TO_TARGET, 1.0)
        sound = brought_up(sound, correction)
    reach = (12 + 3) * GRID.hop * 2 * 4
    for samples in (sound.stems.target, sound.stems.residual):
        assert 100 * reach <= patched_bytes(samples) <= 100 * (reach + 2 * 4096)
    assert sum(block.nbytes for block in correction.cells.blocks.values()) <= 300 * 64 * 64


def test_what_changes_everywhere_goes_to_the_scratch_disk_from_the_playhead_on(monkeypatch):
    monkeypatch.setattr(derive, "CHUNK", 8)
    made = on_disk(stems())
    steps = corrected(sound_with(made, Correction(4.0)), whole_of(made), RATE, playhead=9000)
    windows: list[PartlyCorrected] = []
    try:
        while True:
            windows.append(next(steps))
    except StopIteration as end:
        result = end.value
    expected = brought_up(Sound(stems()), Correction(4.0), whole_of(made))
    for before, after in zip([(8960, 8960), *((w.start, w.stop) for w in windows)], windows, strict=False):
        assert after.start <= before[0] <= before[1] <= after.stop
        assert after.stems is result.sound.stems
    assert (windows[0].start, windows[0].stop) == (70 * GRID.hop, 78 * GRID.hop)
    assert (windows[-1].start, windows[-1].stop) == (0, len(made.target))
    assert same(result.sound.stems, expected.stems)
    assert patched_bytes(result.sound.stems.target) == 0
    assert result.changed == ((0, len(made.target)),)


def test_a_large_edit_goes_to_the_scratch_disk_as_a_whole(monkeypatch):
    monkeypatch.setattr(derive, "MOST_EDITED", 200_000)
    made = on_disk(stems(40_000))
    edit = scattered(1, 150, 80, 20, 3)
    sound = brought_up(Sound(made), Correction().painted(edit, TO_TARGET, 1.0))
    assert patched_bytes(sound.stems.target) == 0
    monkeypatch.undo()
    assert same(sound.stems, brought_up(Sound(made), sound.correction).stems)
    # The next stroke is small again.
    after = brought_up(sound, sound.correction.painted(box(30, 2, 0, 30), RESTORE, 1.0))
    assert 0 < patched_bytes(after.stems.target) < 20_000
    assert same(after.stems, brought_up(Sound(made), after.correction).stems)


def test_a_small_edit_is_computed_where_it_is_and_nowhere_else(monkeypatch):
    computed = []
    compute = derive.corrected_segments
    monkeypatch.setattr(derive, "corrected_segments", lambda *args: computed.append(args[2:]) or compute(*args))
    made = on_disk(stems())
    brought_up(Sound(made), Correction().painted(box(60, 10, 3, 4), TO_TARGET, 1.0))
    assert computed == [(58, 71)]


def test_moving_everything_and_back_in_steps_returns_to_the_engine_s():
    made = on_disk(stems())
    there = Correction().painted(everything(made), TO_TARGET, 1.0)
    sound = brought_up(Sound(made), there, whole_of(made))
    assert np.array_equal(sound.stems.target, whole_of(made))
    back = brought_up(sound, painted(there, (everything(made), RESTORE, 1.0)), whole_of(made))
    assert back.stems is made


def test_only_frames_of_other_values_count_as_changed():
    one = CellField().painted(box(10, 5, 3, 4), TO_TARGET, 1.0)
    other = one.painted(box(12, 100, 3, 4), TO_TARGET, 1.0)
    assert np.flatnonzero(changed_frames(one, other, 100)).tolist() == list(range(15, 100))
    assert not changed_frames(one, one, 100).any()
    assert np.flatnonzero(changed_frames(CellField(), one, 100)).tolist() == list(range(10, 15))


def test_runs_are_found_and_cut():
    flags = np.array([1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1], bool)
    assert list(runs(flags)) == [(0, 2), (4, 9), (10, 11)]
    assert list(runs(flags, 2)) == [(0, 2), (4, 6), (6, 8), (8, 9), (10, 11)]
    assert list(runs(np.zeros(3, bool))) == []


@pytest.mark.parametrize(("count", "origin"), [(1, 0), (1000, 0), (5000, 2345), (5000, 5000), (0, 0)])
def test_chunks_go_outwards_and_leave_nothing_out(count, origin):
    chunks = list(outwards(count, origin))
    assert sorted(chunks) == sorted(chunks, key=lambda chunk: chunk[1])
    assert sum(stop - first for first, stop in chunks) == count
    first = stop = origin
    for chunk in chunks:
        assert chunk[0] == stop or chunk[1] == first
        first, stop = min(first, chunk[0]), max(stop, chunk[1])
