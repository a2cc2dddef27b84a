// In the place of Excalidraw's cutting of typefaces, which runs text as code: they go into a drawing whole.
export const Commands = { Subset: "SUBSET" };

export async function toBase64(buffer) {
  let bytes = "";
  for (const byte of new Uint8Array(buffer)) bytes += String.fromCharCode(byte);
  return `data:font/woff2;base64,${btoa(bytes)}`;
}

export const subsetToBinary = async (buffer) => buffer;
export const subsetToBase64 = toBase64;

/** There is no worker to cut them in. */
export const WorkerUrl = undefined;
