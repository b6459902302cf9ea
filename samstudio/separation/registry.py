"""Which engines there are. Their descriptions are read at once, their code only when an engine is created."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from samstudio import separation
from samstudio.separation.engine import Engine, SeparationError
from samstudio.separation.engine_info import EngineInfo, PromptPart
from samstudio.session.engine_settings import Options, SettingError, Table, Value, checked_options
from samstudio.session.frame_grid import FrameGrid
from samstudio.session.take import SeparationSettings
from samstudio.session.text.quoting import one_line

_added: list[EngineInfo] = []


@cache
def _found() -> tuple[EngineInfo, ...]:
    """The descriptions in the packages beside this module: a package with a module `engine_info` is an engine."""
    names = [
        f"{separation.__name__}.{module.name}.engine_info"
        for module in iter_modules(separation.__path__)
        if module.ispkg
    ]
    return tuple(import_module(name).ENGINE for name in names if find_spec(name))


def register(info: EngineInfo) -> None:
    """Add an engine that is no package beside this module, in place of one of the same name."""
    unregister(info.name)
    _added.append(info)


def unregister(name: str) -> None:
    """Take an added engine away again."""
    _added[:] = [info for info in _added if info.name != name]


def engines(options: Mapping[str, Mapping[str, Value]] | None = None) -> tuple[EngineInfo, ...]:
    """All engines, the default first; `options` are those chosen for each, by the engines' names.

    An engine that lacks weights which it cannot run without says so in `unavailable`.
    """
    every = sorted((*_found(), *_added), key=lambda info: not info.is_default)
    return tuple(_with_availability(info, (options or {}).get(info.name, {})) for info in every)


def _with_availability(info: EngineInfo, options: Mapping[str, Value]) -> EngineInfo:
    if info.missing_part(options) is None:
        return info
    sentence = f"{info.title} needs its weights: set it up to get them, or point to a folder that has them."
    return replace(info, unavailable=sentence)


def find_engine(name: str) -> EngineInfo | None:
    """The engine of that name; None for one that this installation does not have."""
    return next((info for info in engines() if info.name == name), None)


def engine_info(name: str) -> EngineInfo:
    """The engine of that name. Raises SeparationError for an unknown one."""
    info = find_engine(name)
    if info is None:
        known = ", ".join(info.name for info in engines())
        raise SeparationError(f"There is no engine called '{one_line(name, 60)}'; the engines are: {known}.")
    return info


def create_engine(name: str, *, keeps: bool = True) -> Engine:
    """The engine of that name, imported now. Raises SeparationError for an unknown one.

    With `keeps` its results are kept, and answered with where the same is asked for again.
    """
    # Imports the listener's networks.
    from samstudio.separation.cache.kept_results import KeptResults
    from samstudio.separation.wording.left_out import LeavingOut

    info = engine_info(name)
    engine = LeavingOut(info.create())
    return KeptResults(info, engine) if keeps and info.weights_in_use is not None else engine


def engine_title(name: str) -> str:
    """What an engine is called; an unknown one by its name."""
    # Without a look at its weights: every row of a list of takes asks.
    return next((info.title for info in (*_found(), *_added) if info.name == name), name)


def settings_table(name: str) -> Table:
    """The settings that an engine has of its own; none for an unknown one."""
    info = find_engine(name)
    return info.settings if info else ()


def checked_settings(settings: SeparationSettings) -> SeparationSettings:
    """The settings with all of the engine's options, those that were not chosen at their defaults.

    Raises SeparationError for an unknown engine and for a value that a setting cannot have.
    """
    try:
        return replace(settings, options=checked_options(engine_info(settings.engine).settings, settings.options))
    except SettingError as error:
        raise SeparationError(str(error)) from error


def sums_exactly(settings: SeparationSettings) -> bool:
    """Whether the residual is what is left of the sound, and not a model's own."""
    info = find_engine(settings.engine)
    return info is not None and info.sums_exactly(Options({**info.defaults, **settings.options}))


def frame_grid(name: str) -> FrameGrid | None:
    """The frames in which an engine sees time; where it does not, those of the first engine that does."""
    grids = [info.frames for info in engines() if info.frames]
    info = find_engine(name)
    return info.frames if info and info.frames else next(iter(grids), None)


def engine_accepts(name: str, part: PromptPart) -> bool:
    """Whether there is an engine of that name that goes by that part of a prompt."""
    info = find_engine(name)
    return info is not None and part in info.accepts


def engine_that_accepts(part: PromptPart) -> EngineInfo | None:
    """The first engine that goes by that part of a prompt; for words: by any of them."""
    able = (
        info for info in engines() if part in info.accepts and (part is not PromptPart.TEXT or info.accepts_any_text)
    )
    return next(able, None)
