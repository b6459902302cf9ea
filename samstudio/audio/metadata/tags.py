"""The metadata of sound files: tags, time reference, markers, and the chunks that recorders write."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.metadata.cue import CueMarker, markers_in
from samstudio.audio.metadata.riff import EXTENSIBLE
from samstudio.session.clip import AudioClip

SOFTWARE = "SAM Studio"
_MASK_AT = 20
"""Offset of the channel mask in WAVEFORMATEXTENSIBLE."""


@dataclass(frozen=True)
class Metadata:
    """`tags` are stored in every format, the rest only in WAV."""

    tags: Mapping[str, str] = field(default_factory=dict)
    time_reference: int | None = None
    """Frames since midnight of the first sample (EBU Tech 3285)."""
    markers: Sequence[CueMarker] = ()
    history: str = ""
    """How the sound was made, for the coding history of the bext chunk."""
    bext: bytes = b""
    """The source's bext chunk, unchanged: its description, reference, date and history are kept."""
    speakers: int = 0
    """Channel mask of WAVEFORMATEXTENSIBLE: the speaker of each of more than two channels; 0 if unknown."""
    ixml: bytes = b""
    """The source's iXML chunk, unchanged."""


def metadata_of(clip: AudioClip) -> Metadata:
    """The metadata of a recording, to be kept in files made from it."""
    # Of two chunks with one name the first counts.
    chunks = dict(reversed(clip.riff_chunks))
    return Metadata(
        clip.tags,
        clip.time_reference,
        markers=markers_in(clip.riff_chunks),
        bext=chunks.get(b"bext", b""),
        speakers=_speakers(chunks.get(b"fmt ", b"")),
        ixml=chunks.get(b"iXML", b""),
    )


def metadata_for(clip: AudioClip, chain: RenderChain, recipe: str, markers: Sequence[CueMarker] = ()) -> Metadata:
    """The metadata of a file made from a recording: its own, the recipe, and `markers` in the clip's frames."""
    source = metadata_of(clip)
    comment = "\n".join(text for text in (clip.tags.get("comment"), recipe) if text)
    return replace(
        source,
        tags={**clip.tags, "comment": comment, "software": SOFTWARE},
        time_reference=_time_reference(clip, chain),
        # Without duplicates: the recording may be an export that has these spans already.
        markers=_moved(list(dict.fromkeys([*source.markers, *markers])), chain),
        history=recipe,
    )


def _time_reference(clip: AudioClip, chain: RenderChain) -> int | None:
    """The file's first frame: relative to the clip's time reference, or to its beginning if only a part is written."""
    if clip.time_reference is None and chain.first == 0:
        return None
    return round(((clip.time_reference or 0) + chain.first) * chain.output_rate / chain.sample_rate)


def _moved(markers: Sequence[CueMarker], chain: RenderChain) -> Sequence[CueMarker]:
    """The clip's markers in the file's frames; those outside it are left out, those across its ends cut."""
    ratio = chain.output_rate / chain.sample_rate
    moved = []
    for marker in markers:
        first = max(0, marker.start - chain.first)
        last = min(chain.source_frames, marker.start + marker.frames - chain.first)
        if first < last or (not marker.frames and 0 <= marker.start - chain.first < chain.source_frames):
            length = round(last * ratio) - round(first * ratio) if marker.frames else 0
            moved.append(CueMarker(round(first * ratio), length, marker.text))
    return moved


def _speakers(wave_format: bytes) -> int:
    """The channel mask of a fmt chunk, 0 if it has none."""
    if len(wave_format) < _MASK_AT + 4 or struct.unpack_from("<H", wave_format)[0] != EXTENSIBLE:
        return 0
    mask: int = struct.unpack_from("<I", wave_format, _MASK_AT)[0]
    return mask
