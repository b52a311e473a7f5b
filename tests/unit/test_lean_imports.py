"""A service is small: nothing is imported that only colours, lists the holidays of every country, or changes databases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared.lean_imports import without

PROGRAM = """
import sys
import shared.runner.__main__
import services.{service}.service
print(*sorted({{name.partition(".")[0] for name in sys.modules}} & {{"alembic", "holidays", "mako", "pygments", "rich"}}))
"""


@pytest.mark.parametrize("service", ["inspection", "notify"])
def test_a_service_imports_nothing_that_it_does_not_need_to_serve(service):
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM.format(service=service)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert found.stdout.split() == []


def test_what_is_hidden_can_be_imported_afterwards():
    with without("wsgiref.validate"), pytest.raises(ImportError):
        import wsgiref.validate
    import wsgiref.validate

    assert wsgiref.validate.__doc__
