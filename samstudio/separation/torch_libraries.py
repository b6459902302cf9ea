"""PyTorch's shared libraries, loaded while Python goes on."""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = (("libtorch_global_deps.so", os.RTLD_GLOBAL), ("libtorch.so", os.RTLD_LOCAL)) if os.name == "posix" else ()


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
