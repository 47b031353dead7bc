"""POST /api/returns/try: facts in, outcome, trace and words out. Nothing is stored."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from csba.accounts.models import User
from csba.errors import Refused
from returns.api import problems
from returns.models import SellerPolicy
from returns.reasons import Condition, Reason, Trait
from returns.rules import words
from returns.rules.facts import Facts
from returns.rules.outcome import outcome_as_json, steps_as_json
from returns.rules.trial import tried
from sellers.models import Membership, Seller

READ = "returns.view_returnrequest"


class FactsIn(serializers.Serializer[Facts]):
    """The facts as JSON: moments RFC 3339 with their zone, money as text or number to the cent."""

    placed_at = serializers.DateTimeField()
    asked_at = serializers.DateTimeField()
    category = serializers.CharField(max_length=40)
    price = serializers.DecimalField(max_digits=12, decimal_places=2)
    reason = serializers.ChoiceField(choices=Reason.choices)
    condition = serializers.ChoiceField(choices=Condition.choices, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    shipping = serializers.DecimalField(max_digits=12, decimal_places=2, required=False)
    shipping_cheapest = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True
    )
    quantity = serializers.IntegerField(required=False)
    bought = serializers.IntegerField(required=False)
    delivered_at = serializers.DateTimeField(required=False, allow_null=True)
    deliver_by = serializers.DateTimeField(required=False, allow_null=True)
    shown_at = serializers.DateTimeField(required=False, allow_null=True)
    traits = serializers.MultipleChoiceField(choices=Trait.choices, required=False)
    state = serializers.CharField(max_length=2, required=False, allow_blank=True)
    consumer = serializers.BooleanField(required=False)
    instructed = serializers.BooleanField(required=False)
    withdrawal = serializers.BooleanField(required=False)
    ship_from = serializers.CharField(max_length=2, required=False)
    local_address = serializers.BooleanField(required=False)


class CaseIn(serializers.Serializer[Any]):
    """`facts`, and `seller`, a merchant number, whose approved policy then counts as well."""

    facts = FactsIn()
    seller = serializers.CharField(max_length=40, required=False, allow_blank=True)


class Try(APIView):
    """For staff who read returns, and for members of a seller with their own policy."""

    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def get_exception_handler(self) -> Callable[..., Response | None]:
        """Problem details."""
        return problems.handled

    def post(self, request: Request) -> Response:
        """200 with the outcome, the trace and the words; 422 for facts that make no sense."""
        given = CaseIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = facts_of(given.validated_data["facts"])
        assert isinstance(request.user, User)
        seller = _seller(request.user, given.validated_data.get("seller", "").strip())
        policy = None
        if seller is not None:
            policies = SellerPolicy.objects.for_seller(seller)
            policy = policies.governing(facts.placed_at).first()
        found = tried(facts, policy.clauses if policy is not None else None)
        return Response(
            {
                "facts": facts.as_json(),
                "policy": {"seller": seller.merchant_id, "version": policy.version}
                if policy is not None and seller is not None
                else None,
                "outcome": outcome_as_json(found.outcome),
                "headline": words.headline(found.outcome),
                "notices": [words.notice(code) for code in found.outcome.notices],
                "review": [words.review(code) for code in found.outcome.review],
                "trace": [
                    {**stored, "said": words.said(step)}
                    for stored, step in zip(steps_as_json(found.trace), found.trace, strict=True)
                ],
            }
        )


def facts_of(given: Mapping[str, Any]) -> Facts:
    """The facts from what FactsIn has found valid."""
    typed = {**given, "reason": Reason(given["reason"])}
    if "condition" in given:
        typed["condition"] = Condition(given["condition"])
    typed["traits"] = frozenset(Trait(trait) for trait in given.get("traits", ()))
    return Facts(**typed)


def _seller(user: User, asked: str) -> Seller | None:
    """Whose policy is tried: for staff any seller's, for others only one of their own."""
    if user.is_staff and user.has_perm(READ):
        if not asked:
            return None
        found = Seller.objects.filter(merchant_id__iexact=asked).first()
        if found is None:
            raise Refused(
                _("There is no seller with the merchant number “%(asked)s”.") % {"asked": asked},
                code="unknown_seller",
            )
        return found
    mine = [
        member.seller for member in Membership.objects.filter(user=user).select_related("seller")
    ]
    if not mine:
        raise PermissionDenied
    if not asked:
        return mine[0] if len(mine) == 1 else None
    for seller in mine:
        if seller.merchant_id.casefold() == asked.casefold():
            return seller
    raise PermissionDenied
