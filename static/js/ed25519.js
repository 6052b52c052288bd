// Ed25519, only to verify: by WebCrypto where it knows how, else by noble-ed25519, as RFC 8032 says.

export async function verifyByLibrary(key, signature, message) {
  const noble = await import("./noble/ed25519.js");
  try {
    return await noble.verifyAsync(signature, message, key, { zip215: false });
  } catch {
    // What is no point, and a signature out of range, it throws.
    return false;
  }
}

export async function verify(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) {
    return false;
  }
  try {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  } catch {
    // A browser without Ed25519, or a key that is no point: the library tells both apart.
    return verifyByLibrary(key, signature, message);
  }
}
