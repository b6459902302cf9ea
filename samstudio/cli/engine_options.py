"""The options that engines have of their own, made from their tables of settings."""

import argparse
from collections.abc import Sequence
from typing import Any

from samstudio.cli.errors import CommandError, Exit
from samstudio.separation.engine_info import EngineInfo
from samstudio.session.engine_settings import (
    ChoiceSetting,
    FlagSetting,
    NumberSetting,
    Options,
    PartSetting,
    Setting,
    Value,
)


def add_settings(parser: argparse.ArgumentParser, engines: Sequence[EngineInfo]) -> None:
    """An option for each setting; of several engines that call one alike, the first describes it."""
    taken: set[str] = set()
    for info in engines:
        rows = [row for row in info.settings if row.name not in taken and row.changes_result]
        if rows:
            group = parser.add_argument_group(f"{info.name} only, unless said otherwise")
            for row in rows:
                _add(group, row, engines)
        taken |= {row.name for row in rows}


def _add(group: Any, row: Setting, engines: Sequence[EngineInfo]) -> None:
    """Add the option of a setting; None, where it is found, says that it was not given."""
    help_text = "; ".join([row.command_help, *_exceptions(row, engines)]).replace("%", "%%")
    option = f"--{row.flag}"
    match row:
        case FlagSetting(default=True):
            group.add_argument(f"--no-{row.flag}", dest=row.name, action="store_false", default=None, help=help_text)
        case FlagSetting(by_preset=True):
            group.add_argument(option, action=argparse.BooleanOptionalAction, default=None, help=help_text)
        case FlagSetting():
            group.add_argument(option, action="store_true", default=None, help=help_text)
        case ChoiceSetting():
            group.add_argument(option, choices=_all_choices(row, engines), help=help_text)
        case NumberSetting():
            group.add_argument(option, type=int, metavar="N", help=help_text)
        case PartSetting():
            group.add_argument(option, metavar="ID|DIR|FILE", help=help_text)
        case _:
            group.add_argument(option, metavar="TEXT", help=help_text)


def _exceptions(row: Setting, engines: Sequence[EngineInfo]) -> list[str]:
    return [f"{info.name} is always {info.fixed[row.name]}" for info in engines if row.name in info.fixed]


def _all_choices(row: Setting, engines: Sequence[EngineInfo]) -> list[str]:
    """Of all engines that have a setting of that name; which of them its own engine has is checked later."""
    rows = [other for info in engines for other in info.settings if other.name == row.name]
    return list(dict.fromkeys(value for other in rows if isinstance(other, ChoiceSetting) for value in other.values))


def chosen_options(info: EngineInfo, engines: Sequence[EngineInfo], options: argparse.Namespace) -> Options:
    """What was given of the engine's own settings. Raises CommandError for those of others."""
    chosen: dict[str, Value] = {}
    for name in dict.fromkeys(row.name for other in engines for row in other.settings if row.changes_result):
        value = getattr(options, name)
        if value is None:
            continue
        if info.setting(name) is not None:
            chosen[name] = value
        elif info.fixed.get(name) != value:
            raise CommandError(
                Exit.USAGE, f"The {info.name} engine has no '{_as_given(name, value)}': please leave it out."
            )
    return Options(chosen)


def _as_given(name: str, value: Value) -> str:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    return f"--{flag} {value}"
