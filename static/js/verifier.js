// The check of a letter's record, off the page's own thread: what /verify.py does, check by check and word
// for word, so that both must agree. The format is described in docs/record.md.
// In: {export: Blob | {url}, earlier: [text], key, log: text, logKey, witnessKeys: [key], audit: text | null}. Out: {progress} …, then {report} or {unreadable}.

import { verify } from "./ed25519.js";
import { hex, sha256 } from "./sha256.js";

const FORMAT = "undersigned-record-v1";
// Of records that go on from a lost one.
const FORMAT_CONTINUED = "undersigned-record-v2";
const MAX_LINE = 2_000_000;
const MAX_NOTE = 100_000;
const MAX_TEXTS = 1000;
// Signatures that an export may leave out because they changed since its checkpoint: so many, or one in so
// many if that is more. Between two checkpoints lie seconds.
const MOST_CHANGED = 5;
const CHANGED_ONE_IN = 20;
const PROBLEMS_TOLD = 5;
const LEVELS = ["1", "2", "3", "4"];
const PROOF = "c2sp.org/tlog-proof@v1";
// A byte order mark, and how files in UTF-16 begin, with one and without; each byte a character.
const MARK = "\u00ef\u00bb\u00bf";
const UTF_16 = ["\u00ff\u00fe", "\u00fe\u00ff", '{\0"\0', '\0{\0"'];
const CHECKS = [
  "signed", "key", "size", "order", "root", "dates", "texts", "events", "names", "numbers", "shown", "counts",
  "corrections", "earlier", "log", "witnesses",
];
// Of an audit by sample: its checks; from the line of the log to the draw; and how long a record is silent until
// its last line draws.
const AUDIT = "undersigned-audit-v1";
const AUDIT_CHECKS = ["announced", "checkpoint", "later", "drawn"];
const AUDIT_SECONDS = 600;
const QUIET_SECONDS = 86400;
// Sixteen digits, as in no line of a record.
const TOO_LARGE = 10 ** 15;
const LEAF = new RegExp(
  '^\\{"n":(0|[1-9][0-9]{0,14}),"t":"([0-9-]{10}T[0-9:]{8}Z)","e":"([a-z]{1,10})"' +
    '(?:,"s":"([A-Za-z0-9_-]{22})")?(?:,"v":([1-4]))?' +
    '(?:,"x":"([0-9a-f]{64})")?(?:,"c":"([0-9a-f]{64})")?\\}$',
);
// A line of the site's log: which record was seen, with how many lines, and its root.
const LOG_LEAF = new RegExp(
  '^\\{"n":(0|[1-9][0-9]{0,14}),"t":"([0-9-]{10}T[0-9:]{8}Z)","o":"([!#-\\[\\]-~]{1,300})",' +
    '"size":(0|[1-9][0-9]{0,14}),"root":"([A-Za-z0-9+/]{43}=)"\\}$',
);
// Of the year 9999.
const LAST_SECOND = 253402300799n;
const TIME = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const ID = /^[A-Za-z0-9_-]{22}$/;
// oxlint-disable-next-line no-control-regex
const KEY_NAME = /^[^\s+\x00-\x1f\x7f\ud800-\udfff]+$/u;
const SIZE = /^(0|[1-9][0-9]{0,14})$/;
const FIELDS = new Set(["name", "profession", "country", "credit", "affiliation", "kind", "language"]);
const KINDS = ["person", "organisation"];
// The level that a proof lifts to, by its method.
const LIFTS = {
  website: 2,
  domain: 2,
  work_email: 2,
  account: 2,
  bluesky: 2,
  mastodon: 2,
  linkedin: 2,
  vouched: 2,
  roster: 4,
  vetting: 3,
  call_back: 4,
};
// What each event of a signature may follow, and what it leads to.
const TURNS = {
  sign: [["nothing"], "live"],
  verify: [["live"], "live"],
  edit: [["live"], "live"],
  withdraw: [["live", "removed"], "withdrawn"],
  remove: [["live", "removed"], "removed"],
  restore: [["removed"], "live"],
  erase: [["live", "withdrawn", "removed"], "erased"],
};
const LETTER_TURNS = { publish: ["nothing"], text: ["open"], close: ["open"] };
// Which of s, v, x, c each event must tell, and no other.
const TELLS = {
  publish: "x", text: "x", close: "", continue: "x", sign: "svxc", verify: "sv", edit: "svc", withdraw: "s", remove: "s",
  restore: "sv", erase: "s",
};
// And what it may tell besides, all of it or nothing.
const MAY_TELL = { restore: "xc", edit: "x" };

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// Each byte as the character of its number: what is called latin1 there is another encoding.
const latin1 = (bytes) => String.fromCharCode(...bytes);
const bytewise = new TextDecoder("latin1");
const COMMIT = utf8.encode("undersigned-commit-v1\0");
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);
const START_OF_LEAF = utf8.encode('{"n":');
const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

class Unreadable extends Error {
  constructor(code, values = {}) {
    super(code);
    this.told = { code, ...values };
  }
}

