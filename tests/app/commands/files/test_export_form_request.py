"""Every choice of the export dialog reaches the exporter."""

from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest

from samstudio.app.commands.files.export_form_request import ExportFormRequest
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.export.bounce import bounce
from samstudio.audio.export.export_request import ExportRequest, Normalise, Trim
from samstudio.audio.metadata.cue import CueMarker
from samstudio.audio.playback.tracks import StemSet
from samstudio.session.mix import Mix
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take
from samstudio.ui.export.export_choices import MIX, ExportChoices

CHOICES = ExportChoices(
    Path("out"),
    template="{take} {stem}",
    audio_format=AudioFormat("wav", "24"),
    existing="number",
    gain_db=-2.0,
    keeps_length=True,
    sample_rate=44100,
    normalise=Normalise("peak", -1.0),
    fade_in=0.1,
    fade_out=0.2,
    gate=-50.0,
    trim=Trim(-40.0, 0.3),
)


@pytest.fixture
def take(tone_clip) -> Take:
    half = tone_clip.samples * np.float32(0.5)
    prompt = Prompt("bell", (Span(0.5, 0.75), Span(1.0, 1.5, Sign.MINUS)))
    return Take(
        "Take 1", prompt, SeparationSettings(), Sound(Stems(half, tone_clip.samples - half)), 0.0, tone_clip.frames
    )


@pytest.fixture
def form(tone_clip, take) -> ExportFormRequest:
    return ExportFormRequest(tone_clip, (take,), Mix(), (0.5, 1.0), None)


@pytest.fixture
def chained(form, take) -> ExportFormRequest:
    """A second take, made from the first one's residual."""
    half = take.sound.stems.residual * np.float32(0.5)
    second = replace(
        take, name="Take 2", id="2", sound=Sound(Stems(half, take.sound.stems.residual - half)), source=take.id
    )
    return replace(form, chain=(take, second))


def request_of(form: ExportFormRequest, choices: ExportChoices) -> ExportRequest:
    steps = form._mixed(choices)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_every_choice_reaches_the_request(form, take, tone_clip):
    request = request_of(form, CHOICES)
    names = ("folder", "template", "existing", "gain_db", "keeps_length", "sample_rate", "normalise")
    for name in (*names, "fade_in", "fade_out", "gate", "trim"):
        assert getattr(request, name) == getattr(CHOICES, name), name
    assert (request.format, request.take, request.clip) == (CHOICES.audio_format, "Take 1", tone_clip)
    assert request.stems.keys() == {"target", "residual"}
    assert request.stems["target"] is take.sound.stems.target
    assert "bell" in request.recipe
    assert (request.markers, request.record, request.makes_folder) == ((), {}, False)


def test_all_of_the_clip_or_the_selection(form, tone_clip):
    whole, part = (request_of(form, replace(CHOICES, selection_only=only)) for only in (False, True))
    assert (whole.start, whole.stop) == (0, tone_clip.frames)
    assert (part.start, part.stop) == (24_000, 48_000)
    none = request_of(replace(form, selection=None), replace(CHOICES, selection_only=True))
    assert (none.start, none.stop) == (0, tone_clip.frames)


def test_markers_recipe_and_own_folder_on_request(form):
    request = request_of(form, replace(CHOICES, markers=True, record=True, own_folder=True))
    assert request.markers == (CueMarker(24_000, 12_000, "+ bell"), CueMarker(48_000, 24_000, "- bell"))
    assert request.record["take"] == "Take 1"
    assert request.folder == Path("out/tone Take 1")
    assert request.makes_folder


def test_the_mix_is_rendered_as_it_is_heard(form, take, tone_clip):
    mix = Mix(master_db=-3.0).soloed(Stem.TARGET)
    request = request_of(replace(form, mix=mix), replace(CHOICES, stems=(MIX,)))
    *_, (_, heard) = bounce(mix, tone_clip, StemSet(take.sound.stems))
    assert np.array_equal(request.stems[MIX], heard)


def test_what_the_parts_add_up_to(form, chained, take, tone_clip):
    alone = request_of(form, CHOICES).whole
    assert alone.samples is tone_clip.samples
    assert (alone.parts, alone.name) == (("target", "residual"), "the clip")
    pair = request_of(chained, CHOICES).whole
    assert pair.samples is take.sound.stems.residual
    assert (pair.parts, pair.name) == (("target", "residual"), "the residual of “Take 1”")
    every = replace(CHOICES, stems=("Take 1", Stem.TARGET, Stem.RESIDUAL))
    request = request_of(chained, every)
    assert request.stems["Take 1"] is take.sound.stems.target
    assert request.whole.samples is tone_clip.samples
    assert request.whole.parts == ("Take 1", "target", "residual")


def test_a_take_whose_source_is_gone_adds_up_to_nothing_known(chained):
    orphan = replace(chained, chain=chained.chain[1:])
    assert orphan.source.earlier == ()
    assert request_of(orphan, CHOICES).whole.parts == ()


def test_the_peak_is_that_of_what_is_written(form, take):
    take.sound.stems.target[30_000] = 2.0
    # The fade reaches back from the trimmed end, where the peak is.
    take.sound.stems.target[30_100:], take.sound.stems.residual[30_100:] = 0.0, 0.0
    integer = replace(ExportChoices(Path("out")), audio_format=AudioFormat("wav", "16"))
    peaks = {}
    for name, choices in {"plain": {}, "trimmed": {"trim": Trim()}, "faded": {"trim": Trim(), "fade_out": 0.5}}.items():
        steps = [step for step in form.peak(replace(integer, **choices)) if isinstance(step, float)]
        peaks[name] = steps[-1] if steps else -inf
    assert peaks["plain"] == peaks["trimmed"] == pytest.approx(6.02, abs=0.01)
    assert peaks["faded"] < 0.0
