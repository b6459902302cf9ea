"""PyTorch's shared libraries: loaded while Python goes on, and told how to use their threads."""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch.so", os.RTLD_LOCAL)) if os.name == "posix" else ()
_VARIABLES = {"GOMP_SPINCOUNT": "2000", "MKL_CBWR": "AUTO,STRICT"}
"""GNU's OpenMP: turns for which a thread that waits keeps its core, against 300,000. Where other programs use the cores
as well, more of them make the work up to twelve times as slow; where none does, fewer cost nothing measurable.

Intel's MKL: products of matrices are the same with any number of threads ("strict conditional numerical
reproducibility" of its manual; with up to five threads also on AMD, as far as it was tried), at no measurable cost."""


def prepare_threads() -> None:
    """Say how PyTorch's libraries use their threads, unless the user's environment does.

    Has an effect in this process before PyTorch is imported, and in those that it starts.
    """
    for name, value in _VARIABLES.items():
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
