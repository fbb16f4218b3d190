import os
import sys
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def start() -> Callable[..., object]:
    try:
        started = get_wsgi_application()
        from config.checks import refuse_bad_environment

        refuse_bad_environment()
    except ImproperlyConfigured as error:
        sys.stderr.write(f"Waymark cannot start. {error}\n")
        # gunicorn endlessly replaces a worker that ends with any other code; with code 4 it stops.
        sys.exit(4 if "gunicorn" in sys.modules else 2)
    return started


application = start()
