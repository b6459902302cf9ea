"""Returning freed memory to the system. Both functions do nothing elsewhere than on Linux with glibc."""

import ctypes
import mmap
import sys
from collections.abc import Iterable

from torch import Tensor

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def forget_mapped(tensors: Iterable[Tensor]) -> None:
    """Drop the pages of tensors that are mapped from a file; they are read from the file again when used.

    Only for tensors that are mapped and never written to: others would lose their contents. What lies outside a
    tensor's storage is never touched: an expanded tensor repeats a storage that is smaller than the tensor.
    """
    if _LIBC is None:
        return
    for tensor in tensors:
        storage, first = tensor.untyped_storage(), tensor.data_ptr()
        last = min(first + tensor.numel() * tensor.element_size(), storage.data_ptr() + storage.nbytes())
        begin, end = -(-first // mmap.PAGESIZE) * mmap.PAGESIZE, last // mmap.PAGESIZE * mmap.PAGESIZE
        if begin < end:
            _LIBC.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), mmap.MADV_DONTNEED)


def return_freed() -> None:
    """Return freed memory: the allocator keeps blocks of up to 32 MB, weights among them."""
    if _LIBC is not None and hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)
