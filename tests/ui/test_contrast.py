"""Contrast (WCAG 2.1, AA), computed from the theme files: 4.5 for writing, 3 for marks and what shows the focus."""

import itertools
import re
import tomllib

import pytest

from samstudio.assets import asset

THEMES = ("dark", "light")
GROUNDS = ("window", "panel", "panel_raised", "canvas")
NEWS = ("warning", "error", "success")
STEMS = ("clip", "target", "residual")

Color = tuple[float, float, float]


class Paints:
    """Roles of a theme as red, green, blue (0..1) on a ground, read from the file itself, not through the code."""

    def __init__(self, name: str) -> None:
        data = tomllib.loads(asset(f"theme/{name}.toml").read_text("utf-8"))
        self._palette, self.roles = data["palette"], data["roles"]

    def on(self, role: str, ground: Color = (0.0, 0.0, 0.0)) -> Color:
        """What is seen of a role that is laid over a ground: a role may be translucent."""
        paint, _, opacity = self.roles[role].partition(" / ")
        value, share = self._palette[paint], float(opacity or 1.0)
        color = tuple(int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return tuple(share * top + (1.0 - share) * below for top, below in zip(color, ground, strict=True))


def luminance(color: Color) -> float:
    """Relative luminance (WCAG 2.1)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: Color, b: Color) -> float:
    """Contrast ratio (WCAG 2.1), 1..21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=THEMES)
def paints(request) -> Paints:
    return Paints(request.param)


def too_weak(paints: Paints, pairs, least: float) -> list[str]:
    """Pairs of a role and the roles it lies on, lowest first, that are harder to tell apart than `least`."""
    weak = []
    for role, *grounds in pairs:
        ground = (0.0, 0.0, 0.0)
        for below in grounds:
            ground = paints.on(below, ground)
        ratio = contrast(paints.on(role, ground), ground)
        if ratio < least:
            weak.append(f"{role} on {' under '.join(grounds)}: {ratio:.2f}")
    return weak


def test_the_measure_knows_its_ends():
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21.0)
    grey = (0x77 / 255,) * 3
    assert contrast(grey, (1, 1, 1)) == pytest.approx(4.48, abs=0.01)
    assert too_weak(Paints("dark"), [("text_disabled", "panel")], 21.0)


def test_writing_on_every_ground(paints):
    writing = ("text", "text_dim", "accent", *NEWS)
    assert too_weak(paints, itertools.product(writing, GROUNDS), 4.5) == []


def test_writing_on_what_is_chosen_hovered_or_pressed(paints):
    rows = [(role, ground, "accent_soft") for role in ("text", "text_dim") for ground in GROUNDS]
    hovered = [("text", "hover"), ("text_dim", "hover"), ("accent_hover", "hover"), ("text", "pressed")]
    assert too_weak(paints, [*rows, *hovered], 4.5) == []


def test_writing_on_filled_buttons_badges_and_letters(paints):
    filled = ("accent", "accent_hover", "warning", "plus", "minus")
    assert too_weak(paints, [("accent_text", ground) for ground in filled], 4.5) == []


def test_marks_on_the_canvas(paints):
    waves = [f"{kind}_{stem}" for kind in ("wave", "rms") for stem in STEMS]
    marks = ("plus", "minus", "playhead", *waves)
    assert too_weak(paints, [(mark, "canvas") for mark in marks], 3.0) == []
    assert too_weak(paints, [(mark, "canvas", "selection") for mark in marks], 3.0) == []


def test_lamps_and_levels_on_their_ground(paints):
    lamps = ("clip_lamp", "meter_high", "meter_mid", "meter_low")
    assert too_weak(paints, [(lamp, ground) for lamp in lamps for ground in ("canvas", "panel_raised")], 3.0) == []


def test_the_focus_is_seen_everywhere(paints):
    assert too_weak(paints, [("focus", ground) for ground in (*GROUNDS, "hover")], 3.0) == []


def test_every_pair_in_the_style_sheet(paints):
    sheet = re.sub(r"/\*.*?\*/", "", asset("theme/studio.qss").read_text("utf-8"), flags=re.DOTALL)
    pairs = []
    for selectors, block in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        ground = re.search(r"(?<![-\w])background(?:-color)?:\s*\$(\w+)", block)
        writing = re.search(r"(?<![-\w])color:\s*\$(\w+)", block)
        if ground and writing and "disabled" not in selectors:
            pairs.append((writing[1], "panel", ground[1]))
    assert len(pairs) > 5
    assert too_weak(paints, pairs, 4.5) == []
