"""TABLE of what is looked for in what is said at a table: each rule with its weight and its words.

All patterns are looked for in text that `desk/scorer.py: plain` has made: small letters and digits of ASCII,
whatever alphabet, width or spacing was typed. English and Spanish. What a pattern cannot judge, such as
the check digits of a bank account, is a detector of `desk/scorer.py` of the rule's name.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from negotiation_hub.kernel.refusals import gettext_noop

Group = Literal["payment", "contact", "words"]

_PLATFORM: Final = (
    r"(?:(?:the|this|la|el|esta|este)\s+)?"
    r"(?:platform|site|website|app|hub|plataforma|pagina|web|sitio|aplicacion)"
)
_PAY: Final = (
    r"(?:pay(?:s|ing|ment|ments)?|settl\w+|transfer\w*|wir"
    r"(?:e|ing)|deal|buy|sell|close|invoice|do (?:it|this)"
    r"|pag(?:o|os|ar|as|a|ue|amos|arte|arme|arlo|ame)|cobr\w+|transferencia|factur\w+|cerr\w+|trato|hac\w+lo)"
)
_US: Final = r"(?:me|us|him|her|them|my|our|nos|mi|nuestra|nuestro)"
_ACCOUNT: Final = (
    r"(?:(?:own|private|personal|bank|bancaria|personal|privada)\s+)*(?:account|bank|iban|cuenta|banco)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`points` is what a fit adds to an item's score and to a room's risk; `words` explain it.

    One `of_guests` is looked for only in what people without an account say.
    """

    name: str
    group: Group
    points: int
    words: str
    pattern: re.Pattern[str] | None = None
    of_guests: bool = False


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


RULES: Final = (
    Rule("iban", "payment", 60, gettext_noop("The number of a bank account")),
    Rule("card", "payment", 60, gettext_noop("A number that can be a card's")),
    Rule("crypto", "payment", 60, gettext_noop("An address of a cryptocurrency")),
    Rule(
        "outside",
        "payment",
        50,
        gettext_noop("Talk of paying past the platform"),
        _any(
            rf"\b{_PAY}\b[^.!?\n]{{0,40}}\b(?:outside|off|around|without"
            rf"|fuera|por fuera|sin)\s+(?:of\s+|de\s+)?{_PLATFORM}\b",
            rf"\b(?:outside|around|fuera de)\s+(?:of\s+)?{_PLATFORM}\b[^.!?\n]{{0,40}}\b{_PAY}\b",
            r"\boff[\s-]?platform\b|\boff the books\b|\bunder the table\b",
            r"\bpay\w*\s+(?:\w+\s+){0,3}outside\b(?!\s+(?:the\s+)?(?:eu"
            r"|country|city|office|warehouse|business|of\s+\w+\s+hours))",
            rf"\bpay\w*\s+{_US}\s+direct(?:ly)?\b|\bpay\s+(?:\w+\s+)?directly\s+to\s+{_US}\b",
            rf"\b(?:transfer|wire|send|pay)\w*\s+(?:\w+\s+){{0,4}}(?:to|into)\s+(?:my|our)\s+{_ACCOUNT}\b",
            r"\b(?:avoid|skip|save|dodge|without|no)\b[^.!?\n]{0,15}\b"
            r"(?:platform|site|hub)(?:'?s)?\s+(?:fees?|commission|cut)\b",
            r"\bpag\w+\s+(?:\w+\s+){0,3}(?:por fuera|en negro"
            r"|en mano|directamente a (?:mi|nosotros|nuestr\w+))\b",
            r"\bpagame\s+direct\w*\b|\bpor fuera de (?:aqui|la plataforma)\b|\ben negro\b",
            rf"\b(?:transfier\w+|transferir|ingres\w+|enviar?|envia\w*|pag\w+"
            rf"|transferencia)\s+(?:\w+\s+){{0,5}}a\s+(?:mi|nuestra)\s+{_ACCOUNT}\b",
            r"\b(?:evit\w+|ahorr\w+|salt\w+|sin)\b[^.!?\n]{0,15}"
            r"\bcomision(?:es)?\s+de\s+(?:la\s+plataforma|la\s+web|aqui)\b",
        ),
    ),
    Rule(
        "service",
        "payment",
        40,
        gettext_noop("Another way to pay by name"),
        _any(
            r"\b(?:paypal|pay pal|western union|moneygram|zelle"
            r"|venmo|cash ?app|revolut|transferwise|bizum)\b",
            r"\b(?:skrill|neteller|paysafe ?card|gift cards?"
            r"|tarjetas? regalo|wise\.com|(?:via|by|with|con|por) wise)\b",
            r"\b(?:bitcoins?|btc|usdt|ethereum|tether|litecoin|monero"
            r"|cripto(?:moneda)?s?|crypto ?(?:currency|wallet)?)\b",
        ),
    ),
    Rule("phone", "contact", 25, gettext_noop("A telephone number")),
    Rule("email", "contact", 25, gettext_noop("A mail address")),
    Rule(
        "messenger",
        "contact",
        25,
        gettext_noop("Another messenger by name"),
        _any(
            r"\b(?:whats? ?app|wasap|guasap|telegram|we ?chat|viber|skype|snapchat)\b|\b(?:t|wa)\.me/",
            r"\b(?:my|mi|our|por|via|on) (?:signal(?: app)?|discord"
            r"|instagram|messenger)\b(?! (?:cable|line|loss|level))",
        ),
    ),
    Rule(
        "link",
        "contact",
        20,
        gettext_noop("A link from a guest"),
        _any(r"\bhttps?://\S+", r"\bww\.\S+\.\S+"),  # three w are two in plain text
        of_guests=True,
    ),
    Rule(
        "threat",
        "words",
        50,
        gettext_noop("A threat"),
        _any(
            r"\b(?:i(?:'?ll| will| am going to)|we(?:'?ll| will)) "
            r"(?:kill|hurt|find|destroy|ruin) (?:you|your family)\b",
            r"\bi know where you (?:live|work)\b|\byou(?:'?ll| will) regret this\b",
            r"\b(?:te|os|le) (?:voy|vamos) a (?:matar|encontrar|partir"
            r"|hundir|arruinar)\b|\bse donde (?:vives|trabajas)\b",
        ),
    ),
    Rule(
        "insult",
        "words",
        25,
        gettext_noop("Flagged words"),
        _any(
            r"\b(?:idiots?|morons?|imbeciles?|assholes?|bastards?"
            r"|bitch(?:es)?|cunts?|wankers?|dickheads?|retards?)\b",
            r"\b(?:fuck(?:ing|er|ers|ed)?|motherfuckers?|piece of shit|son of a bitch|scumbags?)\b",
            r"\b(?:idiotas?|gilipollas|cabron(?:es|a)?|hij[oa]s? de puta"
            r"|putas?|pendej[oa]s?|subnormal(?:es)?|mierdas?)\b",
            r"\b(?:scammers?|crooks?|estafador(?:a|es)?|chorizos? de mierda)\b",
        ),
    ),
)
BY_NAME: Final = {rule.name: rule for rule in RULES}
