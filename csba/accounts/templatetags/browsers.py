"""What browser somebody signed in with, in words a person knows."""

from django.template import Library
from ua_parser import parse

register = Library()


@register.filter
def browser(user_agent: str) -> str:
    """“Firefox 126 · Windows 10”; what it says of itself where we do not know it."""
    found = parse(user_agent)
    parts = [
        f"{part.family} {part.major or ''}".strip() for part in (found.user_agent, found.os) if part
    ]
    device = found.device
    if device and device.model and not (device.brand or "").startswith(("Generic", "Spider")):
        parts.append(device.model)
    return " · ".join(parts) or user_agent
