"""Files that organizers upload: read in memory, with a sentence for what is too large."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile

from campaign.letters.views.desk import DeskRequest


class _InMemory(MemoryFileUploadHandler):
    """People's names are never written to a disk, not even for the second that reading takes."""

    # Django asks only for what is sent as multipart whether it is too large for this.
    activated = True
    most_bytes = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.activated = content_length <= self.most_bytes

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self.activated:
            raise SkipFile
        super().new_file(*args, **kwargs)


def sent(
    request: DeskRequest, *, most_bytes: int, too_large: object, too_much_typed: object
) -> dict[str, Any]:
    """What a form takes: `refused_before` is the sentence, if it could not be read at all. Asked
    for before anything else is read of the request."""
    in_memory = _InMemory(request)
    in_memory.most_bytes = most_bytes
    request.upload_handlers = [in_memory]
    try:
        found: dict[str, Any] = {"data": request.POST, "files": request.FILES}
    except RequestDataTooBig:
        return {"data": {}, "refused_before": too_much_typed}
    return found | ({} if in_memory.activated else {"refused_before": too_large})
