"""PyTorch's shared libraries: loaded while Python goes on, and told to release the cores that they wait on."""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch.so", os.RTLD_LOCAL)) if os.name == "posix" else ()
_SPINS = {"GOMP_SPINCOUNT": "2000"}
"""Of OpenMP (GNU): turns for which a thread that waits keeps its core, against 300,000. Where other programs use the
cores as well, more of them make the work up to twelve times as slow; where none does, fewer cost nothing measurable."""


def release_cores() -> None:
    """Let PyTorch's threads release a core soon when they wait, unless the user's environment says how long.

    Has an effect in this process before PyTorch is imported, and in those that it starts.
    """
    for name, value in _SPINS.items():
        os.environ.setdefault(name, value)


def load_libraries() -> None:
    """Load what `import torch` would load next, most of it at once.

    An import holds the interpreter while the system loads libraries: 0.2 to 0.3 s for those of CUDA (1 GB), in which
    the window stands still. A foreign function does not. What cannot be loaded here is left to the import.
    """
    torch = find_spec("torch") if sys.platform == "linux" and "torch" not in sys.modules else None
    if torch is None or torch.origin is None:
        return
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for name, scope in _LIBRARIES:
        load(os.fsencode(Path(torch.origin).parent / "lib" / name), os.RTLD_NOW | scope)
