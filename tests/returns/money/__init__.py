"""Refunds, the payment service, the seller's ledger, claims."""
