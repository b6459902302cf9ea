"""The attentions of the diffusion transformer, their rows sorted so that fused kernels run.

B rows, T frames, S memory tokens, L keys, D width, H heads of d channels.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from samstudio.separation.sam_audio.config import TransformerConfig
from samstudio.separation.sam_audio.nn.packed_linear import PackedLinear

# Rotary angles of T positions: cosine and sine (T, d/2).
Rotation = tuple[Tensor, Tensor]


def key_mask(mask: Tensor | None) -> Tensor | None:
    """Mask (B, L) of the keys to attend to -> (B, 1, 1, L); None, which runs faster, where that is all of them."""
    return None if mask is None or bool(mask.all()) else mask[:, None, None]


def rms_scale(x: Tensor, eps: float) -> Tensor:
    """What RMS norm (Zhang and Sennrich 2019) multiplies x (..., d) by: (..., 1) float32, 1 / sqrt(mean(x^2) + eps)."""
    norm = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    scale: Tensor = norm.square_().div_(x.shape[-1]).add_(eps).rsqrt_()
    return scale


def norm_and_rotate(x: Tensor, weight: Tensor, rotation: Rotation, eps: float) -> Tensor:
    """RMS norm of x (B, N, H, T, d), times `weight` (N, d), its pairs (x_j, x_(j + d/2)) turned by each frame's angles.

    The weights are folded into the angles' table. Returns contiguous float32.
    """
    cos, sin = rotation
    first, second = weight[:, None, None].chunk(2, dim=-1)  # (N, 1, 1, d/2)
    own = torch.cat([cos * first, cos * second], dim=-1)  # (N, 1, T, d)
    others = torch.cat([-sin * second, sin * first], dim=-1)
    y = torch.empty(x.shape, device=x.device)
    torch.mul(x, rms_scale(x, eps), out=y)
    a, b = y.chunk(2, dim=-1)
    swapped = torch.cat([b, a], dim=-1)
    return y.mul_(own).addcmul_(swapped, others)


class DitAttention(nn.Module):
    """What self- and cross-attention share: q, k, v and output maps, and RMS norms of q and k per head.

    In a checkpoint, channel c of q, k and v is channel c // H of head c % H. `arrange` sorts the rows so that each
    head's channels are neighbours, which is what fused attention needs. The output map sees ordinary heads already.
    """

    out: PackedLinear

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        dim = config.dim
        self.heads, self.head_dim, self.eps = config.n_heads, config.head_dim, config.norm_eps
        self.wq, self.wk, self.wv, self.wo = (nn.Linear(dim, dim, bias=False) for _ in range(4))
        self.q_norm, self.k_norm = (nn.RMSNorm(self.head_dim, self.eps) for _ in range(2))

    def head_rows(self, channels: Tensor) -> Tensor:
        """The checkpoint's rows, head by head, each head's `channels` in the order given."""
        return (torch.arange(self.heads)[:, None] + channels * self.heads).flatten()

    def merge(self, heads: Tensor, like: Tensor) -> Tensor:
        """The output map of (R, H, L, d), in the shape of `like` (B, T, D)."""
        out: Tensor = self.out(heads.transpose(1, 2).reshape(like.shape))
        return out


class SelfAttention(DitAttention):
    """Attention between the frames of a row, with rotary positions (theta 20000 in the published models)."""

    qkv: PackedLinear
    qk_norm: nn.Parameter

    def arrange(self, dtype: torch.dtype) -> None:
        """Sort and stack the rows of q, k and v.

        The pairs (2j, 2j + 1) that rotate together are put half a head apart, so that a rotation works on two
        contiguous halves: q and k are permuted alike, and their products stay the same.
        """
        in_order = torch.arange(self.head_dim)
        halves = in_order.view(-1, 2).T.flatten()
        q, k = (w.weight[self.head_rows(halves)] for w in (self.wq, self.wk))
        self.qkv = PackedLinear(dtype, q, k, self.wv.weight[self.head_rows(in_order)])
        norms = torch.stack([self.q_norm.weight[halves], self.k_norm.weight[halves]])
        self.qk_norm = nn.Parameter(norms, requires_grad=False)  # (2, d)
        self.out = PackedLinear(dtype, self.wo.weight)
        del self.wo, self.wq, self.wk, self.wv, self.q_norm, self.k_norm

    def forward(self, x: Tensor, rotation: Rotation, mask: Tensor | None) -> Tensor:
        """Frames (B, T, D), `mask` (B, 1, 1, T) of the keys to attend to, or None for all -> (B, T, D)."""
        qkv = self.qkv(x).view(*x.shape[:2], 3, self.heads, self.head_dim).permute(0, 2, 3, 1, 4)  # (B, 3, H, T, d)
        q, k = norm_and_rotate(qkv[:, :2], self.qk_norm, rotation, self.eps).to(qkv.dtype).unbind(1)
        v = qkv[:, 2].contiguous()
        return self.merge(scaled_dot_product_attention(q, k, v, attn_mask=mask), x)


class CrossAttention(DitAttention):
    """Attention from frames to memory tokens, without positions."""

    q: PackedLinear
    kv: PackedLinear

    def arrange(self, dtype: torch.dtype) -> None:
        """Sort the rows; stack those of k and v."""
        rows = self.head_rows(torch.arange(self.head_dim))
        self.q = PackedLinear(dtype, self.wq.weight[rows])
        self.out = PackedLinear(dtype, self.wo.weight)
        self.kv = PackedLinear(dtype, self.wk.weight[rows], self.wv.weight[rows])
        del self.wq, self.wk, self.wv, self.wo

    def keys_values(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """Memory (..., S, D) -> keys and values, each (..., H, S, d), in the weights' type.

        Nothing rotates here, so the keys take the queries' norm weights too.
        """
        kv = self.kv(y).view(*y.shape[:-1], 2, self.heads, self.head_dim)
        k, v = kv.unbind(-3)
        k = (k * rms_scale(k, self.eps) * (self.q_norm.weight * self.k_norm.weight)).to(v.dtype)
        return k.transpose(-3, -2).contiguous(), v.transpose(-3, -2).contiguous()

    def forward(self, x: Tensor, keys_values: tuple[Tensor, Tensor], mask: Tensor | None) -> Tensor:
        """Frames (B, T, D), keys and values (R, H, S, d), `mask` (R, 1, 1, S) or None -> (B, T, D).

        R is B, or 1 where all rows share one memory: then all of them are one long query.
        """
        keys, values = keys_values
        q = self.q(x).view(len(keys), -1, self.heads, self.head_dim)
        q = (q * rms_scale(q, self.eps)).to(keys.dtype).transpose(1, 2)
        return self.merge(scaled_dot_product_attention(q, keys, values, attn_mask=mask), x)
