"""Segments are counted as an independent library counts them."""

import random
from collections import Counter
from collections.abc import Iterator

import smsutil

from renewal.services.texts.segments import segments

SEED = 20261201
TEXTS = 10_000
GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCÄÖÑÜ§¿abcäöñüà"
EXTENDED = "^{}\\[~]|€\f"
CHINESE = "您的居住证签注已经到期，请在十二月五日之前去社区事务受理服务中心办理。【】（）；"
BEYOND_16_BITS = "😀🙏🏽𠮷𡃁👨‍👩‍👧🇨🇳"
BORDERS = (1, 69, 70, 71, 133, 134, 135, 152, 153, 154, 159, 160, 161, 200, 201, 268, 305, 306, 307, 459)
MIXTURES = (GSM, GSM + EXTENDED, EXTENDED, GSM + "中", CHINESE, CHINESE + BEYOND_16_BITS, BEYOND_16_BITS)


def _texts(count: int) -> Iterator[tuple[int, str]]:
    """Texts of each alphabet, most of them about as long as where another segment begins."""
    dice = random.Random(SEED)
    for n in range(count):
        mixture = n % len(MIXTURES)
        length = max(1, dice.choice(BORDERS) + dice.randint(-2, 2))
        chars = dice.choices(MIXTURES[mixture], k=length)
        if dice.random() < 0.5:  # one of two units just where a segment ends
            chars[dice.randrange(len(chars))] = dice.choice(EXTENDED + BEYOND_16_BITS)
        yield mixture, "".join(chars)


def test_ten_thousand_texts_have_as_many_segments_as_an_independent_library_counts() -> None:
    counted: Counter[tuple[int, str, int]] = Counter()
    wrong = []
    for mixture, text in _texts(TEXTS):
        theirs = smsutil.split(text)
        counted[mixture, theirs.encoding, len(theirs.parts)] += 1
        if segments(text) != len(theirs.parts):
            wrong.append((len(theirs.parts), segments(text), text))
    assert wrong == []
    assert sum(counted.values()) == TEXTS
    assert {encoding for _, encoding, _ in counted} == {"gsm0338", "utf_16_be"}
    assert {parts for _, _, parts in counted} >= {1, 2, 3, 4}


def test_a_character_of_two_units_is_never_cut_by_the_end_of_a_segment() -> None:
    at_the_end = "一" * 66 + "😀" + "一" * 66
    assert (segments(at_the_end), len(smsutil.split(at_the_end).parts)) == (3, 3)
    assert segments("一" * 67 + "😀" + "一" * 65) == 2
    escaped = "a" * 152 + "€" + "a" * 152
    assert (segments(escaped), len(smsutil.split(escaped).parts)) == (3, 3)


def test_a_blank_text_is_one_segment() -> None:
    assert segments("") == 1
