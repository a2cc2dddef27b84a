"""The form of an order by mail: what is written is read again, whatever mail programs have made of it."""

import textwrap

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import countries
from negotiation_hub.kernel.html_text import html_to_text
from rooms.mailed import checking, form
from tests.rooms.mailing import VALUES

NAMES = list(form.LABELS["en"])
LANGUAGES = st.sampled_from(sorted(form.LABELS))
# What a mail program, or somebody who answers, may put where a wish stands.
TRAPS = st.sampled_from(
    [
        "> quoted",
        "-- ",
        "--",
        "Price: 3",
        "  Quantity: 4",
        "On Mon, 2 Mar 2026 at 10:00, Ben <ben@people.example> wrote:",
        "From: ada@people.example",
        "Sent: Monday, 2 March 2026 10:00",
        "Subject: Pump",
        "Sent from my iPhone",
        "-----Original Message-----",
        "",
    ]
)
TEXTS = st.lists(st.one_of(TRAPS, st.text(max_size=30)), max_size=5).map("\n".join)
FORMS = st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=len(NAMES))


def whole(values: dict[str, str]) -> dict[str, str]:
    """What a form with these values says: every field, as it can be shown."""
    return {name: form.tidy(name, values.get(name, ""))[: form.VALUE_CHARS_MAX].rstrip() for name in NAMES}


@given(FORMS, LANGUAGES)
def test_a_form_reads_back_as_it_was_written_in_either_language(
    values: dict[str, str], language: str
) -> None:
    read = form.read(form.render(values, language))
    assert (read.values, read.language, read.rest) == (whole(values), language, "")


@given(
    st.lists(st.one_of(TRAPS, st.text(max_size=60), FORMS.map(lambda v: form.render(v, "es")))).map("\n".join)
)
def test_any_text_is_read_and_what_was_read_can_be_written_and_read_again(text: str) -> None:
    read = form.read(text)
    assert all(len(value) <= form.VALUE_CHARS_MAX for value in [*read.values.values(), read.rest])
    assert form.read(form.render(read.values, "en")).values == whole(read.values)


@given(st.permutations(NAMES), LANGUAGES)
def test_labels_stand_in_any_order_and_in_both_languages(order: list[str], language: str) -> None:
    lines = form.render(VALUES, language).splitlines()
    labels = dict(zip(NAMES, lines, strict=True))
    english = dict(zip(NAMES, form.render(VALUES, "en").splitlines(), strict=True))
    mixed = [labels[name] if number % 2 else english[name] for number, name in enumerate(order)]
    assert form.read("\r\n\r\n".join(mixed)).values == VALUES


@pytest.mark.parametrize("width", [60, 65, 72, 78])
def test_lines_that_a_program_has_wrapped_are_whole_again(width: int) -> None:
    long = {**VALUES, "listing": "Centrifugal pump NB-40 with a seal of silicon carbide " * 3}
    wrapped = "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False) or [""])
        for line in form.render(long, "en").splitlines()
    )
    assert form.read(wrapped).values == whole(long)


def test_what_is_quoted_counts_where_nothing_else_is_written() -> None:
    quoted = "".join(f"> {line}\n" for line in form.render(VALUES, "en").splitlines())
    assert form.read(quoted).values == VALUES
    answered = form.read(f"Cantidad: 3\n\nOn Mon, 2 Mar 2026 at 10:00, Hub <a@hub.example> wrote:\n{quoted}")
    assert answered.values == {**VALUES, "quantity": "3"}
    between = form.read(quoted.replace("> Price", "Quantity: 4\n> Price"))
    assert between.values == {**VALUES, "quantity": "4"}


def test_an_older_form_below_without_quotes_gives_only_what_is_missing_above() -> None:
    below = (
        "-----Original Message-----\nFrom: Hub <a@hub.example>\nSent: Monday, March 2, 2026 10:00\nTo: Ben\n"
    )
    text = f"Quantity: 3\n\n{below}Subject: Order\n\n{form.render(VALUES, 'en')}\nRegards, the hub\n"
    read = form.read(text)
    assert read.values == {**VALUES, "quantity": "3", "notes": VALUES["notes"] + "\n\nRegards, the hub"}


def test_a_signature_and_a_telephones_line_are_no_part_of_it() -> None:
    read = form.read(form.render(VALUES, "en") + "\n-- \nBen\nCompany: Other\nTel. 600 100 200\n")
    assert (read.values, read.rest) == (VALUES, "")
    assert form.read("Quantity: 2\n\nSent from my iPhone\n") == form.Read({"quantity": "2"}, "en", "")


def test_what_stands_beside_the_form_is_kept() -> None:
    read = form.read(f"Hello Ada,\n\nplease before noon.\n\n{form.render(VALUES, 'en')}")
    assert (read.values, read.rest) == (VALUES, "Hello Ada,\nplease before noon.")
    assert form.read("Quantity: 2\nQuantity: 3\n").rest == "Quantity: 3"


@pytest.mark.parametrize(
    "mark", ["<div>{}</div>", "<p>{}</p>", "<li>{}</li>", "{}<br>", "<tr><td>{}</td></tr>"]
)
def test_a_mail_of_html_alone_is_read(mark: str) -> None:
    lines = form.render(VALUES, "en").splitlines()
    text = html_to_text("<html><body>" + "".join(mark.format(line) for line in lines) + "</body></html>")
    assert form.read(text).values == VALUES


def test_a_value_may_stand_on_the_line_below_its_label() -> None:
    assert form.read("Street:\nCalle Mayor 1\nCity: Madrid").values == {
        "street": "Calle Mayor 1",
        "city": "Madrid",
    }


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("2", 2), ("2 pcs", 2), ("1,000", 1_000), ("1.000 uds.", 1_000), ("2 x", 2), ("10 000", 10_000)]
    + [(text, 0) for text in ("", "two", "0", "-1", "1.5", "1,5", "2 or 3", "1e9", "9" * 30, "٢x٣")],
)
def test_a_quantity_is_a_whole_number_or_none(text: str, quantity: int) -> None:
    assert checking.quantity_of(text) == quantity


@pytest.mark.parametrize("text", ["1234.50 EUR", "1,234.50", "1.234,50 €", "EUR 1234,5", "1 234,50 eur"])
def test_a_price_is_known_however_it_is_written(text: str) -> None:
    assert checking.says_price(text, 123_450, "EUR")


@pytest.mark.parametrize("text", ["1234.51 EUR", "1234.50 USD", "12,345.0", "free", "9" * 40, "123450 EUR"])
def test_another_price_is_another_one(text: str) -> None:
    assert not checking.says_price(text, 123_450, "EUR")


@given(st.sampled_from(sorted(countries.codes())), LANGUAGES)
def test_a_country_is_known_by_its_name_in_either_language_and_by_its_code(code: str, language: str) -> None:
    with override(language):
        name = countries.name(code)
    assert checking.country_of(name.upper()) == checking.country_of(f" {code.lower()} ") == code


@given(st.text())
def test_no_text_breaks_what_looks_at_values(text: str) -> None:
    assert checking.quantity_of(text) >= 0
    checking.says_price(text, 100, "EUR")
    assert checking.country_of(text) in {"", *countries.codes()}
    checking.details_of({"expected_on": text, "country": text, "tax_id": text})
