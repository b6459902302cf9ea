"""A take of what an engine says, step by step."""

import numpy as np
import pytest

from samstudio.controllers.separation.take_builder import TakeBuilder
from samstudio.separation.engine import Absent, Notice, Predicted, Progress, Scored, SeparationRequest, StemChunk
from samstudio.session.prompt import Prompt, Span
from samstudio.session.scratch import ScratchError
from samstudio.session.take import Scores, SeparationSettings, Sound, Stems, Take

CLIP = np.arange(20, dtype=np.float32).reshape(10, 2) / 32
SCORES = (Scores(0.2), Scores(0.9, recall=0.5), Scores(0.4))


def chunk(start: int, stop: int, part: float, candidate: int = 0, withheld: float = 0.0) -> StemChunk:
    """Half of what it is told goes to the target."""
    sound = CLIP[start:stop]
    target = sound * np.float32(part)
    gone = sound * np.float32(withheld) if withheld else None
    return StemChunk(start, target, sound - target, candidate, gone)


@pytest.fixture
def builder() -> TakeBuilder:
    return TakeBuilder(SeparationRequest(CLIP, 10, Prompt("bell")))


def test_one_candidate_without_a_judge(builder):
    for step in (Progress("x", 0, 1), Notice("Rough."), chunk(0, 6, 0.5), chunk(6, 10, 0.25)):
        builder.add(step)
    take = builder.take("take 1", 2.0)
    np.testing.assert_array_equal(take.sound.stems.target, CLIP * np.float32([0.5] * 6 + [0.25] * 4)[:, None])
    assert take.sound.stems is builder.stems
    assert (take.name, take.prompt, take.seconds, take.frames_done) == ("take 1", Prompt("bell"), 2.0, 10)
    assert take.notices == ("Rough.",)
    assert take.candidates == take.predicted == take.sound.absent == ()
    assert take.sound.withheld is None


def test_what_is_predicted_absent_and_withheld(builder):
    builder.add(Predicted((Span(0.1, 0.4),)))
    builder.add(chunk(0, 4, 0.5))
    builder.add(chunk(4, 8, 0.0, withheld=0.5))
    builder.add(Absent(((0.4, 0.6),)))
    builder.add(Absent(((0.4, 0.8),)))
    builder.add(chunk(8, 10, 0.5))
    take = builder.take("take", 1.0)
    assert take.predicted == (Span(0.1, 0.4),)
    assert take.sound.absent == ((0.4, 0.8),)
    np.testing.assert_array_equal(take.sound.stems.target + take.sound.withheld, CLIP * np.float32(0.5))


def test_all_candidates_are_kept_and_the_first_that_comes_is_heard(builder):
    builder.add(Scored(SCORES))
    for candidate, part in ((1, 0.5), (0, 0.25), (2, 0.75)):
        for start, stop in ((0, 5), (5, 10)):
            before = builder.frames_done
            builder.add(chunk(start, stop, part, candidate, withheld=0.125 if candidate == 0 else 0.0))
            assert (builder.frames_done > before) == (candidate == 1)
        if candidate == 0:
            builder.add(Absent(((0.0, 1.0),), 0))
    take = builder.take("take", 1.0)
    assert [candidate.scores for candidate in take.candidates] == list(SCORES)
    for candidate, part in zip(take.candidates, (0.25, 0.5, 0.75), strict=True):
        np.testing.assert_array_equal(candidate.sound.stems.target, CLIP * np.float32(part))
        np.testing.assert_array_equal(candidate.sound.stems.target + candidate.sound.stems.residual, CLIP)
    assert take.sound.stems is take.candidates[1].sound.stems
    assert take.sound.absent == ()
    assert take.candidates[0].sound.absent == ((0.0, 1.0),)
    np.testing.assert_array_equal(take.candidates[0].sound.withheld, CLIP * np.float32(0.125))
    assert take.candidates[1].sound.withheld is None


def test_a_cancel_keeps_whole_candidates(builder):
    builder.add(Scored(SCORES))
    for step in (chunk(0, 10, 0.5, 1), chunk(0, 10, 0.25, 0), chunk(0, 5, 0.75, 2)):
        builder.add(step)
    take = builder.take("take", 1.0)
    assert take.frames_done == 10
    assert [candidate.scores for candidate in take.candidates] == list(SCORES[:2])


