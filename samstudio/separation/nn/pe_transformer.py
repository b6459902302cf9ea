"""The transformer that PE-A-Frame and the Judge share: audio features in, one vector per frame out.

Shapes: B rows, T frames, L = 1 + T positions (a learnt class token stands first), D width, H heads.
Attribute names are those of the checkpoints' keys.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from samstudio.separation.nn.config import PeTransformerConfig
from samstudio.separation.nn.rotary import rotary_table, rotate_pairs
from samstudio.separation.steps import Steps, finish


class RMSNorm(nn.Module):
    """x / rms(x) * weight over the last dimension, in float32."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D)."""
        return F.rms_norm(x.float(), self.weight.shape, self.weight.float(), self.eps).to(x.dtype)


class MaskedGroupNorm(nn.Module):
    """GroupNorm with one group whose statistics leave padding out, and whose padding comes out as zero."""

    def __init__(self, width: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))
        self.bias = nn.Parameter(torch.empty(width))
        self.eps = eps

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(B, D, L), mask (B, L) True where valid -> (B, D, L)."""
        if mask is None:
            return F.group_norm(x, 1, self.weight, self.bias, self.eps)
        valid = mask[:, None]  # (B, 1, L)
        wide = x.float() * valid
        count = valid.sum(dim=(1, 2), keepdim=True) * x.shape[1]
        mean = wide.sum(dim=(1, 2), keepdim=True) / count
        spread = (wide - mean) * valid
        variance = spread.square().sum(dim=(1, 2), keepdim=True) / count
        normal = spread * torch.rsqrt(variance + self.eps)
        return ((normal * self.weight[:, None] + self.bias[:, None]) * valid).to(x.dtype)


class ConvBlock(nn.Module):
    """Norm, SiLU, convolution over three neighbours."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.groupnorm = MaskedGroupNorm(width)
        self.project = nn.Conv1d(width, width, 3, padding=1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(B, D, L) -> (B, D, L)."""
        return self.project(F.silu(self.groupnorm(x, mask)))  # type: ignore[no-any-return]  # nn.Module calls are untyped


class ResidualConv(nn.Module):
    """Two convolution blocks with a residual connection."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.block1 = ConvBlock(width)
        self.block2 = ConvBlock(width)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(B, D, L) -> (B, D, L)."""
        return x + self.block2(self.block1(x, mask), mask)  # type: ignore[no-any-return]


class PeEmbeddings(nn.Module):
    """Puts the class token first and convolves over neighbours."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.empty(1, 1, width))
        self.resnet_block = ResidualConv(width)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(B, T, D), mask (B, L) -> (B, L, D)."""
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1)
        return self.resnet_block(x.transpose(1, 2), mask).transpose(1, 2)  # type: ignore[no-any-return]


class PeAttention(nn.Module):
    """Self-attention with RMS-normed queries and keys and rotary positions."""

    def __init__(self, config: PeTransformerConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_attention_heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)
        self.q_norm = RMSNorm(config.head_dim, config.rms_norm_eps)
        self.k_norm = RMSNorm(config.head_dim, config.rms_norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        """(B, L, D), mask (B, 1, 1, L) -> (B, L, D)."""
        q, k, v = (
            project(x).view(*x.shape[:2], self.heads, -1).transpose(1, 2)  # (B, H, L, D/H)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = rotate_pairs(self.q_norm(q), cos, sin), rotate_pairs(self.k_norm(k), cos, sin)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2)
        return self.o_proj(mixed)  # type: ignore[no-any-return]


class PeGatedMLP(nn.Module):
    """down(silu(gate(x)) * up(x))."""

    def __init__(self, config: PeTransformerConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D)."""
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))  # type: ignore[no-any-return]


class PeLayer(nn.Module):
    """Pre-norm transformer layer."""

    def __init__(self, config: PeTransformerConfig) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = PeAttention(config)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = PeGatedMLP(config)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask)
        return x + self.mlp(self.post_attention_layernorm(x))  # type: ignore[no-any-return]


class PeTransformer(nn.Module):
    """Frames (B, T, D) -> frames (B, T, D)."""

    def __init__(self, config: PeTransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = PeEmbeddings(config.hidden_size)
        self.layers = nn.ModuleList(PeLayer(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.output = nn.Linear(config.hidden_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """`stepwise` in one go."""
        return finish(self.stepwise(x, mask))

    def stepwise(self, x: Tensor, mask: Tensor | None = None) -> Steps[Tensor]:
        """X (B, T, D), mask (B, T) True where valid -> (B, T, D); on a CPU it yields after every layer.

        Without a mask everything counts, and fused attention runs.
        """
        if mask is not None:
            mask = F.pad(mask, (1, 0), value=True)  # (B, L): the class token is always there
        x = self.embeddings(x, mask)
        cos, sin = rotary_table(x.shape[1], self.config.head_dim, self.config.rope_theta, x.device)
        keys = None if mask is None else mask[:, None, None]
        for layer in self.layers:
            x = layer(x, cos, sin, keys)
            if not x.is_cuda:
                yield
        return self.output(self.norm(x))[:, 1:]  # type: ignore[no-any-return]
