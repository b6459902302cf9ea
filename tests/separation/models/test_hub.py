import logging

import pytest

from samstudio.separation.engine import SeparationError
from samstudio.separation.models.hub import Access, AccessError, ask_access, list_files, remedy
from samstudio.separation.models.hub_id import HubId, parse_hub_id
from tests.separation.models.fake_hub import TOKEN, Repository
from tests.separation.models.hub_fixtures import FILES

SMALL = HubId("facebook/sam-audio-small")
PAGE = "https://huggingface.co/facebook/sam-audio-small"
TOKENS = "https://huggingface.co/settings/tokens"

STATES = [
    ("", None, Access.READY, ""),
    ("login", None, Access.NOT_LOGGED_IN, PAGE),
    ("ask", TOKEN, Access.NOT_ASKED, PAGE),
    ("reset", TOKEN, Access.NOT_ASKED, PAGE),
    ("pending", TOKEN, Access.PENDING, PAGE),
    ("refused", TOKEN, Access.REFUSED, "local folder"),
    ("narrow", TOKEN, Access.NARROW_TOKEN, TOKENS),
    ("bad token", TOKEN, Access.BAD_TOKEN, TOKENS),
    ("bad token at the api", TOKEN, Access.BAD_TOKEN, TOKENS),
    ("missing", None, Access.NOT_FOUND, "check its name"),
    ("no revision", None, Access.NOT_FOUND, "revision"),
    ("trouble", None, Access.FAILED, "later"),
    ("forbidden", TOKEN, Access.FAILED, "later"),
]


@pytest.mark.parametrize(("gate", "token", "access", "way_on"), STATES)
def test_every_answer_of_a_gate_is_distinguished_with_its_way_on(hub, gate, token, access, way_on):
    hub.repositories[SMALL.repository].gate = gate
    assert ask_access(SMALL, token) is access
    if access is not Access.READY:
        with pytest.raises(AccessError) as emitted:
            list_files(SMALL, token)
        assert emitted.value.access is access
        assert way_on in str(emitted.value)
        assert str(emitted.value) == remedy(access, SMALL)
        assert "\n" not in str(emitted.value)


@pytest.mark.parametrize("way", ["given", "environment", "login"])
def test_a_token_opens_the_gate_however_it_comes(hub, way, monkeypatch, tmp_path):
    hub.repositories[SMALL.repository].gate = "open"
    assert ask_access(SMALL) is Access.NOT_LOGGED_IN
    if way == "environment":
        monkeypatch.setenv("HF_TOKEN", TOKEN)
    elif way == "login":
        (tmp_path / "token").write_text(TOKEN)
    given = TOKEN if way == "given" else None
    assert ask_access(SMALL, given) is Access.READY
    assert len(list_files(SMALL, given).files) == 3


def test_the_token_is_never_logged(hub, caplog):
    hub.repositories[SMALL.repository].gate = "open"
    with caplog.at_level(logging.DEBUG):
        ask_access(SMALL, TOKEN)
        list_files(SMALL, TOKEN)
    assert hub.requests[-1][2]["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in caplog.text


def test_no_network_is_reported_as_such(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert ask_access(SMALL) is Access.OFFLINE
    with pytest.raises(AccessError, match="can't be reached"):
        list_files(SMALL)


def test_a_hub_that_is_not_there_is_offline(hub, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", "http://127.0.0.1:1/{repo_id}")
    assert ask_access(SMALL) is Access.OFFLINE


def test_the_list_has_what_a_model_needs_with_sizes_and_checksums(hub):
    listing = list_files(SMALL)
    assert [file.name for file in listing.files] == ["config.json", "LICENSE", "checkpoint.pt"]
    assert listing.size == sum(len(FILES[file.name]) for file in listing.files)
    assert [len(file.checksum) for file in listing.files] == [40, 40, 64]
    assert listing.commit == "c" * 40


def test_a_repository_that_is_no_model_is_refused(hub):
    hub.repositories[SMALL.repository].revisions["main"] = {k: v for k, v in FILES.items() if k != "checkpoint.pt"}
    with pytest.raises(SeparationError, match="no model that SAM Studio reads"):
        list_files(SMALL)


def test_the_revision_is_the_one_asked_for(hub):
    hub.repositories["facebook/sam-audio-judge"] = Repository({"main": {}, "sam_audio": FILES})
    assert list_files(HubId("facebook/sam-audio-judge", "sam_audio")).files
    with pytest.raises(AccessError, match="sam-audio-judge@nowhere"):
        list_files(HubId("facebook/sam-audio-judge", "nowhere"))


def test_several_models_take_a_choice(hub):
    two = {"a-bf16.safetensors": b"a", "b-bf16.safetensors": b"b", "b-fp8.safetensors": b"b"}
    hub.repositories["someone/models"] = Repository({"main": two})
    with pytest.raises(
        SeparationError, match=r"holds several models, a-bf16.*, b-bf16.*'someone/models:a-bf16\.safetensors'"
    ):
        list_files(HubId("someone/models"))
    listing = list_files(HubId("someone/models", file="b-bf16.safetensors"))
    assert [file.name for file in listing.files] == ["b-bf16.safetensors"]
    with pytest.raises(SeparationError, match=r"no weights .* of that name"):
        list_files(HubId("someone/models", file="c.safetensors"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("owner/name", HubId("owner/name")),
        ("owner/name@rev/1", HubId("owner/name", "rev/1")),
        ("owner/name:a b.safetensors", HubId("owner/name", file="a b.safetensors")),
        ("owner/name@v1:a.pt", HubId("owner/name", "v1", "a.pt")),
        ("https://huggingface.co/owner/name", HubId("owner/name")),
        ("https://huggingface.co/owner/name/tree/v1", HubId("owner/name", "v1")),
        ("https://huggingface.co/owner/name/resolve/main/a.pt?download=true", HubId("owner/name", file="a.pt")),
        ("https://elsewhere.org/owner/name", None),
        ("owner/name:../a.pt", None),
        ("owner/name:sub/a.pt", None),
        ("name", None),
    ],
)
def test_how_a_repository_is_named(written, expected):
    assert parse_hub_id(written) == expected
    if expected:
        assert parse_hub_id(str(expected)) == expected