def test_a_cancel_within_the_best_candidate(builder):
    builder.add(Scored(SCORES))
    builder.add(chunk(0, 4, 0.5, 1))
    take = builder.take("take", 1.0)
    assert take.frames_done == 4
    assert [candidate.scores for candidate in take.candidates] == [SCORES[1]]
    assert not take.sound.stems.target[4:].any()
    np.testing.assert_array_equal(take.sound.stems.target + take.sound.stems.residual, CLIP)


def test_nothing_has_come(builder):
    builder.add(Notice("Rough."))
    assert builder.take("take", 1.0) is None


SOUND = (np.random.default_rng(3).integers(-8000, 8000, (3000, 2)) / 2**15).astype(np.float32)
"""On the grid of 16-bit PCM."""


def part_of(builder: TakeBuilder, start: int, stop: int, candidate: int = 0) -> None:
    target = SOUND[start:stop] * np.float32(0.5 if candidate == 0 else 0.25)
    withheld = SOUND[start:stop] * np.float32(0.125)
    builder.add(StemChunk(start, target, SOUND[start:stop] - target, candidate, withheld))


def test_of_a_part_the_rest_is_left_where_it_is_to_the_last_bit():
    builder = TakeBuilder(SeparationRequest(SOUND, 1000, Prompt("bell"), frame_range=(1000, 2000)))
    builder.add(Scored((Scores(0.5), Scores(0.4))))
    for candidate in (0, 1):
        part_of(builder, 1000, 1400, candidate)
        part_of(builder, 1400, 2000, candidate)
    take = builder.take("part", 1.0)
    assert take.stretch == (1.0, 2.0)
    assert take.frames_done == 3000
    for sound, share in ((take.candidates[0].sound, 0.5), (take.candidates[1].sound, 0.25)):
        target, residual = sound.stems.target, sound.stems.residual
        assert np.array_equal(target + residual, SOUND)
        for outside in (slice(0, 1000), slice(2000, None)):
            assert not target[outside].any()
            assert not sound.withheld[outside].any()
        # 20 ms of fade.
        assert np.array_equal(target[1020:1980], SOUND[1020:1980] * np.float32(share))
        steps = np.abs(target[1000:1020] / SOUND[1000:1020] - share * np.arange(1, 21)[:, None] / 21)
        assert np.nanmax(steps) < 1e-2


def test_a_part_at_the_edge_of_the_recording_has_no_fade_there():
    builder = TakeBuilder(SeparationRequest(SOUND, 1000, Prompt("bell"), frame_range=(0, 3000)))
    part_of(builder, 0, 3000)
    assert np.array_equal(builder.take("part", 1.0).sound.stems.target, SOUND * np.float32(0.5))


@pytest.mark.parametrize("has_base", [False, True])
def test_what_is_shown_of_a_part_is_what_would_be_kept_after_each_chunk(has_base):
    old = SOUND * np.float32(0.125)
    base = Take("base", Prompt(), SeparationSettings(), Sound(Stems(old, SOUND - old)), 0.0, len(SOUND))
    request = SeparationRequest(SOUND, 1000, Prompt("bell"), frame_range=(1000, 2000))
    builder = TakeBuilder(request, base if has_base else None)
    first = shown = builder.part.latest
    assert np.array_equal(shown.target, old if has_base else 0 * old)
    assert np.array_equal(shown.residual, SOUND - old if has_base else SOUND)
    chunks = ((1000, 1400), (1400, 1410), (1410, 2000))
    for number, (start, stop) in enumerate(chunks):
        part_of(builder, start, stop)
        # A take limits what the builder holds, so that each is made of a builder of its own.
        other = TakeBuilder(request, base if has_base else None)
        for made in chunks[: number + 1]:
            part_of(other, *made)
        kept = other.take("part", 1.0).sound.stems
        before, shown = shown, builder.part.latest
        assert np.array_equal(shown.target, kept.target)
        assert np.array_equal(shown.residual, kept.residual)
        changed = np.flatnonzero((shown.target != before.target).any(axis=1))
        assert builder.part.changed[0] <= changed[0] <= changed[-1] < builder.part.changed[1] == stop
    assert np.array_equal(first.target, old if has_base else 0 * old), "what played was written to"


def test_where_there_is_no_room_to_show_a_part_the_take_is_made_all_the_same(monkeypatch):
    def full(*_):
        raise ScratchError("full")

    monkeypatch.setattr("samstudio.controllers.separation.part_stems.PatchedCopy", full)
    builder = TakeBuilder(SeparationRequest(SOUND, 1000, Prompt("bell"), frame_range=(1000, 2000)))
    part_of(builder, 1000, 2000)
    assert builder.take("part", 1.0).stretch == (1.0, 2.0)


