import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
import torch
from tqdm import tqdm

from samstudio.assets import asset
from samstudio.cli.models import STOPPED_CHECKING
from samstudio.separation.engine import Progress, SeparationError
from samstudio.separation.models import check, entries
from samstudio.separation.models.catalogue import SHIPPED
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.store import resolve_model
from tests.separation.models.fake_hub import TOKEN, Repository
from tests.separation.models.hub_fixtures import FILES
from tests.separation.sam_audio.made_up_model import write_model


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "my-model")


@pytest.fixture
def served(hub, model):
    """The hub with a whole small model and its text encoder, both for those with a token."""
    files = {name: (model / name).read_bytes() for name in ("config.json", "checkpoint.pt")}
    hub.repositories["facebook/sam-audio-small"] = Repository({"main": files}, gate="open")
    text = {path.name: path.read_bytes() for path in (model / "t5").iterdir()}
    hub.repositories["google-t5/t5-base"] = Repository({"main": text})
    return hub


def line_of(ran, name):
    return next(line for line in ran.out if line.split()[:1] == [name])


@pytest.mark.parametrize("words", [("models",), ("models", "list")])
def test_the_list_shows_every_part_and_asks_nobody(run, hub, words):
    ran = run(*words)
    assert ran.code == 0
    assert line_of(ran, "small").split()[:6] == ["small", "missing", "5.1", "GB", "1.4", "GB"]
    assert "gated" in line_of(ran, "judge")
    assert "gated" not in line_of(ran, "t5-base")
    assert any(str(entries.library_folder()) in line for line in ran.out)
    assert any("Spleeter (MIT)" in line for line in ran.out)
    assert hub.requests == []


def test_what_comes_with_the_program_is_there_and_its_licences_are_told():
    notice = asset("models/NOTICE.md").read_text("utf-8")
    assert {model.path for model in SHIPPED} == set(asset("models").glob("*.safetensors"))
    for model in SHIPPED:
        (line,) = (line for line in notice.splitlines() if line.startswith(f"| `{model.file}`"))
        assert model.licence in line
    assert sum(model.path.stat().st_size for model in SHIPPED) < 50e6


def test_the_list_says_what_the_hub_says_when_asked_to(run, hub):
    hub.repositories["facebook/sam-audio-small"].gate = "pending"
    hub.repositories["facebook/sam-audio-base"] = Repository({"main": FILES}, gate="refused")
    hub.repositories["google-t5/t5-base"] = Repository({"main": FILES})
    ran = run("models", "list", "--access")
    assert line_of(ran, "small").endswith("access pending")
    assert line_of(ran, "base").endswith("access refused")
    assert line_of(ran, "t5-base").endswith("can be downloaded")
    assert line_of(ran, "large").endswith("not found")


