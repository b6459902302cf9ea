"""Separations that wait, in a file: what a window does not finish, the next one may go on with."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from samstudio.audio.atomic_file import write_whole
from samstudio.audio.errors import AudioError
from samstudio.session.prompt import Prompt
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings
from samstudio.storage.json_values import SessionError, from_json, no_sound, to_json

FORMAT = "samstudio-queue"
_MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class StoredSeparation:
    """A separation that waits, with where its recording is found: the sound file, and the session that it is in."""

    recording: str
    """The sound file."""
    prompt: Prompt
    settings: SeparationSettings
    name: str
    track: int | None = None
    session: str = ""
    """The session's folder; empty: it is in none."""
    source: str = ""
    base: str = ""
    frame_range: tuple[int, int] | None = None
    candidate: int | None = None
    chain: str = ""
    band: Stretch | None = None


def write_queue(path: Path, waiting: Sequence[StoredSeparation]) -> None:
    """Write all of them, in their order. Raises AudioError and SessionError."""
    facts = {"format": FORMAT, "version": 1, "waiting": to_json(tuple(waiting), no_sound)}
    write_whole(path, json.dumps(facts, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def read_queue(path: Path) -> tuple[StoredSeparation, ...]:
    """What waits; nothing where the file is missing, damaged or something else."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError, SessionError, AudioError):
        if path.stat().st_size <= _MOST_BYTES:
            facts = json.loads(path.read_text("utf-8"))
            if facts["format"] == FORMAT:
                waiting: tuple[StoredSeparation, ...] = from_json(
                    tuple[StoredSeparation, ...], facts["waiting"], "waiting", no_sound
                )
                return waiting
    return ()
