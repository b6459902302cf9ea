"""The visual tower of PE-Core ("Perception Encoder", Bolya et al. 2025): one image in, one unit vector out.

Shapes: N images, L = 1 + G * G tokens (the class token, then the grid row by row), D width, H heads, E output width.
Attribute names are those of the checkpoint's keys below `vision_encoder.model.visual.`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from samstudio.separation.nn.rotary import rotate_pairs
from samstudio.separation.sam_audio.config import VisionTowerConfig
from samstudio.separation.steps import Steps

ROPE_THETA = 10000.0


class VisionMLP(nn.Module):
    """c_proj(gelu(c_fc(x))), exact GELU."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.c_fc = nn.Linear(width, hidden)
        self.c_proj = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D)."""
        return self.c_proj(F.gelu(self.c_fc(x)))  # type: ignore[no-any-return]  # nn.Module calls are untyped


class RotaryAttention(nn.Module):
    """Self-attention whose queries and keys are rotated by their place on the grid."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(N, L, D), cos and sin (L, D/H/2) -> (N, L, D)."""
        qkv = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        heads = qkv.view(*x.shape[:2], 3, self.heads, -1)
        q, k, v = heads.permute(2, 0, 3, 1, 4)  # each (N, H, L, D/H)
        q, k = rotate_pairs(q, cos, sin), rotate_pairs(k, cos, sin)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return self.out_proj(mixed)  # type: ignore[no-any-return]


class VisionBlock(nn.Module):
    """Pre-norm transformer block."""

    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = RotaryAttention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = VisionMLP(width, hidden)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(N, L, D) -> (N, L, D)."""
        x = x + self.attn(self.ln_1(x), cos, sin)
        return x + self.mlp(self.ln_2(x))  # type: ignore[no-any-return]


class VisionTransformer(nn.Module):
    """The stack of blocks; a module of its own only because the keys say so."""

    def __init__(self, config: VisionTowerConfig, hidden: int) -> None:
        super().__init__()
        self.resblocks = nn.ModuleList(VisionBlock(config.width, config.heads, hidden) for _ in range(config.layers))

    def stepwise(self, x: Tensor, cos: Tensor, sin: Tensor) -> Steps[Tensor]:
        """(N, L, D) -> (N, L, D); on a CPU it yields after every block."""
        for block in self.resblocks:
            x = block(x, cos, sin)
            # On a GPU this only queues the work; without pauses the queue stays full.
            if not x.is_cuda:
                yield
        return x


class AttentionPool(nn.Module):
    """One learnt query that attends to all tokens."""

    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.probe = nn.Parameter(torch.empty(1, 1, width))
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.layernorm = nn.LayerNorm(width)
        self.mlp = VisionMLP(width, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """(N, L, D) -> (N, D)."""
        query = self.probe.expand(x.shape[0], -1, -1)
        pooled: Tensor = self.attn(query, x, x, need_weights=False)[0]
        pooled = pooled + self.mlp(self.layernorm(pooled))
        return pooled.squeeze(1)


class VisualTower(nn.Module):
    """Images (N, 3, S, S), normalised to -1..1, -> features (N, E), not yet of unit length."""

    def __init__(self, config: VisionTowerConfig) -> None:
        super().__init__()
        self.grid = config.image_size // config.patch_size
        self.head_dim = config.width // config.heads
        hidden = int(config.width * config.mlp_ratio)
        self.conv1 = nn.Conv2d(3, config.width, config.patch_size, stride=config.patch_size, bias=False)
        self.class_embedding = nn.Parameter(torch.empty(config.width))
        self.positional_embedding = nn.Parameter(torch.empty(1 + self.grid**2, config.width))
        self.ln_pre = nn.LayerNorm(config.width)
        self.transformer = VisionTransformer(config, hidden)
        self.ln_post = nn.LayerNorm(config.width)
        self.attn_pool = AttentionPool(config.width, config.attn_pooler_heads, hidden)
        self.proj = nn.Parameter(torch.empty(config.width, config.output_dim))

    def tokens(self, images: Tensor) -> Steps[Tensor]:
        """(N, 3, S, S) -> (N, L, D), after the last norm; on a CPU it yields after every block."""
        patches = self.conv1(images).flatten(2).transpose(1, 2)  # (N, G*G, D)
        first = self.class_embedding.expand(patches.shape[0], 1, -1)
        x = torch.cat((first, patches), dim=1) + self.positional_embedding
        cos, sin = grid_rotation(self.grid, self.head_dim, images.device)
        encoded = yield from self.transformer.stepwise(self.ln_pre(x), cos, sin)
        return self.ln_post(encoded)  # type: ignore[no-any-return]

    def stepwise(self, images: Tensor) -> Steps[Tensor]:
        """(N, 3, S, S) -> (N, E); on a CPU it yields after every block."""
        tokens = yield from self.tokens(images)
        return self.attn_pool(tokens) @ self.proj  # type: ignore[no-any-return]


def grid_rotation(grid: int, head_dim: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosine and sine (1 + grid * grid, head_dim / 2): the first half of the pairs turns with x, the second with y.

    Places count from 1, so that the class token, at angle 0, is outside the grid.
    """
    quarter = head_dim // 4
    speeds = ROPE_THETA ** (-torch.arange(quarter, device=device, dtype=torch.float32) / quarter)
    angles = torch.arange(1, grid + 1, device=device, dtype=torch.float32)[:, None] * speeds  # (G, quarter)
    x = angles[None, :, :].expand(grid, grid, quarter)
    y = angles[:, None, :].expand(grid, grid, quarter)
    places = torch.cat((x, y), dim=-1).flatten(0, 1)
    everything = F.pad(places, (0, 0, 1, 0))
    return everything.cos(), everything.sin()
