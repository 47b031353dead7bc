"""The demo's mails: which orders they are about, and how they are sent."""
