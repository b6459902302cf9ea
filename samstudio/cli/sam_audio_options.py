"""The options that only SAM Audio has, and the settings that they make."""

import argparse
from typing import Any

from samstudio.cli.errors import CommandError, Exit
from samstudio.separation.registry import NO_MODEL, SAM_AUDIO
from samstudio.session.sam_audio_settings import Mode, Preset, ResidualKind, SamAudioSettings, WindowOrder

NAMES = (
    "model", "judge", "preset", "solver", "steps", "candidates", "predict_spans", "mode", "residual", "order",
    "watermark", "presence_gate",
)  # fmt: skip
"""Where the options' values are found; None where an option was not given."""


def add_sam_audio_options(parser: argparse.ArgumentParser) -> None:
    """How SAM Audio works."""
    group = parser.add_argument_group(f"{SAM_AUDIO.name} only, unless said otherwise")
    group.add_argument("--model", metavar="ID|DIR|FILE", help="weights")
    group.add_argument("--preset", choices=list(Preset), help="how much work the result is worth (default balanced)")
    group.add_argument(
        "--mode", choices=list(Mode),
        help="the model's own sound, or the recording's behind a mask it draws; spectral is always faithful",
    )  # fmt: skip
    group.add_argument(
        "--residual", choices=list(ResidualKind),
        help="the recording less the target, or the model's own; spectral's is always exact",
    )  # fmt: skip
    group.add_argument(
        "--order", choices=list(WindowOrder),
        help="long clips: all windows together (default), or one by one, for a preview that comes early",
    )  # fmt: skip
    group.add_argument("--solver", choices=["midpoint", "euler"], help="instead of the preset's")
    group.add_argument("--steps", type=int, metavar="N", help="of the solver, instead of the preset's")
    group.add_argument("--candidates", type=int, metavar="N", help="how many to choose from, with --judge")
    group.add_argument("--judge", metavar="ID|DIR|FILE", help="weights of the Judge that chooses among candidates")
    group.add_argument(
        "--predict-spans", action=argparse.BooleanOptionalAction, default=None,
        help="look for the places where the words of the prompt are heard, and use them as + spans",
    )  # fmt: skip
    group.add_argument(
        "--no-watermark", dest="watermark", action="store_false", default=None,
        help="leave the model's inaudible watermark out of generated sound",
    )  # fmt: skip
    group.add_argument(
        "--no-presence-gate", dest="presence_gate", action="store_false", default=None,
        help="don't silence the target where nothing says that it is there",
    )  # fmt: skip


def sam_audio_settings(options: argparse.Namespace) -> SamAudioSettings:
    """The settings that the options ask for. Raises CommandError where no weights are named."""
    if not options.model:
        raise CommandError(Exit.MISSING, NO_MODEL)
    given: dict[str, Any] = {name: getattr(options, name) for name in NAMES if getattr(options, name) is not None}
    for name, kind in (("preset", Preset), ("mode", Mode), ("residual", ResidualKind), ("order", WindowOrder)):
        if name in given:
            given[name] = kind(given[name])
    return SamAudioSettings(**given)
