"""`oversight demo`: everything on this machine, the demonstration loaded, the national board printed."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from deploy.local.supervisor import Plan, Supervisor
from shared.cli.board import read_board, read_names, render
from shared.cli.demo_figures import print_figures
from shared.cli.demo_loading import Loading
from shared.cli.running import Client

_WIDE = 180


@click.command(epilog="Example: oversight demo --exit --port 18000")
@click.option("--data", type=click.Path(path_type=Path), default=Path(".oversight/demo"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65_532), default=8000, show_default=True, help="Port of the front door.")
@click.option("--exit", "leave", is_flag=True, help="Stop after printing instead of running until Ctrl-C.")
@click.option("--small", is_flag=True, help="Only the communes that the history needs; loads in seconds.")
def demo(data: Path, port: int, *, leave: bool, small: bool) -> None:
    """Start the system, load the demonstration, print the national board and the historic figures.

    Run again on the same data directory it starts in seconds and loads nothing twice.
    """
    # Without a terminal there is no width to keep to, and the board needs some.
    console = Console() if sys.stdout.isatty() else Console(width=_WIDE)
    supervisor = Supervisor(Plan(data=data.resolve(), port=port), say=lambda text: console.print(text, highlight=False))
    supervisor.start()
    try:
        url = supervisor.urls["inspection"]
        client = Client(url, supervisor.staff_token)
        Loading(supervisor.plan.data, supervisor.urls, client, console).ensure(small=small)
        render(read_board(client), console, read_names(client))
        print_figures(client, console)
        _say_how_to_go_on(supervisor, console)
        if not leave:
            console.print("Ctrl-C stops everything.")
            supervisor.watch()
    finally:
        supervisor.stop()


def _say_how_to_go_on(supervisor: Supervisor, console: Console) -> None:
    url = supervisor.urls["inspection"]
    console.print()
    console.print(f"[bold]Pages[/bold]        {url}/", highlight=False)
    for service, address in supervisor.urls.items():
        console.print(f"  {service:<11}{address}", highlight=False)
    console.print(f"[bold]Staff token[/bold]  {supervisor.staff_token}", highlight=False, soft_wrap=True)
    console.print(f"[bold]Command line[/bold] OVERSIGHT_DATA={supervisor.plan.data} oversight board --as-of 2014-04-01",
                  highlight=False, soft_wrap=True)  # fmt: skip
