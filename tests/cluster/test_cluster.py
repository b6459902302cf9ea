"""Batches on workers in other processes; the last test ends the cluster."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt

from samstudio.app.editor import make_container
from samstudio.separation.engine import Progress, SeparationError, SeparationRequest, StemChunk
from samstudio.separation.registry import create_engine, register, unregister
from samstudio.separation.remote.certificates import make_certificates
from samstudio.separation.remote.connection import connect
from samstudio.separation.remote.extra import ClusterError
from samstudio.separation.remote.machine_link import MachineAddress, MachineLink
from samstudio.separation.remote.remote_engine import RemoteEngine
from samstudio.session.prompt import Prompt, Span
from samstudio.session.region import Region
from samstudio.session.take import SeparationSettings
from tests.app.editing import make_window
from tests.cluster.command import PATIENT
from tests.cluster.conftest import finish, start, stems

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")]
pytest.importorskip("distributed")

HOST = socket.gethostname()


@pytest.fixture(scope="module", autouse=True)
def _engine_of_the_tests():
    register(PATIENT)
    yield
    unregister(PATIENT.name)


def states(folder: Path) -> Counter[str]:
    text = (folder / ".samstudio-batch.jsonl").read_text("utf-8")
    return Counter(re.findall(r'"state": "(\w+)"', text))


def halved(folder: Path) -> int:
    """How many rows have their files: each stem is half of the recording, to the last bit."""
    count = 0
    for target in folder.glob("*_target.wav"):
        sound = soundfile.read(folder.parent / f"{target.name.removesuffix('_target.wav')}.wav", dtype="float32")[0]
        for stem in (target, folder / target.name.replace("target", "residual")):
            assert np.array_equal(soundfile.read(stem, dtype="float32")[0], sound * np.float32(0.5))
        count += 1
    return count


def wait_for_parts(process, folder: Path) -> None:
    """Until a worker writes a file."""
    while not list(folder.glob(".*.part")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def test_workers_make_the_files_that_one_process_makes(cluster, manifest, tmp_path, run):
    path = manifest("tone,spectral", "bad,patient", "x,patient", "y,patient", "z,spectral")
    assert run("batch", path, "-o", tmp_path / "one").code == 5
    code, out, err = finish(start("batch", path, "-o", tmp_path / "two", *cluster.words))
    assert (code, out) == (5, ["4 done, 0 had been done before, 1 failed."])
    assert f"Row 2 (r1.wav) on {HOST}: There is nothing to halve." in err
    assert f"Row 3 (r2.wav) on {HOST}: Halved, not separated." in err
    assert stems(tmp_path / "two") == stems(tmp_path / "one")
    assert states(tmp_path / "two") == {"begun": 5, "done": 4}
    hidden = [file.name for file in (tmp_path / "two").glob(".*")]
    assert hidden == [".samstudio-batch.jsonl"]
    again = run("batch", path, "-o", tmp_path / "two", *cluster.words)
    assert again.out == ["0 done, 4 had been done before, 1 failed."]


def test_an_interrupt_leaves_whole_files_of_processes_on_this_machine(manifest, tmp_path):
    path = manifest("x,patient", *[f"until {tmp_path / 'never'},patient"] * 4)
    process = start("batch", path, "-o", tmp_path / "many", "--workers", 2, "--device", "cpu")
    wait_for_parts(process, tmp_path / "many")
    process.send_signal(signal.SIGTERM)
    code, out, err = finish(process)
    assert (code, out) == (130, [])
    assert err[-1] == "samstudio: Interrupted; no incomplete files were left."
    assert halved(tmp_path / "many") < 2
    assert [file.name for file in (tmp_path / "many").glob(".*")] == [".samstudio-batch.jsonl"]


def test_a_killed_worker_costs_its_row_and_two_batches_do_each_row_once(cluster, manifest, tmp_path):
    go_on = tmp_path / "go on"
    path = manifest(*[f"until {go_on},patient"] * 4)
    with closing(connect(cluster.address, cluster.certificates)) as client:
        both = [start("batch", path, "-o", tmp_path / "out", *cluster.words) for _ in range(2)]
        wait_for_parts(both[0], tmp_path / "out")
        kill_busy_worker(client)
        go_on.touch()
        wait_for_workers(client)
    said = [finish(process) for process in both]
    assert [code for code, _, _ in said] == [0, 0], said
    counts = [re.match(r"(\d+) done, (\d+) had", out[0]).groups() for _, out, _ in said]
    assert [sum(map(int, count)) for count in zip(*counts, strict=True)] == [4, 4]
    assert states(tmp_path / "out") == {"begun": 4, "done": 4}
    assert halved(tmp_path / "out") == 4


def kill_busy_worker(client) -> None:
    busy = next(worker for worker, keys in client.processing().items() if keys)
    os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
    while busy in client.nthreads():
        time.sleep(0.01)


def wait_for_workers(client) -> None:
    """Until the one that was killed has been started again."""
    while len(client.nthreads()) < 2:
        time.sleep(0.01)


def test_the_status_names_workers_and_other_certificates_are_refused(cluster, tmp_path, run):
    other = make_certificates(tmp_path / "other").folder
    stranger = start("worker", "--gpus", "none", "--scheduler", cluster.address, "--certificates", other)
    code, out, _ = astuple(run("cluster", "status", *cluster.words))
    assert (code, out[0]) == (0, f"{cluster.address}: 2 workers")
    assert re.fullmatch(rf"{HOST}: .+ GB, idle; engines spectral, .*patient; weights .+", out[1])
    for refused in (
        astuple(run("cluster", "status", "--scheduler", cluster.address, "--certificates", other)),
        astuple(run("cluster", "status", "--scheduler", cluster.address.replace("tls", "tcp"))),
        finish(stranger),
    ):
        code, out, err = refused
        assert (code, out) == (4, [])
        assert re.search(r"does not accept (these certificates|a connection without certificates)", err[0])
        assert len(err) == 1


def test_dask_says_nothing_itself():
    code = (
        "import logging\n"
        "from samstudio.separation.remote.extra import require_extra\n"
        "require_extra()\n"
        "import distributed\n"
        "for name in ('distributed.client', 'distributed.worker', 'tornado.application', 'asyncio'):\n"
        "    logging.getLogger(name).critical('Something happened')\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("", "")


def test_another_version_is_named(cluster, monkeypatch):
    from distributed import versions

    cached = versions._version_cached
    monkeypatch.setattr(versions, "_version_cached", lambda name: "9.9" if name == "samstudio" else cached(name))
    sentence = r"The scheduler runs SAM Studio [\d.]+ and this machine 9\.9: install the same version on all machines\."
    with pytest.raises(ClusterError, match=sentence):
        connect(cluster.address, cluster.certificates)


def request_of(text: str, engine: str, seconds: float = 2.0) -> SeparationRequest:
    noise = 0.3 * np.random.default_rng(len(text + engine)).standard_normal((round(seconds * 8000), 2))
    prompt = Prompt(text, (Span(0.0, 0.2),))
    return SeparationRequest(noise.astype(np.float32), 8000, prompt, SeparationSettings(engine, "remote:here", 0))


def sound_of(steps) -> tuple[list[str], bytes, bytes]:
    """The stages that were told, and both stems."""
    stages, target, residual = [], b"", b""
    for step in steps:
        if isinstance(step, StemChunk) and not step.is_draft:
            target, residual = target + step.target.tobytes(), residual + step.residual.tobytes()
        elif isinstance(step, Progress):
            stages.append(step.stage)
    return list(dict.fromkeys(stages)), target, residual


@pytest.fixture
def remote(cluster):
    """An engine that works on the cluster."""

    link = MachineLink(MachineAddress("here", cluster.address, cluster.certificates))
    yield RemoteEngine(link)
    link.drop()


@pytest.mark.parametrize("engine", ["patient", "spectral"])
def test_a_machine_makes_what_is_made_here_and_gets_a_recording_once(remote, engine):
    request = request_of("hum", engine)
    here = sound_of(create_engine(engine, keeps=False).separate(replace(request, settings=SeparationSettings(engine))))
    stages, *stems_there = sound_of(remote.separate(request))
    assert stems_there == [*here[1:]]
    assert stages[:2] == ["Connecting to here", "Sending to here"]
    again = replace(request, prompt=Prompt("hiss", (Span(0.5, 0.9),)))
    stages, target, _residual = sound_of(remote.separate(again))
    assert "Sending to here" not in stages
    assert len(target) == len(here[1])


def test_what_an_engine_refuses_there_is_said_here(remote):
    with pytest.raises(SeparationError, match=r"^There is nothing to halve\.$"):
        list(remote.separate(request_of("bad", "patient")))
    objects = replace(request_of("x", "patient"), prompt=Prompt("x").with_regions(Region(0, 0, 1, 1)))
    with pytest.raises(SeparationError, match="here gets the sound only"):
        list(remote.separate(objects))


def test_ssh_starts_a_worker_that_ends_with_it(tmp_path, monkeypatch):
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("fake_ssh.py")}" "$@"\n')
    ssh.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(ClusterError, match="No worker could be started on other through ssh: Could not resolve host"):
        MachineLink(MachineAddress("x", "ssh://other", tmp_path)).client()
    link = MachineLink(MachineAddress("box", "ssh://me@box", tmp_path))
    _stages, target, _residual = sound_of(RemoteEngine(link).separate(request_of("x", "patient")))
    assert len(target) == 2 * 8000 * 2 * 4
    port = urlsplit(link._tunnel.address).port
    link.drop()
    # Whoever forwards the port has ended.
    answers = True
    while answers:
        with socket.socket() as trial:
            answers = trial.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def window(qtbot, tmp_path, tone_clip):
    """The editor with a recording of 2 s."""
    container = make_container()
    window = make_window(container)
    qtbot.addWidget(window, before_close_func=lambda window: window.container.document.recordings.close_all())
    with qtbot.waitExposed(window):
        window.show()
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone_clip.samples, tone_clip.sample_rate, subtype="FLOAT")
    with qtbot.waitSignal(container.clip_loader.completed):
        window.commands.files.open_path(path)
    window.commands.separation.choose_engine(PATIENT.name)
    yield window
    container.shut_down()


def type_into(field, text: object, qtbot) -> None:
    field.setFocus()
    qtbot.keyClicks(field, str(text))


def separate(window, text: str, qtbot):
    """Press Separate with a text: yields when the first sound has come, and then the take."""
    window.commands.spans.change_text(text)
    with qtbot.waitSignal(window.container.separator.finished) as finished:
        with qtbot.waitSignal(window.container.separator.stems_grew):
            window.actions_by_name["separate"].trigger()
        yield
    yield finished.args[0]


def test_the_window_works_on_a_machine_cancels_loses_it_and_goes_on_here(cluster, window, qtbot, tmp_path):
    container, panel = window.container, window.prompt_panel
    window.actions_by_name["preferences"].trigger()
    dialog = window.commands.preferences.dialog
    dialog.show_page("Machines")
    page = window.commands.preferences.machines
    type_into(page.name, "box", qtbot)
    type_into(page.address, "tcp://elsewhere", qtbot)
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    assert "Whoever reaches tcp://elsewhere could run programs there" in page.note.text
    page.address.clear()
    type_into(page.address, cluster.address, qtbot)
    type_into(page.certificates, cluster.certificates, qtbot)
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    # Both workers load torch to look for graphics cards.
    qtbot.waitUntil(lambda: page.parts["box"].state.text().startswith("Ready. Engines: "), timeout=120_000)
    assert PATIENT.name in page.parts["box"].state.text()
    qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)

    device = panel.advanced.device
    qtbot.keyClick(device, Qt.Key.Key_End)
    assert re.fullmatch(r"box \(remote\): 2 x CPU, \d+ GB", device.currentText())
    assert window.commands.separation.settings.device == "remote:box"

    whole = separate(window, "x", qtbot)
    next(whole)
    take = next(whole)
    clip = container.document.clip.samples
    assert np.array_equal(take.sound.stems.target, clip * np.float32(0.5))
    assert container.document.takes == (take,)

    held = f"until {tmp_path / 'never'}"
    cut = separate(window, held, qtbot)
    next(cut)
    window.actions_by_name["cancel"].trigger()
    take = next(cut)
    assert 0 < take.frames_done < len(clip)
    assert np.array_equal(take.sound.stems.target + take.sound.stems.residual, clip)

    with closing(connect(cluster.address, cluster.certificates)) as client:
        while any(client.processing().values()):
            time.sleep(0.01)
        lost = separate(window, held, qtbot)
        window.commands.spans.add(Span(0.1, 0.5))
        next(lost)
        kill_busy_worker(client)
        take = next(lost)
        assert 0 < take.frames_done < len(clip)
        assert take.notices[-1] == "The line to box was lost. What came before is kept."
        wait_for_workers(client)

    qtbot.keyClick(device, Qt.Key.Key_Home)
    here = separate(window, "y", qtbot)
    next(here)
    assert next(here).settings.device == "auto"


def test_a_lost_scheduler_costs_the_running_rows(cluster, manifest, tmp_path, run):
    go_on = tmp_path / "go on"
    path = manifest("x,patient", *[f"until {go_on},patient"] * 3)
    process = start("batch", path, "-o", tmp_path / "out", *cluster.words)
    while not (tmp_path / "out/r0_target.wav").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    wait_for_parts(process, tmp_path / "out")
    cluster.scheduler.kill()
    code, out, err = finish(process)
    assert (code, out) == (5, [])
    assert err[-1] == "samstudio: The scheduler was lost: what is done stays done; start the command again to go on."
    for worker in cluster.workers:
        code, _, err = finish(worker)
        assert (code, err) == (4, [f"samstudio: The scheduler {cluster.address} was lost."])
    go_on.touch()
    assert run("batch", path, "-o", tmp_path / "out").code == 0
    assert halved(tmp_path / "out") == 4
