"""What the presets stand for."""

from dataclasses import dataclass

from samstudio.separation.engine import SeparationError
from samstudio.separation.sam_audio.sampling.solver import Solver, SolverPlan
from samstudio.session.sam_audio_settings import Preset, SamAudioSettings

MOST_STEPS = 256
MOST_CANDIDATES = 16


@dataclass(frozen=True)
class Effort:
    """How a solve is made, how many are made to choose from, and whether spans are looked for first."""

    plan: SolverPlan
    candidates: int = 1
    predict_spans: bool = False


# The published model itself takes 16 midpoint steps; its demonstration makes 8 candidates and predicts spans.
_STEPS = {Preset.FAST: 8, Preset.BALANCED: 16, Preset.BEST: 16}
_CANDIDATES = {Preset.FAST: 1, Preset.BALANCED: 1, Preset.BEST: 4}


def effort(settings: SamAudioSettings) -> Effort:
    """The preset with its overrides. Raises SeparationError for a value there can't be."""
    preset = settings.preset
    steps = _STEPS[preset] if settings.steps is None else settings.steps
    candidates = _CANDIDATES[preset] if settings.candidates is None else settings.candidates
    spans = preset is Preset.BEST if settings.predict_spans is None else settings.predict_spans
    if not 1 <= steps <= MOST_STEPS:
        raise SeparationError(f"The solver can take 1 to {MOST_STEPS} steps, not {steps}.")
    if not 1 <= candidates <= MOST_CANDIDATES:
        raise SeparationError(f"There can be 1 to {MOST_CANDIDATES} candidates, not {candidates}.")
    if settings.solver not in (None, *Solver):
        raise SeparationError(f"There is no solver '{settings.solver}': choose {' or '.join(Solver)}.")
    return Effort(SolverPlan(Solver(settings.solver or Solver.MIDPOINT), 1.0 / steps), candidates, spans)
