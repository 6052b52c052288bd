"""Django's sessions in the database, for browsers that do two things at once.

A session may be deleted while a request that uses it is under way: somebody logs out in another
tab, or comes back twice from a service. Django raises `UpdateError` then, from whichever line
saves. Here the request is finished without a session, and the browser forgets its cookie. What
was deleted is never written again: nobody is logged in by what was still under way.
"""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse


class SessionStore(DatabaseSessionStore):
    @classmethod
    def get_model_class(cls) -> Any:
        return DatabaseSessionStore.get_model_class()

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError:
            # Django says the same when the database is at fault; then this raises what it is.
            if self.session_key and self.exists(self.session_key):
                raise
            self.flush()

    def cycle_key(self) -> None:
        """A new key for what is in the session, unless somebody deleted it meanwhile."""
        old_key, data = self.session_key, dict(self.items())
        with transaction.atomic():
            if old_key and not self.model.objects.filter(session_key=old_key).delete()[0]:
                self.flush()
                return
            self.create()
            self._session_cache = data


class SessionMiddleware(DjangoSessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        session = getattr(request, "session", None)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and session is not None and not session.session_key:
            # It was deleted before this request could save it.
            response.delete_cookie(
                settings.SESSION_COOKIE_NAME,
                path=settings.SESSION_COOKIE_PATH,
                domain=settings.SESSION_COOKIE_DOMAIN,
                samesite=settings.SESSION_COOKIE_SAMESITE,
            )
        return response
