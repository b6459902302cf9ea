"""The film among the files of an export: its picture with a stem or the mix as sound."""

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from samstudio.audio.atomic_file import AtomicFile, clear_errors
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.video_sink import film_rate, film_suffix, lead_in, write_film
from samstudio.audio.errors import AudioError
from samstudio.audio.export.export_request import ExportRequest, VideoExport
from samstudio.audio.export.render_chain import RenderChain, peak_of
from samstudio.dsp.levels import decibels
from samstudio.session.clip import Samples


def check_film(request: ExportRequest, film: VideoExport) -> None:
    """Raises AudioError, in one sentence, if the film's sound codec cannot hold the rate or the channels."""
    # Matroska gets FLAC, MP4 a rate that AAC has; PCM in MOV has any.
    if film_suffix(film.source) == ".mkv":
        AudioFormat("flac", "24").check(_chain(request, film).output_rate, film.sound.shape[1])


def film_blocks(request: ExportRequest, film: VideoExport) -> Iterator[Samples]:
    """The film's sound in full length, whatever range the stems have. Raises AudioError."""
    chain = _chain(request, film)
    with clear_errors(film.source):
        yield from lead_in(film.source, chain.output_rate, film.sound.shape[1], request.clip.track)
    for block in chain.blocks(film.sound):
        louder = block if request.gain == 1.0 else block * np.float32(request.gain)
        peak = peak_of(louder)
        if not peak <= 1.0:
            over = decibels(peak) if np.isfinite(peak) else np.inf
            raise AudioError(f"The video's sound exceeds full scale by {over:.2f} dB: lower all stems by as much.")
        yield louder


def write_film_of(request: ExportRequest, film: VideoExport, file: AtomicFile) -> Generator[float, None, None]:
    """Write picture and sound, yielding the fraction done, 0..1. Raises AudioError."""
    chain = _chain(request, film)
    with clear_errors(file.destination):
        blocks, channels = film_blocks(request, film), film.sound.shape[1]
        for frames in write_film(file.file, film.source, blocks, chain.output_rate, channels, request.clip.track):
            yield min(1.0, frames / chain.frames)


def _chain(request: ExportRequest, film: VideoExport) -> RenderChain:
    rate = film_rate(film.source, request.sample_rate or request.clip.sample_rate)
    return replace(request.render_chain, keeps_length=True, output_rate=rate)
