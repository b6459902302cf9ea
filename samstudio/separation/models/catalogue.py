"""The published models of all engines: one table, with where each is downloaded from, its size and its licence.

A second table holds those that come with the program. The files are those that `files.wanted_files` finds in the
repository. A download is checked file by file against the hub's checksums, then by the engine it belongs to (`check`).
Sizes are in bytes.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from samstudio.assets import asset
from samstudio.separation.engine import SeparationError
from samstudio.separation.models.hub_id import HubId, parse_hub_id


class Role(StrEnum):
    """What a folder of weights does for a separation."""

    MODEL = "model"
    CODEC = "codec"
    TEXT = "text encoder"
    VISION = "vision encoder"
    SPANS = "span predictor"
    JUDGE = "judge"
    TRACKER = "video tracker"


@dataclass(frozen=True)
class ModelFamily:
    """The models of one engine: the texts about all of them in the set-up dialog."""

    engine: str
    """The engine's name in the registry."""
    summary: str
    access: str
    """How to get the gated ones."""
    variant: str = ""
    """What the variants are, whose names end in `variant_suffix`; empty where there are none."""
    variant_hint: str = ""
    variant_suffix: str = ""


@dataclass(frozen=True)
class KnownModel:
    """A published repository.

    `disk` is the size of the files that are downloaded, `memory` that of what a request without video loads of them:
    a diffusion transformer in bfloat16 and all else in float32. `names` are the short ways to ask for it, the
    shortest first. `helpers` are the names of the other models that a model's config.json refers to.
    """

    hub: HubId
    family: ModelFamily
    role: Role
    title: str
    disk: int
    memory: int
    names: tuple[str, ...]
    licence: str
    gated: bool = False
    summary: str = ""
    """Who should choose this one among the models of its role."""
    helpers: tuple[str, ...] = ()


SAM_AUDIO = ModelFamily(
    "sam-audio",
    "Meta's model is made to take out what a text describes, with spans or without. "
    "Once its weights are here it works without the internet, on this computer.",
    "Meta gives the weights to accounts of the Hugging Face hub that have accepted its licence. "
    "It is free; an answer can take from minutes to days.",
    "The variant that was trained for video (-tv)",
    "Meant for sounds marked in the video; the size is the same.",
    "-tv",
)

_TRANSFORMERS = {"small": 492_089_856, "base": 1_146_918_912, "large": 2_928_828_672}
_CHECKPOINTS = {"small": 1_275_035_782, "base": 1_931_243_654, "large": 3_715_221_638}
_SPAN_PREDICTORS = {"small": 450_000_000, "base": 560_000_000, "large": 1_400_000_000}
"""Numbers of weights."""
_CODEC = 107_671_171
_T5_ENCODER = 110_000_000
_JUDGE = 2_000_000_000
_TRACKERS = {"tiny": 38_900_000, "large": 224_400_000}
"""As their authors round them."""
_SUMMARIES = {
    "small": "Quick; for most computers.",
    "base": "Better; needs a graphics card to be quick.",
    "large": "The best; needs a large graphics card to be quick.",
}
_SAM_LICENCE, _APACHE = "SAM License", "Apache-2.0"


def _sam_audio(size: str, variant: str = "", purpose: str = "") -> KnownModel:
    name = f"sam-audio-{size}{variant}"
    return KnownModel(
        HubId(f"facebook/{name}"),
        SAM_AUDIO,
        Role.MODEL,
        f"SAM Audio {size}{purpose}",
        4 * _CHECKPOINTS[size],
        2 * _TRANSFORMERS[size] + 4 * _CODEC,
        (f"{size}{variant}", name),
        _SAM_LICENCE,
        gated=True,
        summary=_SUMMARIES[size],
        helpers=("t5-base", "pe-a-frame-large"),
    )


def _span_predictor(size: str) -> KnownModel:
    name = f"pe-a-frame-{size}"
    hub = HubId(f"facebook/{name}", "perception_models")
    count = 4 * _SPAN_PREDICTORS[size]
    title = f"PE-A-Frame {size}, finds spans for words"
    return KnownModel(hub, SAM_AUDIO, Role.SPANS, title, count, count, (name,), _APACHE)


