"""Who opens the pages about money."""

from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from sellers.models import Seller


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    """Files that a test keeps are gone after it."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def anna(blume: Seller) -> User:
    """Owner at Blume, reading English."""
    user: User = blume.memberships.get().user
    user.language = "en"
    user.save(update_fields=["language"])
    return user


@pytest.fixture
def portal(client: Client, anna: User, travel: Any) -> Client:
    """The portal as Anna sees it."""
    client.force_login(anna)
    return client


@pytest.fixture
def desk(agent: User, travel: Any) -> Client:
    """The desk as an agent sees it."""
    return _signed_in(agent)


@pytest.fixture
def leads_desk(lead: User, travel: Any) -> Client:
    """The desk as a lead sees it."""
    return _signed_in(lead)


def _signed_in(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found
