"""Labels as other programs write them, by their documentation and by what they were seen to write."""

import random

import pytest

from samstudio.session.labels.label import MAX_LABELS, Label, LabelError, imported
from samstudio.session.labels.marker import Marker
from samstudio.session.labels.reading import read_label_text
from samstudio.session.labels.textgrid import write_textgrid
from samstudio.session.prompt import Sign, Span

BIRD = Span(0.5, 1.25)
BOX = Span(0.5, 1.25, Sign.PLUS, 200.0, 4000.0)
RAVEN = (
    "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tAnnotation\n"
    "1\tWaveform 1\t1\t0.500000\t1.250000\t200.0\t4000.0\t+ bird\n"
    "1\tSpectrogram 1\t1\t0.500000\t1.250000\t200.0\t4000.0\t+ bird\n"
)


def spans(text: str, suffix: str = ".csv", rate: float | None = None) -> tuple[Span, ...]:
    """The spans of a text of which nothing is skipped."""
    labels, skipped = read_label_text(text, suffix, rate)
    found = imported(labels, 20.0)
    assert [*skipped, *found.skipped] == []
    return found.spans


def reasons(text: str, suffix: str = ".csv", rate: float | None = None) -> list[tuple[str, str]]:
    """Where and why each line of a text without a span is skipped."""
    labels, skipped = read_label_text(text, suffix, rate)
    found = imported(labels, 20.0)
    assert found.spans == ()
    return [(entry.place, entry.reason) for entry in (*skipped, *found.skipped)]


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("0,500000\t1,250000\t+ bird\n", ".txt"),
        ("0.500000\t1.250000\t+ bird\n", ".csv"),
        ("1\n00:00:00,500 --> 00:00:01,250\n+ bird\n", ".txt"),
        ("WEBVTT\n\n00:00.500 --> 00:01.250\n+ bird\n", ".txt"),
        ("sep=;\nstart;end;label\n0,5;1,25;+ bird\n", ".csv"),
        ('"sep=;"\n"start";"end";"label"\n"0,5";"1,25";"+ bird"\n', ".csv"),
        ("sep=;\n0,5;0,75;+ bird\n", ".txt"),
        ("sep=\t\nstart\tend\tlabel\n0,5\t1,25\t+ bird\n", ".txt"),
        ("SEP=|\nstart|end|label\n0.5|1.25|+ bird\n", ".csv"),
        ("start;end;label\n0,5;1,25;+ bird\n", ".txt"),
        ("\n\nstart,end,label\n,,\n\n0.5,1.25,+ bird\n,,\n", ".csv"),
        ('start,end,label\n"0,5","1,25","+ bird"\n', ".csv"),
        ("LABEL,End,START\n+ bird,1.25,0.5\n", ".csv"),
        ("Beginn;Ende;Bezeichnung\n0,5;1,25;+ Vogel\n", ".csv"),
        ("Anfang;Dauer;Beschriftung\n0,5;0,75;+ Vogel\n", ".csv"),
        ("Von (s);Bis (s);Kommentar\n0,5;1,25;+ Vogel\n", ".csv"),
        ("Début;Fin;Étiquette\n0,5;1,25;+ oiseau\n", ".csv"),
        ("début;durée;libellé\n0,5;0,75;+ oiseau\n", ".csv"),
        ("Inicio;Fin;Etiqueta\n0,5;1,25;+ pájaro\n", ".csv"),
        ("inicio;duración;texto\n0,5;0,75;+ pájaro\n", ".csv"),
        ("Startzeit in Sekunden;Endzeit in Sekunden;Bezeichnung:\n0,5;1,25;+ Vogel\n", ".csv"),
        ("onset\toffset\tevent_label\n0.5\t1.25\t+ bird\n", ".txt"),
        ("Início;Fim;Nome\n0,5;1,25;+ ave\n", ".csv"),
        ("startTime,endTime,Label\n0.5,1.25,+ bird\n", ".csv"),
        ("start_ms,end_ms,label\n500,1250,+ bird\n", ".csv"),
        ("Start (ms);Dauer (ms);Text\n500;750;+ Vogel\n", ".csv"),
        ("onset_s,offset_s,sign,label\n0.5,1.25,+,bird\n", ".csv"),
        ("sign,start,end\n+,0.5,1.25\n", ".csv"),
        ("start,end,label\n0:00.5,0:01.25,+ bird\n", ".csv"),
        ("Start,End,Label\n500 ms,1.25 s,+ bird\n", ".csv"),
        ("Name\tStart\tDuration\tTime Format\tType\tDescription\n+ bird\t0:00.500\t0:00.750\tdecimal\tCue\t\n", ".csv"),
        ("Name\tStart\tDuration\tTime Format\tType\tDescription\n+ bird\t24000\t36000\t48000 Hz\tCue\t\n", ".csv"),
        ("tmin\ttier\ttext\ttmax\n0.5\tbirds\t+ bird\t1.25\n", ".txt"),
        ("Begin Time - ss.msec,End Time - ss.msec,Annotation\n0.5,1.25,+ bird\n", ".csv"),
        ("Begin Time - hh:mm:ss.ms\tEnd Time - hh:mm:ss.ms\tNote\n00:00:00.500\t00:00:01.250\t+ bird\n", ".txt"),
        ("Begin Time - msec,End Time - msec,Note\n500,1250,+ bird\n", ".csv"),
        ("#,Name,Start,End,Length\nR1,+ bird,0.500,1.250,0.750\n", ".csv"),
        ("#,Name,Start,End,Length\nR1,+ bird,0:00.500,0:01.250,0:00.750\n", ".csv"),
        ("0.500000000,0.750000000,+ bird\n", ".csv"),
        ("0.500000000,440,0.750000000,+ bird\n", ".csv"),
        ("0.500000000\t440\t0.750000000\t+ bird\n", ".txt"),
        ("0.500000000,440,0.750000000,0.8,+ bird\n", ".csv"),
        ("0,5;0,75;+ bird\n", ".csv"),
        ('"0,5","0,75","+ bird"\n', ".csv"),
        ("TIME,DURATION,LABEL\n0.5,0.75,+ bird\n", ".csv"),
        ("TIME,VALUE,DURATION,LABEL\n0.5,440,0.75,+ bird\n", ".csv"),
    ],
)
def test_one_and_the_same_span_as_many_programs_write_it(text: str, suffix: str) -> None:
    assert spans(text, suffix) == (BIRD,)


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("0,5\t1,25\t+ bird\n\\\t200,000000\t4000,000000\n", ".txt"),
        ("start;end;label\n0,5;1,25;+ bird [200-4000 Hz]\n", ".csv"),
        ("start;end;label\n0,5;1,25;+ bird [200,0-4000,0 Hz]\n", ".csv"),
        ("start,end,low,high,label\n0.5,1.25,200,4000,+ bird\n", ".csv"),
        ("start,end,low_freq_khz,high_freq_khz,label\n0.5,1.25,0.2,4,+ bird\n", ".csv"),
        ("Beginn;Ende;Untere Frequenz (Hz);Obere Frequenz (Hz);Text\n0,5;1,25;200,0;4000,0;+ Vogel\n", ".csv"),
        (RAVEN.replace("1\tWaveform 1\t1\t0.500000\t1.250000\t200.0\t4000.0\t+ bird\n", ""), ".txt"),
        (RAVEN.replace("1\tWaveform 1\t1\t0.500000\t1.250000\t200.0\t4000.0\t+ bird\n", "").replace("\t", ","), ".csv"),
    ],
)
def test_one_and_the_same_box(text: str, suffix: str) -> None:
    assert spans(text, suffix) == (BOX,)


