"""run.py, without installing anything: what it decides to do."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def load_script():
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def script(tmp_path, monkeypatch):
    """run.py as a module over an empty checkout in tmp_path; its commands are noted and succeed."""
    module = load_script()
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    module.commands = []
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for name in ("VENV", "READY", "TRIED", "BIN", "PYTHON"):
        monkeypatch.setattr(module, name, tmp_path / getattr(module, name).relative_to(ROOT))

    def call(command, **_options):
        module.commands.append(command)
        if "venv" in command:
            module.BIN.mkdir(parents=True, exist_ok=True)
            module.PYTHON.touch()
        return 0

    monkeypatch.setattr(module, "call", call)
    monkeypatch.setattr(module, "find_uv", lambda: ["uv"])
    monkeypatch.setattr(module, "missing_packages", lambda _programs: [])
    return module


def test_a_fresh_checkout_gets_everything_with_uv(script):
    script.set_up({})
    make, install, guide = script.commands
    assert make[:2] == ["uv", "venv"]
    assert install[:3] == ["uv", "pip", "install"]
    assert "--editable" in install
    assert any(word.startswith("pytest>=") for word in install)
    assert guide[1:] == ["-m", "docs.guide"]


def test_without_uv_pip_does_it(script, monkeypatch):
    monkeypatch.setattr(script, "find_uv", list)
    script.set_up({})
    assert script.commands[0] == [sys.executable, "-m", "venv", str(script.VENV)]
    assert script.commands[1][:4] == [str(script.PYTHON), "-m", "pip", "install"]


def test_the_second_time_nothing_is_run(script):
    script.set_up({})
    script.commands.clear()
    script.set_up({})
    assert script.commands == []


def test_new_dependencies_are_added_in_place(script):
    script.set_up({})
    script.commands.clear()
    with (script.ROOT / "pyproject.toml").open("a") as file:
        file.write("\n# changed\n")
    script.set_up({})
    assert "--allow-existing" in script.commands[0]
    assert len(script.commands) == 3


def test_a_moved_folder_or_another_python_starts_again(script):
    script.set_up({})
    script.commands.clear()
    script.READY.write_text(script.READY.read_text().replace(str(script.ROOT), "/elsewhere"))
    script.set_up({})
    assert "--clear" in script.commands[0]


def test_a_step_that_fails_ends_the_set_up_and_is_tried_again(script, monkeypatch):
    works = script.call
    monkeypatch.setattr(script, "call", lambda command, **_options: 7 if "pip" in command else works(command))
    with pytest.raises(SystemExit) as ended:
        script.set_up({})
    assert ended.value.code == 7
    monkeypatch.setattr(script, "call", works)
    script.commands.clear()
    script.set_up({})
    assert len(script.commands) == 3


def test_too_small_a_disk_is_reported_before_anything_is_installed(script, monkeypatch):
    monkeypatch.setattr(script, "ROOM_GB", 10**9)
    with pytest.raises(SystemExit, match=r"Only .* GB are free here and about 1000000000 GB are needed"):
        script.set_up({})
    assert script.commands == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="system packages are a matter of Debian")
class TestSystemPackages:
    @pytest.fixture(autouse=True)
    def _debian(self, script, monkeypatch):
        script.VENV.mkdir()
        monkeypatch.setattr(script.shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(script.os, "geteuid", lambda: 0)

    def test_root_installs_them(self, script):
        script.install_packages(["xvfb"])
        assert [command[-2:] for command in script.commands] == [["-q", "update"], ["--no-install-recommends", "xvfb"]]

    def test_what_apt_could_not_bring_is_not_tried_again(self, script, capsys):
        script.TRIED.write_text("xvfb other")
        script.install_packages(["xvfb"])
        assert script.commands == []
        assert "sudo apt-get install xvfb" in capsys.readouterr().err

    def test_where_a_password_is_needed_the_command_is_reported(self, script, monkeypatch, capsys):
        monkeypatch.setattr(script.os, "geteuid", lambda: 1000)
        monkeypatch.setattr(script, "call", lambda command, **_options: 1)
        script.install_packages(["xvfb", "xauth"])
        assert "sudo apt-get install xvfb xauth" in capsys.readouterr().err

    def test_other_systems_get_the_names(self, script, monkeypatch, capsys):
        monkeypatch.setattr(script.shutil, "which", lambda _name: None)
        script.install_packages(["libgl1"])
        assert script.commands == []
        assert "libgl1" in capsys.readouterr().err


def test_missing_libraries_and_programs_become_packages(monkeypatch):
    module = load_script()
    monkeypatch.setattr(module, "has_library", lambda name: name != "libportaudio.so.2")
    monkeypatch.setattr(module.shutil, "which", lambda name: None if name == "xdotool" else f"/usr/bin/{name}")
    assert module.missing_packages(module.TEST_PROGRAMS) == ["libportaudio2", "xdotool"]
    assert module.missing_packages({}) == ["libportaudio2"]


@pytest.fixture
def checks(script, monkeypatch):
    """The runs of pytest in run_checks, without running them; `failing` holds the names of those that fail."""
    script.failing = {}
    ran = []

    def run_tool(tool, *arguments):
        return script.failing.get(Path(tool).stem, 0), f"printed by {Path(tool).stem}"

    def run_pytest(arguments, settings):
        ran.append([*arguments, settings])
        code = script.failing.get("pytest", 0)
        return code, ["FAILED tests/test_a.py::test_b", "1 failed in 2.00s"] if code else ["3 passed in 1.00s"]

    monkeypatch.setattr(script, "run_tool", run_tool)
    monkeypatch.setattr(script, "run_pytest", run_pytest)
    return ran


@pytest.mark.parametrize(
    ("failing", "expected"), [({}, 0), ({"mypy": 3}, 3), ({"ruff": 2, "mypy": 3}, 2), ({"pytest": 1}, 1)]
)
def test_all_checks_run_and_the_first_failure_counts(script, checks, capsys, failing, expected):
    script.failing = failing
    assert script.run_checks(script.TOOLS, script.pytest_runs([])) == expected
    assert len(checks) == 2
    emitted = capsys.readouterr().err
    assert emitted.count("printed by ruff") == 2
    assert "types: mypy\nprinted by mypy\n" in emitted
    assert "layers: lint-imports\nprinted by lint-imports\n" in emitted
    assert ("types FAILED" in emitted) == ("mypy" in failing)
    assert ("slow tests FAILED" in emitted) == ("pytest" in failing)


def test_the_quick_tests_run_in_parallel_and_then_the_files_with_slow_ones(script, checks, capsys, monkeypatch):
    monkeypatch.setattr(script, "ROOT", ROOT)
    script.run_checks(script.TOOLS, script.pytest_runs([]))
    quick, slow = checks
    assert quick[:2] == ["-m", "not slow"]
    assert int(quick[quick.index("-n") + 1]) > 1
    assert slow[:5] == ["-m", "slow", "-n", "3", "--dist"]
    assert slow.index("tests/e2e/test_main_job.py") < slow.index("tests/app/test_main.py")
    assert "tests/dsp/test_peaks.py" not in slow
    last = capsys.readouterr().err.splitlines()[-1]
    for name in ("lint", "format", "types", "layers", "quick tests", "slow tests"):
        assert f"{name} passed" in last


def test_a_word_of_its_own_runs_the_numeric_tests_as_on_a_plain_processor(script, checks, monkeypatch):
    monkeypatch.setattr(script, "set_up", lambda _programs: None)
    monkeypatch.setattr(sys, "argv", ["run.py", "test-plain"])
    assert script.main() == 0
    (numeric,) = checks
    assert "tests/separation" in numeric
    assert numeric[-1] == {"ATEN_CPU_CAPABILITY": "default"}
    # A file that has moved would come back in unseen.
    assert all((ROOT / path).exists() for path in script.NOT_NUMERIC)


def test_what_a_tool_prints_is_kept_with_its_exit_code(monkeypatch):
    module = load_script()
    monkeypatch.setattr(module, "BIN", Path(sys.executable).parent)
    code = "import sys; print('found'); sys.stdout.flush(); sys.exit('a fault')"
    assert module.run_tool(Path(sys.executable).name, "-c", code) == (1, "found\na fault")


def test_every_change_is_checked_with_both(script):
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[-2:] == ["python3 run.py test", "python3 run.py test-plain"]


def test_given_words_make_it_one_run_of_pytest(script):
    assert script.pytest_runs(["-k", "mixer"]) == {"tests": (["-k", "mixer"], {})}


def test_failures_and_the_closing_line_are_repeated_at_the_end(script, checks, capsys):
    script.failing = {"pytest": 1}
    script.run_checks({}, script.pytest_runs(["-x"]))
    *_, failure, closing, summary = capsys.readouterr().err.splitlines()
    assert failure == "run.py: tests: FAILED tests/test_a.py::test_b"
    assert closing == "run.py: tests: 1 failed in 2.00s"
    assert summary.endswith("tests FAILED")


def test_pytest_is_run_with_its_settings_and_its_output_passed_on(monkeypatch, tmp_path, capfd):
    module = load_script()
    monkeypatch.setattr(module, "PYTHON", sys.executable)
    monkeypatch.setitem(module.COMPILED, "PYTHONPYCACHEPREFIX", str(tmp_path / "compiled"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "test_it.py").write_text("import os\ndef test_it():\n    assert os.environ['SETTING'] == '2'\n")
    for value, code, failures in (("2", 0, []), ("1", 1, ["FAILED"])):
        ended, lines = module.run_pytest(
            ["-c", os.devnull, "-p", "no:cacheprovider", str(tmp_path)], {"SETTING": value}
        )
        assert ended == code
        assert [line.split()[0] for line in lines[:-1]] == failures
        assert lines[-1].startswith(f"1 {'failed' if code else 'passed'} in ")
        assert lines[-1] in capfd.readouterr().out
    # Where Python is told to keep no compiled modules, too.
    assert list((tmp_path / "compiled").rglob("test_it*.pyc"))


@pytest.mark.parametrize(
    ("words", "expected"), [([], ["demo"]), (["song.wav"], ["song.wav"]), (["doctor"], ["doctor"])]
)
def test_other_words_go_to_the_program(script, monkeypatch, words, expected):
    started = []
    monkeypatch.setattr(script, "start_program", lambda arguments: started.extend(arguments) or 0)
    monkeypatch.setattr(sys, "argv", ["run.py", *words])
    assert script.main() == 0
    assert started == expected


def test_setup_starts_nothing(script, monkeypatch):
    monkeypatch.setattr(script, "start_program", lambda _arguments: pytest.fail("started"))
    monkeypatch.setattr(sys, "argv", ["run.py", "setup"])
    assert script.main() == 0


def test_help_sets_nothing_up():
    done = subprocess.run([sys.executable, ROOT / "run.py", "--help"], capture_output=True, text=True, check=True)
    assert "python3 run.py test" in done.stdout
    assert done.stderr == ""


def test_the_script_needs_the_standard_library_only():
    code = "import sys; sys.argv = ['run.py', '-h']; import runpy; runpy.run_path('run.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout
