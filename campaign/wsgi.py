import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402

from campaign import database  # noqa: E402
from campaign.handler import Handler  # noqa: E402

application = Handler()
database.end_requests_in_time()

if settings.CELERY_IN_PROCESS:
    from campaign.celery import work_in_this_process

    work_in_this_process()

# What is loaded by now stays for ever: to look through it again and again only holds requests up.
gc.collect()
gc.freeze()
