"""compose.yaml against the compose specification, and what the specification does not say: hardening, secrets, files."""

import json
import re
from pathlib import Path

import check_jsonschema
import jsonschema_rs
import pytest
import yaml

from deploy import secrets
from deploy.image import runtime_lock
from deploy.rabbitmq import definitions
from tests.deploy.files import DEPLOY, PROJECT, SERVICES

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
CONTAINERS = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


def test_the_compose_specification_accepts_it():
    schema = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text()))
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []
    broken = {**COMPOSE, "services": {"audit": {"read_only": "perhaps", "depend_on": []}}}
    assert len(list(validator.iter_errors(broken))) >= 1


def test_everything_that_belongs_to_the_system_is_there():
    databases = {f"{service}-db" for service in SERVICES}
    beside = {"rabbitmq", "nginx", "prometheus", "alertmanager", "grafana", "definitions"}
    assert set(CONTAINERS) == {*SERVICES, *databases, *beside}


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_is_hardened(name):
    container = CONTAINERS[name]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "cap_add" not in container
    assert "privileged" not in container
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert int(container["user"].partition(":")[0]) > 0, "not root"
    assert container["mem_limit"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_image_has_a_fixed_version(name):
    tag = CONTAINERS[name]["image"].rpartition(":")[2]
    assert re.search(r"\d+\.\d+", tag)
    assert "latest" not in tag


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_says_whether_it_is_well(name):
    own_image = CONTAINERS[name]["image"].startswith("oversight:")
    assert "healthcheck" in CONTAINERS[name] or (own_image and "\nHEALTHCHECK" in DOCKERFILE)


def test_whatever_is_waited_for_is_waited_for_until_it_is_well():
    for container in CONTAINERS.values():
        for other, how in container.get("depends_on", {}).items():
            assert how["condition"] in ("service_healthy", "service_completed_successfully")
            assert other in CONTAINERS


def test_no_secret_stands_in_the_environment_and_every_file_is_mounted():
    for name, container in CONTAINERS.items():
        mounted = set(container.get("secrets", ()))
        for variable, value in (container.get("environment") or {}).items():
            assert not re.search(r"(TOKEN|PASSWORD|SECRET_KEY|DATABASE_URL|AMQP_URI)$", variable), variable
            if str(value).startswith("/run/secrets/"):
                assert value.removeprefix("/run/secrets/") in mounted, f"{name} does not mount {value}"
        assert mounted <= set(COMPOSE["secrets"])


def test_every_secret_is_made_and_kept(tmp_path):
    made = secrets.make(tmp_path)
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} == set(made)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert secrets.make(tmp_path) == []
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before
    (tmp_path / "audit_amqp_password").unlink()
    (tmp_path / "audit_amqp_uri").unlink()
    assert set(secrets.make(tmp_path)) == {"audit_amqp_password", "audit_amqp_uri"}
    assert (tmp_path / "audit_amqp_password").read_text() in (tmp_path / "audit_amqp_uri").read_text()


def test_the_users_of_the_broker_are_made_from_the_secrets(tmp_path):
    secrets.make(tmp_path)
    file = tmp_path / "definitions.json"
    assert definitions.main([str(tmp_path), str(file)]) == 0
    assert all(user["password_hash"] for user in json.loads(file.read_text())["users"])


def test_every_mounted_file_is_in_the_repository():
    for container in CONTAINERS.values():
        for volume in container.get("volumes", ()):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), source
                assert volume.endswith(":ro")
            else:
                assert source in COMPOSE["volumes"]


def test_services_reach_no_other_services_database():
    for service in SERVICES:
        reached = {network for network in CONTAINERS[service]["networks"] if network.endswith("-db")}
        assert reached == {f"{service}-db"}
    open_networks = {name for name, network in COMPOSE["networks"].items() if not network.get("internal")}
    assert open_networks == {"outside", "operators"}


def test_the_image_runs_without_root_and_installs_by_hash():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)[-1] == "10001:10001"
    assert "--require-hashes --no-deps --only-binary :all:" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE
    assert "deploy.local.web_assets" in DOCKERFILE, "web assets are in the image"
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for path in source.split():
            assert (PROJECT / path).exists(), path


def test_the_image_has_what_running_needs_and_no_tools():
    lock = (PROJECT / "requirements.lock").read_text()
    names = set(runtime_lock.blocks(runtime_lock.runtime((PROJECT / "requirements.in").read_text(), lock)))
    assert {"nameko", "eventlet", "sqlalchemy", "psycopg-binary", "greenlet", "orjson", "jinja2"} <= names
    assert names.isdisjoint({"pytest", "mypy", "ruff", "playwright", "hypothesis", "kubernetes-validate", "uv"})
    assert names < set(runtime_lock.blocks(lock))
    for name, block in runtime_lock.blocks(lock).items():
        assert "--hash=sha256:" in block, name
