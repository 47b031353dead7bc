"""Mails as they really come: charsets, HTML, quotations, and what is meant to break a parser."""

import base64
import time
from pathlib import Path

import pytest

from inquiries.channels.mailbox import headers, texts
from inquiries.channels.mailbox.parse import parse
from inquiries.rules import mail_identity

HEAD = b"From: a@b.test\nSubject: x\nMessage-ID: <1@b.test>\n"


@pytest.mark.parametrize(
    ("charset", "transfer", "body", "text"),
    [
        ("utf-8", "8bit", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "8bit", "Grüße – „gut“".encode("cp1252"), "Grüße – „gut“"),
        ("us-ascii", "8bit", "Grüße".encode(), "Grüße"),
        ("us-ascii", "8bit", "Grüße".encode("latin-1"), "Grüße"),
        ("utf-8", "quoted-printable", b"Gr=C3=BC=C3=9Fe", "Grüße"),
        ("iso-8859-15", "quoted-printable", b"20 =A4", "20 €"),
        ("utf-8", "base64", base64.b64encode("Grüße".encode()), "Grüße"),
        ("gb2312", "8bit", "镕基您好".encode("gb18030"), "镕基您好"),
        ("x-unknown-9", "8bit", "Grüße".encode(), "Grüße"),
        ("unicode_escape", "7bit", b"C:\\neu\\x41", "C:\\neu\\x41"),
        ("utf-8", "8bit", b"vor\x00nach", "vornach"),
    ],
)
def test_text_is_read_as_it_was_meant(charset: str, transfer: str, body: bytes, text: str) -> None:
    raw = (
        HEAD
        + (
            f"Content-Type: text/plain; charset={charset}\n"
            f"Content-Transfer-Encoding: {transfer}\n\n"
        ).encode()
    )
    assert parse(raw + body + b"\n").text == text


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        (b"Jonas <jonas@buyers.test>", "jonas@buyers.test", "Jonas"),
        (b"jonas@buyers.test", "jonas@buyers.test", ""),
        (b"jonas@buyers.test (Jonas)", "jonas@buyers.test", ""),
        (b'"Weber, Jonas" <Jonas@Buyers.TEST>', "jonas@buyers.test", "Weber, Jonas"),
        (b"=?utf-8?q?J=C3=B6rg?= <j@b.test>", "j@b.test", "Jörg"),
        ("Jörg <j@b.test>".encode("latin-1"), "j@b.test", "Jörg"),
        (b'"victim@buyers.test" <eva@strangers.test>', "eva@strangers.test", "victim@buyers.test"),
        (
            b"=?utf-8?q?victim=40buyers=2Etest=2C?= <eva@strangers.test>",
            "eva@strangers.test",
            "victim@buyers.test,",
        ),
        (b"undisclosed", "", "undisclosed"),
    ],
)
def test_the_sender_is_the_address_and_never_what_its_name_pretends(
    value: bytes, address: str, name: str
) -> None:
    mail = parse(b"From: " + value + b"\n\nx")
    assert (mail.sender, mail.sender_name) == (address, name)


def test_a_subject_is_decoded_from_pieces_and_stands_on_one_line() -> None:
    raw = b"Subject: =?utf-8?b?R3LDvMOfZQ==?= an\n =?iso-8859-1?q?M=FCller?=\n\nx"
    assert parse(raw).subject == "Grüße an Müller"


def test_html_only_becomes_lines_without_script_style_and_markup() -> None:
    html = (
        "<html><head><style>p{color:red}</style><title>Brief</title></head><body>"
        "<p>Guten Tag,<br>die&nbsp;Lampe <b>flackert</b>.</p><script>alert(1)</script>"
        "<ul><li>eins<li>zwei</ul><div>Gru&szlig;</div></body></html>"
    )
    raw = HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + html.encode()
    assert parse(raw).text == "Guten Tag,\ndie Lampe flackert.\n\n- eins\n- zwei\n\nGruß"


def test_a_quotation_in_html_is_folded_like_one_in_text() -> None:
    html = (
        "<div>Danke!</div><div>Am Di., 3. Nov. 2026 um 10:12 Uhr schrieb X &lt;s@x.test&gt;:<br>"
        "<blockquote>Ihre Nachricht</blockquote></div>"
    )
    mail = parse(HEAD + b"Content-Type: text/html\n\n" + html.encode())
    assert mail.visible == "Danke!"
    assert mail.text.endswith("> Ihre Nachricht")


def test_of_two_ways_to_say_it_plain_text_is_read_unless_it_is_empty() -> None:
    both = (
        b"Content-Type: multipart/alternative; boundary=p\n\n--p\nContent-Type: text/html\n\n"
        b"<p>HTML</p>\n--p\nContent-Type: text/plain\n\n%b\n--p--\n"
    )
    assert parse(HEAD + both % b"Text").text == "Text"
    assert parse(HEAD + both % b" ").text == "HTML"


