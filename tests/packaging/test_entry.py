"""What a bundle does before its program starts."""

import os
import sys

import pytest
from bundle import entry


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """A bundle with PyTorch 2.13.0; what `prepare` changes is put back."""
    inside = tmp_path / "_internal"
    (inside / "torch-2.13.0+cpu.dist-info").mkdir(parents=True)
    monkeypatch.setattr(entry, "__file__", str(inside / "entry.py"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "samstudio"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(os, "environ", {"LD_LIBRARY_PATH": str(inside)})
    return tmp_path


def test_other_programs_get_the_search_path_that_was_there(bundle):
    entry.prepare()
    assert "LD_LIBRARY_PATH" not in os.environ
    os.environ |= {"LD_LIBRARY_PATH": "ours", "LD_LIBRARY_PATH_ORIG": "/opt/lib"}
    entry.prepare()
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/lib"
    # This program itself gets its own again.
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"


def test_what_was_added_comes_first_where_it_is_whole_and_of_this_version(bundle):
    added = bundle / "graphics" / "packages"
    added.mkdir(parents=True)
    assert entry.added_packages() is None
    (bundle / "graphics/ready").write_text("2.12.1 Card\n", "utf-8")
    assert entry.added_packages() is None
    (bundle / "graphics/ready").write_text("2.13.0 Card\n", "utf-8")
    entry.prepare()
    assert sys.path[0] == str(added)


def test_the_one_that_is_tried_out_comes_first(bundle):
    os.environ["SAMSTUDIO_GRAPHICS"] = str(bundle / "graphics.new/packages")
    entry.prepare()
    assert sys.path[0] == str(bundle / "graphics.new/packages")


def test_cuda_without_its_libraries_is_hidden_until_it_is_added(bundle):
    (bundle / "_internal/no-cuda").touch()
    entry.prepare()
    assert os.environ["CUDA_VISIBLE_DEVICES"] == ""
    del os.environ["CUDA_VISIBLE_DEVICES"]
    os.environ["SAMSTUDIO_GRAPHICS"] = str(bundle)
    entry.prepare()
    assert "CUDA_VISIBLE_DEVICES" not in os.environ
