"""The engine on a small model of our own: what it promises whatever the weights are."""

from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from samstudio.separation.engine import (
    Progress,
    Remark,
    SeparationError,
    SeparationRequest,
    StemChunk,
    UnavailableError,
)
from samstudio.separation.registry import create_engine
from samstudio.separation.sam_audio import rendering
from samstudio.separation.sam_audio.config import SIZES, CodecConfig, SamAudioConfig
from samstudio.separation.sam_audio.engine import SamAudioEngine
from samstudio.separation.sam_audio.field import VectorField
from samstudio.separation.sam_audio.intake import Intake
from samstudio.separation.sam_audio.model import Model
from samstudio.separation.sam_audio.planner import need, parameters, rows_at_once
from samstudio.separation.sam_audio.ranking import CandidateScores
from samstudio.separation.sam_audio.rendering import Rendering, message
from samstudio.separation.sam_audio.work import Work
from samstudio.separation.spectral.material import resolve
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.sam_audio_settings import Mode, Order, Preset, ResidualKind, SamAudioSettings
from samstudio.session.scratch import scratch_array
from samstudio.session.take import SeparationSettings
from tests.separation.sam_audio.made_up_model import write_model

PROMPT = Prompt("man speaking", (Span(0.5, 1.5), Span(2.0, 2.4, Sign.MINUS)))


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    return str(write_model(tmp_path_factory.mktemp("model")))


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def engine() -> SamAudioEngine:
    """Windows of 2 s that share 0.4 s."""
    return SamAudioEngine(window=50, overlap=10, dtype=torch.float32)


def sound(seconds: float = 3.0, rate: int = 11025, channels: int = 2) -> np.ndarray:
    """On the grid of 24-bit PCM, so that sums can be exact."""
    noise = 0.1 * np.random.default_rng(2).standard_normal((round(seconds * rate), channels))
    return (np.rint(noise * 2**23) / 2**23).astype(np.float32)


def request(
    model: str, samples: np.ndarray, rate: int = 11025, prompt: Prompt = PROMPT, **choices
) -> SeparationRequest:
    seed = choices.pop("seed", 0)
    settings = SamAudioSettings(model=model, **{"steps": 2, "presence_gate": False, **choices})
    return SeparationRequest(samples, rate, prompt, SeparationSettings("sam-audio", "cpu", seed, sam_audio=settings))


def run(engine: SamAudioEngine, asked: SeparationRequest) -> tuple[np.ndarray, np.ndarray, list]:
    """Target, residual and all steps; the chunks must come in order and cover the clip."""
    steps = list(engine.separate(asked))
    chunks = [step for step in steps if isinstance(step, StemChunk)]
    place = 0
    for chunk in chunks:
        assert chunk.start == place
        assert chunk.target.shape == chunk.residual.shape
        assert chunk.target.dtype == chunk.residual.dtype == np.float32
        place += len(chunk.target)
    target, residual = (np.concatenate([getattr(c, name) for c in chunks]) for name in ("target", "residual"))
    assert target.shape == asked.samples.shape
    return target, residual, steps


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"), [(8000, 1, 3.0), (44100, 2, 1.1), (11025, 8, 0.3), (96000, 1, 0.05), (7999, 1, 5)]
)
def test_any_shape_comes_back_and_sums_to_the_clip(engine, model, rate, channels, seconds):
    samples = sound(seconds, rate, channels)
    target, residual, steps = run(engine, request(model, samples, rate, Prompt("man", (Span(0, 0.04),))))
    np.testing.assert_array_equal(target + residual, samples)
    assert np.std(target) > 1e-3
    news = [step for step in steps if isinstance(step, Progress)]
    assert all(earlier.done <= later.done for earlier, later in pairwise(news))
    assert news[-1].fraction == pytest.approx(1.0)


def test_it_repeats_and_the_seed_counts(engine, model):
    samples = sound()
    first, again = (run(engine, request(model, samples))[0] for _ in range(2))
    other = run(engine, request(model, samples, seed=1))[0]
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_equal_channels_stay_equal(engine, model):
    samples = np.repeat(sound(2.5, channels=1), 2, axis=1)
    target = run(engine, request(model, samples))[0]
    np.testing.assert_allclose(target[:, 0], target[:, 1], atol=1e-5)


