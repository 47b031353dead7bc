"""The desk's thread with a seller: cases, their entries, and questions that lapse after 24 h.

A case carries a reference as text for people; it must not know inquiries, returns or policies.
"""
