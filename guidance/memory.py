"""Uploads of files that never touch the disk."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

MOST = 4  # times the limit; up to this size, an upload is read to the end, so that the form can report that it is too large


class MemoryHandler(FileUploadHandler):
    """Holds one file, from the field `name`, up to `limit` bytes. Bytes beyond that are counted and dropped, so that the form
    can report that the file is too large."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__()
        self.name, self.limit = name, limit
        self._seen = False

    def new_file(self, field_name: str, *args: Any, **options: Any) -> None:
        if field_name != self.name or self._seen:
            raise SkipFile
        self._seen = True
        super().new_file(field_name, *args, **options)
        self._data = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._data.write(raw_data[: max(self.limit - start, 0)])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._data.seek(0)
        return InMemoryUploadedFile(
            self._data, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def in_memory[**P](
    name: str, limit: int, *, refused: Callable[[HttpRequest], HttpResponseBase]
) -> Callable[[Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A decorator for a view whose form has a file field. The CSRF check reads the form, so it runs after the upload handler
    has been set. `refused` responds to requests that are too large to be read at all."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def receive(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not hasattr(request, "_files"):  # the files are read only once, even if the view runs again
                request.upload_handlers = [MemoryHandler(name, limit)]
            try:
                if int(request.META.get("CONTENT_LENGTH") or 0) > MOST * limit:
                    raise RequestDataTooBig
                return protected(request, *args, **kwargs)
            except RequestDataTooBig:
                return refused(request)

        return receive

    return decorate
