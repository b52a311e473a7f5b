"""What the command line says when something is wrong: what to do here, never a pointer to itself."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from urllib3 import HTTPResponse

from shared.cli.board import board
from shared.cli.errors import CommandError
from shared.cli.rebuild import rebuild
from shared.cli.running import Client


def refused(status: int, body: bytes) -> CommandError:
    with pytest.raises(CommandError) as caught:
        Client.checked(HTTPResponse(body, status=status))
    return caught.value


def test_a_refusal_says_itself_what_to_do_and_a_fault_sends_to_the_doctor():
    problem = json.dumps({"code": "NO_FORMER", "hint": {"en": "no former set is kept"}}).encode()
    error = refused(409, problem)
    assert (str(error), error.code, error.hint) == ("NO_FORMER: no former set is kept", "NO_FORMER", "")
    assert "oversight doctor" in refused(503, problem).hint
    assert "oversight doctor" in refused(404, b"<html>").hint


def test_a_step_without_its_set_of_tables_points_to_the_status(monkeypatch):
    def post(*_: object) -> None:
        raise CommandError("NO_FORMER: …", code="NO_FORMER")

    monkeypatch.setattr(Client, "post", post)
    error = CliRunner().invoke(rebuild, ["rollback", "inspection", "oversight"]).exception
    assert isinstance(error, CommandError)
    assert "`oversight rebuild status inspection oversight`" in error.hint


def test_a_word_that_is_neither_step_nor_service_is_said_to_be_so():
    done = CliRunner().invoke(rebuild, ["nosuch", "x"])
    assert done.exit_code == 2
    assert "'nosuch' is neither a step (start, status, compare, switch, rollback, drop) nor a service" in done.output
    assert "in-place" not in done.output


@pytest.mark.parametrize("moment", ["2026-05-02", "yesterday", "2026-05-02T08:00:00"])
def test_an_instant_without_an_offset_is_refused_with_an_example_for_a_command_line(moment):
    error = CliRunner().invoke(board, ["--known-at", moment]).exception
    assert "2026-05-02T08:00:00+07:00" in str(error)
    assert "%2B" not in str(error)
