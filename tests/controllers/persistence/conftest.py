"""What saving and opening share, without a window."""

import pytest

from samstudio.controllers.persistence.session_locks import SessionLocks
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.playback.mixing import Mixing


@pytest.fixture
def mixing(qapp):
    return Mixing()


@pytest.fixture
def locks(tmp_path):
    return SessionLocks(tmp_path / "locks")


@pytest.fixture
def state(document, mixing, locks):
    """Of a document with the tone open, which is in no session."""
    made = SessionState(document, mixing, locks)
    document.open(document.clip)
    return made
