"""SRT and WebVTT: what is written is read back, and by FFmpeg's own readers; what others write is understood."""

from pathlib import Path

import av
import pytest

from samstudio.session.labels.label import imported, label_of
from samstudio.session.labels.subtitles import read_subtitles, write_srt, write_vtt
from samstudio.session.prompt import Sign, Span

SPANS = (
    Span(0.5, 1.25),
    Span(1.0, 1.125, Sign.MINUS),
    Span(2.0, 3.0, Sign.MINUS, 200.0, 4000.5, muted=True),
    Span(3599.999, 36000.001),
)
LABELS = [label_of(span, "R&B <b>, a --> b, {x} & <v>") for span in SPANS]


@pytest.mark.parametrize("write", [write_srt, write_vtt])
def test_out_and_in_again_is_equal(write) -> None:
    labels, skipped = read_subtitles(write(LABELS))
    assert skipped == []
    assert imported(labels, 40_000.0).spans == SPANS


def test_words_come_back_from_webvtt_as_they_were() -> None:
    labels, _ = read_subtitles(write_vtt(LABELS))
    assert [label.text for label in labels] == [label.text for label in LABELS]


@pytest.mark.parametrize(("write", "suffix"), [(write_srt, "srt"), (write_vtt, "vtt")])
def test_ffmpeg_reads_the_same_times(tmp_path: Path, write, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_text(write(LABELS), "utf-8")
    with av.open(str(path)) as file:
        stream = file.streams.subtitles[0]
        found = [
            (float(packet.pts * packet.time_base), float((packet.pts + packet.duration) * packet.time_base))
            for packet in file.demux(stream)
            if packet.pts is not None and packet.size
        ]
    # It puts cues in order of time.
    ours = sorted((span.start, span.end) for span in SPANS)
    assert [start for start, _ in found] == pytest.approx([start for start, _ in ours])
    assert [end for _, end in found] == pytest.approx([end for _, end in ours])


def test_a_span_below_a_millisecond_stays_a_range() -> None:
    labels, _ = read_subtitles(write_srt([label_of(Span(1.0001, 1.0002), "")]))
    assert [(label.start, label.end) for label in labels] == [(1.0, 1.001)]


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.250\n+ bird",
        "WEBVTT - birds\nKind: captions\nLanguage: en\n\n00:00.500 --> 00:01.250 align:start position:0%\n+ bird\n",
        "WEBVTT\n\nNOTE\nnot a cue\n\nSTYLE\n::cue { color: red }\n\nits name\n00:00.500 --> 00:01.250\n+ bird\n",
        "WEBVTT\n\nREGION\nid:a\n\n00:00.500 --> 00:01.250 region:a\n+ bird\n",
        "WEBVTT\n00:00.500 --> 00:01.250\n<v Fred><c.loud>+ bird</c></v>\n",
        "WEBVTT\n\n00:00.500 --> 00:01.250\n<00:00.600>+ bird\n",
        "1\n00:00:00,500 --> 00:00:01,250\n+ bird\n",
        "1\n00:00:00,500 --> 00:00:01,250 X1:40 X2:600 Y1:20 Y2:50\n<i>+ bird</i>\n",
        "1\n0:00:00.500 --> 0:00:01.25\n{\\an8}<font color=\"#fff\">+ bird</font>\n",
        "\n\n7\n00:00:00,5 --> 00:00:01,250\n+ bird\n \n\n",
        "00:00:00,500-->00:00:01,250\n+\nbird\n",
    ],
)  # fmt: skip
def test_cues_as_others_write_them(text: str) -> None:
    labels, skipped = read_subtitles(text)
    assert skipped == []
    assert [(label.start, label.end, label.text) for label in labels] == [(0.5, 1.25, "+ bird")]


def test_cues_without_an_empty_line_between_them_are_distinguished() -> None:
    text = "1\n00:00:00,500 --> 00:00:01,250\n+ a\n2\n00:00:02,000 --> 00:00:03\n- b\n"
    labels, skipped = read_subtitles(text)
    assert skipped == []
    assert [(label.start, label.end, label.text, label.place) for label in labels] == [
        (0.5, 1.25, "+ a", "line 2"),
        (2.0, 3.0, "- b", "line 5"),
    ]


def test_what_is_no_cue_is_listed() -> None:
    text = (
        "1\n00:00:00,500 --> 00:00:01,250\n+ a\n\nhello\n\n2\nsoon --> later\n+ b\n\n"
        "3\n00:99:00,0 --> 01:00:00,0\n+ c\n"
    )
    labels, skipped = read_subtitles(text)
    assert len(labels) == 1
    assert [(entry.place, entry.text) for entry in skipped] == [
        ("line 5", "hello"),
        ("line 8", "+ b"),
        ("line 12", "+ c"),
    ]