function base64(text) {
  let raw = null;
  try {
    raw = atob(text);
  } catch {
    // Told below.
  }
  if (typeof text !== "string" || raw === null || btoa(raw) !== text) {
    throw new TypeError("not base64");
  }
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

function hash(text) {
  const bytes = base64(text);
  if (bytes.length !== 32) {
    throw new TypeError("not a hash");
  }
  return bytes;
}

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const equal = (a, b) => hex(a) === hex(b);

const AHEAD = " \t\u00a0\ufeff>";
const BEHIND = " \t\u00a0";

function stripped(line) {
  let [start, end] = [0, line.length];
  while (start < end && AHEAD.includes(line[start])) {
    start += 1;
  }
  while (end > start && BEHIND.includes(line[end - 1])) {
    end -= 1;
  }
  return line.slice(start, end);
}

// A checkpoint as it was before it was mailed, quoted, copied or saved: without what stands ahead of a
// line or behind it, and with one blank line, ahead of the signatures.
function tidied(note) {
  const lines = note.split(/\r\n?|\n/).map(stripped).filter((line) => line);
  const found = lines.findIndex((line) => line.startsWith("\u2014 "));
  lines.splice(found < 0 ? lines.length : found, 0, "");
  return lines.map((line) => `${line}\n`).join("");
}

function attempt(make, value, code) {
  try {
    return make(value);
  } catch {
    throw new Unreadable(code);
  }
}

// A checkpoint as a signed note: what it says, and who claims to have signed it.
function openNote(note) {
  const end = note.lastIndexOf("\n\n");
  const [text, block] = [note.slice(0, end), note.slice(end + 2)];
  const lines = text.split("\n");
  const opened = {
    text: `${text}\n`, origin: lines[0], size: Number(lines[1]), root: base64(lines[2]),
    signatures: block.slice(0, -1).split("\n").map((line) => {
      const [dash, name = "", encoded = ""] = line.split(" ");
      if (dash !== "\u2014") {
        throw new TypeError("not a signature");
      }
      return [name, base64(encoded)];
    }),
  };
  if (
    Array.from(note).length > MAX_NOTE || end < 0 || !block.endsWith("\n") || !SIZE.test(lines[1]) ||
    !KEY_NAME.test(opened.origin) || opened.root.length !== 32
  ) {
    throw new TypeError("not a checkpoint");
  }
  return opened;
}

// Of kind 1 are the keys of logs, of kind 4 those of witnesses.
function openKey(vkey, kind = 1) {
  const [name, id, ...rest] = vkey.split("+");
  const bytes = base64(rest.join("+"));
  if (bytes.length !== 33 || bytes[0] !== kind || keyId(name, bytes) !== id || !KEY_NAME.test(name)) {
    throw new TypeError("not a key");
  }
  return { name, id, bytes: bytes.slice(1) };
}

const keyId = (name, bytes) => hex(sha256(utf8.encode(`${name}\n`), bytes)).slice(0, 8);

// The same key under another name: a site signs all of its logs with one.
function under(key, name) {
  const bytes = joined([Uint8Array.of(1), key.bytes]);
  const id = keyId(name, bytes);
  return { name, id, bytes: key.bytes, vkey: `${name}+${id}+${toBase64(bytes)}` };
}

// That the site's log has a record of this origin, with so many lines and this root; and, if it is for
// fewer lines, the path that shows them to be the beginning of those (c2sp.org/tlog-proof).
function openLogProof(text) {
  const proof = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const cut = proof.indexOf("\n\n");
  const [head, rest] = cut < 0 ? [proof, ""] : [proof.slice(0, cut), proof.slice(cut + 2)];
  const note = openNote(tidied(rest));
  const [name, extra, place, ...hashes] = head.split("\n");
  if (name !== PROOF || !extra.startsWith("extra ") || !place.startsWith("index ") || !SIZE.test(place.slice(6))) {
    throw new TypeError("not a proof");
  }
  const bytes = base64(extra.slice(6));
  const at = bytes.indexOf(10);
  const [leaf, behind] = at < 0 ? [bytes, new Uint8Array()] : [bytes.subarray(0, at), bytes.subarray(at + 1)];
  const found = LOG_LEAF.exec(bytewise.decode(leaf));
  const index = Number(place.slice(6));
  if (!found || Number(found[1]) !== index || !isTime(found[2])) {
    throw new TypeError("not a line of the log");
  }
  const size = Number(found[4]);
  const log = {
    note, leaf, index, path: hashes.map(hash), date: found[2], origin: found[3], size, root: base64(found[5]),
    oldSize: size, link: [],
  };
  if (behind.length) {
    const told = wholeNumbers(strict.decode(behind));
    if (!isObject(told) || !Number.isInteger(told.size) || !Array.isArray(told.path)) {
      throw new TypeError("not a proof");
    }
    [log.oldSize, log.link] = [told.size, told.path.map(hash)];
  }
  return log;
}

const halved = (number) => Math.floor(number / 2);

// The root that this path leads to (RFC 9162, 2.1.3.2); null if it is no path at all.
function ledTo({ leaf, index, path, note }) {
  let [node, last, result] = [index, note.size - 1, sha256(LEAF_PREFIX, leaf)];
  for (const sibling of path) {
    if (last <= 0) {
      return null;
    }
    if (node % 2 || node === last) {
      result = sha256(NODE_PREFIX, sibling, result);
      while (!(node % 2) && node) {
        [node, last] = [halved(node), halved(last)];
      }
    } else {
      result = sha256(NODE_PREFIX, result, sibling);
    }
    [node, last] = [halved(node), halved(last)];
  }
  return last === 0 && index < note.size ? result : null;
}

// Whether the record of the log begins with the one that has this size and root: by the path if it is
// longer (RFC 9162, 2.1.4.2).
function beginsWith(log, size, root) {
  const { oldSize, link } = log;
  if (size === log.size) {
    return equal(root, log.root);
  }
  if (!(size > 0 && size === oldSize && size < log.size)) {
    return size === 0 && !link.length;
  }
  let [node, last] = [size - 1, log.size - 1];
  while (node % 2) {
    [node, last] = [halved(node), halved(last)];
  }
  // Where the old tree is complete, it begins the path itself.
  const path = node ? link : [root, ...link];
  if (!path.length) {
    return false;
  }
  let [before, after] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last <= 0) {
      return false;
    }
    if (node % 2 || node === last) {
      before = sha256(NODE_PREFIX, sibling, before);
      after = sha256(NODE_PREFIX, sibling, after);
      while (!(node % 2) && node) {
        [node, last] = [halved(node), halved(last)];
      }
    } else {
      after = sha256(NODE_PREFIX, after, sibling);
    }
    [node, last] = [halved(node), halved(last)];
  }
  return last === 0 && equal(before, root) && equal(after, log.root);
}

// When this witness says that it saw the checkpoint; empty if its signature is missing, null if it does
// not fit.
async function seenBy(note, witness) {
  for (const [name, signature] of note.signatures) {
    if (name !== witness.name || hex(signature.subarray(0, 4)) !== witness.id) {
      continue;
    }
    const at = BigInt(`0x${hex(signature.subarray(4, 12)) || "0"}`);
    const message = utf8.encode(`cosignature/v1\ntime ${at}\n${note.text}`);
    if (at > LAST_SECOND || !(await verify(witness.bytes, signature.slice(12), message))) {
      return null;
    }
    return `${new Date(Number(at) * 1000).toISOString().slice(0, 19)}Z`;
  }
  return "";
}

