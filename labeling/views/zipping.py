"""Answers that are made anew for every request are zipped at a level that is worth its time."""

from __future__ import annotations

import secrets
import zlib
from gzip import FNAME

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers
from django.utils.decorators import decorator_from_middleware

# Half the time of Django's level 6 for a page of the desk, which grows by an eighth.
LEVEL = 3
GZIP = 16 + zlib.MAX_WBITS
HEADER = 10
TOO_SHORT = 200


class QuickGZipMiddleware(GZipMiddleware):
    """Django's own, but quicker where the answer stands as a whole."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        accepted = re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if not accepted or not isinstance(response, HttpResponse) or not _is_worth_it(response):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = _zipped(response.content, self.max_random_bytes)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "gzip"
        return response


quick_gzip_page = decorator_from_middleware(QuickGZipMiddleware)


def _is_worth_it(response: HttpResponse) -> bool:
    """Whether it is long enough, and nobody zipped or tagged it before."""
    if response.has_header("ETag") or response.has_header("Content-Encoding"):
        return False
    return len(response.content) >= TOO_SHORT


def _zipped(content: bytes, most: int) -> bytes:
    """Zipped under a file name of random length, so that the size tells nothing of a secret."""
    made = zlib.compress(content, LEVEL, GZIP)
    name = b"a" * secrets.randbelow(most) + b"\0"
    return made[:3] + bytes([FNAME]) + made[4:HEADER] + name + made[HEADER:]
