"""The diffusion transformer (DiT): flow-matching velocities of latent frames, given time and a text memory.

A module holds a checkpoint's parameters under the checkpoint's names until `arrange` lays them out for speed, once.
B rows (clips, windows, candidates), T latent frames, S memory tokens, D width, H heads of d channels, n times.
The residual stream, norms, rotations, time embedding and modulation are float32 whatever the weights are.
"""

from collections.abc import Sequence
from math import log

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, pad, silu

from samstudio.separation.nn.rotary import rotary_table
from samstudio.separation.sam_audio.config import TransformerConfig
from samstudio.separation.sam_audio.nn.attention import CrossAttention, Rotation, SelfAttention, key_mask, rms_scale
from samstudio.separation.sam_audio.nn.packed_linear import PackedLinear
from samstudio.separation.sam_audio.sampling.schedule import Schedule, TextMemory
from samstudio.separation.steps import Steps


def sinusoids(times: Tensor, width: int) -> Tensor:
    """[cos(t w_k), sin(t w_k)] with w_k = 10000^(-k / (width/2)), float32: times (...) -> (..., width)."""
    half = width // 2
    speeds = torch.exp(torch.arange(half, device=times.device, dtype=torch.float32) * (-log(10000.0) / half))
    angles = times.float()[..., None] * speeds
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def modulate(x: Tensor, scale: Tensor, shift: Tensor, eps: float) -> Tensor:
    """RMS norm of x (B, T, D) float32, times `scale`, plus `shift`, each (1 or B, 1, D)."""
    return torch.addcmul(shift, x * rms_scale(x, eps), scale)


class SwiGLU(nn.Module):
    """W2(silu(W1 x) * W3 x) without biases (Shazeer 2020): (..., D_in) -> (..., D_out), in the weights' type."""

    inner: PackedLinear
    outer: PackedLinear

    def __init__(self, d_in: int, hidden: int, d_out: int) -> None:
        super().__init__()
        self.w1 = nn.Linear(d_in, hidden, bias=False)
        self.w2 = nn.Linear(hidden, d_out, bias=False)
        self.w3 = nn.Linear(d_in, hidden, bias=False)

    def arrange(self, dtype: torch.dtype) -> None:
        """Make the two maps of the input one."""
        self.inner = PackedLinear(dtype, self.w1.weight, self.w3.weight)
        self.outer = PackedLinear(dtype, self.w2.weight)
        del self.w1, self.w2, self.w3

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        gate, value = self.inner(x).chunk(2, dim=-1)
        out: Tensor = self.outer(silu(gate).mul_(value))
        return out


class SwiGLUEmbedder(nn.Module):
    """A gated map that makes a time's sinusoids, or memory tokens, D wide."""

    def __init__(self, d_in: int, dim: int) -> None:
        super().__init__()
        self.projection = SwiGLU(d_in, dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(..., d_in) -> (..., D)."""
        out: Tensor = self.projection(x)
        return out


class InputConvolution(nn.Module):
    """Group norm with one group over all of a row's frames and channels, SiLU, convolution over 3 frames."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.groupnorm = nn.GroupNorm(1, dim, eps)
        self.project = nn.Conv1d(dim, dim, 3, padding=1)

    def arrange(self, dtype: torch.dtype) -> None:
        """Make the convolution one matrix (D, 3 D) over each frame and its neighbours."""
        weight, bias = self.project.weight, self.project.bias
        self.packed_linear = PackedLinear(dtype, weight.permute(0, 2, 1).flatten(1))
        self.bias = bias
        del self.project

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, D) float32 -> same. Padded frames count: the reference's statistics include them."""
        norm = self.groupnorm
        x = x - x.mean(dim=(1, 2), keepdim=True)
        # Frame by frame first: twenty times as fast as torch.var_mean on the CPU, and summed as exactly.
        variance = torch.linalg.vector_norm(x, dim=2, keepdim=True).square().mean(dim=1, keepdim=True) / x.shape[2]
        h = silu(torch.addcmul(norm.bias, x, norm.weight * (variance + norm.eps).rsqrt()))
        h = pad(h, (0, 0, 1, 1))
        neighbours = torch.cat([h[:, :-2], h[:, 1:-1], h[:, 2:]], dim=-1)
        out: Tensor = self.packed_linear(neighbours).float() + self.bias
        return out


class InputBlock(nn.Module):
    """x + two input convolutions: the only place, besides attention, where frames see their neighbours."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.block = nn.ModuleDict({"block1": InputConvolution(dim), "block2": InputConvolution(dim)})

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, D) float32 -> same."""
        out: Tensor = x + self.block["block2"](self.block["block1"](x))
        return out


