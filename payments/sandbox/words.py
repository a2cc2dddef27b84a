"""The words of the hosted pages. They are kept here, not in a catalogue, because the sandbox runs without
Django.
"""

import re
from typing import Final

LANGUAGES: Final = ("en", "es")

_ENGLISH: Final = {
    "title": "Pay {amount}",
    "sandbox": "Sandbox",
    "sandbox_note": "A rehearsal: no money moves.",
    "total": "Total to pay",
    "item": "Description",
    "quantity": "Quantity {count}",
    "reserved_note": (
        "The amount is reserved on the card now. The seller collects it when the goods are sent."
    ),
    "pay_by_card": "Pay by card",
    "email": "Receipt to",
    "number": "Card number",
    "expiry": "Expiry",
    "expiry_hint": "MM / YY",
    "cvc": "Security code",
    "cvc_hint": "3 digits",
    "name": "Name on card",
    "pay": "Pay {amount}",
    "cancel": "Cancel and go back",
    "test_cards": "Test cards",
    "test_cards_note": "Choose one to fill in the form.",
    "card_ok": "Is accepted",
    "card_challenge": "Asks for 3-D Secure",
    "card_declined": "Is declined",
    "card_funds": "Insufficient funds",
    "card_processing": "Processing error",
    "card_dispute": "Is accepted, disputed later",
    "privacy": "Only the brand and the last four digits are stored. Other cards than these are refused.",
    "bad_number": "This is not a card number. Please check the digits.",
    "real_card": "Only the test cards on this page work here. Please do not use a real card.",
    "bad_expiry": "Give a month and a year that are not over, such as 12 / 34.",
    "bad_cvc": "Give the three digits of the security code.",
    "not_paid": "The payment did not go through",
    "generic_decline": "The card was declined. Try another card.",
    "insufficient_funds": "The card has insufficient funds. Try another card.",
    "processing_error": "The bank could not process the card. Try again in a moment.",
    "authentication_failed": "The confirmation failed. Try again or use another card.",
    "challenge_title": "Confirm your payment",
    "challenge_lead": "Your bank asks you to confirm this payment with 3-D Secure.",
    "challenge_bank": "Sandbox Bank",
    "merchant": "Merchant",
    "amount": "Amount",
    "card": "Card",
    "approve": "Confirm payment",
    "fail": "Refuse",
    "done_title": "Payment complete",
    "done_lead": "{amount} has been paid. You can go back now.",
    "reserved_title": "Payment confirmed",
    "reserved_lead": "{amount} is reserved on the card. You can go back now.",
    "go_back": "Go back to the shop",
    "expired_title": "This page has expired",
    "expired_lead": "Nothing was charged. Go back to start the payment again.",
    "gone_title": "Nothing here",
    "gone_lead": "This payment page does not exist, or not any more.",
    "outage_title": "One moment, please",
    "outage_lead": "The payment service is not available right now. Nothing was charged; try again shortly.",
    "home_title": "Payment sandbox",
    "home_lead": (
        "This provider stands in for a real one, so that a whole deal can be rehearsed: pay, confirm,"
        " capture, refund, dispute. Use these cards on its payment page, with any expiry in the future"
        " and any security code."
    ),
    "other_language": "Español",
    "summary": "Summary",
}

_SPANISH: Final = {
    "title": "Pagar {amount}",
    "sandbox": "Pruebas",
    "sandbox_note": "Un ensayo: no se mueve dinero.",
    "total": "Total a pagar",
    "item": "Descripción",
    "quantity": "Cantidad {count}",
    "reserved_note": "El importe queda reservado en la tarjeta. El vendedor lo cobra al enviar la mercancía.",
    "pay_by_card": "Pagar con tarjeta",
    "email": "Recibo a",
    "number": "Número de tarjeta",
    "expiry": "Caducidad",
    "expiry_hint": "MM / AA",
    "cvc": "Código CVC",
    "cvc_hint": "3 dígitos",
    "name": "Nombre en la tarjeta",
    "pay": "Pagar {amount}",
    "cancel": "Cancelar y volver",
    "test_cards": "Tarjetas de prueba",
    "test_cards_note": "Elija una para rellenar el formulario.",
    "card_ok": "Se acepta",
    "card_challenge": "Pide 3-D Secure",
    "card_declined": "Se rechaza",
    "card_funds": "Fondos insuficientes",
    "card_processing": "Error de proceso",
    "card_dispute": "Se acepta y después se disputa",
    "privacy": "Solo se guardan la marca y los cuatro últimos dígitos. No se admiten otras tarjetas.",
    "bad_number": "No es un número de tarjeta. Revise los dígitos.",
    "real_card": "Aquí solo sirven las tarjetas de prueba de esta página. No use una tarjeta real.",
    "bad_expiry": "Indique un mes y un año que no hayan pasado, por ejemplo 12 / 34.",
    "bad_cvc": "Indique los tres dígitos del código de seguridad.",
    "not_paid": "El pago no se ha realizado",
    "generic_decline": "La tarjeta ha sido rechazada. Pruebe con otra.",
    "insufficient_funds": "La tarjeta no tiene fondos suficientes. Pruebe con otra.",
    "processing_error": "El banco no ha podido procesar la tarjeta. Inténtelo de nuevo en un momento.",
    "authentication_failed": "La confirmación ha fallado. Inténtelo de nuevo o use otra tarjeta.",
    "challenge_title": "Confirme su pago",
    "challenge_lead": "Su banco le pide que confirme este pago con 3-D Secure.",
    "challenge_bank": "Banco de Pruebas",
    "merchant": "Comercio",
    "amount": "Importe",
    "card": "Tarjeta",
    "approve": "Confirmar el pago",
    "fail": "Rechazar",
    "done_title": "Pago realizado",
    "done_lead": "Se han pagado {amount}. Ya puede volver.",
    "reserved_title": "Pago confirmado",
    "reserved_lead": "{amount} quedan reservados en la tarjeta. Ya puede volver.",
    "go_back": "Volver a la tienda",
    "expired_title": "Esta página ha caducado",
    "expired_lead": "No se ha cobrado nada. Vuelva para empezar el pago de nuevo.",
    "gone_title": "Aquí no hay nada",
    "gone_lead": "Esta página de pago no existe, o ya no existe.",
    "outage_title": "Un momento, por favor",
    "outage_lead": (
        "El servicio de pago no está disponible ahora. No se ha cobrado nada; inténtelo dentro de poco."
    ),
    "home_title": "Proveedor de pagos de pruebas",
    "home_lead": (
        "Este proveedor hace las veces de uno real para ensayar un trato completo: pagar, confirmar,"
        " cobrar, devolver, disputar. Use estas tarjetas en su página de pago, con una caducidad futura y"
        " cualquier código de seguridad."
    ),
    "other_language": "English",
    "summary": "Resumen",
}

WORDS: Final = {"en": _ENGLISH, "es": _SPANISH}
_RANGE: Final = re.compile(r"\s*([a-zA-Z]{2})(?:-[a-zA-Z0-9]+)*\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*\Z")


def language(wanted: str, accepted: str) -> str:
    """The language of a page: the one asked for, else the best of Accept-Language, else English."""
    if wanted in LANGUAGES:
        return wanted
    best, best_weight = "en", 0
    for part in accepted[:500].split(","):
        match = _RANGE.match(part)
        if match is None or match[1].lower() not in LANGUAGES:
            continue
        whole, _, rest = (match[2] or "1").partition(".")
        weight = int(whole) * 1000 + int((rest + "000")[:3])
        if weight > best_weight:
            best, best_weight = match[1].lower(), weight
    return best
