// SHA-256 (FIPS 180-4), at once and not by promise: a record has hundreds of thousands of small pieces,
// and asking WebCrypto for each takes a hundred times as long.

const K = new Uint32Array(64);
const START = new Uint32Array(8);

// The first bits of the fractional parts of cube and square roots of the first primes.
let found = 0;
for (let candidate = 2; found < 64; candidate += 1) {
  let prime = true;
  for (let factor = 2; factor * factor <= candidate; factor += 1) {
    if (candidate % factor === 0) {
      prime = false;
      break;
    }
  }
  if (prime) {
    if (found < 8) {
      START[found] = (candidate ** (1 / 2) % 1) * 2 ** 32;
    }
    K[found] = (candidate ** (1 / 3) % 1) * 2 ** 32;
    found += 1;
  }
}

const W = new Int32Array(64);
const state = new Int32Array(8);
let scratch = new Uint8Array(1024);
let view = new DataView(scratch.buffer);

function compress(offset) {
  for (let i = 0; i < 16; i += 1) {
    W[i] = view.getInt32(offset + 4 * i);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15];
    const y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

// The hash of byte arrays, one after the other.
export function sha256(...parts) {
  let length = 0;
  for (const part of parts) {
    length += part.length;
  }
  const padded = (length + 72) & ~63;
  if (padded > scratch.length) {
    scratch = new Uint8Array(padded * 2);
    view = new DataView(scratch.buffer);
  }
  let at = 0;
  for (const part of parts) {
    scratch.set(part, at);
    at += part.length;
  }
  scratch.fill(0, length, padded);
  scratch[length] = 0x80;
  view.setUint32(padded - 8, Math.floor(length / 2 ** 29));
  view.setUint32(padded - 4, length << 3);
  state.set(START);
  for (let offset = 0; offset < padded; offset += 64) {
    compress(offset);
  }
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i += 1) {
    out.setInt32(4 * i, state[i]);
  }
  return digest;
}

export function hex(bytes) {
  let text = "";
  for (const byte of bytes) {
    text += (byte < 16 ? "0" : "") + byte.toString(16);
  }
  return text;
}