def test_raven_lists_a_selection_once_a_view() -> None:
    labels, skipped = read_label_text(RAVEN, ".txt")
    assert imported(labels, 20.0).spans == (BOX,)
    assert [(entry.place, entry.reason) for entry in skipped] == [
        ("line 3", "it is the same selection in another view")
    ]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("Start Sample,End Sample,Label\n22050,55125,+ bird\n", 44100.0),
        ("start (samples);length (samples);label\n22050;33075;+ bird\n", 44100.0),
        ("FRAME,DURATION,LABEL\n22050,33075,+ bird\n", 44100.0),
        ("Beg File Samp (samples)\tEnd File Samp (samples)\tAnnotation\n24000\t60000\t+ bird\n", 48000.0),
        # The file's own rate counts, whatever the recording's is.
        ("Name\tStart\tDuration\tTime Format\n+ bird\t22050\t33075\t44100 Hz\n", 48000.0),
        # Times in seconds count before the same in samples.
        ("Begin Sample\tEnd Sample\tBegin Time (s)\tEnd Time (s)\tAnnotation\n1\t2\t0.5\t1.25\t+ bird\n", 48000.0),
    ],
)
def test_samples_are_converted_by_the_rate(text: str, rate: float) -> None:
    assert spans(text, ".csv", rate) == (BIRD,)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Start Sample,End Sample,Label\n2,4,+ bird\n", "samples"),
        ("FRAME,DURATION,LABEL\n2,4,+ bird\n", "samples"),
        ("Start (frames),End (frames),Label\n2,4,+ bird\n", "frames"),
        ("Start Frame,End Frame,Label\n2,4,+ bird\n", "frames"),
        ("Start (bars),End (bars),Label\n2,4,+ bird\n", "bars"),
        ("Name\tStart\tDuration\tTime Format\n+ bird\t2\t4\tBars and Beats\n", "Bars and Beats"),
        ("#,Name,Start,End,Length\nR1,+ bird,3,6,3\n", "samples or frames"),
        ("#,Name,Start,End,Length\nR1,+ bird,144000,288000,144000\n", "samples or frames"),
        ("#,Name,Start,End,Length\nR1,+ bird,00:00:01:12,00:00:02:00,00:00:00:12\n", "frames"),
        ("#,Name,Start,End,Length\nR1,+ bird,1.1.00,2.1.00,1.0.00\n", "bars and beats"),
        ("22050,33075,+ bird\n", "samples"),
        ("start,end,label\n00:00:01;12,00:00:02;00,+ bird\n", "frames"),
    ],
)
def test_what_is_not_in_seconds_is_never_read_as_seconds(text: str, unit: str) -> None:
    ((place, reason),) = reasons(text)
    assert place in ("line 1", "line 2")
    assert unit in reason
    assert "seconds" in reason or "(s)" in reason


