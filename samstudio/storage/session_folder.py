"""Saving to a session's folder: session.json, and beside it the stems of its takes.

Stems are written once, under the id of their take, and never changed; session.json is replaced last and at once. So
whatever moment a save is stopped at, the folder holds the last session that was saved completely. Stems that nothing
refers to any more are removed at the end of the next save.
"""

import os
import re
import shutil
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from samstudio.audio.atomic_file import PREFIX, clear_errors, write_whole
from samstudio.audio.errors import AudioError
from samstudio.session.correction import CellField
from samstudio.session.prompt import Prompt, Span
from samstudio.session.session import Session
from samstudio.session.take import Take
from samstudio.session.text.quoting import size_text
from samstudio.storage.cell_files import write_cells
from samstudio.storage.clip_file import find_sha256, path_to_clip
from samstudio.storage.job_manifest import MANIFEST, write_take_manifests
from samstudio.storage.json_values import Stored, stored_fields
from samstudio.storage.session_text import session_text
from samstudio.storage.stem_files import write_stem

SUFFIX, SESSION_JSON, TAKES = ".samstudio", "session.json", "takes"
STEM_NAME = re.compile(rf"{TAKES}/([0-9A-Za-z_-]{{1,64}})/[0-9A-Za-z_-]{{1,64}}\.(wav|cells)")


@dataclass(frozen=True, eq=False)
class StoredStem:
    """Samples, or the cells of a correction, and a file that holds them."""

    path: Path
    samples: Stored


