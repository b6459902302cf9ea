"""What a bundle leaves out, and that nothing of it is needed."""

import subprocess
import sys
from pathlib import Path

import torch
from bundle.leave_out import FILES, MODULES, Sorter, module_size, rule_for


def reason(place: str, *, cuda: bool = False) -> str | None:
    rule = rule_for(place, [rule for rule in FILES if not (rule.cuda and cuda)])
    return rule and rule.what


def test_what_is_needed_stays():
    for place in (
        *("torch/bin/torch_shm_manager", "torch/lib/libtorch_cpu.so", "libportaudio.so.2", "libpython3.11.so.1.0"),
        *("PySide6/Qt/plugins/platforms/libqxcb.so", "PySide6/Qt/plugins/platforms/libqoffscreen.so"),
        *(
            "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
            "PySide6/QtWidgets.abi3.so",
            "nvidia/cu13/lib/libcublas.so.13",
        ),
        *("samstudio/resources/models/yamnet.safetensors", "samstudio/resources/demo/demo.flac"),
        *("samstudio/separation/voice/testing.py", "torch/testing/__init__.py"),
    ):
        assert reason(place) is None, place


def test_what_is_not_needed_goes():
    assert reason("torch/bin/test_api") == "PyTorch's programs"
    assert reason("torch/include/ATen/ATen.h") == "Headers and build files"
    assert reason("torchaudio/lib/libtorchaudio.abi3.so") == "torchaudio's libraries"
    assert reason("PySide6\\plugins\\sqldrivers\\qsqlite.dll") == "Qt plugins for databases and networks"
    assert reason("libasound.so.2") == "ALSA"
    cudnn = "nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9"
    assert reason(cudnn) == "CUDA libraries that a processor does not need"
    assert reason(cudnn, cuda=True) is None
    # Asked for by the one above when torch is imported.
    assert reason("nvidia/cudnn/lib/libcudnn.so.9") is None


def test_sizes_are_added_up(tmp_path):
    for name, size in (("one", 3), ("two", 5)):
        (tmp_path / name).write_bytes(bytes(size))
    sorter = Sorter(with_cuda=False)
    assert not sorter.keeps("torch/bin/protoc", str(tmp_path / "one"))
    assert not sorter.keeps("torch/bin/test_api", str(tmp_path / "two"))
    assert sorter.keeps("torch/lib/libc10.so", str(tmp_path / "two"))
    assert sorter.sizes == {"PyTorch's programs": 8}


def test_a_modules_size_is_that_of_its_files(tmp_path):
    (tmp_path / "net/work/__pycache__").mkdir(parents=True)
    (tmp_path / "net/work/a.py").write_bytes(bytes(7))
    (tmp_path / "net/work/__pycache__/a.pyc").write_bytes(bytes(9))
    (tmp_path / "six.py").write_bytes(bytes(2))
    assert [module_size(name, tmp_path) for name in ("net.work", "six", "absent")] == [7, 2, 0]


def test_the_engines_need_none_of_the_modules():
    """All that making the engines loads, in a process in which those modules cannot be imported."""
    code = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == gone or name.startswith(gone + '.') for gone in {tuple(MODULES)!r}):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from samstudio.separation.registry import create_engine, engines
for info in engines():
    create_engine(info.name)
from torchaudio.transforms import Resample
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_torchs_own_files_are_where_the_patterns_look():
    folder = Path(torch.__file__).parent
    gone = {path.name for path in (folder / "bin").iterdir() if reason(f"torch/bin/{path.name}")}
    assert "protoc" in gone
    assert "torch_shm_manager" not in gone
