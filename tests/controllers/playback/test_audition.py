"""Which stems are seen and heard: the recording, the take that is built, the current take, a blind test's."""

import numpy as np
import pytest

from samstudio.controllers.analysis.loudness_measurement import LoudnessMeasurement
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.controllers.playback.audition import Audition
from samstudio.controllers.playback.comparing import Comparing
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.corrector import Corrector
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.controllers.separation.separator import Separator
from samstudio.session.cell_grid import CellGrid
from samstudio.session.correction import CellMask, Direction
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take

RAMP = 480
"""Frames in which the mixer goes from one sound to another."""


class RecordedStems:
    """Records what the mixer is given to play."""

    def __init__(self, mixing, monkeypatch):
        self.given = []
        set_stems = mixing.set_stems
        monkeypatch.setattr(mixing, "set_stems", lambda stems: (self.given.append(stems), set_stems(stems)))

    @property
    def last(self):
        return self.given[-1]


@pytest.fixture
def separator(document, tmp_path):
    separator = Separator(document, PaceHistory(tmp_path / "paces.json"))
    yield separator
    separator.shut_down()


@pytest.fixture
def renderer(qapp):
    renderer = TimelineRenderer()
    yield renderer
    renderer.close()


@pytest.fixture
def mixing(qapp):
    return Mixing()


@pytest.fixture
def played(mixing, monkeypatch) -> RecordedStems:
    return RecordedStems(mixing, monkeypatch)


@pytest.fixture
def comparing(document, background) -> Comparing:
    return Comparing(document, LoudnessMeasurement(background))


@pytest.fixture
def corrector(document, background) -> Corrector:
    return Corrector(document, background, lambda: 0.0)


@pytest.fixture
def audition(document, separator, corrector, comparing, mixing, renderer, played, tone_clip):
    transport = Transport()
    made = Audition(document, separator, corrector, comparing, mixing, transport, renderer)
    document.open(tone_clip)
    yield made
    transport.close()


def add(document, name: str, source: str = "") -> Take:
    """A take whose target is half of what it was separated from."""
    samples = next((take.sound.stems.residual for take in document.takes if take.id == source), document.clip.samples)
    half = samples * np.float32(0.5)
    take = Take(
        name, Prompt(name), SeparationSettings(), Sound(Stems(half, samples - half)), 0.1, len(samples), source=source
    )
    document.add_take(take)
    return take


def start(separator, document, source: Take | None = None) -> None:
    separator.start(document.clip, Prompt("tone"), SeparationSettings(), "take", source=source)


def test_the_stems_of_the_current_take_are_seen_and_heard(audition, document, played):
    shown = []
    audition.stems_changed.connect(shown.append)
    first, second = add(document, "one"), add(document, "two")
    document.select_take(0)
    document.select_take(None)
    assert shown == [first.sound.stems, second.sound.stems, first.sound.stems, None]
    assert played.last is None


def test_a_take_is_heard_while_it_is_built_as_far_as_it_has_come(
    audition, document, separator, played, fake_engine, qtbot, tone_clip
):
    with qtbot.waitSignal(separator.finished) as finished:
        start(separator, document)
    growing = [stems for stems in played.given if stems is not None and stems.ready is not None]
    assert [stems.ready for stems in growing] == [0, 24000, 48000, 72000, 96000]
    assert all(stems.whole is tone_clip.samples for stems in growing)
    assert audition.stems is finished.args[0].sound.stems
    assert (played.last.stems, played.last.ready, played.last.whole) == (audition.stems, None, None)


def test_who_listens_to_another_take_meanwhile_keeps_hearing_it_until_the_new_one_is_done(
    audition, document, separator, played, fake_engine, qtbot
):
    other = add(document, "other")
    separator.started.connect(lambda _stems: (document.select_take(None), document.select_take(0)))
    lasts = []
    separator.stems_grew.connect(lambda _frames: lasts.append(played.last.stems))
    with qtbot.waitSignal(separator.finished) as finished:
        start(separator, document)
    assert lasts == [other.sound.stems] * 4
    assert audition.stems is finished.args[0].sound.stems


