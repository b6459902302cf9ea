"""The manifest of a separation, a JSON file beside its stems; docs/manifest-format.md describes it."""

import json
import os
import platform
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from samstudio import __version__
from samstudio.audio.atomic_file import write_whole
from samstudio.session.prompt import Prompt
from samstudio.session.session import Session
from samstudio.session.stretch import Stretch
from samstudio.session.take import MadeOn, SeparationSettings, Take
from samstudio.storage.clip_file import find_sha256
from samstudio.storage.json_values import no_sound, to_json

FORMAT = "samstudio-manifest"
MANIFEST = "manifest.json"
"""Its name in the folder of a take."""
_SOFTWARE = ("torch", "numpy")


@dataclass(frozen=True)
class JobInput:
    """The file that was separated: `sha256` is empty where it could not be read."""

    path: str
    sha256: str
    sample_rate: int
    channels: int
    frames: int
    track: int | None = None


@cache
def this_machine() -> MadeOn:
    """The machine that this process runs on."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    software = [f"Python {platform.python_version()}"]
    for name in _SOFTWARE:
        with suppress(PackageNotFoundError):
            software.append(f"{name} {version(name)}")
    return MadeOn(platform.node(), system, os.cpu_count() or 0, ", ".join(software))


def job_facts(
    source: JobInput,
    outputs: Mapping[str, tuple[str, str]],
    prompt: Prompt,
    settings: SeparationSettings,
    *,
    began: float,
    seconds: float,
    from_cache: bool,
    made_on: MadeOn | None,
    stretch: Stretch | None = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The manifest; `outputs` are the names and the SHA-256 of the stems' files, `began` is in seconds since 1970."""
    plain = {"source": source, "prompt": prompt, "settings": settings, "machine": made_on}
    facts = {name: None if value is None else to_json(value, no_sound) for name, value in plain.items()}
    return {
        "format": FORMAT,
        "version": 1,
        "made_with": __version__,
        "input": facts["source"],
        "outputs": {stem: {"file": name, "sha256": digest} for stem, (name, digest) in outputs.items()},
        "prompt": facts["prompt"],
        "settings": facts["settings"],
        "range": None if stretch is None else list(stretch),
        "began": datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds") if began else None,
        "seconds": round(seconds, 3),
        "from_cache": from_cache,
        "machine": facts["machine"],
        **(more or {}),
    }


def write_manifest(path: Path, facts: Mapping[str, Any]) -> None:
    """Write it, in place of one that is there. Raises AudioError."""
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n".encode("utf-8", "backslashreplace"))


def sha256_of(path: Path) -> Generator[tuple[int, int], None, str]:
    """The SHA-256 of a file; yields (bytes read, bytes in all). Raises AudioError."""
    for step in find_sha256(path):
        if isinstance(step, str):
            return step
        yield step
    return ""


def write_take_manifests(
    folder: Path, session: Session, ids: Collection[str], stems: Iterable[str]
) -> Generator[tuple[int, int], None, None]:
    """Write the manifests of the takes of these ids, each beside its stems; `stems` are the names of all in `folder`.

    Yields (bytes read, bytes in all) of a stem. Raises AudioError.
    """
    used = sorted(folder / name for name in stems if name.endswith(".wav"))
    clip = session.clip
    track = clip.track or None
    source = JobInput(clip.absolute, clip.sha256, clip.sample_rate, clip.channels, clip.frames, track)
    for take in session.takes:
        if take.id in ids:
            yield from _write_take([path for path in used if path.parent.name == take.id], take, source)


def _write_take(stems: Sequence[Path], take: Take, source: JobInput) -> Generator[tuple[int, int], None, None]:
    outputs = {}
    for path in stems:
        outputs[path.stem] = path.name, (yield from sha256_of(path))
    facts = job_facts(
        source,
        outputs,
        take.prompt,
        take.settings,
        began=take.began,
        seconds=take.seconds,
        from_cache=take.from_cache,
        made_on=take.made_on,
        stretch=take.stretch,
        more={"take": {"id": take.id, "name": take.name, "residual_of": take.source}},
    )
    write_manifest(stems[0].with_name(MANIFEST), facts)
