"""What in the transformer depends on time and prompt alone: computed once, shared by all windows and candidates.

n evaluation times, R rows (1 where all share one prompt and one time), S memory tokens, D width, H heads of d channels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

# Keys and values are kept for this many memory tokens at most, counted over times and rows: with a usual prompt all
# times of a solve fit (in the small model, 1024 tokens take 75 MB in bfloat16); a very long prompt is done in blocks.
TOKENS_AT_ONCE = 1024

KeysValues = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class TextMemory:
    """What a layer's cross-attention reads: keys and values (R, H, S, d), `mask` (R, 1, 1, S) or None."""

    keys_values: KeysValues
    mask: Tensor | None


class Schedule:
    """Per evaluation time: each layer's modulation and cross-attention memory, and the final modulation."""

    def __init__(
        self,
        modulations: Sequence[Tensor],
        final: Tensor,
        memory: Tensor,
        mask: Tensor | None,
        keys_values: Callable[[Tensor], Sequence[KeysValues]],
    ) -> None:
        """`modulations` (n, R, 6, 1, D) of each layer, `final` (n, R, 2, 1, D), `memory` (n, R, S, D), `mask` of it.

        `keys_values` makes each layer's keys and values (..., H, S, d) of a memory (..., S, D).
        """
        self.final = final
        self._modulations = modulations
        self._memory, self._mask = memory, mask
        self._keys_values = keys_values
        self._block = max(1, TOKENS_AT_ONCE // memory[0, ..., 0].numel())
        self._ready: tuple[int, Sequence[KeysValues]] = (-1, [])

    def at(self, index: int) -> tuple[list[Tensor], list[TextMemory]]:
        """Modulation (R, 6, 1, D) and memory of each layer at the time `index`."""
        block, row = divmod(index, self._block)
        if self._ready[0] != block:
            self._ready = (-1, [])
            first = block * self._block
            self._ready = (block, self._keys_values(self._memory[first : first + self._block]))
        memories = [TextMemory((keys[row], values[row]), self._mask) for keys, values in self._ready[1]]
        return [modulation[index] for modulation in self._modulations], memories
