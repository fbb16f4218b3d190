"""Loaded by the command line of schemathesis before it runs."""

import django

django.setup()

from tests.fuzz import checks  # noqa: E402

__all__ = ["checks"]
