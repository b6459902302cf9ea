"""A journal of a batch's finished jobs beside its results, so that it can be resumed after an interruption."""

import contextlib
import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.job import SeparationJob
from samstudio.cli.stems.folder import make_folder
from samstudio.storage.settings_v1 import shown_in_v1

NAME = ".samstudio-batch.jsonl"


class Journal:
    """One line of JSON when a job begins and one when both of its files are complete; a job's last line counts."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._entries: dict[str, dict[str, str]] = {}
        if self._path.exists():
            for line in self._path.read_text("utf-8", errors="replace").splitlines():
                # A line cut by an interruption is ignored.
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    entry = json.loads(line)
                    self._entries[entry["target"]] = entry

    def is_done(self, job: SeparationJob) -> bool:
        """Whether the job's files are complete and were made with this recipe from this version of the recording."""
        entry, done = self._entries.get(job.target.name), _entry(job, "done")
        before = {**done, "recipe": _recipe_v1(job)}
        is_done = entry == done or (job.track is None and job.gain is None and entry == before)
        return is_done and job.target.exists() and job.residual.exists()

    def began(self, job: SeparationJob) -> bool:
        """Whether the job's files, if they exist, were made by a batch from the same recording, and may be replaced."""
        return self._entries.get(job.target.name, {}).get("source") == _entry(job, "begun")["source"]

    def begin(self, job: SeparationJob) -> None:
        """Note that the job begins; no other files have its names. Raises CommandError."""
        self._add(_entry(job, "begun"))

    def finish(self, job: SeparationJob) -> None:
        """Note that the job is done. Raises CommandError."""
        self._add(_entry(job, "done"))

    def _add(self, entry: dict[str, str]) -> None:
        self._entries[entry["target"]] = entry
        make_folder(self._path.parent)
        try:
            with self._path.open("a", encoding="utf-8") as file:
                # A line feed also comes first: the line before may have been cut.
                file.write(f"\n{json.dumps(entry)}\n")
        except OSError as error:
            raise CommandError(
                Exit.OUTPUT, f"'{self._path}' cannot be written ({error.strerror}): please choose another folder."
            ) from error


def _entry(job: SeparationJob, state: str) -> dict[str, str]:
    """The job's names, and a hash of everything that its result depends on."""
    settings = job.settings
    facts: dict[str, object] = {
        "recording": _recording(job),
        "track": job.track,
        "prompt": asdict(job.prompt),
        "settings": [settings.engine, settings.device, settings.seed, settings.silent_in_minus],
        "options": dict(settings.options),
        "format": asdict(job.audio_format),
    }
    if job.gain is not None:
        facts["gain"] = job.gain
    recipe = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return {"target": job.target.name, "source": str(job.source.resolve()), "recipe": recipe, "state": state}


def _recipe_v1(job: SeparationJob) -> str:
    """The fingerprint that journals of version 1 have."""
    settings = shown_in_v1(job.settings)
    facts = f"({_recording(job)!r}, {job.prompt!r}, {settings}, {job.audio_format!r})"
    return hashlib.sha256(facts.encode()).hexdigest()


def _recording(job: SeparationJob) -> tuple[int, int]:
    """The recording's bytes and its time of change in nanoseconds; zeros where it is not there."""
    try:
        status = job.source.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
