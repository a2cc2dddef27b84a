"""What is sealed in these tests, and looked for."""

from orders.facts import OrderDetails

TERMS = ("Quixotic valve", "Flanged zephyr clause", "zephyr", "quixotic", "Gryphon warranty")
LIMITS = ("8437109", "Epiphany note", "9437111")
DETAILS = OrderDetails(
    contact_name="Wilhelmina Featherstone",
    street="Zwinglistrasse 77",
    postal_code="SW1Z 4QQ",
    city="Oberammergau",
    country="GB",
    phone="+49 8822 556677",
    tax_id="DE136695976",
    reference="PO-KRYPTON-5",
    notes="Beware of the basilisk",
)
PERSONAL = (
    "Featherstone",
    "Zwinglistrasse",
    "SW1Z 4QQ",
    "Oberammergau",
    "8822 556677",
    "DE136695976",
    "PO-KRYPTON-5",
    "basilisk",
)
