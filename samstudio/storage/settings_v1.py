"""A prompt and settings as `repr` gave them in version 1: batch journals kept a hash of that text."""

from samstudio.session.engine_settings import Value
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings

_DEFAULTS: dict[str, Value] = {
    "model": "",
    "judge": "",
    "preset": "balanced",
    "solver": None,
    "steps": None,
    "candidates": None,
    "predict_spans": None,
    "mode": "generated",
    "residual": "exact",
    "watermark": True,
    "order": "joint",
    "presence_gate": True,
}
"""The settings of SAM Audio, which were stored with every engine."""
_ENUMERATIONS = {"preset": "Preset", "mode": "Mode", "residual": "ResidualKind", "order": "Order"}


def prompt_in_v1(prompt: Prompt) -> str:
    """The text, in which rectangles in the video were regions."""
    return f"Prompt(text={prompt.text!r}, spans={prompt.spans!r}, regions={prompt.regions!r})"


def settings_in_v1(settings: SeparationSettings) -> str:
    """The text, in which the options of any other engine are missing."""
    common = {name: getattr(settings, name) for name in ("engine", "device", "seed", "silent_in_minus")}
    options = {name: settings.options.get(name, default) for name, default in _DEFAULTS.items()}
    shown = ", ".join(f"{name}={_shown(name, value)}" for name, value in options.items())
    facts = ", ".join(f"{name}={value!r}" for name, value in common.items())
    return f"SeparationSettings({facts}, sam_audio=SamAudioSettings({shown}))"


def _shown(name: str, value: Value) -> str:
    kind = _ENUMERATIONS.get(name)
    return f"<{kind}.{str(value).upper()}: {value!r}>" if kind else repr(value)
