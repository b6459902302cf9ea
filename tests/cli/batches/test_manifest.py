import pytest

from samstudio.cli.batches.manifest import ManifestRow, plan_jobs, read_manifest, slug, unique_names
from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.main import make_parser
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.separation.registry import checked_settings
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings


@pytest.fixture
def options(tmp_path):
    words = ["batch", str(tmp_path / "manifest.csv"), "-o", str(tmp_path / "out"), "--device", "cpu"]
    return make_parser().parse_args(words)


def rows_of(tmp_path, text: str | bytes) -> list[ManifestRow]:
    path = tmp_path / "manifest.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(path)[0]


def plan(tmp_path, options, text: str) -> list[SeparationJob | CommandError]:
    return [job for _row, job in plan_jobs(rows_of(tmp_path, text), options)]


def names(*sources: str, prompts: tuple[str, ...] = (), **cells: str) -> list[str]:
    prompts = prompts or ("",) * len(sources)
    rows = [
        ManifestRow(number, {"input": source, **({"prompt": prompt} if prompt else {}), **cells})
        for number, (source, prompt) in enumerate(zip(sources, prompts, strict=True), 1)
    ]
    return unique_names(rows, "wav")


def test_a_full_row_becomes_a_job(tmp_path, options):
    text = "input,prompt,spans,engine,output_format,bits,seed\nsub/a.flac,a bell,+1:2 -3:4,spectral,flac,16,7\n"
    (job,) = plan(tmp_path, options, text)
    assert job.source == tmp_path / "sub/a.flac"
    assert job.prompt == Prompt("a bell", (Span(1, 2), Span(3, 4, Sign.MINUS)))
    assert job.settings == checked_settings(SeparationSettings("spectral", "cpu", 7))
    assert (job.audio_format.container, job.audio_format.bits) == ("flac", "16")
    assert (job.target.name, job.residual.name) == ("a_target.flac", "a_residual.flac")


def test_empty_cells_and_missing_columns_take_the_options(tmp_path, options):
    options.format, options.seed = "flac", 3
    for text in ("input,spans,output_format,seed\na.wav,+1:2,,\n", "input,spans\na.wav,+1:2\n"):
        (job,) = plan(tmp_path, options, text)
        assert (job.audio_format.container, job.audio_format.bits, job.settings.seed) == ("flac", "24", 3)


def test_absolute_paths_stay(tmp_path, options):
    (job,) = plan(tmp_path, options, "input,spans\n/music/a.wav,+1:2\n")
    assert str(job.source) == "/music/a.wav"


@pytest.mark.parametrize(
    "text",
    [b"\xef\xbb\xbfinput,spans\r\na.wav,+1:2\r\n", b"input;spans\na.wav;+1:2\n", b" input , spans \n a.wav , +1:2 \n"],
)
def test_what_spreadsheets_write(tmp_path, text):
    assert rows_of(tmp_path, text) == [ManifestRow(1, {"input": "a.wav", "spans": "+1:2"})]


def test_quoted_cells_may_hold_commas_and_line_breaks(tmp_path):
    rows = rows_of(tmp_path, 'input,prompt\n"a, b.wav","two\nlines"\nc.wav,x\n')
    assert [row.cells for row in rows] == [
        {"input": "a, b.wav", "prompt": "two\nlines"},
        {"input": "c.wav", "prompt": "x"},
    ]


def test_unknown_columns_are_named(tmp_path):
    (tmp_path / "manifest.csv").write_text("input,colour,spans,mood\na.wav,red,+1:2,\n")
    assert read_manifest(tmp_path / "manifest.csv")[1] == ["colour", "mood"]


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (None, Exit.INPUT, "There is no manifest"),
        (b"", Exit.USAGE, "has no column 'input'"),
        (b"file,spans\na.wav,+1:2\n", Exit.USAGE, "has no column 'input'"),
        (b"input\n\xff\xfe.wav\n", Exit.INPUT, "save it as CSV UTF-8"),
        (b'input,prompt\na.wav,"never closed\n', Exit.USAGE, "is not valid CSV"),
    ],
)
def test_bad_manifests(tmp_path, content, code, sentence):
    path = tmp_path / "manifest.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as raised:
        read_manifest(path)
    assert raised.value.code == code


