"""Graphics card support from a folder of made-up wheels, tried out by a process of this Python."""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from types import SimpleNamespace

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.graphics_support import support, wheels
from samstudio.separation.graphics_support.support import GraphicsSupport, SupportState

PLATFORM = sysconfig.get_platform().replace("-", "_").replace(".", "_").replace("linux_", "manylinux_2_28_")
PYTHON = f"cp{sys.version_info[0]}{sys.version_info[1]}"
TORCH = """
import json
__version__ = "2.13.0+cu130"
import nvidia_part
class cuda:
    is_available = staticmethod(lambda: True)
    get_device_name = staticmethod(lambda: "Card")
print(json.dumps([__version__, cuda.get_device_name()]))
raise SystemExit
"""
"""In place of PyTorch: ends the test that imports it with what the real one would print."""
TOOLKIT = f"""
Requires-Dist: nvidia-blas==13.1.*; sys_platform == "{sys.platform}" and extra == "blas"
Requires-Dist: nvidia-unasked; extra == "x"
""".strip()


def make_wheel(folder, name, version, files, requires="", tags=f"{PYTHON}-{PYTHON}-{PLATFORM}"):
    with zipfile.ZipFile(folder / f"{name}-{version}-{tags}.whl", "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", f"Name: {name}\n{requires}\n\nText")
        for place, text in files.items():
            archive.writestr(place, text)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    needs = f'cuda-toolkit[blas]==13.0.3; platform_system == "{platform.system()}"'
    files = {"torch/__init__.py": TORCH, "torch/include/a.h": "x" * 999, "torch/bin/torch_shm_manager": "m"}
    make_wheel(folder, "torch", "2.13.0+cu130", files, f"Requires-Dist: sympy>=1\nRequires-Dist: {needs}")
    make_wheel(folder, "torch", "2.13.0+cpu", {"torch/__init__.py": "raise SystemExit('the wrong one')"})
    make_wheel(folder, "torch", "2.14.0", {"torch/__init__.py": "raise SystemExit('the wrong one')"})
    make_wheel(folder, "cuda_toolkit", "13.0.3.0", {}, TOOLKIT, "py2.py3-none-any")
    make_wheel(folder, "nvidia_blas", "13.1.1.3", {"nvidia_part.py": ""}, tags=f"py3-none-{PLATFORM}")
    make_wheel(folder, "nvidia_blas", "13.2", {"nvidia_part.py": "wrong"}, tags=f"py3-none-{PLATFORM}")
    make_wheel(folder, "nvidia_blas", "13.1.9", {"nvidia_part.py": "wrong"}, tags="py3-none-plan9")
    return folder


def run(code, packages):
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        check=False,
        env={"PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SeparationError(done.stderr.strip().splitlines()[-1])
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture
def added(tmp_path):
    program = tmp_path / "program"
    program.mkdir()
    return GraphicsSupport(program, "2.13.0", run)


def finish(steps):
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as ended:
            return seen, ended.value


def beside(added):
    return sorted(path.name for path in added.folder.parent.iterdir())


def test_it_is_added_tried_and_removed(added, folder):
    assert added.state is SupportState.ABSENT
    seen, card = finish(added.add(folder))
    assert card == "Card"
    assert added.state is SupportState.READY
    assert added.try_out() == "Card"
    assert seen[-1].stage == "Putting it in its place"
    counted = [step for step in seen if step.total]
    assert counted[-1].done == counted[-1].total
    packages = added.folder / support.PACKAGES
    assert (packages / "nvidia_part.py").read_text() == ""
    assert (packages / "torch/bin/torch_shm_manager").exists()
    assert not (packages / "torch/include").exists()
    assert beside(added) == ["graphics"]
    assert added.remove()
    assert beside(added) == []
    assert not added.remove()


def test_what_is_cut_off_leaves_what_was_there(added, folder):
    finish(added.add(folder))
    adding = added.add(folder)
    while not next(adding).done:
        pass
    assert beside(added) == ["graphics", "graphics.new"]
    adding.close()
    assert beside(added) == ["graphics"]
    assert added.state is SupportState.READY


def test_what_does_not_compute_is_not_added(added, folder):
    for file in folder.glob("nvidia_blas-13.1.1*"):
        file.unlink()
    make_wheel(folder, "nvidia_blas", "13.1.2", {"nvidia_other.py": ""}, tags=f"py3-none-{PLATFORM}")
    with pytest.raises(SeparationError, match="nvidia_part"):
        finish(added.add(folder))
    assert beside(added) == []


def test_remains_of_a_crash_are_repaired_and_removed(added, folder):
    finish(added.add(folder))
    (added.folder / support.READY).unlink()
    (added.folder.parent / "graphics.new").mkdir()
    assert added.state is SupportState.DAMAGED
    finish(added.add(folder))
    assert added.state is SupportState.READY
    (added.folder.parent / "graphics.old").mkdir()
    assert added.remove()
    assert beside(added) == []


def test_one_of_another_version_is_told(added, folder):
    finish(added.add(folder))
    newer = GraphicsSupport(added.folder.parent, "2.14.1", run)
    assert newer.state is SupportState.OUTDATED
    with pytest.raises(SeparationError, match=r"no wheel of PyTorch 2\.14\.1"):
        finish(newer.add(folder))
    assert newer.state is SupportState.OUTDATED


def test_a_missing_part_is_named(added, folder):
    for file in folder.glob("nvidia_blas-*"):
        file.unlink()
    with pytest.raises(SeparationError, match=r"cuda-toolkit needs nvidia-blas 13\.1"):
        finish(added.add(folder))


def test_a_full_disk_is_told_before_anything_is_written(added, folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=1 << 30))
    with pytest.raises(SeparationError, match="make some room"):
        finish(added.add(folder))
    assert beside(added) == []


def test_a_wheel_that_would_write_elsewhere_is_refused(added, folder):
    make_wheel(folder, "nvidia_blas", "13.1.8", {"../../evil.py": ""}, tags=f"py3-none-{PLATFORM}")
    with pytest.raises(SeparationError, match="outside of its folder"):
        finish(added.add(folder))
    assert beside(added) == []
    assert not list(folder.parent.rglob("evil.py"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(added, folder):
    added.folder.parent.chmod(0o555)
    with pytest.raises(SeparationError, match="cannot be written"):
        finish(added.add(folder))


def test_names_of_wheels_are_read():
    wheel = wheels.read_name("Nvidia_cuBLAS-13.1.1.3-1-py3-none-manylinux_2_27_x86_64.whl")
    assert (wheel.name, wheel.version, wheel.tags) == ("nvidia-cublas", "13.1.1.3", ("py3", "manylinux_2_27_x86_64"))
    assert wheels.read_name("notes.txt") is None
    assert wheels.read_name("a-1.whl") is None


def test_requirements_of_the_real_pytorch():
    from importlib.metadata import distribution

    found = {one.name: one for one in wheels.requirements(distribution("torch").read_text("METADATA"), frozenset())}
    assert all(name.startswith(wheels.NEEDED) for name in found)
    if "cuda-toolkit" in found:
        assert {"cublas", "cudart"} <= found["cuda-toolkit"].extras
