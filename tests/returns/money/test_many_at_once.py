"""Twenty at once on one line's money, on the real database; and a worker killed in the middle."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from csba.accounts.models import User
from csba.errors import DomainError
from csba.outbox.models import OutgoingMail
from returns.models import Claim, Refund
from returns.operations import claims, payouts, refunds
from sellers.models import LedgerLine, Seller
from tests.caselog.waiting import until
from tests.returns.money import service as standin
from tests.returns.money.asking import ask, balance, bought, debit
from tests.returns.money.service import SECRET
from tests.together import THREADS, all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ROUNDS = 4


def test_twenty_refunds_of_one_line_never_pay_back_more_than_was_paid(blume: Seller) -> None:
    line = bought(blume, price="15.00")
    found = all_at_once(lambda n: ask(line, "2.00", key=f"at-once:{n}"))
    done = [one for one in found if isinstance(one, Refund)]
    assert len(done) == 7
    assert balance(line).back_item == Decimal("14.00")
    assert {one.code for one in found if isinstance(one, DomainError)} == {"more_than_paid"}


def test_twenty_times_the_same_key_is_one_refund(blume: Seller) -> None:
    line = bought(blume)
    found = all_at_once(lambda n: ask(line, "5.00", key="the-same"))
    assert {one.pk for one in found} == {Refund.objects.get().pk}
    assert balance(line).back_item == Decimal("5.00")


def test_twenty_gestures_of_goodwill_stay_within_the_orders_limit(blume: Seller) -> None:
    line = bought(blume)
    found = all_at_once(lambda n: ask(line, "4.00", key=f"kind:{n}", goodwill=True))
    assert len([one for one in found if isinstance(one, Refund)]) == 7


def test_of_approval_and_call_back_one_wins_and_the_balance_fits_it(
    blume: Seller, agent: User, lead: User
) -> None:
    for round_ in range(ROUNDS):
        line = bought(blume)
        refund = ask(line, "15.00", origin="AGENT", by=agent, key=f"round:{round_}")

        def act(n: int, refund: Refund = refund, first: int = round_ % 2) -> str:
            if n % 2 == first:
                refunds.approve(refund, by=lead)
                return "approved"
            refunds.reject(refund, by=lead, reason="Nein.")
            return "rejected"

        won = [one for one in all_at_once(act) if isinstance(one, str)]
        assert len(won) == 1
        refund.refresh_from_db()
        free = won == ["rejected"]
        assert refund.status == ("REJECTED" if free else "ASKED")
        assert balance(line).back_item == (0 if free else Decimal("15.00"))


def test_of_release_and_call_back_one_wins(blume: Seller, lead: User) -> None:
    for round_ in range(ROUNDS):
        line = bought(blume)
        refund = ask(line, "15.00", key=f"round:{round_}")
        due = refund.release_due_at
        assert due is not None

        def act(n: int, refund: Refund = refund, first: int = round_ % 2) -> int | str:
            # The sweep's clock stands at the end of the hold, that of the person before it.
            if n % 2 == first:
                return payouts.release_due(timezone.now() + timedelta(hours=3))
            refunds.call_back(refund, by=lead, reason="Doch nicht.")
            return "called back"

        found = all_at_once(act)
        refund.refresh_from_db()
        back = found.count("called back")
        released = sum(one for one in found if isinstance(one, int))
        assert (back, released) in {(1, 0), (0, 1)}
        assert refund.status == ("CANCELLED" if back else "RELEASED")
        assert balance(line).back_item == (0 if back else Decimal("15.00"))


def test_twenty_sweeps_ask_the_service_once_for_each_key(blume: Seller, settings: Any) -> None:
    line = bought(blume, price="300.00")
    for number in range(45):
        ask(line, "1.00", key=f"sweep:{number}")
    later = timezone.now() + timedelta(hours=3)
    payouts.release_due(later)
    with standin.running() as service:
        settings.CSBA_PAYOUT_URL, settings.CSBA_PAYOUT_SECRET = service.url, SECRET
        found = all_at_once(lambda n: payouts.send_due(later))
    assert sum(found) == 45
    assert Counter(service.asked) == Counter(f"sweep:{number}" for number in range(45))
    assert not Refund.objects.exclude(status="SETTLED").exists()
    assert LedgerLine.objects.count() == 45


def test_the_same_result_told_twenty_times_is_booked_once(blume: Seller) -> None:
    refund = ask(bought(blume), key="told-often")
    payouts.release_due(timezone.now() + timedelta(hours=3))
    Refund.objects.filter(pk=refund.pk).update(status="SENT", sent_at=timezone.now(), tries=1)
    found = all_at_once(lambda n: payouts.settled(refund.key, f"P-{n}"))
    assert len(found) == THREADS
    assert LedgerLine.objects.count() == 1
    assert OutgoingMail.objects.filter(template="returns/mail/refund_settled").count() == 1


def test_twenty_claims_for_one_debit_are_one_and_granted_once(blume: Seller, lead: User) -> None:
    line = debit(blume)
    by = blume.memberships.get().user
    found = all_at_once(lambda n: claims.file(line, ground="POSTAGE", words=f"{n}", by=by))
    assert len([one for one in found if isinstance(one, Claim)]) == Claim.objects.count() == 1
    claim = Claim.objects.get()

    def decide(n: int) -> str:
        if n % 2:
            claims.grant(claim, amount=Decimal("15.00"), reason="Stimmt.", by=lead)
        else:
            claims.decline(claim, reason="Stimmt nicht.", by=lead)
        return "done"

    assert all_at_once(decide).count("done") == 1
    claim.refresh_from_db()
    credits = LedgerLine.objects.filter(kind="REIMBURSEMENT").count()
    assert credits == (1 if claim.status == "GRANTED" else 0)


WORKER = """
import sys
import django
django.setup()
from django.conf import settings
from django.utils.dateparse import parse_datetime
from returns.operations import payouts
settings.CSBA_PAYOUT_URL, settings.CSBA_PAYOUT_SECRET = sys.argv[2:]
payouts.send_due(parse_datetime(sys.argv[1]))
"""


@pytest.mark.slow
def test_a_worker_killed_between_sent_and_settled_moves_the_money_once(
    blume: Seller, settings: Any
) -> None:
    line = bought(blume)
    refund = ask(line, key="killed")
    later = timezone.now() + timedelta(hours=3)
    payouts.release_due(later)
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
    }
    with standin.running() as service:
        service.next.append("move and hang")
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, later.isoformat(), service.url, SECRET],
            env=surroundings,
            cwd=django_settings.ROOT,
        )
        try:
            until(lambda: service.moved == {"killed": Decimal("5.00")})
        finally:
            worker.kill()
            worker.wait(20)
        refund.refresh_from_db()
        assert refund.status == "SENT"
        assert not LedgerLine.objects.exists()

        settings.CSBA_PAYOUT_URL, settings.CSBA_PAYOUT_SECRET = service.url, SECRET
        assert payouts.send_due(later) == 0
        found_after = timezone.now() + payouts.STUCK_AFTER
        assert payouts.recover_stuck(found_after) == 1
        assert payouts.send_due(max(found_after, later)) == 1
        assert service.asked == ["killed"] * 2
        assert service.moved == {"killed": Decimal("5.00")}
    refund.refresh_from_db()
    assert refund.status == "SETTLED"
    assert LedgerLine.objects.count() == 1
