import numpy as np
import pytest
import torch

from samstudio.separation.engine import SeparationError, SeparationRequest
from samstudio.separation.marks import Marks
from samstudio.separation.spectral.material import Piece
from samstudio.separation.spectral.special.hum import find_hum, find_hum_anywhere
from samstudio.separation.spectral.special.impulses import Impulses, find_impulses
from samstudio.separation.spectral.special.recognise import HUM_SCALE, IMPULSE_SCALE
from samstudio.separation.stft import StftGrid
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings
from tests.separation.spectral.scenes import Scene, harmonics, improvement, minus, pcm, plus, separate

RATE = 16000
SECONDS = 6.0
TIMES = np.arange(round(RATE * SECONDS)) / RATE
SEED = 3
RANDOM = np.random.default_rng(SEED)


@pytest.fixture(autouse=True)
def _the_same_draws(monkeypatch):
    """Which tests ran before in this process changes nothing."""
    monkeypatch.setitem(globals(), "RANDOM", np.random.default_rng(SEED))


def melody():
    """Notes of 0.3 s, each with its own decay."""
    notes = RANDOM.choice([220.0, 262.0, 330.0, 392.0], size=20)
    note = (TIMES / 0.3).astype(int)
    return 0.2 * harmonics(TIMES, notes[note], 5) * np.exp(-6 * (TIMES % 0.3))


def scene(target, background, prompt):
    return Scene(pcm(target[:, None]), pcm(background[:, None]), RATE, prompt)


LATE, EARLY = TIMES > 2.0, TIMES < 2.0
SPANS = (plus(3.0, 5.0), minus(0.1, 1.8))


def clicks():
    sound = np.zeros_like(TIMES)
    sound[RANDOM.choice(np.nonzero(LATE)[0], 150)] = RANDOM.choice([-0.9, 0.9], 150)
    return sound


def hum():
    return 0.1 * sum(np.sin(2 * np.pi * 50.02 * k * TIMES + k * k) / k**0.5 for k in range(1, 40))


def hiss():
    return 0.02 * RANDOM.standard_normal(len(TIMES))


def test_impulses_are_recognised():
    case = scene(clicks(), melody(), Prompt(spans=SPANS))
    assert improvement(case, separate(case.request)) > 12


def test_hum_is_recognised():
    case = scene(hum() * LATE, melody(), Prompt(spans=SPANS))
    assert improvement(case, separate(case.request)) > 12


def test_steady_noise_is_recognised():
    case = scene(hiss() * LATE, melody(), Prompt(spans=SPANS))
    assert improvement(case, separate(case.request)) > 10


def test_steady_noise_without_any_minus_span():
    case = scene(hiss(), melody(), Prompt(spans=(plus(0.0, 6.0),)))
    assert improvement(case, separate(case.request)) > 6


@pytest.mark.parametrize(
    ("text", "sound", "wanted"), [("hum", hum, 10), ("hiss", hiss, 8), ("clicks", clicks, 8), ("50 Hz buzz", hum, 10)]
)
def test_a_word_alone_is_understood_and_called_rough(text, sound, wanted):
    case = scene(sound(), melody(), Prompt(text))
    outcome = separate(case.request)
    assert improvement(case, outcome) > wanted
    assert outcome.notices[0].startswith("Rough")
    assert np.array_equal(outcome.target + outcome.residual, case.clip)


@pytest.mark.parametrize(
    ("text", "heard", "sentence"),
    [
        ("hum", hiss, "hardly any mains hum"),
        ("clicks", hiss, "hardly any click or crackle"),
        ("hiss", melody, "hardly any steady noise"),
    ],
)
def test_a_special_sound_that_is_not_there_is_not_made_up(text, heard, sentence):
    case = scene(heard(), melody(), Prompt(text))
    with pytest.raises(SeparationError, match=sentence):
        separate(case.request)


def syllables():
    """Bursts of noise, each with its own level and colour, some after a short pause."""
    sound = np.zeros_like(TIMES)
    for start in np.arange(0.0, SECONDS - 0.3, 0.21):
        burst = np.fft.rfft(RANDOM.standard_normal(round(0.2 * RATE)))
        kept = np.abs(np.linspace(0, 8, len(burst)) - RANDOM.uniform(1, 7)) < 1.5
        first = round(start * RATE)
        grain = np.fft.irfft(burst * (0.03 + kept), round(0.2 * RATE)) * np.hanning(round(0.2 * RATE))
        sound[first : first + len(grain)] += 10 ** RANDOM.uniform(-2.5, -1) * grain
    return sound


@pytest.mark.parametrize(
    ("text", "sentence"), [("hiss", "hardly any steady noise"), ("clicks", "hardly any click or crackle")]
)
def test_what_comes_and_goes_is_neither_hiss_nor_clicks(text, sentence):
    case = scene(syllables(), np.zeros_like(TIMES), Prompt(text))
    with pytest.raises(SeparationError, match=sentence):
        separate(case.request)


def test_hiss_in_the_pauses_of_what_comes_and_goes_is_found():
    case = scene(0.1 * hiss(), syllables(), Prompt("hiss"))
    assert improvement(case, separate(case.request)) > 8


@pytest.mark.parametrize(("loudness", "most_lost"), [(1.5, 0.0), (5.0, 0.0), (15.0, 0.5)])
def test_hiss_that_drowns_all_else_is_left_as_it_is(loudness, most_lost):
    case = scene(loudness * hiss(), 0.2 * melody(), Prompt("hiss"))
    assert improvement(case, separate(case.request)) > -most_lost


