"""A passkey in software: an ES256 key that answers a challenge as a browser does."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

from negotiation_hub.people.models import User

RP_ID, ORIGIN = "testserver", "https://testserver"
PRESENT_AND_VERIFIED, WITH_KEY = 0x05, 0x40


def text(data: bytes) -> str:
    """As WebAuthn writes bytes into JSON."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Passkey:
    key: ec.EllipticCurvePrivateKey
    id: bytes

    @classmethod
    def of(cls, user: User) -> "Passkey":
        """One that the person's account knows."""
        made = cls(ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16))
        point = made.key.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (point.x, point.y))
        public = cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})  # COSE: an elliptic curve, ES256, P-256
        attested = bytes(16) + len(made.id).to_bytes(2, "big") + made.id + public
        data = made._data(PRESENT_AND_VERIFIED | WITH_KEY) + attested
        response = {
            "clientDataJSON": text(made._client("webauthn.create", text(bytes(32)))),
            "attestationObject": text(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        WebAuthn.add(user, "key", made._credential(response))
        return made

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a browser says for it."""
        challenge = asked["publicKey"]["challenge"]
        assert urlsafe_b64decode(challenge + "==")
        client, data = self._client("webauthn.get", challenge), self._data(PRESENT_AND_VERIFIED)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(signed),
                "userHandle": None,
            }
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(RP_ID.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN}).encode()

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        id = text(self.id)
        return {
            "id": id,
            "rawId": id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }
