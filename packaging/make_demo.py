"""Play the bundled demo: an electric piano trio, and a bird that sings through the open window.

Everything is computed here: no samples, no recordings, no soundfonts, so the result is ours to give away.
`python packaging/make_demo.py` writes resources/demo/demo.flac again, sample for sample;
`--stems FOLDER` also writes the bird and the trio apart, to measure a separation against the truth.
"""

import argparse
from pathlib import Path

import numpy as np
import soundfile

RATE = 44100
BEAT = 60 / 88  # seconds
SECONDS = 19.0
LEAD_IN = 0.15  # seconds before the first beat
SWING = 0.6  # where in its beat the second eighth falls
DEMO = Path(__file__).parents[1] / "resources" / "demo" / "demo.flac"

Sound = np.ndarray  # float64, (frames,) or (frames, 2)

# One entry for each bar. MIDI notes; positions and lengths in beats; velocities 0..1.
CHORDS = (
    (53, 57, 60, 64),  # Dm9
    (53, 57, 59, 64),  # G13
    (52, 55, 59, 62),  # Cmaj9
    (55, 59, 60, 64),  # Am9
    (53, 57, 60, 64),  # Dm9
    (53, 57, 59, 64),  # G13
    (52, 57, 62, 67),  # C6/9
)
BASS = (  # (beat, note, length)
    ((0, 38, 1.4), (1.5, 38, 0.4), (2, 45, 1.2), (3.5, 44, 0.4)),
    ((0, 43, 1.4), (2, 38, 1.2), (3.5, 37, 0.4)),
    ((0, 36, 1.4), (1.5, 36, 0.4), (2, 43, 1.2), (3.5, 44, 0.4)),
    ((0, 45, 1.4), (2, 40, 1.2), (3.5, 39, 0.4)),
    ((0, 38, 1.4), (1.5, 38, 0.4), (2, 45, 1.2), (3.5, 44, 0.4)),
    ((0, 43, 1.4), (2, 43, 0.6), (3, 38, 0.5), (3.5, 37, 0.4)),
    ((0, 36, 3.6),),
)
MELODY = (  # (beat, note, velocity)
    ((1.5, 69, 0.5), (2, 72, 0.6), (2.5, 76, 0.7)),
    ((0, 74, 0.6), (3, 67, 0.45), (3.5, 69, 0.5)),
    ((0, 71, 0.6), (1.5, 67, 0.4)),
    ((2, 72, 0.5), (2.5, 76, 0.6), (3, 79, 0.65), (3.5, 76, 0.5)),
    ((0, 77, 0.6), (1.5, 72, 0.45)),
    ((3, 69, 0.5), (3.5, 71, 0.55)),
    ((0.03, 71, 0.55), (0.5, 74, 0.4)),
)
LAST_BAR = len(CHORDS) - 1
CHORD_HITS = ((0, 1.7, 0.62), (1.5, 0.5, 0.42), (2.5, 1.4, 0.5))  # (beat, length, velocity)
LAST_HIT = ((0, 3.6, 0.6),)

WHISTLES = (  # (second, length, level, kHz along the way), three phrases of them
    (4.15, 0.20, 0.8, (2.33, 2.37, 2.35)),
    (4.40, 0.16, 0.9, (3.10, 3.16, 3.14)),
    (4.61, 0.30, 1.0, (2.85, 2.64, 2.60, 2.64)),
    (4.97, 0.28, 0.9, (3.50, 3.55, 3.10, 2.34)),
    (7.85, 0.13, 0.7, (2.64, 2.66)),
    (8.02, 0.13, 0.8, (2.64, 2.68)),
    (8.21, 0.34, 1.0, (3.90, 3.95, 3.55, 3.14)),
    (8.61, 0.22, 0.9, (2.10, 2.34, 2.36)),
    (8.87, 0.20, 0.8, (3.14, 3.20, 2.64)),
    (12.60, 0.22, 0.8, (2.33, 2.38, 2.35)),
    (12.88, 0.30, 1.0, (2.60, 3.14, 3.17, 3.14)),
    (13.24, 0.17, 0.9, (3.52, 3.54)),
    (13.46, 0.36, 1.0, (3.95, 3.85, 2.95, 2.64)),
    (13.88, 0.18, 0.7, (2.10, 2.12)),
)
TWITTERS = (5.31, 9.15, 14.12)  # the second at which each phrase ends in a burst of chirps
CHIRPS = ((0.0, 0.05), (0.075, 0.045), (0.14, 0.05), (0.215, 0.045), (0.28, 0.06))  # (second, length)


