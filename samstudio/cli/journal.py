"""What a batch has done, kept beside its results, so that it can go on after an interruption."""

import hashlib
import json
from pathlib import Path

from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.job import Job

NAME = ".samstudio-batch.jsonl"


class Journal:
    """One line of JSON for each finished job, added when both of its files are whole."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._recipes: dict[str, str] = {}
        if self._path.exists():
            for line in self._path.read_text("utf-8", errors="replace").splitlines():
                self._remember(line)

    def _remember(self, line: str) -> None:
        try:
            entry = json.loads(line)
            self._recipes[entry["target"]] = entry["recipe"]
        except (ValueError, KeyError, TypeError):
            pass  # a line torn by an interruption: its job is done again

    def is_done(self, job: Job) -> bool:
        """Whether the job's files are whole and made by just this recipe from just this recording."""
        return self.made(job) and self._recipes[job.target.name] == recipe(job)

    def made(self, job: Job) -> bool:
        """Whether the files under the job's names came from this batch, so that it may replace them."""
        return job.target.name in self._recipes and job.target.exists() and job.residual.exists()

    def add(self, job: Job) -> None:
        """The job is done. Raises CommandError."""
        self._recipes[job.target.name] = recipe(job)
        line = json.dumps({"target": job.target.name, "recipe": self._recipes[job.target.name]})
        try:
            with self._path.open("a", encoding="utf-8") as file:
                # The line feed goes first as well: the line before may have been torn off.
                file.write(f"\n{line}\n")
        except OSError as error:
            raise CommandError(
                Exit.OUTPUT, f"'{self._path}' cannot be written ({error.strerror}), so this row will be done again."
            ) from error


def recipe(job: Job) -> str:
    """A fingerprint of all that the job's result depends on."""
    try:
        status = job.source.stat()
        recording = (str(job.source.resolve()), status.st_size, status.st_mtime_ns)
    except OSError:
        recording = (str(job.source), 0, 0)
    return hashlib.sha256(
        repr((recording, job.prompt, job.settings, job.audio_format)).encode("utf-8", "surrogateescape")
    ).hexdigest()
