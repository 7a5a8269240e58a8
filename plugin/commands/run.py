"""The processes: `serve` (all in one), `web`, `work`, `clock`, and `migrate`."""

import signal
from collections.abc import Callable
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from plugin.commands.common import Refused, json_option, print_json, product_of, refusing
from plugin.commands.supervisor import Supervisor
from plugin.db.connections import Connections
from plugin.db.migrate import migrate
from plugin.product import Product, Runner

THREADS = 8
host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port_option = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


class Gunicorn(BaseApplication):
    """Gunicorn around our app; the app is made in each worker, so nothing is open before the fork."""

    def __init__(self, make_app: Callable[[], Any], settings: dict[str, Any]) -> None:
        self._make_app = make_app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make_app()


def web_settings(host: str, port: int, workers: int) -> dict[str, Any]:
    """Gunicorn with threads; its control socket is off: it is one path per user, and two instances would share it."""
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "graceful_timeout": 20,
        "timeout": 60,
        "keepalive": 5,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "marginalia-web",
    }


def _serve_web(product: Product, host: str, port: int, workers: int) -> None:
    Gunicorn(product.make_web, web_settings(host, port, workers)).run()


def _run(runner: Runner, run: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stop())
    with refusing():
        run()


def _migrated(product: Product) -> str:
    """The database at its newest version, and its secrets under the newest key where there are several."""
    with refusing():
        version = migrate(product.database)
        if len(product.config.encryption_keys) > 1:
            _rotate(product)
    return version


def _rotate(product: Product) -> None:
    try:
        with product.database.write() as session:
            Connections(session, product.vault).rotate()
    except ValueError as error:
        raise Refused(str(error)) from None


@click.command("migrate")
@json_option
@click.pass_context
def migrate_command(context: click.Context, as_json: bool) -> None:
    """Bring the database to the newest version; safe to run twice and from several hosts."""
    product = product_of(context)
    version = _migrated(product)
    if as_json:
        print_json({"version": version})
    else:
        click.echo(f"The database is at version {version}.")


@click.command("web")
@host_option
@port_option
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.pass_context
def web_command(context: click.Context, host: str, port: int, workers: int) -> None:
    """Answer webhooks, the API and the pages."""
    _serve_web(product_of(context), host, port, workers)


@click.command("work")
@click.option(
    "--concurrency", default=4, show_default=True, type=click.IntRange(1, 64), help="Things done at once."
)
@click.option("--drain", is_flag=True, help="End when nothing is due.")
@click.pass_context
def work_command(context: click.Context, concurrency: int, drain: bool) -> None:
    """Work what came in and send what goes out."""
    worker = product_of(context).make_worker(concurrency)
    _run(worker, lambda: worker.run(drain=drain))


@click.command("clock")
@click.pass_context
def clock_command(context: click.Context) -> None:
    """Start what is due by time; any number of clocks may run, each slot happens once."""
    clock = product_of(context).make_clock()
    _run(clock, clock.run)


@click.command("serve")
@host_option
@port_option
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option(
    "--concurrency", default=4, show_default=True, type=click.IntRange(1, 64), help="Things done at once."
)
@click.pass_context
def serve_command(context: click.Context, host: str, port: int, workers: int, concurrency: int) -> None:
    """Everything on one machine: migrate, then web, worker and clock under one parent that ends them together."""
    product = product_of(context)
    _migrated(product)
    product.database.dispose()
    supervisor = Supervisor()
    supervisor.add("web", lambda: _serve_web(product, host, port, workers), vital=True)
    supervisor.add("work", lambda: _child(product.make_worker(concurrency)))
    supervisor.add("clock", lambda: _child(product.make_clock()))
    raise SystemExit(supervisor.run())


def _child(runner: Runner) -> None:
    try:
        _run(runner, runner.run)
    except Refused as refusal:
        refusal.show()
        raise SystemExit(1) from None
