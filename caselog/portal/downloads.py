"""Photos and papers of a case, saved by those who may read the case and by nobody else (P23)."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from caselog.access import get_case
from caselog.models import DraftFile, EntryFile
from csba.files.serve import as_download
from sellers.access import SellerRequest, seller_required


@require_safe
@seller_required  # type: ignore[arg-type]  # a file is an answer too
def case_file(request: SellerRequest, number: str, key: int) -> HttpResponseBase:
    """A file of an entry of this seller's own case, whoever sent it."""
    rows = EntryFile.objects.filter(entry__case=get_case(request.seller, number))
    return as_download(get_object_or_404(rows.select_related("file"), pk=key).file)


@require_safe
@seller_required  # type: ignore[arg-type]  # a file is an answer too
def draft_file(request: SellerRequest, number: str, key: int) -> HttpResponseBase:
    """A file that waits in this person's own draft; a colleague's draft is not found."""
    rows = DraftFile.objects.filter(
        draft__case=get_case(request.seller, number), draft__user=request.user
    )
    return as_download(get_object_or_404(rows.select_related("file"), pk=key).file)
