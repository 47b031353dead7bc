"""Who works on an inquiry: take, pass on, release. Of two who take at once, one wins."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba import live
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from inquiries.models import Inquiry


@transaction.atomic
def take(inquiry: Inquiry, *, by: User) -> None:
    """It is theirs, if nobody else had it; taking what is already theirs changes nothing."""
    won = Inquiry.objects.filter(pk=inquiry.pk, assignee__isnull=True).update(assignee=by)
    if not won:
        holder = Inquiry.objects.select_related("assignee").get(pk=inquiry.pk).assignee
        if holder == by:
            return
        raise Conflict(_("%s was a moment faster and has this inquiry.") % holder)
    _moved(inquiry, "taken", by, to=by)


@transaction.atomic
def release(inquiry: Inquiry, *, by: User) -> None:
    """Nobody's; only its holder or a lead lets it go."""
    held = Inquiry.objects.filter(pk=inquiry.pk, assignee__isnull=False)
    if not by.has_perm("inquiries.lead_inquiry"):
        held = held.filter(assignee=by)
    if not held.update(assignee=None):
        raise Refused(_("Only who has the inquiry, or a lead, can release it."))
    _moved(inquiry, "released", by, to=None)


@transaction.atomic
def pass_on(inquiry: Inquiry, *, to: User, by: User) -> None:
    """It is `to`'s now; only its holder or a lead passes it on."""
    if not to.is_active or not to.has_perm("inquiries.answer_inquiry"):
        raise Refused(_("%s may not answer inquiries.") % to)
    held = Inquiry.objects.filter(pk=inquiry.pk)
    if not by.has_perm("inquiries.lead_inquiry"):
        held = held.filter(assignee=by)
    if not held.update(assignee=to):
        raise Refused(_("Only who has the inquiry, or a lead, can pass it on."))
    _moved(inquiry, "passed_on", by, to=to)


def _moved(inquiry: Inquiry, verb: str, by: User, *, to: User | None) -> None:
    inquiry.assignee = to
    journal.write(
        inquiry,
        verb,
        at=timezone.now(),
        actor=journal.Actor.AGENT,
        user=by,
        to=str(to) if to else "",
        to_id=to and to.pk,
    )
    live.publish_many([(f"inquiry:{inquiry.number}", inquiry.last_seq), ("queue", 0)])