@pytest.mark.parametrize(
    ("cell", "time_format", "seconds"),
    [
        ("0:01:37", "75 fps", 1 + 37 / 75),
        ("00:00:01:12", "25 fps (EBU)", 1.48),
        ("00:00:01:12", "24 fps (Film)", 1.5),
        ("00:00:01:00", "29.97 fps NTSC Non-drop", 30 * 1001 / 30000),
        ("00:01:00:02", "29.97 fps Drop", 1800 * 1001 / 30000),
        ("00:01:00;02", "SMPTE 29.97 fps drop", 1800 * 1001 / 30000),
        ("00:10:00:00", "29.97 fps drop", 17982 * 1001 / 30000),
        ("96000", "96 kHz", 1.0),
        ("2000", "2000,5 Hz", 2000 / 2000.5),
    ],
)
def test_auditions_time_formats(cell: str, time_format: str, seconds: float) -> None:
    text = f"Name\tStart\tDuration\tTime Format\n+ bird\t{cell}\t{cell}\t{time_format}\n"
    ((label,), skipped) = read_label_text(text, ".csv")
    assert skipped == []
    assert label.start == pytest.approx(seconds, abs=1e-12)
    assert label.end == pytest.approx(2 * seconds, abs=1e-12)


@pytest.mark.parametrize(
    ("number", "seconds"),
    [
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1 234,5", 1234.5), ("1\u00a0234,5", 1234.5), ("1'234.5", 1234.5),
        ("1,234", 1.234), ("12", 12.0), ("1:02,5", 62.5),
    ],
)  # fmt: skip
def test_decimal_signs(number: str, seconds: float) -> None:
    ((label,), _) = read_label_text(f"start;end;label\n{number};2000;+\n", ".csv")
    assert label.start == seconds


