"""The rows of this app."""

from returns.models.address import ReturnAddress
from returns.models.change import OrderChange
from returns.models.claim import Claim, ClaimFile
from returns.models.policy import SellerPolicy
from returns.models.refund import LineBalance, Refund, RefundLine
from returns.models.request import ReturnLabel, ReturnLine, ReturnRequest
from returns.models.withdrawal import Withdrawal

__all__ = [
    "Claim",
    "ClaimFile",
    "LineBalance",
    "OrderChange",
    "Refund",
    "RefundLine",
    "ReturnAddress",
    "ReturnLabel",
    "ReturnLine",
    "ReturnRequest",
    "SellerPolicy",
    "Withdrawal",
]
