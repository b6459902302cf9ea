"""What the columns of a table of labels are called, in several programs and languages, and what they are counted in."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from samstudio.session.labels.label_times import (
    MILLISECONDS,
    MINUTES,
    SECONDS,
    LabelUnit,
    refused_unit,
    samples_unit,
    shown,
)

Kind = Literal["start", "end", "length", "text", "sign", "low", "high", "format", "row"]

NAMES: dict[Kind, str] = {
    "start": "start|onset|begin|beginning|begin time|start time|in|from|tmin|xmin|time|timestamp|frame|sample"
    "|beg file samp|begin file samp|beginn|anfang|startzeit|anfangszeit|beginnzeit|von|zeit"
    "|début|debut|temps de début|temps de debut|heure de début|départ|depart|de|temps"
    "|inicio|início|comienzo|hora inicio|tiempo inicio|tiempo de inicio|tiempo inicial"
    "|hora de inicio|desde|tiempo|inizio|da",
    "end": "end|offset|stop|finish|end time|stop time|out|to|until|tmax|xmax|end file samp"
    "|ende|endzeit|bis|stopp|fin|temps de fin|heure de fin|à|a"
    "|final|fim|término|hora fin|tiempo fin|tiempo de fin|tiempo final|hora de fin|hasta|fine",
    "length": "duration|length|dur|delta time"
    "|dauer|länge|laenge|durée|duree|longueur|duración|duracion|longitud|durata",
    "text": "name|label|text|annotation|description|species|comment|comments|notes|note|title|marker|tag|class"
    "|marker name|region|region name|event|event label|category|common name"
    "|bezeichnung|beschriftung|beschreibung|kommentar|titel|etikett|marke"
    "|nom|étiquette|etiquette|libellé|libelle|texte|commentaire|titre"
    "|nombre|etiqueta|texto|descripción|descripcion|comentario|título|titulo|anotación|anotacion|nome|etichetta|testo",
    "sign": "sign|polarity|vorzeichen|signe|signo|segno",
    "low": "low|low freq|low frequency|min freq|min frequency|minimum frequency|freq low|lower frequency|bottom"
    "|untere frequenz|frequenz min|tiefste frequenz|fréquence basse|frequence basse|fréquence min"
    "|frecuencia baja|frecuencia mínima|frecuencia minima|frecuencia inferior",
    "high": "high|high freq|high frequency|max freq|max frequency|maximum frequency|freq high|upper frequency|top"
    "|obere frequenz|frequenz max|höchste frequenz|fréquence haute|frequence haute|fréquence max"
    "|frecuencia alta|frecuencia máxima|frecuencia maxima|frecuencia superior",
    "format": "time format|zeitformat|format de temps|format temporel|formato de tiempo|formato de hora",
    "row": "selection",
}
"""Names of each kind, those that are preferred first; without units, case and underscores."""
_RANKS = {kind: {name: rank for rank, name in enumerate(names.split("|"))} for kind, names in NAMES.items()}
_UNITS = {
    "s": "s|sec|secs|second|seconds|sek|sekunde|sekunden|seconde|secondes|segundo|segundos|secondi|seg|ss.msec",
    "ms": "ms|msec|millis|millisecond|milliseconds|millisekunden|millisecondes|milisegundos",
    "min": "min|minutes|minuten|minutos",
    "samples": "sample|samples|samp|smp|smpl|sample frames|audio frames|abtastwerte|échantillons|echantillons|muestras",
    "frames": "frame|frames|bilder|images|fotogramas|ff",
    "hz": "hz|hertz",
    "khz": "khz|kilohertz",
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split("|")}
_LONGEST_NAME = 100
_BRACKETS = re.compile(r"(.*?)\s*[(\[]\s*(.*?)\s*[)\]]")
_CLOCK = re.compile(r"[hms:.]+")


@dataclass(frozen=True)
class Column:
    """What a column holds: its place, its kind, how well its name fits (0 best), and what it is counted in."""

    place: int
    kind: Kind
    rank: int
    unit: str = ""

    def time_unit(self, sample_rate: float | None) -> LabelUnit:
        """The unit of its times. Cells of one that is not known raise ValueError."""
        match self.unit:
            case "" | "s":
                return SECONDS
            case "ms":
                return MILLISECONDS
            case "min":
                return MINUTES
            case "samples":
                return samples_unit(sample_rate)
        return refused_unit(self.unit)

    @property
    def in_hz(self) -> float:
        """What its frequencies are multiplied by."""
        return 1000.0 if self.unit == "khz" else 1.0


def columns_of(header: Sequence[str]) -> dict[Kind, Column]:
    """The columns of each kind, by a header in any order; of several of one kind the best in known units."""
    found: dict[Kind, Column] = {}
    for place, cell in enumerate(header):
        column = _column(cell, place)
        if column is not None and (column.kind not in found or _order(column) < _order(found[column.kind])):
            found[column.kind] = column
    # Sonic Visualiser's FRAME heads a table of sample frames, its durations too.
    if "start" in found and found["start"].unit == "samples" and (length := found.get("length")) and not length.unit:
        found["length"] = Column(length.place, "length", length.rank, "samples")
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Whether cells name a start, and with it an end, a length or a text."""
    found = columns_of(cells)
    return "start" in found and bool({"end", "length", "text"} & found.keys())


def _order(column: Column) -> tuple[int, int]:
    """Seconds before what has to be converted, that before what cannot be; then by name."""
    return ({"": 0, "s": 0, "ms": 1, "min": 1, "hz": 0, "khz": 1, "samples": 2}.get(column.unit, 3), column.rank)


def _column(cell: str, place: int) -> Column | None:
    name, unit = _name_and_unit(cell[: _LONGEST_NAME + 1])
    if len(cell) > _LONGEST_NAME:
        return None
    for kind, ranks in _RANKS.items():
        if name in ranks:
            if kind == "start" and name in ("frame", "sample", "beg file samp", "begin file samp"):
                unit = "samples"
            if kind == "end" and name == "end file samp":
                unit = "samples"
            return Column(place, kind, ranks[name], unit)
    return None


def _name_and_unit(cell: str) -> tuple[str, str]:
    """The name in small letters without underscores, and the unit that stands in brackets, behind a dash or last."""
    # StartTime is two words.
    text = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", unicodedata.normalize("NFC", cell).strip(" \"':\ufeff"))
    text = " ".join(text.casefold().replace("_", " ").split())
    if brackets := _BRACKETS.fullmatch(text):
        return brackets[1], _unit(brackets[2])
    name, dash, unit = text.rpartition(" - ")
    if dash:
        return name, _unit(unit)
    first, _, rest = text.partition(" ")
    name, _, last = text.rpartition(" ")
    if name and last in _UNIT_OF and text not in _RANKS["start"] and text not in _RANKS["end"]:
        # "Start in Sekunden".
        return name.removesuffix(" in"), _UNIT_OF[last]
    if rest and _UNIT_OF.get(first) in ("samples", "frames"):
        return rest, _UNIT_OF[first]
    return text, ""


def _unit(text: str) -> str:
    """The unit of that name, empty for clock times; an unknown one is returned unchanged for the message."""
    if text in _UNIT_OF:
        return _UNIT_OF[text]
    return "" if ":" in text and _CLOCK.fullmatch(text) and "f" not in text else shown(text, 30)
