"""Sessions with something in every field."""

from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np

from samstudio.session.clip import Samples
from samstudio.session.correction import CellMask, Correction, Direction
from samstudio.session.mix import Mix, Strip
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.region import Region
from samstudio.session.session import ClipReference, LaneContent, LaneView, Session, ViewState
from samstudio.session.take import Candidate, Measure, Scores, SeparationSettings, Sound, SplicedPart, Stem, Stems, Take
from samstudio.session.video.objects import Click, Mark, VideoObject

RATE, FRAMES, CHANNELS = 48000, 1000, 2


def sound(seed: int) -> Samples:
    # Beyond full scale, and down to the smallest numbers there are: a session must not touch a bit.
    noise = np.random.default_rng(seed)
    made = noise.standard_normal((FRAMES, CHANNELS)).astype(np.float32) * np.float32(3)
    made[::7] = np.float32(1e-42)
    return made


def full_prompt() -> Prompt:
    spans = (Span(0.1, 0.30000000000000004), Span(0.2, 1 / 3, Sign.MINUS, 100.5, 9000.0, muted=True))
    place = VideoObject.of_regions((Region(0.1, 0.2, 0.3, 0.4), Region(0.2, 0.2, 0.3, 0.4, 1.5)))
    clicks = (Click(0.25, 0.5), Click(0.125, 1.0, positive=False))
    marks = (Mark(0.0, clicks), Mark(2.0, box=(0.1, 0.2, 0.3, 0.4), choice=2), Mark(3.5, absent=True))
    return Prompt("Gitarre “laut” 音\n", spans, (VideoObject(marks, "drummer"), replace(place, muted=True)))


def full_take() -> Take:
    first = Candidate(Sound(Stems(sound(1), sound(2)), ((0.0, 0.1),), sound(3)), Scores(0.5, 0.25, None, 1 / 3))
    second = Candidate(Sound(Stems(sound(4), sound(5))), Scores(0.75))
    third = Candidate(None, Scores(0.5, measures=(Measure("heard in + spans", 0.25), Measure("loud", 0.75))))
    options = {
        "model": "large", "judge": "judge", "preset": "best", "solver": None, "steps": 12, "watermark": False,
        "share": 0.5,
    }  # fmt: skip
    return Take(
        name="Take 1 · <b>laut</b>",
        prompt=full_prompt(),
        settings=SeparationSettings("sam-audio", "cuda:1", 123456789012, False, options),
        sound=Sound(
            second.sound.stems,
            ((0.0, 0.005), (0.01, 0.02)),
            sound(6),
            (SplicedPart(0.001, 0.002, "Take 7"),),
            Correction(-3.5).painted(CellMask(0, 5, np.full((2, 70), 200, np.uint8)), Direction.TO_TARGET, 0.5),
        ),
        seconds=1.25,
        frames_done=900,
        notices=("One.", "Two."),
        predicted=(Span(0.001, 0.002),),
        candidates=(first, second, third),
        source="another",
        starred=True,
        note="Mine.",
        suggestions=(Span(0.001, 0.002),),
    )


def plain_take(seed: int = 10, name: str = "Take 2") -> Take:
    return Take(name, Prompt("bell"), SeparationSettings(), Sound(Stems(sound(seed), sound(seed + 1))), 0.5, FRAMES)


def full_session(clip: Path = Path("/music/Ton – 音.wav")) -> Session:
    take, other = full_take(), plain_take()
    mix = Mix(master_db=-3.5).with_strip(Stem.TARGET, Strip(-60.0, -0.25, mute=True, solo=True, invert=True))
    mix = mix.with_strip(take.id, Strip(-12.5, 1.0, solo_safe=True))
    spectrogram = {"scale": "log", "fft_size": 512, "range_db": 80.5}
    lanes = {"clip": 120, "spectrogram": 300}
    lane_views = {"target": LaneView(LaneContent.BOTH, True, 2.5, has_spans=False)}
    view = ViewState(0.001, 0.0125, (0.002, 0.003), 0.01, spectrogram, (0.004, 0.005), lanes, 4.0, lane_views)
    return Session(
        ClipReference("", RATE, CHANNELS, FRAMES, str(clip), 1234, "ab" * 32),
        full_prompt(), (take, other), other.id, mix, view, SeparationSettings("sam-audio", seed=7),
    )  # fmt: skip


def assert_equal(one: object, other: object, where: str = "") -> None:
    """Equal in every field, samples to the last bit."""
    assert type(one) is type(other) or not is_dataclass(one), where
    if is_dataclass(one):
        for field in fields(one):
            assert_equal(getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}")
    elif isinstance(one, tuple):
        assert len(one) == len(other), where
        for index, (mine, yours) in enumerate(zip(one, other, strict=True)):
            assert_equal(mine, yours, f"{where}[{index}]")
    elif isinstance(one, np.ndarray):
        assert one.shape == other.shape, where
        assert one.tobytes() == other.tobytes(), where
    else:
        assert one == other, where
