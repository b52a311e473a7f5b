"""A certified OpenID provider (oidc-provider, in Node.js) on loopback, for tests of signing in elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The one client that the provider knows.
CLIENT_ID, CLIENT_SECRET = "oversight", "bi-mat-cua-kiem-thu"
#: Path of the pages that takes the provider's answer.
RETURN = "/sign-in/oidc/return"
_SCRIPT = Path(__file__).resolve().parents[2] / "tests" / "assets" / "identity" / "provider.mjs"


def identity_settings(port: int) -> dict[str, str]:
    """Return the environment of a service that trusts the provider at a port, whether it runs already or not."""
    settings = {"ISSUER": f"http://127.0.0.1:{port}", "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET}
    return {f"OVERSIGHT_INSPECTION_OIDC_{name}": value for name, value in settings.items()}


@contextmanager
def identity_provider(port: int, site: str) -> Iterator[None]:
    """Run the provider for the pages at an address; whoever names a login is that identity.

    Raises:
        FileNotFoundError: Node.js is not installed.
        RuntimeError: it did not start; with the end of what it said.
    """
    node = shutil.which("node")
    if node is None:
        message = "the identity provider needs Node.js: sudo apt-get install nodejs"
        raise FileNotFoundError(message)
    command = [node, str(_SCRIPT), str(port), f"{site}{RETURN}", CLIENT_SECRET]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            if process.stdout is None or not any("ready" in line for line in process.stdout):
                errors.seek(0)
                message = f"the identity provider did not start:\n{errors.read().decode(errors='replace')[-2000:]}"
                raise RuntimeError(message)
            yield
        finally:
            process.terminate()
