"""Files that organizers send, kept in memory and no larger than may be."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile

from campaign.letters import pictures
from campaign.letters.views.desk import DeskRequest


class UpToTheLimit(MemoryFileUploadHandler):
    """Keeps a file in memory, and lets go of one that is too large while it still comes in."""

    def __init__(self, request: DeskRequest) -> None:
        super().__init__(request)
        self.is_too_large = False
        self._received = 0

    def handle_raw_input(self, *_args: Any, **_kwargs: Any) -> None:
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._received += len(raw_data)
        if self._received > pictures.MOST_BYTES:
            self.is_too_large = True
            # The rest of it is read and dropped: a browser that is cut off shows no answer.
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def up_to_the_limit(request: DeskRequest) -> UpToTheLimit:
    """Before anything of the request is read; afterwards it says whether the file was too large."""
    keeper = UpToTheLimit(request)
    request.upload_handlers = [keeper]
    return keeper
