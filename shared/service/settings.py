"""Settings of one service process, read from `OVERSIGHT_*` environment variables once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: Default ports of the embedded default, by service (design: front door first).
PORTS: Mapping[str, int] = {"inspection": 8000, "documents": 8001, "audit": 8002, "notify": 8003}


@dataclass(frozen=True, slots=True)
class Settings:
    """What one service process needs to know; all but the name have working defaults."""

    service: str
    #: SQLAlchemy URL; `sqlite:///file` or `postgresql+psycopg://…`.
    database_url: str
    #: Empty: no broker, subscriptions live on the feeds.
    amqp_uri: str = ""
    #: Address to listen on.
    host: str = "127.0.0.1"
    #: Port to listen on.
    port: int = 8000
    #: `all`, `web`, `relay` or `projector`.
    role: str = "all"
    #: The ministry's staff token (bearer); may push for anyone and read everything.
    staff_token: str = ""
    #: What services show each other to read feeds.
    service_token: str = ""
    #: Signs sessions of the web pages; empty means sessions end with the process.
    secret_key: str = ""
    #: Base URL of every service's HTTP side, by service name.
    peers: Mapping[str, str] = field(default_factory=dict)
    #: Seconds that a SIGTERM drain may take before the process ends anyway.
    drain_seconds: float = 20.0
    #: Largest accepted request body, bytes.
    max_body_bytes: int = 8 * 1024 * 1024
    #: Most events of one batch.
    max_batch: int = 5000
    #: Largest single event, bytes (CloudEvents 1.0 asks for 64 KiB at least).
    max_event_bytes: int = 256 * 1024
    #: How often an idle log says that nothing has come, seconds: until then the views wait for it; at most 2, since
    #: after 2.5 s of silence subscriptions ask the feeds.
    heartbeat_seconds: float = 1.0
    #: Days that an event may wait for what it names before that is said, listed and alerted.
    waiting_days: float = 7.0
    #: Months for which a confirmation by a check counts in the verified variant (V); after a change rebuild the views.
    verified_months: int = 24
    #: 1 where a proxy of ours stands in front and says by `X-Forwarded-For` and `-Proto` who asks, and how.
    behind_proxy: bool = False
    #: Base URL of an OpenTelemetry collector (OTLP over HTTP, `http://host:4318`); empty: no traces.
    traces_url: str = ""
    #: SMTP server URL of notify, `smtp://host:port`; empty: e-mails stay in the delivery log.
    smtp_url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def from_environment(service: str, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a service from `OVERSIGHT_…` and `OVERSIGHT_<SERVICE>_…` variables.

    The service's own variable wins over the common one. `OVERSIGHT_PEER_<SERVICE>` gives a peer's base URL. Any of them may
    be given as a file instead, by a variable of that name with `_FILE` behind it (secrets of containers).

    Raises:
        OSError: such a file cannot be read.
    """
    env = os.environ if environ is None else environ
    own = service.upper()

    def text(name: str, default: str = "") -> str:
        return _value(env, f"OVERSIGHT_{own}_{name}") or _value(env, f"OVERSIGHT_{name}") or default

    return Settings(
        service=service,
        database_url=text("DATABASE_URL", f"sqlite:///.oversight/{service}.db"),
        amqp_uri=text("AMQP_URI"),
        host=text("HOST", "127.0.0.1"),
        port=int(text("PORT", str(PORTS[service]))),
        role=text("ROLE", "all"),
        staff_token=text("STAFF_TOKEN"),
        service_token=text("SERVICE_TOKEN"),
        secret_key=text("SECRET_KEY"),
        peers={
            name: env.get(f"OVERSIGHT_PEER_{name.upper()}", f"http://127.0.0.1:{port}") for name, port in PORTS.items()
        },
        drain_seconds=float(text("DRAIN_SECONDS", "20")),
        max_body_bytes=int(text("MAX_BODY_BYTES", str(8 * 1024 * 1024))),
        max_batch=int(text("MAX_BATCH", "5000")),
        max_event_bytes=int(text("MAX_EVENT_BYTES", str(256 * 1024))),
        heartbeat_seconds=float(text("HEARTBEAT_SECONDS", "1")),
        waiting_days=float(text("WAITING_DAYS", "7")),
        verified_months=int(text("VERIFIED_MONTHS", "24")),
        behind_proxy=text("BEHIND_PROXY") == "1",
        traces_url=text("TRACES_URL"),
        smtp_url=text("SMTP_URL"),
        extra={key: value for key, value in env.items() if key.startswith(f"OVERSIGHT_{own}_")},
    )


def _value(env: Mapping[str, str], name: str) -> str:
    """Return a variable's text, or that of the file that `{name}_FILE` names, without the line's end."""
    if file := env.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    return env.get(name, "")
