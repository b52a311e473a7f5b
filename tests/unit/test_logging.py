"""What a service writes into its log when something breaks."""

import logging

import pytest

from shared.observability.logging import configure


@pytest.fixture
def root():
    """Give the root logger, and put it back."""
    found = logging.getLogger()
    handlers, level = found.handlers[:], found.level
    yield found
    found.handlers[:] = handlers
    found.setLevel(level)


@pytest.mark.parametrize("as_json", [False, True])
def test_what_somebody_sent_writes_no_lines_of_its_own(capsys, root, as_json):
    configure("audit", as_json=as_json)
    path = "/đường\n2026-03-01 [info] staff signed in\r\u2028\x1b[31m"
    root.warning("refused %s", path, extra={"path": path})
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said
    assert "\\n2026-03-01 [info]" in said


def test_the_words_of_an_exception_stand_apart_from_the_lines_of_the_log(capsys, root):
    configure("audit", as_json=False)
    root.error("it broke", exc_info=ValueError("no such path: /a\n2026-03-01 [info] staff signed in\x1b[31m"))
    said = capsys.readouterr().err.splitlines()
    assert "it broke" in said[0]
    assert all(line.startswith("    ") for line in said[1:])
    assert "    2026-03-01 [info] staff signed in\\x1b[31m" in said


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.usefixtures("root")
def test_a_traceback_shows_no_local_variables(capsys, as_json):
    configure("audit", as_json=as_json)
    _break("hun" + "ter2")
    said = capsys.readouterr().err
    assert "IndexError" in said
    assert "hunter2" not in said


def _break(token):
    try:
        [].pop()
    except IndexError:
        logging.getLogger("test").exception("it broke")
    return token
