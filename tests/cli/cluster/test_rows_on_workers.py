from pathlib import Path
from types import SimpleNamespace

from samstudio.cli.batches.batch_run import RowOutcome
from samstudio.cli.cluster.row_task import SharedFiles
from samstudio.cli.cluster.rows_on_workers import RowsOnWorkers, folder_mark


class FakeBar:
    def __init__(self):
        self.prefix, self.notes, self.shown = "Row 1: ", [], []

    def noted(self, text):
        self.notes.append(self.prefix + text)

    def progressed(self, stage, fraction):
        self.shown.append((stage, fraction))


class FakePool(SimpleNamespace):
    """Yields a result for each task, after the workers came and went."""

    def run(self, _function, tasks, ticked):
        for number, task in enumerate(tasks):
            for self.threads in (2, 0, 0, 1):
                self.told(number, (0.5,))
                ticked()
            yield number, task.item, RowOutcome(facts={"target": "/there/a_target.wav", "seconds": 1.0})


def test_progress_is_that_of_all_rows_and_the_loss_of_all_workers_is_told_once(tmp_path):
    row = SimpleNamespace(job=SimpleNamespace(target=Path("a_target.wav"), residual=Path("a_rest.wav"), projects={}))
    bar, pool = FakeBar(), FakePool(threads=2)
    rows = RowsOnWorkers(pool, bar, None)
    rows._arguments = lambda job: (job,)
    outcome = RowOutcome(facts={"target": "a_target.wav", "residual": "a_rest.wav", "seconds": 1.0})
    assert list(rows.run(iter([row, row]))) == [(row, outcome), (row, outcome)], "files as they are called here"
    assert bar.notes == ["No worker is left: waiting for one."] * 2
    assert bar.shown[0] == ("2 workers", 0.5)
    assert bar.shown[-1] == ("1 worker", 0.5)


def test_a_worker_that_does_not_see_the_same_files_says_so(tmp_path):
    source = tmp_path / "a.wav"
    source.write_bytes(b"1234")
    job = SimpleNamespace(source=source)
    with folder_mark(tmp_path / "out") as mark:
        assert SharedFiles(mark, 4).fault(job) is None
        for shared in (SharedFiles(mark, 5), SharedFiles(mark.with_name("other"), 4)):
            fault = shared.fault(job)
            assert fault.code == 3
            assert "is not the same folder there as here" in str(fault)
        fault = SharedFiles(mark, -1).fault(job)
        assert str(fault).startswith(f"There is no file '{source}'"), "it is missing here, too"
    assert list((tmp_path / "out").iterdir()) == []
