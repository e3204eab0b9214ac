/* Sealing what a locked page held. A key is agreed on with the public half of its person's key,
   which the server keeps; the private half made here is forgotten at once. From then on nothing in
   this page opens it: the server gives the key back once the sitting is open again. */

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = new TextEncoder().encode("kapnotes locked page");

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/* The public half as the page carries it; null where the browser cannot seal. */
export async function lockOf(text) {
  try {
    return await crypto.subtle.importKey("raw", bytesOf(text), CURVE, false, []);
  } catch {
    return null;
  }
}

/* Seal a text; what comes back opens with the server's help alone. */
export async function seal(lock, text) {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ ...CURVE, public: lock }, pair.privateKey, 256);
  const wide = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: INFO };
  const key = await crypto.subtle.deriveKey(how, wide, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
  ]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const content = new TextEncoder().encode(text);
  return {
    point: textOf(await crypto.subtle.exportKey("raw", pair.publicKey)),
    iv,
    sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, content),
  };
}

/* Open it with the key that the server gave back; throws for anybody else's. */
export async function open({ iv, sealed }, given) {
  const key = await crypto.subtle.importKey("raw", bytesOf(given), "AES-GCM", false, ["decrypt"]);
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed));
}
