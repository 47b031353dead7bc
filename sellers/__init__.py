"""Who sells, what they sold, and whether the service runs for them.

Keeps sellers and their people, services and plans, invitations, terms, enrolments as stints,
orders with their lines and parcels, and product pages. Must not know cases, returns or inquiries.
"""
