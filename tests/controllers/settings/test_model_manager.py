import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from samstudio.controllers.settings.model_manager import ModelManager, TransferRate
from samstudio.separation.engine import Progress
from samstudio.separation.models import check
from samstudio.separation.models.catalogue import Role
from samstudio.separation.models.entries import PartState, read_entries
from samstudio.separation.models.inventory import ModelPart, usable_part
from tests.separation.models.fake_hub import TOKEN, Faults, Repository
from tests.separation.models.hub_fixtures import CHECKPOINT, FILES, hub, library
from tests.signals import emissions

__all__ = ["hub", "library"]


@pytest.fixture
def faults(monkeypatch) -> list[str]:
    """What the check of any part will find: nothing, unless a test says so. The real one would import torch."""
    found: list[str] = []
    monkeypatch.setattr(check, "examine", lambda _path: iter((Progress("Checking the weights", 5, 10), *found)))
    return found


@pytest.fixture
def weights(library, faults, background):
    return ModelManager(background)


def part(weights: ModelManager, name: str) -> ModelPart:
    return next(part for part in weights.parts if part.name == name)


def wait_for_parts(weights: ModelManager, qtbot) -> None:
    with qtbot.waitSignal(weights.parts_changed):
        weights.refresh()


def order(weights: ModelManager, qtbot, give) -> None:
    """Give an order and wait until the stock after it has been taken."""
    events: list[str] = []
    weights.running_changed.connect(lambda running: events.append("begun" if running else "ended"))
    weights.parts_changed.connect(lambda _parts: events.append("stock"))
    give()
    qtbot.waitUntil(lambda: "ended" in events and "stock" in events[events.index("ended") :])


def own_folder(parent: Path, kind: str = "sam_audio", name: str = "mine") -> Path:
    folder = parent / name
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(f'{{"model_type": "{kind}"}}')
    (folder / "checkpoint.pt").write_bytes(b"weights")
    return folder


def test_the_stock_knows_every_part_and_asks_nobody(weights, qtbot, hub):
    wait_for_parts(weights, qtbot)
    small, text = part(weights, "small"), part(weights, "t5-base")
    assert (small.state, small.gated, small.access, text.gated) == (PartState.MISSING, True, None, False)
    assert small.page == "https://huggingface.co/facebook/sam-audio-small"
    assert small.disk > 5e9 > small.memory > 0
    assert hub.requests == []


def test_a_download_tells_how_it_goes_and_ends_ready(weights, qtbot, hub, monkeypatch):
    monkeypatch.setattr("samstudio.separation.models.download.REPORT_EVERY", 0.0)
    wait_for_parts(weights, qtbot)
    steps, added, failed = emissions(weights.progressed), emissions(weights.part_added), emissions(weights.failed)
    order(weights, qtbot, lambda: weights.download(("small",), ""))
    assert failed == []
    assert added == ["small"]
    small = part(weights, "small")
    assert small.is_ready
    assert small.path is not None
    assert (small.path / "checkpoint.pt").read_bytes() == CHECKPOINT
    assert small.here >= small.disk == sum(len(FILES[name]) for name in ("config.json", "LICENSE", "checkpoint.pt"))
    assert {step.title for step in steps} == {"SAM Audio small"}
    assert [step.done for step in steps if "checkpoint.pt" in step.stage][-1] == small.disk


def test_a_token_goes_along_and_is_written_nowhere(weights, qtbot, hub, library):
    hub.repositories["facebook/sam-audio-small"].gate = "open"
    wait_for_parts(weights, qtbot)
    order(weights, qtbot, lambda: weights.download(("small",), TOKEN))
    assert part(weights, "small").is_ready
    assert all(TOKEN.encode() not in file.read_bytes() for file in library.rglob("*") if file.is_file())


