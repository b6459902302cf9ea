"""What the build of a bundle computes."""

import subprocess
import sys
from importlib.metadata import version

import torch
from bundle import plan

from samstudio import __version__


def test_the_project_is_the_one_that_is_installed():
    project = plan.read_project()
    assert (project.name, project.version) == ("samstudio", __version__)
    assert project.torch.startswith("torch>=")


def test_a_folder_of_wheels_and_an_index_each_stand_alone(tmp_path):
    assert plan.index_options(None) == []
    assert plan.index_options("https://example.org/cpu") == ["--default-index", "https://example.org/cpu"]
    assert plan.index_options(str(tmp_path)) == ["--no-index", "--find-links", str(tmp_path.resolve())]


def test_a_build_for_cuda_is_told_from_one_for_the_processor():
    assert plan.is_cuda("2.14.1", "13.0")
    assert not plan.is_cuda("2.13.0+cpu", None)
    assert plan.is_cuda(version("torch"), torch.version.cuda) is bool(torch.version.cuda)


def test_another_system_is_refused():
    other = "macos" if sys.platform != "darwin" else "linux"
    done = subprocess.run(
        [sys.executable, str(plan.PACKAGING / "build.py"), other], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"a bundle for {other} is built on {other}" in done.stderr
