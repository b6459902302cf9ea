"""The sound tracks of a file: a list of them, and the default one."""

from collections.abc import Sequence
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from samstudio.audio.decode.decoder import MAX_CHANNELS, DecodingError, NoSoundError, NoSuchTrackError, SoundTrack
from samstudio.audio.decode.opened import open_container, open_file

_LANGUAGE_UNKNOWN = {"", "und", "unk", "mis", "zxx"}


def sound_tracks(path: Path) -> tuple[SoundTrack, ...]:
    """All sound tracks of a file that FFmpeg knows, none of one that it does not know."""
    try:
        with open_file(path) as file, open_container(file) as container:
            return tracks_of(container)
    except (av.FFmpegError, OSError, ValueError):
        return ()


def tracks_of(container: InputContainer) -> tuple[SoundTrack, ...]:
    """The sound tracks of an opened file."""
    streams = container.streams.audio
    chosen = _default(streams)
    return tuple(_track(number, stream, stream is chosen) for number, stream in enumerate(streams, 1))


def sound_stream(container: InputContainer, number: int | None) -> AudioStream:
    """The track of that number, None for the default one. Raises DecodingError."""
    streams = container.streams
    if not streams.audio:
        raise NoSoundError("no audio stream") if streams.video else DecodingError("no streams")
    if number is not None and not 1 <= number <= len(streams.audio):
        raise NoSuchTrackError(len(streams.audio))
    stream = _default(streams.audio) if number is None else streams.audio[number - 1]
    if stream is None or stream.codec_context is None:
        raise DecodingError("no decoder")
    return stream


def sound_stream_or_none(container: InputContainer, number: int | None) -> AudioStream | None:
    """As `sound_stream`, for a video that may have no sound."""
    try:
        return sound_stream(container, number)
    except DecodingError:
        return None


def _default(streams: Sequence[AudioStream]) -> AudioStream | None:
    """The track that is marked as the default one, else the first; a track that can't be decoded only if all can't."""
    known = [stream for stream in streams if stream.codec_context is not None] or list(streams)
    marked = [stream for stream in known if stream.disposition & Disposition.default]
    return next(iter(marked or known), None)


def _track(number: int, stream: AudioStream, is_default: bool) -> SoundTrack:
    metadata = {name.lower(): text for name, text in stream.metadata.items()}
    name = metadata.get("title") or metadata.get("handler_name") or ""
    # What writers put where the user gave no name.
    if name.lower() in {"soundhandler", "sound", "core media audio", "sound media handler"}:
        name = ""
    language = metadata.get("language", "").lower()
    codec = stream.codec_context
    channels = 0 if codec is None else codec.channels
    # Samples in Matroska and AVI don't say which speakers they are for.
    unspecified = {"1 channels": "mono", "2 channels": "stereo"}
    layout = "" if codec is None else unspecified.get(codec.layout.name, codec.layout.name)
    return SoundTrack(
        number,
        " ".join(name.split())[:80],
        "" if language in _LANGUAGE_UNKNOWN else language[:8],
        layout if 0 < channels <= MAX_CHANNELS else f"{channels} channels" if channels else "",
        channels,
        0 if codec is None else codec.sample_rate,
        is_default,
    )
