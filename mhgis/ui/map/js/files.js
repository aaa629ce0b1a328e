// Fetch and unpack static files; every file is asked for once a page, whichever map asks.
// A file's name is its content's, so a copy that the browser has is never out of date: it is not even asked about.

const asked = new Map();

/** Return the promise of what `decode` makes of the file's bytes. */
export function load(address, decode) {
  if (!asked.has(address)) {
    const coming = fetch(address, { cache: "force-cache" }).then(bytesOf).then(decode);
    coming.catch(() => asked.delete(address));
    asked.set(address, coming);
  }
  return asked.get(address);
}

export const json = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

async function bytesOf(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(bytes, "gzip") : bytes;
}

export async function inflate(bytes, format) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Unpack the class of each area from a message. */
export function classBytes(text) {
  return inflate(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), "deflate");
}
