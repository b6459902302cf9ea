"""Weights of any layout, through the set-up dialog down to stems: a folder, a file, a name on the hub."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from safetensors.torch import load_file, save_file

from samstudio.separation.models.catalogue import Role
from samstudio.separation.registry import create_engine
from samstudio.ui.models.models_dialog import ModelsDialog
from tests.separation.models.fake_hub import TOKEN, Repository
from tests.separation.models.hub_fixtures import hub, library
from tests.separation.sam_audio.golden import GOLDEN, needs
from tests.separation.sam_audio.layouts.resaved import (
    codec_file_beside,
    codec_in_a_folder_of_its_own,
    judge_of_default_revision,
    source_model,
    split,
    tensors_of_model,
)

__all__ = ["hub", "library"]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return source_model(tmp_path_factory.mktemp("source"))


@pytest.fixture
def dialog(library, window, qtbot):
    with qtbot.waitSignal(window.container.models.parts_changed):
        window.actions_by_name["set_up_models"].trigger()
    return window.findChild(ModelsDialog)


def chosen(window):
    return str(window.commands.separation.options["sam-audio"]["model"])


@pytest.fixture
def separated(window, qtbot, monkeypatch, tmp_path):
    """Separates a recording with the model that is chosen now, and gives the stems."""
    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", create_engine)
    noise = 0.1 * np.random.default_rng(0).standard_normal((4800, 1))
    soundfile.write(tmp_path / "noise.wav", noise, 48000, subtype="FLOAT")
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.commands.files.open_path(tmp_path / "noise.wav")
    window.commands.spans.change_text("man speaking")
    separation = window.commands.separation

    def separate():
        options = separation.settings.options.changed(solver="euler", steps=1, presence_gate=False)
        separation.change_settings(replace(separation.settings, options=options))
        with qtbot.waitSignal(window.container.separator.finished):
            window.actions_by_name["separate"].trigger()
        qtbot.waitUntil(lambda: not window.container.separator.is_running)
        take = window.container.document.takes[-1]
        assert take.settings.options["model"] == chosen(window)
        return take.sound.stems

    return separate


def test_a_folder_and_a_file_are_added_and_separated_with(
    window, dialog, separated, source, qtbot, monkeypatch, tmp_path
):
    """The other layouts are separated with by tests/cli/test_sam_audio_layouts.py."""
    targets = []
    for resave in (codec_in_a_folder_of_its_own, codec_file_beside):
        path = resave(source, tmp_path / resave.__name__)
        is_folder = path.is_dir()
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, path=path: str(path))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, path=path, **_named: (str(path), ""))
        (dialog.own_button.folder_action if is_folder else dialog.own_button.file_action).trigger()
        name = path.name if is_folder else path.stem
        qtbot.waitUntil(lambda name=name: chosen(window) == name)
        row = dialog.rows.rows[name]
        assert row.state.text() == "Ready"
        assert row.licence.text() == "SAM License"
        assert row.path.text() == str(path)
        assert ", codec in" in row.about.text()
        assert dialog.notice.text == f"“{name}” is ready."
        targets.append(separated().target.copy())
    np.testing.assert_array_equal(*targets)
    assert len(window.container.document.takes) == 2


@needs("i_judge/model")
def test_a_judge_of_the_default_revision_is_added_and_chooses_and_another_one_is_refused(
    window, dialog, separated, source, qtbot, tmp_path
):
    judge = judge_of_default_revision(GOLDEN / "i_judge" / "model", tmp_path / "judge")
    with qtbot.waitSignal(window.container.models.part_added, timeout=20_000):
        dialog.path_added.emit(judge)
    qtbot.waitUntil(lambda: dialog.notice.text == "“judge” is ready.")
    qtbot.waitUntil(lambda: not window.container.models.is_running)
    window.commands.model_setup.use_model(str(source))
    for name, value in {"judge": "judge", "candidates": 2}.items():
        window.commands.separation.change_option("sam-audio", name, value)
    separated()
    assert "was chosen by the Judge" in window.container.document.takes[-1].notices[-1]
    file = shutil.copytree(judge, tmp_path / "other") / "model.safetensors"
    save_file({name.replace("dac_vae_encoder.", "codec."): t for name, t in load_file(file).items()}, file)
    with qtbot.waitSignal(window.container.models.failed, timeout=20_000):
        dialog.path_added.emit(file.parent)
    assert "is of no Judge that this program knows: take the revision sam_audio" in dialog.notice.text


def test_a_name_on_the_hub_is_downloaded_and_used(window, hub, dialog, source, qtbot, tmp_path):
    """A repository of two models and a codec, as nobody lists it; it asks for a token."""
    folder = codec_file_beside(source, tmp_path / "repository").parent
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    files["audio_codec.pth"] = files.pop("weights.pth")
    files["other.safetensors"] = files["diffusion.safetensors"]
    hub.repositories["someone/sam"] = Repository({"main": files}, gate="open")
    dialog.access.token.setText(TOKEN)

    def ask(name):
        dialog.own_button.hub_action.trigger()
        dialog.hub_entry.field.clear()
        QTest.keyClicks(dialog.hub_entry.field, name)
        with qtbot.waitSignal(window.container.models.parts_changed, timeout=20_000):
            QTest.keyClick(dialog.hub_entry.field, Qt.Key.Key_Return)

    ask("someone/sam")
    assert "several models, diffusion.safetensors, other.safetensors: name one by its file" in dialog.notice.text
    ask("someone/sam:diffusion.safetensors")
    qtbot.waitUntil(lambda: chosen(window) == "someone/sam:diffusion.safetensors")
    row = dialog.rows.rows["someone/sam:diffusion.safetensors"]
    assert (row.state.text(), row.licence.text()) == ("Ready", "SAM License")
    part = next(part for part in window.container.models.parts if part.name == row.part.name)
    assert part.contents.parts[Role.CODEC] == "audio_codec.pth"
    assert not (part.path / "other.safetensors").exists()
    ask("nobody/nothing")
    assert "The hub has no nobody/nothing that you may see" in dialog.notice.text


def test_what_is_not_read_is_refused_in_one_sentence(window, dialog, source, qtbot, monkeypatch, tmp_path):
    fp8 = {name: tensor.to(torch.float8_e4m3fn) for name, tensor in split(tensors_of_model(source))[0].items()}
    torch.save(fp8, tmp_path / "sam-audio-fp8.pt")
    with qtbot.waitSignal(window.container.models.failed):
        dialog.path_added.emit(tmp_path / "sam-audio-fp8.pt")
    assert "is fp8, which is not supported: take the bf16 or fp16" in dialog.notice.text
    qtbot.waitUntil(lambda: not window.container.models.is_running)
    (tmp_path / "song.safetensors").write_bytes(b"ID3\x04" + bytes(100))
    chooser = lambda *_args, **_named: (str(tmp_path / "song.safetensors"), "")  # noqa: E731
    monkeypatch.setattr(QFileDialog, "getOpenFileName", chooser)
    with qtbot.waitSignal(window.container.models.failed):
        dialog.own_button.file_action.trigger()
    assert "song.safetensors is a sound file and no weights, whatever it is called: choose" in dialog.notice.text
    assert chosen(window) == ""