@pytest.mark.parametrize(
    ("text", "suffix", "reason"),
    [
        ("start,end,label\nsoon,2,+ a\n", ".csv", "“soon” is not a time"),
        ("start,end,label\n-1,2,+ a\n", ".csv", "“-1” is not a time"),
        ("start,end,label\nnan,2,+ a\n", ".csv", "“nan” is not a time"),
        ("start,end,label\n,2,+ a\n", ".csv", "it has no time"),
        ("start,end,label\n0,5,1,25,+ a\n", ".csv", "more cells than the first line"),
        ("start,end,label\n1,1e999,+ a\n", ".csv", "“1e999” is not a time"),
        ("start,end,low,label\n1,2,200,+ a\n", ".csv", "its band has one edge only"),
        ("start,end,low,high,label\n1,2,deep,200,+ a\n", ".csv", "“deep” is not a number"),
        ("start,end,low,high,label\n1,2,400,200,+ a\n", ".csv", "its band does not rise"),
        ("1\n00:00:99,000 --> 00:00:01,000\n+ a\n", ".srt", "above 59"),
        ("1\n0 --> 1\n+ a\n\n2\n00:00:01,0 --> 00:00:01,0\n+ b\n", ".srt", "not hours:minutes:seconds"),
    ],
)
def test_what_is_skipped_is_reported_line_by_line(text: str, suffix: str, reason: str) -> None:
    found = reasons(text, suffix)
    assert reason in found[0][1]
    assert found[0][0] == "line 2"


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("0.5,an instant\n1.5,- another\n", ".csv"),
        ("0.5\tan instant\n1.5\t- another\n", ".txt"),
        ("0.5\t0.5\tan instant\n1.5\t1.5\t- another\n", ".txt"),
        ("TIME,LABEL\n0.5,an instant\n1.5,- another\n", ".csv"),
        ("#,Name,Start,End,Length\nM1,an instant,0.500,,\nM2,- another,1.500,,\n", ".csv"),
    ],
)
def test_points_of_other_programs_are_markers(text: str, suffix: str) -> None:
    labels, skipped = read_label_text(text, suffix)
    assert imported(labels, 20.0).markers == (Marker(0.5, "an instant"), Marker(1.5, "- another"))
    assert skipped == []


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = 'sep=;\n\nstart;end;label\n0;1;"+ two\nlines"\n\nx;2;+ bad\n'
    labels, skipped = read_label_text(text, ".csv")
    assert [label.place for label in labels] == ["line 5"]
    assert [entry.place for entry in skipped] == ["line 7"]


def test_audacitys_band_without_its_label_does_not_go_to_another() -> None:
    labels, skipped = read_label_text(
        "1\t2\t+ a\nx\t3\t+ bad\n\\\t200\t400\n\\\t1\t2\n4\t5\t+ b\n\\\tlow\thigh\n", ".txt"
    )
    assert [(label.text, label.low) for label in labels] == [("+ a", None)]
    assert [entry.place for entry in skipped] == ["line 2", "line 3", "line 4", "line 5", "line 6"]


def test_a_table_that_may_hold_ends_or_durations_is_refused() -> None:
    with pytest.raises(LabelError, match="write start,end,label or start,duration,label"):
        read_label_text("0.5,1.25,+ a\n1.5,3.0,+ b\n", ".csv")
    labels, _ = read_label_text("0.5,0.75,+ a\n2.0,0.5,+ b\n", ".csv")
    assert [(label.start, label.end) for label in labels] == [(0.5, 1.25), (2.0, 2.5)]