def main() -> None:
    """Write the demo, and its stems where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stems", type=Path, metavar="FOLDER", help="also write target.flac and rest.flac here")
    options = parser.parse_args()
    target, rest = render()
    DEMO.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(DEMO, target + rest, RATE, subtype="PCM_16", compression_level=1.0)
    if options.stems:
        options.stems.mkdir(parents=True, exist_ok=True)
        soundfile.write(options.stems / "target.flac", target, RATE, subtype="PCM_16")
        soundfile.write(options.stems / "rest.flac", rest, RATE, subtype="PCM_16")


def render() -> tuple[np.ndarray, np.ndarray]:
    """Bird and trio, int16 (frames, 2); the demo is their sum, so the two are the truth to the last bit."""
    rng = np.random.default_rng(88)
    trio, bird = play_trio(rng), play_bird(rng)
    return to_16_bit(bird), to_16_bit(trio)


def to_16_bit(sound: Sound) -> np.ndarray:
    """Round to the grid of 16-bit files."""
    return np.round(sound * 32768).astype(np.int16)


# --- The trio ---


def play_trio(rng: np.random.Generator) -> Sound:
    """Electric piano, bass and brushes in one room and on one tape, (frames, 2)."""
    keys, bass, kit = silence(), silence(), silence()
    for bar in range(len(CHORDS)):
        play_keys(keys, bar, rng)
        for beat, note, length in BASS[bar]:
            add(bass, bass_note(note, length * BEAT, rng.uniform(0.85, 1)), when(bar, beat, rng), 0.0)
        play_kit(kit, bar, rng)
    keys = presence(stereo_tremolo(keys))
    dry = 0.32 * keys + 0.52 * bass + 0.72 * kit
    room = reverb(0.32 * keys + 0.04 * bass + 0.40 * kit, 1.1, rng)
    air = 2e-5 * rng.standard_normal(dry.shape)
    return fade_out(tape(0.8 * (dry + 0.22 * room)) + air, 0.8)


def play_keys(keys: Sound, bar: int, rng: np.random.Generator) -> None:
    """One bar of electric piano: strummed chords about the middle, the melody a little to the right."""
    for beat, length, velocity in LAST_HIT if bar == LAST_BAR else CHORD_HITS:
        for voice, note in enumerate(CHORDS[bar]):
            strum = 0.011 * voice * rng.uniform(0.6, 1.4)
            sound = piano_note(note, length * BEAT, velocity * rng.uniform(0.88, 1.12))
            add(keys, sound, when(bar, beat, rng) + strum, -0.15 + 0.1 * voice)
    for beat, note, velocity in MELODY[bar]:
        length = 3.4 if bar == LAST_BAR else 1.3
        add(keys, 1.3 * piano_note(note, length * BEAT, velocity), when(bar, beat, rng), 0.15)


def play_kit(kit: Sound, bar: int, rng: np.random.Generator) -> None:
    """One bar of brushes: kick, cross-stick on two and four, a shaker on swung eighths; the last bar only ends it."""
    if bar == LAST_BAR:
        add(kit, kick(0.8), when(bar, 0, rng), 0.0)
        add(kit, brush(0.6, 1.2, rng), when(bar, 0, rng), -0.25)
        return
    for beat, level in ((0, 0.9), (1.5, 0.45), (2, 0.75)):
        add(kit, kick(level * rng.uniform(0.9, 1.1)), when(bar, beat, rng), 0.0)
    for beat in (1, 3):
        add(kit, cross_stick(rng.uniform(0.8, 1.0), rng), when(bar, beat, rng), -0.3)
        add(kit, brush(0.55, 0.5, rng), when(bar, beat - 0.35, rng), -0.35)
    for eighth in range(8):
        accent = 0.45 if eighth % 2 else 0.75
        add(kit, shaker(accent * rng.uniform(0.8, 1.15), rng), when(bar, eighth / 2, rng), -0.45)


def when(bar: int, beat: float, rng: np.random.Generator) -> float:
    """Seconds at which a player of this trio hits a beat: swung, and a few milliseconds human."""
    whole, part = divmod(beat, 1)
    swung = whole + (part / 0.5 * SWING if part <= 0.5 else SWING + (part - 0.5) / 0.5 * (1 - SWING))
    return LEAD_IN + (4 * bar + swung) * BEAT + rng.normal(0, 0.004)


def piano_note(note: int, length: float, velocity: float) -> Sound:
    """An electric piano: a tine by frequency modulation, mellowing as it rings, and the ting of its strike."""
    pitch, time = hertz(note), seconds(length + 0.7)
    ring = np.exp(-time / (1.9 * (220 / pitch) ** 0.45))
    phase = 2 * np.pi * pitch * time
    bite = (0.4 + 3.2 * velocity**1.3) * (300 / pitch) ** 0.25 * (0.4 + 0.6 * np.exp(-time / 0.45))
    tone = ring * np.sin(phase + bite * np.sin(phase))
    ting = 0.22 * velocity * np.exp(-time / 0.16) * np.sin(7.03 * phase)
    thump = 0.05 * np.exp(-time / 0.012) * np.sin(2 * np.pi * 140 * time)
    return velocity * (tone + ting + thump) * damper(time, length, 0.07) * np.minimum(1, time / 0.002) * 0.33


def bass_note(note: int, length: float, velocity: float) -> Sound:
    """A plucked upright bass: harmonics that die the faster the higher they are, and a finger on the string."""
    pitch, time = hertz(note), seconds(length + 0.5)
    tone = np.zeros_like(time)
    for harmonic in range(1, 9):
        stretched = pitch * harmonic * (1 + 0.0004 * harmonic**2)
        tone += harmonic**-1.35 * np.exp(-time * (0.9 + 0.9 * harmonic)) * np.sin(2 * np.pi * stretched * time)
    finger = 0.15 * np.exp(-time / 0.006) * np.sin(2 * np.pi * 900 * time)
    return velocity * (tone + finger) * damper(time, length, 0.05) * np.minimum(1, time / 0.006) * 0.42


def kick(level: float) -> Sound:
    """A soft bass drum: a falling tone."""
    time = seconds(1.2)
    phase = 2 * np.pi * (52 * time - 48 * 0.03 * np.expm1(-time / 0.03))
    return 0.62 * level * np.exp(-time / 0.13) * np.sin(phase) * np.minimum(1, time / 0.003)


def cross_stick(level: float, rng: np.random.Generator) -> Sound:
    """A stick across the rim: four short modes of wood and a click."""
    time = seconds(0.3)
    modes = ((410, 1.0, 0.030), (980, 0.8, 0.018), (1720, 0.7, 0.012), (2850, 0.35, 0.007))
    wood = sum(share * np.exp(-time / decay) * np.sin(2 * np.pi * pitch * time) for pitch, share, decay in modes)
    click = band_noise(time.size, 1500, 7000, rng) * np.exp(-time / 0.004)
    return 0.26 * level * (wood + 0.5 * click)


def brush(level: float, length: float, rng: np.random.Generator) -> Sound:
    """A wire brush drawn across the snare."""
    time = seconds(length)
    swell = np.sin(np.pi * np.minimum(1, time / length) ** 0.6) ** 2
    return 0.048 * level * band_noise(time.size, 1500, 6500, rng) * swell


def shaker(level: float, rng: np.random.Generator) -> Sound:
    """A small shaker."""
    time = seconds(0.25)
    swing = np.minimum(1, time / 0.018) * np.exp(-time / 0.03)
    return 0.2 * level * band_noise(time.size, 3500, 11000, rng) * swing


def presence(sound: Sound) -> Sound:
    """A pickup's tilt: from 300 Hz up 3 dB an octave, to 6 kHz."""
    padded = len(sound) + RATE
    spectrum = np.fft.rfft(sound, padded, axis=0)
    frequency = np.fft.rfftfreq(padded, 1 / RATE)[:, None]
    tilt = 0.7 * np.sqrt((1 + (frequency / 300)) / (1 + frequency / 6000))
    return np.fft.irfft(spectrum * tilt, padded, axis=0)[: len(sound)]