def test_a_folder_is_no_manifest(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",+1:2,,,,", "input cell is empty"),
        ("a.wav,1:2,,,,", "a span is written"),
        ("a.wav,+2:1,,,,", "must run forward"),
        ("a.wav,+1:2,,mp3,,", "no mp3"),
        ("a.wav,+1:2,,flac,32f,", "no flac with 32f bits"),
        ("a.wav,+1:2,,,,-1", "a seed is a whole number"),
        ("a.wav,+1:2,,,,1,more", "more cells than the header"),
    ],
)
def test_a_bad_row_does_not_spoil_the_others(tmp_path, options, line, sentence):
    bad, good = plan(tmp_path, options, f"input,spans,engine,output_format,bits,seed\n{line}\nb.wav,+1:2,,,,\n")
    assert isinstance(bad, CommandError)
    assert sentence in str(bad)
    assert isinstance(good, SeparationJob)


def test_different_names_stay_as_they_are():
    assert names("a.wav", "x/b.wav", "c.d.flac") == ["a", "b", "c.d"]


def test_equal_names_get_their_prompt():
    assert names("a/x.wav", "b/x.flac", "y.wav", prompts=("The Bell!", "snare drum", "bell")) == [
        "x_the-bell", "x_snare-drum", "y",
    ]  # fmt: skip


def test_equal_names_and_prompts_get_their_number():
    assert names("a/x.wav", "b/x.wav", "x.wav", prompts=("bell", "bell", "drum")) == ["x_bell_1", "x_bell_2", "x_drum"]
    assert names("a/x.wav", "b/x.wav") == ["x_1", "x_2"]


def test_an_added_number_that_is_taken_is_noticed():
    result = names("a/x.wav", "b/x.wav", "x_2.wav")
    assert len({name.casefold() for name in result}) == 3


def test_names_equal_on_some_disks_only_are_distinguished():
    assert names("X.wav", "x.wav") == ["X_1", "x_2"]
    assert names("caf\u00e9.wav", "cafe\u0301.wav") == ["caf\u00e9_1", "cafe\u0301_2"]


def test_another_format_is_another_name():
    rows = [ManifestRow(1, {"input": "x.wav"}), ManifestRow(2, {"input": "x.wav", "output_format": "flac"})]
    assert unique_names(rows, "wav") == ["x", "x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A dog, barking!", "a-dog-barking"),
        ("  ", ""),
        ("../../etc", "etc"),
        ("Gitarre für Élise", "gitarre-für-élise"),
        ("鳥の声", "鳥の声"),
        ("x" * 90, "x" * 40),
    ],
)
def test_slugs_are_fit_for_names(text, expected):
    assert slug(text) == expected


def test_a_row_may_name_a_sound_track(tmp_path, options):
    jobs = plan(tmp_path, options, "input,prompt,track\na.mkv,bell,2\nb.mkv,bell,\nc.mkv,bell,0\n")
    assert [job.track for job in jobs[:2]] == [2, None]
    assert isinstance(jobs[2], CommandError)


SPREADSHEETS = [
    "input,spans\nsong.wav,+0.2:0.6\n,\n,\n",
    "sep=;\ninput;spans\nsong.wav;+0,2:0,6\n",
    "Input;SPANS\nsong.wav;+0,2:0,6\n",
    "INPUT\tSpans\nsong.wav\t+0.2:0.6\n",
    "input;spans;;\nsong.wav;+0.2:0.6;;\n;;;\n",
    '"input","spans"\n"song.wav","+0,2:0,6"\n',
    "\n\ninput,spans\n\nsong.wav,+0.2:0.6,,,\n",
    "spans,input\n+.2:0.6,song.wav\n",
]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("text", SPREADSHEETS, ids=range(len(SPREADSHEETS)))
def test_one_row_as_every_spreadsheet_writes_it(tmp_path, options, text, encoding, end):
    rows = rows_of(tmp_path, text.replace("\n", end).encode(encoding))
    ((_row, job),) = plan_jobs(rows, options)
    assert job.source == tmp_path / "song.wav"
    assert job.prompt.spans == (Span(0.2, 0.6),)
    assert read_manifest(tmp_path / "manifest.csv")[1] == []


def test_empty_rows_are_counted_so_that_a_row_is_found_by_its_number(tmp_path):
    assert [row.number for row in rows_of(tmp_path, "input\na.wav\n\n,\nb.wav\n")] == [1, 4]


def test_every_cell_and_column_may_be_in_any_case_but_its_text(tmp_path, options):
    (job,) = plan(tmp_path, options, "INPUT,Prompt,Output_Format,BITS,Seed\nA.wav,A Bell,flac,16,7\n")
    assert (job.source.name, job.prompt.text, job.settings.seed) == ("A.wav", "A Bell", 7)
    assert (job.audio_format.container, job.audio_format.bits) == ("flac", "16")


def test_decimal_commas_between_commas_are_reported(tmp_path, options):
    ((_row, error),) = plan_jobs(rows_of(tmp_path, "input,spans\nsong.wav,+0,2:0,6\n"), options)
    assert "more cells than the header" in str(error)
