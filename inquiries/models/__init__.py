"""The rows of this app."""

from inquiries.models.buyer_message import BuyerMessage
from inquiries.models.decision import Decision
from inquiries.models.inbound_mail import InboundMail
from inquiries.models.inquiry import Inquiry
from inquiries.models.line_verdict import LineVerdict
from inquiries.models.message import Message, Note
from inquiries.models.page_gap import PageGap

__all__ = [
    "BuyerMessage",
    "Decision",
    "InboundMail",
    "Inquiry",
    "LineVerdict",
    "Message",
    "Note",
    "PageGap",
]