def test_models_are_added_checked_listed_and_removed(run, served, model, library, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    ran = run("models", "add", "small")
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[0] == f"'sam-audio-small' is ready: {library / 'facebook--sam-audio-small'}"
    assert run("models", "add", "t5-base").out == [f"'t5-base' is ready: {library / 'google-t5--t5-base'}"]
    ran = run("models", "check", "small")
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[0].endswith("are those of a model.")
    assert line_of(run("models", "list"), "small").split()[1] == "ready"
    ran = run("models", "remove", "small")
    assert ran.out[0].startswith("'sam-audio-small' is deleted; that freed ")
    assert line_of(run("models", "list"), "small").split()[1] == "missing"


def test_several_parts_are_added_at_once_with_a_token_that_nobody_keeps(run, served, library):
    ran = run("models", "add", "small", "t5-base", "--token", TOKEN)
    assert (ran.code, ran.err) == (0, [])
    assert [entries.find_entry(name).state for name in ("small", "t5-base")] == [PartState.READY] * 2
    assert not any(TOKEN in line for line in ran.out)
    assert not any(TOKEN.encode() in path.read_bytes() for path in library.rglob("*") if path.is_file())


def test_a_folder_of_ones_own_is_added_and_only_forgotten(run, library, model):
    assert run("models", "add", model, "--name", "mine").out == [f"'mine' is ready: {model}"]
    assert line_of(run("models"), "mine").split()[1] == "ready"
    assert run("models", "remove", "mine").out == [f"'mine' is off the list; its files stay in {model}."]
    assert (model / "checkpoint.pt").exists()


def test_a_model_without_its_text_encoder_says_how_to_get_it(run, library, model):
    (model / "t5").rename(model.parent / "elsewhere")
    ran = run("models", "add", model)
    assert ran.code == 0
    assert "'samstudio models add t5-base' gets it" in ran.out[1]


def test_a_download_that_fails_its_check_is_not_ready(run, served, model, library):
    whole = (model / "checkpoint.pt").read_bytes()
    tensors = torch.load(model / "checkpoint.pt", weights_only=True)
    del tensors["proj.bias"]
    torch.save(tensors, model / "checkpoint.pt")
    files = served.repositories["facebook/sam-audio-small"].revisions["main"]
    files["checkpoint.pt"] = (model / "checkpoint.pt").read_bytes()
    ran = run("models", "add", "small", "--token", TOKEN)
    assert ran.code == 4
    assert "proj.bias" in ran.sentence
    assert line_of(run("models"), "small").split()[1] == "faulty"
    # Checked again it stays so; downloaded anew, as the hub has it by then, it is ready.
    assert run("models", "check", "small").code == 4
    assert line_of(run("models"), "small").split()[1] == "faulty"
    files["checkpoint.pt"] = whole
    assert run("models", "add", "small", "--token", TOKEN).code == 0
    assert line_of(run("models"), "small").split()[1] == "ready"


def test_other_helpers_that_a_model_names_are_reported_and_listed(run, library, model):
    config = json.loads((model / "config.json").read_text())
    config["span_predictor"] = "someone/pe-a-frame-tiny"
    (model / "config.json").write_text(json.dumps(config))
    ran = run("models", "add", model)
    assert ran.code == 0
    assert "span predictor, which is missing: 'samstudio models add someone/pe-a-frame-tiny' gets it" in ran.out[1]
    line = line_of(run("models"), "someone/pe-a-frame-tiny")
    assert line.split()[1] == "missing"
    assert "named by a model" in line


def test_a_folder_that_does_not_fit_is_not_added_and_every_fault_is_a_sentence(run, library, model):
    tensors = torch.load(model / "checkpoint.pt", weights_only=True)
    del tensors["proj.bias"], tensors["audio_codec.quantizer.out_proj.bias"]
    torch.save(tensors, model / "checkpoint.pt")
    for order in ("add", "check"):
        ran = run("models", order, model)
        assert ran.code == 4
        assert ran.out == []
        assert len(ran.err) == 2
        assert "'proj.bias'" in ran.err[0]
        assert "'audio_codec.quantizer.out_proj.bias'" in ran.err[1]
        assert all(line.startswith("samstudio: ") for line in ran.err)
    assert entries.read_entries() == []


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ("login", "hf auth login"),
        ("ask", "accept its licence at https://huggingface.co/facebook/sam-audio-small"),
        ("pending", "have not answered"),
        ("refused", "have refused"),
        ("bad token", "does not know this token"),
        ("narrow", "may not read gated repositories"),
        ("missing", "check its name"),
        ("trouble", "try again later"),
    ],
)
def test_a_download_that_is_not_given_is_one_sentence(run, hub, gate, words):
    hub.repositories["facebook/sam-audio-small"].gate = gate
    ran = run("models", "add", "small", "--token", TOKEN)
    assert ran.code == 4
    assert words in ran.sentence
    assert TOKEN not in ran.sentence


