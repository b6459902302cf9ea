import os
import subprocess
import sys

import pytest

from samstudio.separation.torch_libraries import prepare_threads

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


def test_threads_that_wait_release_their_core_soon_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    prepare_threads()
    # GNU's own value, 300,000, makes the work ten times as slow beside another program.
    assert int(os.environ["GOMP_SPINCOUNT"]) <= 20_000
    monkeypatch.setenv("GOMP_SPINCOUNT", "5")
    prepare_threads()
    assert os.environ["GOMP_SPINCOUNT"] == "5"
