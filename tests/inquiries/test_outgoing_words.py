"""What a seller's words to a buyer are stopped for, and what they are not (P20, domain 5.8)."""

import time

import pytest

from inquiries.rules.outgoing_words import Kind, find, hidden, parts

ORDER = "302-1234567-7654321"
PARCEL = "00340434161094021501"
KNOWN = (ORDER, PARCEL, "01511234567")

FLAGGED = [
    # E-mail addresses
    ("Schreiben Sie an service@blume.test.", Kind.EMAIL, "service@blume.test"),
    ("Mail: anna.blume+shop@mail.blume.de bitte", Kind.EMAIL, "anna.blume+shop@mail.blume.de"),
    ("Erreichbar unter anna (at) blume (dot) de", Kind.EMAIL, "anna (at) blume (dot) de"),
    ("anna[at]web.de ist unsere Adresse", Kind.EMAIL, "anna[at]web.de"),
    ("please write to support at gmail dot com", Kind.EMAIL, "support at gmail dot com"),
    ("anna at blume punkt de", Kind.EMAIL, "anna at blume punkt de"),
    ("请发邮件到service＠163.com谢谢", Kind.EMAIL, "service＠163.com"),
    ("邮箱kefu艾特qq点com", Kind.EMAIL, "kefu艾特qq点com"),
    ("an\u200bna@bl\u200bume.de", Kind.EMAIL, "an\u200bna@bl\u200bume.de"),
    # Phone numbers
    ("Rufen Sie uns an: +49 30 1234567", Kind.PHONE, "+49 30 1234567"),
    ("Tel. 030/123456-78", Kind.PHONE, "030/123456-78"),
    ("Unter 0341 9876543 sind wir da.", Kind.PHONE, "0341 9876543"),
    ("(030) 1234567", Kind.PHONE, "(030) 1234567"),
    ("Mobil 0151 23456789", Kind.PHONE, "0151 23456789"),
    ("mein Handy: 015123456789", Kind.PHONE, "015123456789"),
    ("0049 171 2345678", Kind.PHONE, "0049 171 2345678"),
    ("Call 555 123 4567 any time", Kind.PHONE, "555 123 4567"),
    ("our phone is 8005551234", Kind.PHONE, "8005551234"),
    ("请致电 0755-12345678", Kind.PHONE, "0755-12345678"),
    ("我的手机13800138000", Kind.PHONE, "13800138000"),
    ("138-0013-8000", Kind.PHONE, "138-0013-8000"),
    ("+86 138 0013 8000", Kind.PHONE, "+86 138 0013 8000"),
    ("一三八零零一三八零零零", Kind.PHONE, "一三八零零一三八零零零"),
    ("０１５１２３４５６７８９", Kind.PHONE, "０１５１２３４５６７８９"),
    ("Wir sind da: 0301234567", Kind.NUMBER, "0301234567"),
    # Messengers
    ("WeChat: blume_shop", Kind.MESSENGER, "WeChat: blume_shop"),
    ("微信号：longmen888", Kind.MESSENGER, "微信号：longmen888"),
    ("微信longmen888", Kind.MESSENGER, "微信longmen888"),
    ("请加我微信", Kind.MESSENGER, "加我微信"),
    ("QQ 12345678", Kind.MESSENGER, "QQ 12345678"),
    ("加QQ群聊聊", Kind.MESSENGER, "加QQ"),
    ("vx: long_men1", Kind.MESSENGER, "vx: long_men1"),
    ("Schreiben Sie uns per WhatsApp", Kind.MESSENGER, "per WhatsApp"),
    ("You can reach us on Telegram.", Kind.MESSENGER, "on Telegram"),
    ("通过微信联系我们", Kind.MESSENGER, "通过微信"),
    ("Instagram: blume.haushalt", Kind.MESSENGER, "Instagram: blume.haushalt"),
    # Links
    ("https://blume-haushalt.de/rechnung", Kind.LINK, "https://blume-haushalt.de/rechnung"),
    ("siehe www.blume-haushalt.de", Kind.LINK, "www.blume-haushalt.de"),
    ("Auf blume-shop.com steht alles.", Kind.LINK, "blume-shop.com"),
    ("BLUME-SHOP.DE", Kind.LINK, "BLUME-SHOP.DE"),
    ("wa.me/491711234567", Kind.LINK, "wa.me/491711234567"),
    ("bit.ly/3xYz", Kind.LINK, "bit.ly/3xYz"),
    ("http://dhl.de.paket-info.top/x", Kind.LINK, "http://dhl.de.paket-info.top/x"),
    ("https://dhl.de@paket-info.top", Kind.LINK, "https://dhl.de@paket-info.top"),
    ("https://paket-info.top/dhl.de", Kind.LINK, "https://paket-info.top/dhl.de"),
    ("dhl.de@paket-info.top", Kind.EMAIL, "dhl.de@paket-info.top"),
    (
        "https://www.dhl.de/go?to=https://shop.test",
        Kind.LINK,
        "https://www.dhl.de/go?to=https://shop.test",
    ),
    ("https://www.amazon.de/stores/Blume", Kind.LINK, "https://www.amazon.de/stores/Blume"),
    ("blume-shop punkt de", Kind.LINK, "blume-shop punkt de"),
    ("打开 www.longmen.cn 看看", Kind.LINK, "www.longmen.cn"),
    # Accounts
    ("IBAN DE89 3704 0044 0532 0130 00", Kind.BANK, "DE89 3704 0044 0532 0130 00"),
    # Reviews
    ("Bitte hinterlassen Sie eine Bewertung", Kind.REVIEW, "hinterlassen Sie eine Bewertung"),
    ("Könnten Sie Ihre Rezension ändern?", Kind.REVIEW, "Rezension ändern"),
    ("Bitte bewerten Sie uns", Kind.REVIEW, "bewerten Sie"),
    ("Please leave us a positive review!", Kind.REVIEW, "leave us a positive review"),
    ("Would you remove your negative feedback rating?", Kind.REVIEW, None),
    ("We hope for 5 stars", Kind.REVIEW, "5 stars"),
    ("麻烦给个好评", Kind.REVIEW, "好评"),
    ("请删除您的评价", Kind.REVIEW, "删除您的评价"),
    # Advertising
    ("Mit dem Gutscheincode BLUME10", Kind.ADVERTISING, "Gutscheincode"),
    ("20 % Rabatt auf Ihre nächste Bestellung", Kind.ADVERTISING, None),
    ("Besuchen Sie unseren Online-Shop", Kind.ADVERTISING, None),
    ("Use the coupon code SAVE", Kind.ADVERTISING, "coupon code"),
    ("15% off your next order", Kind.ADVERTISING, None),
    ("Sign up for our newsletter", Kind.ADVERTISING, "newsletter"),
    ("优惠券送给您", Kind.ADVERTISING, "优惠券"),
    ("关注我们的店铺", Kind.ADVERTISING, None),
]

