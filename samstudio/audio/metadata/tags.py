"""What travels in a sound file beside the sound."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from samstudio.audio.export.render_chain import RenderChain
from samstudio.audio.metadata.cue import Marker, markers_in
from samstudio.audio.metadata.riff import EXTENSIBLE
from samstudio.session.clip import AudioClip

SOFTWARE = "SAM Studio"
_MASK_AT = 20
"""Where the channel mask stands in WAVEFORMATEXTENSIBLE."""


@dataclass(frozen=True)
class Metadata:
    """`tags` go into every format; all else only into WAV."""

    tags: Mapping[str, str] = field(default_factory=dict)
    time_reference: int | None = None
    """Frames since midnight of the first sample (EBU Tech 3285)."""
    markers: Sequence[Marker] = ()
    history: str = ""
    """How the sound came about, for the coding history of the bext chunk."""
    bext: bytes = b""
    """A field recorder's bext chunk as it stands in the source: its description, reference, date and history go on."""
    speakers: int = 0
    """Which speaker each of more than two channels is for, as WAVEFORMATEXTENSIBLE has it; 0 where nobody has told."""
    ixml: bytes = b""
    """A field recorder's notes (iXML) as they stand in the source."""


def metadata_of(clip: AudioClip) -> Metadata:
    """What came with a recording, to go on with what is made of it."""
    # Of two chunks of one name the first counts.
    chunks = dict(reversed(clip.notes))
    return Metadata(
        clip.tags,
        clip.time_reference,
        markers=markers_in(clip.notes),
        bext=chunks.get(b"bext", b""),
        speakers=_speakers(chunks.get(b"fmt ", b"")),
        ixml=chunks.get(b"iXML", b""),
    )


def metadata_for(clip: AudioClip, chain: RenderChain, recipe: str, markers: Sequence[Marker] = ()) -> Metadata:
    """What a file made of a recording carries: what came with that, the recipe, and `markers` in the clip's frames."""
    source = metadata_of(clip)
    comment = "\n".join(text for text in (clip.tags.get("comment"), recipe) if text)
    return replace(
        source,
        tags={**clip.tags, "comment": comment, "software": SOFTWARE},
        time_reference=_time_reference(clip, chain),
        # Once each: the recording may be an export that had these spans already.
        markers=_moved(list(dict.fromkeys([*source.markers, *markers])), chain),
        history=recipe,
    )


def _time_reference(clip: AudioClip, chain: RenderChain) -> int | None:
    """Where the file's first frame stands: by the clip's own stamp, for a part of the clip else from its beginning."""
    if clip.time_reference is None and chain.first == 0:
        return None
    return round(((clip.time_reference or 0) + chain.first) * chain.output_rate / chain.sample_rate)


def _moved(markers: Sequence[Marker], chain: RenderChain) -> Sequence[Marker]:
    """The clip's markers as they stand in the file; those outside it are left out, those across its ends cut."""
    ratio = chain.output_rate / chain.sample_rate
    moved = []
    for marker in markers:
        first = max(0, marker.start - chain.first)
        last = min(chain.source_frames, marker.start + marker.frames - chain.first)
        if first < last or (not marker.frames and 0 <= marker.start - chain.first < chain.source_frames):
            length = round(last * ratio) - round(first * ratio) if marker.frames else 0
            moved.append(Marker(round(first * ratio), length, marker.text))
    return moved


def _speakers(wave_format: bytes) -> int:
    """The channel mask of a fmt chunk that has one."""
    if len(wave_format) < _MASK_AT + 4 or struct.unpack_from("<H", wave_format)[0] != EXTENSIBLE:
        return 0
    mask: int = struct.unpack_from("<I", wave_format, _MASK_AT)[0]
    return mask
