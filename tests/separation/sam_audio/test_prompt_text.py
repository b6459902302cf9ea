"""The lower layers of a ModernBERT, and its tokenizer."""

import pytest
import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.prompt_text import (
    build_text_model,
    first_token,
    load_words,
    text_config,
    unused_text_keys,
)
from tests.separation.sam_audio.made_up import TEXT_MODEL, WORDS, whole_text_model, write_tokenizer


@pytest.mark.parametrize("layer", [1, 3, 4])
@torch.inference_mode()
def test_cut_model_is_the_lower_part_of_the_whole(layer: int) -> None:
    whole, config = whole_text_model(), text_config(TEXT_MODEL)
    with torch.device("meta"):
        cut = build_text_model(config, layer)
    unused = tuple(unused_text_keys(config, layer))
    cut.load_state_dict({k: t for k, t in whole.state_dict().items() if not k.startswith(unused)}, assign=True)
    ids = torch.tensor([[1, 4, 5, 6, 7, 8, 5, 2], [1, 6, 2, 0, 0, 0, 0, 0]])
    mask = ids != 0
    expected = whole(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[layer]
    torch.testing.assert_close(first_token(cut.eval(), ids, mask), expected[:, 0], atol=1e-6, rtol=0)
    assert len(cut.layers) == layer


def test_tokens_are_padded_to_the_longest_text(tmp_path) -> None:
    write_tokenizer(tmp_path)
    ids, mask = load_words(tmp_path, text_config(TEXT_MODEL)).tokenize(["man speaking", "", "dog whistle barking rain"])
    names = [[WORDS[i] for i in row] for row in ids.tolist()]
    assert names == [
        ["[CLS]", "man", "speaking", "[SEP]", "[PAD]", "[PAD]"],
        ["[CLS]", "[SEP]", "[PAD]", "[PAD]", "[PAD]", "[PAD]"],
        ["[CLS]", "dog", "[UNK]", "barking", "rain", "[SEP]"],
    ]
    assert mask.sum(dim=1).tolist() == [4, 2, 6]


def test_a_very_long_text_is_cut(tmp_path) -> None:
    write_tokenizer(tmp_path)
    ids, _ = load_words(tmp_path, text_config(TEXT_MODEL)).tokenize(["rain " * 100])
    assert ids.shape == (1, 64)


def test_missing_and_damaged_tokenizers_are_named(tmp_path) -> None:
    with pytest.raises(SeparationError, match=r"tokenizer\.json is missing"):
        load_words(tmp_path, text_config(TEXT_MODEL))
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(SeparationError, match=r"tokenizer\.json is damaged"):
        load_words(tmp_path, text_config(TEXT_MODEL))


def test_a_nonsensical_text_model_is_refused() -> None:
    with pytest.raises(SeparationError, match=r"text_model of a config\.json is damaged"):
        text_config({"hidden_size": "wide"})
