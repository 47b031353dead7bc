"""Try a case: what the seller's own policy, or the standard, gives a buyer. Nothing is stored."""

from typing import Any, ClassVar, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from csba.staff import Page
from returns.case_form import CaseForm, Groups, first_values, not_valid, tried
from returns.models import SellerPolicy
from returns.terms import Clauses
from sellers.access import SellerRequest, seller_required

STANDARD: Final = "standard"
GOVERNING: Final = "governing"
VERSIONS: Final = 20
_BY: Final = gettext_lazy("By which policy")


class PortalCaseForm(CaseForm):
    """With the choice between what binds the order, a version of the seller's, and the standard."""

    GROUPS: ClassVar[Groups] = ((_BY, ("policy",)), *CaseForm.GROUPS)

    def own(self, versions: list[SellerPolicy]) -> Clauses | None:
        """The clauses that are tried; None: the standard alone."""
        chosen, placed = self.cleaned_data["policy"], self.cleaned_data["placed_at"]
        for policy in versions:
            if chosen == str(policy.version) or (chosen == GOVERNING and _binds(policy, placed)):
                return policy.clauses
        return None


@require_safe
@seller_required
def show_trial(request: SellerRequest) -> HttpResponse:
    """The form with its outcome; for htmx the outcome alone; 422 for facts that make no sense."""
    first = first_values(timezone.now()) | {"policy": GOVERNING}
    versions = list(SellerPolicy.objects.for_seller(request.seller).order_by("-version")[:VERSIONS])
    form = PortalCaseForm(request.GET or first, initial=first, policies=_choices(versions))
    found = tried(form.facts(), form.own(versions)) if form.is_valid() else not_valid(form)
    context: dict[str, Any] = {"form": form, "found": found, "section": "policy"}
    page = "_result" if getattr(request, "htmx", False) else "portal"
    return render(request, f"returns/trial/{page}.html", context, status=found.status)


def _choices(versions: list[SellerPolicy]) -> list[tuple[str, str]]:
    mine = [
        (
            str(policy.version),
            _("Your version %(version)s (%(state)s)")
            % {"version": policy.version, "state": policy.get_status_display()},
        )
        for policy in versions
    ]
    return [
        (GOVERNING, _("What binds an order of that day")),
        *mine,
        (STANDARD, _("The standard alone")),
    ]


def _binds(policy: SellerPolicy, placed: Any) -> bool:
    return (
        policy.valid_from is not None
        and policy.valid_from <= placed
        and (policy.valid_to is None or placed < policy.valid_to)
    )


PAGES: list[Page] = [("try/", show_trial, "trial")]
