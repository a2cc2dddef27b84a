"""What the rules find in words, and what they leave alone."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from desk import scorer
from tests.rooms.table import terms

RISKY = [
    ("iban", "My account: ES91 2100 0418 4502 0005 1332"),
    ("iban", "DE89370400440532013000"),
    ("iban", "I B A N: G B 8 2 W E S T 1 2 3 4 5 6 9 8 7 6 5 4 3 2"),
    ("iban", "ES91-2100-0418-4502-0005-1332"),
    ("iban", "\uff25\uff33\uff19\uff11 \uff12\uff11\uff10\uff10 \uff10\uff14\uff11\uff18 4502 0005 1332"),
    ("iban", "E\u200bS91 2100\u200b 0418 4502 0005 1332"),
    ("card", "Charge it to 4111 1111 1111 1111, 12/29"),
    ("card", "5555-5555-5555-4444"),
    (
        "card",
        "\u0664\u0661\u0661\u0661" + 3 * " \u0661\u0661\u0661\u0661",
    ),
    ("card", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
    ("crypto", "Send it to 0x52908400098527886E0F7030069857D2E4169EE7"),
    ("crypto", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("crypto", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("outside", "Let us settle this outside the platform."),
    ("outside", "If you pay me directly I can give you 10 % off."),
    ("outside", "pay*** out**side** the site"),
    ("outside", "p-a-y me directly, or p a y outside the platform"),
    ("outside", "We could do it off platform."),
    ("outside", "Transfer the money straight to my bank account."),
    ("outside", "That way we avoid the platform fees."),
    ("outside", "\u0440\u0430\u0443 outside the platform"),
    ("outside", "P\u00e1game directamente y te hago un descuento."),
    ("outside", "Lo hacemos por fuera de la plataforma."),
    ("outside", "Haz la transferencia directamente a mi cuenta."),
    ("outside", "As\u00ed nos ahorramos la comisi\u00f3n de la plataforma."),
    ("service", "Do you take PayPal?"),
    ("service", "P.a.y.P.a.l works best for me"),
    ("service", "\uff30\uff41\uff59\uff30\uff41\uff4c please"),
    ("service", "Send it by Western Union."),
    ("service", "Mejor por Bizum."),
    ("service", "I accept bitcoin."),
    ("phone", "Call me: +34 612 345 678"),
    ("phone", "my number is 612345678"),
    ("phone", "Ll\u00e1mame al 612 34 56 78"),
    ("phone", "six one two three four five six seven eight"),
    ("email", "Write to ben@acme.example.com"),
    ("email", "ben (at) acme (dot) com"),
    ("email", "ben arroba acme punto es"),
    ("messenger", "Let us talk on WhatsApp."),
    ("messenger", "w h a t s a p p me"),
    ("messenger", "wh4tsapp is easier"),
    ("messenger", "t.me/ben"),
    ("insult", "You are an idiot."),
    ("insult", "\u00a1Gilipollas!"),
    ("insult", "fuuuuck this"),
    ("threat", "I know where you live."),
    ("threat", "Te voy a arruinar."),
]
HARMLESS = [
    "We need 500 pumps NB-40/160-4.0, delivered by 2026-03-14, DAP Valencia.",
    "Order 4111-2026-0001 and part number 4111111111111111 are on the list.",
    "Order no. 4111 1111 1111 1111",
    "EAN 4006381333931, GTIN 04006381333931",
    "IMEI 490154203237518",
    "Serial ES9121000418 of 2024, batch DE8937040044.",
    "Our VAT number is ESB12345678.",
    "Pressure 10.5 bar, 2900 rpm, tolerance +0.05/-0.02 mm, 400 V, 50/60 Hz.",
    "1,200,000 units at 0.0042 EUR come to 5,040.00 EUR.",
    "The range is 20-25, 30-35, 40-45 and 50-55 pieces.",
    "Drawing 0012345678 rev. C, dated 14/03/2026 10:45.",
    "ISO 9001:2015, DIN EN 10204 3.1, RAL 7035",
    "Payment terms: bank transfer within 30 days of the invoice.",
    "We pay by card here, as soon as the order is placed.",
    "El pago es por transferencia bancaria a 30 d\u00edas.",
    "The pump is installed outside the building, in a dry place.",
    "Delivery outside the EU is 14 days longer.",
    "Can you transfer the order to our Valencia plant?",
    "Look at the table, at line 4, dot by dot.",
    "The signal cable is 10 m long; the line is free.",
    "It has an iron rod, a brass nut and a b c d e rows.",
    "Call off the order by March, in lots of 12, 24 or 36.",
    "Shipment tracking 1Z999AA10123456784, container MSKU1234565.",
    "Coordinates 39.4699, -0.3763; postcode 46001.",
    "5f4dcc3b5aa765d61d8327deb882cf99 is the file's checksum.",
    "Tel quel, merci. The wise choice would be to wait.",
    "We scrap the assessment class of 2025; Scunthorpe is our hub.",
]


@pytest.mark.parametrize(("rule", "text"), RISKY)
def test_what_is_meant_is_found_however_it_is_written(rule: str, text: str) -> None:
    assert rule in [fit.rule.name for fit in scorer.fits(text)]


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_and_words_of_trade_are_left_alone(text: str) -> None:
    assert [(fit.rule.name, fit.words) for fit in scorer.fits(text)] == []


def test_all_that_an_offer_says_is_looked_at() -> None:
    issues = [{"name": "Payment", "value": "to ES91 2100 0418 4502 0005 1332"}, {"name": "Days", "value": 30}]
    offer = {"offer": terms(issues=issues)}
    found = scorer.fits(scorer.said_in("offer.proposed", offer))
    assert [fit.rule.name for fit in found] == ["iban"]


def test_hostile_text_takes_no_time() -> None:
    for unit in ("a ", "1 ", "a@", "pay ", "\u0301", "+1", "aaa", "es12 ", "one two ", "a.b.", "(at)", "1-"):
        scorer.fits(unit * scorer.SCANNED_CHARS_MAX)


def test_what_people_said_in_recorded_negotiations_raises_few_false_alarms(
    realdata: Path, record_property: Callable[[str, object], None]
) -> None:
    """Of 19,059 messages 11 were flagged when this was written, 4 of them with a telephone number."""
    flagged: Counter[str] = Counter()
    said = 0
    for name in ("craigslist_open", "casino_open"):
        for line in (realdata / "negotiations" / f"{name}.jsonl").read_text("utf-8").splitlines():
            for event in json.loads(line)["events"]:
                if event["action"] == "message":
                    said += 1
                    flagged.update(fit.rule.name for fit in scorer.fits(event["data"]))
    record_property("flagged", f"{sum(flagged.values())} of {said}: {dict(flagged)}")
    assert said > 10_000
    assert sum(flagged.values()) * 1_000 <= said
    assert not flagged.keys() & {"iban", "card", "crypto", "outside", "threat"}
