import os
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from samstudio import __version__
from samstudio.cli.display import display_obstacle, has_display
from samstudio.cli.main import with_command
from samstudio.cli.window import command_name


@pytest.fixture
def window(monkeypatch):
    """A stand-in for the window that keeps what it was opened with."""
    opened = []

    class Module:
        @staticmethod
        def run_window(paths=(), *, demo=False):
            opened.append((list(paths), demo))
            return 0

    monkeypatch.setattr("samstudio.cli.window.display_obstacle", lambda: "")
    monkeypatch.setitem(sys.modules, "samstudio.app.main", Module)
    return opened


@pytest.fixture
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


def test_the_window_opens_empty_on_a_file_or_on_the_demo(run, window, recording):
    path = recording()
    assert [run().code, run(path).code, run("open", path).code, run("demo").code] == [0, 0, 0, 0]
    assert window == [([], False), ([path], False), ([path], False), ([], True)]


def test_the_window_opens_on_several_files(run, window, recording, tmp_path, monkeypatch):
    path, folder = recording(), tmp_path / "Probe.samstudio"
    folder.mkdir()
    assert run(path, folder).code == 0
    assert window == [([path, folder], False)]
    assert run(path, tmp_path / "gone.wav").code == 3
    # A path that the export's folder is made from.
    monkeypatch.chdir(tmp_path)
    assert run(path.name).code == 0
    assert window[-1] == ([path], False)


def test_the_window_opens_on_a_session_by_its_folder(run, window, tmp_path):
    folder = tmp_path / "Probe.samstudio"
    folder.mkdir()
    assert run(folder).code == 0
    assert window == [([folder], False)]


def test_a_file_called_like_a_command_can_be_opened():
    assert with_command(["./doctor"]) == ["open", "./doctor"]
    assert with_command(["doctor"]) == ["doctor"]


def test_a_missing_file_is_reported_before_the_window_opens(run, window, tmp_path):
    ran = run(tmp_path / "gone.wav")
    assert ran.code == 3
    assert ran.sentence == f"samstudio: There is no file '{tmp_path / 'gone.wav'}': please check its name and folder."
    assert window == []


@pytest.mark.parametrize("words", [[], ["demo"]])
def test_without_a_display_the_headless_way_is_named(run, no_display, words):
    ran = run(*words)
    assert ran.code == 4
    assert "there is no display" in ran.sentence
    assert "separate FILE --span +A:B -o FOLDER" in ran.sentence


def test_a_window_that_cannot_be_loaded_points_to_the_doctor(run, monkeypatch):
    monkeypatch.setattr("samstudio.cli.window.display_obstacle", lambda: "")
    monkeypatch.setitem(sys.modules, "samstudio.app.main", None)
    ran = run()
    assert ran.code == 4
    assert "The window cannot open" in ran.sentence
    assert "doctor" in ran.sentence


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_where_there_is_a_display(platform, environment, expected):
    assert has_display(platform, environment) is expected


@pytest.mark.skipif(sys.platform != "linux", reason="only there Qt talks to an X server")
class TestX11:
    @pytest.fixture(autouse=True)
    def _only_x11(self, no_display, monkeypatch):
        monkeypatch.setenv("DISPLAY", ":4711")

    def test_a_server_that_does_not_answer_is_reported(self):
        assert display_obstacle() == "the display :4711 cannot be reached"

    def test_missing_libraries_are_reported_with_the_command_that_brings_them(self, monkeypatch):
        monkeypatch.setattr("samstudio.cli.display._x_server_answers", lambda: True)
        monkeypatch.setattr("samstudio.cli.display._loads", lambda name: name != "libxcb-cursor.so.0")
        assert display_obstacle() == "system libraries are missing (sudo apt-get install libxcb-cursor0)"

    def test_no_obstacle_where_everything_is_there(self, monkeypatch):
        monkeypatch.setattr("samstudio.cli.display._x_server_answers", lambda: True)
        monkeypatch.setattr("samstudio.cli.display._loads", lambda _name: True)
        assert display_obstacle() == ""

    @pytest.mark.parametrize(("name", "value"), [("WAYLAND_DISPLAY", "wayland-0"), ("QT_QPA_PLATFORM", "offscreen")])
    def test_other_platforms_are_not_asked(self, monkeypatch, name, value):
        monkeypatch.setenv(name, value)
        assert display_obstacle() == ""


