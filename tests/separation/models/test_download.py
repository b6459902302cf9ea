import errno
import logging

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.download import Partial, fetch
from samstudio.separation.models.entries import DiskError
from samstudio.separation.models.files import PARTIAL_SUFFIX
from samstudio.separation.models.folder_lock import LOCK, locked
from samstudio.separation.models.hub import Access, AccessError, list_files
from samstudio.separation.models.hub_id import HubId
from tests.separation.models.fake_hub import TOKEN, Faults
from tests.separation.models.hub_fixtures import CHECKPOINT, FILES

SMALL = HubId("facebook/sam-audio-small")
WANTED = ("config.json", "LICENSE", "checkpoint.pt")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "model"


def assert_whole(folder):
    """All files as on the hub, and nothing half-finished beside them."""
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != LOCK} == {
        name: FILES[name] for name in WANTED
    }


def get(folder, token=None):
    return list(fetch(list_files(SMALL, token), folder, token))


def ranges(hub):
    return [headers.get("range") for headers in hub.sent("checkpoint.pt") if headers["host"].startswith("localhost")]


def test_files_arrive_whole_and_progress_counts_their_bytes(hub, folder, monkeypatch):
    monkeypatch.setattr("samstudio.separation.models.download.REPORT_EVERY", 0.0)
    steps = get(folder)
    assert_whole(folder)
    total = sum(len(FILES[name]) for name in WANTED)
    assert {step.total for step in steps} == {total}
    counts = [step.done for step in steps]
    assert counts == sorted(counts)
    assert counts[-1] == total
    assert len([step for step in steps if step.stage == "Downloading checkpoint.pt"]) > 2


def test_a_broken_line_is_taken_up_where_it_broke(hub, folder):
    hub.faults = Faults(cuts=[100_000])
    get(folder)
    assert_whole(folder)
    assert ranges(hub) == [None, "bytes=100000-"]


def test_a_line_that_breaks_often_is_fine_as_long_as_something_comes(hub, folder):
    hub.faults = Faults(cuts=[40_000] * 6)
    get(folder)
    assert_whole(folder)
    assert len(ranges(hub)) == 7


def test_a_line_that_brings_nothing_is_given_up_and_what_has_come_is_kept(hub, folder):
    hub.faults = Faults(cuts=[100_000, 0, 0, 0])
    with pytest.raises(AccessError) as emitted:
        get(folder)
    assert emitted.value.access is Access.OFFLINE
    assert not (folder / "checkpoint.pt").exists()
    get(folder)
    assert_whole(folder)
    assert ranges(hub) == [None] + ["bytes=100000-"] * 4


def test_stopping_keeps_what_has_come_and_the_next_call_goes_on(hub, folder, monkeypatch):
    monkeypatch.setattr("samstudio.separation.models.download.REPORT_EVERY", 0.0)
    steps = fetch(list_files(SMALL), folder)
    step = next(step for step in steps if step.stage == "Downloading checkpoint.pt")
    steps.close()
    (part,) = folder.glob(f"*{PARTIAL_SUFFIX}")
    come = part.stat().st_size
    assert 0 < come < len(CHECKPOINT)
    assert come == step.done - len(FILES["config.json"]) - len(FILES["LICENSE"])
    assert not (folder / "checkpoint.pt").exists()
    again = get(folder)
    assert_whole(folder)
    assert ranges(hub)[-1] == f"bytes={come}-"
    assert any(step.stage == "Checking checkpoint.pt" for step in again)


def test_a_hub_that_sends_all_of_it_again_is_understood(hub, folder):
    hub.faults = Faults(cuts=[100_000], ignores_ranges=True)
    get(folder)
    assert_whole(folder)


def test_an_overloaded_hub_is_given_time(hub, folder):
    hub.faults = Faults(overloaded=2)
    get(folder)
    assert_whole(folder)
    hub.faults = Faults(overloaded=1000)
    (folder / "checkpoint.pt").unlink()
    with pytest.raises(AccessError, match="try again later"):
        get(folder)


def test_what_arrives_damaged_is_thrown_away_and_the_old_file_stays(hub, folder):
    get(folder)
    newer = CHECKPOINT[::-1]
    hub.repositories[SMALL.repository].revisions["main"] = FILES | {"checkpoint.pt": newer}
    hub.faults = Faults(damages=True)
    with pytest.raises(SeparationError, match=r"checkpoint\.pt arrived damaged"):
        get(folder)
    assert (folder / "checkpoint.pt").read_bytes() == CHECKPOINT
    hub.faults = Faults()
    get(folder)
    assert (folder / "checkpoint.pt").read_bytes() == newer


def test_a_rotten_part_does_not_make_a_rotten_file(hub, folder):
    listing = list_files(SMALL)
    part = Partial(listing.files[-1], folder).path
    folder.mkdir()
    part.write_bytes(b"x" * (len(CHECKPOINT) + 1))
    get(folder)
    assert_whole(folder)
    (folder / "checkpoint.pt").unlink()
    part.write_bytes(b"x" * 1000)
    with pytest.raises(SeparationError, match="start the download again"):
        get(folder)
    get(folder)
    assert_whole(folder)


def test_whole_files_are_checked_and_not_fetched_twice(hub, folder):
    get(folder)
    hub.requests.clear()
    steps = get(folder)
    assert hub.sent("checkpoint.pt") == []
    assert steps[-1].done == steps[-1].total
    assert {step.stage.split()[0] for step in steps} == {"Checking"}


def test_a_file_that_has_rotted_on_the_disk_is_replaced(hub, folder):
    get(folder)
    (folder / "checkpoint.pt").write_bytes(b"0" + CHECKPOINT[1:])
    get(folder)
    assert_whole(folder)


def test_parts_of_an_older_version_are_cleared_away(hub, folder):
    folder.mkdir()
    (folder / f"checkpoint.pt.0123456789ab{PARTIAL_SUFFIX}").write_bytes(b"old")
    get(folder)
    assert_whole(folder)


def test_the_token_reaches_the_hub_and_neither_its_other_server_nor_the_disk_nor_the_log(hub, folder, caplog):
    hub.repositories[SMALL.repository].gate = "open"
    with caplog.at_level(logging.DEBUG):
        get(folder, TOKEN)
    asked, served = hub.sent("checkpoint.pt")
    assert asked["authorization"] == f"Bearer {TOKEN}"
    assert "authorization" not in served
    assert TOKEN not in caplog.text
    assert not any(TOKEN.encode() in path.read_bytes() for path in folder.iterdir())


def test_a_disk_that_fills_up_is_reported_and_the_part_is_kept(hub, folder, monkeypatch):
    append = Partial.append

    def fill_up(self, block):
        if self.count > 50_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(self, block)

    monkeypatch.setattr(Partial, "append", fill_up)
    with pytest.raises(DiskError, match="No space left on device; what has been downloaded is kept"):
        get(folder)
    assert next(folder.glob(f"*{PARTIAL_SUFFIX}")).stat().st_size > 50_000
    monkeypatch.setattr(Partial, "append", append)
    get(folder)
    assert_whole(folder)


def test_two_cannot_download_into_one_folder(hub, folder):
    folder.mkdir()
    with locked(folder), pytest.raises(SeparationError, match="being downloaded already"):
        get(folder)
    get(folder)
    assert_whole(folder)
