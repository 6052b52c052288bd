// Ed25519, only to verify: by WebCrypto where it knows how, else by hand (RFC 8032, 5.1.7).

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (a) => ((a % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (let b = mod(base), e = exponent; e; e >>= 1n) {
    if (e & 1n) {
      result = (result * b) % P;
    }
    b = (b * b) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

function number(bytes) {
  let value = 0n;
  for (const byte of Array.from(bytes).reverse()) {
    value = (value << 8n) | BigInt(byte);
  }
  return value;
}

function decompress(bytes) {
  const whole = number(bytes);
  const sign = whole >> 255n;
  const y = whole & ((1n << 255n) - 1n);
  if (y >= P) {
    return null;
  }
  const x2 = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(x2, (P + 3n) / 8n);
  if (mod(x * x - x2)) {
    x = mod(x * ROOT_OF_MINUS_1);
  }
  if (mod(x * x - x2) || (!x && sign)) {
    return null;
  }
  if ((x & 1n) !== sign) {
    x = P - x;
  }
  return [x, y, 1n, mod(x * y)];
}

// Extended coordinates (5.1.4).
function add(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]));
  const b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D);
  const d = mod(2n * p[2] * q[2]);
  return [mod((b - a) * (d - c)), mod((d + c) * (b + a)), mod((d - c) * (d + c)), mod((b - a) * (b + a))];
}

function times(factor, point) {
  let result = [0n, 1n, 1n, 0n];
  for (let p = point, f = factor; f; f >>= 1n) {
    if (f & 1n) {
      result = add(result, p);
    }
    p = add(p, p);
  }
  return result;
}

function encoded(value) {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

export async function verifyByHand(key, signature, message) {
  const a = decompress(key);
  const r = decompress(signature.subarray(0, 32));
  const s = number(signature.subarray(32));
  if (!a || !r || s >= L) {
    return false;
  }
  const all = new Uint8Array(64 + message.length);
  all.set(signature.subarray(0, 32));
  all.set(key, 32);
  all.set(message, 64);
  const k = number(new Uint8Array(await crypto.subtle.digest("SHA-512", all))) % L;
  const base = decompress(encoded(mod(4n * power(5n, P - 2n))));
  const left = times(s, base);
  const right = add(r, times(k, a));
  return !mod(left[0] * right[2] - right[0] * left[2]) && !mod(left[1] * right[2] - right[1] * left[2]);
}

export async function verify(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) {
    return false;
  }
  try {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  } catch {
    // A browser without Ed25519, or a key that is no point: by hand both are told apart.
    return verifyByHand(key, signature, message);
  }
}
