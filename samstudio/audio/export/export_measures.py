"""Measurements before writing: where the sound begins and ends, its peak, its loudness."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from samstudio.audio.errors import AudioError
from samstudio.audio.export.export_request import ExportRequest
from samstudio.audio.export.export_video import video_chain
from samstudio.audio.export.render_chain import BLOCK, peak_of
from samstudio.dsp.levels import decibels
from samstudio.dsp.loudness import LoudnessMeter
from samstudio.dsp.noise_gate import frame_peaks

_ROUNDING_DB = 1e-6


@dataclass(frozen=True)
class ExportProgress:
    """`done` of `total` frames of a `stage`, which is shown to the user."""

    stage: str
    done: int
    total: int


def trimmed(request: ExportRequest) -> Generator[ExportProgress, None, ExportRequest]:
    """The request limited to the range from the first to the last sound in any stem. Raises AudioError for silence."""
    trim, whole = request.trim, request.render_chain
    if trim is None:
        return request
    if request.keeps_length or request.video is not None:
        raise AudioError("Silence cannot be trimmed where the full length is to be kept: choose one of them.")
    # At the clip's own rate, and without fades: they apply to the ends that are found here.
    chain = replace(whole, output_rate=whole.sample_rate, fade_in=0.0, fade_out=0.0)
    level, first, last = 10.0 ** (trim.threshold / 20.0), whole.stop, whole.start
    total, done = chain.frames * len(request.stems), 0
    for samples in request.stems.values():
        place = whole.start
        for block in chain.blocks(samples):
            heard = np.flatnonzero(frame_peaks(block) >= level)
            if len(heard):
                first, last = min(first, place + int(heard[0])), max(last, place + int(heard[-1]) + 1)
            place += len(block)
            done += len(block)
            yield ExportProgress("Looking for silence", done, total)
    if last <= first:
        raise AudioError(f"Nothing reaches {trim.threshold:g} dBFS: lower the threshold for trimming, or leave it out.")
    pad = round(trim.pad * whole.sample_rate)
    return replace(request, start=max(whole.start, first - pad), stop=min(whole.stop, last + pad))


def peak_dbfs(request: ExportRequest) -> Generator[float, None, None]:
    """The highest peak so far in dBFS of all stems as written without gain; the last value is the result.

    If it is above 0, its negative is the common gain with which an integer export does not clip. Of floating-point
    files beside a video only the video's sound counts.
    """
    peak = 0.0
    written = [(request.render_chain, samples) for samples in request.stems.values()]
    if request.video is not None:
        written = [] if request.format.is_float else written
        written.append((video_chain(request, request.video), request.video.sound))
    for chain, samples in written:
        for block in chain.blocks(samples):
            peak = max(peak, peak_of(block))
            yield decibels(peak)


def levelled(request: ExportRequest) -> Generator[ExportProgress, None, ExportRequest]:
    """The request with its gain, normalisation included."""
    if request.normalise is None:
        return request
    measure = highest_peak if request.normalise.measure == "peak" else _loudest
    measured = yield from measure(request)
    if measured == -inf:
        return request
    gain_db = request.gain_db + request.normalise.level - measured
    if request.normalise.measure == "peak" and request.normalise.level >= 0.0:
        # A peak scaled to exactly 0 dBFS may round to slightly more.
        gain_db -= _ROUNDING_DB
    return replace(request, gain_db=gain_db)


def highest_peak(request: ExportRequest) -> Generator[ExportProgress, None, float]:
    """The highest peak of all stems without gain, in dBFS."""
    total, done, peak = request.render_chain.frames * len(request.stems), 0, -inf
    for so_far in peak_dbfs(request):
        done, peak = min(done + BLOCK, total), so_far
        yield ExportProgress("Measuring the peak", done, total)
    return peak


def _loudest(request: ExportRequest) -> Generator[ExportProgress, None, float]:
    """Integrated loudness (LUFS) of the loudest stem as it would be written."""
    chain, loudest = request.render_chain, -inf
    total, done = chain.frames * len(request.stems), 0
    for samples in request.stems.values():
        meter = LoudnessMeter(chain.output_rate, samples.shape[1])
        for block in chain.blocks(samples):
            meter.add(block)
            done += len(block)
            yield ExportProgress("Measuring the loudness", done, total)
        loudest = max(loudest, meter.integrated)
    return loudest
