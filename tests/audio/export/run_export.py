"""Runs an export to its end."""

from samstudio.audio.export.export import ExportReport, export
from samstudio.audio.export.export_request import ExportRequest


def run(request: ExportRequest) -> ExportReport:
    *_, report = export(request)
    assert isinstance(report, ExportReport)
    return report
