"""Lines of the journal in words. What the timeline shows anyway (messages, notes) has no line."""

from typing import Any

from django.utils.translation import gettext as _

from csba.topics import Topic
from inquiries.models.inquiry import Channel, Inquiry
from inquiries.rules import coverage

_SHOWN_OTHERWISE = frozenset(
    {
        "agent_replied",
        "buyer_wrote",
        "decided",
        "machine_wrote",
        "noted",
        "seller_asked",
        "someone_else_wrote",
    }
)


def sentence(verb: str, facts: dict[str, Any]) -> str:
    """What happened, in one sentence; nothing for what stands in the timeline itself."""
    if verb in _SHOWN_OTHERWISE:
        return ""
    match verb:
        case "opened":
            return _opened(facts)
        case "verdict":
            return _verdict(facts)
        case "routed":
            return _("Handed to the seller %(seller)s as %(message)s") % {
                "seller": facts.get("seller", ""),
                "message": facts.get("message", ""),
            }
        case "identified":
            return _("The buyer named the order %(order)s") % {"order": facts.get("order", "")}
        case "taken":
            return _("Taken")
        case "released":
            return _("Released")
        case "passed_on":
            return _("Passed on to %(to)s") % {"to": facts.get("to", "")}
        case "resolved":
            return _("Resolved: %(outcome)s") % {"outcome": _outcome(facts)}
        case "reopened":
            return _("Reopened")
        case "marked_spam":
            return _("Marked as spam")
        case "transferred":
            return _("Handed over by the seller: message %(message)s") % {
                "message": facts.get("message", "")
            }
        case "question_withdrawn":
            return _("Question to the seller withdrawn")
        case "merged_away":
            return _("Merged into %(other)s") % {"other": facts.get("into", "")}
        case "merged_in":
            return _("%(other)s was merged into this inquiry") % {"other": facts.get("source", "")}
        case "merge_undone":
            return _("Merge undone")
        case "not_arrived":
            return _("Our mail did not arrive: %(why)s") % {"why": facts.get("why", "")}
        case "undelivered_seen":
            return _("Dealt with: our mail had not arrived")
        case "sender_accepted":
            return _("%(sender)s may write here from now on") % {"sender": facts.get("sender", "")}
        case "message_separated":
            return _("Words of someone else became %(number)s") % {
                "number": facts.get("inquiry", "")
            }
        case "answer_taken_back":
            return _("Answer taken back before it left")
        case "reason_corrected":
            return _("Contact reason corrected: “%(before)s” became “%(after)s”") % {
                "before": _topic(facts.get("before", "")),
                "after": _topic(facts.get("after", "")),
            }
    # A verb that has no words yet is still better seen than hidden.
    return verb.replace("_", " ")


def _topic(code: str) -> str:
    return str(Topic(code).label) if code in Topic else code


def _opened(facts: dict[str, Any]) -> str:
    channel, topic = facts.get("channel", ""), facts.get("topic", "")
    words = {
        "channel": Channel(channel).label if channel in Channel else channel,
        "topic": _topic(topic),
        "words": facts.get("words", ""),
    }
    if words["words"]:
        return _("Came in by %(channel)s; topic “%(topic)s” because of “%(words)s”") % words
    return _("Came in by %(channel)s; topic “%(topic)s”") % words


def _verdict(facts: dict[str, Any]) -> str:
    try:
        return coverage.sentence(facts["verdict"], facts)
    except (KeyError, ValueError):
        return _("Coverage decided")


def _outcome(facts: dict[str, Any]) -> str:
    outcome = facts.get("outcome", "")
    return str(Inquiry.Outcome(outcome).label) if outcome in Inquiry.Outcome else outcome
