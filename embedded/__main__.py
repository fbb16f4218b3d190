"""python -m embedded demo | manage ARGUMENTS | run [--throw-away] COMMAND"""

import errno
import os
import sys
from collections.abc import Sequence

from embedded import supervisor
from embedded.home import Home, throw_away_home
from embedded.processes import ROOT, EmbeddedError, run_attached
from embedded.services import environment

USAGE = (__doc__ or "").strip()


def manage(arguments: Sequence[str]) -> int:
    home = Home.from_environment()
    with environment(home, command=" ".join(["make manage", *arguments[:1]])) as variables:
        code = run_attached([sys.executable, ROOT / "manage.py", *arguments], env=variables)
        home.prepared_marker.unlink(missing_ok=True)  # anything may have changed, so the next demo prepares again
        return code


def run(arguments: Sequence[str]) -> int:
    """Runs any command in the environment of the home's services, or of temporary services that end with the command."""
    if arguments[:1] == ["--throw-away"]:
        with throw_away_home() as home, environment(home, command="run", durable=False) as variables:
            return run_attached(arguments[1:], env=variables)
    with environment(Home.from_environment(), command=" ".join(arguments[:2])) as variables:
        return run_attached(arguments, env=variables)


def main(arguments: Sequence[str]) -> int:
    commands = {"demo": supervisor.main, "manage": manage, "run": run}
    if not arguments or arguments[0] not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return commands[arguments[0]](arguments[1:])
    except EmbeddedError as error:
        print(f"\nError: {error}", file=sys.stderr)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        place = os.environ.get("WAYMARK_HOME", "var")
        print(f"\nError: the disk of WAYMARK_HOME={place} is full. Make room and try again.", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
