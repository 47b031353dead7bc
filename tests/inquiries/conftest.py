"""The postman, who brings mails to the real listener."""

from tests.mail.posting import postman, real_postman

__all__ = ["postman", "real_postman"]
