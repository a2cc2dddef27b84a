"""A checker of transcripts by somebody who has only read docs/transcript.md.

Nothing of the product is imported.
"""

import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(value: Any) -> bytes:
    """RFC 8785, as far as a transcript needs it: no floats, names that are plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def signed(key: str, statement: Any, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), canonical(statement)
        )
    except InvalidSignature:
        return False
    return True


def genuine(data: bytes, keys: dict[str, str]) -> bool:
    """Whether a file is as the site with these keys made it."""
    document = json.loads(data)
    signature = document.pop("signature")
    format = "negotiation-hub/transcript/1"
    if document["format"] != format or signature["key"] not in keys:
        return False
    if not signed(keys[signature["key"]], [format, sha256(canonical(document))], signature["value"]):
        return False
    stream = document["log"]["id"]
    previous, hashes = sha256(canonical(["negotiation-hub/stream/1", stream])), {}
    for number, event in enumerate(document["events"], 1):
        if event["content"] is not None:
            said = bytes.fromhex(event["salt"]) + event["content"].encode()
            if sha256(said) != event["commitment"]:
                return False
        kind, by, at = event["kind"], event["by"], event["at"]
        follows = ["negotiation-hub/event/1", stream, number, previous, kind, by, at, event["commitment"]]
        previous = sha256(canonical(follows))
        if event["seq"] != number or event["hash"] != previous:
            return False
        hashes[number] = previous
    if document["head"] != {"seq": len(hashes), "hash": previous}:
        return False
    return all(
        hashes.get(head["seq"]) == head["hash"]
        and signed(
            keys[head["key"]],
            ["negotiation-hub/head/1", stream, head["seq"], head["hash"], head["at"]],
            head["signature"],
        )
        for head in document["heads"]
    )
