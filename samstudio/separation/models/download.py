"""Downloads from the hub, with progress in bytes, resumed after every interruption.

The hub's own library would start an interrupted file from its beginning, so the bytes are fetched here. A file is
written beside its target as `NAME.CHECKSUM.part`, and moved there once it is complete and has the checksum of the hub.
"""

import hashlib
import os
import shutil
from collections.abc import Generator
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import httpx2
from huggingface_hub import get_session, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import HfHubHTTPError

from samstudio import __version__
from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models.catalogue import hub_id, published_model
from samstudio.separation.models.entries import (
    DiskError,
    StoredModel,
    download_folder,
    find_entry,
    read_entries,
    write_entries,
)
from samstudio.separation.models.files import PARTIAL_SUFFIX, HubFile
from samstudio.separation.models.folder_lock import locked
from samstudio.separation.models.hub import TIMEOUT, Listing, hub_errors, list_files, used_token

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds to wait before another attempt, each time no byte has arrived; after them the hub counts as out of reach."""
REPORT_EVERY = 0.05
"""Seconds between two reports of progress."""
_BLOCK = 1 << 20
_SHA256_LETTERS = 64


def download(name: str, token: str | None = None) -> Generator[Progress, None, StoredModel]:
    """Download a part from the hub, by short name or hub id, or resume a download that was stopped.

    Yields progress in bytes; closing it stops, and keeps what has arrived. Files that are there already are checked
    and, where they are damaged or the hub has newer ones, replaced. Raises SeparationError.
    """
    hub = hub_id(name)
    known = find_entry(name)
    if known and known.hub is None:
        raise SeparationError(f"'{known.name}' is your own {known.path}: remove it from the list first.")
    listing = list_files(hub, token)
    folder = download_folder(hub)
    published = published_model(hub)
    sizes = {file.name: file.size for file in listing.files}
    entry = StoredModel(published.names[-1] if published else str(hub), folder, hub, sizes)
    _check_space(folder, listing.size - entry.disk)
    write_entries([*(e for e in read_entries() if e.hub != hub), entry])
    yield from fetch(listing, folder, token)
    return entry


class Partial:
    """An incomplete file: the bytes that have arrived, and their checksum so far. A context that holds it open."""

    def __init__(self, file: HubFile, folder: Path) -> None:
        self.file = file
        self.path = folder / f"{file.name}.{file.checksum[:12] or 'unknown'}{PARTIAL_SUFFIX}"
        self.count = 0
        self._digest = _digest(file)

    def __enter__(self) -> Self:
        self._disk = self.path.open("a+b")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._disk.close()

    def resume(self) -> Generator[int, None, None]:
        """Read what an earlier attempt has left, yielding the bytes read."""
        self._disk.seek(0)
        while block := self._disk.read(_BLOCK):
            self._digest.update(block)
            self.count += len(block)
            yield self.count

    def start_over(self) -> None:
        """Discard all bytes."""
        self._disk.truncate(0)
        self.count, self._digest = 0, _digest(self.file)

    def append(self, block: bytes) -> None:
        """Write and hash more bytes."""
        self._disk.write(block)
        self._digest.update(block)
        self.count += len(block)

    def finish(self) -> None:
        """Flush it to the disk. Raises SeparationError, and discards it, where size or checksum are wrong."""
        if self.count != self.file.size or not _is_right(self._digest, self.file):
            self.start_over()
            raise SeparationError(
                f"{self.file.name} arrived damaged (its size or checksum is not the hub's) and was thrown away: "
                "please start the download again."
            )
        self._disk.flush()
        os.fsync(self._disk.fileno())


def fetch(listing: Listing, folder: Path, token: str | None = None) -> Generator[Progress, None, None]:
    """Make `folder` hold every file of the listing, complete; progress is in bytes of all of them.

    Closing it stops; the next call goes on from there. Files that are there already are checked, and fetched only
    where they differ. Raises SeparationError.
    """
    done = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            for file in listing.files:
                for step in _fetch_file(listing, file, folder, used_token(token)):
                    yield Progress(f"{step.stage} {file.name}", done + step.done, listing.size)
                done += file.size
            # Of files that the hub no longer has in this form.
            for leftover in folder.glob(f"*{PARTIAL_SUFFIX}"):
                leftover.unlink()
    except OSError as error:
        raise DiskError(
            f"{folder} can't be written: {error.strerror or error}; what has been downloaded is kept."
        ) from error


def _check_space(folder: Path, needed: int) -> None:
    """Raises DiskError where `needed` bytes do not fit on the folder's disk."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if needed > free:
        raise DiskError(
            f"The download needs {needed / 1e9:.1f} GB more, and {folder} has {free / 1e9:.1f} GB free: free some, or "
            "set SAMSTUDIO_MODELS to a folder on a larger disk."
        )


def _fetch_file(listing: Listing, file: HubFile, folder: Path, token: str | None) -> Generator[Progress, None, None]:
    """Download one file; progress in its own bytes."""
    target = folder / file.name
    if (yield from _is_complete(target, file)):
        return
    url = hf_hub_url(listing.hub.repository, file.name, revision=listing.commit)
    # A compressed answer could not be resumed in the middle. The token does not follow to the hub's other servers.
    headers = {"User-Agent": f"samstudio/{__version__}", "Accept-Encoding": "identity"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    with Partial(file, folder) as partial:
        for count in partial.resume():
            yield Progress("Checking", count, file.size)
        if partial.count > file.size:
            partial.start_over()
        with hub_errors(listing.hub):
            yield from _receive(partial, url, headers)
        partial.finish()
    partial.path.replace(target)


def _is_complete(target: Path, file: HubFile) -> Generator[Progress, None, bool]:
    """Whether the file on the disk is the hub's."""
    if not target.is_file() or target.stat().st_size != file.size:
        return False
    digest, count = _digest(file), 0
    with target.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
            count += len(block)
            yield Progress("Checking", count, file.size)
    return _is_right(digest, file)


def _receive(partial: Partial, url: str, headers: dict[str, str]) -> Generator[Progress, None, None]:
    """Receive all missing bytes; after a broken connection wait, then resume where it broke."""
    pauses = iter(PAUSES)
    while partial.count < partial.file.size:
        before = partial.count
        broken: httpx2.HTTPError | None = None
        try:
            yield from _stream(partial, url, headers)
        except httpx2.TransportError as error:
            broken = error
        except HfHubHTTPError as error:
            if not _is_temporary(error):
                raise
            broken = error
        if partial.count > before:
            pauses = iter(PAUSES)
            continue
        pause = next(pauses, None)
        if pause is None:
            raise broken or httpx2.ReadError("the answer was empty")
        yield from _wait(partial, pause)


def _stream(partial: Partial, url: str, headers: dict[str, str]) -> Generator[Progress, None, None]:
    """One answer of the hub, from the first missing byte on."""
    asked = {"Range": f"bytes={partial.count}-"} if partial.count else {}
    reported = 0.0
    with get_session().stream("GET", url, headers={**headers, **asked}, timeout=TIMEOUT) as answer:
        hf_raise_for_status(answer)
        if partial.count and not _begins_at(answer, partial.count):
            partial.start_over()
        for block in answer.iter_bytes():
            partial.append(block)
            if partial.count > partial.file.size:
                return
            if monotonic() - reported >= REPORT_EVERY:
                reported = monotonic()
                yield Progress("Downloading", partial.count, partial.file.size)
    yield Progress("Downloading", partial.count, partial.file.size)


def _begins_at(answer: httpx2.Response, start: int) -> bool:
    """Whether the answer is the rest from byte `start` on; otherwise it is the whole file."""
    whole_or_rest: str = answer.headers.get("Content-Range", "")
    return answer.status_code == httpx2.codes.PARTIAL_CONTENT and whole_or_rest.startswith(f"bytes {start}-")


def _is_temporary(error: HfHubHTTPError) -> bool:
    """Whether another attempt may help: the hub is overloaded or in trouble."""
    code = error.response.status_code
    return code == httpx2.codes.TOO_MANY_REQUESTS or httpx2.codes.is_server_error(code)


def _wait(partial: Partial, seconds: float) -> Generator[Progress, None, None]:
    """Wait in steps short enough to be cancelled in."""
    end = monotonic() + seconds
    while monotonic() < end:
        sleep(min(0.1, seconds))
        yield Progress("Waiting for the hub to send", partial.count, partial.file.size)


def _digest(file: HubFile) -> "hashlib._Hash":
    """A running checksum of the kind that the hub gives: SHA-256 of large files, git's SHA-1 of small ones."""
    if len(file.checksum) == _SHA256_LETTERS:
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)


def _is_right(digest: "hashlib._Hash", file: HubFile) -> bool:
    return not file.checksum or digest.hexdigest() == file.checksum
