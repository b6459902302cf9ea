from pathlib import Path

import pytest

from samstudio.controllers.background import Background
from samstudio.controllers.settings.machines import Machines, devices_text
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.engine import SeparationError
from samstudio.separation.remote.certificates import default_folder
from samstudio.separation.remote.machine import Machine


@pytest.fixture
def pool(qapp):
    made = Background()
    yield made
    made.shut_down()


@pytest.fixture
def machines(pool, monkeypatch):
    """As without the extra: nothing is connected."""
    monkeypatch.setattr("samstudio.separation.remote.extra.find_spec", lambda _name: None)
    return Machines(Preferences(), pool)


def test_machines_are_kept_between_starts_and_removed(machines, pool, qtbot):
    assert machines.add(" box ", "gpu1", "")
    assert machines.add("other", "tls://10.0.0.7:99", "/keys")
    (box, other) = Machines(Preferences(), pool).all
    assert (box.title, box.address.address, box.address.certificates) == ("box", "tls://gpu1:8786", default_folder())
    assert (other.device, other.address.certificates) == ("remote:other", Path("/keys"))
    machines.remove("box")
    assert [machine.title for machine in Machines(Preferences(), pool).all] == ["other"]


@pytest.mark.parametrize(
    ("title", "address", "sentence"),
    [
        ("", "gpu1", "A machine needs a name"),
        ("BOX", "gpu1", "There is a machine “BOX” already."),
        ("new", "tcp://gpu1", "Whoever reaches tcp://gpu1 could run programs there"),
        ("new", "gpu1/x", "is written tls://HOST:PORT"),
    ],
)
def test_what_is_no_machine_is_refused_in_a_sentence(machines, qtbot, title, address, sentence):
    machines.add("box", "gpu1", "")
    with qtbot.waitSignal(machines.refused) as refused:
        assert not machines.add(title, address, "")
    assert sentence in refused.args[0]
    assert len(machines.all) == 1


def test_without_the_extra_a_test_says_how_to_get_it(machines, qtbot):
    machines.add("box", "gpu1", "")
    qtbot.waitUntil(lambda: "Connecting" not in machines.all[0].state)
    assert machines.all[0].state.endswith("'cluster': install it with 'pip install \"samstudio[cluster]\"'.")


def test_a_device_whose_machine_was_removed_is_named(machines):
    with pytest.raises(SeparationError, match=r"^There is no machine “gone”: add it in the preferences"):
        machines.engine_on("remote:gone")


def test_a_damaged_list_is_left_out(pool):
    preferences = Preferences()
    for text in ("{", "3", '[{"title": "a"}]', '[{"title": "a", "address": "b", "certificates": "c"}, 4]'):
        preferences.set_text("machines", text)
        assert len(Machines(preferences, pool).all) == (1 if "certificates" in text else 0)


def test_devices_that_are_alike_are_counted():
    card = Machine("w1", "gpu1", "NVIDIA RTX 4090", 24 << 30, ("a",), ())
    same, other = Machine("w2", "gpu1", card.card, card.memory, ("a",), ()), Machine("w3", "cpu1", "", 0, ("a",), ())
    assert devices_text((card, same, other)) == "2 x NVIDIA RTX 4090, 24 GB; 1 x CPU"
