"""On which basis may an agent decide now (P10)?"""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from caselog.models import Question
from csba.errors import Refused
from inquiries.models import Decision

Basis = Decision.Basis


def basis(question: Question | None, at: datetime) -> Basis:
    """On what an agent may decide at this moment; refuses while the seller still has time."""
    if question is None or question.status == Question.Status.WITHDRAWN:
        return Basis.OUR_KNOWLEDGE
    if question.status == Question.Status.ANSWERED:
        return Basis.SELLER_ANSWER
    if question.status == Question.Status.WAIVED:
        return Basis.WAIVED
    if question.waits(at):
        due = formats.date_format(timezone.localtime(question.reply_due_at), "DATETIME_FORMAT")
        raise Refused(
            _("The seller may answer until %s. Wait, or withdraw the question first.") % due,
            code="seller_may_answer",
        )
    # True from the minute it is due, even if the sweep has not run yet.
    return Basis.JUDGEMENT
