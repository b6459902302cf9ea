"""Checks written files by reading them back: null depth and delay."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import soundfile

from samstudio.audio.decode.sndfile import native_name
from samstudio.audio.errors import AudioError
from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.files import read_clip
from samstudio.dsp.levels import decibels
from samstudio.session.clip import Samples

_LOUD = 1e-3
"""Root mean square of a block that is loud enough to measure a delay."""
_BLOCKS_SEARCHED = 64
"""Blocks searched for one that is loud enough."""


def measure_null(
    clip_samples: Samples, target_path: Path, residual_path: Path, start: int = 0, gain: float = 1.0
) -> float:
    """The peak of target + residual - clip in dBFS, read from two files; -inf where they are equal to the last bit.

    The files' first frame is the clip's `start`; `gain` is the factor they were written with. Raises AudioError.
    """
    frames = soundfile.info(native_name(target_path)).frames if target_path.exists() else 0
    chain = RenderChain(start, start + frames, len(clip_samples), 1, 1)
    *_, (_, peak) = null_peaks(chain, clip_samples, [target_path, residual_path], gain)
    return decibels(peak)


def null_peaks(
    chain: RenderChain, whole: Samples, parts: Sequence[Path], gain: float
) -> Generator[tuple[int, float], None, None]:
    """Yield the frames compared so far and the highest difference in them between the parts' sum and the whole.

    The source of each part but the last two is the sum of itself and the parts after it. Raises AudioError.
    """
    done, peak = 0, 0.0
    names = " or ".join(f"“{path.name}”" for path in parts)
    try:
        with ExitStack() as opened:
            # The last pair first, then each earlier part, as the chain was separated in reverse: only in this order
            # are the float32 sums exact.
            files = [opened.enter_context(soundfile.SoundFile(native_name(path))) for path in reversed(parts)]
            if len({file.frames for file in files}) > 1 or chain.stop > len(whole):
                raise AudioError(f"{names.replace(' or ', ' and ')} differ in length: write them again.")
            for block in chain.blocks(whole):
                total = sum((_read(file, len(block)) for file in files[1:]), _read(files[0], len(block)))
                peak = max(peak, float(np.abs(total - (block if gain == 1.0 else block * np.float32(gain))).max()))
                done += len(block)
                yield done, peak
    except soundfile.SoundFileError as error:
        raise AudioError(f"{names} cannot be read back: check the disk.") from error
    if not done:
        yield 0, 0.0


def delay_of(path: Path, blocks: Iterator[Samples]) -> int | None:
    """Frames by which the sound in a file is later than `blocks`, from the peak of their cross-correlation.

    None if the first _BLOCKS_SEARCHED blocks are too soft to measure. Raises AudioError.
    """
    start = 0
    for _, block in zip(range(_BLOCKS_SEARCHED), blocks, strict=False):
        if float(np.sqrt(np.mean(np.square(block, dtype=np.float64)))) > _LOUD:
            # The loudest channel: speech may be in the centre only.
            loudest = int(np.square(block).sum(axis=0).argmax())
            return _lag(_part(path, start, len(block))[:, loudest], block[:, loudest])
        start += len(block)
    return None


def _part(path: Path, start: int, frames: int) -> Samples:
    """Some frames, read by the decoder that knows the file."""
    for read in read_clip(path):
        if read.frames_ready >= start + frames:
            break
    return np.array(read.clip.samples[start : start + frames])


def _lag(late: Samples, meant: Samples) -> int:
    """Frames by which `late` is later than `meant`."""
    size = 2 * max(len(late), len(meant))
    correlation = np.fft.irfft(np.fft.rfft(late, size) * np.conj(np.fft.rfft(meant, size)), size)
    peak = int(correlation.argmax())
    return peak if peak < size // 2 else peak - size


def _read(file: soundfile.SoundFile, frames: int) -> Samples:
    return np.asarray(file.read(frames, dtype="float32", always_2d=True), np.float32)
