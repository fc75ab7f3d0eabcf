from __future__ import annotations

from pathlib import Path

from models.reporting.assemble import Places, assemble, key_of
from models.reporting.catalogue import SECTIONS
from models.reporting.record import Record
from tests.models.reporting.test_pooling import GROWING, made


def test_a_report_of_nothing_lists_every_section_as_missing(tmp_path: Path) -> None:
    assemble(Places(tmp_path / "REPORT.md"))
    text = (tmp_path / "REPORT.md").read_text()
    missing = text.partition("## Not measured yet")[2]
    assert all(f"- {section.title}" in missing for section in SECTIONS.values())
    assert "Findings of the papers" not in text


def test_two_models_have_a_section_each(tmp_path: Path) -> None:
    places = Places(tmp_path / "REPORT.md")
    for model in ("blazepose-full", "spatial-net-fusion"):
        figures = {**made(GROWING), "model": model}
        Record("command", "machine", "2026-11-21", 1, figures).save(places.figures(key_of("pooling", model)))
    assemble(places)
    text = places.out.read_text()
    assert "(figure 8), blazepose-full" in text
    assert "(plots/pooling-spatial-net-fusion.png)" in text
    assert "`spatial-net-fusion`, wrists, clean: 70 -> 85." in text


def test_only_sections_measured_with_one_model_are_kept_by_model() -> None:
    assert key_of("flows", "blazepose-full") == "flows"
    assert key_of("flows", "blazepose-heavy") == "flows-blazepose-heavy"
    assert key_of("networks", "blazepose-heavy") == "networks"
