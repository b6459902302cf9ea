"""pytest-xdist ignores the exit code of its workers: a crash while Python or Qt shuts down fails the run here."""

import pytest

_WORKERS = pytest.StashKey[list]()
_PATIENCE = 120
"""Seconds that a worker may take to end: on a busy machine the 10 s of pytest-xdist are too few."""


@pytest.hookimpl(optionalhook=True)
def pytest_testnodeready(node) -> None:
    node.nodemanager.EXIT_TIMEOUT = _PATIENCE
    node.config.stash.setdefault(_WORKERS, []).append(node.gateway)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session):
    """xdist's own hook waits for the workers, and kills those that do not end in time."""
    yield
    codes = {gateway.id: gateway._io.popen.returncode for gateway in session.config.stash.get(_WORKERS, [])}
    if any(codes.values()):
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.ensure_newline()
        reporter.write_line(f"Workers that did not exit cleanly (code by worker): {codes}", red=True)
