"""The DAW project of an export."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from samstudio.audio.errors import AudioError
from samstudio.audio.export.daw.daw_project import (
    COLORS,
    EARLIER_COLOR,
    DawMix,
    DawProject,
    DawTrack,
    check_daw_path,
    daw_project,
)
from samstudio.audio.export.daw.picture import picture_of
from samstudio.audio.export.export_request import VIDEO, ExportRequest
from samstudio.session.mix import Strip


def check_exported(request: ExportRequest, mix: DawMix, paths: Mapping[str, Path]) -> None:
    """Raises AudioError for files of a format or a name that a project cannot refer to."""
    if request.format.is_lossy:
        raise AudioError("A DAW project needs WAV, FLAC or AIFF: lossy files change in length. Choose one of those.")
    for path in paths.values():
        check_daw_path(Path(path.name))
    if mix.picture is not None and picture_of(mix.picture, request.clip.track) is not None:
        check_daw_path(mix.picture)


def exported_project(request: ExportRequest, mix: DawMix, paths: Mapping[str, Path]) -> DawProject:
    """The project of the files at `paths`, by their stems."""
    colors = {**COLORS, **mix.colors}
    tracks = [
        DawTrack(paths[stem], colors.get(stem, EARLIER_COLOR), sound.shape[1], mix.strips.get(stem, Strip()))
        for stem, sound in request.stems.items()
    ]
    picture = None if mix.picture is None else picture_of(mix.picture, request.clip.track)
    if picture is not None and VIDEO in paths:
        # The copy beside the files, which is as long and stays with them.
        picture = replace(picture, path=paths[VIDEO])
    return daw_project(request.clip, request.render_chain, tracks, mix, fades=request.clip_fades, picture=picture)
