"""The Judge: how good a separation is, from the mixture, the target and the text.

Shapes: B separations, T latent frames, C codec features, D audio width, W text width, K bottleneck width.
Attribute names are those of the checkpoint's keys.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.checkpoint import Checkpoint, load_module, open_weights
from samstudio.separation.models.files import model_folder, weight_files
from samstudio.separation.models.weights.index import read_index
from samstudio.separation.nn.codec.codec import PREFIX as CODEC_PREFIX
from samstudio.separation.nn.codec.codec import load_encoder
from samstudio.separation.nn.codec.encoder import CodecEncoder, padded
from samstudio.separation.nn.codec.names import encoder_names, pe_audio_encoder_names
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.nn.modern_bert import ModernBert, keys_above
from samstudio.separation.nn.pe_transformer import PeTransformer
from samstudio.separation.nn.tokenizer import Tokenizer
from samstudio.separation.sam_audio.helper_config import OTHER_JUDGE, JudgeConfig, load_judge_config
from samstudio.separation.steps import Steps, finish

SCORES = ("overall", "recall", "precision", "faithfulness")
OTHER_CODEC_PREFIX = "dac_vae_encoder."
"""Where the default revision has the codec, with the layers' names of PE-A-Frame; all else is called alike."""
FRAMES_AT_ONCE = 50
"""Latent frames (2 s) that the codec makes in one piece."""


