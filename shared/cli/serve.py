"""`oversight serve`: one service in the foreground, as containers run it."""

from __future__ import annotations

import os
import sys

import click


@click.command(epilog="Example: OVERSIGHT_DATABASE_URL=sqlite:///audit.db oversight serve audit --role all")
@click.argument("service", type=click.Choice(["inspection", "documents", "audit", "notify"]))
@click.option("--role", type=click.Choice(["all", "web", "relay", "projector"]), default="all", show_default=True)
def serve(service: str, role: str) -> None:
    """Run one service until SIGTERM; settings come from OVERSIGHT_… variables."""
    # glibc gives each native thread a heap of its own; two for all keep a service's memory down. So does it to map large
    # blocks one by one: by itself it puts them into the heap after some have been freed.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "131072")
    # A fresh interpreter: eventlet must patch the standard library before anything else is imported.
    os.execv(sys.executable, [sys.executable, "-m", "shared.runner", service, "--role", role])  # noqa: S606
