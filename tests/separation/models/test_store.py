import json
import subprocess
import sys
from pathlib import Path

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.models import store as lib
from samstudio.separation.models.catalogue import (
    KNOWN,
    HubFile,
    HubId,
    hub_id,
    is_hub_id,
    known_model,
    wanted_files,
)
from samstudio.separation.models.download import LOCK, claimed
from samstudio.separation.models.store import DiskError, PartState
from tests.separation.models.fake_hub import TOKEN, Faults, Repository
from tests.separation.models.hub_fixtures import CHECKPOINT, FILES


def run(steps):
    """Walk a generator to its end; what it returns."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


def own_folder(path: Path, weights: str = "checkpoint.pt") -> Path:
    path.mkdir(parents=True)
    (path / "config.json").write_text("{}")
    (path / weights).write_bytes(b"weights")
    return path


# ---- names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("small", HubId("facebook/sam-audio-small")),
        ("sam-audio-large-tv", HubId("facebook/sam-audio-large-tv")),
        ("facebook/sam-audio-base", HubId("facebook/sam-audio-base")),
        ("judge", HubId("facebook/sam-audio-judge", "sam_audio")),
        ("facebook/sam-audio-judge", HubId("facebook/sam-audio-judge", "sam_audio")),
        ("facebook/sam-audio-judge@main", HubId("facebook/sam-audio-judge", "main")),
        ("pe-a-frame-large", HubId("facebook/pe-a-frame-large", "perception_models")),
        ("t5-base", HubId("google-t5/t5-base")),
        ("someone/a-mirror", HubId("someone/a-mirror")),
        ("someone/a-mirror@v1.0", HubId("someone/a-mirror", "v1.0")),
    ],
)
def test_names_lead_to_the_hub(name, expected):
    assert hub_id(name) == expected


@pytest.mark.parametrize("name", ["", "small-ish", "a/b/c", "../x", "a/..", "a--b/c", "-a/b", "a/b.git", "a/b@", "ä/b"])
def test_other_words_are_no_hub_ids(name):
    assert not is_hub_id(name)
    with pytest.raises(SeparationError, match="is no hub id"):
        hub_id(name)


def test_sizes_follow_from_the_published_parameter_counts():
    sizes = {name: (known.disk / 1e9, known.memory / 1e9) for known in KNOWN for name in known.names[:1]}
    assert [round(sizes[name][0], 2) for name in ("small", "base", "large")] == [5.10, 7.72, 14.86]
    assert [round(sizes[name][1], 2) for name in ("small", "base", "large")] == [1.41, 2.72, 6.29]
    assert sizes["large-tv"] == sizes["large"]
    assert {known.names[0] for known in KNOWN if known.gated} == {
        *(f"{size}{variant}" for size in ("small", "base", "large") for variant in ("", "-tv")),
        "judge",
    }


# ---- what is wanted of a repository


def files(*names):
    return [HubFile(name, 1) for name in names]


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (("config.json", "checkpoint.pt", "model.safetensors"), ("config.json", "checkpoint.pt")),
        (("tokenizer.json", "config.json", "model.safetensors", "spiece.model", "pytorch_model.bin", "tf_model.h5"),
         ("tokenizer.json", "config.json", "model.safetensors")),
        (("config.json", "model-00002-of-00002.safetensors", "model.safetensors.index.json",
          "model-00001-of-00002.safetensors"),
         ("config.json", "model.safetensors.index.json", "model-00001-of-00002.safetensors",
          "model-00002-of-00002.safetensors")),
        (("config.json", "LICENSE", "checkpoint.pt", "vision_config.json", "run.py"),
         ("config.json", "LICENSE", "vision_config.json", "checkpoint.pt")),
        (("config.json", "sub/checkpoint.pt", "../checkpoint.pt"), ()),
        (("checkpoint.pt",), ()),
        (("config.json", "pytorch_model.bin"), ()),
    ],
)  # fmt: skip
def test_only_what_we_read_is_wanted_and_weights_come_last(there, wanted):
    assert tuple(file.name for file in wanted_files(files(*there))) == wanted


# ---- resolving


def test_a_folder_or_a_file_of_ones_own_is_taken_as_it_is(library, tmp_path):
    folder = own_folder(tmp_path / "mine")
    assert lib.resolve_model(str(folder)) == folder
    assert lib.resolve_model(str(folder / "checkpoint.pt")) == folder / "checkpoint.pt"
    for weights in ("model.safetensors", "model.safetensors.index.json"):
        other = own_folder(tmp_path / weights, weights)
        assert lib.resolve_model(str(other)) == other


def test_paths_that_lack_something_are_told(library, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SeparationError, match=r"it has no config\.json"):
        lib.resolve_model(str(empty))
    (empty / "config.json").write_text("{}")
    with pytest.raises(SeparationError, match="holds no weights"):
        lib.resolve_model(str(empty))
    lonely = tmp_path / "lonely.safetensors"
    lonely.write_bytes(b"x")
    with pytest.raises(SeparationError, match=r"needs its config\.json beside it"):
        lib.resolve_model(str(lonely))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("small", "'samstudio models add small' downloads it"),
        ("someone/else", "'samstudio models add someone/else' downloads it"),
        ("no such folder", "There is no model and no folder 'no such folder'"),
    ],
)
def test_what_is_missing_is_told_with_the_way_to_it(hub, name, words):
    with pytest.raises(SeparationError, match=words):
        lib.resolve_model(name)
    assert hub.requests == []


def test_what_hf_download_has_fetched_is_found(library, tmp_path):
    revision = "c" * 40
    cache = tmp_path / "cache" / "models--facebook--sam-audio-small"
    folder = own_folder(cache / "snapshots" / revision)
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text(revision)
    assert lib.resolve_model("small") == folder
    (folder / "checkpoint.pt").unlink()
    with pytest.raises(SeparationError, match="not on this computer"):
        lib.resolve_model("small")


def test_a_part_beside_the_model_comes_first(library, tmp_path):
    model = own_folder(tmp_path / "model")
    lib.add_folder(own_folder(tmp_path / "t5-base"))
    assert lib.resolve_part("t5-base", model) == tmp_path / "t5-base"
    assert lib.resolve_part("t5-base", model) != (beside := own_folder(model / "t5-base"))
    assert lib.resolve_part("t5-base", model) == beside


@pytest.mark.slow
def test_neither_torch_nor_the_hub_is_loaded_for_looking_things_up():
    code = (
        "import sys; from samstudio.separation.models import store; "
        "print({'torch', 'huggingface_hub'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


# ---- downloads


def test_a_download_is_found_by_all_its_names_without_the_hub(hub):
    entry = run(lib.download("small"))
    assert (entry.name, entry.state) == ("sam-audio-small", PartState.READY)
    hub.requests.clear()
    for name in ("small", "sam-audio-small", "facebook/sam-audio-small"):
        assert lib.resolve_model(name) == entry.path
    assert hub.requests == []
    assert entry.disk == sum(len(FILES[name]) for name in entry.files)


def test_any_repository_can_be_downloaded(hub):
    hub.repositories["someone/mirror"] = Repository({"v2": FILES})
    entry = run(lib.download("someone/mirror@v2"))
    assert lib.resolve_model("someone/mirror@v2") == entry.path == lib.download_folder(HubId("someone/mirror", "v2"))
    with pytest.raises(SeparationError, match="not on this computer"):
        lib.resolve_model("someone/mirror")


def test_a_stopped_download_is_incomplete_and_goes_on_with_the_same_order(hub, monkeypatch):
    monkeypatch.setattr("samstudio.separation.models.download.REPORT_EVERY", 0.0)
    steps = lib.download("small")
    while next(steps).stage != "Downloading checkpoint.pt":
        pass
    steps.close()
    assert lib.find_entry("small").state is PartState.INCOMPLETE
    with pytest.raises(SeparationError, match="'samstudio models add sam-audio-small' goes on with it"):
        lib.resolve_model("small")
    run(lib.download("sam-audio-small"))
    assert lib.find_entry("small").state is PartState.READY
    assert len(lib.read_entries()) == 1


def test_files_that_have_gone_are_told(hub):
    entry = run(lib.download("small"))
    (entry.path / "checkpoint.pt").write_bytes(CHECKPOINT[:-1])
    assert lib.find_entry("small").state is PartState.INCOMPLETE
    for path in entry.path.iterdir():
        path.unlink()
    entry.path.rmdir()
    assert lib.find_entry("small").state is PartState.MISSING
    with pytest.raises(SeparationError, match="no longer in"):
        lib.resolve_model("small")


def test_nothing_begins_where_the_disk_has_no_room(hub, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1000})())
    with pytest.raises(DiskError, match="SAMSTUDIO_MODELS"):
        run(lib.download("small"))
    assert lib.read_entries() == []
    assert hub.sent("checkpoint.pt") == []


def test_a_refused_download_leaves_nothing(hub, library):
    hub.repositories["facebook/sam-audio-small"].gate = "pending"
    with pytest.raises(SeparationError, match="have not answered"):
        run(lib.download("small", TOKEN))
    assert not library.exists()


def test_a_damaged_download_is_incomplete(hub):
    hub.faults = Faults(damages=True)
    with pytest.raises(SeparationError, match="arrived damaged"):
        run(lib.download("small"))
    assert lib.find_entry("small").state is PartState.INCOMPLETE


def test_the_token_is_not_kept(hub, library):
    hub.repositories["facebook/sam-audio-small"].gate = "open"
    run(lib.download("small", TOKEN))
    assert not any(TOKEN.encode() in path.read_bytes() for path in library.rglob("*") if path.is_file())


# ---- folders of one's own


def test_a_named_folder_is_found_and_stays_where_it_is(library, tmp_path):
    folder = own_folder(tmp_path / "weights" / "mine")
    assert lib.add_folder(folder).name == "mine"
    assert lib.add_folder(folder / "checkpoint.pt", "file").path == folder / "checkpoint.pt"
    assert lib.resolve_model("mine") == folder
    assert lib.remove("mine").path == folder
    assert (folder / "checkpoint.pt").exists()
    assert [entry.name for entry in lib.read_entries()] == ["file"]


def test_a_folder_may_stand_for_a_published_part(hub, tmp_path):
    folder = own_folder(tmp_path / "sam-audio-small")
    lib.add_folder(folder)
    assert lib.resolve_model("facebook/sam-audio-small") == lib.resolve_model("small") == folder
    with pytest.raises(SeparationError, match="is your own"):
        run(lib.download("small"))


def test_a_name_is_given_once(library, tmp_path):
    lib.add_folder(own_folder(tmp_path / "one" / "same"))
    with pytest.raises(SeparationError, match="taken by"):
        lib.add_folder(own_folder(tmp_path / "two" / "same"))
    lib.add_folder(tmp_path / "two" / "same", "other")
    lib.add_folder(tmp_path / "two" / "same", "other")
    assert [entry.name for entry in lib.read_entries()] == ["same", "other"]


def test_a_folder_that_was_moved_away_is_told(library, tmp_path):
    lib.add_folder(own_folder(tmp_path / "mine"))
    (tmp_path / "mine").rename(tmp_path / "elsewhere")
    assert lib.find_entry("mine").state is PartState.MISSING
    with pytest.raises(SeparationError, match="no longer in"):
        lib.resolve_model("mine")


# ---- removing


def test_removing_a_download_deletes_its_files_and_no_others(hub, library):
    entry = run(lib.download("small"))
    (entry.path / "notes.txt").write_text("mine")
    lib.remove("small")
    assert [path.name for path in entry.path.iterdir()] == ["notes.txt"]
    assert lib.read_entries() == []
    run(lib.download("small"))
    (entry.path / "notes.txt").unlink()
    lib.remove("facebook/sam-audio-small")
    assert [path.name for path in library.iterdir()] == ["models.json"]


def test_what_is_being_downloaded_is_not_removed(hub):
    entry = run(lib.download("small"))
    with claimed(entry.path), pytest.raises(SeparationError, match="being downloaded already"):
        lib.remove("small")
    assert lib.find_entry("small").state is PartState.READY
    assert (entry.path / LOCK).exists() or sys.platform == "win32"


def test_removing_what_is_not_there_is_told(library):
    with pytest.raises(SeparationError, match="'small' is not in the list"):
        lib.remove("small")


# ---- the list itself


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
def test_a_damaged_list_is_told(library, text):
    library.mkdir()
    (library / "models.json").write_text(text)
    with pytest.raises(SeparationError, match=r"models\.json is damaged"):
        lib.resolve_model("small")


def test_a_damaged_list_does_not_stand_between_a_person_and_a_folder(library, tmp_path):
    library.mkdir()
    (library / "models.json").write_text("{")
    folder = own_folder(tmp_path / "mine")
    assert lib.resolve_model(str(folder)) == folder


def test_a_download_comes_before_a_folder_that_is_called_alike(hub, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    alike = own_folder(tmp_path / "facebook" / "sam-audio-small")
    assert lib.resolve_model("facebook/sam-audio-small") == Path("facebook/sam-audio-small")
    entry = run(lib.download("small"))
    assert lib.resolve_model("facebook/sam-audio-small") == entry.path
    assert lib.resolve_model(str(alike)) == alike
    assert lib.resolve_model("./facebook/sam-audio-small") == Path("facebook/sam-audio-small")


def test_a_list_that_is_lost_finds_its_files_again_without_fetching_them(hub, library):
    run(lib.download("small"))
    (library / "models.json").unlink()
    hub.requests.clear()
    assert run(lib.download("small")).state is PartState.READY
    assert hub.sent("checkpoint.pt") == []


def test_the_list_is_plain_to_read_and_written_whole(hub, library, tmp_path):
    run(lib.download("small"))
    lib.add_folder(own_folder(tmp_path / "mine"))
    names = [item["name"] for item in json.loads((library / "models.json").read_text("utf-8"))["models"]]
    assert names == ["sam-audio-small", "mine"]
    assert sorted(path.name for path in library.iterdir()) == ["facebook--sam-audio-small", "models.json"]


def test_a_list_that_cannot_be_written_is_told(library, tmp_path):
    library.parent.mkdir(exist_ok=True)
    library.write_text("a file where the folder should be")
    with pytest.raises(SeparationError, match=r"can't be (read|written)"):
        lib.add_folder(own_folder(tmp_path / "mine"))


def test_the_library_lies_among_the_users_data(monkeypatch):
    monkeypatch.delenv("SAMSTUDIO_MODELS", raising=False)
    assert lib.library_folder().name == "models"
    assert "samstudio" in str(lib.library_folder())


def test_known_names_are_unique():
    names = [name for known in KNOWN for name in known.names]
    assert len(names) == len(set(names))
    assert all(known_model(name) for name in names)
