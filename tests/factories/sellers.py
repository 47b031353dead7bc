"""Plain, valid sellers, people and orders; nothing random."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from csba.accounts.models import User
from sellers.models import (
    Enrolment,
    Membership,
    Order,
    OrderLine,
    Parcel,
    Plan,
    Product,
    Seller,
    Service,
    Suspension,
    TrackingEvent,
)

DE = "A1PA6795UKMFR9"
PASSWORD = "a-long-test-password"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@people.test")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "de"
    password = factory.django.Password(PASSWORD)


class SellerFactory(DjangoModelFactory[Seller]):
    class Meta:
        model = Seller

    merchant_id = factory.Sequence(lambda n: f"A2SELLER{n:06d}")
    name = factory.Sequence(lambda n: f"Händler {n} GmbH")
    short_name = factory.Sequence(lambda n: f"Händler {n}")
    country = "DE"
    language = "de"
    default_email = factory.Sequence(lambda n: f"seller{n}@sellers.test")
    created_at = factory.LazyFunction(timezone.now)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    seller = factory.SubFactory(SellerFactory)
    user = factory.SubFactory(UserFactory)
    role = "OWNER"
    created_at = factory.LazyFunction(timezone.now)


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    """A stint; ACTIVE since its active_from unless told otherwise."""

    class Meta:
        model = Enrolment

    seller = factory.SubFactory(SellerFactory)
    service = factory.LazyFunction(lambda: Service.objects.get(code=Service.CSBA))
    plan = factory.LazyAttribute(
        lambda stint: Plan.objects.get(service=stint.service, code="trial")
    )
    status = "ACTIVE"
    opted_in_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=90))
    opted_in_by = factory.SubFactory(UserFactory)
    active_due_at = factory.LazyAttribute(lambda stint: stint.opted_in_at + timedelta(hours=1))
    active_from = factory.LazyAttribute(
        lambda stint: (
            None if stint.status == "PENDING" else stint.opted_in_at + timedelta(minutes=1)
        )
    )


class SuspensionFactory(DjangoModelFactory[Suspension]):
    class Meta:
        model = Suspension

    enrolment = factory.SubFactory(EnrolmentFactory)
    reason = "STANDING"


class OrderFactory(DjangoModelFactory[Order]):
    """An order shipped by its seller to a consumer in Leipzig, two days old, with one line."""

    class Meta:
        model = Order
        skip_postgeneration_save = True

    seller = factory.SubFactory(SellerFactory)
    number = factory.Sequence(lambda n: f"302-{n:07d}-{n:07d}")
    marketplace_id = DE
    channel = "MFN"
    status = "SHIPPED"
    placed_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    changed_at = factory.SelfAttribute("placed_at")
    deliver_by_from = factory.LazyAttribute(lambda order: order.placed_at + timedelta(days=2))
    deliver_by_to = factory.LazyAttribute(lambda order: order.placed_at + timedelta(days=4))
    ship_from_country = factory.LazyAttribute(lambda order: order.seller.country)
    currency = "EUR"
    total = Decimal("18.90")
    buyer_name = "Jonas Weber"
    buyer_email = "jonas@buyers.test"
    ship_name = "Jonas Weber"
    ship_lines = ["Karl-Heine-Straße 12"]
    ship_postcode = "04229"
    ship_city = "Leipzig"
    ship_country = "DE"
    line = factory.RelatedFactory(
        "tests.factories.sellers.OrderLineFactory", factory_related_name="order"
    )


class OrderLineFactory(DjangoModelFactory[OrderLine]):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory, line=None)
    item_id = factory.Sequence(lambda n: f"{n:014d}")
    asin = factory.Sequence(lambda n: f"B0TEST{n:04d}")
    sku = "KANNE-1L"
    title = "Teekanne aus Glas, 1 Liter"
    quantity = 1
    currency = "EUR"
    price = Decimal("15.00")
    shipping_price = Decimal("3.90")


class ParcelFactory(DjangoModelFactory[Parcel]):
    class Meta:
        model = Parcel

    order = factory.SubFactory(OrderFactory)
    reference = factory.Sequence(lambda n: f"parcel-{n}")
    carrier = "DHL"
    tracking_number = factory.Sequence(lambda n: f"00340434{n:012d}")
    status = "IN_TRANSIT"


class TrackingEventFactory(DjangoModelFactory[TrackingEvent]):
    class Meta:
        model = TrackingEvent

    parcel = factory.SubFactory(ParcelFactory)
    at = factory.LazyFunction(timezone.now)
    code = "IN_TRANSIT"


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    marketplace_id = DE
    asin = factory.Sequence(lambda n: f"B0TEST{n:04d}")
    title = "Teekanne aus Glas, 1 Liter"
    brand = "Blume"
    category = "KITCHEN"
    bullets = ["Spülmaschinenfest bis 60 °C", "Mit Sieb aus Edelstahl"]
    changed_at = factory.LazyFunction(timezone.now)