QUOTED = [
    (
        "Ja.\n\nAm 3. Nov. 2026 um 10:12 schrieb Service <\ns@x.test>:\n\n> Guten Tag\n>\n> X",
        "Ja.",
    ),
    ("Yes.\n\nOn Tue, 3 Nov 2026 at 10:12, Service <s@x.test> wrote:\n> Hello", "Yes."),
    ("好的。\n\n在 2026年11月3日，10:12，客服 <s@x.test> 写道：\n> 您好", "好的。"),
    ("好的。\n\n------------------ 原始邮件 ------------------\n发件人: 客服\n\n您好", "好的。"),
    (
        "Danke!\n\nVon: Kundenservice <s@x.test>\nGesendet: Dienstag, 3. November 2026 10:12\n"
        "An: Anna\nBetreff: Anfrage\n\nGuten Tag",
        "Danke!",
    ),
    ("Danke!\n\n-----Ursprüngliche Nachricht-----\nVon: X\n\nGuten Tag", "Danke!"),
    ("Ja.\n\n> Guten Tag\n> X\n", "Ja."),
]


@pytest.mark.parametrize(("text", "visible"), QUOTED)
def test_one_quotation_at_the_end_folds(text: str, visible: str) -> None:
    at = texts.fold_at(text)
    assert at is not None
    assert text[:at].strip() == visible


@pytest.mark.parametrize(
    "text",
    [
        "Wo bleibt mein Paket?",
        "> Wollen Sie Ersatz?\nJa.\n> Oder Geld?\nNein.",
        "Am 3.11. schrieb Service <s@x.test>:\n> Wollen Sie Ersatz?\n\nJa gerne.",
        "Hallo\n\nAm 3.11. schrieb Service <s@x.test>:\n> Ersatz?\nJa.\n> Geld?\nNein.",
        "> nur Zitat\n> sonst nichts",
        "Am Montag kam das Paket an, aber leer.",
        "",
    ],
)
def test_answers_within_the_quotation_and_bare_quotations_are_shown_in_full(text: str) -> None:
    assert texts.fold_at(text) is None


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("AW: Re: Frage", "frage"),
        ("回复：问题", "问题"),
        ("Re[2]: x", "x"),
        ("Antwerpen", "antwerpen"),
    ],
)
def test_prefixes_of_answering_do_not_count(subject: str, bare: str) -> None:
    assert headers.bare_subject(subject) == bare


@pytest.mark.parametrize("subject", ["WG: Frage", "Fwd: x", "FW: x", "转发: 问题"])
def test_prefixes_of_handing_on_are_known(subject: str) -> None:
    assert headers.hands_on(subject)


HOSTILE = {
    "one endless line": HEAD + b"\n" + b"Am " * 2_000_000,
    "a million lines that may begin a quotation": HEAD + b"\n" + b"Am x schrieb y\n" * 300_000,
    "parts within parts": HEAD
    + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    ),
    "a hundred thousand parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nhi\n" * 100_000,
    "deep HTML": HEAD + b"Content-Type: text/html\n\n" + b"<div><blockquote>" * 100_000,
    "unclosed comments": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 500_000,
    "a header of parameters": HEAD
    + b"Content-Type: text/plain;"
    + b' a*0="b";' * 50_000
    + b"\n\nx",
    "a sender of brackets": b"From: " + b"((" * 200_000 + b"\n\nx",
    "a million references": HEAD + b"References: " + b"<a@b> " * 300_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mail_made_to_hold_up_the_others_is_read_within_seconds(name: str) -> None:
    started = time.monotonic()
    parse(HOSTILE[name])
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\xff\xfe\x00",
        b"From\n\n",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: ;;;\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Subject: =?utf-8?b?!!!?=\n\nx",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: text/plain; name*=unknown-9''%FF\nContent-Disposition: attachment\n\nx",
    ],
)
def test_broken_mail_is_read_as_well_as_can_be(raw: bytes) -> None:
    parse(raw)


def test_a_mail_in_a_mail_is_kept_as_it_came_where_its_head_is_broken() -> None:
    inner = b"Subject: a\x1cb: c\nFrom: x@y.test\n\nhello\n"
    raw = (
        b"Content-Type: multipart/mixed; boundary=p\n\n--p\n"
        b"Content-Type: message/rfc822\n\n" + inner + b"\n--p--\n"
    )
    (kept,) = parse(raw).attachments
    assert b"x@y.test" in kept.content
    assert b"hello" in kept.content


def test_the_demo_mails_can_all_be_read() -> None:
    found = sorted(Path("tests/mail/demo").glob("*.eml"))
    assert len(found) >= 12
    for path in found:
        mail = parse(path.read_bytes())
        assert mail.sender, path.name
        assert mail.text, path.name


def test_the_same_mail_by_two_ways_has_one_identity() -> None:
    over_smtp = HEAD.replace(b"\n", b"\r\n") + b"\r\nHallo\r\nWelt\r\n"
    through_a_pipe = b"Received: by x\n" + HEAD + b"\nHallo\nWelt\n\n"
    assert mail_identity.of(over_smtp) == mail_identity.of(through_a_pipe)
    assert mail_identity.of(over_smtp)[0] == "<1@b.test>"


def test_mails_without_an_id_are_told_apart_by_sender_date_subject_and_body() -> None:
    def made(sender: str = "a@b.test", date: str = "Wed, 4 Nov 2026", body: str = "x") -> str:
        return mail_identity.of(f"From: {sender}\nDate: {date}\n\n{body}".encode())[0]

    assert made() == made()
    assert len({made(), made(sender="c@d.test"), made(date="Thu"), made(body="y")}) == 4


def test_a_message_id_on_a_folded_line_is_found() -> None:
    assert mail_identity.of(b"Message-ID:\r\n <far@b.test>\r\n\r\nx")[0] == "<far@b.test>"
