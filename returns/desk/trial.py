"""Try a case: what the rules say to facts that somebody types in. Nothing is stored."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from csba.staff import DeskRequest, Page, frame, needs
from returns.case_form import CaseForm, Groups, first_values, not_valid, tried
from returns.models import SellerPolicy
from returns.terms import Clauses
from sellers.models import Seller

READ = "returns.view_returnrequest"


class DeskCaseForm(CaseForm):
    """With a seller, whose approved policy then counts beside the standard."""

    seller = forms.CharField(
        label=gettext_lazy("Seller"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Merchant number; empty: the standard alone."),
    )
    GROUPS: ClassVar[Groups] = ((gettext_lazy("By which policy"), ("seller",)), *CaseForm.GROUPS)

    def clean_seller(self) -> Seller | None:
        """The seller with this merchant number."""
        asked = self.cleaned_data["seller"].strip()
        if not asked:
            return None
        found = Seller.objects.filter(merchant_id__iexact=asked).first()
        if found is None:
            raise forms.ValidationError(
                gettext_lazy("There is no seller with the merchant number “%(asked)s”."),
                params={"asked": asked},
            )
        return found

    def own(self) -> Clauses | None:
        """The clauses of the policy that binds this seller's orders of that day."""
        seller = self.cleaned_data["seller"]
        if seller is None:
            return None
        policies = SellerPolicy.objects.for_seller(seller)
        found = policies.governing(self.cleaned_data["placed_at"]).first()
        return found.clauses if found is not None else None


@require_safe
@needs(READ)
def show_trial(request: DeskRequest) -> HttpResponse:
    """The form with its outcome; for htmx the outcome alone; 422 for facts that make no sense."""
    at = timezone.now()
    first = first_values(at)
    form = DeskCaseForm(request.GET or {**first, "seller": ""}, initial=first)
    found = tried(form.facts(), form.own()) if form.is_valid() else not_valid(form)
    context: dict[str, Any] = {"form": form, "found": found, "section": "trial"}
    if request.htmx:
        return render(request, "returns/trial/_result.html", context, status=found.status)
    context |= frame(request, at, here="trial")
    return render(request, "returns/desk/trial.html", context, status=found.status)


PAGES: list[Page] = [("try/", show_trial, "trial")]
