"""Who tries a case, and a count of all rows: nothing may be stored."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from csba.accounts.models import User
from returns.models import SellerPolicy
from sellers.models import Seller
from tests.conftest import START, Travel


@pytest.fixture(autouse=True)
def now(travel: Travel) -> None:
    """All of these happen on the same day."""


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


@pytest.fixture
def anna(client: Client, blume: Seller) -> Client:
    client.force_login(User.objects.get(email="anna@blume.test"))
    return client


@pytest.fixture
def rows() -> Callable[[], dict[str, int]]:
    """How many rows each table holds, sessions left out."""
    ours = [
        model
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label not in {"sessions", "usersessions"}
    ]
    return lambda: {model._meta.label: model._base_manager.count() for model in ours}


@pytest.fixture
def policy(blume: Seller) -> SellerPolicy:
    """Blume takes electronics back for 60 days, orders of September on."""
    return SellerPolicy.objects.create(
        seller=blume,
        version=1,
        status="APPROVED",
        clauses={"window_a": 60},
        created_at=START,
        changed_at=START,
        valid_from=START - timedelta(days=60),
    )
