"""Brings the demo's database, catalogue, accounts and static files up to date, in one process of Django's."""

import io
import os
import sys
import traceback

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import Error


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        call_command("check", stdout=io.StringIO())  # its errors are exceptions
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_catalog")
        call_command("seed_demo")
    except Error as error:
        print(f"The database cannot be used: {error}", file=sys.stderr)
        return 1
    except (CommandError, ImproperlyConfigured, SystemCheckError) as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:
        traceback.print_exc()
        print(f"\n{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
