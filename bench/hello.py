"""The least that Django can answer with, on the same server: a yardstick, run by granian."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello", content_type="text/plain")


settings.configure(
    ROOT_URLCONF=__name__, SECRET_KEY="none", ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[]
)
urlpatterns = [path("", hello), path("healthz", hello)]
application = get_wsgi_application()
