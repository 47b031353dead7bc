"""The demo: sellers, orders and product pages, and some 150 conversations about them, acted by the
operations that the faces call; and mails to send into the running system.
"""
