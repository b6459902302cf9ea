"""The vector field of one clip and one prompt, evaluated for any windows of it."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.sam_audio.nn.vector_field import VectorField
from samstudio.separation.sam_audio.pipeline.anchors import Anchors, window_anchors
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import OomFallback
from samstudio.separation.sam_audio.sampling.joint_solver import WindowRow
from samstudio.separation.sam_audio.sampling.schedule import Schedule
from samstudio.separation.steps import Steps


class ClipField:
    """Puts together what the rows of a batch need: their features, their anchors, the shared schedule."""

    def __init__(
        self,
        fallback: OomFallback,
        times: Tensor,
        text: tuple[Tensor, Tensor],
        features: NDArray[np.float32],
        anchors: Anchors,
        video: NDArray[np.float32] | None = None,
    ) -> None:
        """`features` (T, channels, codebook_dim), `anchors` (T,); line n of a solve is channel n modulo channels.

        `video` (T, video width), the same for all channels; None where there is no video.

        `times` are the plan's, `text` the prompt's features and mask; the units of `fallback` are rows.
        """
        self._fallback = fallback
        self._times, self._text = times, text
        self._features, self._anchors, self._video = features, anchors, video
        self._known: tuple[VectorField, Sequence[WindowRow], Tensor] | None = None
        self._ready: tuple[VectorField, Schedule] | None = None

    def velocity(self, x: Tensor, rows: Sequence[WindowRow], index: int) -> Steps[Tensor]:
        """See `joint_solver.Field`."""
        parts = yield from self._fallback.pieces(0, len(rows), partial(self._evaluate, x, rows, index))
        # Of several parts, some may have been computed on another device.
        return parts[0] if len(parts) == 1 else torch.cat([part.cpu() for part in parts])

    def _evaluate(
        self, x: Tensor, rows: Sequence[WindowRow], index: int, model: Model, start: int, stop: int
    ) -> Steps[Tensor]:
        """The velocities of the rows `start` to `stop`."""
        field, schedule = self._prepared(model)
        condition = self._condition(field, rows[start:stop])
        return (yield from field.evaluate_stepwise(x[start:stop].to(condition.device), condition, schedule, index))

    def _prepared(self, model: Model) -> tuple[VectorField, Schedule]:
        """The model's field and its schedule, which are the same for the whole solve."""
        if self._ready is None or self._ready[0] is not model.field:
            self._ready = None
            self._ready = model.field, model.field.schedule(self._times, *self._text)
        return self._ready

    def _condition(self, field: VectorField, rows: Sequence[WindowRow]) -> Tensor:
        """The condition of these rows; kept from one evaluation to the next where the rows are the same."""
        if self._known is None or self._known[:2] != (field, rows):
            self._known = None
            channels = self._features.shape[1]
            parts = [self._features[row.window.start : row.window.stop, row.line % channels] for row in rows]
            features = torch.from_numpy(np.stack(parts))
            ids, alignment = window_anchors(self._anchors, [row.window for row in rows])
            # The codec's mean is given for target and residual alike.
            condition = field.condition(torch.cat([features, features], dim=2), ids, alignment, self._video_of(rows))
            self._known = field, rows, condition
        return self._known[2]

    def _video_of(self, rows: Sequence[WindowRow]) -> Tensor | None:
        """The video's features in the windows of the rows (B, video width, L)."""
        if self._video is None:
            return None
        parts = [self._video[row.window.start : row.window.stop].T for row in rows]
        return torch.from_numpy(np.stack(parts))
