"""Weight matrices in the layout that their device multiplies by fastest."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class PackedLinear(nn.Module):
    """A linear map without bias, of stacked weights (rows, columns), for inference in one type on one device.

    On x86 CPUs the rows are packed once into oneDNN's blocks. Without that, every product packs them again, which
    is a fifth of the time at 250 frames (measured in float32; 20 % at 250 rows, nothing at 1000 and more).
    """

    def __init__(self, dtype: torch.dtype, *weights: Tensor) -> None:
        """The rows of `weights`, one under another, as `dtype`."""
        super().__init__()
        weight = torch.cat([part.detach().to(dtype) for part in weights])
        self.dtype = dtype
        self.packed = weight.device.type == "cpu" and can_pack(dtype)
        if self.packed:
            weight = torch.ops.mkldnn._reorder_linear_weight(weight)  # noqa: SLF001 - as torch's own compiler does
        # Neither parameter nor buffer: it stays in its type and layout when the module around it is converted.
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        """(..., columns) of any floating type -> (..., rows) of the matrix's type."""
        x = x.to(self.dtype)
        if not self.packed:
            return linear(x, self.weight)
        out: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, None, "none", [], "")  # noqa: SLF001
        return out


def can_pack(dtype: torch.dtype) -> bool:
    """Whether this torch has oneDNN on this processor, for matrices of that type.

    Without the processor's instructions for bfloat16, oneDNN refuses to pack it; torch's own product still takes it.
    """
    mkldnn = bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]
    if not mkldnn or not torch.backends.cpu.get_cpu_capability().startswith("AVX"):
        return False
    return dtype is not torch.bfloat16 or multiplies_bfloat16()


def multiplies_bfloat16() -> bool:
    """Whether oneDNN has products of bfloat16 matrices on this processor."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001
