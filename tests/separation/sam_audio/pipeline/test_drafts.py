"""Drafts of a joint solve: heard early where somebody listens, without a trace in what is finished."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.engine import Notice, Progress, SeparationRequest, StemChunk
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.pipeline import drafts
from samstudio.separation.sam_audio.settings import Mode, ResidualKind, WindowOrder
from samstudio.session.prompt import Prompt
from tests.separation.sam_audio.engine_runs import request, run, sound

RATE = 11025


@pytest.fixture(autouse=True)
def _generous(monkeypatch) -> None:
    """The tiny model decodes for more than it solves: by the share of the published ones there would be no drafts."""
    monkeypatch.setattr(drafts, "SHARE", 4.0)


@dataclass
class Looks:
    """Looks at one place after another."""

    places: list[tuple[float, float] | None]
    asked: int = 0

    def frames(self) -> tuple[int, int] | None:
        place = self.places[min(self.asked, len(self.places) - 1)]
        self.asked += 1
        return place and (round(place[0] * RATE), round(place[1] * RATE))


def looked_at(asked: SeparationRequest, *places: tuple[float, float] | None) -> SeparationRequest:
    return replace(asked, focus=Looks(list(places)))


def split(steps: Sequence[object]) -> tuple[list[StemChunk], list[StemChunk]]:
    """Drafts and finished chunks."""
    chunks = [step for step in steps if isinstance(step, StemChunk)]
    return [chunk for chunk in chunks if chunk.is_draft], [chunk for chunk in chunks if not chunk.is_draft]


@pytest.mark.parametrize(
    "choices",
    [
        {"watermark": True},
        {"mode": Mode.FAITHFUL},
        {"residual": ResidualKind.MODEL, "presence_gate": True, "solver": "euler"},
    ],
)
def test_drafts_converge_and_leave_the_finished_stems_alone(engine, model, choices):
    asked = request(model, sound(4.0), steps=8, **choices)
    plain = [step for step in engine.separate(asked) if isinstance(step, StemChunk)]
    steps = list(engine.separate(looked_at(asked, (2.0, 4.0))))
    found, finished = split(steps)
    for before, after in zip(plain, finished, strict=True):
        np.testing.assert_array_equal(before.target, after.target)
        np.testing.assert_array_equal(before.residual, after.residual)
    assert len(found) == 3
    whole = np.concatenate([chunk.target for chunk in finished])
    errors = []
    for draft in found:
        assert draft.start == 2 * RATE
        assert RATE // 2 <= len(draft.target) <= 2 * RATE
        place = slice(draft.start, draft.start + len(draft.target))
        if "residual" not in choices:
            np.testing.assert_array_equal(draft.target + draft.residual, asked.samples[place])
        errors.append(np.abs(draft.target - whole[place]).mean())
    assert errors[0] > errors[-1] > 0


def test_they_come_in_the_plan_before_the_finished_sound_and_cost_no_more_than_their_share(engine, model):
    steps = list(engine.separate(looked_at(request(model, sound(5.0), steps=16), (0.0, 5.0))))
    fractions = [step.fraction for step in steps if isinstance(step, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)
    chunks = [n for n, step in enumerate(steps) if isinstance(step, StemChunk)]
    assert [steps[n].is_draft for n in chunks[:4]] == [True, True, True, False]
    # A quarter of the solve has passed at the first one.
    evaluated = [n for n, step in enumerate(steps) if isinstance(step, Progress) and step.stage == "Separating"]
    assert 0.2 < sum(n < chunks[0] for n in evaluated) / len(evaluated) < 0.35


def test_all_drafts_together_cost_no_more_than_their_share(model, monkeypatch):
    """Of what is left to do where the clip was encoded for another prompt."""
    monkeypatch.setattr(drafts, "SHARE", 2.0)
    keeping = SamAudioEngine(50, 10, torch.float32, ClipCache())
    for text in ("man speaking", "dog barking"):
        asked = request(model, sound(6.0), steps=8, prompt=Prompt(text))
        spent, done = dict.fromkeys((drafts.DRAFTING, "Encoding", ""), 0.0), 0.0
        for step in keeping.separate(looked_at(asked, (0.0, 6.0))):
            if isinstance(step, Progress):
                spent[step.stage if step.stage in spent else ""] += step.done - done
                done = step.done
        assert (spent["Encoding"] > 0) == (text == "man speaking")
        assert 0 < spent[drafts.DRAFTING] <= drafts.SHARE * spent[""]


def test_a_short_sound_saves_up_for_one_draft_and_spends_no_more(engine, model, monkeypatch):
    asked = request(model, sound(6.0), steps=8)
    monkeypatch.setattr(drafts, "SHARE", 1.5)
    everywhere, plain = looked_at(asked, (0.0, 6.0)), list(engine.separate(asked))
    several, _ = split(list(engine.separate(everywhere)))
    assert len(several) == 3
    longest = max(len(draft.target) for draft in several) / RATE
    monkeypatch.setattr(drafts, "SHORTEST_SECONDS", longest + 0.1)
    steps = list(engine.separate(everywhere))
    found, finished = split(steps)
    # After half of the solve there are two shares.
    (draft,) = found
    assert longest + 0.1 <= len(draft.target) / RATE <= 6.0
    evaluated = [n for n, step in enumerate(steps) if isinstance(step, Progress) and step.stage == "Separating"]
    place = next(n for n, step in enumerate(steps) if step is draft)
    assert 0.45 < sum(n < place for n in evaluated) / len(evaluated) < 0.6
    np.testing.assert_array_equal(finished[0].target, split(plain)[1][0].target)
    spent, done = dict.fromkeys((drafts.DRAFTING, "Encoding", ""), 0.0), 0.0
    for step in steps:
        if isinstance(step, Progress):
            spent[step.stage if step.stage in spent else ""] += step.done - done
            done = step.done
    assert 0 < spent[drafts.DRAFTING] <= drafts.SHARE * spent[""]
    assert [step for step in steps if isinstance(step, Progress)][-1].fraction == pytest.approx(1.0)


def test_the_focus_moves_and_may_be_nowhere(engine, model):
    asked = request(model, sound(9.0), steps=4)
    found, _ = split(list(engine.separate(looked_at(asked, (1.0, 2.0), None, (6.0, 7.0)))))
    assert [draft.start for draft in found] == [RATE, 6 * RATE]
    found, _ = split(list(engine.separate(looked_at(asked, (-5.0, 1.0), (8.4, 99.0), (4.0, 4.1)))))
    assert [(draft.start, draft.start + len(draft.target) <= 9 * RATE) for draft in found] == [
        (0, True),
        (round(8.4 * RATE), True),
    ]


@pytest.mark.parametrize("choices", [{"drafts": False}, {"order": WindowOrder.STREAMING}, {"steps": 1}])
def test_there_are_none_without_the_setting_in_order_or_of_a_single_step(engine, model, choices):
    asked = looked_at(request(model, sound(5.0), **{"steps": 4, **choices}), (0.0, 5.0))
    assert split(list(engine.separate(asked)))[0] == []
    assert asked.focus.asked == 0


def test_a_part_and_whoever_does_not_look_get_none(engine, model):
    asked = request(model, sound(5.0), steps=4)
    assert split(list(engine.separate(asked)))[0] == []
    part = replace(looked_at(asked, (0.0, 5.0)), frame_range=(3 * RATE, 4 * RATE))
    assert split(list(engine.separate(part)))[0] == []


def test_without_memory_for_drafts_there_are_none(engine, model, monkeypatch):
    """The solve goes on where it was, and so does the card."""

    def crowded(*_):
        raise torch.OutOfMemoryError("CUDA out of memory.")
        yield

    asked = looked_at(request(model, sound(3.0), steps=4, prompt=Prompt("man")), (0.0, 3.0))
    plain = run(engine, replace(asked, focus=None))[0]
    original = drafts.Decoding._decode
    calls = []

    def decode(self, *given):
        calls.append(self)
        return crowded() if self._fallback.raises_first else original(self, *given)

    monkeypatch.setattr(drafts.Decoding, "_decode", decode)
    steps = list(engine.separate(asked))
    found, finished = split(steps)
    assert found == []
    np.testing.assert_array_equal(np.concatenate([chunk.target for chunk in finished]), plain)
    assert not any("CPU" in step.text and "rest" in step.text for step in steps if isinstance(step, Notice))
    assert [step for step in steps if isinstance(step, Progress)][-1].fraction == pytest.approx(1.0)
