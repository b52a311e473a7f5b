"""What `oversight up` leaves on a machine that others use too."""

from __future__ import annotations

import sys

from deploy.local.supervisor import Plan, Supervisor


def test_nobody_else_reads_what_the_services_write(tmp_path, monkeypatch):
    data = tmp_path / "data"
    (data / "logs").mkdir(parents=True)
    # As a start before left them.
    (data / "audit.db").touch(0o644)
    service = tmp_path / "service"
    service.write_text(f"#!/bin/sh\necho ready; mkdir {data}/made; : > {data}/notify.db\n")
    service.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(service))
    supervisor = Supervisor(Plan(data=data), say=lambda _text: None)
    supervisor._secrets = dict.fromkeys(("staff_token", "service_token", "secret_key"), "")
    supervisor._keep_to_ourselves()
    supervisor._spawn("notify")
    assert supervisor.process("notify").wait(30) == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}
    assert modes == {"logs": 0o700, "audit.db": 0o600, "notify.db": 0o600, "made": 0o700}
    assert (data / "logs" / "notify.log").read_text() == "ready\n"
