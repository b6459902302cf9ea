"""The Judge with a made-up network."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.nn.judge import FRAMES_AT_ONCE, Judge
from tests.separation.sam_audio.made_up import HOP, NTH_LAYER, write_judge


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge.load(write_judge(tmp_path_factory.mktemp("judge")))


def sound(samples: int, seed: int = 0) -> Tensor:
    return torch.randn(samples, generator=torch.Generator().manual_seed(seed))


def test_only_the_layers_below_are_built(judge: Judge) -> None:
    assert len(judge.network.text_model.layers) == NTH_LAYER


def test_one_mixture_and_text_count_for_all_candidates(judge: Judge) -> None:
    mixture, targets = sound(10 * HOP), [sound(10 * HOP, seed) for seed in (1, 2, 3)]
    together = judge.score([mixture], targets, ["dog barking"])
    pairs = judge.score([mixture] * 3, targets, ["dog barking"] * 3)
    assert together.shape == (3, 4)
    torch.testing.assert_close(together, pairs, atol=1e-5, rtol=0)
    assert together.std(dim=0).min() > 1e-4


def test_what_is_heard_and_what_is_taken_are_distinguished(judge: Judge) -> None:
    one, other = sound(6 * HOP, 1), sound(6 * HOP, 2)
    forth, back = judge.score([one], [other], ["rain"]), judge.score([other], [one], ["rain"])
    assert (forth - back).abs().max() > 1e-3
    assert (forth - judge.score([one], [other], ["man speaking"])).abs().max() > 1e-3


def test_codec_in_pieces_equals_the_whole(judge: Judge) -> None:
    long = sound((2 * FRAMES_AT_ONCE + 7) * HOP)[None, None]
    with torch.inference_mode():
        whole = judge.encoder(long).transpose(1, 2)
        difference = judge.features(long) - whole
    assert difference.abs().max() < 1e-5 * whole.abs().max()


def test_a_mixture_a_little_shorter_than_the_target_is_carried_on(judge: Judge) -> None:
    mixture, target = sound(4 * HOP - 30), sound(4 * HOP, 1)
    mirrored = torch.cat([mixture, mixture[-31:-1].flip(0)])
    torch.testing.assert_close(
        judge.score([mixture], [target], ["rain"]), judge.score([mirrored], [target], ["rain"]), atol=1e-5, rtol=0
    )


def test_sound_shorter_than_half_a_frame_is_scored(judge: Judge) -> None:
    assert judge.score([sound(9)], [sound(9, 1)], [""]).isfinite().all()


def test_a_checkpoint_that_lacks_a_key_is_refused(tmp_path: Path) -> None:
    folder = write_judge(tmp_path)
    tensors = torch.load(folder / "checkpoint.pt", weights_only=True)
    torch.save({k: t for k, t in tensors.items() if k != "text_proj1.weight"}, folder / "checkpoint.pt")
    with pytest.raises(SeparationError, match=r"lacks the key 'text_proj1\.weight'"):
        Judge.load(folder)
    torch.save(tensors | {"audio_codec.encoder.block.9.bias": torch.ones(2)}, folder / "checkpoint.pt")
    with pytest.raises(SeparationError, match=r"no place for the key 'audio_codec\.encoder\.block\.9\.bias'"):
        Judge.load(folder)
