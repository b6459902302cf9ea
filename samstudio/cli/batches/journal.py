"""A journal of a batch's finished jobs beside its results, so that it can be resumed after an interruption."""

import contextlib
import errno
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from samstudio.audio.regular_file import open_regular
from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.stems.folder import make_folder
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.storage.settings_v1 import prompt_in_v1, settings_in_v1

NAME = ".samstudio-batch.jsonl"
_MOST_BYTES = 64 << 20
"""That are read at once; a line has some 300."""


class Journal:
    """One line of JSON when a job begins and one when both of its files are complete; a job's last line counts."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._entries: dict[str, dict[str, str]] = {}
        self._read = 0
        self.read_on()

    def read_on(self) -> None:
        """Take in what was written meanwhile, by another batch on the same folder perhaps. Raises CommandError."""
        try:
            with open_regular(self._path) as file:
                file.seek(self._read)
                while data := file.read(_MOST_BYTES):
                    # Whole lines only: the last one may be on its way.
                    data = data[: data.rfind(b"\n") + 1]
                    if not data:
                        break
                    self._read += len(data)
                    file.seek(self._read)
                    self._take_in(data)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable("read", error) from error

    def _take_in(self, data: bytes) -> None:
        for line in data.decode("utf-8", errors="replace").splitlines():
            # A line cut by an interruption is ignored.
            with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
                entry = json.loads(line)
                self._entries[str(entry["target"])] = dict(entry)

    def _unusable(self, verb: str, error: OSError) -> CommandError:
        reason = "it is a link" if error.errno == errno.ELOOP else error.strerror
        return CommandError(
            Exit.OUTPUT, f"'{self._path}' cannot be {verb} ({reason}): remove it, or choose another folder."
        )

    def is_done(self, job: SeparationJob) -> bool:
        """Whether the job's files are complete and were made with this recipe from this version of the recording."""
        entry = self._entries.get(job.target.name)
        if entry is None:
            return False
        done = _entry(job, "done")
        before = {**done, "recipe": _recipe_v1(job)}
        is_done = entry == done or (job.track is None and job.gain is None and entry == before)
        return is_done and job.target.exists() and job.residual.exists()

    def began(self, job: SeparationJob) -> bool:
        """Whether the job's files, if they exist, were made by a batch from the same recording, and may be replaced."""
        return self._entries.get(job.target.name, {}).get("source") == _source(job)

    def begin(self, job: SeparationJob) -> None:
        """Note that the job begins; no other files have its names. Raises CommandError."""
        self._add(_entry(job, "begun"))

    def finish(self, job: SeparationJob) -> None:
        """Note that the job is done. Raises CommandError."""
        begun = self._entries.get(job.target.name)
        # As the recording was when it was read.
        self._add({**begun, "state": "done"} if begun is not None else _entry(job, "done"))

    def _add(self, entry: dict[str, str]) -> None:
        self._entries[entry["target"]] = entry
        make_folder(self._path.parent)
        try:
            with open_regular(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666) as file:
                # A line feed also comes first: the line before may have been cut. In one piece: another batch may
                # write at the same time.
                file.write(f"\n{json.dumps(entry)}\n".encode())
        except OSError as error:
            raise self._unusable("written", error) from error


def _entry(job: SeparationJob, state: str) -> dict[str, str]:
    """The job's names, and a hash of everything that its result depends on."""
    settings = job.settings
    facts: dict[str, object] = {
        "recording": _recording(job),
        "track": job.track,
        "prompt": {name: value for name, value in asdict(job.prompt).items() if name != "dismissed"},
        "settings": [settings.engine, settings.device, settings.seed, settings.silent_in_minus],
        "options": dict(settings.options),
        "format": asdict(job.audio_format),
    }
    if job.gain is not None:
        facts["gain"] = job.gain
    recipe = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return {"target": job.target.name, "source": _source(job), "recipe": recipe, "state": state}


def _source(job: SeparationJob) -> str:
    return str(job.source.resolve())


def _recipe_v1(job: SeparationJob) -> str:
    """The fingerprint that journals of version 1 have."""
    settings = settings_in_v1(job.settings)
    facts = f"({_recording(job)!r}, {prompt_in_v1(job.prompt)}, {settings}, {job.audio_format!r})"
    return hashlib.sha256(facts.encode()).hexdigest()


def _recording(job: SeparationJob) -> tuple[int, int]:
    """The recording's bytes and its time of change in nanoseconds; zeros where it is not there."""
    try:
        status = job.source.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
