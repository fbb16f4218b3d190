#!/usr/bin/env python
"""Django's command line for Waymark; `make manage ARGS="…"` runs it with the services it needs."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"Waymark cannot start. {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