def tape(sound: Sound) -> Sound:
    """A little tape: loud peaks are rounded."""
    return np.tanh(0.9 * sound) / 0.9


def stereo_tremolo(sound: Sound) -> Sound:
    """The suitcase piano's wander between left and right, once in a beat and a half."""
    sway = 0.22 * np.sin(2 * np.pi * seconds(SECONDS) / (1.5 * BEAT))
    return sound * np.stack((1 + sway, 1 - sway), axis=1)


# --- The bird ---


def play_bird(rng: np.random.Generator) -> Sound:
    """Three phrases of fluted whistles, each ending in a high twitter, heard on the right; (frames, 2)."""
    song = silence()
    for start, length, level, pitches in WHISTLES:
        add(song, whistle(length, level, pitches, rng), start, 0.5)
    for start in TWITTERS:
        for after, length in CHIRPS:
            top = rng.uniform(5.6, 6.8)
            add(song, whistle(length, 0.33, (top * 0.82, top, top * 0.74), rng), start + after, 0.5)
    garden = reverb(song, 0.55, rng)
    return fade_out(0.085 * (song + 0.12 * garden), 0.8)


def whistle(length: float, level: float, pitches: tuple[float, ...], rng: np.random.Generator) -> Sound:
    """One whistle along a smooth curve through `pitches` (kHz), with a syrinx's faint harmonics and flutter."""
    time = seconds(length)
    place = np.linspace(0, len(pitches) - 1, time.size)
    curve = np.interp(place, np.arange(len(pitches)), np.log(np.array(pitches) * 1000))
    width = max(3, time.size // 6)
    rounded = np.convolve(np.pad(curve, width, mode="edge"), np.hanning(width) / np.hanning(width).sum(), mode="same")
    pitch = np.exp(rounded[width:-width]) * (1 + 0.004 * np.sin(2 * np.pi * 27 * time + rng.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    tone = np.sin(phase) + 0.045 * np.sin(2 * phase) + 0.015 * np.sin(3 * phase)
    edge = min(0.03, length / 3)
    breath = np.minimum(1, np.minimum(time, length - time) / edge)
    flutter = 1 + 0.12 * np.sin(2 * np.pi * 31 * time + rng.uniform(0, 6))
    return level * tone * np.sin(np.pi / 2 * breath) ** 2 * flutter


# --- Tools ---


def silence() -> Sound:
    """An empty stereo track of the demo's length."""
    return np.zeros((round(SECONDS * RATE), 2))


def seconds(length: float) -> Sound:
    """The times of `length` seconds of samples."""
    return np.arange(round(length * RATE)) / RATE


def hertz(note: int) -> float:
    """The pitch of a MIDI note."""
    return 440 * 2 ** ((note - 69) / 12)


def damper(time: Sound, length: float, release: float) -> Sound:
    """1 while the note is held, then an exponential release."""
    return np.exp(-np.maximum(0, time - length) / release)


def add(track: Sound, sound: Sound, start: float, pan: float) -> None:
    """Mix a mono sound into a stereo track at `start` seconds, at constant power from -1 (left) to 1 (right)."""
    first = round(start * RATE)
    sound = sound[: len(track) - first]
    angle = (pan + 1) * np.pi / 4
    track[first : first + len(sound)] += np.sqrt(2) * sound[:, None] * (np.cos(angle), np.sin(angle))


def band_noise(frames: int, low: float, high: float, rng: np.random.Generator) -> Sound:
    """Noise between two frequencies (Hz, 12 dB/octave slopes), of standard deviation 1."""
    spectrum = np.fft.rfft(rng.standard_normal(frames))
    frequency = np.maximum(np.fft.rfftfreq(frames, 1 / RATE), 1)
    shaped = np.fft.irfft(spectrum / ((1 + (low / frequency) ** 2) * (1 + (frequency / high) ** 2)), frames)
    return shaped / shaped.std()


def reverb(sound: Sound, decay: float, rng: np.random.Generator) -> Sound:
    """A room as dying noise, `decay` seconds to -60 dB and the brighter the sooner; another one for each ear."""
    time = seconds(1.2 * decay)
    answer = np.zeros((time.size, 2))
    for low, high, share in ((150, 900, 1.0), (900, 3500, 0.75), (3500, 9000, 0.45)):
        for ear in range(2):
            answer[:, ear] += share * band_noise(time.size, low, high, rng) * 10 ** (-3 * time / (decay * share**0.5))
    answer *= np.minimum(1, np.maximum(0, time - 0.012) / 0.008)[:, None]
    answer /= np.sqrt((answer**2).sum(axis=0))
    frames = len(sound) + len(answer)
    wet = np.fft.irfft(np.fft.rfft(sound, frames, axis=0) * np.fft.rfft(answer, frames, axis=0), frames, axis=0)
    return wet[: len(sound)]


def fade_out(sound: Sound, length: float) -> Sound:
    """The sound with a smooth end."""
    left = np.minimum(1, (SECONDS - seconds(SECONDS)) / length)
    return sound * np.sin(np.pi / 2 * left)[:, None] ** 2


if __name__ == "__main__":
    main()
