"""The units in a scratch root, read by systemd itself; and how far they are locked down, by its own measure."""

import json
import re
import shutil

import pytest

from tests.deploy.files import DEPLOY, PROJECT, SERVICES, run

UNITS = sorted((DEPLOY / "systemd").iterdir())
#: systemd's own: what every unit hangs on.
OWN = ("sysinit.target", "basic.target", "shutdown.target", "network-online.target", "network.target", "timers.target")
OWN += ("multi-user.target", "time-set.target", "time-sync.target", "-.slice", "system.slice")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Give a root file system with our units, the programs they start, and the targets they hang on."""
    root = tmp_path_factory.mktemp("root")
    units = root / "etc/systemd/system"
    units.mkdir(parents=True)
    for unit in UNITS:
        shutil.copy(unit, units)
    system = root / "usr/lib/systemd/system"
    system.mkdir(parents=True)
    for name in OWN:
        (system / name).write_text("[Unit]\n")
    for program in (".venv/bin/oversight", "deploy/backup/nightly.sh"):
        path = root / "opt/oversight" / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    for page in re.findall(r"file:///opt/oversight/(\S+)", "".join(unit.read_text() for unit in UNITS)):
        assert (PROJECT / page).exists(), page
    return root


def _instances():
    plain = [unit.name for unit in UNITS if "@" not in unit.name]
    return plain + [unit.name.replace("@", f"@{service}") for unit in UNITS if "@" in unit.name for service in SERVICES]


@pytest.mark.parametrize("unit", _instances())
def test_systemd_has_nothing_to_say_against_a_unit(root, unit):
    said = run("systemd-analyze", "verify", f"--root={root}", "--man=no", "--recursive-errors=one", unit)
    assert said.strip() == ""


def test_a_fault_in_a_unit_would_be_said(root, tmp_path):
    broken = tmp_path / "root"
    shutil.copytree(root, broken)
    unit = broken / "etc/systemd/system/oversight@.service"
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystem=perhaps"))
    assert "perhaps" in run("systemd-analyze", "verify", f"--root={broken}", "--man=no", "oversight@audit.service")


@pytest.mark.parametrize("unit", [unit.name for unit in UNITS if unit.suffix == ".service"])
def test_a_unit_is_locked_down(root, unit):
    said = run(
        "systemd-analyze", "security", f"--root={root}", "--offline=true", "--json=short", unit.replace("@", "@audit")
    )
    open_doors = {
        check["json_field"]
        for check in json.loads(said)
        if check["set"] is False and float(check["exposure"] or 0) >= 0.2
    }
    # It must speak to other machines, and read its own settings.
    assert open_doors <= {
        "PrivateNetwork",
        "IPAddressDeny",
        "RestrictAddressFamilies_AF_INET_INET6",
        "PrivateUsers",
        "RootDirectoryOrRootImage",
    }


def test_every_secret_of_a_unit_is_one_that_is_made(tmp_path):
    from deploy import secrets

    made = set(secrets.make(tmp_path))
    text = "".join(unit.read_text() for unit in UNITS)
    for name in re.findall(r"LoadCredential=\w+:/etc/oversight/secrets/(\S+)", text):
        for service in SERVICES:
            assert name.replace("%i", service) in made
