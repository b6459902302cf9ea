"""The `graphics` command, in a Python of its own and as in a bundle."""

import pytest

from samstudio.cli.bundle import graphics
from samstudio.separation.graphics_support.support import GraphicsSupport


def test_outside_of_a_bundle_it_says_what_to_do(run):
    ran = run("graphics")
    assert ran.code == 2
    assert "install the CUDA build of torch" in ran.sentence


@pytest.fixture
def in_a_bundle(tmp_path, monkeypatch):
    monkeypatch.setattr(graphics, "of_this_program", lambda: GraphicsSupport(tmp_path, "2.13.0", lambda *_: '["", ""]'))
    return tmp_path


def test_state_and_removal(run, in_a_bundle):
    assert run("graphics", "status").out == [f"Graphics card support in {in_a_bundle / 'graphics'}: absent"]
    (in_a_bundle / "graphics").mkdir()
    assert run("graphics").out[0].endswith(": damaged")
    assert run("graphics", "remove").out == ["Graphics card support was removed."]
    assert run("graphics", "remove").out == ["There was none."]


def test_a_folder_without_wheels_is_refused(run, in_a_bundle):
    ran = run("graphics", "add", in_a_bundle)
    assert ran.code == 4
    assert "no wheel of PyTorch 2.13.0" in ran.sentence
    assert list(in_a_bundle.iterdir()) == []
