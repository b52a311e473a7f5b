"""What a service process is told by its environment."""

import pytest

from shared.service.settings import from_environment


def test_a_variable_of_the_service_wins_over_the_common_one():
    env = {"OVERSIGHT_PORT": "9000", "OVERSIGHT_AUDIT_PORT": "9001"}
    assert from_environment("audit", env).port == 9001
    assert from_environment("documents", env).port == 9000


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path):
    (tmp_path / "token").write_text("s3cret\n")
    (tmp_path / "own").write_text("postgresql+psycopg://audit:pw@db/audit")
    env = {
        "OVERSIGHT_STAFF_TOKEN_FILE": str(tmp_path / "token"),
        "OVERSIGHT_AUDIT_DATABASE_URL_FILE": str(tmp_path / "own"),
        "OVERSIGHT_DATABASE_URL": "sqlite:///common.db",
    }
    settings = from_environment("audit", env)
    assert settings.staff_token == "s3cret"
    assert settings.database_url == "postgresql+psycopg://audit:pw@db/audit"


def test_a_secret_that_cannot_be_read_stops_the_start(tmp_path):
    with pytest.raises(OSError, match="missing"):
        from_environment("audit", {"OVERSIGHT_STAFF_TOKEN_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize(("given", "behind"), [({}, False), ({"OVERSIGHT_BEHIND_PROXY": "1"}, True)])
def test_who_asks_is_taken_from_a_proxy_only_where_one_is_said_to_be(given, behind):
    assert from_environment("audit", given).behind_proxy is behind
