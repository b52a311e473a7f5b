"""What a service writes into its log when something breaks."""

import logging

import pytest

from shared.observability.logging import configure


@pytest.mark.parametrize("as_json", [False, True])
def test_a_traceback_shows_no_local_variables(capsys, as_json):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure("audit", as_json=as_json)
        _break("hun" + "ter2")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    said = capsys.readouterr().err
    assert "IndexError" in said
    assert "hunter2" not in said


def _break(token):
    try:
        [].pop()
    except IndexError:
        logging.getLogger("test").exception("it broke")
    return token
