"""The listener: a mail is committed before 250 is said, and by no other way is it said."""

import smtplib
import threading
from typing import Any

import pytest
from django.db import connection, connections

from inquiries.models import InboundMail
from inquiries.operations import inbound
from tests.mail.posting import JONAS, SERVICE, mail

needs_commits = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@needs_commits
def test_a_mail_that_was_answered_with_250_is_committed(real_postman: Any) -> None:
    raw = mail("Grüße aus Köln", subject="Übergrößen")
    real_postman.brings(raw)
    # The listener has a connection of its own: what we see here it has committed.
    kept = InboundMail.objects.get()
    assert bytes(kept.raw).rstrip() == raw.rstrip()
    assert (kept.status, kept.via, kept.envelope_from, kept.envelope_to) == (
        InboundMail.Status.RECEIVED,
        InboundMail.Via.SMTP,
        JONAS,
        [SERVICE],
    )


@needs_commits
def test_while_the_database_is_away_the_sender_is_told_to_try_again_and_later_it_works(
    real_postman: Any,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inquiries_inboundmail RENAME TO gone_for_a_moment")
    try:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            real_postman.brings(mail())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gone_for_a_moment RENAME TO inquiries_inboundmail")
    assert refused.value.smtp_code == 451
    assert not InboundMail.objects.exists()
    real_postman.brings(mail())
    assert InboundMail.objects.count() == 1


@needs_commits
def test_after_the_database_was_started_anew_the_next_mail_is_kept_at_once(
    real_postman: Any,
) -> None:
    real_postman.brings(mail("erste"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    real_postman.brings(mail("zweite"))
    assert InboundMail.objects.count() == 2


@needs_commits
def test_two_who_bring_the_same_mail_at_once_leave_one_row() -> None:
    raw = mail(message_id="<once@mail.buyers.test>")
    gate, failures = threading.Barrier(8), []

    def keep() -> None:
        try:
            gate.wait(10)
            inbound.keep(raw, via="SMTP")
        except Exception as problem:
            failures.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    assert InboundMail.objects.count() == 1


@pytest.mark.django_db
def test_what_is_not_addressed_to_us_is_refused(postman: Any) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        postman.brings(mail(), to="somebody@elsewhere.test")
    assert refused.value.recipients["somebody@elsewhere.test"][0] == 550
    assert not InboundMail.objects.exists()


@pytest.mark.django_db
def test_the_listener_offers_eight_bits_utf8_addresses_and_its_size_limit(
    postman: Any, settings: Any
) -> None:
    with postman.session() as session:
        session.ehlo()
        assert session.has_extn("8bitmime")
        assert session.has_extn("smtputf8")
        assert session.esmtp_features["size"] == str(settings.CSBA_MAIL_SIZE_LIMIT)


@pytest.mark.django_db
def test_a_mail_larger_than_the_limit_is_refused_before_it_is_sent(
    postman: Any, settings: Any
) -> None:
    with postman.session() as session:
        session.ehlo()
        code, _said = session.mail(JONAS, [f"SIZE={settings.CSBA_MAIL_SIZE_LIMIT + 1}"])
    assert code == 552


@pytest.mark.django_db
def test_raw_bytes_outside_ascii_arrive_as_they_were_sent(postman: Any) -> None:
    raw = b"From: J <jonas@buyers.test>\r\nSubject: x\r\n\r\nGr\xfc\xdfe\r\n"
    with postman.session() as session:
        session.ehlo()
        session.mail(JONAS, ["BODY=8BITMIME"])
        session.rcpt(SERVICE)
        session.data(raw)
    assert bytes(InboundMail.objects.get().raw) == raw


@pytest.mark.django_db
def test_an_empty_return_path_is_kept_as_one(postman: Any) -> None:
    postman.brings(mail(), sender="")
    assert InboundMail.objects.get().envelope_from == "<>"