@pytest.mark.parametrize("order", list(Order))
def test_spans_act_wherever_they_are(engine, model, order):
    """A span far behind the first window changes the target there, and much less far away from it."""
    samples = sound(9.0)
    plain, marked = (
        run(engine, request(model, samples, prompt=Prompt("man speaking", spans), order=order))[0]
        for spans in ((), (Span(7.0, 8.0),))
    )
    change = np.abs(plain - marked).reshape(9, -1).mean(axis=1)
    assert change[7] > 1e-3
    assert change[7] > 20 * change[:5].max()


def test_one_window_solves_what_many_do(model):
    """Joint windows come close to one window that covers all; the field sees less far, that is the difference."""
    samples = sound(6.0)
    one = run(SamAudioEngine(1000, 10, torch.float32), request(model, samples))[0]
    again = run(SamAudioEngine(150, 10, torch.float32), request(model, samples))[0]
    many = run(SamAudioEngine(50, 20, torch.float32), request(model, samples))[0]
    np.testing.assert_array_equal(one, again)
    assert np.corrcoef(one.ravel(), many.ravel())[0, 1] > 0.8


def test_the_order_is_told_and_streaming_is_early(engine, model):
    samples = sound(12.0)
    early = {}
    for order in Order:
        _, _, steps = run(engine, request(model, samples, order=order))
        kinds = [type(step) for step in steps]
        early[order] = kinds.index(StemChunk) / len(kinds)
        (remark,) = (step.text for step in steps if isinstance(step, Remark))
        assert remark.startswith("Preview") == (order is Order.STREAMING)
    assert early[Order.STREAMING] < 0.5 < early[Order.JOINT]


def test_the_models_own_residual(engine, model):
    samples = sound()
    exact, _, _ = run(engine, request(model, samples))
    target, residual, _ = run(engine, request(model, samples, residual=ResidualKind.MODEL))
    # An exact sum keeps both stems within what float32 holds of the clip's grid.
    fits = np.abs(target) < 1.4
    np.testing.assert_allclose(target[fits], exact[fits], atol=2e-3)
    assert np.abs(target + residual - samples).max() > 0.01


def test_faithful_is_the_recording_masked(engine, model):
    samples = sound()
    samples[5000:12000, 1] = 0
    target, residual, _ = run(engine, request(model, samples, mode=Mode.FAITHFUL, prompt=Prompt("man")))
    np.testing.assert_array_equal(target + residual, samples)
    assert 0.01 < np.std(target) < np.std(samples)
    # Nothing is invented where the recording is silent.
    assert np.abs(target[6000:11000, 1]).max() < 1e-6


def test_the_watermark_is_quiet_repeatable_and_left_out_on_request(engine, model):
    samples = sound()
    asked = request(model, samples, residual=ResidualKind.MODEL)
    marked, again = run(engine, asked)[0], run(engine, asked)[0]
    dry, _, _ = run(engine, request(model, samples, residual=ResidualKind.MODEL, watermark=False))
    np.testing.assert_array_equal(marked, again)
    assert 0 < np.abs(marked - dry).max() < 1.0
    assert message(0).tolist() == message(0).tolist() != message(1).tolist()
    faithful = {mark: run(engine, request(model, samples, mode=Mode.FAITHFUL, watermark=mark))[0] for mark in (0, 1)}
    np.testing.assert_array_equal(faithful[0], faithful[1])


def test_the_sizes_of_pieces_change_nothing(engine, model, monkeypatch):
    samples = sound(5.0)
    asked = request(model, samples, residual=ResidualKind.MODEL)
    before = run(engine, asked)[:2]
    monkeypatch.setattr(rendering, "DECODED_FRAMES", 7)
    monkeypatch.setattr(rendering, "CHUNK_SECONDS", 0.7)
    monkeypatch.setattr("samstudio.separation.sam_audio.intake.ENCODED_FRAMES", 9)
    after = run(engine, asked)[:2]
    # Rounding, which these random weights make larger; a missing frame of context would be a hundred times that.
    np.testing.assert_allclose(np.stack(after), np.stack(before), atol=2e-3)
    assert np.median(np.abs(np.stack(after) - np.stack(before))) < 1e-5


