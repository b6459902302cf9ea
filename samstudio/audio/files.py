"""Opens sound files: whatever libsndfile or FFmpeg reads, as float32 on disk, a part at a time."""

import stat
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from samstudio.audio.decode.container import ContainerDecoder
from samstudio.audio.decode.decoder import (
    MAX_CHANNELS,
    MAX_SAMPLE_RATE,
    MIN_SAMPLE_RATE,
    Decoder,
    DecodingError,
    FileInfo,
    NoSoundError,
    NoSuchTrackError,
    SoundTrack,
)
from samstudio.audio.decode.faults import quoted
from samstudio.audio.decode.sndfile import SndfileDecoder, is_compressed
from samstudio.audio.decode.tracks import sound_tracks
from samstudio.audio.errors import AudioError
from samstudio.audio.metadata.riff import read_kept_chunks
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.scratch import ScratchError, ScratchFile, forget_pages, read_only

__all__ = ["AUDIO_SUFFIXES", "ClipRead", "FileInfo", "SoundTrack", "load_clip", "probe", "read_clip", "tracks"]

AUDIO_SUFFIXES = (
    *(".wav", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".caf", ".au", ".snd"),
    *(".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2", ".m4a", ".m4b", ".aac", ".wma", ".wv", ".ape", ".ac3", ".eac3"),
    *(".mka", ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".wmv", ".flv", ".mpg", ".mpeg", ".ts", ".mts", ".3gp"),
)
"""File endings for an open dialog; the kind of a file is decided by its content."""

FIRST_BLOCK = 1 << 16
MAX_BLOCK = 1 << 22
STEP_SECONDS = 0.03
"""Work between two steps: short enough to cancel at once, long enough to be efficient."""
FORGET_BYTES = 64 << 20
EXPANSION = 64
"""At most this many times the file's size is reserved at once: a header can announce anything."""


@dataclass(frozen=True)
class ClipRead:
    """The first `frames_ready` frames of `clip.samples` are read; all of them only in the last step.

    The clip may change from step to step (a container's length is an estimate until its end): use the newest.
    `warnings` are whole sentences about what was repaired or is missing; complete in the last step.
    """

    clip: AudioClip
    frames_ready: int
    warnings: tuple[str, ...] = ()
    tracks: tuple[SoundTrack, ...] = ()
    """All sound tracks of the file, of which one is read; none of a format without tracks."""

    @property
    def track(self) -> SoundTrack | None:
        """The track that is read."""
        number = self.clip.track
        return next((x for x in self.tracks if x.number == number or (number is None and x.is_default)), None)


def probe(path: Path) -> FileInfo:
    """What a file's header says, without decoding it. Raises AudioError."""
    with closing(_open(path)) as decoder:
        return decoder.info


def load_clip(path: Path, track: int | None = None) -> AudioClip:
    """Read the whole file. Raises AudioError."""
    *_, last = read_clip(path, track=track)
    return last.clip


def tracks(path: Path) -> tuple[SoundTrack, ...]:
    """The sound tracks of a file; one of an unknown kind has none. Raises AudioError."""
    check_readable(path)
    return sound_tracks(path)


def read_clip(path: Path, scratch: Path | None = None, *, track: int | None = None) -> Generator[ClipRead, None, None]:
    """Decode `path` into an array in the folder `scratch` (the system's own by default), a step at a time.

    `track` counts the file's sound tracks from 1; None is the one marked as default, else the first. Closing the
    generator cancels. Raises AudioError.
    """
    reading = _Reading(path, _open(path, track), scratch, track)
    try:
        yield from reading.steps()
    except ScratchError as error:
        raise AudioError(str(error)) from error
    finally:
        reading.close()


