"""A second prompt on the same clip: what was computed from the clip alone is not computed again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
import torch

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.cache.kept_files import KeptFiles
from samstudio.separation.engine import Notice, Predicted, Progress, SeparationRequest
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.nn.vision_encoder import VisionEncoder
from samstudio.separation.sam_audio.settings import Mode
from samstudio.session.prompt import Prompt, Span
from samstudio.session.region import Region
from tests.separation.sam_audio.engine_runs import request, run, sound
from tests.separation.sam_audio.made_up_model import write_model
from tests.separation.sam_audio.made_up_video import MadeUpVideo, write_seeing_model

DOG = Prompt("dog barking")


class Calls(NamedTuple):
    """How often each network was asked, in pieces of sound, rows of windows and batches of frames."""

    encoded: list[int]
    evaluated: list[int]
    seen: list[int]

    def take(self) -> tuple[int, int, int]:
        """The numbers since the last time."""
        counts = len(self.encoded), sum(self.evaluated), len(self.seen)
        for calls in self:
            calls.clear()
        return counts


@pytest.fixture
def calls(monkeypatch) -> Calls:
    made = Calls([], [], [])
    for owner, name, noted in (
        (CodecEncoder, "part_stepwise", made.encoded),
        (VectorField, "evaluate_stepwise", made.evaluated),
        (VisionEncoder, "encode_stepwise", made.seen),
    ):
        original = getattr(owner, name)

        def counted(self, first, *rest, original=original, noted=noted):
            noted.append(len(first))
            return original(self, first, *rest)

        monkeypatch.setattr(owner, name, counted)
    return made


@pytest.fixture
def keeping() -> SamAudioEngine:
    return SamAudioEngine(50, 10, torch.float32, ClipCache())


def alone(asked: SeparationRequest) -> np.ndarray:
    """What an engine makes that knows nothing of the clip."""
    return run(SamAudioEngine(50, 10, torch.float32), asked)[0]


def test_another_prompt_starts_at_the_solver(keeping, model, calls):
    samples = sound(3.0)
    first = request(model, samples)
    run(keeping, first)
    assert calls.take()[0] == 3
    second = request(model, samples.copy(), prompt=DOG)
    found, _, steps = run(keeping, second)
    encoded, evaluated, _ = calls.take()
    assert encoded == 0
    assert evaluated > 0
    np.testing.assert_array_equal(found, alone(second))
    told = [step for step in steps if isinstance(step, Progress)]
    assert "Encoding" not in {step.stage for step in told}
    assert told[-1].fraction == pytest.approx(1.0)


def test_another_clip_another_codec_and_no_cache_are_encoded(keeping, model, calls, tmp_path):
    samples = sound(1.0)
    run(keeping, request(model, samples))
    calls.take()
    run(keeping, request(model, samples + np.float32(2**-20)))
    run(keeping, request(model, samples, rate=11024))
    run(keeping, request(str(write_model(tmp_path, seed=5)), samples))
    assert calls.take()[0] >= 3
    plain = SamAudioEngine(50, 10, torch.float32)
    for _ in range(2):
        run(plain, request(model, samples))
    assert calls.take()[0] == 2


def parts(samples: np.ndarray, model: str) -> Iterator[SeparationRequest]:
    for start, stop in ((3.01, 3.77), (3.4, 4.9)):
        yield replace(request(model, samples, prompt=DOG), frame_range=(round(start * 11025), round(stop * 11025)))


def test_a_part_redone_encodes_nothing_and_solves_its_window_only(keeping, model, calls):
    samples = sound(9.0)
    run(keeping, request(model, samples))
    whole = calls.take()
    assert whole[0] == 9
    for part in parts(samples, model):
        found, _, _ = run(keeping, part)
        encoded, evaluated, _ = calls.take()
        assert encoded == 0
        # Two windows at most of the six that the whole has, at four times, of two channels.
        assert evaluated <= 2 * 4 * 2 < whole[1]
        np.testing.assert_array_equal(found, alone(part))
        calls.take()


def test_a_part_first_leaves_the_rest_to_encode(keeping, model, calls):
    samples = sound(9.0)
    part = next(parts(samples, model))
    run(keeping, part)
    begun = calls.take()[0]
    assert 2 <= begun <= 4
    whole = request(model, samples)
    found, _, _ = run(keeping, whole)
    assert calls.take()[0] == 9 - begun
    np.testing.assert_array_equal(found, alone(whole))


def test_the_same_latents_are_rendered_in_another_way(keeping, model, calls):
    samples = sound(2.0)
    run(keeping, request(model, samples))
    calls.take()
    faithful = request(model, samples, mode=Mode.FAITHFUL, presence_gate=True)
    found, residual, steps = run(keeping, faithful)
    assert calls.take() == (0, 0, 0)
    np.testing.assert_array_equal(found, alone(faithful))
    np.testing.assert_array_equal(found + residual, samples)
    assert [step for step in steps if isinstance(step, Progress)][-1].fraction == pytest.approx(1.0)
    calls.take()
    for other in (
        request(model, samples, seed=1),
        request(model, samples, steps=3),
        request(model, samples, prompt=Prompt("man speaking", (Span(0.5, 1.6),))),
    ):
        run(keeping, other)
        assert calls.take()[1] > 0


def test_predicted_spans_come_back_with_the_latents(keeping, model, monkeypatch):
    class Hears:
        def probabilities(self, features, _texts):
            return torch.full((len(features), features.shape[1]), 0.9)

    asked = request(model, sound(2.0), predict_spans=True, prompt=Prompt("man speaking"))
    # Spans that could not be looked for may be found the next time.
    run(keeping, asked)
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.runtime.model_parts.Model.span_predictor", lambda _self: Hears()
    )
    told = [[step for step in run(keeping, asked)[2] if isinstance(step, Notice | Predicted)] for _ in range(2)]
    assert told[0] == told[1]
    assert any(isinstance(step, Predicted) for step in told[0])


def test_a_video_is_seen_once_for_its_regions(keeping, tmp_path, calls):
    model, video = str(write_seeing_model(tmp_path)), MadeUpVideo()
    region = Region(0.1, 0.1, 0.5, 0.5)
    seen = replace(request(model, sound(3.0), prompt=Prompt("man speaking").with_region(region)), video=video)
    run(keeping, seen)
    assert calls.take()[2] > 0
    again = replace(seen, prompt=Prompt("dog barking").with_region(region), frame_range=(11025, 22050))
    found, _, _ = run(keeping, again)
    assert calls.take()[2] == 0
    np.testing.assert_array_equal(found, alone(again))
    calls.take()
    run(keeping, replace(seen, prompt=Prompt("man speaking").with_region(Region(0.2, 0.1, 0.5, 0.5))))
    assert calls.take()[2] > 0


def test_a_cancelled_solve_keeps_what_was_encoded(keeping, model, calls):
    asked = request(model, sound(3.0))
    steps = keeping.separate(asked)
    for step in steps:
        if isinstance(step, Progress) and step.stage == "Separating":
            break
    steps.close()
    assert calls.take()[0] == 3
    found, _, _ = run(keeping, asked)
    assert calls.take()[0] == 0
    np.testing.assert_array_equal(found, alone(asked))


def test_what_was_encoded_is_there_at_the_next_start(model, calls, tmp_path):
    files, samples = KeptFiles(tmp_path / "results", tmp_path / "cache.json"), sound(3.0)
    run(SamAudioEngine(50, 10, torch.float32, ClipCache(files=files)), request(model, samples))
    assert calls.take()[0] == 3
    second = request(model, samples.copy(), prompt=DOG)
    made = run(SamAudioEngine(50, 10, torch.float32, ClipCache(files=files)), second)[0]
    assert calls.take()[0] == 0
    assert np.array_equal(made, alone(second))
    (path,) = files.folder.iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    run(SamAudioEngine(50, 10, torch.float32, ClipCache(files=files)), second)
    assert calls.take()[0] > 0, "a damaged file is made anew"