def test_a_cancelled_download_is_gone_on_with(weights, qtbot, hub, monkeypatch):
    monkeypatch.setattr("samstudio.separation.models.download.PAUSES", (30.0,))
    hub.faults = Faults(cuts=[150_000, 0])
    wait_for_parts(weights, qtbot)
    stopped, added, failed = emissions(weights.stopped), emissions(weights.part_added), emissions(weights.failed)
    weights.progressed.connect(lambda step: weights.cancel() if step.stage.startswith("Waiting") else None)
    order(weights, qtbot, lambda: weights.download(("small",), ""))
    assert (stopped, added, failed) == ([None], [], [])
    assert part(weights, "small").state is PartState.INCOMPLETE
    assert 150_000 <= part(weights, "small").here < part(weights, "small").disk
    order(weights, qtbot, lambda: weights.download(("small",), ""))
    assert part(weights, "small").is_ready
    assert "bytes=150000-" in [headers.get("range") for headers in hub.sent("checkpoint.pt")]


@pytest.mark.parametrize(
    ("gate", "access"),
    [("pending", "access pending"), ("refused", "access refused"), ("ask", "access not asked for")],
)
def test_access_is_reported_when_it_is_asked_for(weights, qtbot, hub, gate, access):
    hub.repositories["facebook/sam-audio-small"].gate = gate
    wait_for_parts(weights, qtbot)
    denied = emissions(weights.access_denied)
    order(weights, qtbot, lambda: weights.ask_access(("small",), TOKEN))
    assert part(weights, "small").access == access
    assert part(weights, "base").access is None
    assert denied == []


def test_a_download_that_is_denied_says_why_and_ends_the_order(weights, qtbot, hub):
    hub.repositories["facebook/sam-audio-small"].gate = "pending"
    hub.repositories["google-t5/t5-base"] = Repository({"main": FILES})
    wait_for_parts(weights, qtbot)
    denied, failed = emissions(weights.access_denied), emissions(weights.failed)
    order(weights, qtbot, lambda: weights.download(("small", "t5-base"), TOKEN))
    assert (denied, failed) == (["small"], [])
    assert part(weights, "small").access == "access pending"
    assert part(weights, "t5-base").state is PartState.MISSING


def test_weights_that_are_not_what_they_say_are_reported(weights, qtbot, hub, faults):
    faults.append("The key proj.weight is missing.")
    wait_for_parts(weights, qtbot)
    added = emissions(weights.part_added)
    with qtbot.waitSignal(weights.failed) as failed:
        weights.download(("small",), "")
    assert failed.args == ["The key proj.weight is missing."]
    assert added == []
    # Until its thread has said goodbye, the order stands in the way of another one.
    qtbot.waitUntil(lambda: not weights.is_running)
    wait_for_parts(weights, qtbot)
    assert part(weights, "small").state is PartState.FAULTY
    assert part(weights, "small").fault == "The key proj.weight is missing."
    faults.clear()
    order(weights, qtbot, lambda: weights.download(("small",), ""))
    assert part(weights, "small").state is PartState.READY


def test_a_folder_of_ones_own_is_named_and_forgotten_but_never_deleted(weights, qtbot, tmp_path):
    folder = own_folder(tmp_path)
    added = emissions(weights.part_added)
    order(weights, qtbot, lambda: weights.add_path(folder))
    assert added == ["mine"]
    assert part(weights, "mine").is_own
    assert part(weights, "mine").is_ready
    order(weights, qtbot, lambda: weights.remove("mine"))
    assert all(part.name != "mine" for part in weights.parts)
    assert (folder / "checkpoint.pt").exists()


def test_the_check_of_a_folder_tells_how_much_it_has_read_and_can_be_cancelled(weights, qtbot, tmp_path, monkeypatch):
    told, added, stopped = emissions(weights.progressed), emissions(weights.part_added), emissions(weights.stopped)
    order(weights, qtbot, lambda: weights.add_path(own_folder(tmp_path)))
    assert [(step.stage, step.done, step.total) for step in told] == [
        ("Checking the weights", 0, 0),
        ("Checking the weights", 5, 10),
    ]
    read = threading.Event()

    def reading(_path):
        yield Progress("Checking the weights", 5, 10)
        assert read.wait(30)
        yield Progress("Checking the weights", 6, 10)

    monkeypatch.setattr(check, "examine", reading)
    weights.progressed.connect(lambda step: (weights.cancel(), read.set()) if step.total else None)
    order(weights, qtbot, lambda: weights.add_path(own_folder(tmp_path, name="other")))
    assert (added, stopped) == (["mine"], [None])
    assert all(part.name != "other" for part in weights.parts)


