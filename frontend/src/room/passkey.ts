/** Asking a passkey, in the JSON of WebAuthn level 3, which not every browser converts by itself. */

/** What the server asks a passkey for. */
export interface Challenge {
  publicKey: Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
    challenge: string;
    allowCredentials?: { type: "public-key"; id: string }[];
  };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function text(buffer: ArrayBuffer | null): string | null {
  if (!buffer) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What it answers, as JSON. Rejects when the person or the browser does not want to. */
export async function askPasskey({ publicKey }: Challenge): Promise<object> {
  const { challenge, allowCredentials = [], ...rest } = publicKey;
  const got = (await navigator.credentials.get({
    publicKey: {
      ...rest,
      challenge: bytes(challenge),
      allowCredentials: allowCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
    },
  })) as PublicKeyCredential | null;
  if (!got) throw new Error("no passkey");
  const answer = got.response as AuthenticatorAssertionResponse;
  return {
    id: got.id,
    rawId: text(got.rawId),
    type: got.type,
    clientExtensionResults: got.getClientExtensionResults(),
    response: {
      clientDataJSON: text(answer.clientDataJSON),
      authenticatorData: text(answer.authenticatorData),
      signature: text(answer.signature),
      userHandle: text(answer.userHandle),
    },
  };
}