def test_the_command_is_named_by_its_path_where_no_search_finds_it(monkeypatch, tmp_path):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    assert command_name() == "samstudio"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/samstudio").touch()
    assert command_name() == str(tmp_path / "bin/samstudio")
    monkeypatch.chdir(tmp_path)
    assert command_name() == str(Path("bin/samstudio"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["open"]),
        (["a.wav"], ["open", "a.wav"]),
        (["--version"], ["--version"]),
        (["separate", "a.wav", "--span", "-1:2"], ["separate", "a.wav", "--span=-1:2"]),
        (["separate", "--box", "-.5:2:1:2", "--span", "+1:2"], ["separate", "--box=-.5:2:1:2", "--span", "+1:2"]),
        (["separate", "--span", "-o", "x"], ["separate", "--span", "-o", "x"]),
    ],
)
def test_words_are_made_fit_for_the_parser(words, expected):
    assert with_command(words) == expected


def test_version(run):
    assert run("--version").out == [f"SAM Studio {__version__}"]


@pytest.mark.parametrize("command", ["open", "demo", "separate", "batch", "models", "doctor"])
def test_every_command_explains_itself(run, command):
    ran = run(command, "--help")
    assert ran.code == 0
    assert ran.out[0].startswith(f"usage: samstudio {command}")
    assert ran.err == []


def test_help_lists_all_commands(run):
    text = "\n".join(run("--help").out)
    for command in ("open", "demo", "separate", "batch", "models", "doctor"):
        assert f"\n    {command}" in text


def test_wrong_usage_is_one_sentence(run):
    ran = run("--frobnicate")
    assert ran.code == 2
    assert ran.sentence.startswith("samstudio: ")


def test_help_loads_neither_qt_nor_torch():
    code = (
        "import sys; from samstudio.cli.main import main; code = main(['separate', '--help']); "
        "print(code, *({'torch', 'PySide6', 'pyqtgraph'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no broken pipes of this kind")
def test_a_reader_that_goes_away_is_no_error():
    command = f"'{sys.executable}' -m samstudio separate --help | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("u", "")


STREAMS = """
import sys
import samstudio.cli.job
from samstudio.cli.main import main
from tests.conftest import FakeEngine

samstudio.cli.job.create_engine = lambda _name: FakeEngine()
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    ("redirected", "code"),
    [("2>&-", 0), (">&-", 0), ("<&- >&- 2>&-", 0), ("2>/dev/full", 0), (">/dev/full", 6)],
)
def test_streams_that_are_closed_or_full(recording, tmp_path, redirected, code):
    song = recording()
    words = f'"$0" -c "$1" separate {song} --prompt a --span +0:9 -o {tmp_path / "out"} {redirected}'
    # Unbuffered streams, which some machines ask for, keep nothing that could fail at exit.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    ended = subprocess.run(
        ["sh", "-c", words, sys.executable, STREAMS], capture_output=True, text=True, check=False, env=environment
    )
    assert ended.returncode == code
    # What is noted of the span must not have gone into a file that got the number of a closed stream.
    assert soundfile.info(tmp_path / "out" / "song_target.wav").frames == soundfile.info(song).frames
    if code:
        assert ended.stderr.splitlines()[-1].startswith("samstudio: The results could not be printed")


@pytest.mark.parametrize("seed", [str(1 << 63), "9" * 100, "9" * 10_000, "-1", "1.5", "²"])
def test_seeds_that_no_session_could_keep_are_refused_in_a_short_sentence(run, recording, seed):
    ran = run("separate", recording(), "--prompt", "a", "--seed", seed, "-o", "out")
    assert ran.code == 2
    assert len(ran.sentence) < 400
