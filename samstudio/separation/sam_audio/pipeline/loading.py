"""What is there before any sound: the plan of what memory is used, the loaded model, the features of the text."""

from collections.abc import Generator
from dataclasses import replace

from torch import Tensor

from samstudio.separation.devices import free_memory, is_out_of_memory
from samstudio.separation.engine import Notice, Step
from samstudio.separation.sam_audio.pipeline.decoding import DecodedRows
from samstudio.separation.sam_audio.pipeline.solve_windows import SolveWindows
from samstudio.separation.sam_audio.pipeline.video_features import AT_ONCE
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.memory_budget import (
    loading_text,
    memory_need,
    rows_at_once,
    type_and_place,
    vision_memory,
)
from samstudio.separation.sam_audio.runtime.oom_fallback import Device
from samstudio.separation.steps import reporting

NO_MEMORY_FOR_MODEL = "The graphics card has too little memory for the model: it was run on the CPU."
COMPUTED = "Computed in {}."
"""The type of the large matrices: in another one the same seed gives a slightly different result."""

CODEC_USED = "The model has no codec of its own: that in {} was used."

TextFeatures = tuple[Tensor, Tensor]
"""Features (1, S, width) and mask (1, S)."""


class Loading:
    """Reports what a separation needs, and loads it."""

    def __init__(
        self,
        device: Device,
        windows: SolveWindows,
        rows: DecodedRows,
        channels: int,
        lines: int,
        cost_model: CostModel,
        *,
        sees: bool,
    ) -> None:
        """`lines` are solved, of a clip of `channels`; `sees`: whether there is a video to encode."""
        self._device, self._windows, self._rows = device, windows, rows
        self._channels, self._lines, self._sees = channels, lines, sees
        self._cost_model = cost_model

    def load(self, text: str) -> Generator[Step, None, tuple[int, TextFeatures]]:
        """How many rows to evaluate at once, and the features of the text. Raises UnavailableError."""
        batch, stage = self._memory_plan()
        yield self._cost_model.add(stage, 0.0)
        try:
            features = yield from self._load_parts(text, stage)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            self._device.move_to_cpu()
            batch, stage = self._memory_plan()
            yield Notice(NO_MEMORY_FOR_MODEL)
            features = yield from self._load_parts(text, stage)
        yield Notice(COMPUTED.format(type_and_place(self._device.model.device, self._device.model.dtype)))
        if codec := self._device.model.files.layout.foreign_codec:
            yield Notice(CODEC_USED.format(codec))
        return batch, features

    def _load_parts(self, text: str, stage: str) -> Generator[Step, None, TextFeatures]:
        loading = self._device.model.load(text, watermark=self._rows.marked)
        return (yield from reporting(loading, self._cost_model.add(stage, 0.0)))

    def _memory_plan(self) -> tuple[int, str]:
        """How many rows to evaluate at once, and what is going to be used, in words."""
        model, windows = self._device.model, self._windows
        need = memory_need(model.config, windows.length, self._channels * self._rows.halves, model.dtype)
        if self._sees:
            need = replace(need, vision=vision_memory(model.tower, AT_ONCE[model.device.type], model.dtype))
        left = free_memory(model.device) - need.weights
        batch = rows_at_once(model.device, windows.length, windows.longest, need.row, left)
        batch = min(batch, self._lines * len(windows.windows))
        return batch, loading_text(need.total(batch), model.device, model.dtype)
