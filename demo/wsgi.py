"""The site as `make demo` serves it: with an internet of its own, before any worker may look."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")

import django

django.setup()

from demo import internet  # noqa: E402

internet.install()

from campaign.wsgi import application  # noqa: E402

__all__ = ["application"]
