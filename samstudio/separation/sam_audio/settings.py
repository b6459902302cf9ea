"""The settings of a separation, with the preset's values where the user left them to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.sampling.solver import Solver, SolverPlan
from samstudio.separation.sam_audio.settings_table import PRESETS, SETTINGS
from samstudio.session.engine_settings import SettingError, Value, checked_options, decided_options


class Mode(StrEnum):
    """What the target is made of: the model's own sound, or the recording under a mask that the model makes."""

    GENERATED = "generated"
    FAITHFUL = "faithful"


class ResidualKind(StrEnum):
    """The recording less the target, or the rest as the model itself generates it."""

    EXACT = "exact"
    MODEL = "model"


class WindowOrder(StrEnum):
    """All windows of a long clip together, or one after the other, so that the first is heard early."""

    JOINT = "joint"
    STREAMING = "streaming"


@dataclass(frozen=True)
class SamAudioSettings:
    """The rows of `settings_table` as typed fields, the preset's values filled in."""

    model: str
    """A model's name, hub id, folder or file; empty: none has been set up."""
    judge: str
    """The Judge that chooses among candidates, named likewise; without one they are measured."""
    mode: Mode
    residual: ResidualKind
    order: WindowOrder
    watermark: bool
    """Whether generated sound carries the model's inaudible watermark."""
    presence_gate: bool
    """Whether the target is silenced where nothing indicates the sound."""
    plan: SolverPlan
    candidates: int
    predict_spans: bool
    drafts: bool
    """Whether a joint solve gives out drafts where the request's focus is."""

    @classmethod
    def of(cls, options: Mapping[str, Value]) -> Self:
        """The settings that the options ask for. Raises SeparationError for a value there can't be."""
        try:
            chosen: dict[str, Any] = dict(decided_options(checked_options(SETTINGS, options), PRESETS))
        except SettingError as error:
            raise SeparationError(str(error)) from error
        return cls(
            model=chosen["model"],
            judge=chosen["judge"],
            mode=Mode(chosen["mode"]),
            residual=ResidualKind(chosen["residual"]),
            order=WindowOrder(chosen["order"]),
            watermark=chosen["watermark"],
            presence_gate=chosen["presence_gate"],
            plan=SolverPlan(Solver(chosen["solver"]), 1.0 / chosen["steps"]),
            candidates=chosen["candidates"],
            predict_spans=chosen["predict_spans"],
            drafts=chosen["drafts"],
        )
