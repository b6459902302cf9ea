"""Silero VAD: how likely speech is, every 32 ms.

The network is that of Silero's 16 kHz model, version 6 (silero-vad, MIT). Shapes: N chunks of 512 samples.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional

from samstudio.separation.nn.repeatable import sigmoid

RATE = 16000
CHUNK, CONTEXT = 512, 64
"""Samples of a chunk, and of the sound before it that is heard with it."""
CHUNK_SECONDS = CHUNK / RATE
_TRANSFORM, _STEP = 256, 128
_BINS = _TRANSFORM // 2 + 1
_WIDTHS, _STRIDES = (_BINS, 128, 64, 64, 128), (1, 2, 2, 1)


@contextmanager
def _without_onednn() -> Iterator[None]:
    """Use torch's own LSTM: the result of oneDNN's depends on the number of threads."""
    before = torch.backends.mkldnn.enabled
    torch.backends.mkldnn.enabled = False  # type: ignore[assignment]  # a property of the module
    try:
        yield
    finally:
        torch.backends.mkldnn.enabled = before


class VoiceActivity(nn.Module):
    """Probabilities of speech; the state passes from chunk to chunk, so a recording can be given in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.transform = nn.Conv1d(1, 2 * _BINS, _TRANSFORM, stride=_STEP, bias=False)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, wider, 3, stride=stride, padding=1)
            for width, wider, stride in zip(_WIDTHS[:-1], _WIDTHS[1:], _STRIDES, strict=True)
        )
        self.memory = nn.LSTM(_WIDTHS[-1], _WIDTHS[-1])
        self.output = nn.Linear(_WIDTHS[-1], 1)

    def forward(self, sound: Tensor, state: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Probabilities (N,) and the next state, of sound (64 + N * 512,) that begins with 64 samples heard before."""
        chunks = sound.unfold(0, CONTEXT + CHUNK, CHUNK)[:, None]
        spectra = self.transform(functional.pad(chunks, (0, CONTEXT), "reflect"))
        hidden = (spectra[:, :_BINS].square() + spectra[:, _BINS:].square()).sqrt()
        for layer in self.layers:
            hidden = functional.relu(layer(hidden))
        with _without_onednn():
            heard, state = self.memory(hidden[:, :, 0][:, None], state)
        logits: Tensor = self.output(functional.relu(heard[:, 0]))
        return sigmoid(logits[:, 0]), state
