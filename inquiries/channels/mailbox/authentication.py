"""Is the sender who they say? What our own relay found out (SPF, DKIM, DMARC), and look-alikes.

Only the topmost Authentication-Results header counts, and only if it bears the name of a relay that
we trust: everything below may have been written by the sender (RFC 8601).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from authres import AuthenticationResultsHeader
from django.conf import settings

from inquiries.channels.mailbox.parse import ParsedMail

PASS: Final = "pass"  # noqa: S105 -- a verdict
FAIL: Final = "fail"
UNKNOWN: Final = "none"

# What looks like a Latin letter to a person in a hurry: digits, Cyrillic, Greek, Armenian.
_LOOKS_LIKE: Final = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "3": "e",
        "5": "s",
        "\u0430": "a",
        "\u0435": "e",
        "\u043e": "o",
        "\u0440": "p",
        "\u0441": "c",
        "\u0443": "y",
        "\u0445": "x",
        "\u0456": "i",
        "\u0455": "s",
        "\u0501": "d",
        "\u03b1": "a",
        "\u03bf": "o",
        "\u0578": "n",
    }
)


@dataclass(frozen=True)
class Sender:
    """What is known about the right of a mail to its From address."""

    verdict: str = UNKNOWN
    how: str = ""
    looks_like: str = ""
    """The domain that the sender's imitates."""

    @property
    def doubtful(self) -> bool:
        """May this mail speak for its From address? If not, it is linked to nothing."""
        return self.verdict == FAIL or bool(self.looks_like)


def of(mail: ParsedMail) -> Sender:
    """The verdict about the sender of a mail; UNKNOWN where no trusted relay said anything."""
    domain = mail.sender.rpartition("@")[2]
    verdict, how = _results(mail.headers.get("authentication-results", ""), domain)
    return Sender(verdict, how, imitated(domain))


def imitated(domain: str) -> str:
    """The marketplace's domain that this one pretends to be; empty for an honest one."""
    for genuine in settings.CSBA_MARKETPLACE_DOMAINS:
        if domain == genuine or domain.endswith(f".{genuine}"):
            return ""
    skeleton = _skeleton(domain)
    for genuine in settings.CSBA_MARKETPLACE_DOMAINS:
        name = re.escape(genuine).replace(r"\.", "[.-]")
        if re.search(rf"(?<![a-z]){name}(?![a-z])", skeleton):
            return str(genuine)
    return ""


def _skeleton(domain: str) -> str:
    try:
        shown = domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    except UnicodeError:
        shown = domain
    plain = unicodedata.normalize("NFKD", shown).translate(_LOOKS_LIKE)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.replace("rn", "m").replace("vv", "w").lower()


def _results(header: str, domain: str) -> tuple[str, str]:
    if not header or not settings.CSBA_TRUSTED_RELAYS:
        return UNKNOWN, ""
    try:
        said: Any = AuthenticationResultsHeader.parse(
            "Authentication-Results: " + " ".join(header[:4000].split())
        )
    # The library raises what it likes on a header that is not one.
    except Exception:
        return UNKNOWN, ""
    if str(said.authserv_id).lower() not in settings.CSBA_TRUSTED_RELAYS:
        return UNKNOWN, ""
    found = [(one.method, str(one.result).lower(), one) for one in said.results]
    how = ", ".join(f"{method}={result}" for method, result, _one in found)[:200]
    dmarc = {result for method, result, _one in found if method == "dmarc"}
    if "pass" in dmarc:
        return PASS, how
    if dmarc & {"fail", "permerror"}:
        return FAIL, how
    aligned = [result for method, result, one in found if _is_about(method, one, domain)]
    if "pass" in aligned:
        return PASS, how
    return (FAIL, how) if {"fail", "hardfail"} & set(aligned) else (UNKNOWN, how)


def _is_about(method: str, result: Any, domain: str) -> bool:
    """Does this result speak about the domain of the From address (relaxed alignment)?"""
    if method == "dkim":
        about = getattr(result, "header_d", None) or getattr(result, "header_i", None) or ""
    elif method == "spf":
        about = getattr(result, "smtp_mailfrom", None) or ""
    else:
        return False
    host = str(about).rpartition("@")[2].lower()
    return host != "" and (
        host == domain or domain.endswith(f".{host}") or host.endswith(f".{domain}")
    )
