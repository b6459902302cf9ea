import socket
import subprocess
import sys

from samstudio.controllers.persistence.session_locks import SessionLocks


def test_a_session_is_held_by_one_window_until_it_lets_go(tmp_path):
    mine, other = SessionLocks(tmp_path / "locks"), SessionLocks(tmp_path / "locks")
    session, second = tmp_path / "a.samstudio", tmp_path / "b.samstudio"
    assert mine.take(session)
    assert mine.take(session)
    assert not other.take(session)
    assert other.take(second)
    assert mine.take(tmp_path / "c.samstudio")
    mine.keep_only({tmp_path / "c.samstudio"})
    assert other.take(session)
    mine.keep_only(())
    other.keep_only(())
    assert list((tmp_path / "locks").iterdir()) == []


def test_two_ways_to_a_session_are_one(tmp_path):
    (tmp_path / "a.samstudio").mkdir()
    (tmp_path / "way").symlink_to(tmp_path / "a.samstudio")
    mine, other = SessionLocks(tmp_path / "locks"), SessionLocks(tmp_path / "locks")
    assert mine.take(tmp_path / "a.samstudio")
    assert not other.take(tmp_path / "way")


def test_where_no_lock_can_be_written_nobody_is_kept_from_working(tmp_path):
    (tmp_path / "locks").write_text("a file in the way")
    assert SessionLocks(tmp_path / "locks").take(tmp_path / "a.samstudio")


def test_locks_of_processes_that_crashed_are_removed_and_those_of_others_stay(tmp_path):
    living = SessionLocks(tmp_path / "locks")
    assert living.take(tmp_path / "a.samstudio")
    held = set((tmp_path / "locks").iterdir())
    # What a process leaves that has gone: its number, its program's name, and its computer's.
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / "locks" / "old.lock").write_text(f"{ended.stdout.decode().strip()}\npython\n{socket.gethostname()}\n")
    SessionLocks(tmp_path / "locks")
    assert set((tmp_path / "locks").iterdir()) == held
    living.keep_only(())


def test_locks_are_their_users_alone(tmp_path):
    locks = SessionLocks(tmp_path / "data" / "locks")
    locks.take(tmp_path / "a.samstudio")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "data", tmp_path / "data" / "locks")} == {0o700}
    locks.keep_only(())
