"""python -m tests.chaos [--mails N] [--kills N] [--seeds "1 2 3"] [--runs NAME …] [--json FILE]: the fault runs.

Real Celery workers send the reminders of N learners while something is killed repeatedly. The mail server writes what arrives to
a file before it answers. An email is lost if the server neither accepted nor permanently refused it. Exits with 1 if an email
was lost, or if there are more duplicates than the ledger admits (`ambiguous`) or a run allows:

    worker     a group of workers is killed with -9        duplicates <= killed processes that send
    broker     Valkey is killed with -9
    database   PostgreSQL is restarted in immediate mode
    peer       the mail server is killed with -9           duplicates <= kills x connections
    mix        all of these in turn, and the mail server answers 451 to 5%, 550 to 2% and drops 1%, half of them taken
    beats      three beats at once                         no duplicates
    3-hours    no wake-ups for three hours                 all sent
    8-hours    no wake-ups for eight hours                 reminders older than six hours have expired and are counted

Runs on loopback only, with a database and a broker of its own and a time limit for each run.
"""

import argparse
import json
import sys
from pathlib import Path

from tests.chaos.house import house
from tests.chaos.runs import RUNS, Outcome, run, seed_learners

COLUMNS = {
    "run": "run",
    "mails": "due",
    "faults": "kills",
    "accepted": "accepted",
    "refused": "refused",
    "expired": "expired",
    "lost": "lost",
    "duplicates": "twice",
    "bound": "allowed",
    "ambiguous": "uncertain",
    "not_accepted": "only marked",
    "twice_a_day": "two a day",
    "seconds": "s",
}


def line(cells: list[object]) -> str:
    return " ".join(f"{cell!s:<9}" if number == 0 else f"{cell!s:>11}" for number, cell in enumerate(cells))


def report(outcome: Outcome) -> str:
    failed = outcome.failures
    return line([getattr(outcome, name) for name in COLUMNS]) + (f"   FAILED: {', '.join(failed)}" if failed else "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=(__doc__ or "").partition("\n")[2])
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--mails", type=int, default=10_000, metavar="N", help="learners with a reminder due (10,000)")
    parser.add_argument("--kills", type=int, default=20, metavar="N", help="of each run (20)")
    parser.add_argument("--seeds", default="1 2 3", help="numbers, each of which decides when and what (1 2 3)")
    parser.add_argument("--runs", nargs="*", choices=[what.name for what in RUNS], help="all, unless some are named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    options = parser.parse_args()
    outcomes: list[Outcome] = []
    with house() as built:
        print(f"Making {options.mails} learners …", file=sys.stderr, flush=True)
        seed_learners(built, options.mails)
        for seed in [int(seed) for seed in options.seeds.split()]:
            print(f"\nSeed {seed}\n{line(list(COLUMNS.values()))}", flush=True)
            for what in RUNS:
                if not options.runs or what.name in options.runs:
                    outcomes.append(run(built, what, seed, options.kills))
                    print("\n    ".join([report(outcomes[-1]), *outcomes[-1].examples]), flush=True)
        if options.json:
            options.json.write_text(json.dumps([outcome.as_json() for outcome in outcomes], indent=1))
        failed = [outcome for outcome in outcomes if outcome.failures]
        print(f"\n{len(outcomes) - len(failed)} of {len(outcomes)} runs hold.")
        if failed:
            built.keep_logs()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
