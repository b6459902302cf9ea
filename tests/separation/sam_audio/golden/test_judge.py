"""Part i: the Judge."""

from functools import cache

import pytest
import torch
from torch import Tensor

from samstudio.separation.sam_audio.nn.judge import SCORES, Judge, pad_batch
from tests.separation.sam_audio.golden import GOLDEN, assert_near, case_of, cases_with, needs, numbers, tensors_of

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