// Why this key does not vouch for the checkpoint; empty if it does.
async function problemOf(note, key) {
  const ours = note.signatures.filter(
    ([name, signature]) => name === key.name && hex(signature.subarray(0, 4)) === key.id,
  );
  if (!ours.length) {
    return "signature_missing";
  }
  for (const [, signature] of ours) {
    if (!(await verify(key.bytes, signature.slice(4), utf8.encode(note.text)))) {
      return "signature_wrong";
    }
  }
  return "";
}

// The Merkle tree of RFC 6962 over leaves that come one by one; keeps a hash for each level.
class Tree {
  size = 0;
  #complete = [];

  add(leaf) {
    let node = sha256(LEAF_PREFIX, leaf);
    for (let size = this.size; size % 2; size = (size - 1) / 2) {
      node = sha256(NODE_PREFIX, this.#complete.pop(), node);
    }
    this.#complete.push(node);
    this.size += 1;
  }

  root() {
    return this.#complete.length
      ? this.#complete.reduceRight((node, left) => sha256(NODE_PREFIX, left, node))
      : sha256();
  }
}

// Those that are most often taken for an export, by their beginnings. A byte order mark is taken off.
function firstOf(line) {
  const begins = latin1(line.subarray(0, 100));
  if (UTF_16.some((beginning) => begins.startsWith(beginning))) {
    throw new Unreadable("other_encoding");
  }
  const isMarked = begins.startsWith(MARK);
  const start = isMarked ? begins.slice(MARK.length) : begins;
  if (start.startsWith(PROOF)) {
    throw new Unreadable("a_proof");
  }
  // Only lists for spreadsheets are written with a mark.
  if (start.startsWith('{"letter":') || (isMarked && !start.startsWith("{"))) {
    throw new Unreadable("a_list");
  }
  return isMarked ? line.subarray(MARK.length) : line;
}

const isBlank = (line) => line.every((byte) => [9, 10, 13, 32].includes(byte));

function isEnd(line) {
  try {
    return isObject(parsed(line, 0).end);
  } catch {
    return false;
  }
}

// Whole lines as bytes, from a stream of whatever pieces. What programs add on the way is taken off: a
// byte order mark, a CR at the end of a line, and what the last line lacks, if it is the end of an
// export, or blank.
async function* linesOf(stream) {
  const withoutReturn = (line) => (line.at(-1) === 13 ? line.subarray(0, -1) : line);
  let number = 0;
  let pieces = [];
  let kept = 0;
  for await (const chunk of chunksOf(stream)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      const line = kept ? joined([...pieces, piece]) : piece;
      number += 1;
      const told = number === 1 ? firstOf(line) : line;
      if (line.length + 1 > MAX_LINE) {
        throw new Unreadable("line_too_long", { line: number });
      }
      yield withoutReturn(told);
      [pieces, kept, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) {
      pieces.push(chunk.slice(start));
      kept += chunk.length - start;
      if (kept > MAX_LINE) {
        if (!number) {
          firstOf(joined(pieces));
        }
        throw new Unreadable("line_too_long", { line: number + 1 });
      }
    }
  }
  const rest = joined(pieces);
  if (kept && !number) {
    firstOf(rest);
    throw new Unreadable("not_an_export");
  }
  if (!isBlank(rest)) {
    if (!isEnd(rest)) {
      throw new Unreadable("breaks_off", { line: number });
    }
    yield rest;
  }
}

async function* chunksOf(stream) {
  const reader = stream.getReader();
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

// Numbers are whole and of 15 digits at most, as they are written: "7.0" reads as 7 does.
function wholeNumbers(text) {
  const unlike = /\d[.eE]|\d{16}/;
  if (unlike.test(text) && unlike.test(text.replace(/"[^"\\]*(?:\\[^][^"\\]*)*"/g, '""'))) {
    throw new SyntaxError("not a whole number");
  }
  // There is no -0 here.
  return JSON.parse(text, (_key, value) => (value === 0 ? 0 : value));
}

function parsed(line, number) {
  let text;
  try {
    text = strict.decode(line);
  } catch {
    throw new Unreadable("not_text", { line: number });
  }
  let value;
  try {
    value = wholeNumbers(text);
  } catch {
    throw new Unreadable("not_json", { line: number });
  }
  if (!isObject(value)) {
    throw new Unreadable("not_a_line", { line: number });
  }
  return value;
}

// As docs/record.md says: sorted, without spaces, in ASCII.
function recordBytes(details) {
  const sorted = Object.fromEntries(Object.keys(details).sort().map((field) => [field, details[field]]));
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return utf8.encode(JSON.stringify(sorted).replace(/[\u007f-\uffff]/g, escaped));
}

function isTime(time) {
  const found = TIME.exec(time);
  if (!found) {
    return false;
  }
  const [year, month, day] = found.slice(1, 4).map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeap ? 29 : 28) : 30 + ((month + Math.floor(month / 8)) % 2);
  return year > 0 && day <= days;
}

// What a file says, made safe to show: it may be hostile.
function tame(value) {
  if (value === null || value === undefined || Number.isInteger(value)) {
    return value ?? null;
  }
  const text = typeof value === "string" ? value : "?";
  return Array.from(text).slice(0, 200).map((each) => (each !== " " && /[\p{C}\p{Z}]/u.test(each) ? "?" : each)).join("");
}

function byCodePoint(words) {
  const points = (word) => Array.from(word, (each) => each.codePointAt(0));
  return Array.from(words).sort((a, b) => {
    const [left, right] = [points(a), points(b)];
    const at = left.findIndex((point, place) => point !== right[place]);
    return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1);
  });
}

// What the record may be bound to: whether it is, the commitment tells.
function isFit(details) {
  return isObject(details) && Object.keys(details).every((field) => FIELDS.has(field)) &&
    Object.values(details).every((value) => typeof value === "string" && value) &&
    has(details, "name") && KINDS.includes(details.kind);
}

// The level that a proof lifts to; none, if its method is not known here.
function lift(proof) {
  const known = isObject(proof) && typeof proof.method === "string" && has(LIFTS, proof.method);
  const level = known ? LIFTS[proof.method] : 0;
  // Membership under another name says little about the name.
  return isObject(proof) && proof.by_other_name === true ? Math.min(level, 2) : level;
}

function secondsLater(time, seconds) {
  const at = Math.min(Date.parse(time) / 1000 + seconds, Number(LAST_SECOND));
  return `${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
}

// What an audit by sample says: what was announced, and who is said to be drawn.
function openAudit(text) {
  // Its shares are fractions, which an export has not.
  const read = JSON.parse(text, (_key, value) => (value === 0 ? 0 : value));
  if (!/^[\0-\x7f]*$/.test(read.announcement)) {
    throw new TypeError("not ASCII");
  }
  const announced = wholeNumbers(read.announcement);
  if (typeof read.announcement !== "string" || !isObject(announced) || read.format !== AUDIT || announced.format !== AUDIT) {
    throw new TypeError("not an audit");
  }
  if (has(read, "log_proof") && read.draw === null) {
    throw new Unreadable("audit_not_drawn");
  }
  const { origin, audit: number, sample, secret_sha256: sealed } = announced;
  const { numbers, population } = read.draw;
  const isWhole = (value) => Number.isInteger(value) && Math.abs(value) < TOO_LARGE;
  if (
    !Array.isArray(numbers) || ![number, sample, population, ...numbers].every(isWhole) || sample < 1 ||
    typeof origin !== "string" || typeof sealed !== "string"
  ) {
    throw new TypeError("not an audit");
  }
  return {
    announcement: read.announcement, log: openLogProof(read.log_proof), note: openNote(read.draw.checkpoint),
    secret: hash(read.draw.secret), numbers, population, origin, number, sample, sealed,
  };
}

// An audit by sample, and what the record has of it, seen as its lines go by.
class Audit {
  constructor(text) {
    try {
      Object.assign(this, openAudit(text));
    } catch (problem) {
      throw problem instanceof Unreadable ? problem : new Unreadable("audit_malformed");
    }
    this.earliest = secondsLater(this.log.date, AUDIT_SECONDS);
    // Date of the checkpoint that drew, number of each signature that counted in it, and index and date of the
    // first line that came late enough.
    this.date = "";
    this.counting = [];
    this.first = null;
    this.problems = new Map();
    // Who of the witnesses saw the log with it, and when.
    this.seen = [];
  }

  // Behind each line of the record.
  passBy(size, time, signatures) {
    if (!this.first && time >= this.earliest) {
      this.first = [size - 1, time];
    }
    if (size === this.note.size) {
      this.date = time;
      this.counting = Array.from(signatures.values()).filter(({ state }) => state === "live").map(({ number }) => number);
    }
  }

  drawn() {
    const begun = joined([utf8.encode(`${AUDIT}\0`), this.note.root, this.secret]);
    const ranked = this.counting.map((number) => [hex(sha256(begun, utf8.encode(String(number)))), number]);
    ranked.sort(([left], [right]) => (left < right ? -1 : 1));
    return ranked.slice(0, this.sample).map(([, number]) => number).sort((a, b) => a - b);
  }

  problem(check, code, values = {}) {
    const tamed = Object.entries(values).map(([name, value]) => [name, tame(value)]);
    this.problems.set(check, [...(this.problems.get(check) ?? []), { code, ...Object.fromEntries(tamed) }]);
  }

  report() {
    const checks = AUDIT_CHECKS.map((check) => (
      { check, holds: !this.problems.has(check), problems: this.problems.get(check) ?? [] }
    ));
    return { audit: this.number, checks, told: this.log.date, drawn: this.date, seen_by: this.seen, numbers: this.numbers };
  }
}

class Check {
  constructor({ key, earlier, log = "", logKey = "", witnessKeys = [], audit = null }) {
    this.expectedKey = key;
    if (key) {
      attempt(openKey, key, "expected_key_not_a_key");
    }
    this.earlier = earlier.map((each) => attempt((note) => openNote(tidied(note)), each, "earlier_not_a_checkpoint"));
    this.log = log ? attempt(openLogProof, log, "log_not_a_proof") : null;
    this.logKey = logKey ? attempt(openKey, logKey, "expected_key_not_a_key") : null;
    this.witnesses = witnessKeys.map((each) => attempt((vkey) => openKey(vkey, 4), each, "witness_key_not_a_key"));
    this.audit = audit === null ? null : new Audit(audit);
    this.problems = new Map();
    this.leftOut = new Map();
    // How many that count have signed each text, by its hash.
    this.signed = new Map();
    this.tree = new Tree();
    this.line = this.expected = this.signings = this.textsTold = 0;
    this.time = "";
    this.signatures = new Map();
    this.changed = new Set();
    // What the export calls each text, by its hash: the same may be there in two versions.
    this.texts = new Map();
    this.versions = new Set();
    this.published = new Map();
    this.told = new Map();
    this.corrected = new Set();
    this.committing = null;
    // Where the record goes on from a lost one, and whether the next line tells from which.
    this.continued = [];
    this.continuing = false;
    // How many numbers lost lines may have given: nobody else gets them.
    this.lost = 0;
    this.ended = this.closed = false;
    this.pastRoots = new Map();
    // Numbers of those that count without being shown as they are, by the reason.
    this.notShown = { anonymous: [], changed: [], outdated: [], unexplained: [] };
  }

  async read(lines, progress) {
    const compared = [...this.earlier, this.log, this.audit?.note].filter((each) => each);
    const sizes = new Set(compared.map((each) => each.size));
    if (sizes.has(0)) {
      this.pastRoots.set(0, this.tree.root());
    }
    let number = 0;
    for await (const line of lines) {
      number += 1;
      if (number === 1) {
        this.header(line);
        progress(0, this.note.size);
        continue;
      }
      this.line = number;
      if (this.ended) {
        if (isBlank(line)) {
          continue;
        }
        throw new Unreadable("after_the_end", { line: number });
      }
      if (START_OF_LEAF.every((byte, at) => line[at] === byte)) {
        this.tree.add(line);
        if (sizes.has(this.tree.size)) {
          this.pastRoots.set(this.tree.size, this.tree.root());
        }
        this.leaf(bytewise.decode(line));
        this.audit?.passBy(this.tree.size, this.time, this.signatures);
        if (this.tree.size % 1000 === 0) {
          progress(this.tree.size, this.note.size);
        }
      } else {
        this.other(parsed(line, number));
      }
    }
    if (!number) {
      throw new Unreadable("empty");
    }
    if (!this.ended) {
      throw new Unreadable("breaks_off", { line: Math.max(this.line, 1) });
    }
  }

  header(line) {
    const header = attempt((bytes) => parsed(bytes, 1), line, "not_an_export");
    if (typeof header.format !== "string") {
      throw new Unreadable("not_an_export");
    }
    this.mayContinue = header.format === FORMAT_CONTINUED;
    if (header.format !== FORMAT && !this.mayContinue) {
      throw new Unreadable("other_format", { format: FORMAT });
    }
    this.note = attempt(openNote, header.checkpoint, "no_checkpoint");
    this.key = String(header.key);
    this.url = header.url ?? null;
  }

  leaf(leaf) {
    this.committing = null;
    this.continuing = false;
    const found = LEAF.exec(leaf);
    if (!found) {
      this.problem("events", "leaf_malformed", { n: this.expected });
      this.expected += 1;
      return;
    }
    const [, index, time, event, s, v, x, c] = found;
    const n = Number(index);
    if (n !== this.expected) {
      this.problem("order", "out_of_order", { expected: this.expected, found: n });
    }
    this.expected = n + 1;
    this.date(n, time);
    if (!has(TELLS, event) || (event === "continue" && !this.mayContinue)) {
      this.problem("events", "leaf_malformed", { n });
      return;
    }
    const told = Object.entries({ s, v, x, c }).filter(([, value]) => value !== undefined).map(([part]) => part);
    const [must, may] = [Array.from(TELLS[event]), Array.from(MAY_TELL[event] ?? "")];
    const isTold = (part) => told.includes(part);
    if (told.some((part) => !must.includes(part) && !may.includes(part))) {
      this.problem("events", "leaf_excess", { n, event });
    } else if (!must.every(isTold) || (may.some(isTold) && !may.every(isTold))) {
      this.problem("events", "leaf_incomplete", { n, event });
    } else if (s) {
      this.signature(n, event, s, v, x, c);
    } else {
      this.letter(n, event, x);
    }
  }

  date(n, time) {
    if (time === this.time) {
      return;
    }
    if (!isTime(time)) {
      this.problem("dates", "not_a_date", { n, date: time });
    } else if (time < this.time) {
      this.problem("dates", "date_back", { n, date: time });
    }
    this.time = time;
  }

  letter(n, event, text) {
    if (event === "continue") {
      const last = this.continued.at(-1);
      this.continued.push({ n, sealed: text, shared: last && last.n === n - 1 ? last.shared : n, note: null });
      this.continuing = true;
      this.told.set(n, ["continue", 0]);
      return;
    }
    const state = this.closed ? "closed" : this.published.size ? "open" : "nothing";
    if (!LETTER_TURNS[event]?.includes(state)) {
      this.problem("events", "out_of_turn", { n, event, state });
    }
    this.told.set(n, [event, null]);
    this.closed ||= event === "close";
    if (text && !this.published.has(text)) {
      this.published.set(text, n);
    }
  }

  // Which log it was, directly behind the leaf that seals its last checkpoint.
  continuedFrom({ checkpoint }) {
    const each = this.continued.at(-1);
    let note = null;
    try {
      note = openNote(checkpoint);
    } catch {
      // Told below.
    }
    if (!note || /\p{Surrogate}/u.test(checkpoint) || hex(sha256(utf8.encode(checkpoint))) !== each.sealed || note.size < each.shared) {
      this.problem("events", "continued_differs", { n: each.n });
      return;
    }
    each.note = note;
    this.lost += note.size - each.shared;
  }

  signature(n, event, s, level, text, commitment) {
    if (!has(TURNS, event)) {
      this.problem("events", "leaf_malformed", { n });
      return;
    }
    if (event === "sign") {
      this.signings += 1;
    }
    let standing = this.signatures.get(s);
    if (!standing) {
      standing = { number: this.signings + this.lost, state: "nothing", level: 0, proved: 0, commitment: "", opened: "", kind: "", text: "" };
      this.signatures.set(s, standing);
    }
    const [before, after] = TURNS[event];
    if (!before.includes(standing.state)) {
      this.problem("events", "out_of_turn", { n, event, state: standing.state });
    }
    standing.state = after;
    if (level) {
      standing.level = Number(level);
    }
    if (event === "sign" && standing.level !== 1) {
      this.problem("events", "signed_above", { n, level: standing.level });
    }
    if (text) {
      standing.text = text;
    }
    if (text && !this.published.has(text)) {
      this.problem("texts", "text_not_published", { n });
    }
    if (commitment) {
      standing.commitment = commitment;
      this.committing = standing;
    }
    if (!["sign", "verify", "edit"].includes(event)) {
      this.told.set(n, [event, standing.number]);
    }
  }

  other(line) {
    // One line shows who is behind a leaf, and it is the next.
    const standing = this.committing;
    this.committing = null;
    const isContinuing = this.continuing;
    this.continuing = false;
    if (has(line, "number")) {
      this.details(line, standing);
    } else if (line.anonymous === true) {
      if (standing) {
        standing.opened = standing.commitment;
        standing.kind = "?";
      } else {
        this.problem("names", "details_astray", { line: this.line });
      }
    } else if (isObject(line.continued)) {
      if (isContinuing) {
        this.continuedFrom(line.continued);
      } else {
        this.problem("events", "continued_astray", { line: this.line });
      }
    } else if (typeof line.changed === "string") {
      // Kept only if it can be one: a line may be long.
      if (ID.test(line.changed)) {
        this.changed.add(line.changed);
      }
    } else if (isObject(line.text)) {
      this.text(line.text);
    } else if (isObject(line.correction)) {
      this.correction(line.correction);
    } else if (isObject(line.end)) {
      this.ended = true;
      this.said = line.end;
    } else {
      throw new Unreadable("not_a_line", { line: this.line });
    }
  }

  details({ number, of: details, salt, proofs }, standing) {
    if (!standing) {
      this.problem("names", "details_astray", { line: this.line });
      return;
    }
    if (number !== standing.number) {
      this.problem("numbers", "number_differs", { number, expected: standing.number });
    }
    if (!isFit(details)) {
      this.problem("names", "details_unfit", { number });
      standing.opened = standing.commitment;
      standing.kind = "person";
      return;
    }
    let bytes = new Uint8Array();
    try {
      bytes = base64(salt);
    } catch {
      // Told below.
    }
    const made = hex(sha256(COMMIT, bytes, recordBytes(details)));
    if (bytes.length !== 32 || made !== standing.commitment) {
      this.problem("names", "details_differ", { number });
    }
    // Also when it differs: then that is what is wrong, and not that nothing is shown.
    standing.opened = standing.commitment;
    standing.kind = details.kind;
    standing.proved = Array.isArray(proofs) ? proofs.reduce((most, each) => Math.max(most, lift(each)), 0) : 0;
  }

  text({ version, language, sha256: told, source, authoritative }) {
    this.textsTold += 1;
    if (this.textsTold > MAX_TEXTS) {
      throw new Unreadable("too_many_texts");
    }
    const isText = typeof source === "string" && !/\p{Surrogate}/u.test(source);
    if (!isText || hex(sha256(utf8.encode(source))) !== told) {
      this.problem("texts", "text_altered", { version, language });
    }
    if (Number.isInteger(version) && typeof language === "string") {
      if (this.versions.has(`${version} ${language}`)) {
        this.problem("texts", "text_twice", { version, language });
      }
      this.versions.add(`${version} ${language}`);
    }
    if (typeof told === "string") {
      const called = this.texts.get(told) ?? [];
      this.texts.set(told, called);
      called.push([version, language, authoritative]);
    }
  }

  correction({ n, event: told, number }) {
    const [event, expected] = this.told.get(n) ?? ["", null];
    // Whoever signed anew since, or was erased, is told of without the number.
    const fits = [null, undefined].includes(number) || (number === expected && event !== "continue");
    if (!event || told !== event || !fits) {
      this.problem("corrections", "correction_astray", { n });
    } else if (this.corrected.has(n)) {
      this.problem("corrections", "correction_twice", { n });
    } else {
      this.corrected.add(n);
    }
  }

  async finish() {
    await this.signing();
    if (this.tree.size !== this.note.size) {
      const code = this.tree.size < this.note.size ? "lines_missing" : "lines_too_many";
      this.problem("size", code, { size: this.note.size, found: this.tree.size });
    }
    if (!equal(this.tree.root(), this.note.root)) {
      this.problem("root", "other_root");
    }
    for (const [told, n] of this.published) {
      if (!this.texts.has(told)) {
        this.problem("texts", "text_missing", { n });
      }
    }
    for (const [told, called] of this.texts) {
      for (const [version, language] of this.published.has(told) ? [] : called) {
        this.problem("texts", "text_unknown", { version, language });
      }
    }
    const [first, published] = this.published.entries().next().value ?? ["", 0];
    const called = this.texts.get(first);
    if (called && !called.some(([version, , isAuthoritative]) => version === 1 && isAuthoritative === true)) {
      this.problem("texts", "first_text_differs", { n: published });
    }
    for (const [n, [event, number]] of this.told) {
      // Of the letter's own lines only later texts and lost lines correct anything.
      if (number !== null && !this.corrected.has(n)) {
        this.problem("corrections", "correction_missing", { n, event });
      }
    }
    const facts = this.counts(this.live());
    if (this.said.as_of !== this.time) {
      this.problem("dates", "as_of_differs", { found: this.said.as_of, expected: this.time });
    }
    await this.continuations();
    for (const note of this.earlier) {
      await this.compareWith(note);
    }
    const log = this.log && (await this.compareWithLog(this.log));
    if (this.audit) {
      await this.checkAudit(this.audit);
    }
    const states = Array.from(this.signatures.values(), (each) => each.state);
    const inState = (state) => states.filter((each) => each === state).length;
    this.facts = {
      ...facts, log, url: this.url, origin: this.note.origin, key: this.key, size: this.note.size,
      root: toBase64(this.note.root),
      continued: this.continued.map(({ n, note, shared }) => (
        { n, origin: note?.origin ?? null, size: note?.size ?? null, lost: note ? note.size - shared : null }
      )),
      as_of: this.time, signings: this.signings,
      withdrawn: inState("withdrawn"), removed: inState("removed"), erased: inState("erased"),
    };
  }

  async signing() {
    let key;
    try {
      key = openKey(this.key);
    } catch {
      this.problem("signed", "key_malformed");
      return;
    }
    // The same key may be known under the names of the logs from which the record goes on.
    const names = this.continued.filter(({ note }) => note).map(({ note }) => under(key, note.origin).vkey);
    if (this.expectedKey && ![this.key, ...names].includes(this.expectedKey)) {
      this.problem("key", "other_key", { key: this.key });
    }
    const problem = await problemOf(this.note, key);
    if (problem) {
      this.problem("signed", problem);
    }
    if (key.name !== this.note.origin) {
      this.problem("signed", "key_of_other_record", { key: key.name, origin: this.note.origin });
    }
  }

  async continuations() {
    let key;
    try {
      key = openKey(this.key);
    } catch {
      return; // Told already.
    }
    for (const { n, note } of this.continued) {
      if (!note) {
        this.problem("events", "continued_untold", { n });
      } else if (await problemOf(note, under(key, note.origin))) {
        this.problem("events", "continued_not_signed", { n, origin: note.origin });
      }
    }
  }

  // What counts, by kind and by level.
  live() {
    const counts = new Map();
    const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);
    for (const [publicId, each] of this.signatures) {
      const isNamed = KINDS.includes(each.kind);
      if (each.state !== "live") {
        if (isNamed) {
          this.problem("names", "not_standing", { number: each.number, state: each.state });
        }
        continue;
      }
      count("total");
      count(String(each.level));
      this.signed.set(each.text, this.signedOf(each.text) + 1);
      if (each.opened === each.commitment && each.kind) {
        count({ person: "shown", "?": "anonymous" }[each.kind] ?? each.kind);
        if (each.kind === "?") {
          this.notShown.anonymous.push(each.number);
        }
        if (each.proved > each.level) {
          const about = { proof: each.proved, level: each.level };
          this.problem("names", "proof_above_level", { number: each.number, ...about });
        }
        continue;
      }
      count("changed");
      let why = "unexplained";
      if (this.changed.has(publicId)) {
        why = "changed";
      } else if (isNamed) {
        why = "outdated";
        this.problem("names", "details_outdated", { number: each.number });
      } else {
        this.problem("shown", "unexplained", { number: each.number });
      }
      this.notShown[why].push(each.number);
    }
    const [changed, total] = [this.notShown.changed.length, counts.get("total") ?? 0];
    const most = Math.max(MOST_CHANGED, Math.floor(total / CHANGED_ONE_IN));
    if (changed > most) {
      this.problem("shown", "too_many_changed", { found: changed, total, most });
    }
    return (what) => counts.get(what) ?? 0;
  }

  counts(found) {
    const { said } = this;
    const [total, unknown] = [found("total"), found("changed")];
    const [organisations, anonymous] = [found("organisation"), found("anonymous")];
    // What changed since may have been either; what is no organisation is a person.
    const people = total - organisations - unknown;
    this.compare("total", said.total, total);
    this.compare("organisations", said.organisations, organisations, unknown);
    this.compare("people", said.people, people, unknown);
    this.compare("anonymous", said.anonymous, anonymous, unknown);
    const sum = said.people + said.organisations;
    if (Number.isInteger(said.people) && Number.isInteger(said.organisations) && sum !== said.total) {
      this.compare("people + organisations", sum, total);
    }
    for (const level of LEVELS) {
      this.compare(`level ${level}`, isObject(said.levels) ? said.levels[level] : null, found(level));
    }
    if (isObject(said.levels) && Object.keys(said.levels).some((level) => !LEVELS.includes(level))) {
      this.problem("counts", "level_unknown");
    }
    this.checkVersions();
    const texts = Array.from(this.published.keys(), (told) => ({
      sha256: told,
      versions: Array.from(this.versionsOf(told)).sort((a, b) => a - b),
      languages: byCodePoint(new Set(this.called(told).map(([, language]) => language).filter((each) => typeof each === "string").map(tame))),
      total: this.signedOf(told),
    }));
    return {
      total, organisations, people, anonymous, changed: unknown,
      levels: Object.fromEntries(LEVELS.map((level) => [level, found(level)])), texts, not_shown: this.notShown,
    };
  }

  signedOf(told) {
    return this.signed.get(told) ?? 0;
  }

  called(told) {
    return this.texts.get(told) ?? [];
  }

  versionsOf(told) {
    return new Set(this.called(told).map(([version]) => version).filter(Number.isInteger));
  }

  // What the site says of who signed which version. One text may be in two of them: who signed that may be
  // counted for either.
  checkVersions() {
    const claims = this.said.versions ?? null;
    if (claims === null) {
      return; // Exports of before do not say it.
    }
    const said = new Map();
    for (const each of Array.isArray(claims) ? claims : [null]) {
      const { version, total } = isObject(each) ? each : {};
      if (!Number.isInteger(version) || !Number.isInteger(total) || said.has(version)) {
        this.problem("counts", "versions_malformed");
        return;
      }
      said.set(version, total);
    }
    let groups = [];
    for (const told of this.published.keys()) {
      const together = this.versionsOf(told);
      if (!together.size) {
        continue;
      }
      const apart = [];
      for (const group of groups) {
        if (Array.from(group).some((version) => together.has(version))) {
          group.forEach((version) => together.add(version));
        } else {
          apart.push(group);
        }
      }
      groups = [...apart, together];
    }
    const known = new Set(groups.flatMap((group) => Array.from(group)));
    for (const version of Array.from(said.keys()).filter((each) => !known.has(each)).sort((a, b) => a - b)) {
      this.problem("counts", "version_unknown", { version });
    }
    for (const group of groups) {
      this.compareVersions(Array.from(group).sort((a, b) => a - b), said);
    }
  }

  compareVersions(group, said) {
    const sum = (hashes) => hashes.reduce((total, each) => total + this.signedOf(each), 0);
    const ofGroup = Array.from(this.published.keys()).filter((each) => group.some((version) => this.versionsOf(each).has(version)));
    const [total, told] = [sum(ofGroup), group.reduce((most, version) => most + (said.get(version) ?? 0), 0)];
    if (told !== total) {
      this.problem("counts", "version_differs", { version: group.join(", "), said: told, found: total });
      return;
    }
    for (const version of group) {
      const mine = ofGroup.filter((each) => this.versionsOf(each).has(version));
      const most = sum(mine);
      const least = sum(mine.filter((each) => this.versionsOf(each).size === 1));
      const claimed = said.get(version) ?? 0;
      if (claimed < least || claimed > most) {
        this.problem("counts", "version_out_of_range", { version: String(version), said: claimed, found: least, most });
      }
    }
  }

  compare(what, said, found, unknown = 0) {
    const most = found + unknown;
    if (Number.isInteger(said) && found <= said && said <= most) {
      return;
    }
    if (unknown) {
      this.problem("counts", "count_out_of_range", { what, said, found, most });
    } else {
      this.problem("counts", "count_differs", { what, said, found });
    }
  }

  async compareWith(note) {
    let key;
    try {
      key = under(openKey(this.expectedKey || this.key), note.origin);
    } catch {
      return; // Told already.
    }
    const { size, origin } = note;
    const former = this.continued.findLast((each) => each.note?.origin === origin);
    const [left, sealed] = former ? [Math.min(former.shared, this.tree.size), former.note.size] : [this.tree.size, this.tree.size];
    if (origin !== this.note.origin && !former) {
      this.problem("earlier", "earlier_of_other_record", { size, origin });
    } else if (await problemOf(note, key)) {
      this.problem("earlier", "earlier_not_signed", { size });
    } else if (size > sealed) {
      this.problem("earlier", "earlier_longer", { size, found: sealed });
    } else if (size > left) {
      this.problem("earlier", "earlier_lost", { size, found: left, origin });
    } else if (!equal(this.pastRoots.get(size), note.root)) {
      this.problem("earlier", "earlier_other_root", { size });
    }
  }

  async compareWithLog(log) {
    const { origin } = log.note;
    const key = this.logKey ?? this.keyOf(origin);
    if (key && key.name !== origin) {
      this.problem("log", "log_key_of_other", { origin, key: key.name });
    } else if (!key || (await problemOf(log.note, key))) {
      this.problem("log", "log_not_signed", { origin });
    }
    const [found, size] = [log.size, this.tree.size];
    const led = ledTo(log);
    if (!led || !equal(led, log.note.root)) {
      this.problem("log", "log_line_not_sealed");
    } else if (log.origin !== this.note.origin) {
      this.problem("log", "log_of_other_record", { origin: log.origin });
    } else if (found < size && equal(this.pastRoots.get(found), log.root)) {
      this.problem("log", "log_behind", { found, size });
    } else if (found > size && log.oldSize !== size) {
      this.problem("log", "log_not_linked", { found, size });
    } else if (found < size || !beginsWith(log, size, this.tree.root())) {
      this.problem("log", "log_other_root");
    }
    const seen = [];
    for (const witness of this.witnesses) {
      const at = await seenBy(log.note, witness);
      if (at) {
        seen.push({ name: witness.name, at });
      } else {
        this.problem("witnesses", at === null ? "witness_wrong" : "witness_missing", { name: witness.name });
      }
    }
    const known = [origin, ...this.witnesses.map((witness) => witness.name)];
    return {
      origin, size: log.note.size, lines: found, date: log.date, seen_by: seen,
      // Who else claims to have signed it: nothing was checked of that.
      unchecked: log.note.signatures.map(([name]) => name).filter((name) => !known.includes(name)).map(tame),
    };
  }

  async checkAudit(audit) {
    await this.announced(audit);
    const [found, size] = [this.tree.size, audit.note.size];
    if (size > found) {
      for (const name of ["checkpoint", "later", "drawn"]) {
        audit.problem(name, "export_older", { found, size });
      }
      return;
    }
    await this.drawnBy(audit);
    if (hex(sha256(audit.secret)) !== audit.sealed) {
      audit.problem("drawn", "other_secret");
    }
    if (audit.population !== audit.counting.length) {
      audit.problem("drawn", "other_population", { said: audit.population, found: audit.counting.length });
    }
    const numbers = audit.drawn();
    if (audit.numbers.length !== numbers.length || numbers.some((number, at) => audit.numbers[at] !== number)) {
      const same = new Set(audit.numbers.filter((number) => numbers.includes(number))).size;
      audit.problem("drawn", "other_numbers", { found: same, size: numbers.length });
    }
  }

  // That the log told of this very announcement, and who else saw that log.
  async announced(audit) {
    const { log } = audit;
    const leaf = sha256(LEAF_PREFIX, utf8.encode(audit.announcement));
    if (log.origin !== `${audit.origin}/audits/${audit.number}` || log.size !== 1 || !equal(log.root, leaf)) {
      audit.problem("announced", "not_in_log");
    }
    if (![this.note, ...this.continued.map(({ note }) => note)].some((note) => note?.origin === audit.origin)) {
      audit.problem("announced", "other_letter", { origin: audit.origin });
    }
    const led = ledTo(log);
    if (!led || !equal(led, log.note.root)) {
      audit.problem("announced", "log_line_not_sealed");
    }
    const { origin } = log.note;
    const key = this.logKey ?? this.keyOf(origin);
    if (key && key.name !== origin) {
      audit.problem("announced", "log_key_of_other", { origin, key: key.name });
    } else if (!key || (await problemOf(log.note, key))) {
      audit.problem("announced", "log_not_signed", { origin });
    }
    for (const { name, ...witness } of this.witnesses) {
      const at = await seenBy(log.note, { name, ...witness });
      if (at) {
        audit.seen.push({ name, at });
      } else {
        audit.problem("announced", at === null ? "witness_wrong" : "witness_missing", { name });
      }
    }
  }

  // That the checkpoint is of this record, and the one that the announcement leads to.
  async drawnBy(audit) {
    const { note, first } = audit;
    const key = this.keyOf(note.origin);
    if (!key || (await problemOf(note, key))) {
      audit.problem("checkpoint", "not_signed");
    }
    if (!equal(this.pastRoots.get(note.size), note.root)) {
      audit.problem("checkpoint", "not_of_record");
    }
    // Of which the ones ahead are those that came before the time.
    const late = first ? first[0] : this.tree.size;
    if (audit.date >= audit.earliest) {
      // Of one batch all lines have the same date.
      if (first && first[1] !== audit.date) {
        audit.problem("later", "not_first", { n: first[0] });
      }
    } else if (late !== note.size) {
      audit.problem("later", "too_early", { date: audit.date, told: audit.log.date });
    } else if (first && first[1] < secondsLater(audit.earliest, QUIET_SECONDS)) {
      audit.problem("later", "not_quiet", { n: first[0], date: first[1] });
    }
  }

  // The key that should have signed the log of this name; null if none can be read.
  keyOf(origin) {
    try {
      return under(openKey(this.expectedKey || this.key), origin);
    } catch {
      return null;
    }
  }

  problem(check, code, values = {}) {
    const told = this.problems.get(check) ?? [];
    this.problems.set(check, told);
    if (told.length < PROBLEMS_TOLD) {
      const tamed = Object.entries(values).map(([name, value]) => [name, tame(value)]);
      told.push({ code, ...Object.fromEntries(tamed) });
    } else {
      this.leftOut.set(check, (this.leftOut.get(check) ?? 0) + 1);
    }
  }

  report() {
    const optional = [
      ["key", this.expectedKey], ["earlier", this.earlier.length], ["log", this.log],
      ["witnesses", this.log && this.witnesses.length],
    ];
    const notMade = optional.filter(([, asked]) => !asked).map(([name]) => name);
    const checks = CHECKS.filter((check) => !notMade.includes(check)).map((check) => ({
      check,
      holds: !this.problems.has(check),
      problems: this.problems.get(check) ?? [],
      more: this.leftOut.get(check) ?? 0,
    }));
    const audit = this.audit ? { audit: this.audit.report() } : {};
    const holds = !this.problems.size && !this.audit?.problems.size;
    return { holds, checks, not_made: notMade, facts: this.facts, ...audit };
  }
}

async function open(source) {
  if (source instanceof Blob) {
    const start = new Uint8Array(await source.slice(0, 2).arrayBuffer());
    const isGzip = start[0] === 0x1f && start[1] === 0x8b;
    return isGzip ? source.stream().pipeThrough(new DecompressionStream("gzip")) : source.stream();
  }
  const answer = await fetch(source.url, { credentials: "omit" });
  if (!answer.ok || !answer.body) {
    if (![429, 503].includes(answer.status)) {
      throw new Unreadable("no_file");
    }
    const minutes = Math.ceil(Number(answer.headers.get("Retry-After")) / 60);
    throw minutes > 1 ? new Unreadable("busy_longer", { minutes }) : new Unreadable("busy");
  }
  return answer.body;
}

onmessage = async ({ data: asked }) => {
  try {
    const check = new Check(asked);
    const progress = (done, of) => postMessage({ progress: { done, of } });
    await check.read(linesOf(await open(asked.export)), progress);
    await check.finish();
    postMessage({ report: check.report() });
  } catch (problem) {
    const isBadGzip = problem instanceof TypeError && asked.export instanceof Blob;
    const told = problem instanceof Unreadable ? problem.told : { code: isBadGzip ? "compressed_badly" : "no_file" };
    postMessage({ unreadable: told });
  }
};
