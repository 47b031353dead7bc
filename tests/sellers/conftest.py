"""A seller who may opt in, and a browser in which Blume's owner is signed in."""

import pytest
from django.test import Client

from sellers.models import Seller
from tests.conftest import Travel
from tests.sellers.acting import invite, may_opt_in, signed_in


@pytest.fixture
def ready(blume: Seller, travel: Travel) -> Seller:
    """Blume, invited, with both documents agreed to."""
    return may_opt_in(blume)


@pytest.fixture
def invited(blume: Seller) -> Seller:
    """Blume with an invitation."""
    invite(blume)
    return blume


@pytest.fixture
def anna(blume: Seller) -> Client:
    """A browser in which the owner of Blume is signed in, reading English."""
    return signed_in(blume)
