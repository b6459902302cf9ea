"""The log: of bounded size, and its user's alone."""

import logging
import os

import pytest

from samstudio.app import log


@pytest.fixture
def file(monkeypatch, tmp_path):
    folder = tmp_path / "state" / "log"
    monkeypatch.setattr(log, "user_log_path", lambda *_args, **_options: folder)
    return folder / "samstudio.log"


def test_errors_of_commands_do_not_let_the_log_grow(file, monkeypatch):
    monkeypatch.setattr(log, "_MOST_BYTES", 2000)
    for number in range(200):
        assert log.append_to_log(ValueError(f"error {number}")) == file
    assert "error 199" in file.read_text()
    assert sum(path.stat().st_size for path in file.parent.iterdir()) < 3 * 2000
    assert len(list(file.parent.iterdir())) == 3


@pytest.mark.skipif(os.name != "posix", reason="needs permissions")
def test_the_log_is_its_users_alone(file):
    file.parent.mkdir(parents=True)
    file.write_text("older")
    file.chmod(0o644)
    log.append_to_log(ValueError("a secret"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert logging.getLogger().handlers is not None
