"""A kept file as an answer: always saved, never shown inside our pages, never cached by others."""

from django.http import FileResponse, HttpResponseBase

from csba.files.models import StoredFile


def as_download(stored: StoredFile) -> HttpResponseBase:
    """The file under the name it is kept with; whoever calls has checked who may read it."""
    answer = FileResponse(
        stored.content.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
