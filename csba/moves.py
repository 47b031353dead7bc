"""The one way a single object changes its status."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _

from csba.errors import Conflict, Refused


class Moves(Protocol):
    """An object with a status and the map of lawful moves."""

    pk: int
    status: str

    @property
    def MOVES(self) -> Mapping[Any, tuple[Any, ...]]: ...  # noqa: N802 -- a constant of its class

    def get_status_display(self) -> str: ...


def move(obj: Moves, to: str, **stamps: object) -> None:
    """Carry obj to status `to` in one conditional UPDATE; of two rivals one wins, the other gets
    Conflict.
    """
    if to not in obj.MOVES.get(obj.status, ()):
        raise Refused(
            _("This can no longer be done: it is already “%s”.") % obj.get_status_display(),
            code="wrong_status",
        )
    rows = type(obj)._base_manager.filter(pk=obj.pk, status=obj.status)  # type: ignore[attr-defined]
    if not rows.update(status=to, **stamps):
        raise Conflict(_("Someone else was a moment faster. Please look again."))
    for name, value in {"status": to, **stamps}.items():
        setattr(obj, name, value)
