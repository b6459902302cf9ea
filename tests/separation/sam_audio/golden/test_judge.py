"""Part i: the Judge."""

import shutil
from functools import cache
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.check import faults, identify
from samstudio.separation.sam_audio.nn.judge import SCORES, Judge, pad_batch
from tests.separation.sam_audio.golden import GOLDEN, assert_near, case_of, cases_with, needs, numbers, tensors_of
from tests.separation.sam_audio.layouts.resaved import judge_of_default_revision

PART = "i_judge"
pytestmark = needs("i_judge/model")
CASES = numbers(cases_with(PART, "scores"))


@cache
def judge() -> Judge:
    return Judge.load(GOLDEN / PART / "model")


def judged_case(case: int) -> tuple[list[str], dict[str, Tensor], list[Tensor], list[Tensor]]:
    """Texts, tensors, mixtures and targets of a case."""
    t, texts = tensors_of(PART, case), case_of(PART, case)["texts"]
    mixtures, targets = ([t[f"{kind}{i}"][0] for i in range(len(texts))] for kind in ("input", "separated"))
    return texts, t, mixtures, targets


@pytest.mark.parametrize("case", CASES)
def test_what_the_judge_is_given(case: int) -> None:
    texts, t, mixtures, targets = judged_case(case)
    hop, length = judge().encoder.config.hop, t["proc.input_values"].shape[-1]
    assert_near(pad_batch(mixtures, hop, length), t["proc.input_values"], 0.0)
    assert_near(pad_batch(targets, hop, length), t["proc.separated_values"], 0.0)
    ids, mask = judge().tokenizer.tokenize(texts)
    assert torch.equal(ids, t["proc.input_ids"])
    assert torch.equal(mask, t["proc.attention_mask"].bool())


@pytest.fixture
def default_revision(tmp_path: Path) -> Path:
    """What the default revision holds."""
    return judge_of_default_revision(GOLDEN / PART / "model", tmp_path / "judge")


@pytest.mark.parametrize("case", CASES[:1])
def test_the_judge_of_the_default_revision_scores_alike(default_revision: Path, case: int) -> None:
    part = identify(default_revision)
    assert part
    assert part.role is Role.JUDGE
    assert list(faults(default_revision)) == []
    texts, t, mixtures, targets = judged_case(case)
    assert_near(Judge.load(default_revision).score(mixtures, targets, texts), t["scores"], 1e-4)


def test_a_judge_in_a_third_layout_is_told_apart(default_revision: Path) -> None:
    file = default_revision / "model.safetensors"
    tensors = {name.replace("dac_vae_encoder.", "audio_encoder."): t for name, t in load_file(file).items()}
    save_file(tensors, file)
    part = identify(default_revision)
    assert part
    assert part.role is Role.JUDGE
    assert list(faults(default_revision)) == [
        f"{file} is of no Judge that this program knows: take the revision sam_audio of facebook/sam-audio-judge."
    ]


def test_of_two_judges_in_a_folder_the_right_one_is_taken(default_revision: Path) -> None:
    shutil.copy(GOLDEN / PART / "model" / "checkpoint.pt", default_revision / "judge.pt")
    shutil.copy(GOLDEN / PART / "model" / "config.json", default_revision / "config-sam_audio.json")
    assert list(faults(default_revision)) == []
    found = Judge.load(default_revision).network.state_dict()
    assert all(torch.equal(found[name], tensor) for name, tensor in judge().network.state_dict().items())


@pytest.mark.parametrize("case", CASES)
def test_scores_of_the_judge(case: int) -> None:
    texts, t, mixtures, targets = judged_case(case)
    scores = judge().score(mixtures, targets, texts)
    assert_near(scores, t["scores"], 1e-4)
    assert_near(scores, torch.tensor(case_of(PART, case)["scores"]), 1e-4)
    assert list(SCORES) == case_of(PART, case)["order"]


@pytest.mark.parametrize("case", numbers(cases_with(PART, "scores_no_padding_mask")))
def test_the_judges_padding_mask_only_says_which_frames_are_averaged(case: int) -> None:
    texts, t, mixtures, _ = judged_case(case)
    heard, taken = (judge().features(t[f"proc.{kind}_values"]) for kind in ("input", "separated"))
    words = judge().tokenizer.tokenize(texts)
    with torch.inference_mode():
        everything = judge().network(heard, taken, words, torch.ones(heard.shape[:2], dtype=torch.bool))
    assert_near(everything, t["scores_no_padding_mask"], 1e-4)
    if len({len(mixture) for mixture in mixtures}) > 1:
        # Else the mask would have nothing to leave out.
        assert (everything - t["scores"]).abs().max() > 0.01
