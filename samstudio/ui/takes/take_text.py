"""A take as text."""

from samstudio.dsp.scales import time_label
from samstudio.separation.registry import engine_title
from samstudio.separation.splice import NOTHING_DIFFERS
from samstudio.session.take import Candidate, Scores, Take
from samstudio.session.text.parts import part_color
from samstudio.ui.prompt.prompt_hint import count_spans
from samstudio.ui.time_formats import TimeUnit, time_format
from samstudio.ui.time_text import format_length

FROM_CACHE = "from the cache"
_GRADES = ((4.5, "excellent"), (3.5, "good"), (2.5, "fair"), (1.5, "poor"))
"""The words of the five-point scale (ITU-T P.800) on which the judge was trained."""


def format_gain(gain_db: float) -> str:
    """`−1.3 dB`, and `0.0 dB` also for what only rounds to it."""
    return f"{round(gain_db, 1) + 0.0:.1f} dB".replace("-", "−")


def format_share(share: float) -> str:
    """`83 %`."""
    return f"{share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def format_strength(strength_db: float) -> str:
    """`+3.0 dB`, `−3.0 dB`, `0.0 dB`."""
    return ("+" if strength_db > 0 else "") + format_gain(strength_db)


def prompt_line(take: Take) -> str:
    """`acoustic guitar · + 2  − 1`."""
    return " · ".join(part for part in (take.prompt.text, span_counts_text(take)) if part)


def prompt_line_below_name(take: Take) -> str:
    """The prompt below the take's name, without the text if the name contains it."""
    return span_counts_text(take) if take.prompt.text and take.prompt.text in take.name else prompt_line(take)


def span_counts_text(take: Take) -> str:
    """`+ 2  − 1  □ 1`."""
    plus, minus, boxes = count_spans(take.prompt)
    return "  ".join(f"{sign} {count}" for count, sign in ((plus, "+"), (minus, "−"), (boxes, "□")) if count)


def work_line(take: Take, stopped_at: float | None) -> str:
    """`Spectral · 12.3 s`, `Spectral · from the cache`; `stopped_at` in seconds for a take that was cut short."""
    parts = [engine_title(take.settings.engine)]
    if stopped_at is not None:
        parts.append(stop_text(stopped_at))
    if take.from_cache:
        parts.append(FROM_CACHE)
    elif take.seconds:
        # A comp was not computed.
        parts.append(format_length(take.seconds))
    return " · ".join(parts)


def ready_text(take: Take) -> str:
    """`Take 2 is ready (12.3 s).`; and whether what was redone sounds as before."""
    took = FROM_CACHE if take.from_cache else f"{take.seconds:.1f} s"
    more = f" {NOTHING_DIFFERS}" if NOTHING_DIFFERS in take.notices else ""
    return f"{take.name} is ready ({took}).{more}"


def state_line(take: Take) -> str:
    """`Rough · edited`, as far as it is so: found by little evidence; corrected, or with parts from elsewhere."""
    correction = take.sound.correction
    states = (
        ("rough", any(notice.lower().startswith("rough") for notice in take.notices)),
        ("edited", bool(correction.strokes)),
        # Cells that no stroke has made are those outside of a band.
        ("limited to a band", bool(correction.cells.blocks) and not correction.strokes),
        (f"strength {format_strength(correction.strength_db)}", bool(correction.strength_db)),
        ("spliced", bool(take.sound.parts)),
    )
    text = " · ".join(word for word, is_so in states if is_so)
    return text[:1].upper() + text[1:]


def part_line(take: Take) -> str:
    """`Only 0:10.000 – 0:30.000` for a take of a part; empty for a whole one."""
    return f"Only {' – '.join(map(time_format().text, take.stretch))}" if take.stretch is not None else ""


def stop_text(stopped_at: float) -> str:
    """`stopped at 0:12`; by the clock to the second, which says enough."""
    form = time_format()
    return f"stopped at {time_label(stopped_at, 0) if form.unit is TimeUnit.CLOCK else form.text(stopped_at)}"


def chosen_candidate(take: Take) -> int | None:
    """Which of a take's candidates is chosen; None where only one result was made."""
    sounds = [candidate.sound for candidate in take.candidates]
    return next((n for n, sound in enumerate(sounds) if sound is not None and sound.stems is take.sound.stems), None)


def take_scores(take: Take) -> Scores | None:
    """The judge's scores of the chosen candidate, if it was judged."""
    chosen = chosen_candidate(take)
    return take.candidates[chosen].scores if chosen is not None else None


def grade(score: float) -> str:
    """`good` for a score on the judge's scale from 1 to 5."""
    return next((word for least, word in _GRADES if score >= least), "bad")


def overall_text(scores: Scores) -> str:
    """`Good 4.1` of a judge's, `Measured 83 %` without one."""
    if scores.measures:
        return f"Measured {format_share(scores.overall)}"
    return f"{grade(scores.overall).capitalize()} {scores.overall:.1f}"


def score_parts(scores: Scores) -> str:
    """`recall 4.2 · precision 3.9 · faithful 4.0`, as far as the judge gives them; else each measure by its name."""
    if scores.measures:
        return " · ".join(f"{measure.name} {format_share(measure.value)}" for measure in scores.measures)
    parts = (("recall", scores.recall), ("precision", scores.precision), ("faithful", scores.faithfulness))
    return " · ".join(f"{name} {score:.1f}" for name, score in parts if score is not None)


def scores_line(take: Take) -> str:
    """`Good 4.1 · candidate 2 of 4`; empty where nothing was judged."""
    scores, chosen = take_scores(take), chosen_candidate(take)
    if scores is None or chosen is None:
        return ""
    which = f" · candidate {chosen + 1} of {len(take.candidates)}" if len(take.candidates) > 1 else ""
    return overall_text(scores) + which


def candidate_title(number: int, candidate: Candidate) -> str:
    """`Candidate 2 · good 4.1`, or `Candidate 2 · 83 %` of what was measured."""
    scores = candidate.scores
    overall = format_share(scores.overall) if scores.measures else f"{grade(scores.overall)} {scores.overall:.1f}"
    return f"Candidate {number + 1} · {overall}"


def candidate_parts(candidate: Candidate) -> str:
    """The parts of its scores, and whether it must be rendered first."""
    ready = "" if candidate.sound is not None else "rendered when chosen"
    return " · ".join(part for part in (score_parts(candidate.scores), ready) if part)


def describe_take(take: Take, stopped_at: float | None) -> str:
    """Everything that matters about a take, line by line."""
    scores = take_scores(take)
    lines = [
        f"{take.name} (starred)" if take.starred else take.name,
        prompt_line(take),
        part_line(take),
        work_line(take, stopped_at) + ("" if take.from_cache or not take.seconds else " to compute"),
        state_line(take),
        f"Seed {take.settings.seed}",
        scores_line(take),
        score_parts(scores).capitalize() if scores else "",
        *take.notices,
        f"Note: {take.note}" if take.note else "",
    ]
    return "\n".join(line for line in lines if line)


def part_role(take: Take) -> str:
    """The role of the colour in which the target of an earlier take is shown, by its words; empty where it has none."""
    text = take.prompt.text.strip()
    return f"part_{part_color(text)}" if text else ""