def test_a_part_that_was_cancelled_reaches_as_far_as_it_was_made():
    builder = TakeBuilder(SeparationRequest(SOUND, 1000, Prompt("bell"), frame_range=(1000, 2000)))
    assert builder.take("part", 1.0) is None
    part_of(builder, 1000, 1400)
    take = builder.take("part", 1.0)
    assert (take.stretch, take.frames_done) == ((1.0, 1.4), 1400)
    assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, SOUND)
    assert not take.sound.stems.target[1400:].any()


def test_candidates_that_come_on_demand_are_kept_without_their_sound(builder):
    builder.add(Scored(SCORES, on_demand=True))
    builder.add(chunk(0, 10, 0.5, 1))
    take = builder.take("take", 1.0)
    assert [candidate.scores for candidate in take.candidates] == list(SCORES)
    assert [candidate.sound is None for candidate in take.candidates] == [True, False, True]
    assert take.candidates[1].sound.stems is take.sound.stems
    assert take.sounds == (take.sound,)
    assert take.stored is take
    sound = Sound(Stems(CLIP, 0 * CLIP))
    exchanged = take.with_sound_exchanged(take.sound, sound)
    assert [candidate.sound for candidate in exchanged.candidates] == [None, sound, None]


def test_drafts_lie_over_each_other_and_are_no_part_of_the_take():
    """Of a long clip, so that the fades at their ends leave something between."""
    clip = np.random.default_rng(1).standard_normal((3000, 2)).astype(np.float32)
    builder = TakeBuilder(SeparationRequest(clip, 8000, Prompt("bell")))
    assert builder.draft is None
    parts = ((500, 2000, 0.25), (1500, 3000, 0.5))
    for start, stop, part in parts:
        target = clip[start:stop] * np.float32(part)
        builder.add(StemChunk(start, target, clip[start:stop] - target, is_draft=True))
        assert builder.frames_done == 0
        assert builder.draft.frame_range == (start, stop)
        np.testing.assert_allclose(builder.draft.stems.target + builder.draft.stems.residual, clip, atol=1e-6)
    target, alone = builder.draft.stems.target, builder.draft.alone
    assert not target[:500].any()
    np.testing.assert_array_equal(alone[:500], clip[:500])
    for sound in (target, alone):
        np.testing.assert_array_equal(sound[700:1500], clip[700:1500] * np.float32(0.25))
        np.testing.assert_array_equal(sound[1700:], clip[1700:] * np.float32(0.5))
    # From one to the other within the fade: no frame jumps by more than the fade allows.
    share = target[1500:1660, 0] / clip[1500:1660, 0]
    assert np.all(np.diff(share) > -1e-4)
    assert np.abs(np.diff(share)).max() < 0.01
    assert builder.take("take", 1.0) is None
    target, before = clip[:1000] * np.float32(0.75), builder.draft
    builder.add(StemChunk(0, target, clip[:1000] - target))
    take = builder.take("take", 1.0)
    assert take.frames_done == 1000
    assert not take.sound.stems.target[1000:].any()
    np.testing.assert_array_equal(take.sound.stems.residual[1000:], clip[1000:])
    # What is finished is seen with the drafts after it, and what plays is not written to.
    assert not before.stems.target[:500].any()
    drawn = builder.draft.stems.target
    np.testing.assert_array_equal(drawn[:1000], target)
    np.testing.assert_array_equal(drawn[1000:], before.stems.target[1000:])
    np.testing.assert_array_equal(builder.draft.beyond(1000), [(1000, 3000)])
    # A draft that comes late covers nothing that is finished.
    builder.add(StemChunk(500, clip[500:2000], 0 * clip[500:2000], is_draft=True))
    np.testing.assert_array_equal(builder.draft.stems.target[:1000], target)
    np.testing.assert_array_equal(builder.draft.stems.target[1200:1800], clip[1200:1800])
    # Nothing comes after the end: the drafts are as they were.
    last = builder.draft
    builder.add(StemChunk(1000, clip[1000:], 0 * clip[1000:]))
    assert builder.draft is last


def test_where_there_is_no_room_for_a_draft_the_take_is_made_all_the_same(builder, monkeypatch):
    def full(*_):
        raise ScratchError("full")

    monkeypatch.setattr("samstudio.controllers.separation.draft_stems.silent_array", full)
    builder.add(StemChunk(0, CLIP, 0 * CLIP, is_draft=True))
    assert builder.draft is None
    builder.add(chunk(0, 10, 0.5))
    assert builder.take("take", 1.0).frames_done == 10
