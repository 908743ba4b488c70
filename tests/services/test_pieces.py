"""Long words in pieces: nothing lost, none too long, cut where a sentence ends."""

from hypothesis import given
from hypothesis import strategies as st

from renewal.services.texts.pieces import MOST_SEGMENTS, first_of, in_pieces
from renewal.services.texts.segments import segments

LETTERS = st.sampled_from("字。，a .😀!\n")


@given(st.text(LETTERS, min_size=200, max_size=900))
def test_pieces_lose_nothing_but_space_and_each_is_short_enough(text: str) -> None:
    pieces = in_pieces(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(segments(piece) <= MOST_SEGMENTS for piece in pieces)


def test_a_text_that_is_short_enough_stays_whole() -> None:
    assert in_pieces("字" * 268) == ("字" * 268,)


def test_a_piece_ends_with_a_sentence_else_with_a_clause_else_in_the_middle_of_words() -> None:
    assert in_pieces("字" * 200 + "。" + "字" * 100)[0] == "字" * 200 + "。"
    assert in_pieces("字" * 200 + "，" + "字" * 100)[0] == "字" * 200 + "，"
    assert in_pieces("字" * 300)[0] == "字" * 268


def test_an_address_is_not_cut_at_its_dots() -> None:
    first, second = in_pieces("见 " + "字" * 240 + " https://example.org/a.b.c.d.e.f.g.h")
    assert second == "https://example.org/a.b.c.d.e.f.g.h"
    assert first.endswith("字")


def test_as_much_as_fits_is_sent_at_once_and_at_least_one() -> None:
    assert first_of(["字" * 60] * 20, 12) == 12
    assert first_of(["字" * 3000], 12) == 1
    assert first_of([], 12) == 0