class DitLayer(nn.Module):
    """Self-attention and feed-forward, modulated by the time; between them cross-attention, which is not."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.eps = config.norm_eps
        self.scale_shift_table = nn.Parameter(torch.empty(6, config.dim))
        self.attention_norm = nn.RMSNorm(config.dim, self.eps)
        self.attention = SelfAttention(config)
        self.cross_attention = CrossAttention(config)
        self.ffn_norm = nn.RMSNorm(config.dim, self.eps)
        self.feed_forward = SwiGLU(config.dim, config.ffn_dim, config.dim)

    def modulation(self, t0: Tensor) -> Tensor:
        """Time embedding (..., 6 D) -> shift, scale and gate of both modulated parts, (..., 6, D) float32.

        The norm weights are folded in: norm(x) w (1 + scale) is one product.
        """
        table = t0.view(*t0.shape[:-1], 6, -1) + self.scale_shift_table
        for row, norm in ((1, self.attention_norm), (4, self.ffn_norm)):
            table[..., row, :] = (1.0 + table[..., row, :]) * norm.weight
        return table

    def forward(
        self, x: Tensor, modulation: Tensor, memory: TextMemory, rotation: Rotation, mask: Tensor | None
    ) -> Tensor:
        """Frames (B, T, D) float32, `modulation` (1 or B, 6, 1, D) -> (B, T, D) float32."""
        shift1, scale1, gate1, shift2, scale2, gate2 = modulation.unbind(1)
        u = modulate(x, scale1, shift1, self.eps)
        x = torch.addcmul(x, gate1, self.attention(u, rotation, mask).float())
        x = x + self.cross_attention(x, memory.keys_values, memory.mask)
        u = modulate(x, scale2, shift2, self.eps)
        return torch.addcmul(x, gate2, self.feed_forward(u).float())


class DiT(nn.Module):
    """The whole transformer. Build on the meta device, fill with a checkpoint's parameters, `arrange`, use."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        dim = config.dim
        self.config = config
        self.x_embedder = InputBlock(dim)
        self.t_embedder = SwiGLUEmbedder(config.frequency_embedding_dim, dim)
        self.t_block = nn.Linear(dim, 6 * dim)
        self.y_embedder = SwiGLUEmbedder(dim, dim)
        # A ModuleList is not generic in what it lists.
        self.layers: Sequence[DitLayer] = nn.ModuleList(DitLayer(config) for _ in range(config.n_layers))  # type: ignore[assignment]
        self.norm = nn.RMSNorm(dim, config.norm_eps)
        self.final_layer_scale_shift_table = nn.Parameter(torch.empty(2, dim))
        self.output = nn.Linear(dim, config.out_channels, bias=False)
        self._rotation: Rotation | None = None

    def arrange_stepwise(self, device: torch.device | str, dtype: torch.dtype) -> Steps[None]:
        """Lay the parameters out for speed, on `device`; the matrices of input, layers and memory in `dtype`.

        Part by part, with a yield after each, so that no more than one part is there twice.
        """
        for name, part in self.named_modules():
            if isinstance(part, SwiGLU | InputConvolution | SelfAttention | CrossAttention):
                part.to(device=device, dtype=torch.float32)
                part.arrange(torch.float32 if name.startswith("t_embedder") else dtype)
                yield
        self.to(device=device, dtype=torch.float32)

    def schedule(self, times: Tensor, memory: Tensor, memory_mask: Tensor | None = None) -> Schedule:
        """All that depends on time and memory alone, at all `times` (n, R) of a solve; R = 1 if all rows share them.

        `memory` (n, R, S, D) includes the time's own part. `memory_mask` (R, S): True for the tokens to attend to.
        """
        t_emb = self.t_embedder(sinusoids(times, self.config.frequency_embedding_dim))
        t0 = self.t_block(silu(t_emb))
        layers = [layer.modulation(t0)[:, :, :, None] for layer in self.layers]  # (n, R, 6, 1, D) each
        final = t_emb[:, :, None] + self.final_layer_scale_shift_table
        final[:, :, 1] = (1.0 + final[:, :, 1]) * self.norm.weight
        return Schedule(layers, final[:, :, :, None], memory, key_mask(memory_mask), self.keys_values)

    def keys_values(self, memory: Tensor) -> Sequence[tuple[Tensor, Tensor]]:
        """Memory (..., S, D) -> every layer's cross-attention keys and values, each (..., H, S, d)."""
        y = self.y_embedder(memory)
        return [layer.cross_attention.keys_values(y) for layer in self.layers]

    def rotation(self, frames: int, device: torch.device) -> Rotation:
        """The rotary angles of `frames` positions, kept until another number is asked for."""
        if self._rotation is None or len(self._rotation[0]) != frames or self._rotation[0].device != device:
            cos, sin = rotary_table(frames, self.config.head_dim, self.config.rope_theta, device)
            self._rotation = cos, sin
        return self._rotation

    def stepwise(self, x: Tensor, schedule: Schedule, index: int, padding_mask: Tensor | None = None) -> Steps[Tensor]:
        """Frames (B, T, D) float32 at the schedule's time `index` -> velocities (B, T, C) float32.

        `padding_mask` (B, T): True for the frames that count; None where all do, which is faster. On a CPU it
        yields after every layer.
        """
        mask = key_mask(padding_mask)
        rotation = self.rotation(x.shape[1], x.device)
        h = self.x_embedder(x)
        for layer, modulation, memory in zip(self.layers, *schedule.at(index), strict=True):
            h = layer(h, modulation, memory, rotation, mask)
            # On a GPU this only queues the work; without pauses the queue stays full.
            if not h.is_cuda:
                yield
        shift, scale = schedule.final[index].unbind(1)
        return linear(modulate(h, scale, shift, self.config.norm_eps), self.output.weight)
