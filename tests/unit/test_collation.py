"""The order of Vietnamese words."""

import random

from shared.vietnam.collation import collation_key

DICTIONARY = [
    "a",
    "à",
    "ả",
    "ã",
    "á",
    "ạ",
    "ăn",
    "ân",
    "ba",
    "bá",
    "da",
    "dân",
    "đa",
    "đá",
    "em",
    "êm",
    "la",
    "lá",
    "lan",
    "làng",
    "nam",
    "năm",
    "oa",
    "ôm",
    "ơn",
    "quả",
    "tư",
    "từ",
    "ưa",
    "văn",
    "xã",
    "yên",
]


def test_words_stand_as_in_a_dictionary():
    mixed = random.Random(1).sample(DICTIONARY, len(DICTIONARY))
    assert sorted(mixed, key=collation_key) == DICTIONARY


def test_provinces_stand_in_vietnamese_order():
    names = ["Đồng Nai", "Cao Bằng", "Đắk Lắk", "Điện Biên", "Cà Mau", "Cần Thơ", "Đà Nẵng", "Gia Lai", "An Giang"]
    assert sorted(names, key=collation_key) == [
        *("An Giang", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Gia Lai"),
    ]


def test_a_letter_counts_before_a_tone_and_digits_before_letters():
    assert sorted(["Phường 10 a", "mạ", "ma", "man", "1a"], key=collation_key) == [
        "1a",
        "ma",
        "mạ",
        "man",
        "Phường 10 a",
    ]
