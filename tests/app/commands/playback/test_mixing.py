"""The leaves of a stem tree in the mixer: heard, shown, compared, copied, bounced, saved."""

import numpy as np
import pytest
import soundfile
from PySide6.QtGui import QGuiApplication

from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem
from samstudio.ui.export.export_choices import MIX, ExportChoices
from samstudio.ui.export.export_dialog import ExportDialog
from tests.app.commands.files.session_work import reopen, save_as

RAMP = 480


@pytest.fixture
def tree(card, opened, qtbot):
    """A window with three takes, each out of what the one before left; the third is current."""
    for _ in range(3):
        with qtbot.waitSignal(opened.container.separator.finished):
            opened.commands.separation.start(opened.container.document.current_take)
    opened.container.document.rename_take(0, "Bell")
    opened.actions_by_name["hear_mix"].trigger()
    return opened


def output(window, card, frames=9600):
    """What plays from the start on, without the fade that begins it."""
    window.container.transport.play(0.0)
    sound = card.pull(frames)
    window.container.transport.stop()
    card.pull(480)
    return sound[RAMP:]


def test_each_stem_has_a_strip_and_by_default_together_they_are_the_recording(tree, card, tone_clip):
    document, panel = tree.container.document, tree.mixer_panel
    first, second, _ = document.takes
    assert list(panel.strips) == [*Stem, first.id, second.id]
    assert panel.strips[first.id].name.text() == "Bell"
    for place in (2, 1, 0):
        document.select_take(place)
        assert list(panel.strips) == [*Stem, *(take.id for take in document.takes[:place])]
        assert np.array_equal(output(tree, card), tone_clip.samples[RAMP:9600])
    # Going along the chain while it plays is inaudible.
    document.select_take(2)
    tree.container.transport.play(0.0)
    pieces = [card.pull(4800)]
    for place in (1, 0, 2, 0, 1, 2):
        tree.container.document.select_take(place)
        pieces.append(card.pull(4800))
    whole = np.concatenate(pieces)
    assert np.abs(whole - tone_clip.samples[: len(whole)])[RAMP:].max() < 1e-6
    # Keys mute and solo a stem.
    tree.container.transport.stop()
    card.pull(480)
    first, second, third = tree.container.document.takes
    tree.mixer_panel.strips[first.id].touched.emit()
    tree.actions_by_name["solo_strip"].trigger()
    assert np.array_equal(output(tree, card), first.sound.stems.target[RAMP:9600])
    assert not any(segment.isChecked() for segment in tree.transport_bar.segments.values())
    tree.actions_by_name["hear_target"].trigger()
    assert np.array_equal(output(tree, card), third.sound.stems.target[RAMP:9600])
    assert tree.transport_bar.segments[Stem.TARGET].isChecked()
    tree.container.mixing.set_mix(Mix())
    tree.actions_by_name["mute_strip"].trigger()
    assert np.array_equal(
        output(tree, card), second.sound.stems.residual[RAMP:9600] + second.sound.stems.target[RAMP:9600]
    )
    # Without the target the other stems stay.
    first, second, third = tree.container.document.takes
    tree.container.mixing.set_mix(Mix().with_strip(second.id, Strip(mute=True)))
    tree.actions_by_name["without_target"].trigger()
    expected = third.sound.stems.residual + first.sound.stems.target
    assert np.array_equal(output(tree, card), expected[RAMP:9600])
    tree.actions_by_name["without_target"].trigger()
    assert tree.container.mixing.mix == Mix().with_strip(second.id, Strip(mute=True))


def test_while_the_next_take_grows_the_recording_is_heard_too(tree, card, tone_clip, qtbot):
    document, before = tree.container.document, {}
    third = document.current_take

    def listen(_stems):
        before["strips"] = list(tree.mixer_panel.strips)
        before["output"] = output(tree, card)

    tree.container.separator.started.connect(listen)
    with qtbot.waitSignal(tree.container.separator.finished):
        tree.commands.separation.start(third)
    assert before["strips"] == [*Stem, *(take.id for take in document.takes[:3])]
    assert np.array_equal(before["output"], tone_clip.samples[RAMP:9600])
    assert document.current_take.source == third.id
    assert np.array_equal(output(tree, card), tone_clip.samples[RAMP:9600])


