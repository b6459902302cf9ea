"""The encoder of T5 (Raffel et al. 2020): token ids in, one vector per token out.

Shapes: B texts, S tokens, W width, H heads of d channels. `file_names` says what a checkpoint calls the parts.
"""

from math import log

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from samstudio.separation.sam_audio.helper_config import T5Config


class T5Block(nn.Module):
    """Pre-norm transformer layer without biases; its attention's products are not scaled."""

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        width, inner = config.d_model, config.num_heads * config.d_kv
        self.heads = config.num_heads
        self.attention_norm = nn.RMSNorm(width, config.layer_norm_epsilon)
        self.q, self.k, self.v = (nn.Linear(width, inner, bias=False) for _ in range(3))
        self.o = nn.Linear(inner, width, bias=False)
        self.mlp_norm = nn.RMSNorm(width, config.layer_norm_epsilon)
        self.wi = nn.Linear(width, config.d_ff, bias=False)
        self.wo = nn.Linear(config.d_ff, width, bias=False)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """(B, S, W), `bias` (B, H, S, S) of the attention's products -> (B, S, W)."""
        normal = self.attention_norm(x)
        q, k, v = (
            project(normal).view(*x.shape[:2], self.heads, -1).transpose(1, 2)  # (B, H, S, d)
            for project in (self.q, self.k, self.v)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=1.0).transpose(1, 2).flatten(2)
        x = x + self.o(mixed)
        return x + self.wo(F.relu(self.wi(self.mlp_norm(x))))  # type: ignore[no-any-return]  # nn.Module calls are untyped


class T5Encoder(nn.Module):
    """All layers share one table of positions: what each head adds for the distance between two tokens."""

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.config = config
        # Not Embedding(...), whose random start on the meta device imports torch's compiler: seconds for nothing.
        tokens = torch.empty(config.vocab_size, config.d_model)
        self.tokens: nn.Embedding = nn.Embedding.from_pretrained(tokens)  # type: ignore[no-untyped-call]
        distances = torch.empty(config.relative_attention_num_buckets, config.num_heads)
        self.distances: nn.Embedding = nn.Embedding.from_pretrained(distances)  # type: ignore[no-untyped-call]
        self.blocks = nn.ModuleList(T5Block(config) for _ in range(config.num_layers))
        self.norm = nn.RMSNorm(config.d_model, config.layer_norm_epsilon)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Token ids (B, S), mask (B, S) True where there is a token -> (B, S, W)."""
        config = self.config
        buckets = distance_buckets(
            ids.shape[1], config.relative_attention_num_buckets, config.relative_attention_max_distance
        )
        near = self.distances(buckets.to(ids.device)).permute(2, 0, 1)  # (H, S, S)
        bias = near.masked_fill(~mask[:, None, None], float("-inf"))  # (B, H, S, S)
        x = self.tokens(ids)
        for block in self.blocks:
            x = block(x, bias)
        return self.norm(x)  # type: ignore[no-any-return]


def distance_buckets(tokens: int, buckets: int, furthest: int) -> Tensor:
    """The bucket (S, S) of the offset from each token (row) to each other (column).

    Half of the buckets lie behind, half ahead. The near distances have one each; the others share the rest, in
    logarithmic steps up to `furthest`, and what is further has the last.
    """
    place = torch.arange(tokens)
    way = place - place[:, None]
    side = buckets // 2
    exact = side // 2
    distance = way.abs()
    far = torch.log(distance.clamp(min=1).float() / exact) / log(furthest / exact) * (side - exact)
    shared = (exact + far.long()).clamp(max=side - 1)
    return torch.where(distance < exact, distance, shared) + side * (way > 0)


def file_names(config: T5Config) -> dict[str, str]:
    """Our names of the parts -> those in checkpoints."""
    names = {
        "tokens": "shared",
        "distances": "encoder.block.0.layer.0.SelfAttention.relative_attention_bias",
        "norm": "encoder.final_layer_norm",
    }
    for i in range(config.num_layers):
        ours, theirs = f"blocks.{i}", f"encoder.block.{i}.layer"
        names |= {f"{ours}.{name}": f"{theirs}.0.SelfAttention.{name}" for name in "qkvo"}
        names |= {f"{ours}.{name}": f"{theirs}.1.DenseReluDense.{name}" for name in ("wi", "wo")}
        names |= {f"{ours}.attention_norm": f"{theirs}.0.layer_norm", f"{ours}.mlp_norm": f"{theirs}.1.layer_norm"}
    return names