def test_silent_in_minus_spans(engine, model):
    samples = sound()
    asked = request(model, samples)
    target = run(engine, asked)[0]
    inside = slice(round(2.05 * 11025), round(2.35 * 11025))
    assert np.abs(target[inside]).max() == 0
    target = run(engine, replace(asked, settings=replace(asked.settings, silent_in_minus=False)))[0]
    assert np.std(target[inside]) > 1e-3


def test_the_presence_gate(engine, model, monkeypatch):
    """A target that is nowhere loud enough is silence but where a + span says otherwise."""
    monkeypatch.setattr(
        rendering, "present", lambda target, _clip, hop, _rate: torch.zeros(-(-target.shape[1] // hop)) > 0
    )
    samples = sound()
    target, residual, _ = run(engine, request(model, samples, presence_gate=True))
    loud = np.abs(target).reshape(30, -1).max(axis=1) > 0
    assert loud[5:15].all()
    assert not loud[:4].any()
    assert not loud[16:].any()
    np.testing.assert_array_equal(target + residual, samples)
    overruled = run(engine, request(model, samples, presence_gate=False))[0]
    assert np.abs(overruled[:2000]).max() > 1e-3


class Hears:
    """A span predictor that hears the words where it is told to, frame for frame."""

    def __init__(self, *frames: range) -> None:
        self.frames = frames
        self.place = 0

    def probabilities(self, features, texts):
        assert texts == ["man speaking"] * len(features)
        row = torch.zeros(150)
        for frames in self.frames:
            row[frames.start : frames.stop] = 0.9
        # Four windows, evenly placed.
        start = self.place * (150 - features.shape[1]) // 3
        self.place += 1
        return row[start : start + features.shape[1]].expand(len(features), -1)


def test_predicted_spans_are_used_and_told(engine, model, monkeypatch):
    """They do what the same spans marked by hand do, and leave alone what was marked by hand."""
    samples = sound(6.0)
    minus = Span(1.0, 1.4, Sign.MINUS)
    edges = np.float32([[0.8, 2.0], [4.0, 4.8]]).tolist()
    by_hand = Prompt("man speaking", (*(Span(start, end) for start, end in edges), minus))
    wanted = run(engine, request(model, samples, prompt=by_hand))[0]
    monkeypatch.setattr(
        "samstudio.separation.sam_audio.model.Model.span_predictor", lambda _self: Hears(range(20, 50), range(100, 120))
    )
    asked = request(model, samples, prompt=Prompt("man speaking", (minus,)), predict_spans=True)
    found, _, steps = run(engine, asked)
    np.testing.assert_array_equal(found, wanted)
    (remark,) = (step.text for step in steps if isinstance(step, Remark) and "predicted" in step.text)
    assert "0.80–2.00 s, 4.00–4.80 s" in remark


def test_without_a_span_predictor_the_words_must_do(engine, model):
    samples = sound()
    plain = run(engine, request(model, samples))[0]
    found, _, steps = run(engine, request(model, samples, predict_spans=True))
    np.testing.assert_array_equal(found, plain)
    assert any("No spans were predicted" in step.text for step in steps if isinstance(step, Remark))


@pytest.mark.parametrize(("most", "sentence"), [(1, "fewer windows"), (0, "on the CPU")])
def test_out_of_memory_steps_down_and_goes_on(engine, model, monkeypatch, most, sentence):
    """A card with room for `most` rows: the batch is halved, or the CPU takes over; the result is the same."""
    samples = sound(5.0)
    asked = request(model, samples)
    wanted = run(engine, asked)[0]
    monkeypatch.setattr("samstudio.separation.sam_audio.separation.rows_at_once", lambda *_: 4)
    evaluate = VectorField.evaluate
    cards: list[VectorField] = []

    def crowded(self, noisy, *others):
        cards.append(self)
        if self is cards[0] and len(noisy) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return evaluate(self, noisy, *others)

    monkeypatch.setattr(VectorField, "evaluate", crowded)
    found, _, steps = run(engine, asked)
    np.testing.assert_allclose(found, wanted, atol=2e-3)
    assert sentence in [step.text for step in steps if isinstance(step, Remark)][-1]


def test_a_card_without_room_for_the_model(model, monkeypatch):
    engine = SamAudioEngine(50, 10, torch.float32)
    asked = request(model, sound(1.0))
    field = Model.field.func
    cards: list[Model] = []

    def crowded(self):
        cards.append(self)
        if self is cards[0]:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return field(self)

    monkeypatch.setattr(Model, "field", property(crowded))
    _, _, steps = run(engine, asked)
    assert any("no room" in step.text for step in steps if isinstance(step, Remark))


def test_what_is_needed_is_said_before_it_begins(engine, model):
    first = next(engine.separate(request(model, sound())))
    assert first.stage == "Loading SAM Audio: about 0.0 GB, float32 on the CPU"
    small = SamAudioConfig(transformer=SIZES["small"])
    assert parameters(small.transformer) == pytest.approx(492_089_856, rel=2e-3)
    assert 1.4e9 < need(small, 500, 2, torch.bfloat16).total(4) < 2.5e9
    assert rows_at_once(torch.device("cuda"), 500, 500, 10**8, 10**9) == 5
    assert rows_at_once(torch.device("cuda"), 500, 500, 10**8, -1) == 1


class Likes:
    """A Judge of its own taste: it likes the candidate that is told, and keeps what it was given."""

    def __init__(self, best: int) -> None:
        self.best = best

    def score(self, candidates):
        self.heard = candidates
        return [CandidateScores("judge", float(n == self.best)) for n in range(len(candidates.targets))]


@pytest.mark.parametrize("best", [0, 2])
def test_the_judge_chooses_among_candidates(engine, model, monkeypatch, best):
    samples = sound(2.5)
    likes = Likes(best)
    place = "samstudio.separation.sam_audio.separation"
    monkeypatch.setattr(f"{place}.Judge", SimpleNamespace(load=lambda *_: None))
    monkeypatch.setattr(f"{place}.JudgeRanker", lambda _judge: likes)
    monkeypatch.setattr(f"{place}.resolve_part", lambda *_: None)
    found, _, steps = run(engine, request(model, samples, candidates=3, judge="judge"))
    assert any(f"Candidate {best + 1} of 3" in step.text for step in steps if isinstance(step, Remark))
    assert [step for step in steps if isinstance(step, Progress)][-1].fraction == pytest.approx(1.0)
    targets = likes.heard.targets.numpy()
    assert np.abs(targets[0] - targets[1]).max() > 0.05
    assert likes.heard.mixture.shape[0] == round(2.5 * 8000)
    # What is delivered is the chosen one, which the first alone would be without a Judge.
    first = run(engine, request(model, samples))[0]
    assert (np.abs(found - first).max() < 2e-3) == (best == 0)


def test_without_a_judge_one_candidate_is_made(engine, model):
    samples = sound(1.5)
    found, _, steps = run(engine, request(model, samples, candidates=4, prompt=Prompt("man")))
    np.testing.assert_array_equal(found, run(engine, request(model, samples, prompt=Prompt("man")))[0])
    assert any("One candidate" in step.text for step in steps if isinstance(step, Remark))
    _, _, steps = run(engine, request(model, samples, candidates=2, judge="/nowhere", prompt=Prompt("man")))
    assert any("first candidate was taken" in step.text for step in steps if isinstance(step, Remark))


def test_samples_that_are_no_numbers(engine, model):
    samples = sound()
    samples[100] = [np.nan, np.inf]
    target, residual, _ = run(engine, request(model, samples))
    assert np.isfinite(target).all()
    assert (target[100] == 0).all()
    assert not np.isfinite(residual[100]).any()


def test_closing_is_cancelling(engine, model):
    with closing(engine.separate(request(model, sound(9.0)))) as steps:
        for _ in range(12):
            next(steps)


def test_a_clip_too_short(engine, model):
    with pytest.raises(SeparationError, match="too short"):
        run(engine, request(model, sound(0.04)))


def test_no_model_is_named():
    with pytest.raises(UnavailableError, match="needs weights"):
        next(create_engine("sam-audio").separate(request("", sound())))


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [({"steps": 0}, "1 to 256 steps"), ({"solver": "heun"}, "no solver 'heun'"), ({"candidates": 99}, "candidates")],
)
def test_values_there_cannot_be(engine, model, choices, sentence):
    with pytest.raises(SeparationError, match=sentence):
        run(engine, request(model, sound(), **choices))


def test_broken_weights_are_told_in_one_sentence(tmp_path):
    folder = write_model(tmp_path / "model")
    whole = (folder / "checkpoint.pt").read_bytes()
    (folder / "checkpoint.pt").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnavailableError, match="truncated") as told:
        run(SamAudioEngine(), request(str(folder), sound()))
    assert "\n" not in str(told.value)
    (folder / "checkpoint.pt").unlink()
    with pytest.raises(UnavailableError, match="holds no weights"):
        run(SamAudioEngine(), request(str(folder), sound()))


