"""Words are the same however they are written, and stand where they are said to stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel.limits import WORD_CHARS_MAX
from negotiation_hub.kernel.words import spans, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Búsqueda", ["busqueda"]),
        ("bu\u0301squeda", ["busqueda"]),
        ("GRÖSSE größe", ["grosse", "grosse"]),
        ("18 m³/h, ﬁne ㎏", ["18", "m3", "h", "fine", "kg"]),
        ("DP-6 snake_case 1.5", ["dp", "6", "snake", "case", "1", "5"]),
        ("насос Ωmega", ["насос", "ωmega"]),
        ("合同 price", ["合", "同", "price"]),
        ("ガス", ["カ", "ス"]),
        ("हिन्दी", ["हिन्दी"]),
        ("\x00\ud800 \u202e!", []),
    ],
)
def test_accents_case_and_signs_fall_off(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_no_text_raises_and_each_word_stands_in_its_place(text: str) -> None:
    assert [span.word for span in spans(text)] == words(text)
    for start, end, word in spans(text):
        assert word in words(text[start:end])
        assert 0 < len(word) <= WORD_CHARS_MAX
        assert not set(word) & set(" '\"\\*:()&|!<>")


@given(st.text())
def test_the_words_of_words_are_themselves(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)