class JudgeNetwork(nn.Module):
    """Codec features of mixture and target, and the text -> four scores."""

    def __init__(self, config: JudgeConfig, text_proj_width: int) -> None:
        """`text_proj_width` is the one size that config.json does not give: the rows of text_proj1."""
        super().__init__()
        audio_width, bottleneck = config.transformer.hidden_size, config.bottleneck_dim
        judged_width = config.finetune_transformer.hidden_size
        self.data_proj = nn.Linear(config.audio_codec.codebook_dim, audio_width)
        self.transformer = PeTransformer(config.transformer)
        self.cat_audio_proj = nn.Linear(2 * audio_width, bottleneck)
        self.text_model = ModernBert(config.text_model, config.nth_text_layer)
        self.text_proj1 = nn.Linear(config.text_model.hidden_size, text_proj_width, bias=False)
        self.text_proj2 = nn.Linear(text_proj_width, bottleneck)
        self.layer_norm = nn.LayerNorm(bottleneck)
        self.proj_audio_and_text = nn.Linear(2 * bottleneck, bottleneck)
        self.finetune_data_proj = nn.Linear(bottleneck, judged_width)
        self.finetune_transformer = PeTransformer(config.finetune_transformer)
        self.head = nn.Linear(judged_width, len(SCORES), bias=False)
        self.mean = nn.Parameter(torch.empty(len(SCORES)))
        self.std = nn.Parameter(torch.empty(len(SCORES)))

    def forward(self, mixture: Tensor, target: Tensor, tokens: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """`stepwise` in one go."""
        return finish(self.stepwise(mixture, target, tokens, mask))

    def stepwise(self, mixture: Tensor, target: Tensor, tokens: tuple[Tensor, Tensor], mask: Tensor) -> Steps[Tensor]:
        """(M, T, C), (B, T, C), token ids and mask (M, S), valid frames (M, T) -> (B, 4), float32.

        M is B, or 1 where all targets come from one mixture. As in the reference, the mask only says which frames
        are averaged: the transformers see the padding.
        """
        mixed = (yield from self.transformer.stepwise(self.data_proj(mixture))).expand(len(target), -1, -1)
        separated = yield from self.transformer.stepwise(self.data_proj(target))
        audio = self.cat_audio_proj(torch.cat((separated, mixed), dim=-1))  # (B, T, K)
        wanted = self.layer_norm(self.text_proj2(self.text_proj1(self.text_model(*tokens)[:, 0])))  # (M, K)
        both = torch.cat((audio, wanted[:, None].expand_as(audio)), dim=-1)
        combined = self.finetune_data_proj(self.proj_audio_and_text(both))
        judged = yield from self.finetune_transformer.stepwise(combined)
        frames = self.head(judged).float() * mask[..., None]  # (B, T, 4)
        average: Tensor = frames.sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return average * self.std.float() + self.mean.float()


class Judge:
    """The network with its codec and tokenizer, ready to score."""

    def __init__(self, network: JudgeNetwork, encoder: CodecEncoder, tokenizer: Tokenizer) -> None:
        """All with their weights, on one device."""
        self.network = network
        self.encoder = encoder
        self.tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32) -> "Judge":
        """Load a folder of sam-audio-judge of either revision, or a file in it. Raises SeparationError."""
        folder = model_folder(path)
        config = load_judge_config(folder)
        tokenizer = Tokenizer(folder, config.text_model.max_position_embeddings, config.text_model.vocab_size)
        weights = open_weights(judge_file(path))
        if "text_proj1.weight" not in weights:
            raise SeparationError(f"{weights.path} is incomplete or foreign: it lacks the key 'text_proj1.weight'.")
        with torch.device("meta"):
            network = JudgeNetwork(config, weights["text_proj1.weight"].shape[0])
        unused = [f"text_model.{key}" for key in keys_above(config.text_model, config.nth_text_layer)]
        is_own = _has_codec(weights, CODEC_PREFIX)
        prefix, table = (CODEC_PREFIX, encoder_names) if is_own else (OTHER_CODEC_PREFIX, pe_audio_encoder_names)
        load_module(network, weights, "", dtype=dtype, device=device, ignore=[prefix, *unused])
        codec = config.audio_codec if is_own else _with_latent_width(config.audio_codec, weights)
        encoder = load_encoder(
            weights,
            codec,
            prefix=prefix,
            table=table(codec),
            ignore=("quantizer.out_proj", "decoder") if is_own else ("bottleneck.out_proj",),
            dtype=dtype,
            device=device,
        )
        return cls(network.to(device).eval(), encoder, tokenizer)

    def score(self, mixtures: Sequence[Tensor], targets: Sequence[Tensor], texts: Sequence[str]) -> Tensor:
        """`score_stepwise` in one go."""
        return finish(self.score_stepwise(mixtures, targets, texts))

    @torch.inference_mode()
    def score_stepwise(
        self, mixtures: Sequence[Tensor], targets: Sequence[Tensor], texts: Sequence[str]
    ) -> Steps[Tensor]:
        """Scores (B, 4), float32, in the order of SCORES.

        `mixtures` and `targets` are mono float32 (n,) at the codec's sample rate, a pair of like length each; where one
        mixture and one text are given they count for all targets. A batch of different lengths is padded, and the
        padding counts: as in the reference, a short pair scores a little differently beside a long one.
        """
        hop = self.encoder.config.hop
        frames = [self.encoder.frames(len(mixture)) for mixture in mixtures]
        longest = max(frames) * hop
        mixed = yield from self.features_stepwise(pad_batch(mixtures, hop, longest))
        separated = yield from self.features_stepwise(pad_batch(targets, hop, longest))
        mask = torch.arange(max(frames), device=mixed.device) < torch.tensor(frames, device=mixed.device)[:, None]
        ids, ids_mask = self.tokenizer.tokenize(texts)
        tokens = ids.to(mixed.device), ids_mask.to(mixed.device)
        return (yield from self.network.stepwise(mixed, separated, tokens, mask))

    def features(self, sound: Tensor) -> Tensor:
        """`features_stepwise` in one go."""
        return finish(self.features_stepwise(sound))

    def features_stepwise(self, sound: Tensor) -> Steps[Tensor]:
        """(B, 1, N) -> codec features (B, T, C), made in pieces to spare memory."""
        frames = self.encoder.frames(sound.shape[-1])
        pieces = []
        for start in range(0, frames, FRAMES_AT_ONCE):
            piece = yield from self.encoder.part_stepwise(sound, start, min(start + FRAMES_AT_ONCE, frames))
            pieces.append(piece)
        return torch.cat(pieces, dim=-1).transpose(1, 2)


def judge_file(path: Path) -> Path:
    """The weights: of several the first in Meta's layout, else in transformers'. Raises SeparationError."""
    files = weight_files(path) if path.is_dir() else [path]
    for prefix in (CODEC_PREFIX, OTHER_CODEC_PREFIX):
        for file in files:
            if _has_codec(read_index(file), prefix):
                return file
    if files:
        raise SeparationError(OTHER_JUDGE.format(file=files[0]))
    return path


def _with_latent_width(codec: CodecConfig, weights: Checkpoint) -> CodecConfig:
    """The sizes with the one that transformers' file does not state, by the shape of the weights that have it."""
    key = f"{OTHER_CODEC_PREFIX}encoder.conv2.weight"
    return replace(codec, latent_dim=weights[key].shape[0]) if key in weights else codec


def _has_codec(keys: Iterable[str], prefix: str) -> bool:
    return any(key.startswith(prefix) for key in keys)


def pad_batch(sounds: Sequence[Tensor], hop: int, length: int) -> Tensor:
    """Sounds (n,) -> (B, 1, length): each mirrored up to a whole frame, then zeros."""
    rows = []
    for sound in sounds:
        whole = padded(sound[None, None], 0, -(-len(sound) // hop) * hop, hop)
        rows.append(F.pad(whole, (0, length - whole.shape[-1])))
    return torch.cat(rows)
