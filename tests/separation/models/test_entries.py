import json
from pathlib import Path

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.models import entries, store
from samstudio.separation.models.download import download
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import all_parts
from tests.separation.models.stored import own_folder, run

WRITTEN_BY_0_1_0 = """{
  "models": [
    {
      "name": "sam-audio-small",
      "repository": "facebook/sam-audio-small",
      "revision": "main",
      "files": {
        "config.json": 27,
        "LICENSE": 11,
        "checkpoint.pt": 7
      }
    },
    {
      "name": "sam-audio-judge",
      "repository": "facebook/sam-audio-judge",
      "revision": "sam_audio",
      "files": {
        "config.json": 2,
        "checkpoint.pt": 7
      },
      "fault": "checkpoint.pt lacks the key 'a'."
    },
    {
      "name": "t5-base",
      "path": "/weights/t5-base"
    }
  ]
}"""


def test_a_list_of_the_version_before_is_read_and_written_back_the_same(library):
    library.mkdir()
    (library / "models.json").write_text(WRITTEN_BY_0_1_0)
    folders = library / "facebook--sam-audio-small", library / "facebook--sam-audio-judge@sam_audio"
    for folder in folders:
        own_folder(folder)
    (folders[0] / "config.json").write_bytes(b'{"model_type": "sam_audio"}')
    (folders[0] / "LICENSE").write_bytes(b"SAM License")
    parts = {part.name: part for part in all_parts()}
    assert {name: parts[name].state for name in ("small", "judge", "t5-base", "base")} == {
        "small": PartState.READY,
        "judge": PartState.FAULTY,
        "t5-base": PartState.MISSING,
        "base": PartState.MISSING,
    }
    assert (parts["small"].path, parts["judge"].path) == folders
    assert (parts["t5-base"].path, parts["t5-base"].is_own) == (Path("/weights/t5-base"), True)
    assert parts["judge"].fault == "checkpoint.pt lacks the key 'a'."
    entries.write_entries(entries.read_entries())
    assert (library / "models.json").read_text() == WRITTEN_BY_0_1_0


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"models": [{"name": "x"}]}',
        '{"models": [{"name": "x", "repository": "../..", "revision": "main", "files": {}}]}',
        '{"models": [{"name": "x", "repository": "a/b", "revision": "main", "files": {"../../x": 1}}]}',
        '{"models": [{"name": "x", "repository": "a/b", "revision": "main", "files": {"x": "much"}}]}',
    ],
)
def test_a_damaged_list_is_reported(library, text):
    library.mkdir()
    (library / "models.json").write_text(text)
    with pytest.raises(SeparationError, match=r"models\.json is damaged"):
        store.resolve_model("small")


def test_a_damaged_list_does_not_stand_between_the_user_and_a_folder(library, tmp_path):
    library.mkdir()
    (library / "models.json").write_text("{")
    folder = own_folder(tmp_path / "mine")
    assert store.resolve_model(str(folder)) == folder


def test_a_download_comes_before_a_folder_that_is_called_alike(hub, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    alike = own_folder(tmp_path / "facebook" / "sam-audio-small")
    assert store.resolve_model("facebook/sam-audio-small") == Path("facebook/sam-audio-small")
    entry = run(download("small"))
    assert store.resolve_model("facebook/sam-audio-small") == entry.path
    assert store.resolve_model(str(alike)) == alike
    assert store.resolve_model("./facebook/sam-audio-small") == Path("facebook/sam-audio-small")


def test_a_list_that_is_lost_finds_its_files_again_without_fetching_them(hub, library):
    run(download("small"))
    (library / "models.json").unlink()
    hub.requests.clear()
    assert run(download("small")).state is PartState.READY
    assert hub.sent("checkpoint.pt") == []


def test_the_list_is_plain_to_read_and_written_whole(hub, library, tmp_path):
    run(download("small"))
    store.add_folder(own_folder(tmp_path / "mine"))
    names = [item["name"] for item in json.loads((library / "models.json").read_text("utf-8"))["models"]]
    assert names == ["sam-audio-small", "mine"]
    assert sorted(path.name for path in library.iterdir()) == ["facebook--sam-audio-small", "models.json"]


def test_a_list_that_cannot_be_written_is_reported(library, tmp_path):
    library.parent.mkdir(exist_ok=True)
    library.write_text("a file where the folder should be")
    with pytest.raises(SeparationError, match=r"can't be (read|written)"):
        store.add_folder(own_folder(tmp_path / "mine"))


def test_the_library_lies_among_the_users_data(monkeypatch):
    monkeypatch.delenv("SAMSTUDIO_MODELS", raising=False)
    assert entries.library_folder().name == "models"
    assert "samstudio" in str(entries.library_folder())


@pytest.mark.parametrize(
    "items",
    [
        [{"name": "a", "path": "/a"}] * 501,
        [{"name": "a", "path": "/" + "a" * 5000}],
        [{"name": "a", "repository": "a/b", "revision": "1" * 300, "files": {}}],
        [{"name": "a", "repository": "a/b", "revision": "main", "files": {"config.json": float("inf")}}],
    ],
)
def test_a_list_of_what_no_disk_holds_is_damaged(library, items):
    library.mkdir(parents=True, exist_ok=True)
    (library / "models.json").write_text(json.dumps({"models": items}))
    with pytest.raises(SeparationError, match=r"models\.json is damaged"):
        entries.read_entries()
