"""The demo's settings for `make run`: what is changed in a file is seen at the next reload."""

from campaign.settings import *  # noqa: F403

WSGI_APPLICATION = "demo.wsgi.application"
# Files in static/ are looked for at each request, and browsers ask for them each time.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_MAX_AGE = 0