class _Reading:
    """Reads a file into a scratch array."""

    scratch: ScratchFile
    clip: AudioClip

    def __init__(self, path: Path, decoder: Decoder, folder: Path | None, track: int | None) -> None:
        self.path, self.decoder, self.folder, self.track = path, decoder, folder, track
        self.ready, self.replaced = 0, 0

    def steps(self) -> Generator[ClipRead, None, None]:
        """Read to the end."""
        self._reserve()
        block, forgotten = FIRST_BLOCK, 0
        while True:
            began = time.perf_counter()
            more = self._read(block)
            spent = time.perf_counter() - began
            if not more:
                break
            if self.ready == len(self.scratch.samples):
                yield from self._grow()
            yield self._step()
            if (self.ready - forgotten) * self.scratch.samples.itemsize * self.decoder.info.channels > FORGET_BYTES:
                forget_pages(self.scratch.samples)
                forgotten = self.ready
            if spent < STEP_SECONDS and block < MAX_BLOCK:
                block *= 2
            elif spent > 2 * STEP_SECONDS:
                block = max(block // 2, 4096)
        if self.ready == 0:
            raise _unreadable(self.path) if self.decoder.is_damaged else _no_sound(self.path)
        self.ready -= self.decoder.surplus(self.ready)
        self.clip = replace(self.clip, samples=read_only(self.scratch.samples[: self.ready]))
        yield ClipRead(self.clip, self.ready, self._warnings(), self.decoder.tracks)

    def close(self) -> None:
        """Close the files; what was read stays."""
        self.decoder.close()
        if hasattr(self, "scratch"):
            self.scratch.close()

    def _step(self) -> ClipRead:
        """The progress; never all of the clip before its end is known."""
        return ClipRead(self.clip, min(self.ready, self.clip.frames - 1), tracks=self.decoder.tracks)

    def _reserve(self) -> None:
        decoder, info = self.decoder, self.decoder.info
        room = max(FORGET_BYTES, self.path.stat().st_size * EXPANSION) // (4 * info.channels)
        frames = min(decoder.expected_frames or FIRST_BLOCK, room)
        # One frame more than expected, so that a full array means "longer than expected".
        self.scratch = ScratchFile(frames + 1, info.channels, self.folder)
        samples = read_only(self.scratch.samples[:frames])
        with self.path.open("rb") as file:
            riff_chunks = read_kept_chunks(file)
        self.clip = AudioClip(
            samples, info.sample_rate, self.path, decoder.tags, decoder.time_reference, riff_chunks, self.track
        )

    def _read(self, block: int) -> bool:
        """Read one block; whether there may be more."""
        began, end = self.ready, min(self.ready + block, len(self.scratch.samples))
        try:
            while self.ready < end and len(part := self.decoder.read(end - self.ready)):
                self.replaced += _silence_non_numbers(part)
                self.scratch.write(self.ready, part)
                self.ready += len(part)
        except DecodingError:
            pass  # what came before the damage stays
        return self.ready > began

    def _grow(self) -> Generator[ClipRead, None, None]:
        """Move into an array of twice the length, in steps."""
        self.scratch.close()
        old = self.scratch.samples
        self.scratch = ScratchFile(2 * len(old), self.decoder.info.channels, self.folder)
        for start in range(0, len(old), MAX_BLOCK):
            self.scratch.write(start, old[start : start + MAX_BLOCK])
            forget_pages(old)
            yield self._step()
        self.ready -= self.decoder.surplus(self.ready)
        self.clip = replace(self.clip, samples=read_only(self.scratch.samples))

    def _warnings(self) -> tuple[str, ...]:
        rate, warnings = self.decoder.info.sample_rate, self.decoder.faults.sentences()
        if missing := self.decoder.shortfall(self.ready):
            warnings.append(
                f"{quoted(self.path)} ends early: {self.ready / rate:.2f} s could be read, "
                f"and {missing / rate:.2f} s that its header announces are missing."
            )
        elif self.decoder.is_damaged and not warnings:
            warnings.append(f"{quoted(self.path)} is damaged: parts of it may be missing or silent.")
        if self.replaced:
            were = "sample was not a number and was" if self.replaced == 1 else "samples were not numbers and were"
            warnings.append(f"{self.replaced} {were} replaced by silence.")
        return tuple(warnings)


def _silence_non_numbers(samples: Samples) -> int:
    """Set NaN and infinities to 0 in place; how many there were."""
    # The extremes are found faster than every sample is checked, and any NaN or infinity shows in them.
    if np.isfinite(samples.max()) and np.isfinite(samples.min()):
        return 0
    finite = np.isfinite(samples)
    samples[~finite] = 0.0
    return int(finite.size - np.count_nonzero(finite))


def _open(path: Path, track: int | None = None) -> Decoder:
    """The decoder that reads the file's content best. Raises AudioError."""
    check_readable(path)
    try:
        decoder = _choose(path, track)
    except NoSoundError as error:
        raise _no_sound(path) from error
    except NoSuchTrackError as error:
        has = "one sound track" if error.args[0] == 1 else f"{error.args[0]} sound tracks"
        raise AudioError(f"{quoted(path)} has {has}, and none of number {track}: choose another one.") from error
    except DecodingError as error:
        raise _unreadable(path) from error
    try:
        _check_shape(path, decoder.info)
    except AudioError:
        decoder.close()
        raise
    return decoder


def _choose(path: Path, track: int | None) -> Decoder:
    """Libsndfile for what is not compressed, and for what only it knows; FFmpeg for all else. Raises DecodingError."""
    plain = None
    try:
        if not is_compressed(path):
            plain = SndfileDecoder(path)
    except DecodingError:
        pass
    if plain is None:
        return ContainerDecoder(path, track)
    if track is not None and track != 1:
        plain.close()
        raise NoSuchTrackError(1)
    if plain.is_uncompressed:
        return plain
    try:
        decoder = ContainerDecoder(path, track)
    except DecodingError:
        return plain
    if plain.info.format == "FLAC":
        # Both read these completely, and libsndfile reports the bits.
        decoder.info = plain.info
    plain.close()
    return decoder


def check_readable(path: Path) -> None:
    """Raises AudioError unless this is a file that may be read."""
    name = quoted(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise AudioError(f"{name} is a folder: choose a sound file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise AudioError(f"{name} is not a file: choose a sound file.")
        if status.st_size == 0:
            raise AudioError(f"{name} is empty: choose another file, or copy it again from where it came.")
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError as error:
        raise AudioError(f"There is no file {name}: check its name and folder ({path.parent}).") from error
    except PermissionError as error:
        raise AudioError(f"{name} may not be read: ask its owner for permission, or copy it to your folder.") from error
    except OSError as error:
        raise AudioError(f"{name} cannot be read ({error.strerror}): check the disk, or copy it elsewhere.") from error
    except ValueError as error:
        raise AudioError(f"{name} is not a valid file name: choose another file.") from error


def _check_shape(path: Path, info: FileInfo) -> None:
    if info.channels > MAX_CHANNELS:
        raise AudioError(
            f"{quoted(path)} has {info.channels} channels, and {MAX_CHANNELS} are the most that can be opened: "
            "split it into several files first."
        )
    if not MIN_SAMPLE_RATE <= info.sample_rate <= MAX_SAMPLE_RATE:
        raise AudioError(
            f"{quoted(path)} claims a sample rate of {info.sample_rate} Hz, which cannot be right: "
            "its header is damaged, export it again."
        )


def _no_sound(path: Path) -> AudioError:
    return AudioError(f"There is no sound in {quoted(path)}: choose a file with an audio track.")


def _unreadable(path: Path) -> AudioError:
    return AudioError(f"{quoted(path)} is not a sound file, or is damaged: choose another, or convert it to WAV first.")