def test_a_stem_is_copied_deleted_with_its_take_and_matched_where_it_is_heard_alone(tree, card, qtbot):
    first = tree.container.document.takes[0]
    tree.mixer_panel.focus_strip(first.id)
    with qtbot.waitSignal(
        tree.commands.stem_drag_out.noted, check_params_cb=lambda text: "is on the clipboard" in text
    ):
        tree.actions_by_name["copy_stem"].trigger()
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    assert url.toLocalFile().endswith("_Bell_target.wav")
    assert np.array_equal(soundfile.read(url.toLocalFile(), dtype="float32")[0], first.sound.stems.target)
    # What a deleted take took out is heard no more, and its strip is gone.
    document = tree.container.document
    first, second, _ = document.takes
    tree.container.mixing.set_mix(Mix().with_strip(first.id, Strip(solo=True)))
    document.delete_take(0)
    assert list(tree.mixer_panel.strips) == [*Stem, second.id]
    # Its solo went with it: what is left of the chain adds up to what it left.
    assert np.array_equal(output(tree, card), first.sound.stems.residual[RAMP:9600])
    assert set(tree.container.session_saver.session(tree.container.document.recording).mix.strips) == set(Stem)
    # Levels are matched only where one stem is all that is heard.
    comparing, mixing = tree.container.comparing, tree.container.mixing
    comparing.match_levels(True)
    # The residual alone, and what other takes took out: with those it is no stem that could be matched.
    mixing.set_mix(Mix().with_strip(Stem.TARGET, Strip(mute=True)))
    assert not comparing.comparison.measuring
    assert comparing.comparison.offsets_db is None
    mixing.set_mix(Mix().soloed(Stem.RESIDUAL))
    assert comparing.comparison.measuring or comparing.comparison.offsets_db is not None


def test_the_bounce_is_what_is_audible_and_the_strips_come_back_with_the_session(
    tree, card, tmp_path, tone_clip, monkeypatch, qtbot
):
    first, *_ = tree.container.document.takes
    mix = Mix(master_db=-1.5).with_strip(first.id, Strip(-6.0, 0.4, invert=True))
    tree.container.mixing.set_mix(mix.with_strip(Stem.RESIDUAL, Strip(mute=True)))
    played = output(tree, card, tone_clip.frames)
    tree.actions_by_name["export"].trigger()
    dialog = tree.findChild(ExportDialog)
    dialog.export_requested.emit(ExportChoices(tmp_path, stems=(MIX,)))
    qtbot.waitUntil(dialog.report.isVisible)
    dialog.close()
    (path,) = tmp_path.glob("*_mix.wav")
    written = soundfile.read(path, dtype="float32")[0]
    # The last 5 ms fade out in the air.
    assert np.array_equal(written[RAMP:-RAMP], played[: len(written) - 2 * RAMP])
    assert not np.allclose(written, tone_clip.samples, atol=0.01)
    # The strips come back with the session.
    first, second, _ = tree.container.document.takes
    mix = Mix().with_strip(first.id, Strip(-6.0, 0.25)).with_strip(second.id, Strip(mute=True, solo_safe=True))
    tree.container.mixing.set_mix(mix)
    before = output(tree, card)
    folder = tmp_path / "Tree.samstudio"
    save_as(tree, folder, monkeypatch, qtbot)
    tree.actions_by_name["close"].trigger()
    assert list(tree.mixer_panel.strips) == list(Stem)
    reopen(tree, folder, qtbot)
    assert tree.container.mixing.mix == mix
    assert list(tree.mixer_panel.strips) == [*Stem, first.id, second.id]
    assert tree.mixer_panel.strips[first.id].fader.level == -6.0
    assert tree.mixer_panel.strips[second.id].mute.isChecked()
    assert np.array_equal(output(tree, card), before)
