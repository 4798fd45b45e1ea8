"""What the head-end's programs say: one JSON object a line, whoever speaks."""

import io
import json
import logging

import pytest

from headend.logs import log_as_json


@pytest.fixture
def said():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    log_as_json(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before


def test_each_line_is_an_object_with_time_level_logger_and_facts(said):
    logging.getLogger("gatepost.headend").warning("answered %d: %s", 429, "busy", extra={"terminal": "gate-1"})
    try:
        raise ValueError("spoilt")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("it broke")
    first, second = said()
    assert (first["event"], first["level"], first["logger"]) == ("answered 429: busy", "warning", "gatepost.headend")
    assert first["terminal"] == "gate-1" and first["timestamp"].endswith("Z")
    assert "ValueError: spoilt" in second["exception"]
