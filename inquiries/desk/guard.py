"""The permissions of the workspace's pages, one a page."""

from csba.staff import DeskRequest, View, needs

__all__ = ["ANSWER", "ASK", "DECIDE", "LEAD", "MERGE", "READ", "DeskRequest", "View", "needs"]

READ = "inquiries.view_inquiry"
ANSWER = "inquiries.answer_inquiry"
ASK = "inquiries.ask_seller"
DECIDE = "inquiries.decide_inquiry"
MERGE = "inquiries.merge_inquiry"
LEAD = "inquiries.lead_inquiry"
