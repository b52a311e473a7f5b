"""`oversight account`: who may use the pages; asks the running system, with the staff token."""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import quote

import click

from shared.cli.running import Client
from shared.web.roles import ROLES


@click.group()
def account() -> None:
    """Accounts of the people who use the pages."""


@account.command(epilog="Example: oversight account create ktv-92 --role provincial_inspector --agency ubnd-92")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--agency", "agency_id", help="Agency of a provincial inspector or an agency's officer.")
@click.option(
    "--oversees", help="Province's committee that an inspector of its department oversees; default: --agency."
)
@click.option("--subject", help="Identity at the OpenID provider; with it a password is not asked for.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def create(
    name: str, url: str | None, key: str | None, *, password_stdin: bool, as_json: bool, **told: str | None
) -> None:
    """Create an account. Names are work names, best without a person's name in them."""
    body: dict[str, Any] = {"name": name, **told}
    if told["subject"] is None or password_stdin:
        body["password"] = _password(from_stdin=password_stdin)
    answer = Client(url, key).post("/v1/accounts", body)
    click.echo(json.dumps(answer) if as_json else f"created {answer['name']} ({answer['role']})")


@account.command("list", epilog="Example: oversight account list --json")
@click.option("--url")
@click.option("--key")
@click.option("--json", "as_json", is_flag=True)
def list_accounts(url: str | None, key: str | None, *, as_json: bool) -> None:
    """List the accounts."""
    answer = Client(url, key).get("/v1/accounts")
    if as_json:
        click.echo(json.dumps(answer))
        return
    for found in answer["accounts"]:
        state = "disabled" if found["disabled"] else ""
        bound = " < ".join(one for one in (found["agency_id"], found["oversees"]) if one)
        click.echo(f"{found['name']:24} {found['role']:22} {bound:20} {state}".rstrip())


@account.command(epilog="Example: oversight account password ktv-92")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--url")
@click.option("--key")
def password(name: str, url: str | None, key: str | None, *, password_stdin: bool) -> None:
    """Give an account another password; whoever is signed in with it is signed out."""
    Client(url, key).post(f"/v1/accounts/{quote(name, safe='')}", {"password": _password(from_stdin=password_stdin)})
    click.echo(f"changed the password of {name}")


@account.command(epilog="Example: oversight account disable ktv-92")
@click.argument("name")
@click.option("--url")
@click.option("--key")
def disable(name: str, url: str | None, key: str | None) -> None:
    """Let nobody sign in with an account any more."""
    Client(url, key).post(f"/v1/accounts/{quote(name, safe='')}", {"disabled": True})
    click.echo(f"disabled {name}")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    asked: str = click.prompt("Password (at least 12 characters)", hide_input=True, confirmation_prompt=True, err=True)
    return asked
