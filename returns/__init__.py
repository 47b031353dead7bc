"""Policies compared and approved; returns and refunds. Must not know inquiries."""
