"""An agent knows better what it is about: the contact reason is corrected, and counted for the
rule.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.topics import Topic
from inquiries.models import Inquiry, ReasonCorrection
from inquiries.operations._thread import advance, locked


@transaction.atomic
def correct(inquiry: Inquiry, *, topic: str, by: User) -> Inquiry:
    """The inquiry is about `topic`; the rule whose words said otherwise is charged with it. The
    same topic again changes nothing. The verdict of coverage stays: it is decided by other doors.
    """
    if topic not in Topic.values:
        raise Refused(_("Please choose one of the contact reasons."), code="topic")
    at = timezone.now()
    now = locked(inquiry)
    if now.topic == topic:
        return now
    ReasonCorrection.objects.create(
        inquiry=now,
        rule_id=now.topic_rule_id,
        before=now.topic,
        after=topic,
        words=now.topic_words,
        by=by,
        at=at,
    )
    journal.write(
        now,
        "reason_corrected",
        at=at,
        actor=journal.Actor.AGENT,
        user=by,
        before=now.topic,
        after=topic,
        words=now.topic_words,
        rule=now.topic_rule_id,
    )
    advance(now, topic=topic, topic_words="", topic_rule=None)
    return now
