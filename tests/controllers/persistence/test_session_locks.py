from samstudio.controllers.persistence.session_locks import SessionLocks


def test_a_session_is_held_by_one_window_until_it_lets_go(tmp_path):
    mine, other = SessionLocks(tmp_path / "locks"), SessionLocks(tmp_path / "locks")
    session, second = tmp_path / "a.samstudio", tmp_path / "b.samstudio"
    assert mine.take(session)
    assert mine.take(session)
    assert not other.take(session)
    assert other.take(second)
    assert mine.take(tmp_path / "c.samstudio")
    mine.keep_only(tmp_path / "c.samstudio")
    assert other.take(session)
    mine.keep_only(None)
    other.keep_only(None)
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
