"""The rows of this app."""

from sellers.models.enrolment import Enrolment, Suspension
from sellers.models.interest import Interest
from sellers.models.invitation import Invitation
from sellers.models.ledger import LedgerLine
from sellers.models.letters import DigestChoice
from sellers.models.membership import Membership
from sellers.models.order import Order, OrderLine, Parcel, TrackingEvent
from sellers.models.product import Product
from sellers.models.requirement import Requirement
from sellers.models.seller import Seller
from sellers.models.service import Plan, Service
from sellers.models.terms import Acceptance, Terms, TermsRequest

__all__ = [
    "Acceptance",
    "DigestChoice",
    "Enrolment",
    "Interest",
    "Invitation",
    "LedgerLine",
    "Membership",
    "Order",
    "OrderLine",
    "Parcel",
    "Plan",
    "Product",
    "Requirement",
    "Seller",
    "Service",
    "Suspension",
    "Terms",
    "TermsRequest",
    "TrackingEvent",
]
