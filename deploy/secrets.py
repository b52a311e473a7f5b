"""Makes the secrets that `compose.yaml` and the Kubernetes overlays mount: `python -m deploy.secrets DIRECTORY`.

What is there is kept, so that it may be run again after one was deleted (rotation) and beside secrets of one's own (the
certificate of the public name, the mail server's password). The certificates made here are for a first start: an authority
of this installation, RabbitMQ's certificate signed by it, and one of `localhost` for nginx.
"""

from __future__ import annotations

import ipaddress
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SERVICES = ("inspection", "documents", "audit", "notify")
_YEARS = timedelta(days=825)
_Key = ec.EllipticCurvePrivateKey


def make(directory: Path) -> list[str]:
    """Make what is missing; return the names of what was made."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    made: list[str] = []

    def keep(name: str, value: Callable[[], str]) -> str:
        path = directory / name
        if not path.exists():
            path.write_text(value())
            # Containers run under accounts of their own; whoever may not enter the directory cannot read it either.
            path.chmod(0o644)
            made.append(name)
        return path.read_text()

    for name in ("staff_token", "service_token", "secret_key", "grafana_password"):
        keep(name, _password)
    keep("monitoring_amqp_password", _password)
    # Given by whoever runs the mail server; empty until then.
    keep("smtp_password", str)
    for service in SERVICES:
        database, broker = keep(f"{service}_database_password", _password), keep(f"{service}_amqp_password", _password)
        keep(
            f"{service}_database_url",
            lambda s=service, p=database: f"postgresql+psycopg://{s}:{p}@{s}-db:5432/{s}",  # type: ignore[misc]
        )
        keep(f"{service}_amqp_uri", lambda s=service, p=broker: f"amqps://{s}:{p}@rabbitmq:5671//")  # type: ignore[misc]
    made += _certificates(directory)
    return made


def _password() -> str:
    return secrets.token_urlsafe(32)


def _certificates(directory: Path) -> list[str]:
    wanted = {"rabbitmq": "rabbitmq", "tls": "localhost"}
    missing = [name for name in wanted if not (directory / f"{name}_certificate").exists()]
    made = []
    if "rabbitmq" in missing or not (directory / "internal_ca").exists():
        # The authority's key is not kept: a new certificate brings a new authority.
        authority = ec.generate_private_key(ec.SECP256R1())
        own = _signed("Oversight internal authority", authority, "Oversight internal authority", authority, ca=True)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(wanted["rabbitmq"], key, "Oversight internal authority", authority, ca=False)
        made += _store(
            directory, {"internal_ca": _pem(own), "rabbitmq_certificate": _pem(certificate)}, "rabbitmq", key
        )
    if "tls" in missing:
        key = ec.generate_private_key(ec.SECP256R1())
        made += _store(
            directory, {"tls_certificate": _pem(_signed("localhost", key, "localhost", key, ca=False))}, "tls", key
        )
    return made


def _store(directory: Path, texts: dict[str, str], name: str, key: _Key) -> list[str]:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    texts[f"{name}_key"] = private.decode()
    for file, text in texts.items():
        (directory / file).write_text(text)
        (directory / file).chmod(0o644)
    return list(texts)


def _signed(subject: str, key: _Key, issuer: str, signer: _Key, *, ca: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(subject.replace(" ", "-").lower())]
    if subject == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def main(arguments: list[str]) -> int:
    """Make the secrets in the directory that is named."""
    if len(arguments) != 1:
        print("usage: python -m deploy.secrets DIRECTORY", file=sys.stderr)  # noqa: T201
        return 2
    made = make(Path(arguments[0]))
    print(f"made: {', '.join(made) or 'nothing, all were there'}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
