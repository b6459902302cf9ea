"""The state of a model part, in words and with an icon."""

from dataclasses import dataclass

from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.models.transfer import Transfer
from samstudio.ui.time_text import format_left


@dataclass(frozen=True)
class Standing:
    """The state of a part: icon, the colour's role, a word or two, and a sentence that says what to do."""

    icon: str
    role: str
    words: str
    sentence: str


PURPOSES = {
    Role.MODEL: "Separates",
    Role.CODEC: "Turns sound into latents, and back",
    Role.TEXT: "Encodes the text that you type",
    Role.VISION: "Looks at what is marked in the video",
    Role.SPANS: "Listens for any words (optional)",
    Role.TRACKER: "Follows objects in the video (optional)",
    Role.JUDGE: "Picks the best candidate (optional)",
}

_HUB = {
    # The hub's last answer, by hub.Access.
    "ready": Standing("download", "accent", "Access granted", "You have access: it can be downloaded."),
    "not logged in": Standing(
        "lock", "warning", "Needs a token", "The hub does not know the account: paste a token of yours."
    ),
    "token not valid": Standing(
        "error", "error", "Token not valid", "The hub does not know this token: make a new one and paste it."
    ),
    "token without the right": Standing(
        "error",
        "error",
        "Token too narrow",
        "This token may not read gated repositories: allow it “read access to contents of all public gated repos”.",
    ),
    "access not asked for": Standing(
        "lock", "warning", "Not asked for", "Access was not requested with this account: press Ask for access."
    ),
    "access pending": Standing(
        "clock", "warning", "Pending", "The authors have not answered your request yet: check again later."
    ),
    "access refused": Standing(
        "error", "error", "Refused", "The authors have refused your request: use a folder with the same files instead."
    ),
    "not found": Standing("error", "error", "Not found", "The hub has no such repository, or you may not see it."),
    "offline": Standing(
        "warning", "warning", "Hub out of reach", "The hub can't be reached: connect this computer to the internet."
    ),
    "no usable answer": Standing("warning", "warning", "No answer", "The hub gave no usable answer: try again later."),
}


def standing(part: ModelPart) -> Standing:
    """The state of its files, or, where they are not here, of the access to them."""
    if part.state is PartState.READY:
        return Standing("check", "success", "Ready", "It is here, and works without the internet.")
    if part.state is PartState.NEEDS_CODEC:
        sentence = (
            "It comes without its codec, and none of the others fits: get the codec, or add the file that has it."
        )
        return Standing("warning", "warning", "Needs a codec", sentence)
    if part.state is PartState.FAULTY:
        return Standing("error", "error", "Faulty", f"It did not pass its check: {part.fault}")
    if part.access is not None and part.access != "ready":
        return _HUB[part.access]
    if part.state is PartState.INCOMPLETE:
        sentence = f"{format_bytes(part.here)} are here: the download continues where it stopped."
        return Standing("history", "warning", f"Incomplete, {part.here / max(1, part.disk):.0%}", sentence)
    if part.is_own:
        return Standing("error", "error", "Missing", f"It is no longer in {part.path}: put it back or remove it.")
    if part.access is not None:
        return _HUB[part.access]
    if part.gated:
        return Standing("lock", "text_dim", "Missing, needs access", "Ask for access, then check or download.")
    return Standing("dot", "text_dim", "Missing, freely available", "It can be downloaded without access rights.")


def inner_standing(model: ModelPart, role: Role) -> Standing | None:
    """The state of a part that a model has within itself; None where it is left out and another one is needed."""
    if model.contents is None:
        return Standing("dot", "text_dim", "Comes with the model", "It is in the files of the model.")
    file = model.contents.parts.get(role, "")
    if file:
        return Standing("check", "success", "Ready", f"It is in {file}.")
    if role is Role.VISION:
        return Standing("dot", "text_dim", "Left out", "Without it the video can't be part of a prompt.")
    return None


def title_of(part: ModelPart) -> str:
    """Its name without the purpose that the catalogue adds."""
    return part.title.partition(", ")[0]


def format_bytes(count: float) -> str:
    """`5.1 GB`, `893 MB`."""
    if count >= 999.5e6:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 9.95e6 else f"{count / 1e6:.1f} MB"


def transfer_lines(step: Transfer) -> tuple[str, str]:
    """The current step of a download, and its speed and time left."""
    head = f"{step.title}: {step.stage[:1].lower()}{step.stage[1:]}" if step.title else step.stage
    if step.count > 1:
        head = f"{step.number} of {step.count} · {head}"
    if step.total > 1:
        head += f" · {format_bytes(step.done)} of {format_bytes(step.total)}"
    speed = f"{format_bytes(step.speed)}/s" if step.speed else ""
    left = format_left(step.left) if step.left is not None else ""
    return head, " · ".join(part for part in (speed, left) if part)
