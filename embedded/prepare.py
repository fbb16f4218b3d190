"""Brings the demo's database, catalogue, accounts and static files up to date, in a single Django process."""

import io
import os
import sys
import traceback

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import Error

from embedded.processes import NOT_LOADED


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        call_command("check", stdout=io.StringIO())  # errors are raised as exceptions
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
    except Error as error:
        print(f"The database cannot be used: {error}", file=sys.stderr)
        return 1
    except (CommandError, ImproperlyConfigured, SystemCheckError) as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:
        return _unexpected(error)
    return max(_load("load_catalog"), _load("seed_demo"))


def _load(command: str) -> int:
    """Loads data. The site can start without it: a failure is reported, and the site runs with what the database has."""
    try:
        call_command(command)
    except (CommandError, Error) as error:
        print(f"{command}: {error}", file=sys.stderr)
        return NOT_LOADED
    except Exception as error:
        _unexpected(error)
        return NOT_LOADED
    return 0


def _unexpected(error: Exception) -> int:
    traceback.print_exc()
    print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
