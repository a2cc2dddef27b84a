"""Which currencies the sandbox charges in, with the provider's (not ISO's) number of decimals, limits and
fee.
"""

from typing import Final

_ZERO: Final = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
_THREE: Final = "bhd jod kwd omr tnd"
_TWO: Final = (
    "aed all amd ars aud azn bam bbd bdt bgn bob brl bsd bwp bzd cad chf cny cop crc czk dkk dop dzd egp"
    " etb eur fjd gbp gel gtq hkd hnl huf idr ils inr isk jmd kes kgs kzt lak lbp lkr mad mdl mkd mnt mop"
    " mur mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd sar sek sgd thb try ttd"
    " twd tzs uah ugx usd uyu uzs zar zmw"
)
ENDING_IN_ZERO: Final = frozenset(_THREE.split())  # card schemes know two decimals only
DECIMALS: Final = {
    **dict.fromkeys(_ZERO.split(), 0),
    **dict.fromkeys(_TWO.split(), 2),
    **dict.fromkeys(_THREE.split(), 3),
}
CURRENCIES: Final = frozenset(DECIMALS)

# The smallest charge the real provider takes, in its minor units; where it names none, one unit.
MINIMUM: Final = {
    "usd": 50, "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30,
    "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200,
    "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MAXIMUM: Final = 99_999_999  # eight digits
MAXIMUM_LARGE: Final = 999_999_999_999  # twelve, for currencies of small worth
_SMALL_WORTH: Final = frozenset(["cop", "huf", "idr", "jpy", "krw", "lbp", "vnd"])

FEE_PER_MILLE: Final = 29  # 2.9 %
FEE_FIXED_MINOR: Final = 30
DISPUTE_FEE_MINOR: Final = 1500


def fee(amount: int) -> int:
    """The provider's fee on a captured amount, minor units: 2.9 % rounded half up, plus 30."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_MINOR


def maximum(currency: str) -> int:
    """The largest charge, in minor units."""
    return MAXIMUM_LARGE if currency in _SMALL_WORTH else MAXIMUM


def text(amount: int, currency: str, language: str = "en") -> str:
    """An amount for people: `61,250.00 EUR` in English, `61.250,00 EUR` in Spanish."""
    decimals = DECIMALS.get(currency, 2)
    sign, digits = ("-" if amount < 0 else ""), str(abs(amount)).rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    grouped = f"{int(whole):,}" + (f".{part}" if part else "")
    if language == "es":
        grouped = grouped.translate(str.maketrans(",.", ".,"))
    return f"{sign}{grouped} {currency.upper()}"
