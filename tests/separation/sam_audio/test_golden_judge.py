"""The Judge against the reference (golden part i)."""

import pytest
import torch
from torch import Tensor

from samstudio.separation.sam_audio.judge import SCORES, Judge, pad_batch
from tests.separation.sam_audio.golden import GOLDEN, assert_near, golden, needs_golden

pytestmark = needs_golden


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load(GOLDEN / "i_judge" / "model")


def case_of(case: int) -> tuple[list[str], dict[str, Tensor], list[Tensor], list[Tensor]]:
    """Texts, tensors, mixtures and targets of a case."""
    cases, tensors = golden("i_judge")
    t = {key.removeprefix(f"case{case}."): value for key, value in tensors.items() if key.startswith(f"case{case}.")}
    texts = cases[case]["texts"]
    mixtures, targets = ([t[f"{kind}{i}"][0] for i in range(len(texts))] for kind in ("input", "separated"))
    return texts, t, mixtures, targets


@pytest.mark.parametrize("case", [0, 1])
def test_what_the_judge_is_given(case: int, judge: Judge) -> None:
    texts, t, mixtures, targets = case_of(case)
    hop, length = judge.encoder.config.hop, t["proc.input_values"].shape[-1]
    assert_near(pad_batch(mixtures, hop, length), t["proc.input_values"], 0.0)
    assert_near(pad_batch(targets, hop, length), t["proc.separated_values"], 0.0)
    ids, mask = judge.words.tokenize(texts)
    assert torch.equal(ids, t["proc.input_ids"])
    assert torch.equal(mask, t["proc.attention_mask"].bool())


@pytest.mark.parametrize("case", [0, 1])
def test_scores(case: int, judge: Judge) -> None:
    cases, _ = golden("i_judge")
    texts, t, mixtures, targets = case_of(case)
    scores = judge.score(mixtures, targets, texts)
    assert_near(scores, t["scores"], 1e-4)
    assert_near(scores, torch.tensor(cases[case]["scores"]), 1e-4)
    assert list(SCORES) == cases[case]["order"]


def test_padding_mask_only_says_which_frames_are_averaged(judge: Judge) -> None:
    texts, t, *_ = case_of(0)
    heard, taken = (judge.features(t[f"proc.{kind}_values"]) for kind in ("input", "separated"))
    words = judge.words.tokenize(texts)
    with torch.inference_mode():
        everything = judge.network(heard, taken, words, torch.ones(heard.shape[:2], dtype=torch.bool))
    assert_near(everything, t["scores_no_padding_mask"], 1e-4)
    assert (everything - t["scores"]).abs().max() > 0.01
