"""The vector field: how latents move at time t, given the mixture, the prompt, the anchors and the video.

B rows, T frames, C = 2 x 128 latent channels (target, residual), D width, S text tokens, K anchor ids, n times.
What is constant over a solve is computed apart from what is evaluated at every time:
    schedule    from the times and the text: once per prompt, shared by all rows of every batch
    condition   from the mixture, anchors and video: once per row; it works frame by frame
    evaluate    the velocities of noisy latents at one of the times
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from samstudio.separation.sam_audio.config import SamAudioConfig
from samstudio.separation.sam_audio.nn.transformer import DiT, sinusoids
from samstudio.separation.sam_audio.sampling.schedule import Schedule
from samstudio.separation.steps import Steps, finish


class AlignMaskedVideo(nn.Module):
    """Video features as a gated term of the transformer's input; without video it is a constant, but not zero."""

    def __init__(self, video_dim: int, dim: int) -> None:
        super().__init__()
        self.gate = nn.Parameter(torch.empty(1))
        self.conv = nn.Conv1d(video_dim, dim, 1)
        self.layer_norm = nn.LayerNorm(dim, 1e-5)

    def forward(self, video: Tensor | None) -> Tensor:
        """Features (B, C_video, T), or None for no video -> (B, T, D) or (D,)."""
        aligned = self.conv.bias if video is None else self.conv(video).transpose(1, 2)
        out: Tensor = self.gate.tanh() * self.layer_norm(aligned)
        return out


class EmbedAnchors(nn.Module):
    """Anchor ids as a gated term of the transformer's input; always active, for unmarked frames are <null>."""

    def __init__(self, num_anchors: int, embedding_dim: int, dim: int) -> None:
        super().__init__()
        self.gate = nn.Parameter(torch.empty(1))
        # From a tensor: to draw random numbers on the meta device, torch would import its compiler for seconds.
        self.embed = nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
            torch.empty(num_anchors + 1, embedding_dim)
        )
        self.proj = nn.Linear(embedding_dim, dim, bias=False)

    def forward(self, ids: Tensor, alignment: Tensor) -> Tensor:
        """Ids (B, K) and, per frame, the column of ids (B, T) -> (B, T, D)."""
        table = self.gate.tanh() * self.proj(self.embed.weight)  # (num_anchors + 1, D)
        rows: Tensor = table[ids.gather(1, alignment)]
        return rows


class VectorField(nn.Module):
    """Everything but codec, text encoder and vision encoder. Build on the meta device, fill, `arrange`, use."""

    def __init__(self, config: SamAudioConfig) -> None:
        super().__init__()
        dim = config.transformer.dim
        self.channels = config.transformer.out_channels
        self.proj = nn.Linear(config.in_channels, dim)
        self.memory_proj = nn.Linear(config.text_encoder.dim, dim)
        self.align_masked_video = AlignMaskedVideo(config.vision_encoder.dim, dim)
        self.embed_anchors = EmbedAnchors(config.num_anchors, config.anchor_embedding_dim, dim)
        self.transformer = DiT(config.transformer)

    def arrange(self, device: torch.device | str, dtype: torch.dtype) -> "VectorField":
        """`arrange_stepwise` in one go."""
        return finish(self.arrange_stepwise(device, dtype))

    def arrange_stepwise(self, device: torch.device | str, dtype: torch.dtype) -> Steps["VectorField"]:
        """Lay the checkpoint's parameters out for speed, on `device`; once. The big matrices become `dtype`.

        All else, small in size and sensitive, is float32: projections of latents, text, anchors and video, time
        embedding, norms, gates and tables.
        """
        for part in (self.proj, self.memory_proj, self.align_masked_video, self.embed_anchors):
            part.to(device=device, dtype=torch.float32)
        yield from self.transformer.arrange_stepwise(device, dtype)
        return self.requires_grad_(requires_grad=False).eval()

    @torch.inference_mode()
    def schedule(self, times: Tensor, text: Tensor | None, text_mask: Tensor | None = None) -> Schedule:
        """What depends on times (n,) or, one per row, (n, B), and on text (1 or B, S, text width) alone.

        `text_mask` (1 or B, S): True for tokens. Without text (None) the memory is the time itself.
        """
        times = times.to(self.proj.weight)
        times = times if times.ndim == 2 else times[:, None]
        memory = sinusoids(times, self.proj.out_features)[:, :, None]  # (n, R, 1, D)
        if text is not None:
            memory = memory + self.memory_proj(text.to(memory))  # (n, R, S, D)
        mask = text_mask.to(memory.device) if text is not None and text_mask is not None else None
        return self.transformer.schedule(times, memory, mask)

    @torch.inference_mode()
    def condition(self, features: Tensor, ids: Tensor, alignment: Tensor, video: Tensor | None = None) -> Tensor:
        """The part of the transformer's input that stays: mixture features (B, T, C) and so on -> (B, T, D) float32.

        `features` are the codec's, twice (for target and residual); `ids` (B, K) and `alignment` (B, T) from
        `pipeline.anchors.window_anchors`; `video` (B, C_video, T) or None. Each frame is computed alone here.
        """
        weight, bias = self.proj.weight, self.proj.bias
        mixture = linear(features.to(weight), weight[:, 2 * self.channels :], bias)
        anchors = self.embed_anchors(ids.to(weight.device), alignment.to(weight.device))
        aligned = self.align_masked_video(video.to(weight) if video is not None else None)
        out: Tensor = mixture + anchors + aligned
        return out

    def aligned(self, noisy: Tensor, condition: Tensor) -> Tensor:
        """The transformer's input (B, T, D): noisy latents (B, T, C) and what stays.

        The input projection sees [noisy | zeros | mixture]; the middle third of its columns is dead.
        """
        return condition + linear(noisy.float(), self.proj.weight[:, : self.channels])

    def evaluate(
        self, noisy: Tensor, condition: Tensor, schedule: Schedule, index: int, padding_mask: Tensor | None = None
    ) -> Tensor:
        """`evaluate_stepwise` in one go."""
        return finish(self.evaluate_stepwise(noisy, condition, schedule, index, padding_mask))

    @torch.inference_mode()
    def evaluate_stepwise(
        self, noisy: Tensor, condition: Tensor, schedule: Schedule, index: int, padding_mask: Tensor | None = None
    ) -> Steps[Tensor]:
        """Velocities (B, T, C) float32 of noisy latents (B, T, C) at the schedule's time `index`.

        Rows are independent, but for a schedule with a memory per row: any windows of equal length may make a batch.
        `padding_mask` (B, T): True for frames that count; None, which is faster, where all do.
        """
        return (yield from self.transformer.stepwise(self.aligned(noisy, condition), schedule, index, padding_mask))
