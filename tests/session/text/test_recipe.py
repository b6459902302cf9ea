from dataclasses import replace

import numpy as np
import pytest

from samstudio import __version__
from samstudio.separation.registry import checked_settings, settings_table
from samstudio.session.correction import CellMask, Correction, Direction
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.region import Region
from samstudio.session.take import SeparationSettings, Sound, Stems, Take
from samstudio.session.text.recipe import recipe_facts, recipe_text, span_text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Span(1.5, 3), "+1.5:3"),
        (Span(0, 3661.000125, Sign.MINUS), "-0:3661.000125"),
        (Span(10, 20, Sign.PLUS, 0, 4000.5), "+10:20:0:4000.5"),
    ],
)
def test_spans_as_they_are_typed(span, text):
    assert span_text(span) == text


def test_a_recipe_names_all_that_was_used_and_nothing_else():
    prompt = Prompt(" a bell ", (Span(1, 2), Span(3, 4, Sign.MINUS), Span(5, 6, muted=True)))
    assert recipe_text(prompt, SeparationSettings(seed=7)) == (
        f"SAM Studio {__version__}, engine spectral, seed 7, prompt “a bell”, spans +1:2 -3:4"
    )
    assert recipe_text(Prompt("hum"), SeparationSettings(silent_in_minus=False)) == (
        f"SAM Studio {__version__}, engine spectral, seed 0, prompt “hum”, target not silenced in - spans"
    )


def test_sam_audio_says_which_model_and_what_was_chosen():
    choices = {"model": "/home/me/weights/small", "steps": 8, "watermark": False}
    settings = checked_settings(SeparationSettings("sam-audio", options=choices))
    text = recipe_text(Prompt("flute"), settings, settings_table("sam-audio"))
    assert text.endswith("model small, preset balanced, mode generated, watermark false, steps 8")
    assert "/home" not in text


def test_a_region_is_named_with_times_only_where_it_moves():
    place, later = Region(0.1, 0.25, 0.5, 1 / 3), Region(0, 0, 1, 1, time=2.5)
    settings = SeparationSettings("sam-audio", options={"model": "small"})
    table = settings_table("sam-audio")
    assert ", region 0.1:0.25:0.5:0.333333, model" in recipe_text(Prompt().with_regions(place), settings, table)
    moving = recipe_text(Prompt().with_regions(place, later), settings, table)
    assert ", region 0@0.1:0.25:0.5:0.333333 2.5@0:0:1:1, model" in moving


def test_a_recipe_says_what_was_corrected():
    correction = Correction(-3.5)
    assert recipe_text(Prompt("hum"), SeparationSettings(), correction=correction).endswith(", strength -3.5 dB")
    mask = CellMask(0, 0, np.full((1, 1), 255, np.uint8))
    once = correction.painted(mask, Direction.TO_TARGET, 0.5)
    assert recipe_text(Prompt("hum"), SeparationSettings(), correction=once).endswith(
        ", strength -3.5 dB, edited by hand: 1 stroke"
    )
    twice = replace(once.painted(mask, Direction.TO_RESIDUAL, 1.0), strength_db=0.0)
    assert recipe_text(Prompt("hum"), SeparationSettings(), correction=twice).endswith(
        "“hum”, edited by hand: 2 strokes"
    )
    assert "hand" not in recipe_text(Prompt("hum"), SeparationSettings(), correction=Correction())


def test_a_record_says_what_was_corrected():
    samples = np.zeros((10, 1), np.float32)
    sound = Sound(Stems(samples, samples))
    take = Take("Take 1", Prompt("hum"), SeparationSettings(), sound, 1.0, 10)
    assert "corrected" not in recipe_facts(take, (), settings_table)
    stronger = replace(take, sound=replace(sound, correction=Correction(2.0)))
    assert recipe_facts(stronger, (), settings_table)["corrected"] == ["strength +2.0 dB"]