@dataclass(frozen=True)
class SaveProgress:
    """`done` of `total` bytes; `stage` says what is going on."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, eq=False)
class SavedSession:
    """What lies in `folder` now; `left_out` names the takes for which there was no room."""

    folder: Path
    session: Session
    stored: tuple[StoredStem, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class SaveRequest:
    """Save `session` in `folder`.

    `stored_stems`: which samples are in which files already. Those in `also` are referred to, those in `link_from` get
    a second name in `folder` where the disk can do that; all others are written. With `spare`, takes are left out where
    fewer bytes than that would stay free on the disk; without, a disk too full is an error. `hashed` asks for the
    clip's hash where it is not known, `tidy` for the removal of what nothing refers to.
    """

    folder: Path
    session: Session
    stored_stems: Sequence[StoredStem] = ()
    also: Path | None = None
    link_from: Path | None = None
    spare: int | None = None
    hashed: bool = True
    tidy: bool = True


def save_session(request: SaveRequest) -> Generator[SaveProgress | SavedSession, None, None]:
    """Save, with the outcome as the last step; closing it stops the save. Raises AudioError and SessionError.

    Whatever goes wrong, the session that was in the folder before can still be opened.
    """
    yield from _Saving(request).steps()


def store_stems(request: SaveRequest) -> Generator[SaveProgress | SavedSession, None, None]:
    """Write the stems alone that a save would have to write: the next one has only session.json left to do."""
    yield from _Saving(request).stems_only()


def stored_takes(
    takes: Iterable[Take], stored_stems: Sequence[StoredStem], folders: Sequence[Path]
) -> tuple[Take, ...]:
    """The takes of which all stems are in one of these sessions. Cells are small: a save writes them along."""
    there = {
        id(stored.samples) for stored in stored_stems if any(stored.path.is_relative_to(folder) for folder in folders)
    }
    return tuple(take for take in takes if all(_is_in(there, stored) for _, stored in _stems(take)))


def _is_in(there: set[int], stored: Stored) -> bool:
    return id(stored) in there or isinstance(stored, CellField)


class _Saving:
    """One save in progress."""

    def __init__(self, request: SaveRequest) -> None:
        self._request, self._folder = request, request.folder
        self._names: dict[int, str] = {}
        self._new: list[StoredStem] = []
        self._left_out: list[str] = []
        self._stored: dict[int, list[StoredStem]] = {}
        for stored in request.stored_stems:
            self._stored.setdefault(id(stored.samples), []).append(stored)

    def steps(self) -> Generator[SaveProgress | SavedSession, None, None]:
        """Save in the order that keeps the old session valid until the last step."""
        session = self._request.session
        self._prepare()
        session = replace(session, takes=self._within_free_space(session.takes))
        yield from self._write_stems(session)
        session = replace(session, clip=replace(session.clip, path=path_to_clip(session.clip.absolute, self._folder)))
        if self._request.hashed and not session.clip.sha256:
            sha256 = yield from self._hash(Path(session.clip.absolute))
            session = replace(session, clip=replace(session.clip, sha256=sha256))
        if self._request.hashed:
            new = {new.path.parent.name for new in self._new if new.path.suffix == ".wav"}
            for step in write_take_manifests(self._folder, session, new, self._names.values()):
                yield SaveProgress("Writing manifests", *step)
        self._write_json(session)
        if self._request.tidy:
            self._clean()
        yield SavedSession(self._folder, session, tuple(self._new), tuple(self._left_out))

    def stems_only(self) -> Generator[SaveProgress | SavedSession, None, None]:
        """The first half."""
        self._prepare()
        session = self._request.session
        session = replace(session, takes=self._within_free_space(session.takes))
        yield from self._write_stems(session)
        yield SavedSession(self._folder, session, tuple(self._new), tuple(self._left_out))

    def _prepare(self) -> None:
        with clear_errors(self._folder):
            self._folder.mkdir(exist_ok=True)
        # A session from elsewhere could contain links that lead a save out of its folder.
        for path in (self._folder / SESSION_JSON, self._folder / TAKES):
            if path.is_symlink():
                raise AudioError(f"{path.name} in “{self._folder.name}” is a link: save under another name.")

    def _within_free_space(self, takes: tuple[Take, ...]) -> tuple[Take, ...]:
        """Find the stems that are stored already and plan the rest, as far as the disk has room."""
        free = shutil.disk_usage(self._folder).free - (self._request.spare or 0)
        kept = []
        for take in takes:
            plan = [(trail, samples) for trail, samples in _stems(take) if not self._is_there(samples)]
            size = sum({id(samples): samples.nbytes for _, samples in plan}.values())
            if size > max(0, free) and self._request.spare is not None:
                self._left_out.append(take.name)
                continue
            free -= size
            kept.append(take)
            for trail, samples in plan:
                if id(samples) not in self._names:
                    self._plan(take, trail, samples)
        if free < 0 and self._request.spare is None:
            raise AudioError(
                f"The disk is full: “{self._folder.name}” needs {size_text(-free)} more; free some space, or save in "
                "another folder."
            )
        return tuple(kept)

    def _is_there(self, samples: Stored) -> bool:
        if id(samples) in self._names:
            return True
        for stored in self._stored.get(id(samples), ()):
            for place in (self._folder, self._request.also):
                if place and stored.path.is_relative_to(place) and stored.path.exists():
                    self._names[id(samples)] = stored.path.relative_to(place).as_posix()
                    return True
        return False

    def _plan(self, take: Take, trail: str, samples: Stored) -> None:
        suffix = "cells" if isinstance(samples, CellField) else "wav"
        name, number = f"{TAKES}/{take.id}/{trail}.{suffix}", 1
        while (self._folder / name).exists():
            number += 1
            name = f"{TAKES}/{take.id}/{trail}-{number}.{suffix}"
        self._names[id(samples)] = name
        self._new.append(StoredStem(self._folder / name, samples))

    def _write_stems(self, session: Session) -> Generator[SaveProgress, None, None]:
        total, before = sum(new.samples.nbytes for new in self._new), 0
        for new in self._new:
            with clear_errors(new.path):
                new.path.parent.mkdir(parents=True, exist_ok=True)
            if new.path.parent.is_symlink():
                raise AudioError(f"A folder in “{self._folder.name}” is a link: save under another name.")
            if self._link(new):
                pass
            elif isinstance(new.samples, CellField):
                write_cells(new.path, new.samples)
            else:
                for frames in write_stem(new.path, new.samples, session.clip.sample_rate):
                    yield SaveProgress("Writing stems", before + frames * 4 * session.clip.channels, total)
            before += new.samples.nbytes
            yield SaveProgress("Writing stems", before, total)

    def _link(self, new: StoredStem) -> bool:
        source = self._request.link_from
        for stored in self._stored.get(id(new.samples), ()):
            if source and stored.path.is_relative_to(source):
                # Another disk, or one without links.
                with suppress(OSError):
                    os.link(stored.path, new.path)
                    return True
        return False

    def _hash(self, path: Path) -> Generator[SaveProgress, None, str]:
        # A recording that was removed meanwhile must not prevent the save.
        with suppress(AudioError):
            for step in find_sha256(path):
                if isinstance(step, str):
                    return step
                yield SaveProgress("Computing the checksum of the recording", *step)
        return ""

    def _write_json(self, session: Session) -> None:
        text = session_text(session, lambda samples: self._names[id(samples)])
        # A file's name that is no text goes in as JSON's own escapes.
        data = text.encode("utf-8", "backslashreplace")
        write_whole(self._folder / SESSION_JSON, data)

    def _clean(self) -> None:
        """Remove stems that nothing refers to, and temporary files of saves that were stopped."""
        used = {name for stem in self._names.values() for name in (stem, f"{Path(stem).parent.as_posix()}/{MANIFEST}")}
        for folder in _real_folders(self._folder / TAKES):
            for path in list(folder.iterdir()):
                left = path.name.startswith((PREFIX, MANIFEST)) or STEM_NAME.fullmatch(
                    f"{TAKES}/{folder.name}/{path.name}"
                )
                if left and path.relative_to(self._folder).as_posix() not in used:
                    with suppress(OSError):
                        path.unlink()
            with suppress(OSError):
                folder.rmdir()


def _stems(value: Any, trail: tuple[str, ...] = ()) -> Iterator[tuple[str, Stored]]:
    """Every stem of a take with a name after its place: `target`, `withheld`, `candidates-2-residual`.

    And the cells of its corrections: `correction`.
    """
    # There is no sound in spans, of which there may be hundreds: they are skipped.
    if value is None or isinstance(value, str | int | float | Prompt | Span):
        return
    if isinstance(value, np.ndarray):
        yield _joined(trail), value
    elif isinstance(value, CellField):
        if value.blocks:
            yield _joined(trail), value
    elif isinstance(value, tuple):
        for number, part in enumerate(value, 1):
            yield from _stems(part, (*trail, str(number)))
    elif is_dataclass(value):
        for name in stored_fields(value.__class__):
            part = getattr(value, name)
            # Most fields hold none, and there may be thousands of takes.
            if part is not None and not isinstance(part, str | int | float):
                yield from _stems(part, (*trail, name))


def _joined(trail: tuple[str, ...]) -> str:
    return "-".join(part for part in trail if part not in ("sound", "stems", "cells"))


def _real_folders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []
