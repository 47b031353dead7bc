"""The outbox: every mail is a row in the transaction of its cause, and leaves after commit."""
