"""The minimal settings that `make demo` needs, so that its supervisor can be tested without Waymark's own code."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
INSTALLED_APPS = ["django.contrib.staticfiles", "notes"]
ROOT_URLCONF = "config.urls"
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ["WAYMARK_HOME"]) / "static"
CELERY_BROKER_URL = f"redis+socket://{urlsplit(os.environ['REDIS_URL']).path}"