def test_a_missing_text_encoder(tmp_path, library):
    folder = write_model(tmp_path / "model")
    (folder / "t5" / "model.safetensors").unlink()
    with pytest.raises(UnavailableError, match="t5"):
        run(SamAudioEngine(), request(str(folder), sound()))


def test_only_what_is_asked_for_is_loaded(model):
    engine = SamAudioEngine()
    run(engine, request(model, sound(0.7), watermark=False))
    assert "watermark" not in vars(engine._model)
    run(engine, request(model, sound(0.7)))
    assert "watermark" in vars(engine._model)


def test_the_next_separation_finds_the_model_loaded(model):
    engine = SamAudioEngine()
    run(engine, request(model, sound(0.7), preset=Preset.FAST))
    kept = engine._model
    run(engine, request(model, sound(0.7), preset=Preset.BALANCED))
    assert engine._model is kept


class IdentityCodec:
    """Features are the samples of their frames: what goes in comes out, unless the way there and back delays it."""

    def __init__(self, hop: int) -> None:
        self.encoder = self.decoder = self
        self.stages = []
        self._hop = hop

    def frames(self, samples: int) -> int:
        return -(-samples // self._hop)

    def part(self, x: torch.Tensor, start: int, stop: int) -> torch.Tensor:
        if x.shape[1] == 1:
            padded = torch.nn.functional.pad(x[:, 0], (0, -x.shape[2] % self._hop))
            return padded.unfold(1, self._hop, self._hop)[:, start:stop].transpose(1, 2)
        return x[:, :, start:stop].transpose(1, 2).reshape(len(x), 1, -1)


@pytest.mark.parametrize("rate", [44100, 48000, 96000, 22050])
def test_the_way_there_and_back_has_no_delay(rate):
    """Cross-correlation peaks at zero, to a hundredth of a sample, and the level is kept."""
    rng = np.random.default_rng(4)
    samples = (0.1 * rng.standard_normal((round(2.3 * rate), 2))).astype(np.float32)
    asked = request("", samples, rate, Prompt("man"), watermark=False)
    model = SimpleNamespace(
        config=SimpleNamespace(audio_codec=CodecConfig(codebook_dim=1920)), codec=IdentityCodec(1920)
    )
    intake = Intake(asked, model, Work(1.0), 0.0)
    list(intake.advance(intake.frames))
    latents = scratch_array(intake.frames, 2 * 2 * 1920).reshape(intake.frames, 2, 3840)
    latents[:, :, :1920] = intake.features
    made = Rendering(asked, model, latents, resolve(asked.prompt, 2.3), (), Work(1.0), 0.0)
    chunks = [step.target for step in made.advance(intake.frames) if isinstance(step, StemChunk)]
    target = np.concatenate(chunks)
    assert target.shape == samples.shape
    for channel in range(2):
        spectra = [np.fft.rfft(x[:, channel]) for x in (target, samples)]
        cross = spectra[0] * spectra[1].conj()
        correlation = np.fft.irfft(cross, len(samples))
        assert np.argmax(correlation) == 0
        # The phase of the lower half of the band grows by nothing: no fraction of a sample either.
        bins = np.arange(len(cross))[: len(cross) // 4]
        slope = np.sum(bins * np.angle(cross[: len(bins)])) / np.sum(bins**2)
        assert abs(slope * len(samples) / (2 * np.pi)) < 0.01
        gain = np.abs(cross[: len(bins)]).sum() / np.square(np.abs(spectra[1][: len(bins)])).sum()
        assert gain == pytest.approx(1, abs=1e-3)
