"""The brake of the channels; it stands in csba, because sellers' public pages use it, too."""

from csba.limits import exceeded, forget

__all__ = ["exceeded", "forget"]
