"""The vector field of one clip and one prompt, asked for any windows of it."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from samstudio.separation.sam_audio.joint import Row
from samstudio.separation.sam_audio.model import Model
from samstudio.separation.sam_audio.tokens import Tokens, window_anchors

FEWER = "The graphics card ran out of memory: fewer windows were computed at once."
ON_CPU = "The graphics card ran out of memory: the rest was computed on the CPU."


class ClipField:
    """Puts together what the rows of a batch need: their features, their marks, the shared schedule.

    Where the graphics card's memory does not do, the batch is halved, and at last the CPU goes on.
    """

    def __init__(
        self, model: Model, times: Tensor, text: tuple[Tensor, Tensor], features: NDArray[np.float32], tokens: Tokens
    ) -> None:
        """`features` (T, channels, codebook_dim), `tokens` (T,); line n of a solve is channel n modulo channels.

        `times` are the plan's, `text` the prompt's features and mask.
        """
        self._times, self._text = times, text
        self._features, self._tokens = features, tokens
        self._known: tuple[Sequence[Row], Tensor] | None = None
        self._use(model)
        self._most: int | None = None
        self.stepped_down = ""
        """What had to be given up, in a sentence."""

    def velocity(self, x: Tensor, rows: Sequence[Row], index: int) -> Tensor:
        """See `joint.Field`."""
        most = self._most or len(rows)
        if len(rows) > most:
            parts = [slice(first, first + most) for first in range(0, len(rows), most)]
            return torch.cat([self.velocity(x[part], rows[part], index).cpu() for part in parts])
        try:
            condition = self._condition(rows)
            return self._field.evaluate(x.to(condition.device), condition, self._schedule, index)
        except torch.OutOfMemoryError:
            self._step_down(len(rows))
        return self.velocity(x, rows, index)

    def _step_down(self, rows: int) -> None:
        """Ask for less: half the rows at once, or, where it was one, another device."""
        self._known = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if rows > 1:
            self._most, self.stepped_down = rows // 2, FEWER
        else:
            self._use(self._model.on_cpu())
            self._most, self.stepped_down = None, ON_CPU

    def _use(self, model: Model) -> None:
        self._model = model
        self._field = model.field
        self._schedule = model.field.schedule(self._times, *self._text)

    def _condition(self, rows: Sequence[Row]) -> Tensor:
        """What stays over the solve; kept from one evaluation to the next where the rows are the same."""
        if self._known is None or self._known[0] != rows:
            channels = self._features.shape[1]
            parts = [self._features[row.window.start : row.window.stop, row.line % channels] for row in rows]
            features = torch.from_numpy(np.stack(parts))
            ids, alignment = window_anchors(self._tokens, [row.window for row in rows])
            # The codec's mean stands for target and residual alike.
            self._known = rows, self._field.condition(torch.cat([features, features], dim=2), ids, alignment)
        return self._known[1]
