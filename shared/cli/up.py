"""`oversight up`: private broker and four services on this machine, watched until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from deploy.local.supervisor import Plan, Supervisor


@click.command(
    epilog="Example: oversight up --data /var/lib/oversight --port 8000 --database-url postgresql://user@host/postgres"
)
@click.option("--data", type=click.Path(path_type=Path), default=Path(".oversight"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65_532), default=8000, show_default=True, help="Port of the front door.")
@click.option("--database-url", default="", help="PostgreSQL server; each service gets its own database on it.")
@click.option("--amqp-uri", default="", help="A RabbitMQ to use; by default a private one is started.")
@click.option("--fresh", is_flag=True, help="Delete the data directory's logs, databases and queues first.")
def up(data: Path, port: int, database_url: str, amqp_uri: str, *, fresh: bool) -> None:
    """Start everything and keep it running; what ends by itself is started again."""
    plan = Plan(data=data.resolve(), port=port, database_url=database_url, amqp_uri=amqp_uri, fresh=fresh)
    supervisor = Supervisor(plan, say=lambda text: click.echo(text, err=True))
    supervisor.start()
    try:
        for service, url in supervisor.urls.items():
            click.echo(f"  {service:<11} {url}", err=True)
        click.echo("Ready. Ctrl-C stops everything.", err=True)
        supervisor.watch()
    finally:
        supervisor.stop()
