"""Words of product pages, stored and asked for (rulings 29)."""

import pytest

from sellers.rules import product_search


@pytest.mark.parametrize(
    ("text", "stored", "asked"),
    [
        ("Teekanne 1 Liter", "Teekanne 1 Liter", "Teekanne 1 Liter"),
        ("充电器", "充电 电器 充 电 器", "充电 电器"),
        ("灯", "灯", "灯"),
        ("65W充电器USB-C", "65W 充电 电器 充 电 器 USB-C", "65W 充电 电器 USB-C"),
        ("快充，安全。", "快充 快 充 ， 安全 安 全 。", "快充 ， 安全 。"),
        ("", "", ""),
    ],
)
def test_chinese_is_taken_apart_into_pairs(text: str, stored: str, asked: str) -> None:
    assert product_search.words_stored(text).split() == stored.split()
    assert product_search.words_asked(text).split() == asked.split()
