"""python -m tests.attack [--only NAME …] [--json FILE]: what an attacker, a busy classroom or a neighbour's fault does to the site.

The product as it is deployed (gunicorn as in the compose file, nginx with the shipped template, a Celery worker, PostgreSQL,
Valkey, a slow mail server) is started once, and each scenario does one thing to it while others use it. Each line has what was
measured and what is allowed. Exits with 1 if any measurement is not allowed. Runs on loopback only, with a database, a broker
and a mailbox of its own, and with limits on connections and time: five minutes for all scenarios.

A scenario is a module of this package with a function that takes a `Site` and returns its findings, and a line in
`SCENARIOS`. It leaves the site as it found it.
"""

import argparse
import faulthandler
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from tests.attack import caches, classroom, disk, neighbours, slow, timing
from tests.attack.site import Finding, Site, SkippedError, site

Scenario = Callable[[Site], list[Finding]]

SCENARIOS: Mapping[str, Scenario] = {
    "slow-bodies": slow.bodies,
    "slow-headers": slow.headers,
    "slow-readers": slow.readers,
    "slow-nginx": slow.through_nginx,
    "classroom": classroom.classroom,
    "lockout": classroom.lockout,
    "timing": timing.medians,
    "valkey-stopped": neighbours.valkey_stopped,
    "read-only": neighbours.read_only,
    "disk-full": disk.full,
    "caches": caches.mixed,
}
LONGEST_SECONDS = 300


def line(*cells: object) -> str:
    scenario, what, measured, allowed, verdict = (str(cell) for cell in cells)
    return f"{scenario:<16} {what:<58} {measured:>16} {allowed:>16}  {verdict}"


def run(name: str, scenario: Scenario, built: Site) -> list[Finding]:
    try:
        return scenario(built)
    except SkippedError as reason:
        return [Finding(str(reason), "", "", holds=None)]
    except Exception as error:
        built.keep_logs()
        return [Finding(f"ended with {type(error).__name__}: {error}"[:300], "", "", holds=False)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=(__doc__ or "").partition("\n")[2])
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", nargs="*", choices=list(SCENARIOS), metavar="NAME", help=", ".join(SCENARIOS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    options = parser.parse_args()
    faulthandler.dump_traceback_later(LONGEST_SECONDS, exit=True)
    started = time.monotonic()
    disk.own_mounts()
    found: dict[str, list[Finding]] = {}
    with site() as built:
        print(line("scenario", "what", "measured", "allowed", ""), flush=True)
        for name, scenario in SCENARIOS.items():
            if not options.only or name in options.only:
                found[name] = run(name, scenario, built)
                for finding in found[name]:
                    cells = (finding.what, finding.measured, finding.allowed, finding.verdict)
                    print(line(name, *cells), flush=True)
        failed = [finding for findings in found.values() for finding in findings if finding.holds is False]
        if failed:
            built.keep_logs()
    if options.json:
        figures = {name: [asdict(finding) for finding in findings] for name, findings in found.items()}
        options.json.write_text(json.dumps(figures, indent=1))
    total = sum(map(len, found.values()))
    print(f"\n{total - len(failed)} of {total} findings hold, after {time.monotonic() - started:.0f} s.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
