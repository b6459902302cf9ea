"""The Hugging Face hub: who may have a repository, and what is in it.

Nothing here runs unless the user asked for a download or for the state of an access. Tokens are only passed on: only
huggingface_hub stores one, where the user has logged in with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import httpx2
from huggingface_hub import HfApi, get_hf_file_metadata, get_token, hf_hub_url
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.files import CONFIG_FILE, HubFile, models_in, wanted_files
from samstudio.separation.models.hub_id import HubId
from samstudio.session.text.quoting import listed

TIMEOUT = 10.0
"""Seconds without any answer after which the hub counts as out of reach."""


class Access(StrEnum):
    """The hub's answer to an account that requests a repository."""

    READY = "ready"
    NOT_LOGGED_IN = "not logged in"
    BAD_TOKEN = "token not valid"  # noqa: S105 (a state, not a token)
    NARROW_TOKEN = "token without the right"  # noqa: S105
    NOT_ASKED = "access not asked for"
    PENDING = "access pending"
    REFUSED = "access refused"
    NOT_FOUND = "not found"
    OFFLINE = "offline"
    FAILED = "no usable answer"


_REMEDIES = {
    Access.READY: "{hub} can be downloaded.",
    Access.NOT_LOGGED_IN: "{hub} is given to logged-in accounts: ask for access at {page}, make a token at "
    "https://huggingface.co/settings/tokens, and pass it on with --token, HF_TOKEN or 'hf auth login'.",
    Access.BAD_TOKEN: "The hub does not know this token: make a new one at https://huggingface.co/settings/tokens.",
    Access.NARROW_TOKEN: "This token may not read gated repositories: allow it 'read access to contents of all public "
    "gated repos' at https://huggingface.co/settings/tokens.",
    Access.NOT_ASKED: "Nobody has asked for access to {hub} with this account: accept its licence at {page}.",
    Access.PENDING: "The authors of {hub} have not answered your request yet: {page} shows when they have.",
    Access.REFUSED: "The authors of {hub} have refused your request: another repository or a local folder with the "
    "same files can be added instead.",
    Access.NOT_FOUND: "The hub has no {hub} that you may see: please check its name and revision.",
    Access.OFFLINE: "The hub can't be reached: connect this computer to the internet, or add a local folder.",
    Access.FAILED: "The hub gave no usable answer: try again later, or add a local folder.",
}


class AccessError(SeparationError):
    """The hub refuses a repository; `access` says why, the text what to do."""

    def __init__(self, access: Access, hub: HubId) -> None:
        super().__init__(remedy(access, hub))
        self.access = access


@dataclass(frozen=True)
class Listing:
    """The files of a repository that we need, as of one commit."""

    hub: HubId
    commit: str
    files: tuple[HubFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


def remedy(access: Access, hub: HubId) -> str:
    """One sentence: what the access is and what to do."""
    return _REMEDIES[access].format(hub=hub, page=hub.page)


def ask_access(hub: HubId, token: str | None = None, file: str = "") -> Access:
    """Ask the hub whether the files can be downloaded, by asking about one: that of the hub id, or config.json.

    `token` None: HF_TOKEN or the login of this computer.
    """
    try:
        with hub_errors(hub):
            get_hf_file_metadata(
                hf_hub_url(hub.repository, file or hub.file or CONFIG_FILE, revision=hub.revision),
                token=used_token(token) or False,
                timeout=TIMEOUT,
            )
    except AccessError as error:
        return error.access
    return Access.READY


def list_files(hub: HubId, token: str | None = None) -> Listing:
    """The files to download. Raises SeparationError where they can't be had or are no model."""
    with hub_errors(hub):
        info = HfApi().model_info(
            hub.repository,
            revision=hub.revision,
            files_metadata=True,
            token=used_token(token) or False,
            timeout=TIMEOUT,
        )
    files = []
    for sibling in info.siblings or []:
        checksum = sibling.lfs.sha256 if sibling.lfs else sibling.blob_id or ""
        files.append(HubFile(sibling.rfilename, sibling.size or 0, checksum))
    models = models_in(files)
    if len(models) > 1 and not hub.file:
        raise SeparationError(
            f"{hub} holds several models, {listed(models)}: name one by its file, such as '{hub}:{models[0]}'."
        )
    wanted = wanted_files(files, hub.file)
    if not wanted:
        raise SeparationError(
            f"{hub} on the hub is no model that SAM Studio reads: it has no weights in safetensors or PyTorch's format"
            + (" of that name." if hub.file else ", or only such as fp8, GGUF or ONNX.")
        )
    # The list is public where the files are not.
    access = ask_access(hub, token, wanted[0].name)
    if access is not Access.READY:
        raise AccessError(access, hub)
    return Listing(hub, info.sha or hub.revision, wanted)


def used_token(token: str | None = None) -> str | None:
    """The token given, or that of HF_TOKEN or of this computer's login."""
    return token or get_token()


@contextmanager
def hub_errors(hub: HubId) -> Iterator[None]:
    """Turn every refusal of the hub, and every failure of the connection, into an AccessError."""
    try:
        yield
    except GatedRepoError as error:
        raise AccessError(_gate(error), hub) from error
    except (RepositoryNotFoundError, RevisionNotFoundError, EntryNotFoundError) as error:
        bad = isinstance(error, HfHubHTTPError) and _is_bad_token(error)
        raise AccessError(Access.BAD_TOKEN if bad else Access.NOT_FOUND, hub) from error
    except HfHubHTTPError as error:
        raise AccessError(_refusal(error), hub) from error
    except (OfflineModeIsEnabled, httpx2.TransportError) as error:
        raise AccessError(Access.OFFLINE, hub) from error
    except httpx2.HTTPError as error:
        raise AccessError(Access.FAILED, hub) from error


def _gate(error: GatedRepoError) -> Access:
    """Why a gated repository is refused; only the text of the hub's message shows it."""
    words = _words(error)
    if error.response.status_code == httpx2.codes.UNAUTHORIZED:
        return Access.NOT_LOGGED_IN
    if "awaiting" in words or "pending" in words:
        return Access.PENDING
    if "rejected" in words:
        return Access.REFUSED
    return Access.NARROW_TOKEN if "fine-grained" in words else Access.NOT_ASKED


def _refusal(error: HfHubHTTPError) -> Access:
    """What any other error of the hub means."""
    if _is_bad_token(error):
        return Access.BAD_TOKEN
    if error.response.status_code == httpx2.codes.FORBIDDEN and "fine-grained" in _words(error):
        return Access.NARROW_TOKEN
    return Access.FAILED


def _is_bad_token(error: HfHubHTTPError) -> bool:
    sent = "authorization" in error.response.request.headers
    return sent and error.response.status_code == httpx2.codes.UNAUTHORIZED and "invalid" in _words(error)


def _words(error: HfHubHTTPError) -> str:
    return f"{error.server_message or ''} {error.response.headers.get('X-Error-Message', '')}".lower()
