// Under attack, the letter's page comes back with a challenge and all that was typed. The browser
// solves it by itself and sends the form: no puzzle, nothing to press. The format is ALTCHA's: find a
// counter whose PBKDF2 key begins with the prefix. Where this cannot run, a button beside it sends
// the form without.

const place = document.querySelector("[data-challenge]");
// At once: the browser spreads them over its threads.
const TOGETHER = 8;

const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function derive({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: cost };
  return toHex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
}

async function solve(parameters) {
  const nonce = fromHex(parameters.nonce);
  const salt = fromHex(parameters.salt);
  for (let begin = 0; ; begin += TOGETHER) {
    const counters = Array.from({ length: TOGETHER }, (_each, offset) => begin + offset);
    const keys = await Promise.all(
      counters.map((counter) => derive({ ...parameters, nonce, salt }, counter)),
    );
    const found = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (found >= 0) {
      return { counter: counters[found], derivedKey: keys[found] };
    }
  }
}

function show(state) {
  for (const part of place.querySelectorAll("[data-work-state]")) {
    part.hidden = part.dataset.workState !== state;
  }
}

if (place) {
  const form = place.closest("form");
  show("working");
  try {
    const challenge = JSON.parse(place.dataset.challenge);
    const solution = await solve(challenge.parameters);
    form.elements.work.value = btoa(JSON.stringify({ challenge, solution }));
    form.requestSubmit();
  } catch {
    show("failed");
  }
}
