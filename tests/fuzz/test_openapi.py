from __future__ import annotations

from pathlib import Path

from service.app import create_app
from service.settings import Settings
from tests.fuzz.openapi import Attack, served
from tests.running import eventually, pulled_networks

EXAMPLES = 4  # of each operation, good and bad


def test_the_server_is_as_its_openapi_document_says(tmp_path: Path) -> None:
    pulled_networks()
    with served(tmp_path) as server:
        tally = Attack(server.url, tmp_path).run(EXAMPLES, None)
        print(tally.report())
        assert eventually(lambda: server.uploads() == [])
    assert not tally.found, tally.report()
    assert tally.cases.total() > 150


def test_no_error_is_documented_in_the_frameworks_own_words() -> None:
    document = create_app(Settings()).openapi()
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_answer_to_how_much_has_come_is_documented_as_it_is() -> None:
    answers = create_app(Settings()).openapi()["paths"]["/v1/jobs/{job_id}/upload"]["head"]["responses"]
    assert {"204", "404", "422"} <= set(answers)
    assert "200" not in answers
