import subprocess
import sys
from pathlib import Path

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.models import entries, store
from samstudio.separation.models.download import download
from samstudio.separation.models.entries import DiskError, PartState
from samstudio.separation.models.folder_lock import LOCK, locked
from samstudio.separation.models.hub_id import HubId
from tests.separation.models.fake_hub import TOKEN, Faults, Repository
from tests.separation.models.hub_fixtures import CHECKPOINT, FILES
from tests.separation.models.stored import own_folder, run

# ---- resolving


def test_a_folder_or_a_file_of_ones_own_is_taken_as_it_is(library, tmp_path):
    folder = own_folder(tmp_path / "mine")
    assert store.resolve_model(str(folder)) == folder
    assert store.resolve_model(str(folder / "checkpoint.pt")) == folder / "checkpoint.pt"
    for weights in ("model.safetensors", "model.safetensors.index.json"):
        other = own_folder(tmp_path / weights, weights)
        assert store.resolve_model(str(other)) == other


def test_paths_that_lack_something_are_reported(library, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "config.json").write_text("{}")
    with pytest.raises(SeparationError, match="holds no weights"):
        store.resolve_model(str(empty))
    (empty / "model.gguf").write_bytes(b"GGUF")
    with pytest.raises(SeparationError, match="holds GGUF files only, which are not supported: take the bf16 or fp16"):
        store.resolve_model(str(empty))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("small", "'samstudio models add small' downloads it"),
        ("someone/else", "no folder 'someone/else' here .*: check the path, or 'samstudio models add someone/else'"),
        ("someone/model.pt", "There is no file and no folder 'someone/model.pt': check the path"),
        ("tests/nothere", "There is no file and no folder 'tests/nothere': check the path"),
        ("~/no such/folder", "There is no file and no folder '~/no such/folder': check the path"),
        ("C:\\\\weights", r"There is no file and no folder 'C:\\\\weights': check the path"),
        ("no such folder", "There is no model and no folder 'no such folder'"),
    ],
)
def test_what_is_missing_is_reported_with_the_way_to_it(hub, name, words, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    with pytest.raises(SeparationError, match=words):
        store.resolve_model(name)
    assert hub.requests == []


def test_what_hf_download_has_fetched_is_found(library, tmp_path):
    revision = "c" * 40
    cache = tmp_path / "cache" / "models--facebook--sam-audio-small"
    folder = own_folder(cache / "snapshots" / revision)
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text(revision)
    assert store.resolve_model("small") == folder
    (folder / "checkpoint.pt").unlink()
    with pytest.raises(SeparationError, match="not on this computer"):
        store.resolve_model("small")


def test_a_part_beside_the_model_comes_first(library, tmp_path):
    model = own_folder(tmp_path / "model")
    store.add_folder(own_folder(tmp_path / "t5-base"))
    assert store.resolve_part("t5-base", model) == tmp_path / "t5-base"
    assert store.resolve_part("t5-base", model) != (beside := own_folder(model / "t5-base"))
    assert store.resolve_part("t5-base", model) == beside


def test_neither_torch_nor_the_hub_is_loaded_for_looking_things_up():
    code = (
        "import sys; from samstudio.separation.models import inventory, store; "
        "print({'torch', 'huggingface_hub'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


# ---- downloads


def test_a_download_is_found_by_all_its_names_without_the_hub(hub):
    entry = run(download("small"))
    assert (entry.name, entry.state) == ("sam-audio-small", PartState.READY)
    hub.requests.clear()
    for name in ("small", "sam-audio-small", "facebook/sam-audio-small"):
        assert store.resolve_model(name) == entry.path
    assert hub.requests == []
    assert entry.disk == sum(len(FILES[name]) for name in entry.files)


def test_any_repository_can_be_downloaded(hub):
    hub.repositories["someone/mirror"] = Repository({"v2": FILES})
    entry = run(download("someone/mirror@v2"))
    assert entry.path == entries.download_folder(HubId("someone/mirror", "v2"))
    assert store.resolve_model("someone/mirror@v2") == entry.path
    with pytest.raises(SeparationError, match="no model of that name"):
        store.resolve_model("someone/mirror")


def test_a_stopped_download_is_incomplete_and_goes_on_with_the_same_order(hub, monkeypatch):
    monkeypatch.setattr("samstudio.separation.models.download.REPORT_EVERY", 0.0)
    steps = download("small")
    while next(steps).stage != "Downloading checkpoint.pt":
        pass
    steps.close()
    assert entries.find_entry("small").state is PartState.INCOMPLETE
    with pytest.raises(SeparationError, match="'samstudio models add sam-audio-small' goes on with it"):
        store.resolve_model("small")
    run(download("sam-audio-small"))
    assert entries.find_entry("small").state is PartState.READY
    assert len(entries.read_entries()) == 1


def test_files_that_have_gone_are_reported(hub):
    entry = run(download("small"))
    (entry.path / "checkpoint.pt").write_bytes(CHECKPOINT[:-1])
    assert entries.find_entry("small").state is PartState.INCOMPLETE
    for path in entry.path.iterdir():
        path.unlink()
    entry.path.rmdir()
    assert entries.find_entry("small").state is PartState.MISSING
    with pytest.raises(SeparationError, match="no longer in"):
        store.resolve_model("small")


def test_nothing_begins_where_the_disk_has_no_room(hub, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1000})())
    with pytest.raises(DiskError, match="SAMSTUDIO_MODELS"):
        run(download("small"))
    assert entries.read_entries() == []
    assert hub.sent("checkpoint.pt") == []


