"""The shipped nginx template, filled in for loopback."""

import os
import re
import shutil
from pathlib import Path

from embedded.processes import ROOT

TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
MAIN = """\
{user}
daemon off;
worker_processes 2;
pid {home}/nginx.pid;
error_log {home}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    include {home}/site.conf;
    access_log off;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
}}
"""
OF_THE_CONTAINER = ("/var/cache/nginx", "/dev/shm/waymark-bodies")


def nginx() -> str | None:
    """The path of nginx; None if it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def command(home: Path, *, port: int, web: str, resolver: str = "127.0.0.1", template: Path = TEMPLATE) -> list[str]:
    """The command that starts nginx in the foreground. It listens at `port`, forwards to `web` (host and port) and writes only
    below `home`."""
    text = template.read_text()
    for name, value in {"SITE_HOST": "_", "SITE_SCHEME": "http"}.items():
        text = text.replace(f"${{{name}}}", value)
    text = text.replace("web:8000", web).replace("listen 8080", f"listen 127.0.0.1:{port}")
    text = text.replace("127.0.0.11", resolver)
    for path in OF_THE_CONTAINER:
        text = text.replace(path, f"{home}/{path.rpartition('/')[2]}")
    assert not re.search(r"\$\{", text), "a variable of the template is not filled in"
    (home / "nginx").mkdir(parents=True, exist_ok=True)
    user = "user root;" if os.geteuid() == 0 else ""  # otherwise its workers run as nobody, who may not enter the home
    (home / "site.conf").write_text(text)
    (home / "nginx.conf").write_text(MAIN.format(home=home, user=user))
    return [str(nginx()), "-p", str(home), "-e", str(home / "error.log"), "-c", str(home / "nginx.conf")]
