import subprocess
import sys

import pytest

CODE = """
import ctypes, sys
from samstudio.separation.torch_libraries import load_libraries
load_libraries()
assert "torch" not in sys.modules
loaded = open("/proc/self/maps").read()
print("libtorch_cpu.so" in loaded)
import torch
print(float((torch.ones(2) @ torch.ones(2))))
load_libraries()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_libraries_are_loaded_before_torch_is_imported_and_torch_works_with_them():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "2.0"], done.stderr