def test_a_refused_download_leaves_nothing(hub, library):
    hub.repositories["facebook/sam-audio-small"].gate = "pending"
    with pytest.raises(SeparationError, match="have not answered"):
        run(download("small", TOKEN))
    assert not library.exists()


def test_a_damaged_download_is_incomplete(hub):
    hub.faults = Faults(damages=True)
    with pytest.raises(SeparationError, match="arrived damaged"):
        run(download("small"))
    assert entries.find_entry("small").state is PartState.INCOMPLETE


def test_the_token_is_not_kept(hub, library):
    hub.repositories["facebook/sam-audio-small"].gate = "open"
    run(download("small", TOKEN))
    assert not any(TOKEN.encode() in path.read_bytes() for path in library.rglob("*") if path.is_file())


# ---- folders of one's own


def test_a_named_folder_is_found_and_stays_where_it_is(library, tmp_path):
    folder = own_folder(tmp_path / "weights" / "mine")
    assert store.add_folder(folder).name == "mine"
    assert store.add_folder(folder / "checkpoint.pt", "file").path == folder / "checkpoint.pt"
    assert store.resolve_model("mine") == folder
    assert store.remove("mine").path == folder
    assert (folder / "checkpoint.pt").exists()
    assert [entry.name for entry in entries.read_entries()] == ["file"]


def test_a_folder_may_stand_for_a_published_part(hub, tmp_path):
    folder = own_folder(tmp_path / "sam-audio-small")
    store.add_folder(folder)
    assert store.resolve_model("facebook/sam-audio-small") == store.resolve_model("small") == folder
    with pytest.raises(SeparationError, match="is your own"):
        run(download("small"))


def test_a_name_is_given_once(library, tmp_path):
    store.add_folder(own_folder(tmp_path / "one" / "same"))
    with pytest.raises(SeparationError, match="taken by"):
        store.add_folder(own_folder(tmp_path / "two" / "same"))
    store.add_folder(tmp_path / "two" / "same", "other")
    store.add_folder(tmp_path / "two" / "same", "other")
    assert [entry.name for entry in entries.read_entries()] == ["same", "other"]


def test_a_folder_that_was_moved_away_is_reported(library, tmp_path):
    store.add_folder(own_folder(tmp_path / "mine"))
    (tmp_path / "mine").rename(tmp_path / "elsewhere")
    assert entries.find_entry("mine").state is PartState.MISSING
    with pytest.raises(SeparationError, match="no longer in"):
        store.resolve_model("mine")


# ---- removing


def test_removing_a_download_deletes_its_files_and_no_others(hub, library):
    entry = run(download("small"))
    (entry.path / "notes.txt").write_text("mine")
    store.remove("small")
    assert [path.name for path in entry.path.iterdir()] == ["notes.txt"]
    assert entries.read_entries() == []
    run(download("small"))
    (entry.path / "notes.txt").unlink()
    store.remove("facebook/sam-audio-small")
    assert [path.name for path in library.iterdir()] == ["models.json"]


def test_what_is_being_downloaded_is_not_removed(hub):
    entry = run(download("small"))
    with locked(entry.path), pytest.raises(SeparationError, match="being downloaded already"):
        store.remove("small")
    assert entries.find_entry("small").state is PartState.READY
    assert (entry.path / LOCK).exists() or sys.platform == "win32"


def test_removing_what_is_not_there_is_reported(library):
    with pytest.raises(SeparationError, match="'small' is not in the list"):
        store.remove("small")


@pytest.mark.parametrize("name", ["x" * 5000, "/" + "x" * 1_000_000, "a\n" * 100_000])
def test_a_name_longer_than_any_is_cut_in_the_sentence(library, name):
    with pytest.raises(SeparationError, match="so long a name") as caught:
        store.resolve_model(name)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


def test_another_revision_of_what_is_published_is_found_by_the_name_it_is_listed_by(hub):
    hub.repositories["facebook/pe-a-frame-large"] = Repository({"main": FILES, "perception_models": FILES})
    entry = run(download("facebook/pe-a-frame-large@main"))
    assert entries.find_entry("pe-a-frame-large") is None
    assert entries.find_entry(entry.name) == entry
    own = run(download("pe-a-frame-large"))
    assert entries.find_entry("facebook/pe-a-frame-large") == own
    store.remove(own.name)
    assert store.remove(entry.name) == entry
    assert entries.read_entries() == []
