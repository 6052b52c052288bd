"""What an address answers to a method that it does not take.

A page that answers a POST, a form with mistakes for example, has the address of the form: reloaded
from the address bar, or opened again by a phone, it is asked for with GET. That leads back to the
page that it belongs to, which is the longest part of its own path that is an address here. All
else gets a page that says so. By construction for every address, ours and those of libraries.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.response import HttpResponseNotAllowed
from django.urls import Resolver404, resolve

from campaign.pages import PageContext, render_page


class MethodMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 405 or not isinstance(response, HttpResponseNotAllowed):
            return response
        return _answer(request, response) if not response.content else response


def _answer(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    page = _page_of(request.path_info)
    answer: HttpResponse
    if request.method in ("GET", "HEAD") and "POST" in refused["Allow"] and page:
        # A fragment of the form's address is kept by browsers: the place of the form on the page.
        answer = HttpResponseRedirect(page, status=303)
    else:
        answer = render_page(request, "405.html", PageContext(), status=405)
        answer["Allow"] = refused["Allow"]
    answer["Cache-Control"] = "no-store"
    return answer


def _page_of(path: str) -> str:
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return ""
