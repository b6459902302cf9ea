"""Deleted takes in the real window: they come back as they were."""

import gc
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from samstudio.controllers.document import recording as recording_module
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import scratch_array
from samstudio.session.take import SeparationSettings, Sound, Stems, Take


@pytest.fixture
def takes(opened) -> tuple[Take, ...]:
    """Three takes, the last one made from the residual of the first, the second one starred and current."""
    document = opened.container.document
    samples, source = document.clip.samples, ""
    for name, share in (("Bell", 0.5), ("Voice", 0.25), ("Steps", 0.125)):
        target = samples * np.float32(share)
        sound = Sound(Stems(target, samples - target))
        take = Take(name, Prompt(name), SeparationSettings(), sound, 0.1, document.clip.frames, source=source)
        document.add_take(take)
        if name == "Voice":
            samples, source = document.takes[0].sound.stems.residual, document.takes[0].id
    document.select_take(1)
    document.star_take(1, starred=True)
    return document.takes


def delete_by_key(window, qtbot) -> None:
    window.takes_panel.view.setFocus()
    qtbot.keyClick(window.takes_panel.view, Qt.Key.Key_Delete)


def undo(window, qtbot) -> None:
    qtbot.keyClick(window.takes_panel.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_del_is_an_undo_step_and_undo_brings_the_very_take_back_or_one_that_is_not_shown(opened, takes, qtbot):
    document = opened.container.document
    delete_by_key(opened, qtbot)
    assert document.takes == (takes[0], takes[2])
    assert document.current_take is takes[2]
    assert document.undo_stack.undoText() == "Delete take “Voice”"
    assert opened.actions_by_name["undo"].text() == "Undo delete take “Voice”"
    assert opened.status.currentMessage() == "“Voice” was deleted; undo brings it back."
    undo(opened, qtbot)
    assert [one is other for one, other in zip(document.takes, takes, strict=True)] == [True] * 3
    assert document.current_take is takes[1]
    assert opened.container.audition.stems is takes[1].sound.stems
    # One that is not the current one comes back without becoming it.
    document = opened.container.document
    document.delete_take(0)
    assert document.current_take is takes[1]
    undo(opened, qtbot)
    assert document.takes == takes
    assert document.current_take is takes[1]
    # One that others were made from comes back below them in the chain.
    document = opened.container.document
    document.select_take(2)
    document.delete_take(0)
    assert opened.container.mixing.mixer.tracks[-1].samples is takes[2].sound.stems.residual
    undo(opened, qtbot)
    assert document.current_take is takes[2]
    assert opened.container.mixing.mixer.tracks[-1].samples is takes[0].sound.stems.target
    parts = (*takes[2].sound.stems.__dict__.values(), takes[0].sound.stems.target)
    assert np.allclose(sum(parts), document.clip.samples, atol=1e-6)


def test_several_come_back_each_to_its_place_though_others_were_made_meanwhile(opened, takes, qtbot):
    document = opened.container.document
    delete_by_key(opened, qtbot)
    delete_by_key(opened, qtbot)
    stems = takes[1].sound.stems
    new = Take("Voice", Prompt(), SeparationSettings(), Sound(stems), 0.1, document.clip.frames)
    document.add_take(new)
    assert document.takes == (takes[0], new)
    undo(opened, qtbot)
    assert document.takes == (takes[0], takes[2], new)
    undo(opened, qtbot)
    assert [take.id for take in document.takes] == [takes[0].id, takes[1].id, takes[2].id, new.id]
    assert document.takes[1].name == "Voice (2)"
    assert document.takes[1].sound is takes[1].sound
    document.undo_stack.redo()
    document.undo_stack.redo()
    assert document.takes == (takes[0], new)


def test_what_was_deleted_before_a_save_and_brought_back_is_saved_again(opened, takes, qtbot, tmp_path):
    container, document = opened.container, opened.container.document
    folder = tmp_path / "work.samstudio"
    for change in (lambda: None, lambda: document.delete_take(1), lambda: undo(opened, qtbot)):
        change()
        with qtbot.waitSignal(container.session_saver.saved):
            container.session_saver.save(folder)
        qtbot.waitUntil(lambda: not container.session_saver.is_saving)
    opened.actions_by_name["close"].trigger()
    with qtbot.waitSignal(container.session_opener.opened):
        opened.commands.files.open_path(folder)
    assert [take.id for take in document.takes] == [take.id for take in takes]
    assert np.array_equal(document.takes[1].sound.stems.target, takes[1].sound.stems.target)
    assert document.takes[1].starred


def scratch_bytes() -> int:
    """What files without a name take on disk that this process holds open."""
    found = {}
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            state = os.fstat(int(descriptor.name))
            if stat.S_ISREG(state.st_mode) and state.st_nlink == 0:
                found[state.st_dev, state.st_ino] = 512 * state.st_blocks
    return sum(found.values())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts this process's open files")
def test_the_disk_space_of_takes_deleted_long_ago_is_freed(opened, qtbot, monkeypatch):
    document, container = opened.container.document, opened.container
    clip = document.clip

    def stem(share):
        samples = scratch_array(*clip.samples.shape)
        samples[:] = clip.samples * np.float32(share)
        return samples

    def add(name):
        sound = Sound(Stems(stem(0.5), stem(0.5)))
        document.add_take(Take(name, Prompt(name), SeparationSettings(), sound, 0.1, clip.frames))
        container.session_state.mark_exported()

    size = 2 * clip.samples.nbytes
    # Room for two takes beside the last one.
    monkeypatch.setattr(recording_module, "MOST_DELETED_BYTES", 2 * size)
    for name in "ABCDE":
        add(name)
    document.select_take(0)
    container.corrector.set_strength(3.0)
    qtbot.waitUntil(lambda: not container.corrector.is_pending)
    before = scratch_bytes()
    for _ in "ABCD":
        delete_by_key(opened, qtbot)
    assert [take.name for take in document.takes] == ["E"]

    def freed() -> float:
        gc.collect()
        return (before - scratch_bytes()) / size

    # Of the first, what the engine made and what was corrected. Peaks are on disk too, and come and go with the takes.
    qtbot.waitUntil(lambda: 2.0 <= freed() < 2.5)
    assert document.undo_stack.text(1) == "Delete take “A” for good"
    for _ in "BCD":
        undo(opened, qtbot)
    assert [take.name for take in document.takes] == ["B", "C", "D", "E"]
    assert opened.actions_by_name["undo"].text() == "Undo change strength", "what cannot be undone is not offered"
    undo(opened, qtbot)
    assert not document.undo_stack.canUndo()
    for _ in "abcd":
        document.undo_stack.redo()
    assert [take.name for take in document.takes] == ["E"]
