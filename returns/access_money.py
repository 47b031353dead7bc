"""The only way a page fetches a debit, a claim or its evidence."""

from django.http import FileResponse, Http404

from csba.files.models import StoredFile
from csba.numbers import tidy
from returns.models import Claim, ClaimFile, Refund
from sellers.models import LedgerLine, Seller


def get_line(seller: Seller, pk: int) -> LedgerLine:
    """The seller's own line, with order and claim; 404 for anybody else's."""
    rows = LedgerLine.objects.for_seller(seller).select_related("seller", "order", "claim")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_claim(number: str, seller: Seller | None = None) -> Claim:
    """The claim with this number; for a seller only their own, 404 otherwise."""
    rows = Claim.objects.select_related("seller", "debit__order", "filed_by", "decided_by")
    if seller is not None:
        rows = rows.filter(seller=seller)
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def get_refund(number: str) -> Refund:
    """The refund with this number, for the desk; 404 when there is none."""
    rows = Refund.objects.select_related("order", "seller", "request", "asked_by", "approved_by")
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def evidence(claim: Claim, pk: int) -> FileResponse:
    """The file as something to save: never shown inside our own pages; 404 when it is not of this
    claim.
    """
    found = ClaimFile.objects.select_related("file").filter(claim=claim, pk=pk).first()
    if found is None:
        raise Http404
    stored: StoredFile = found.file
    response = FileResponse(
        stored.content.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