INNOCENT = [
    f"Ihre Bestellung {ORDER} ist unterwegs.",
    "Die Bestellung 305-7654321-1234567 meinen wir nicht.",
    f"Sendungsnummer: {PARCEL}",
    "Die Sendung 01511234567 ist bei DHL.",
    "Sendungsnummer 0340 4341 6109 4021 5012",
    "Paketnummer 01605012345678 (DPD)",
    "UPS 1Z999AA10123456784",
    "Tracking number: LX123456789CN",
    "GLS-Paketnummer 13812345678",
    "运单号 13812345678 已发出",
    "订单号：302-1234567-7654321",
    "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=00340434161094",
    "https://tracking.dpd.de/status/de_DE/parcel/01605012345678",
    "Verfolgen: www.myhermes.de/empfangen/sendungsverfolgung",
    "Sie finden alles unter https://www.amazon.de/gp/css/order-history",
    "Verkauft über Amazon.de, geliefert von uns.",
    "Der Preis war 1.299,00 €, erstattet werden 49,90 EUR.",
    "Das kostet € 1 234 567,00.",
    "We refund 12.50 USD and 3 元.",
    "Am 04.11.2026 zwischen 08:00 und 18:00 Uhr.",
    "Delivered on 2026-11-04, 10:30.",
    "2026年11月4日送达",
    "Vom 1.11.26 bis 15.11.26",
    "Maße: 120 x 60 x 75 cm, Gewicht 2,5 kg",
    "EAN 4006381333931, Artikelnummer 0123456789",
    "Seriennummer 0151 23456789",
    "Rechnungsnummer 2026-000123 vom 04.11.2026, USt 19 %",
    "USt-IdNr. DE123456789",
    "Die Steuernummer ist 30/123/45678.",
    "PLZ 04229 Leipzig, Karl-Heine-Straße 12",
    "Das Kabel ist 2.5 m lang, Typ USB 3.2.de Luxe",
    "Bitte laden Sie rechnung.pdf unter Bestellungen herunter.",
    "z.B. die Dichtung, d.h. der rote Ring usw.",
    "Die Lampe ist angekommen.Das freut uns.",
    "Die Uhr zeigt WhatsApp-Nachrichten und Anrufe an.",
    "The watch shows WeChat messages and Telegram notifications.",
    "支持微信支付",
    "Das Gerät gibt ein Signal: rotes Licht.",
    "Die Kamera hat eine Telefonhalterung.",
    "Bitte teilen Sie uns Ihre Telefonnummer nicht mit.",
    "Thank you for your feedback about the lid.",
    "Vielen Dank für Ihre Rückmeldung und Ihre Bewertung.",
    "Please review the return label before you print it.",
    "Der Rabatt wurde bei Ihrer Bestellung abgezogen.",
    "The discount was applied to your order.",
    "Wir erstatten Ihnen 20 % des Preises als Nachlass.",
    "Der Laden öffnet um 9 Uhr, die Ware kommt in 3 Tagen.",
    "Das Hotelbettwäsche-Set ist bei 60 °C waschbar.",
    "2 Stück @ 5,99 €",
    "尺寸 120x60x75 厘米，重量 2.5 公斤",
    "您好，您的包裹已经发出，预计三到五天送达。",
    "Modell WX-2000, Ersatzteil 0456-7890",
    "",
]