def _tracker(size: str, purpose: str) -> KnownModel:
    name = f"sam2.1-hiera-{size}"
    count = 4 * _TRACKERS[size]
    title = f"SAM 2.1 {size}, follows objects in the video{purpose}"
    return KnownModel(HubId(f"facebook/{name}"), SAM_AUDIO, Role.TRACKER, title, count, count, (name,), _APACHE)


KNOWN = (
    *(_sam_audio(size) for size in _CHECKPOINTS),
    *(_sam_audio(size, "-tv", ", for visual prompts") for size in _CHECKPOINTS),
    # The file holds T5's decoder too, which is never loaded.
    KnownModel(
        HubId("google-t5/t5-base"),
        SAM_AUDIO,
        Role.TEXT,
        "T5 base, reads the words",
        893_000_000,
        4 * _T5_ENCODER,
        ("t5-base",),
        _APACHE,
    ),
    # Meta's own models bring it along; conversions may leave it out.
    KnownModel(
        HubId("facebook/dacvae-watermarked", file="weights.pth"),
        SAM_AUDIO,
        Role.CODEC,
        "DACVAE codec, for models that come without one",
        4 * _CODEC,
        4 * _CODEC,
        ("codec", "dacvae-watermarked"),
        _SAM_LICENCE,
    ),
    *(_span_predictor(size) for size in _SPAN_PREDICTORS),
    KnownModel(
        HubId("facebook/sam-audio-judge", "sam_audio"),
        SAM_AUDIO,
        Role.JUDGE,
        "SAM Audio Judge, scores results",
        4 * _JUDGE,
        4 * _JUDGE,
        ("judge", "sam-audio-judge"),
        _SAM_LICENCE,
        gated=True,
    ),
    _tracker("tiny", ""),
    _tracker("large", ", on a graphics card"),
)
"""Sizes of PE-A-Frame and the Judge follow from their rounded parameter counts."""


def licence_of(engine: str, role: Role) -> str:
    """The licence of an engine's published parts of that role, which holds for conversions too; empty if unknown."""
    parts = (known for known in KNOWN if known.family.engine == engine)
    return next((known.licence for known in parts if known.role is role), "")


def families() -> tuple[ModelFamily, ...]:
    """The families in the table, in its order."""
    return tuple(dict.fromkeys(known.family for known in KNOWN))


def family_of(engine: str) -> ModelFamily | None:
    """The models of an engine; None for an engine that needs none."""
    return next((family for family in families() if family.engine == engine), None)


def known_model(name: str) -> KnownModel | None:
    """The published repository of that short name or hub id; of another revision it is another one."""
    for known in KNOWN:
        if name in (*known.names, known.hub.repository, str(known.hub)):
            return known
    return None


def published_model(hub: HubId) -> KnownModel | None:
    """The row of a repository at a revision."""
    return next((known for known in KNOWN if known.hub == hub), None)


def hub_id(name: str) -> HubId:
    """The hub id of `name`: a short name of a published model, or a hub id. Raises SeparationError."""
    known = known_model(name)
    if known:
        return known.hub
    found = parse_hub_id(name)
    if found is None:
        raise SeparationError(
            f"'{name}' is no file or folder here, and no hub id: one is written owner/name, such as {KNOWN[0].hub}."
        )
    return found


@dataclass(frozen=True)
class ShippedModel:
    """Weights that come with the program; `purpose` says what it uses them for. See resources/models/NOTICE.md."""

    title: str
    file: str
    licence: str
    purpose: str

    @property
    def path(self) -> Path:
        """The file of its weights."""
        return asset(f"models/{self.file}")


SHIPPED = (
    ShippedModel("YAMNet", "yamnet.safetensors", "Apache-2.0", "hears 521 kinds of sound, for words"),
    ShippedModel("Silero VAD", "silero_vad.safetensors", "MIT", "hears speech, for words and voices"),
    ShippedModel("Spleeter", "spleeter.safetensors", "MIT", "hears what is voice, as evidence beside spans"),
    ShippedModel("MobileSAM", "mobilesam.safetensors", "MIT", "sees what was clicked on in a video"),
)