def test_a_single_faint_click_is_found():
    sound = syllables()
    sound[round(3.1 * RATE)] += 0.3
    assert separate(scene(sound, np.zeros_like(TIMES), Prompt("click")).request).target.any()


def test_a_steady_tone_is_no_noise():
    case = scene(0.1 * np.sin(2 * np.pi * 1001 * TIMES), np.zeros_like(TIMES), Prompt("hiss"))
    with pytest.raises(SeparationError, match="hardly any steady noise"):
        separate(case.request)


@pytest.mark.parametrize("text", ["hum", "hiss", "clicks", "bird"])
def test_a_silent_clip_is_called_silent(text):
    case = scene(np.zeros_like(TIMES), np.zeros_like(TIMES), Prompt(text))
    with pytest.raises(SeparationError, match=f"is silent: .*{text}"):
        separate(case.request)


def test_minus_spans_silence_what_a_word_finds():
    case = scene(hiss(), melody(), Prompt("hiss", (minus(1.0, 2.0),)))
    target = separate(SeparationRequest(case.clip, RATE, case.prompt, SeparationSettings(device="cpu"))).target
    assert not target[round(1.1 * RATE) : round(1.9 * RATE)].any()
    assert target[round(2.1 * RATE) : round(2.9 * RATE)].any()


@pytest.mark.parametrize(
    ("fundamental", "named", "found"), [(50.02, False, True), (49.0, False, False), (49.0, True, True)]
)
def test_a_low_note_is_no_hum_unless_the_text_says_so(fundamental, named, found):
    comb = 0.1 * sum(np.sin(2 * np.pi * fundamental * k * TIMES + k * k) / k**0.5 for k in range(1, 40))
    grid = StftGrid(RATE, torch.device("cpu"), HUM_SCALE)
    piece = Piece(torch.from_numpy((comb + melody()).astype(np.float32))[None], 0, (0.0, SECONDS))
    hum = result_of(find_hum(grid, [piece], Marks(((0.0, SECONDS),), (), (), ()), named))
    assert (hum is not None) == found


def comb(fundamental, harmonics=20):
    return 0.1 * sum(np.sin(2 * np.pi * fundamental * k * TIMES + k * k) / k**0.5 for k in range(1, harmonics + 1))


@pytest.mark.parametrize(
    ("sound", "found"),
    [
        (comb(60.1, 30), True),
        (comb(50.05, 2), True),
        (comb(60.1, 30) * ((TIMES > 1.4) & (TIMES < 6)), True),
        (comb(60.1, 30) * (TIMES > 4.9), False),
        # A chord of G, its notes 2 % off the mains, and its lowest string alone.
        (comb(49.0, 4) + comb(147.0, 6) + comb(196.0, 5), False),
        (comb(49.0, 2), False),
    ],
    ids=["mains", "few harmonics", "some of the time", "less than a hum lasts", "chord", "low note"],
)
def test_a_word_finds_a_hum_by_all_of_its_harmonics(sound, found):
    piece = Piece(torch.from_numpy((sound + melody()).astype(np.float32))[None], 0, (0.0, SECONDS))
    hum = result_of(find_hum_anywhere(StftGrid(RATE, torch.device("cpu"), HUM_SCALE), [piece]))
    assert (hum is not None) == found


@pytest.mark.parametrize("numbers", [(1,), (1, 3)])
def test_a_hum_of_few_harmonics_is_taken_all_the_time_also_where_nothing_else_is(numbers):
    hum = sum(0.03 * np.sin(2 * np.pi * 50 * number * TIMES + number) for number in numbers)
    case = scene(hum, melody() * LATE, Prompt("hum"))
    outcome = separate(case.request)
    for second in range(1, 5):
        part = slice(second * RATE, (second + 1) * RATE)
        missed = outcome.target[part, 0] - case.target[part, 0]
        assert np.square(missed).mean() < 0.05 * np.square(case.target[part]).mean()


def test_a_clip_that_is_nothing_but_hum_is_hum():
    case = scene(0.1 * np.sin(2 * np.pi * 50 * TIMES), np.zeros_like(TIMES), Prompt("hum"))
    assert np.square(separate(case.request).residual).mean() < 0.02 * np.square(case.clip).mean()


def result_of(steps):
    """What `steps` returns at its end."""

    def walk():
        found.append((yield from steps))

    found = []
    list(walk())
    return found[0]


def drops():
    """Rain: so many soft drops that hardly one rises above the others."""
    random = np.random.default_rng(5)
    sound = np.zeros_like(TIMES)
    for start in random.choice(np.nonzero(LATE)[0], 30_000):
        length = min(len(sound) - start, 320)
        decay = np.exp(-np.arange(length) / 60)
        sound[start : start + length] += random.exponential(0.01) * random.standard_normal(length) * decay
    return sound


@pytest.mark.parametrize(("sound", "found"), [(clicks, True), (drops, False)])
def test_impulses_are_much_of_what_is_heard(sound, found):
    """Rain beside a clean tone: its impulsive part rises far more than the steady, but it is a small part of it."""
    tone = 0.02 * harmonics(TIMES, 220.0, 5)
    piece = Piece(torch.from_numpy((sound() + tone).astype(np.float32))[None], 0, (0.0, SECONDS))
    impulses = Impulses(StftGrid(RATE, torch.device("cpu"), IMPULSE_SCALE))
    assert result_of(find_impulses(impulses, [piece], ((3.0, 5.0),), ((0.1, 1.8),))) == found