@pytest.mark.parametrize(("text", "kind", "place"), FLAGGED, ids=[row[0][:40] for row in FLAGGED])
def test_what_must_not_reach_a_buyer_is_flagged_at_its_place(
    text: str, kind: Kind, place: str | None
) -> None:
    found = find(text, known=KNOWN)
    assert kind in [flag.kind for flag in found]
    assert all(text[flag.start : flag.end] == flag.text for flag in found)
    if place is not None:
        assert [flag.text for flag in found if flag.kind == kind] == [place]


@pytest.mark.parametrize("text", INNOCENT, ids=[row[:40] for row in INNOCENT])
def test_what_an_answer_needs_is_not_flagged(text: str) -> None:
    assert find(text, known=KNOWN) == []


def test_the_tables_are_long_enough() -> None:
    assert len(FLAGGED) + len(INNOCENT) >= 100
    assert {kind for _text, kind, _place in FLAGGED} == set(Kind)


def test_only_advertising_and_doubtful_numbers_may_be_confirmed() -> None:
    found = find("anna@blume.de, www.blume.de, Gutscheincode X, oder 0301234567")
    assert [(flag.kind, flag.may_be_confirmed) for flag in found] == [
        (Kind.EMAIL, False),
        (Kind.LINK, False),
        (Kind.ADVERTISING, True),
        (Kind.NUMBER, True),
    ]
    assert all(flag.advice for flag in found)


def test_the_parts_are_the_text_again() -> None:
    text = "Gern: anna@blume.de oder Tel. 030/123456-78, danke"
    pieces = parts(text, find(text))
    assert "".join(piece for piece, _flag in pieces) == text
    assert [piece for piece, flag in pieces if flag] == ["anna@blume.de", "030/123456-78"]


def test_a_number_of_the_order_is_none_of_a_phone() -> None:
    assert find("0151 23456789", known=()) != []
    assert find("0151 23456789", known=("0151 23456789",)) == []


def test_addresses_in_words_can_be_hidden() -> None:
    said = hidden("Ich bin jonas@web.de, Tel. 030/123456-78.", [Kind.EMAIL], "[…]")
    assert said == "Ich bin […], Tel. 030/123456-78."


@pytest.mark.parametrize("sign", ["a", "0 ", "a.", "1-", "@a", "微信", "(0", "tel ", "零", "a at "])
def test_no_text_takes_long(sign: str) -> None:
    text = (sign * 8000)[:8000]
    began = time.process_time()
    find(text)
    assert time.process_time() - began < 2
