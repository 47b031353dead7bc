"""Topic, signal and language by word lists: each row is something that a buyer may write."""

import time

import pytest

from csba.topics import Signal, Topic
from inquiries.rules import language, signals, topics, words


def topic_of(text: str, *, language: str, with_order: bool) -> topics.Found:
    """By the lists that the product comes with."""
    return topics.find(text, language=language, with_order=with_order, book=words.SEED)


def urgent(text: str) -> signals.Found:
    """The signal that a lead looks at first."""
    return signals.urgent(signals.find_all(text, book=words.SEED))


@pytest.mark.parametrize(
    ("text", "topic", "said"),
    [
        ("Wo bleibt mein Paket?", Topic.WHERE_IS_IT, "wo bleibt"),
        ("Where is my parcel?", Topic.WHERE_IS_IT, "where is"),
        ("我的包裹到哪了？", Topic.WHERE_IS_IT, "到哪"),
        (
            "Laut DHL zugestellt, bei mir ist nichts.",
            Topic.NOT_RECEIVED,
            "zugestellt, bei mir ist nichts",
        ),
        ("Die Lieferadresse ist falsch!", Topic.ADDRESS, "lieferadresse"),
        ("Bitte stornieren Sie die Bestellung.", Topic.CANCEL, "stornieren"),
        ("Das Glas ist zersplittert angekommen.", Topic.DAMAGED, "zersplittert"),
        ("The lamp arrived broken.", Topic.DAMAGED, "arrived broken"),
        ("Ich habe die falsche Farbe bekommen.", Topic.WRONG_ITEM, "falsche farbe"),
        ("Es fehlt eine Schraube.", Topic.MISSING_PARTS, "fehlt"),
        ("Der Akku ist defekt.", Topic.DEFECTIVE, "defekt"),
        ("充电器坏了", Topic.DEFECTIVE, "坏了"),
        ("Ich möchte die Schuhe zurückschicken.", Topic.RETURN, "zurückschicken"),
        ("Bitte erstatten Sie den Betrag.", Topic.REFUND, "erstatten"),
        ("Meine Daten bitte alle löschen", Topic.PRIVACY, "meine daten bitte alle löschen"),
        ("Ist die Flasche spülmaschinenfest?", Topic.PRODUCT, "spülmaschinenfest"),
        ("Guten Tag, ich melde mich noch einmal.", Topic.OTHER, ""),
    ],
)
def test_the_words_tell_the_topic(text: str, topic: str, said: str) -> None:
    found = topic_of(text, language=language.detect(text), with_order=True)
    assert (found.topic, found.words) == (topic, said)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Bitte eine Rechnung mit USt-IdNr. DE111111111.", Topic.INVOICE),
        ("Die Rechnung fehlt noch.", Topic.INVOICE),
        ("Ich habe keine Rechnung erhalten.", Topic.INVOICE),
        ("Please send me a VAT invoice.", Topic.INVOICE),
        ("请给我开一张发票", Topic.INVOICE),
        ("Bei der Gravur bitte Mia statt Pia", Topic.CUSTOMISATION),
        ("Could you change the engraving?", Topic.CUSTOMISATION),
        # In doubt it stays with the service: another topic is said as well.
        ("Kaputt angekommen. Die Rechnung liegt bei.", Topic.DAMAGED),
        ("Das Brett mit der Gravur ist zerbrochen.", Topic.DAMAGED),
        ("Die Rechnungsnummer kenne ich nicht, der Akku ist defekt.", Topic.DEFECTIVE),
    ],
)
def test_only_words_that_ask_for_it_take_an_inquiry_out_of_the_service(
    text: str, topic: str
) -> None:
    assert topic_of(text, language=language.detect(text), with_order=True).topic == topic


def test_a_question_before_an_order_has_no_order_number() -> None:
    text = "Passt die Hülle auf mein Notebook? Ich überlege noch."
    assert topic_of(text, language="de", with_order=False).topic == Topic.PRE_ORDER
    assert topic_of(text, language="de", with_order=True).topic == Topic.PRODUCT


def test_words_are_whole_words() -> None:
    assert topic_of("Ich fehlte gestern.", language="de", with_order=True).topic == Topic.OTHER
    assert urgent("Eine Brandenburger Firma, meine Klagemauer").signal == Signal.NONE


@pytest.mark.parametrize(
    ("text", "signal", "said"),
    [
        ("Der Toaster riecht verbrannt.", Signal.SAFETY, "verbrannt"),
        ("Der Akku hat Feuer gefangen", Signal.SAFETY, "feuer gefangen"),
        ("I got an electric shock!", Signal.SAFETY, "electric shock"),
        ("插座冒烟了", Signal.SAFETY, "冒烟"),
        ("Ich schalte meinen Anwalt ein.", Signal.LEGAL, "anwalt"),
        ("I will take you to court.", Signal.LEGAL, "take you to court"),
        ("Mein Anwalt sagt: Es hat gebrannt.", Signal.SAFETY, "gebrannt"),
        ("Wo bleibt mein Paket?", Signal.NONE, ""),
    ],
)
def test_danger_and_law_are_heard_in_every_language(text: str, signal: str, said: str) -> None:
    found = urgent(text)
    assert (found.signal, found.words) == (signal, said)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wo bleibt mein Paket?", "de"),
        ("Lampe flackert", "de"),
        ("Grüße", "de"),
        ("Where is my order?", "en"),
        ("Hi, the charger stopped working.", "en"),
        ("我的充电器坏了", "zh-hans"),
        ("USB-C 充电器坏了，订单 302-1234567-1234567", "zh-hans"),
        ("Das Ladegerät von 深圳龙门 ist defekt, bitte schicken Sie mir Ersatz.", "de"),
        ("302-1234567-1234567", "de"),
        ("", "de"),
    ],
)
def test_the_language_is_read_from_script_and_small_words(text: str, code: str) -> None:
    assert language.detect(text) == code


def test_every_list_names_lawful_codes_and_every_language_has_one() -> None:
    assert set(words.SEED.topics) == set(words.SEED.signals) == {"de", "en", "zh-hans"}
    for listed in (*words.SEED.topics.values(), *words.SEED.signals.values()):
        assert all(entry.phrases for entry in listed)
        assert len({entry.code for entry in listed}) == len(listed)


def test_a_long_text_is_read_at_once() -> None:
    text = "bitte eine meine rechnung die und der " * 500
    started = time.monotonic()
    topic_of(text, language="de", with_order=True)
    urgent(text)
    assert time.monotonic() - started < 1
