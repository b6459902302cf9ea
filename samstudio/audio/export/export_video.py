"""The video file among the files of an export: the recording's video with a stem or the mix as sound."""

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from samstudio.audio.atomic_file import AtomicFile, clear_errors
from samstudio.audio.encode.formats import AudioFormat
from samstudio.audio.encode.video_sink import lead_in, video_sound_rate, video_suffix, write_video
from samstudio.audio.errors import AudioError
from samstudio.audio.export.export_request import ExportRequest, VideoExport
from samstudio.audio.export.render_chain import RenderChain, peak_of
from samstudio.dsp.levels import decibels
from samstudio.session.clip import Samples


def check_video_export(request: ExportRequest, video: VideoExport) -> None:
    """Raises AudioError, in one sentence, if the video's sound codec cannot hold the rate or the channels."""
    # Matroska gets FLAC, MP4 a rate that AAC has; PCM in MOV has any.
    if video_suffix(video.source) == ".mkv":
        AudioFormat("flac", "24").check(video_chain(request, video).output_rate, video.sound.shape[1])


def video_sound_blocks(request: ExportRequest, video: VideoExport) -> Iterator[Samples]:
    """The video's sound in full length, whatever range the stems have. Raises AudioError."""
    chain = video_chain(request, video)
    with clear_errors(video.source):
        yield from lead_in(video.source, chain.output_rate, video.sound.shape[1], request.clip.track)
    for block in chain.blocks(video.sound):
        louder = block if request.gain == 1.0 else block * np.float32(request.gain)
        peak = peak_of(louder)
        if not peak <= 1.0:
            over = decibels(peak) if np.isfinite(peak) else np.inf
            raise AudioError(f"The video's sound exceeds full scale by {over:.2f} dB: lower all stems by as much.")
        yield louder


def write_video_export(request: ExportRequest, video: VideoExport, file: AtomicFile) -> Generator[float, None, None]:
    """Write video and sound, yielding the fraction done, 0..1. Raises AudioError."""
    chain = video_chain(request, video)
    with clear_errors(file.destination):
        blocks, channels = video_sound_blocks(request, video), video.sound.shape[1]
        for frames in write_video(file.file, video.source, blocks, chain.output_rate, channels, request.clip.track):
            yield min(1.0, frames / chain.frames)


def video_chain(request: ExportRequest, video: VideoExport) -> RenderChain:
    """The processing of the video's sound."""
    rate = video_sound_rate(video.source, request.sample_rate or request.clip.sample_rate)
    chain = replace(request.render_chain, keeps_length=True, output_rate=rate)
    # It is no clip in a DAW project, which would have the fades there.
    return replace(chain, fade_in=request.fade_in, fade_out=request.fade_out)
