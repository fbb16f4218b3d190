"""PostgreSQL and Valkey for one WAYMARK_HOME, and the environment that tells Waymark where they are."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from embedded.home import Home, Ownership, Visit
from embedded.postgres import Postgres
from embedded.processes import Child, stop
from embedded.valkey import Valkey

STOP_SECONDS = 1.0  # time for PostgreSQL's fast shutdown, and again for its immediate shutdown
DEFAULT_PORT = "8000"
SHARED = ("DATABASE_URL", "REDIS_URL", "SITE_URL")  # what a visitor takes from the owner


class Services:
    """Our servers, except those that the environment replaces: DATABASE_URL and REDIS_URL take precedence."""

    def __init__(self, home: Home, environ: Mapping[str, str], *, durable: bool = True) -> None:
        self.home = home
        self.environ = dict(environ)
        self.postgres = None if environ.get("DATABASE_URL") else Postgres(home, durable=durable)
        self.valkey = None if environ.get("REDIS_URL") else Valkey(home)
        self.children: list[Child] = []

    def start(self) -> None:
        try:
            for server in self._servers:
                server.launch()
                self.children.append(server.child)
            for server in self._servers:
                server.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        stop(*self.children, patience=STOP_SECONDS)

    def restart(self, child: Child) -> None:
        """Restarts a server that has ended by itself."""
        for server in self._servers:
            if server.child is child:
                server.launch()
                server.wait_until_ready()

    @property
    def _servers(self) -> list[Postgres | Valkey]:
        return [server for server in (self.valkey, self.postgres) if server is not None]

    @property
    def urls(self) -> dict[str, str]:
        urls = {}
        if self.postgres is not None:
            urls["DATABASE_URL"] = self.postgres.url
        if self.valkey is not None:
            urls["REDIS_URL"] = self.valkey.url
        return urls


def demo_environment(home: Home, environ: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """Returns the environment of Waymark's processes: the caller's values, then the servers in `found`, then defaults."""
    given = {name: value for name, value in environ.items() if value}
    return {
        "DEBUG": "0",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "SITE_URL": f"http://localhost:{given.get('PORT', DEFAULT_PORT)}",
        "SECRET_KEY": given.get("SECRET_KEY") or home.secret_key(),
        "WAYMARK_DEMO": "1",
        **found,
        **given,
        "WAYMARK_HOME": str(home.path),
    }


@contextmanager
def environment(
    home: Home, *, command: str, environ: Mapping[str, str] = os.environ, durable: bool = True
) -> Iterator[dict[str, str]]:
    """Yields the environment for `command`, with the servers of a running demo or with our own, which end with the block."""
    if environ.get("DATABASE_URL"):  # a caller's own database is not a demo unless the caller says so
        environ = {"WAYMARK_DEMO": "0", **environ}
    if environ.get("DATABASE_URL") and environ.get("REDIS_URL"):
        home.create()
        yield demo_environment(home, environ, {})
        return
    place = home.own_or_visit(command)
    try:
        if isinstance(place, Visit):
            yield demo_environment(home, environ, place.environment)
        else:
            with _running(Services(home, environ, durable=durable), place) as found:
                yield found
    finally:
        place.release()


@contextmanager
def _running(services: Services, ownership: Ownership) -> Iterator[dict[str, str]]:
    services.start()
    try:
        found = demo_environment(services.home, services.environ, services.urls)
        ownership.publish({name: found[name] for name in SHARED})
        yield found
        with ownership.without_visitors():
            services.stop()
    finally:
        services.stop()
