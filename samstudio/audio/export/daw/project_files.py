"""Writes the two projects of an export beside its files, to be moved into place with them."""

import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import IO
from zipfile import ZipFile, ZipInfo

from samstudio.audio.atomic_file import AtomicFile, clear_errors
from samstudio.audio.encode.writer import AudioWriter, AudioWriterGroup
from samstudio.audio.export.daw.daw_project import DAWPROJECT, REAPER, DawProject
from samstudio.audio.export.daw.dawproject_xml import audio_name, metadata_xml, project_xml
from samstudio.audio.export.daw.reaper import reaper_project

_PIECE = 1 << 20
"""Bytes copied at a time."""


class ProjectFiles:
    """The files of both projects, included in a group at once. Raises AudioError if they could not be written."""

    def __init__(self, group: AudioWriterGroup, paths: Mapping[str, Path], *, overwrite: bool) -> None:
        self._paths = paths
        self._archive, self._text = (AtomicFile(paths[key], overwrite) for key in (DAWPROJECT, REAPER))
        group.add_file(self._archive)
        group.add_file(self._text)

    def write(self, project: DawProject, writers: Sequence[AudioWriter]) -> Generator[float, None, None]:
        """Write both, yielding the fraction done, 0..1; `writers` are those of the tracks' files. Raises AudioError.

        The archive has a copy of every file, which some hosts do not find elsewhere.
        """
        for writer in writers:
            writer.close()
        with clear_errors(self._paths[REAPER]):
            self._text.file.write(reaper_project(project, self._paths[REAPER].parent).encode())
        with clear_errors(self._paths[DAWPROJECT]), ZipFile(self._archive.file, "w") as archive:
            archive.writestr("metadata.xml", metadata_xml(project))
            archive.writestr("project.xml", project_xml(project))
            for number, (track, writer) in enumerate(zip(project.tracks, writers, strict=True)):
                for part in _copy(writer.atomic_file.file, archive, audio_name(track)):
                    yield (number + part) / len(writers)


def _copy(file: IO[bytes], archive: ZipFile, name: str) -> Generator[float, None, None]:
    """Copy a file into the archive as it is: sound hardly gets smaller."""
    size = file.seek(0, 2)
    file.seek(0)
    entry = ZipInfo(name, time.localtime()[:6])
    # Above 2 GB the entry needs another form, which is chosen by the size.
    entry.file_size = size
    with archive.open(entry, "w") as copy:
        while piece := file.read(_PIECE):
            copy.write(piece)
            yield file.tell() / size
