import subprocess
import sys
from dataclasses import replace

import pytest

from samstudio.cli import doctor
from samstudio.cli.doctor import Probe, disk_finding, examine
from samstudio.separation.models.catalogue import Role, family_of
from samstudio.separation.models.entries import PartState
from samstudio.separation.models.inventory import ModelPart
from samstudio.separation.registry import engines


def probe(name: str, code: str, *, needed: bool = True) -> Probe:
    return Probe(name, code, f"mend {name}", needed)


@pytest.fixture
def probes(monkeypatch):
    """Puts cheap probes in the place of the real ones."""

    def use(*probes: Probe) -> None:
        monkeypatch.setattr(doctor, "PROBES", probes)

    return use


def findings():
    return {finding.name: finding for finding in examine()}


def test_all_well(run, probes):
    probes(probe("Engine", "print('ready')"))
    ran = run("doctor")
    assert ran.code == 0
    assert "✓ Engine           ready" in ran.out
    assert ran.out[-1] == "Separating works here."


def test_what_is_missing_comes_with_its_remedy(run, probes):
    probes(probe("Engine", "raise ImportError('no engine here')"))
    ran = run("doctor")
    assert ran.code == 4
    at = ran.out.index("✗ Engine           ImportError: no engine here")
    assert ran.out[at + 1].split() == ["mend", "Engine"]
    assert ran.out[-1].startswith("Separating does not work here")


def test_what_need_not_be_there_does_not_fail(run, probes):
    probes(probe("Sound card", "import sys; sys.exit('none found')", needed=False))
    ran = run("doctor")
    assert ran.code == 0
    assert "– Sound card       none found" in ran.out


def test_a_library_that_kills_its_process_does_not_kill_the_doctor(probes):
    code = "import os, sys; print('qt.qpa: could not load xcb\\nmore words', file=sys.stderr, flush=True); os.abort()"
    probes(probe("Window", code), probe("Silent", "import os; os._exit(3)"))
    found = findings()
    assert (found["Window"].works, found["Window"].detail) == (False, "qt.qpa: could not load xcb")
    assert found["Silent"].detail == "ended with code 3"


def test_a_probe_that_hangs_is_ended(probes, monkeypatch):
    monkeypatch.setattr(doctor, "TIMEOUT", 0.2)
    probes(probe("Slow", "import time; time.sleep(60)"))
    assert findings()["Slow"].detail == "did not answer in time"


def test_a_disk_without_room_is_reported(tmp_path, monkeypatch):
    assert disk_finding(tmp_path).works == (doctor.shutil.disk_usage(tmp_path).free > 4e9)
    monkeypatch.setattr(doctor, "TEMPORARY_GB", 10**9)
    finding = disk_finding(tmp_path)
    assert finding.works is False
    assert "TMPDIR" in finding.remedy


def test_signs_where_the_terminal_has_no_tick(probes, monkeypatch):
    class Old:
        encoding = "cp1252"

    monkeypatch.setattr(sys, "stdout", Old())
    assert doctor._signs() == {True: "ok", False: "no", None: "--"}


@pytest.mark.parametrize("name", ["Sound files", "Spectral engine"])
def test_real_probes_work_here(name):
    (real,) = (probe for probe in doctor.PROBES if probe.name == name)
    done = subprocess.run([sys.executable, "-c", real.code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_the_sound_card_is_found_or_its_absence_is_a_sentence():
    (real,) = (probe for probe in doctor.PROBES if probe.name == "Sound card")
    done = subprocess.run([sys.executable, "-c", real.code], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert (done.stdout or done.stderr).strip()


def test_the_ready_models_of_an_engine_are_named(tmp_path):
    info = next(info for info in engines() if family_of(info.name))
    part = ModelPart("small", "Small", Role.MODEL, PartState.READY, 1, engine=info.name)
    nothing = doctor.models_finding(info, [replace(part, engine="other"), replace(part, state=PartState.MISSING)])
    assert nothing.works is None
    assert nothing.detail == "no model here; 'samstudio models add small' gets one"
    found = doctor.models_finding(info, [part])
    assert (found.name, found.works, found.detail) == (info.title, True, "ready: small")