def test_folders_of_one_name_are_numbered_and_the_same_folder_stays_one(weights, qtbot, tmp_path):
    added = emissions(weights.part_added)
    for parent in ("a", "b", "a"):
        folder = tmp_path / parent / "mine"
        if not folder.exists():
            own_folder(tmp_path / parent)
        order(weights, qtbot, lambda folder=folder: weights.add_path(folder))
    assert added == ["mine", "mine 2", "mine"]
    assert sum(part.is_own for part in weights.parts) == 2


def test_a_folder_named_like_a_published_part_stands_for_it(weights, qtbot, tmp_path):
    order(weights, qtbot, lambda: weights.add_path(own_folder(tmp_path, name="t5-base")))
    text = part(weights, "t5-base")
    assert text.is_ready
    assert text.is_own
    assert text.path == tmp_path / "t5-base"


def test_a_wrong_folder_is_refused_in_one_sentence(weights, qtbot, tmp_path):
    with qtbot.waitSignal(weights.failed) as failed:
        weights.add_path(tmp_path)
    assert "is empty" in failed.args[0]


def test_a_faulty_folder_is_not_added(weights, qtbot, tmp_path, faults):
    faults.append("The key proj.weight is missing.")
    order(weights, qtbot, lambda: weights.add_path(own_folder(tmp_path)))
    assert read_entries() == []


def test_a_second_order_waits_for_nobody_and_does_nothing(weights, qtbot, hub, tmp_path):
    added = emissions(weights.part_added)
    weights.add_path(own_folder(tmp_path))
    assert weights.is_running
    weights.download(("small",), "")
    qtbot.waitUntil(lambda: not weights.is_running)
    assert added == ["mine"]
    assert hub.requests == []


def test_pace_counts_only_what_comes():
    now = [0.0]
    rate = TransferRate(lambda: now[0])
    assert rate.add(Progress("Checking checkpoint.pt", 900, 2000)) is None
    for seconds, done in ((0, 1000), (1, 1100), (2, 1200)):
        now[0] = seconds
        speed = rate.add(Progress("Downloading checkpoint.pt", done, 2000))
    assert speed == pytest.approx(100.0)
    assert rate.add(Progress("Waiting for the hub to send checkpoint.pt", 1200, 2000)) is None
    now[0] = 20
    assert rate.add(Progress("Downloading checkpoint.pt", 1300, 2000)) is None


def test_which_model_is_used(tmp_path):
    parts = (
        ModelPart("small", "Small", Role.MODEL, PartState.MISSING, 1, engine="one"),
        ModelPart("t5-base", "T5", Role.TEXT, PartState.READY, 1),
        ModelPart("base", "Base", Role.MODEL, PartState.READY, 1, engine="one"),
        ModelPart("large", "Large", Role.MODEL, PartState.READY, 1, engine="one"),
    )
    assert usable_part(parts, "one", "model", "large") == "large"
    assert usable_part(parts, "one", "model", "small") == "base"
    assert usable_part(parts, "one", "model", str(tmp_path)) == str(tmp_path)
    assert usable_part(parts[:2], "one", "model", "small") == usable_part(parts, "other", "model", "small") == ""


def test_an_older_reading_of_the_disk_never_replaces_a_newer_one(weights, qtbot, monkeypatch):
    begun, may_end, answers = threading.Event(), threading.Event(), iter(["old", "new"])

    def look():
        answer = next(answers)
        if answer == "old":
            begun.set()
            may_end.wait(30)
        return (SimpleNamespace(name=answer),)

    monkeypatch.setattr("samstudio.controllers.settings.model_manager.all_parts", look)
    monkeypatch.setattr("samstudio.controllers.settings.model_manager.replace", lambda part, **_facts: part)
    emitted = emissions(weights.parts_changed)
    ended = []
    weights.refresh()
    weights._refresh_job.ended.connect(lambda: ended.append("old"))
    assert begun.wait(30)
    wait_for_parts(weights, qtbot)
    may_end.set()
    qtbot.waitUntil(lambda: ended == ["old"])
    assert [parts[0].name for parts in emitted] == ["new"]