def test_no_network_is_one_sentence(run, hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    ran = run("models", "add", "small")
    assert ran.code == 4
    assert "can't be reached" in ran.sentence


def test_a_full_disk_is_a_matter_of_writing(run, hub, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1000})())
    ran = run("models", "add", "small")
    assert ran.code == 6
    assert "SAMSTUDIO_MODELS" in ran.sentence


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "no model"), "is no file or folder here, and no hub id"),
        (("add", "a" * 300), "a" * 50),
        (("check", "a" * 300), "a" * 50),
        (("add", "no/such/weights.pt"), "There is no file and no folder 'no/such/weights.pt': check the path"),
        (("check", "small"), "'samstudio models add small' downloads it"),
        (("remove", "small"), "is not in the list"),
        (("check", "no model"), "There is no model and no folder"),
    ],
)
def test_names_that_lead_nowhere_are_refused(run, library, words, message):
    ran = run("models", *words)
    assert ran.code == 4
    assert message in ran.sentence


def test_a_damaged_list_is_reported(run, library):
    library.mkdir()
    (library / "models.json").write_text("{")
    ran = run("models")
    assert ran.code == 4
    assert "models.json is damaged" in ran.sentence


class Terminal(io.StringIO):
    """Takes what is meant for a screen."""

    def isatty(self):
        return True


def test_while_weights_are_read_a_bar_shows_how_much_and_an_interrupt_adds_nothing(run, library, model, monkeypatch):
    with monkeypatch.context() as on_screen:
        on_screen.setattr(sys, "stderr", screen := Terminal())
        on_screen.setattr("samstudio.cli.models.tqdm", partial(tqdm, mininterval=0))
        assert run("models", "add", model).code == 0
    size = tqdm.format_sizeof(sum(tensor.nbytes for tensor in torch.load(model / "checkpoint.pt").values()))
    assert re.search(rf"Checking the weights:.*\d%.*/{size} ", screen.getvalue())
    assert run("models", "remove", "my-model").code == 0

    def interrupted(_path):
        yield Progress("Checking the weights", 5, 10)
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "examine", interrupted)
    ran = run("models", "add", model)
    assert (ran.code, ran.sentence) == (130, f"samstudio: {STOPPED_CHECKING}")
    assert entries.read_entries() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal")
def test_an_interrupted_download_goes_on_with_the_same_order(run, served, tmp_path):
    """The real command in a process of its own, against a hub named in HF_ENDPOINT."""
    files = served.repositories["facebook/sam-audio-small"].revisions["main"]
    whole = files["checkpoint.pt"]
    served.faults.stall_after = len(whole) // 2
    environment = os.environ | {"HF_ENDPOINT": served.url, "HF_TOKEN": TOKEN, "HF_HOME": str(tmp_path / "hf")}
    environment.pop("HF_HUB_OFFLINE", None)
    command = [sys.executable, "-m", "samstudio", "models", "add", "small"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        part = []
        while process.poll() is None and not (part and part[0].stat().st_size):
            time.sleep(0.05)
            part = list(entries.library_folder().glob("*/checkpoint.pt.*.part"))
        process.send_signal(signal.SIGINT)
        _, emitted = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert emitted.splitlines() == [
        "samstudio: Stopped; the downloaded part is kept, and 'samstudio models add small' continues it."
    ]
    assert 0 < part[0].stat().st_size < len(whole)
    served.faults.stall_after = 0
    assert run("models", "add", "small", "--token", TOKEN).code == 0
    assert (resolve_model("small") / "checkpoint.pt").read_bytes() == whole
    assert served.sent("checkpoint.pt")[-1]["range"].startswith("bytes=")


@pytest.mark.parametrize(("content", "code"), [("hf_abc\n", 0), ("", 3), ("two words", 3), (None, 3)])
def test_the_token_comes_from_a_file(run, monkeypatch, tmp_path, content, code):
    given = []

    def download(_part, token):
        given.append(token)
        raise SeparationError("enough")

    monkeypatch.setattr("samstudio.separation.models.download.download", download)
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
    ran = run("models", "add", "t5-base", "--token-file", file)
    assert given == (["hf_abc"] if code == 0 else [])
    assert code == 0 or ran.code == code