def test_a_take_of_a_residual_is_heard_with_the_targets_before_it(
    audition, document, separator, played, fake_engine, qtbot
):
    earlier = []
    audition.earlier_changed.connect(earlier.append)
    first = add(document, "one")
    separator.started.connect(lambda _stems: earlier.append("built"))
    with qtbot.waitSignal(separator.finished):
        start(separator, document, source=first)
    assert earlier[earlier.index("built") - 1] == (first,)
    assert list(played.last.earlier) == [first.id]
    total = sum(played.last.samples)
    assert np.abs(total - document.clip.samples).max() < 1e-6
    document.delete_take(0)
    assert played.last.earlier == {}
    assert earlier[-1] == ()


def test_a_failed_separation_leaves_the_current_take(audition, document, separator, monkeypatch, qtbot):
    class Failing:
        def separate(self, request):
            yield from ()
            raise ZeroDivisionError

    monkeypatch.setattr("samstudio.controllers.separation.engine_thread.create_engine", lambda _name: Failing())
    take = add(document, "one")
    shown = []
    audition.stems_changed.connect(shown.append)
    with qtbot.waitSignal(separator.failed):
        start(separator, document)
    assert [stems is take.sound.stems for stems in shown] == [False, True]


def test_a_blind_test_is_heard_and_not_seen(audition, document, played):
    seen, hidden = add(document, "seen"), Stems(document.clip.samples, document.clip.samples)
    audition.audition_blind(hidden, -3.0)
    assert (played.last.stems, played.last.stems_db) == (hidden, -3.0)
    assert audition.stems is seen.sound.stems
    audition.audition_blind(None)
    assert played.last.stems is seen.sound.stems


def test_the_level_match_of_a_and_b_is_heard(audition, document, comparing, played, qtbot):
    add(document, "quiet")
    add(document, "loud", document.takes[0].id)
    comparing.follow_mix(Mix().soloed(Stem.RESIDUAL))
    comparing.gain_db = -4.0
    comparing.gain_changed.emit(-4.0)
    assert played.last.stems_db == -4.0


def test_another_recording_is_heard_whole(audition, document, mixing, renderer, tone_clip, qtbot):
    add(document, "one")
    before = mixing.mixer
    drawn = []
    renderer.peaks_changed.connect(lambda stem, _peaks: drawn.append(stem))
    document.open(tone_clip)
    assert audition.stems is None
    assert mixing.mixer is not before
    audition.extend_clip(tone_clip.frames)
    qtbot.waitUntil(lambda: Stem.CLIP in drawn)


def test_a_stroke_draws_only_what_it_changed(document, audition, corrector, renderer, played, qtbot, monkeypatch):
    take = add(document, "first")
    replaced = []
    monkeypatch.setattr(renderer, "replace_source", lambda *args: replaced.append(args))
    hop = CellGrid(document.clip.sample_rate).hop
    with qtbot.waitSignal(corrector.applied):
        corrector.paint(CellMask(20, 3, np.full((10, 9), 255, np.uint8)), Direction.TO_TARGET, 1.0, "Paint")
    stems = document.current_take.sound.stems
    assert stems is not take.sound.stems
    assert audition.stems is stems
    changed = 18 * hop, 31 * hop
    assert replaced == [(Stem.TARGET, stems.target, changed), (Stem.RESIDUAL, stems.residual, changed)]
    assert played.last.stems is stems


def test_a_strength_is_heard_from_the_playhead_on_before_it_is_whole(document, audition, corrector, played, qtbot):
    take = add(document, "first")
    seen = []
    corrector.preview_changed.connect(lambda _: seen.append(played.last))
    with qtbot.waitSignal(corrector.applied):
        corrector.set_strength(6.0)
    first = seen[0]
    assert first.stems is document.current_take.sound.stems
    assert first.elsewhere is take.sound.stems
    assert first.since <= 0 < first.ready
    assert played.last.stems is first.stems
    assert played.last.elsewhere is None
