"""The rows of this app."""

from inquiries.models.attachment import Attachment
from inquiries.models.buyer_message import BuyerMessage
from inquiries.models.decision import Decision
from inquiries.models.inbound_mail import InboundMail
from inquiries.models.inquiry import Inquiry
from inquiries.models.line_verdict import LineVerdict
from inquiries.models.message import Message, Note
from inquiries.models.page_gap import PageGap
from inquiries.models.word_rule import ReasonCorrection, WordRule

__all__ = [
    "Attachment",
    "BuyerMessage",
    "Decision",
    "InboundMail",
    "Inquiry",
    "LineVerdict",
    "Message",
    "Note",
    "PageGap",
    "ReasonCorrection",
    "WordRule",
]