@pytest.mark.parametrize(
    "text",
    [
        "Dear reader,\nthis is a letter.\n",
        'start,end,label\n0,1,"never closed\n',
        "start,end,label\n0,1,x" + "y" * 200_000 + "\n",
        "x" * 3_000_000 + ",end\n0,1\n",
        "colour,mood\nred,good\n",
        "-->\n",
        '"ooTextFile" "TextGrid" 0 1 <exists> 1e999',
        '"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "a" 0 1 1e999',
        '"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "a" 0 1 nan',
        '"ooTextFile" "TextGrid" 0 1 <exists> 99999999999999999999 "IntervalTier" "a" 0 1 0',
        '"ooTextFile"' + '"' * 2_000_001,
    ],
    ids=range(11),
)
def test_foreign_damaged_and_hostile_texts_are_refused_in_a_short_sentence(text: str) -> None:
    for suffix in (".csv", ".txt"):
        with pytest.raises(LabelError, match=r"\.$") as refused:
            read_label_text(text, suffix)
        assert len(str(refused.value)) < 200


MUTATED = [
    RAVEN,
    "0,500000\t1,250000\t+ bird\n\\\t200,000000\t4000,000000\n2\t3\t- dog\n",
    "sep=;\nstart;end;low (kHz);high (kHz);label\n0,5;1,25;1;2;+ bird\n",
    "Name\tStart\tDuration\tTime Format\n+ a\t0:01:10\t5\t29.97 fps drop\n+ b\t2000\t4000\t48000 Hz\n",
    "1\n00:00:00,500 --> 00:00:01,250\n<i>+ bird</i>\n\n2\n00:00:02,0 --> 00:00:03,0\n- b\n",
    "WEBVTT\n\nNOTE x\n\n00:00.500 --> 00:01.250 align:left\n+ bird &amp; co\n",
    "0.5,440,0.75,0.8,+ bird\n1.5,440,0.75,0.8,- dog\n",
    write_textgrid([Label(0.5, 1.25, '+ "a"'), Label(1.0, 2.0, "- b")], 10.0),
]
PIECES = [
    *'\t,;\n"-\0\u2028９²٣:\\', "-->", "1e999", "nan", "0" * 500, "sep=", "[1-2 Hz]",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_mutated_files_raise_nothing_of_their_own(seed: int) -> None:
    rng = random.Random(seed)
    for text in MUTATED:
        letters = list(text)
        for _ in range(rng.randint(1, 12)):
            place = rng.randrange(len(letters))
            match rng.randrange(3):
                case 0:
                    letters[place] = rng.choice(PIECES)
                case 1:
                    del letters[place : place + rng.randint(1, 9)]
                case _:
                    letters.insert(place, rng.choice(PIECES))
            letters = letters or ["x"]
        for suffix in (".txt", ".csv", ".srt", ".vtt", ".TextGrid"):
            try:
                labels, skipped = read_label_text("".join(letters), suffix, 48000.0)
            except LabelError:
                continue
            found = imported(labels, 20.0)
            assert all(len(entry.reason) < 200 for entry in (*skipped, *found.skipped))


def test_what_is_shown_of_a_line_is_short_and_one_line() -> None:
    _, skipped = read_label_text("1\t2\t+ a\n" + "x" * 1_000_000 + "\ny\tz\t\u2028w\n", ".txt")
    assert [len(entry.text) for entry in skipped] == [201, 5]
    _, skipped = read_label_text("start;end;label\n" + "9" * 5000 + ";2;+ a\n", ".csv")
    assert len(skipped[0].reason) < 120


def test_a_hostile_number_of_lines_is_listed_in_part() -> None:
    labels, skipped = read_label_text("1\t2\t+ a\n" + "no label\n" * (MAX_LABELS + 50), ".txt")
    assert len(labels) == 1
    assert len(skipped) == MAX_LABELS + 1
    assert skipped[-1].reason == "50 more lines are no labels"


def test_twenty_thousand_labels_of_a_textgrid_that_all_overlap() -> None:
    labels = [Label(1.0 + number / 1e5, 5.0, "+") for number in range(20_000)]
    assert write_textgrid(labels, 10.0).count('class = "IntervalTier"') == 20_000


def test_a_table_of_boxes_without_a_header_is_refused_and_one_of_notes_is_read():
    with pytest.raises(LabelError, match="start,end,low,high,label"):
        read_label_text("0.5,1.0,200,4000,+ bird\n2.5,3.0,100,300,- rest\n", ".csv", None)
    assert spans("0.5,60,0.75,0.8,+ bird\n") == (BIRD,)
