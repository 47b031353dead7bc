"""The letters and notices about money. Buyers read theirs in their language, sellers in theirs and
without a word about the buyer.
"""

from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from csba.money import shown
from csba.outbox.enqueue import enqueue
from returns.models import Claim, Refund
from returns.reasons import Ground
from returns.terms import BY_KEY
from sellers.models import LedgerLine

_RULES: Final[dict[str, Promise]] = {
    "return.window_days": gettext_lazy("Return window of the standard policy"),
    "return.fault_table": gettext_lazy("Who bears what, by the standard's table of reasons"),
    "judgment.table": gettext_lazy("Judgment of customer service, by its table"),
    "goodwill": gettext_lazy("Goodwill beyond the rules"),
}


def refund_settled(refund: Refund) -> None:
    """The buyer knows the amount and when it is on the account; once. Without an address nobody is
    written to.
    """
    order = refund.order
    if not order.buyer_email:
        return
    language = refund.facts.get("language") or "de"
    enqueue(
        "returns/mail/refund_settled",
        to=order.buyer_email,
        language=language,
        about=refund,
        key=f"refund:{refund.pk}:settled",
        context={
            "refund": refund,
            "order": order,
            "amount": shown(refund.amount, refund.currency, language),
        },
    )


def debit_reason(refund: Refund) -> str:
    """Why the seller is debited, in the seller's language (domain 8.28): who decided, on which
    rule, in which words.
    """
    with translation.override(refund.seller.language):
        return _("%(origin)s (%(number)s). Reason: %(reason)s") % {
            "origin": origin_words(refund.origin),
            "number": refund.number,
            "reason": refund.reason,
        }


def debit_notice(refund: Refund, line: LedgerLine) -> tuple[str, str]:
    """Subject and body of the notice about a debit, in the language that is active."""
    subject = _("Refund for order %s") % refund.order.number
    sentences = [
        _("%(amount)s for order %(order)s went back to the buyer and was debited to you.")
        % {"amount": shown(refund.amount, refund.currency), "order": refund.order.number},
        line.reason,
    ]
    if line.clause:
        sentences.append(_("Rule: %s") % clause_words(line.clause))
    if line.reimbursable:
        sentences.append(_("If you should not bear this, you can claim it back in your ledger."))
    else:
        sentences.append(_("This debit cannot be claimed back."))
    return subject, "\n\n".join(sentences)


def claim_notice(claim: Claim) -> tuple[str, str]:
    """Subject and body of the notice about a decided claim, in the language that is active."""
    amount = shown(claim.granted or claim.amount, claim.currency)
    if claim.status == Claim.Status.GRANTED:
        subject = _("Claim %s is granted") % claim.number
        body = _("%s is credited to your ledger.") % amount
    else:
        subject = _("Claim %s is declined") % claim.number
        body = _("The debit stays as it is.")
    return subject, "\n\n".join([body, _("Reason: %s") % claim.reason])


def credit_reason(claim: Claim) -> str:
    """Why the seller is credited, in the seller's language."""
    with translation.override(claim.seller.language):
        return _("Claim %(number)s: %(ground)s. Reason: %(reason)s") % {
            "number": claim.number,
            "ground": claim.get_ground_display(),
            "reason": claim.reason,
        }


def origin_words(origin: str) -> str:
    """Who decided it, as a seller reads it."""
    match origin:
        case Refund.Origin.AGENT:
            return _("Decided by customer service")
        case Refund.Origin.SELLER:
            return _("Decided by you")
        case Refund.Origin.ON_BEHALF:
            return _("Made on your behalf because your time for it was over")
        case _:
            return _("Decided by the rules")


def clause_words(clause: str) -> str:
    """The rule or clause in words where it has some, else its name."""
    if clause in _RULES:
        return str(_RULES[clause])
    if clause in BY_KEY:
        return str(BY_KEY[clause].label)
    if clause in Ground.values:
        return str(Ground(clause).label)
    policy, _sep, version = clause.partition(" v")
    if policy == "seller_policy" and version:
        return _("The seller's approved return policy, version %s") % version
    return clause
