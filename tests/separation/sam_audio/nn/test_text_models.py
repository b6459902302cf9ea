"""What reads the words, T5 and the lower layers of a ModernBERT, as in transformers; their tokenizers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.pe_a_frame.config import load_pe_a_frame_config
from samstudio.separation.nn.config import ModernBertConfig
from samstudio.separation.nn.modern_bert import ModernBert, keys_above
from samstudio.separation.nn.tokenizer import Tokenizer
from samstudio.separation.sam_audio.helper_config import T5Config, load_judge_config, load_t5_config
from samstudio.separation.sam_audio.nn.t5 import T5Encoder, distance_buckets, file_names
from tests.separation.sam_audio.made_up import (
    NTH_LAYER,
    TEXT_MODEL,
    WORDS,
    whole_text_model,
    write_judge,
    write_pe_a_frame,
    write_tokenizer,
)
from tests.separation.sam_audio.made_up_model import write_model
from tests.separation.sam_audio.random_weights import randomise

IDS = torch.tensor([[1, 4, 5, 6, 7, 8, 5, 2], [1, 6, 2, 0, 0, 0, 0, 0]])
MASK = IDS != 0


@pytest.fixture(scope="module")
def transformers():
    """Imported only now: it takes seconds."""
    import transformers

    return transformers


@torch.inference_mode()
def test_t5_is_the_encoder_of_transformers(transformers) -> None:
    config = T5Config(vocab_size=9, d_model=12, d_kv=4, d_ff=20, num_layers=3, num_heads=2)
    ours = randomise(T5Encoder(config))
    names = {f"{theirs}.weight": f"{mine}.weight" for mine, theirs in file_names(config).items()}
    theirs = transformers.T5EncoderModel(transformers.T5Config(**vars(config))).eval()
    found = {key: ours.state_dict()[name] for key, name in names.items()}
    theirs.load_state_dict({**found, "encoder.embed_tokens.weight": found["shared.weight"]})
    expected = theirs(input_ids=IDS, attention_mask=MASK).last_hidden_state
    torch.testing.assert_close(ours(IDS, MASK)[MASK], expected[MASK], atol=5e-6, rtol=0)
    long = torch.arange(300)[None] % 9
    everything = torch.ones_like(long, dtype=torch.bool)
    # Farther than the furthest distance.
    expected = theirs(input_ids=long).last_hidden_state
    torch.testing.assert_close(ours(long, everything), expected, atol=1e-6, rtol=0)


def test_near_distances_have_buckets_of_their_own() -> None:
    first, last = distance_buckets(300, 32, 128)[[0, -1]]
    assert first[:9].tolist() == [0, *range(17, 25)]
    assert last[-9:].tolist() == [*range(8, -1, -1)]
    assert (first[128:] == 31).all()
    assert (last[: 300 - 128] == 15).all()


@pytest.mark.parametrize("depth", [1, 3, 4])
@torch.inference_mode()
def test_the_cut_text_model_is_the_lower_part_of_the_whole(depth: int, transformers) -> None:
    whole, config = whole_text_model(), ModernBertConfig(**TEXT_MODEL)
    with torch.device("meta"):
        cut = ModernBert(config, depth)
    unused = tuple(keys_above(config, depth))
    cut.load_state_dict({k: t for k, t in whole.state_dict().items() if not k.startswith(unused)}, assign=True)
    theirs = transformers.ModernBertModel(transformers.ModernBertConfig(**TEXT_MODEL, pad_token_id=0)).eval()
    theirs.load_state_dict(whole.state_dict())
    expected = theirs(input_ids=IDS, attention_mask=MASK, output_hidden_states=True).hidden_states[depth]
    torch.testing.assert_close(cut(IDS, MASK)[MASK], expected[MASK], atol=5e-6, rtol=0)
    assert len(cut.layers) == depth


def rewritten(folder: Path, part: str, **changed: object) -> Path:
    """A folder whose config.json has other values in a part ("": at the top)."""
    file = folder / "config.json"
    data = json.loads(file.read_text())
    (data[part] if part else data).update(changed)
    file.write_text(json.dumps(data))
    return folder


def test_the_angles_are_read_as_any_version_of_transformers_writes_them(tmp_path) -> None:
    folder = write_pe_a_frame(tmp_path)
    old = load_pe_a_frame_config(rewritten(folder, "text_model", global_rope_theta=500.0, local_rope_theta=30))
    assert (old.text_model.global_rope_theta, old.text_model.local_rope_theta) == (500, 30)
    angles = {
        "full_attention": {"rope_type": "default", "rope_theta": 700.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 40.0},
    }
    kinds = ["full_attention", "sliding_attention", "sliding_attention", "full_attention"]
    new = load_pe_a_frame_config(rewritten(folder, "text_model", rope_parameters=angles, layer_types=kinds))
    assert (new.text_model.global_rope_theta, new.text_model.local_rope_theta) == (700, 40)


@pytest.mark.parametrize(
    ("part", "changed", "words"),
    [
        ("text_model", {"hidden_size": "wide"}, "text_model.hidden_size should be a whole number"),
        ("text_model", {"hidden_size": 25}, "does not split into 2 heads"),
        ("text_model", {"norm_bias": True}, "text_model.norm_bias = True"),
        ("text_model", {"layer_types": ["full_attention"] * 4}, "text_model.layer_types"),
        ("text_model", {"rope_parameters": {"full_attention": {"rope_type": "yarn"}}}, "'yarn'"),
        ("", {"nth_text_layer": 5}, "nth_text_layer 5 is more than the 4 layers"),
    ],
)
def test_a_text_model_made_in_another_way_is_refused(part: str, changed: dict[str, object], words: str, tmp_path):
    for write, load in ((write_pe_a_frame, load_pe_a_frame_config), (write_judge, load_judge_config)):
        folder = write(tmp_path / write.__name__)
        assert load(folder).nth_text_layer == NTH_LAYER
        with pytest.raises(SeparationError, match=words):
            load(rewritten(folder, part, **changed))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"model_type": "bert", "d_model": 768}, "does not describe a T5"),
        ({"model_type": "t5"}, "does not describe a T5"),
        ({"model_type": "t5", "d_model": 768, "feed_forward_proj": "gated-gelu"}, "'gated-gelu'"),
        ({"model_type": "t5", "d_model": 768, "num_heads": 0}, "num_heads should be a whole number above 0"),
    ],
)
def test_a_t5_of_another_kind_is_refused(data: dict[str, object], words: str, tmp_path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "t5", "d_model": 768}))
    assert load_t5_config(tmp_path) == T5Config()
    (tmp_path / "config.json").write_text(json.dumps(data))
    with pytest.raises(SeparationError, match=words):
        load_t5_config(tmp_path)


def test_tokens_are_padded_to_the_longest_text(tmp_path) -> None:
    write_tokenizer(tmp_path)
    ids, mask = Tokenizer(tmp_path, 64, 100).tokenize(["man speaking", "", "dog whistle barking rain"])
    names = [[WORDS[i] for i in row] for row in ids.tolist()]
    assert names == [
        ["[CLS]", "man", "speaking", "[SEP]", "[PAD]", "[PAD]"],
        ["[CLS]", "[SEP]", "[PAD]", "[PAD]", "[PAD]", "[PAD]"],
        ["[CLS]", "dog", "[UNK]", "barking", "rain", "[SEP]"],
    ]
    assert mask.sum(dim=1).tolist() == [4, 2, 6]


def test_a_very_long_text_is_cut(tmp_path) -> None:
    write_tokenizer(tmp_path)
    ids, _ = Tokenizer(tmp_path, 64, 100).tokenize(["rain " * 100])
    assert ids.shape == (1, 64)


def test_missing_and_damaged_tokenizers_are_named(tmp_path) -> None:
    with pytest.raises(SeparationError, match=r"tokenizer\.json is missing"):
        Tokenizer(tmp_path, 64, 100)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(SeparationError, match=r"tokenizer\.json is damaged"):
        Tokenizer(tmp_path, 64, 100)


class Panic(BaseException):
    """What a library written in Rust raises where its own code fails: no Exception."""


@pytest.mark.parametrize("where", ["from_file", "encode_batch"])
def test_a_panic_of_the_library_is_a_damaged_tokenizer(tmp_path, monkeypatch, where: str) -> None:
    class Panicking:
        def __getattr__(self, name: str):
            def call(*_args: object) -> "Panicking":
                if name == where:
                    raise Panic("index out of bounds:\nthe len is 0 but the index is 5")
                return self

            return call

    write_tokenizer(tmp_path)
    monkeypatch.setattr("tokenizers.Tokenizer", Panicking())
    with pytest.raises(SeparationError, match=r"tokenizer\.json is damaged: index out of bounds: the len"):
        Tokenizer(tmp_path, 64, 100).tokenize(["man speaking"])


def test_tokens_that_the_model_does_not_know_are_refused(tmp_path) -> None:
    write_tokenizer(tmp_path)
    with pytest.raises(SeparationError, match=r"does not fit its model, which knows 3 tokens"):
        Tokenizer(tmp_path, 64, 3).tokenize(["man speaking"])


LOADED = """
import sys
from pathlib import Path
import torch
from samstudio.separation.sam_audio.nn.judge import Judge
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.steps import finish
model, predictor, judge = map(Path, sys.argv[1:])
finish(Model(model, torch.device("cpu"), torch.float32).load("man", watermark=True))
SpanPredictor.load(predictor)
Judge.load(judge)
print({"transformers", "torch._dynamo", "sympy"} & set(sys.modules))
"""


def test_no_model_needs_what_takes_seconds_to_import(tmp_path) -> None:
    folders = write_model(tmp_path / "model"), write_pe_a_frame(tmp_path / "spans"), write_judge(tmp_path / "judge")
    command = [sys.executable, "-c", LOADED, *map(str, folders)]
    assert subprocess.check_output(command, text=True).strip() == "set()"
