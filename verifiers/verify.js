'use strict';
/*
 * verify.js: checks a log (pbr-log/1) and what goes with it, without any other program of ours. It was written from
 * docs/log-format.md ("log page") and docs/pack-format.md ("pack page") alone, and stands in their order.
 *
 * One file, no packages. Node 20 or newer:  node verify.js log LOG --policy FILE   (see USAGE)
 * In a browser it is a classic script that sets the global `pbrVerify`; files are given as a map from path to bytes:
 *   pbrVerify.checkLog(pbrVerify.mapFiles({'checkpoint': bytes, ...}), {policy: pbrVerify.parsePolicy(bytes)})
 * Nothing is asynchronous. Where node:crypto is not there, the SHA-2 and Ed25519 below are used. ML-DSA-44 is never
 * checked: such a signature counts as not there, is no reason for a finding, and the answer says so.
 *
 * The parts, each headed by a line "=== name", and what they do of which page:
 *   words         log page, Words: bytes, hex, base64, UTF-8, time, canonical JSON, shapes of values
 *   hashes        FIPS 180-4 and RFC 8032 without node:crypto (in Node these are not used)
 *   tree          RFC 6962 and RFC 9162: roots, inclusion, consistency
 *   files         a folder, or a map of files in a browser
 *   answer        log page, What a verifier prints: findings, notes, verdict
 *   keys          log page, The checkpoint: vkeys, notes, checkpoints, policies, and what signatures are worth
 *   entries       log page, Entries: the form, the five points, the state of an assessment
 *   log           log page, Checking a log: steps 1 to 9
 *   receipts      log page, Receipts
 *   consistency   log page, Consistency proofs
 *   texts         pack page, The canonical text of a table
 *   pack          pack page, Checking a pack: steps 1 to 7 and the verdict
 *   arithmetic    pack page, Arithmetic (step 5)
 *   redacted      pack page, Redacted packs
 *   command line  log page, the commands
 * Reading order: words, answer, then the part in question. To audit the log alone: words, tree, answer, keys, entries,
 * log. Packs need texts, pack and arithmetic besides; `hashes` only who uses this in a browser.
 */
(function () {

const NODE = typeof process === 'object' && Boolean(process?.versions?.node) && typeof require === 'function';
const crypto = NODE ? require('node:crypto') : null;
const fs = NODE ? require('node:fs') : null;
const nodePath = NODE ? require('node:path') : null;

/** What was read cannot be read as what it should be. Nothing else is thrown on purpose. */
class Unreadable extends Error {}

/** @param {any} held @param {string} what it should have been @returns {any} held */
function must(held, what) {
  if (!held) throw new Unreadable(`not ${what}`);
  return held;
}

/** The reason in words of whatever was thrown. */
const reason = (error) => (error instanceof Unreadable ? error.message : `cannot be read (${error?.message})`);

// === words (log page, Words) =========================================================================================

const WHOLE = 2 ** 53 - 1;
const LONGEST_NOTE = 262144; // of a note, a policy and a proof
const LONGEST_ENTRY = 65535;
const LONGEST_BUNDLE = 256 * (2 + LONGEST_ENTRY);
const DEEPEST = 100; // maps and lists within each other
const LONGEST_JSON = 2 ** 30;
const LONGEST_MANIFEST = 2 ** 26;
const LONGEST_CELL = 2 ** 28;
const LONGEST_HEAD = 2 ** 20; // the first line of a table's text
const MOST_HASHES = 63;
const MOST_FINDINGS = 1000;

function toHex(data) {
  let text = '';
  for (const byte of data) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

function fromHex(text) {
  must(/^(?:[0-9a-f]{2})*$/.test(text), 'hex');
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const LETTER_VALUE = new Map([...LETTERS].map((letter, value) => [letter.charCodeAt(0), value]));

/** "Nothing that decodes otherwise than back to itself is accepted": no bits are left over at the end. */
function fromBase64(text) {
  must(typeof text === 'string' && text.length % 4 === 0, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const data = new Uint8Array((text.length / 4) * 3 - padding);
  let [held, bits, at] = [0, 0, 0];
  for (let i = 0; i < text.length - padding; i++) {
    const value = LETTER_VALUE.get(text.charCodeAt(i));
    if (value === undefined) must(false, 'base64');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    data[at++] = held >> bits;
  }
  must((held & ((1 << bits) - 1)) === 0, 'base64');
  return data;
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();
const toUtf8 = (text) => ENCODER.encode(text);

function fromUtf8(data) {
  try {
    return DECODER.decode(data);
  } catch {
    return must(false, 'UTF-8');
  }
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Which comes first, byte by byte: below 0, 0 or above 0. */
function order(one, other) {
  const shorter = Math.min(one.length, other.length);
  for (let i = 0; i < shorter; i++) if (one[i] !== other[i]) return one[i] - other[i];
  return one.length - other.length;
}

const same = (one, other) => one.length === other.length && order(one, other) === 0;
const beginsWith = (data, start) => data.length >= start.length && same(data.subarray(0, start.length), start);

/** A decimal without leading zeroes, below 2^53. */
function decimal(text) {
  must(/^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number(text) <= WHOLE, 'a whole number below 2^53');
  return Number(text);
}

/** "A time is 2026-03-31T17:00:00Z: UTC, whole seconds, a real date of 1970 to 9999." @returns {number} seconds */
function readTime(text) {
  must(typeof text === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text), 'a time');
  const milliseconds = Date.parse(text);
  // Dates such as 31 February are moved by Date.parse, so that they are written otherwise than they were read.
  must(milliseconds >= 0 && new Date(milliseconds).toISOString() === text.slice(0, 19) + '.000Z', 'a time');
  return milliseconds / 1000;
}

// JSON.parse alone would take the last of two members of one name, and numbers that it cannot hold.
const WRITTEN = Symbol('names in the order in which they were written'); // kept where JavaScript would change it
const valuesAsWritten = (map) => (map[WRITTEN] ?? Object.keys(map)).map((name) => map[name]);

/** JSON with whole numbers only, no name twice in a map, no half of a pair in a text. Maps have no prototype. */
function parseJson(text, negative = true) {
  let at = 0;
  const skip = () => {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  };
  const next = (letter) => {
    skip();
    if (text[at] !== letter) return false;
    at++;
    return true;
  };
  const string = () => {
    const start = at;
    must(next('"'), 'JSON');
    for (; text[at] !== '"'; at++) {
      if (!(text.charCodeAt(at) >= 0x20)) must(false, 'JSON');
      if (text[at] === '\\') at++;
    }
    at++;
    const value = attemptOr(null, () => JSON.parse(text.slice(start, at)));
    must(value !== null && !/\p{Surrogate}/u.test(value), 'text of whole characters');
    return value;
  };
  /** What stands up to the closing letter, with commas between. */
  const items = (close, item) => {
    for (let first = true; !next(close); first = false) {
      must(first || next(','), 'JSON');
      item();
    }
  };
  const value = (depth) => {
    must(depth <= DEEPEST, 'JSON of at most 100 levels');
    if (next('{')) {
      const [map, names] = [Object.create(null), []];
      items('}', () => {
        const name = string();
        must(!(name in map) && next(':'), 'JSON with each name once');
        map[name] = value(depth + 1);
        names.push(name);
      });
      if (names.some((name) => /^[0-9]+$/.test(name))) map[WRITTEN] = names;
      return map;
    }
    if (next('[')) {
      const list = [];
      items(']', () => list.push(value(depth + 1)));
      return list;
    }
    if (text[at] === '"') return string();
    const token = /(?:true|false|null|-?[1-9][0-9]{0,15}|0)(?![0-9.eE])/y;
    token.lastIndex = at;
    const [found] = must(token.exec(text), 'JSON of whole numbers');
    at += found.length;
    const result = JSON.parse(found);
    must(typeof result !== 'number' || (Math.abs(result) <= WHOLE && (negative || result >= 0)), 'a number below 2^53');
    return result;
  };
  const result = value(0);
  skip();
  must(at === text.length, 'JSON alone');
  return result;
}

/** RFC 8785. Names are ordered by UTF-16, which is what sort() does. */
function canonical(value, depth = 0) {
  must(depth <= DEEPEST, 'JSON of at most 100 levels');
  if (typeof value === 'string') must(!/\p{Surrogate}/u.test(value), 'text of whole characters');
  if (Array.isArray(value)) return '[' + value.map((item) => canonical(item, depth + 1)).join(',') + ']';
  if (value === null || typeof value !== 'object') return must(JSON.stringify(value), 'JSON');
  const names = Object.keys(value).sort();
  return '{' + names.map((name) => canonical(name) + ':' + canonical(value[name], depth + 1)).join(',') + '}';
}

/** @param {Uint8Array} data @param {(value: any) => boolean} [shape] */
function readCanonical(data, shape = () => true) {
  const text = fromUtf8(data);
  const value = parseJson(text, false);
  must(canonical(value) === text, 'canonical JSON');
  must(shape(value), 'as the page says');
  return value;
}

// Shapes: each is a question about a value, or makes one out of others.
const isText = (value) => typeof value === 'string';
const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
const isBoolean = (value) => typeof value === 'boolean';
const isHex = (bytes) => (value) => isText(value) && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
const isDigest = isHex(32);
const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isOneOf = (...values) => (value) => values.includes(value);
const isOrNull = (shape) => (value) => value === null || shape(value);
const isListOf = (shape) => (value) => Array.isArray(value) && value.every(shape);
const isMapOf = (shape) => (value) => isMap(value) && Object.values(value).every(shape);
const isRising = (value) => isListOf(isWhole)(value) && value.every((item, i) => i === 0 || item > value[i - 1]);
/** A map with at least these members. */
const has = (members) => (value) => isMap(value)
  && Object.entries(members).every(([name, shape]) => Object.hasOwn(value, name) && shape(value[name]));
/** A map of exactly these members. */
const isExactly = (members) => (value) => has(members)(value)
  && Object.keys(value).length === Object.keys(members).length;
const isAny = () => true;

// === hashes (FIPS 180-4, RFC 8032) ===================================================================================

const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n++) if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);

/** The first 64 bits after the point of a prime's square or cube root, which is where the constants of SHA-2 are from. */
function rootBits(prime, degree) {
  const target = BigInt(prime) << (64n * degree);
  let root = 0n;
  for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) if ((root + bit) ** degree <= target) root += bit;
  return BigInt.asUintN(64, root);
}

const ROUND = PRIMES.map((prime) => rootBits(prime, 3n));
const START = PRIMES.slice(0, 8).map((prime) => rootBits(prime, 2n));
const upper = (words) => Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word >> 32n))); // those of SHA-256
const ROUND_256 = upper(ROUND.slice(0, 64));

/** The message, a bit, zeroes, and its length in bits at the end of the last block. */
function padded(data, block) {
  const whole = new Uint8Array(Math.ceil((data.length + 1 + block / 8) / block) * block);
  whole.set(data);
  whole[data.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(data.length) * 8n);
  return new DataView(whole.buffer);
}

function plainSha256(data) {
  const blocks = padded(data, 64);
  const state = upper(START);
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let start = 0; start < blocks.byteLength; start += 64) {
    for (let i = 0; i < 16; i++) w[i] = blocks.getInt32(start + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND_256[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

// Words of 64 bits as two of 32, the upper first: with BigInt it takes about ten times as long. Lower halves are added as
// numbers without sign, which are exact here, and what is over goes to the upper half.
const halves = (words) => Int32Array.from(words.flatMap((word) => [word >> 32n, word].map((half) => Number(BigInt.asIntN(32, half)))));
const [START_512, ROUND_512] = [halves(START), halves(ROUND)];

function plainSha512(data) {
  const blocks = padded(data, 128);
  const state = Int32Array.from(START_512);
  const w = new Int32Array(160);
  const v = new Int32Array(16); // a to h
  // One half of a word turned to the right, from that half and the other; by 32 and more, with the halves changed over.
  const turn = (half, other, n) => (half >>> n) | (other << (32 - n));
  const over = (low) => Math.floor(low / 2 ** 32);
  for (let start = 0; start < blocks.byteLength; start += 128) {
    for (let i = 0; i < 32; i++) w[i] = blocks.getInt32(start + 4 * i);
    for (let i = 32; i < 160; i += 2) {
      const [h15, l15, h2, l2] = [w[i - 30], w[i - 29], w[i - 4], w[i - 3]];
      const s0h = turn(h15, l15, 1) ^ turn(h15, l15, 8) ^ (h15 >>> 7);
      const s0l = turn(l15, h15, 1) ^ turn(l15, h15, 8) ^ turn(l15, h15, 7);
      const s1h = turn(h2, l2, 19) ^ turn(l2, h2, 61 - 32) ^ (h2 >>> 6);
      const s1l = turn(l2, h2, 19) ^ turn(h2, l2, 61 - 32) ^ turn(l2, h2, 6);
      const low = (w[i - 31] >>> 0) + (s0l >>> 0) + (w[i - 13] >>> 0) + (s1l >>> 0);
      w[i] = w[i - 32] + s0h + w[i - 14] + s1h + over(low);
      w[i + 1] = low;
    }
    v.set(state);
    for (let i = 0; i < 160; i += 2) {
      const [ah, al, bh, bl, ch, cl, dh, dl] = [v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]];
      const [eh, el, fh, fl, gh, gl, hh, hl] = [v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]];
      const s1h = turn(eh, el, 14) ^ turn(eh, el, 18) ^ turn(el, eh, 41 - 32);
      const s1l = turn(el, eh, 14) ^ turn(el, eh, 18) ^ turn(eh, el, 41 - 32);
      const s0h = turn(ah, al, 28) ^ turn(al, ah, 34 - 32) ^ turn(al, ah, 39 - 32);
      const s0l = turn(al, ah, 28) ^ turn(ah, al, 34 - 32) ^ turn(ah, al, 39 - 32);
      const t1l = (hl >>> 0) + (s1l >>> 0) + (((el & fl) ^ (~el & gl)) >>> 0) + (ROUND_512[i + 1] >>> 0) + (w[i + 1] >>> 0);
      const t1h = hh + s1h + ((eh & fh) ^ (~eh & gh)) + ROUND_512[i] + w[i] + over(t1l);
      const t2l = (s0l >>> 0) + (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
      const t2h = s0h + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + over(t2l);
      v.copyWithin(2, 0, 14); // h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2
      const [newE, newA] = [(dl >>> 0) + (t1l >>> 0), (t1l >>> 0) + (t2l >>> 0)];
      [v[8], v[9]] = [dh + t1h + over(newE), newE];
      [v[0], v[1]] = [t1h + t2h + over(newA), newA];
    }
    for (let i = 0; i < 16; i += 2) {
      const low = (state[i + 1] >>> 0) + (v[i + 1] >>> 0);
      state[i] += v[i] + over(low);
      state[i + 1] = low;
    }
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

const sha256 = crypto ? (data) => new Uint8Array(crypto.createHash('sha256').update(data).digest()) : plainSha256;
const sha512 = crypto ? (data) => new Uint8Array(crypto.createHash('sha512').update(data).digest()) : plainSha512;

// Ed25519 (RFC 8032 section 5.1.7, without the cofactor). Points are (X, Y, Z, T), x = X/Z, y = Y/Z, T = XY/Z, on
// -x^2 + y^2 = 1 + d x^2 y^2. Nothing here is secret, so nothing needs to take the same time always.
const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The rest of a division by P, from 0 to P - 1. */
function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = mod(base); exponent > 0n; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) result = (result * square) % P;
  }
  return result;
}

/** 1/value modulo P, by Euclid: `rest` is `times * value` modulo P all along, until it is 1. Of 0 it is 0. */
function inverse(value) {
  let [rest, next, times, nextTimes] = [P, mod(value), 0n, 1n];
  while (next > 0n) {
    const whole = rest / next;
    [rest, next] = [next, rest - whole * next];
    [times, nextTimes] = [nextTimes, times - whole * nextTimes];
  }
  return rest === 1n ? mod(times) : 0n;
}

const D = mod(-121665n * power(121666n, P - 2n));

/** A point as it is written to be added to others: (Y - X, Y + X, 2 Z, 2 d T). */
const ready = ([x, y, z, t]) => [y - x, y + x, 2n * z, (2n * D * t) % P];

function addReady([x1, y1, z1, t1], [minus, plus, z2, t2]) {
  const a = ((y1 - x1) * minus) % P;
  const b = ((y1 + x1) * plus) % P;
  const c = (t1 * t2) % P;
  const d = (z1 * z2) % P;
  return [((b - a) * (d - c)) % P, ((d + c) * (b + a)) % P, ((d - c) * (d + c)) % P, ((b - a) * (b + a)) % P];
}

const littleEndian = (data) => BigInt('0x' + (toHex(Uint8Array.from(data).reverse()) || '0'));

/** @param {Uint8Array} data 32 bytes @returns a point, or null */
function readPoint(data) {
  const number = littleEndian(data);
  const y = mod(number & (2n ** 255n - 1n));
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(v * x * x) !== u) return null;
  if ((x & 1n) !== number >> 255n) x = mod(-x);
  return [x, y, 1n, mod(x * y)];
}

/**
 * A point that will be multiplied often: a log has few keys and many signatures. For a byte of a number, n at place i,
 * n * 256^i * point is the sum of some of 1, 2, 4 ... 2^255 times the point; each such sum is kept once it was needed.
 * Gives the function that adds `number` times the point to a sum. @param {bigint[]} point
 */
function multiples(point) {
  const doubled = [];
  for (let i = 0, now = point; i < 256; i++, now = addReady(now, ready(now))) doubled.push(now);
  const sums = Array(32 * 256).fill(null); // at 256 i + n, ready to be added
  const byte = (place, n) => {
    const at = 256 * place + n;
    if (sums[at] === null) {
      const high = 31 - Math.clz32(n); // the place of its highest bit
      const first = doubled[8 * place + high];
      const rest = n - (1 << high);
      sums[at] = ready(rest === 0 ? first : addReady(first, byte(place, rest)));
    }
    return sums[at];
  };
  return (sum, number) => {
    for (let place = 0; number > 0n; place++, number >>= 8n) {
      const n = Number(number & 255n);
      if (n > 0) sum = addReady(sum, byte(place, n));
    }
    return sum;
  };
}

const timesBase = multiples(readPoint(fromHex('58' + '66'.repeat(31))));
const timesMinus = new Map(); // by key in hex: the multiples of minus its point, or null where the key is no point

function plainEd25519(key, message, signature) {
  const s = littleEndian(signature.subarray(32));
  const name = toHex(key);
  if (timesMinus.size >= 64 && !timesMinus.has(name)) timesMinus.clear(); // a megabyte each at most
  if (!timesMinus.has(name)) {
    const point = readPoint(key);
    timesMinus.set(name, point && multiples([mod(-point[0]), point[1], 1n, mod(-point[3])]));
  }
  const timesKey = timesMinus.get(name);
  if (s >= ORDER || timesKey === null) return false;
  const k = littleEndian(sha512(join(signature.subarray(0, 32), key, message))) % ORDER;
  // R = s B - k A, written again, must be the first half of the signature byte for byte.
  const [x, y, z] = timesKey(timesBase([0n, 1n, 1n, 0n], s), k);
  const one = inverse(z);
  const written = mod(y * one) | ((mod(x * one) & 1n) << 255n);
  return littleEndian(signature.subarray(0, 32)) === written;
}

function nodeEd25519(key, message, signature) {
  try {
    const der = join(fromHex('302a300506032b6570032100'), key);
    return crypto.verify(null, message, { key: Buffer.from(der), format: 'der', type: 'spki' }, signature);
  } catch {
    return false;
  }
}

const answered = new Map(); // so that `batch` over many copies of one log asks once about each signature

/** Is this an Ed25519 signature of the message under this key? Which keys are refused is a matter of parseVkey. */
function checkEd25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const question = toHex(sha256(join(key, signature, message)));
  if (answered.size > 100000) answered.clear();
  if (!answered.has(question)) answered.set(question, (crypto ? nodeEd25519 : plainEd25519)(key, message, signature));
  return answered.get(question);
}

// === tree (RFC 6962 section 2.1, RFC 9162) ===========================================================================

const leafHash = (data) => sha256(join(Uint8Array.of(0), data));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

/**
 * The roots of the first so many leaves, for sizes that rise; null from the first leaf on that is not there (null).
 * @param {(i: number) => (Uint8Array|null)} leafAt @param {number[]} sizes @returns {(Uint8Array|null)[]}
 */
function prefixRoots(leafAt, sizes) {
  const halves = []; // the roots of the full subtrees so far, from the largest to the smallest
  let count = 0;
  return sizes.map((size) => {
    while (count < size) {
      let hash = leafAt(count);
      if (hash === null) return null;
      count++;
      for (let rest = count; rest % 2 === 0; rest /= 2) hash = nodeHash(halves.pop(), hash);
      halves.push(hash);
    }
    return halves.length ? halves.reduceRight((right, left) => nodeHash(left, right)) : sha256(new Uint8Array(0));
  });
}

const treeRoot = (hashes) => prefixRoots((i) => hashes[i], [hashes.length])[0];
/** The hashes of 32 bytes that stand one after the other; and one of them, null where there are not so many. */
const hashesOf = (data) => Array.from({ length: Math.floor(data.length / 32) }, (_, i) => hashAt(data, i));
const hashAt = (data, i) => (data && 32 * i + 32 <= data.length ? data.subarray(32 * i, 32 * i + 32) : null);
const areHashes = (hashes) => hashes.every((hash) => hash.length === 32);

/**
 * The walk that RFC 9162 sections 2.1.3.2 and 2.1.4.2 share: up from the node `fn` of a level whose last is `sn`.
 * `take(hash, isLeft)` is told each hash, and whether it is that of the left half. Does it end at the root?
 */
function walk(fn, sn, hashes, take) {
  for (const hash of hashes) {
    if (sn === 0n) return false;
    const isLeft = fn % 2n === 1n || fn === sn;
    take(hash, isLeft);
    while (isLeft && fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n];
    [fn, sn] = [fn / 2n, sn / 2n];
  }
  return sn === 0n;
}

/** RFC 9162 section 2.1.3.2. Numbers may be BigInt. */
function checkInclusion(index, size, leaf, hashes, root) {
  const [fn, sn] = [BigInt(index), BigInt(size) - 1n];
  if (fn < 0n || fn > sn || !areHashes([leaf, root, ...hashes])) return false;
  let r = leaf;
  const ends = walk(fn, sn, hashes, (hash, isLeft) => (r = isLeft ? nodeHash(hash, r) : nodeHash(r, hash)));
  return ends && same(r, root);
}

/** RFC 9162 section 2.1.4.2. From size 0 there are no hashes, nothing is proved; between equal sizes roots are equal. */
function checkConsistency(size1, size2, root1, root2, hashes) {
  const [first, second] = [BigInt(size1), BigInt(size2)];
  if (first < 0n || first > second || !areHashes([root1, root2, ...hashes])) return false;
  if (first === second) return hashes.length === 0 && same(root1, root2);
  if (first === 0n || hashes.length === 0) return first === 0n && hashes.length === 0;
  const path = (first & (first - 1n)) === 0n ? [root1, ...hashes] : hashes; // of a power of 2 the old root is left out
  let [fn, sn] = [first - 1n, second - 1n];
  while (fn % 2n === 1n) [fn, sn] = [fn / 2n, sn / 2n];
  let [fr, sr] = [path[0], path[0]];
  const ends = walk(fn, sn, path.slice(1), (hash, isLeft) => {
    if (isLeft) fr = nodeHash(hash, fr);
    sr = isLeft ? nodeHash(hash, sr) : nodeHash(sr, hash);
  });
  return ends && same(fr, root1) && same(sr, root2);
}

// === files ===========================================================================================================

/**
 * @typedef {{path: string, kind: 'file'|'empty'|'other', size: number}} Item  plain file, empty folder, or else (a link)
 * @typedef {{list: () => Item[], size: Function, get: Function, digest: Function}} Files
 * All but `list` answer null for what is no plain file or cannot be read. `get(path, most, from)` gives at most `most`
 * bytes, `digest(path)` {sha256, sha512, size}.
 */

/** @param {Map<string, Uint8Array>|Object<string, Uint8Array>} map @returns {Files} */
function mapFiles(map) {
  const files = new Map(typeof map.entries === 'function' ? map.entries() : Object.entries(map));
  const of = (path, make) => (files.has(path) ? make(files.get(path)) : null);
  return {
    list: () => Array.from(files, ([path, data]) => ({ path, kind: 'file', size: data.length })),
    size: (path) => of(path, (data) => data.length),
    get: (path, most, from = 0) => of(path, (data) => data.subarray(from, from + most)),
    digest: (path) => of(path, (data) => (
      { sha256: toHex(sha256(data)), sha512: toHex(sha512(data)), size: data.length })),
  };
}

/** The files below a path of others. @param {Files} files @param {string} start with its slash @returns {Files} */
function filesBelow(files, start) {
  return {
    list: () => files.list().filter(({ path }) => path.startsWith(start))
      .map((item) => ({ ...item, path: item.path.slice(start.length) })),
    size: (path) => files.size(start + path),
    get: (path, most, from) => files.get(start + path, most, from),
    digest: (path) => files.digest(start + path),
  };
}

/** What `read` makes of an open plain file; null if it is none. Nothing is waited for (pipes), no link is followed. */
function withFile(path, read) {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  let handle;
  try {
    handle = fs.openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    const state = fs.fstatSync(handle);
    return state.isFile() ? read(handle, state.size) : null;
  } catch {
    return null;
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

function readFile(path, most, from = 0) {
  return withFile(path, (handle, size) => {
    const data = new Uint8Array(Math.max(0, Math.min(size - from, most)));
    let at = 0;
    for (let count = 1; count > 0 && at < data.length; at += count) {
      count = fs.readSync(handle, data, at, data.length - at, from + at);
    }
    return data.subarray(0, at);
  });
}

function digestFile(path) {
  return withFile(path, (handle, likely) => {
    const hashes = ['sha256', 'sha512'].map((name) => crypto.createHash(name));
    const part = Buffer.alloc(Math.min(likely + 1, 2 ** 20));
    let size = 0;
    for (let count = fs.readSync(handle, part); count > 0; count = fs.readSync(handle, part)) {
      for (const hash of hashes) hash.update(part.subarray(0, count));
      size += count;
    }
    return { sha256: hashes[0].digest('hex'), sha512: hashes[1].digest('hex'), size };
  });
}

const isFolder = (path) => Boolean(attemptOr(false, () => fs.lstatSync(path).isDirectory()));

/** What `read` gives, or `other` where it throws. */
function attemptOr(other, read) {
  try {
    return read();
  } catch {
    return other;
  }
}

/** @param {string} folder @returns {Files} Names that are not UTF-8 are said with U+FFFD. */
function folderFiles(folder) {
  must(isFolder(folder), `a folder: ${folder}`);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const items = [];
  const waiting = [['', Buffer.from(folder)]];
  while (waiting.length) {
    const [path, place] = waiting.pop();
    const names = attemptOr(null, () => fs.readdirSync(place, { encoding: 'buffer' }));
    if (names === null) items.push({ path, kind: 'other', size: 0 });
    if (names?.length === 0 && path !== '') items.push({ path, kind: 'empty', size: 0 });
    for (const bytes of names ?? []) {
      const below = (path === '' ? '' : path + '/') + decoder.decode(bytes);
      const whole = Buffer.concat([place, Buffer.from('/'), bytes]);
      const state = attemptOr(null, () => fs.lstatSync(whole)); // null: gone meanwhile, or not to be looked at
      if (state?.isDirectory()) waiting.push([below, whole]);
      else items.push({ path: below, kind: state?.isFile() ? 'file' : 'other', size: state?.size ?? 0 });
    }
  }
  const sizes = new Map(items.filter(({ kind }) => kind === 'file').map(({ path, size }) => [path, size]));
  const of = (path, make) => (sizes.has(path) ? make(nodePath.join(folder, path)) : null);
  return {
    list: () => items,
    size: (path) => sizes.get(path) ?? null,
    get: (path, most, from) => of(path, (place) => readFile(place, most, from)),
    digest: (path) => of(path, digestFile),
  };
}

// === answer (log page, What a verifier prints) =======================================================================

/** What is said to people of each class, where the place that is named says not enough. */
const SAYS = {
  checkpoint: 'cannot be read as a checkpoint',
  unsigned: 'no valid signature of those who should sign it',
  signature: 'a signature that does not verify, or by a key that is not listed',
  file: 'not there, not as it should be, or does not belong here',
  entry: 'not there whole, or its hash is not the one in the tile',
  root: 'neither the tiles nor the entries give the root that the checkpoint says',
  origin: 'another log than before',
  rollback: 'the log had more entries before',
  history: 'the entries up to there are not those that were seen before',
  form: 'an entry that is not as it must be',
  time: 'its time is before that of the entry before it',
  references: 'it refers to what it cannot refer to',
  signer: 'signed by a key that may not sign this',
  'time-ahead': 'its time is later than that at which a witness saw it',
  'back-dated': 'a witness had not seen it a day after its time',
  receipt: 'cannot be read as the receipt of this entry',
  proof: 'the entry is not proved to be in the tree of the checkpoint',
  opening: 'what is opened is not what the entry commits to',
  data: 'the receipt does not say that this file was submitted',
  consistency: 'it does not prove that the newer tree continues the older one',
  bag: 'not as BagIt and the page say',
  path: 'it names a path that may not be, or two that differ in nothing but capitals',
  pack: 'not as it must be, or it does not agree with what is there',
  assessment: 'not there, not as it must be, or not the file that was named',
  table: 'not there, cannot be read, or not the table that was named',
  sum: 'not what the rows say',
  anchor: 'what the log has of it is not what is here',
};

class Answer {
  constructor() {
    this.found = [];
    this.notes = [];
    this.head = { origin: null, size: null, root: null, witnessed: null };
    this.states = [];
    this.verified = false; // does all that the verdict `verified` takes hold, but for findings?
    this.policy = null; // the one by which the log's signature was judged: the reader's, or else the log's own
    this.limit = 'its payments were not computed again from the data (pbr verify does)'; // of a pack, in its first line
    this.about = []; // what it is of, in its own words: for people only
  }

  /** @param {number} step @param {string} kind its class @param {{entry?: number, file?: string, key?: string}} place */
  add(step, kind, place, why = '') {
    this.found.push({ step, class: kind, ...place, says: SAYS[kind] + (why && ` (${why})`) });
  }

  /** What `read` gives; where it cannot be read: a finding, and null. */
  attempt(step, kind, place, read) {
    try {
      return read();
    } catch (error) {
      this.add(step, kind, place, reason(error));
      return null;
    }
  }

  note(text) {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** "In the order of the steps, within a step by entry, then file, then class"; doubles left out; the first 1,000. */
  findings() {
    const texts = (one, other) => (one === undefined || other === undefined
      ? Number(other === undefined) - Number(one === undefined) : order(toUtf8(one), toUtf8(other)));
    const sorted = this.found.sort((one, other) => one.step - other.step || (one.entry ?? -1) - (other.entry ?? -1)
      || texts(one.file, other.file) || texts(one.class, other.class) || texts(one.key, other.key));
    const byPlace = new Map();
    for (const { step, ...finding } of sorted) {
      const place = JSON.stringify([finding.class, finding.entry, finding.file, finding.key]);
      if (!byPlace.has(place)) byPlace.set(place, finding);
    }
    return [...byPlace.values()].slice(0, MOST_FINDINGS);
  }

  /** "The verdict is broken if there is a finding. Otherwise verified if ...; otherwise internally consistent." */
  toJSON() {
    const verdict = this.found.length ? 'broken' : this.verified ? 'verified' : 'internally consistent';
    const ofPack = this.assessment === undefined ? {} : { assessment: this.assessment };
    return { verdict, ...this.head, ...ofPack, findings: this.findings(), assessments: this.states, notes: this.notes };
  }
}

// === keys (log page, The checkpoint) =================================================================================

const [ED25519, COSIGNATURE, ML_DSA] = [0x01, 0x04, 0x06];
const NO_NAME = /[+\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const isName = (text) => text !== '' && !NO_NAME.test(text);
// The ten keys of low order of the page: five, each with the sign bit clear or set.
const LOW_ORDER = ['01' + '00'.repeat(31), 'ec' + 'ff'.repeat(30) + '7f', '00'.repeat(32),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'];

/** An Ed25519 key that is not canonical, or of low order. */
function refusedKey(key) {
  const low = Uint8Array.from(key);
  low[31] &= 0x7f;
  return littleEndian(low) >= P || LOW_ORDER.includes(toHex(low));
}

/** @typedef {{text: string, name: string, id: string, type: number, key: Uint8Array}} Vkey */

/** @param {string} text @param {number[]} [types] those that may be @returns {Vkey} */
function parseVkey(text, types = [ED25519, COSIGNATURE, ML_DSA]) {
  const parts = must(isText(text) && /^([^+]*)\+([0-9a-f]{8})\+([^]*)$/.exec(text), 'a vkey');
  const [, name, id, base64] = parts;
  const material = fromBase64(base64);
  const [type, key] = [material[0], material.subarray(1)];
  must(isName(name) && types.includes(type) && key.length === (type === ML_DSA ? 1312 : 32), 'a vkey that may be here');
  must(toHex(sha256(join(toUtf8(name + '\n'), material)).subarray(0, 4)) === id, 'a vkey with its key ID');
  must(type === ML_DSA || !refusedKey(key), 'a vkey under which signatures prove something');
  return { text, name, id, type, key };
}

/** "Two different vkeys with the same name and key ID" are refused. @param {Vkey[]} keys */
function refuseClashes(keys) {
  const seen = new Map();
  for (const { name, id, text } of keys) {
    must((seen.get(name + '+' + id) ?? text) === text, 'one vkey for each name and key ID');
    seen.set(name + '+' + id, text);
  }
}

/** A signed note. "1 to 64 signature lines, each with a name as in a vkey and base64 of at least 5 bytes." */
function parseNote(data) {
  must(data.length <= LONGEST_NOTE, 'a note of a right length');
  const whole = fromUtf8(data);
  const split = whole.lastIndexOf('\n\n');
  must(!/[\u0000-\u0009\u000b-\u001f]/.test(whole) && split >= 0 && whole.endsWith('\n'), 'a signed note');
  const lines = whole.slice(split + 2).split('\n').slice(0, -1).map((line) => {
    const parts = must(/^\u2014 ([^ ]+) ([^ ]+)$/.exec(line), 'a signature line');
    const bytes = fromBase64(parts[2]);
    must(isName(parts[1]) && bytes.length >= 5, 'a signature line');
    return { name: parts[1], id: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
  });
  must(lines.length >= 1 && lines.length <= 64, 'a note of 1 to 64 signatures');
  return { text: whole.slice(0, split + 1), lines };
}

/** @typedef {{origin: string, size: number, root: Uint8Array, note: any}} Checkpoint */

/** @param {Uint8Array|null} data @returns {Checkpoint} "exactly three lines: origin, size, root in base64" */
function parseCheckpoint(data) {
  const note = parseNote(must(data, 'there, or no plain file'));
  const lines = note.text.split('\n');
  must(lines.length === 4 && lines[0] !== '', 'a checkpoint of three lines');
  const root = fromBase64(lines[2]);
  must(root.length === 32, 'a root of 32 bytes');
  return { origin: lines[0], size: decimal(lines[1]), root, note };
}

/** Does one signature line verify under the key of its name and ID? ok null: not checked, as it is ML-DSA-44. */
function checkLine(key, text, signature) {
  if (key.type === ED25519) return { ok: checkEd25519(key.key, toUtf8(text), signature), time: 0 };
  if (signature.length !== (key.type === ML_DSA ? 2428 : 72)) return { ok: false, time: 0 };
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time >= 2n ** 63n) return { ok: false, time: 0 };
  if (key.type === ML_DSA) return { ok: null, time: Number(time) };
  const message = toUtf8(`cosignature/v1\ntime ${time}\n${text}`);
  return { ok: checkEd25519(key.key, message, signature.subarray(8)), time: Number(time) };
}

/**
 * @typedef {{logs: Vkey[], witnesses: Map<string, Vkey>, groups: any[], quorum: string, data: Uint8Array}} Policy
 * `data`: its bytes, for who keeps it with a view
 */

/** @param {Uint8Array|null} data @returns {Policy} of tlog-policy, as strict as the page */
function parsePolicy(data) {
  must(data && data.length <= LONGEST_NOTE, 'a policy of a right length');
  must(!data.some((byte) => (byte < 0x20 && byte !== 9 && byte !== 10) || byte === 0x7f), 'a policy of text');
  const policy = { logs: [], witnesses: new Map(), groups: [], quorum: null, data };
  const defined = new Set(['none']);
  const members = new Set(['none']); // those that are in a group already: each may be in one only
  const define = (name) => must(!defined.has(name) && defined.add(name), 'a policy with each name once');
  for (const line of fromUtf8(data).split('\n')) {
    const [what, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    const is = (word, least, most) => what === word && items.length >= least && items.length <= most;
    if (what === undefined || what.startsWith('#')) continue;
    if (is('log', 1, 2)) policy.logs.push(parseVkey(items[0], [ED25519, ML_DSA]));
    else if (is('witness', 2, 3)) {
      define(items[0]);
      policy.witnesses.set(items[0], parseVkey(items[1], [COSIGNATURE, ML_DSA]));
    } else if (is('group', 3, Infinity)) {
      const [name, rule, ...inside] = items;
      for (const member of inside) {
        must(defined.has(member) && !members.has(member), 'a group of members that are defined and free');
        members.add(member);
      }
      must(/^(?:any|all|[1-9][0-9]{0,8})$/.test(rule), 'a group with its number');
      const least = rule === 'any' ? 1 : rule === 'all' ? inside.length : Number(rule);
      must(least <= inside.length, 'a group that has so many members');
      define(name);
      policy.groups.push({ name, least, members: inside });
    } else {
      must(is('quorum', 1, 1) && policy.quorum === null && defined.has(items[0]), 'a line of a policy');
      policy.quorum = items[0];
    }
  }
  must(policy.quorum !== null, 'a policy with a quorum');
  for (const keys of [policy.logs, [...policy.witnesses.values()]]) {
    must(new Set(keys.map(({ key }) => toHex(key))).size === keys.length, 'a policy with each key once');
  }
  refuseClashes(keysOf(policy));
  return policy;
}

const keysOf = (policy) => (policy ? [...policy.logs, ...policy.witnesses.values()] : []);

/** @param {Policy} policy @param {Set<string>} names of the witnesses that cosigned */
function quorumMet(policy, names) {
  const met = new Set([...names, 'none']);
  for (const { name, least, members } of policy.groups) {
    if (members.filter((member) => met.has(member)).length >= least) met.add(name);
  }
  return met.has(policy.quorum);
}

/**
 * What the signature lines of a checkpoint are worth under a policy. `signed`: by the log's Ed25519 key; `bad`: a line
 * of a known key does not verify; `met`: "a valid signature of the log and valid cosignatures that meet the quorum".
 * @param {Checkpoint} checkpoint @param {Policy} policy
 */
function judge({ origin, note }, policy) {
  const judged = { signed: false, bad: false, unchecked: false, met: false, times: [], cosigned: new Set() };
  const known = [...policy.logs.map((key) => [null, key]), ...policy.witnesses];
  for (const line of note.lines) {
    for (const [witness, key] of known.filter(([, { name, id }]) => name === line.name && id === line.id)) {
      const { ok, time } = checkLine(key, note.text, line.signature);
      judged.bad ||= ok === false;
      judged.unchecked ||= ok === null;
      if (!ok) continue; // one that was not checked "counts as not there"
      if (witness === null) judged.signed ||= key.name === origin;
      else judged.cosigned.add(witness);
      if (time > 0) judged.times.push(time);
    }
  }
  judged.met = judged.signed && quorumMet(policy, judged.cosigned);
  return judged;
}

/** Log page, step 2, for any checkpoint whose signatures count. @param {Answer} answer @param {{file?: string}} place */
function checkSignatures(answer, step, checkpoint, policy, place) {
  const judged = judge(checkpoint, policy);
  if (!judged.signed) answer.add(step, 'unsigned', place); // Ed25519 is required of the log, with ML-DSA or without
  if (judged.bad) answer.add(step, 'signature', place);
  if (judged.unchecked) answer.note(UNCHECKED);
  return judged;
}

const UNCHECKED = 'ML-DSA-44 signatures on checkpoints were not checked, and count as not there.';

/** Of the verdict: "the answer says whose policy and what it does not rule out". */
function notePolicy(answer, wasGiven) {
  answer.note(`Signatures were judged by the policy ${wasGiven ? 'given' : 'in the kept view'}. What that does not `
    + 'rule out: that those whom the policy trusts sign another history for somebody else, and whatever was never logged.');
}

/** @typedef {{checkpoint: Checkpoint, hashes: Uint8Array|null, policy: Policy|null}} Kept */

/** A kept view. @param {Uint8Array|null} hashes null: the checkpoint alone @param {Uint8Array|null} [policy] @returns {Kept} */
function parseKept(data, hashes, policy = null) {
  const checkpoint = parseCheckpoint(data);
  if (hashes !== null) {
    must(hashes.length >= checkpoint.size * 32, 'as many kept hashes as the kept checkpoint says');
    hashes = hashes.subarray(0, checkpoint.size * 32); // "what comes after them is left out"
    must(same(treeRoot(hashesOf(hashes)), checkpoint.root), 'kept hashes that give the root of the kept checkpoint');
  }
  return { checkpoint, hashes, policy: policy === null ? null : parsePolicy(policy) };
}

/** @param {string} path @returns {Kept} */
function readKept(path) {
  const read = (name, most = LONGEST_NOTE + 1) => readFile(nodePath.join(path, name), most);
  if (!isFolder(path)) return parseKept(readFile(path, LONGEST_NOTE + 1), null);
  const checkpoint = read('checkpoint');
  const size = parseCheckpoint(checkpoint).size * 32;
  const hashes = must(size < 2 ** 31 && read('hashes', size), 'a kept view whose hashes can be read');
  const policy = read('policy');
  const isThere = fs.lstatSync(nodePath.join(path, 'policy'), { throwIfNoEntry: false });
  must(policy !== null || !isThere, 'a kept policy that can be read');
  return parseKept(checkpoint, hashes, policy);
}

/** "The reader's policy is the one given, or else the one in the kept view." @param {Kept[]} kept */
const readersPolicy = (policy, kept) => policy ?? kept.find((view) => view.policy !== null)?.policy ?? null;

// === entries (log page, Entries) =====================================================================================

const ENTRY_TYPE = 'application/vnd.pbr-log.entry.v1+json';
const ROLES = ['commissioner', 'assessor', 'approver', 'provider', 'auditor'];
const RULE = { rule: isText, sha256: isDigest };
const FORMS = {
  terms: isExactly({ id: isText, version: isText, sha256: isDigest, rules: isListOf(isExactly(RULE)) }),
  keys: isExactly(Object.fromEntries(ROLES.map((role) => [role, isListOf(isText)]))),
  approval: isExactly({ approvers: (value) => isWhole(value) && value >= 1, assessor: isOneOf('may be one', 'may not') }),
  contract: isWhole, submissions: isRising, previous: isOrNull(isWhole), assessment: isWhole, answers: isRising,
  commitment: isDigest, disclosure: isDigest,
};
/** Of each kind: the roles that may sign it, and its members besides those that all have. */
const KINDS = {
  contract: [['commissioner'], ['terms', 'keys', 'approval']],
  variation: [['commissioner'], ['terms', 'keys', 'approval', 'contract']],
  submission: [['provider', 'commissioner', 'assessor'], ['contract', 'commitment']],
  seed: [ROLES, ['contract', 'commitment']],
  assessment: [['assessor'], ['contract', 'submissions', 'previous', 'commitment', 'disclosure']],
  approval: [['approver'], ['contract', 'assessment', 'answers', 'commitment']],
  challenge: [ROLES, ['contract', 'assessment', 'commitment']],
};
const ENVELOPE = isExactly({
  payload: isText, payloadType: isOneOf(ENTRY_TYPE), signatures: isListOf(isExactly({ keyid: isText, sig: isText })),
});

/** `keys` of an entry, read. @returns {Object<string, Vkey[]>} */
function readKeys(lists) {
  const keys = {};
  for (const role of ROLES) {
    must(new Set(lists[role]).size === lists[role].length, 'keys without doubles');
    keys[role] = lists[role].map((text) => parseVkey(text, [ED25519, ML_DSA]));
  }
  must(keys.commissioner.length > 0, 'keys of a commissioner');
  refuseClashes(ROLES.flatMap((role) => keys[role]));
  return keys;
}

/** DSSE's pre-authentication encoding: what is signed. */
const preAuthentication = (type, payload) =>
  join(toUtf8(`DSSEv1 ${toUtf8(type).length} ${type} ${payload.length} `), payload);

/**
 * Point 1, form. @param {Uint8Array} data @param {string} origin of the log's checkpoint @returns {any} the payload's
 * members and, added to them, `signed` (the bytes that are signed), `signatures`, `seconds` (of `at`), `roles` (keys)
 */
function readEntry(data, origin) {
  must(data.length >= 1 && data.length <= LONGEST_ENTRY, 'an entry of a right length');
  const envelope = readCanonical(data, ENVELOPE);
  const signatures = envelope.signatures.map(({ keyid, sig }, i) => {
    const parts = must(/^([^+]+)\+([0-9a-f]{8})$/.exec(keyid), 'a keyid');
    const signature = fromBase64(sig);
    must(isName(parts[1]) && signature.length === [64, 2420][i], 'a signature of its place');
    return { name: parts[1], id: parts[2], signature };
  });
  must(signatures.length > 0 && signatures.every(({ name }) => name === signatures[0].name), 'signatures of one name');
  const payload = fromBase64(envelope.payload);
  const entry = readCanonical(payload, (value) => isMap(value) && Object.hasOwn(KINDS, value.kind));
  const [, members] = KINDS[entry.kind];
  const common = { format: isOneOf('pbr-log/1'), origin: isOneOf(origin), kind: isText, at: isText };
  const shape = { ...common, ...Object.fromEntries(members.map((name) => [name, FORMS[name]])) };
  must(isExactly(shape)(entry), `as a ${entry.kind} of this log must be`);
  entry.seconds = readTime(entry.at);
  entry.roles = entry.keys ? readKeys(entry.keys) : null;
  entry.signed = preAuthentication(ENTRY_TYPE, payload);
  entry.signatures = signatures;
  return entry;
}

const COMMITMENT = toUtf8('pbr-log/1 commitment\n');
const commitment = ({ salt, document }) => toHex(sha256(join(COMMITMENT, fromHex(salt), toUtf8(canonical(document)))));

// Points 2 to 5 for each entry in order. FAILED: "has no kind for others". UNKNOWN: not looked at.
const [FAILED, UNKNOWN] = ['failed', 'unknown'];

class Entries {
  constructor() {
    // By number: entry, refers (null, FAILED or UNKNOWN), counts (yes or no), first (number of its contract), by (hex).
    this.known = [];
    this.varied = new Set();
    this.unchecked = false; // was there an ML-DSA-44 signature?
  }

  /** The record of that number, if entry i may refer to it as one of these kinds; else FAILED or UNKNOWN. */
  named(number, kinds, i) {
    if (number >= i) return FAILED;
    const other = this.known[number];
    if (other === undefined) return UNKNOWN;
    return other.refers ?? (kinds.includes(other.entry.kind) ? other : FAILED);
  }

  /** Point 3 for entry i. @returns {null|FAILED|UNKNOWN} */
  references(i, entry, record) {
    if (entry.kind === 'contract') return null;
    const named = (numbers, ...kinds) => numbers.map((number) => this.named(number, kinds, i));
    const [holder] = named([entry.contract], 'contract', 'variation');
    const answers = named(entry.answers ?? [], 'challenge');
    const assessments = [entry.previous, entry.assessment].filter(isWhole);
    const all = [holder, ...answers, ...named(entry.submissions ?? [], 'submission'), ...named(assessments, 'assessment')];
    const known = (some) => some.filter((other) => other !== UNKNOWN);
    if (all.includes(FAILED) || this.varied.has(entry.contract)) return FAILED;
    if (known(answers).some((challenge) => challenge.entry.assessment !== entry.assessment)) return FAILED;
    if (new Set(known(all).map(({ first }) => first)).size > 1) return FAILED;
    if (all.includes(UNKNOWN)) return UNKNOWN;
    record.first = holder.first;
    return null;
  }

  /** Points 4 and 5. @returns {null|'signer'|'signature'} */
  signatures(entry, record) {
    const roles = entry.kind === 'contract' ? entry.roles : this.known[entry.contract].entry.roles;
    const [signers] = KINDS[entry.kind];
    const listed = signers.flatMap((role) => roles[role]);
    const keys = entry.signatures.map(({ name, id }, i) =>
      listed.find((key) => key.name === name && key.id === id && key.type === [ED25519, ML_DSA][i]));
    if (keys.includes(undefined)) return 'signer';
    this.unchecked ||= keys.length === 2;
    record.by = toHex(keys[0].key);
    return checkEd25519(keys[0].key, entry.signed, entry.signatures[0].signature) ? null : 'signature';
  }

  /** @param {number} i @param {Uint8Array} data @param {(kind: string, why?: string) => void} wrong is told a finding */
  add(i, data, origin, wrong) {
    const record = { entry: null, refers: FAILED, counts: false, first: i, by: null };
    this.known[i] = record;
    try {
      record.entry = readEntry(data, origin);
    } catch (error) {
      wrong('form', reason(error));
      return;
    }
    const { entry } = record;
    record.refers = this.references(i, entry, record);
    if (entry.kind === 'variation' && record.refers === null) this.varied.add(entry.contract);
    let found = null;
    if (entry.seconds < this.known[i - 1]?.entry?.seconds) found = 'time';
    else if (record.refers === FAILED) found = 'references';
    else if (record.refers === null) found = this.signatures(entry, record);
    if (found !== null) wrong(found);
    record.counts = found === null && record.refers === null;
    entry.signed = null; // large, and not needed again
    entry.signatures = null;
  }

  /** The state of an assessment. @returns {{entry: number, state: string}[]} of every one that has a right form */
  assessments() {
    const last = new Map(); // by contract and previous: the last assessment
    const about = { approval: new Map(), challenge: new Map() }; // by assessment: [number, entry, key]
    this.known.forEach(({ entry, counts, first, by }, i) => {
      if (!counts) return;
      if (entry.kind === 'assessment') last.set(`${first} ${entry.previous}`, i);
      const map = about[entry.kind];
      if (map && !map.has(entry.assessment)) map.set(entry.assessment, []);
      if (map) map.get(entry.assessment).push({ i, entry, by });
    });
    const superseded = new Set();
    const state = (i) => {
      const { entry, counts, first, by } = this.known[i];
      if (!counts) return 'draft';
      if (last.get(`${first} ${entry.previous}`) !== i || superseded.has(entry.previous)) superseded.add(i);
      if (superseded.has(i)) return 'superseded';
      const approvals = about.approval.get(i) ?? [];
      const answered = new Set(approvals.flatMap((approval) => approval.entry.answers));
      if ((about.challenge.get(i) ?? []).some((challenge) => !answered.has(challenge.i))) return 'challenged';
      const { approvers, assessor } = this.known[entry.contract].entry.approval;
      const signers = new Set(approvals.map((approval) => approval.by));
      const others = new Set([...signers].filter((key) => key !== by));
      const enough = (assessor === 'may not' ? others : signers).size >= approvers;
      return enough && others.size > 0 ? 'approved' : 'draft';
    };
    const all = [...this.known.keys()].filter((i) => this.known[i]?.entry?.kind === 'assessment');
    return all.map((i) => ({ entry: i, state: state(i) }));
  }
}

// === log (log page, The folder, and Checking a log) ==================================================================

const LEVELS = 7; // a tree below 2^53 has tiles at levels 0 to 6
const above = (size, level) => Math.floor(size / 256 ** level);

/** @param {string|number} level or 'entries' @param {number} number @param {number} width */
function tilePath(level, number, width) {
  let path = String(number % 1000).padStart(3, '0');
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${level}/${path}${width < 256 ? `.p/${width}` : ''}`;
}

/** @returns {{level: string, number: number, width: number}|null} null: no right path of a tile or bundle */
function parseTilePath(path) {
  const parts = /^tile\/([0-6]|entries)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  if (!parts) return null;
  const [level, number, width] = [parts[1], Number(parts[2].replace(/[x/]/g, '')), Number(parts[3] ?? 256)];
  return tilePath(level, number, width) === path ? { level, number, width } : null;
}

/** @param {number} count of hashes or entries @yields {[number, number]} number and width of each tile or bundle */
function* places(count) {
  for (let number = 0; number * 256 < count; number++) yield [number, Math.min(256, count - number * 256)];
}

/** @param {Uint8Array} data a bundle @returns {Uint8Array[]} its entries, to the first not whole or of length 0 */
function entriesOf(data, width) {
  const entries = [];
  for (let at = 0; entries.length < width && at + 2 <= data.length;) {
    const length = data[at] * 256 + data[at + 1];
    if (length === 0 || at + 2 + length > data.length) break;
    entries.push(data.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

const lengthOf = (entries) => entries.reduce((sum, entry) => sum + 2 + entry.length, 0);
const NOTHING = new Uint8Array(0);
const isCosigned = (path) => /^cosigned(?:\/|$)/.test(path);

/** What is only noted, wherever it is: an empty folder, and a plain file whose name begins with a point. */
function isNoted(answer, { path, kind }) {
  const hidden = kind === 'file' && path.split('/').at(-1).startsWith('.');
  if (kind === 'empty') answer.note(`Empty folder: ${path}`);
  if (hidden) answer.note(`A file whose name begins with a point: ${path}`);
  return kind === 'empty' || hidden;
}

/** @param {Files} files @param {{policy?: Policy|null, kept?: Kept[]}} [given] @returns {Answer} */
function checkLog(files, given = {}) {
  const answer = new Answer();
  const kept = [given.kept ?? []].flat();
  const at = { file: 'checkpoint' };

  // 1. Checkpoint.
  const checkpoint = answer.attempt(1, 'checkpoint', at, () => parseCheckpoint(files.get('checkpoint', LONGEST_NOTE + 1)));
  if (checkpoint === null) return answer;
  const { origin, size, root } = checkpoint;
  const reader = readersPolicy(given.policy, kept);
  answer.head = { origin, size, root: toHex(root), witnessed: 0 };

  // 2. Signatures on it.
  const items = files.list();
  const hasOwn = items.some(({ path }) => path === 'policy' || path.startsWith('policy/'));
  const readOwn = () => parsePolicy(files.get('policy', LONGEST_NOTE + 1));
  const own = hasOwn ? answer.attempt(2, 'file', { file: 'policy' }, readOwn) : null;
  const policy = reader ?? own;
  answer.policy = policy;
  const listed = [...keysOf(reader), ...keysOf(own)];
  const isUnlisted = (line) => !listed.some(({ name, id }) => name === line.name && id === line.id);
  const hasUnlisted = ({ note }) => own !== null && note.lines.some(isUnlisted);
  if (hasUnlisted(checkpoint)) answer.add(2, 'signature', at);
  const times = []; // [SIZE, T] of each valid cosignature
  if (policy === null) answer.note('No policy: the signatures on the checkpoint were not checked.');
  else {
    const judged = checkSignatures(answer, 2, checkpoint, policy, at);
    times.push(...judged.times.map((time) => [size, time]));
    if (reader === null) answer.note('The log\'s own policy was used, which says nothing against the log\'s owner.');
    else notePolicy(answer, Boolean(given.policy));
    if (reader !== null && judged.met) answer.head.witnessed = size;
  }

  // 3. Files.
  if (!checkFiles(answer, files, items, size)) return answer;

  // 4. Entries and tiles. Hashes are kept by bundle: of the tile (if it is as long as it should be) and of the entries.
  const { fromTile, fromEntries, looked } = checkTiles(answer, files, size);

  // 5. Root.
  const tileLeaf = (i) => hashAt(fromTile[Math.floor(i / 256)], i % 256);
  const entryLeaf = (i) => hashAt(fromEntries[Math.floor(i / 256)], i % 256);
  const leaf = (i) => entryLeaf(i) ?? tileLeaf(i); // "from the bundle; else from the tile"
  answer.leaves = leaf; // for who keeps a view
  const gives = (leafAt) => {
    const [taken] = prefixRoots(leafAt, [size]);
    return taken !== null && same(taken, root);
  };
  const [tilesRight, entriesRight] = [gives(tileLeaf), gives(entryLeaf)];
  if (!tilesRight && !entriesRight) answer.add(5, 'root', at);
  else if (answer.found.some(({ step }) => step === 3 || step === 4)) {
    const right = [tilesRight ? ['tiles'] : [], entriesRight ? ['entries'] : []].flat();
    answer.note(`The root is the one that the ${right.join(' and the ')} give: `
      + `${right.length === 2 ? 'neither were' : tilesRight ? 'it is entries that were' : 'it is tiles that were'} changed or lost.`);
  }

  // 6 and 7 ask which prefixes of the leaves have which root: each size once, rising.
  const cosigned = items.filter(({ path }) => isCosigned(path)).map((item) => readCosigned(answer, files, item, origin))
    .filter((item) => item !== null).sort((one, other) => one.size - other.size);
  const sizes = [...cosigned, ...kept.map((view) => view.checkpoint)].map((one) => one.size).filter((one) => one <= size);
  const rising = [...new Set(sizes)].sort((one, other) => one - other);
  const roots = new Map(prefixRoots(leaf, rising).map((prefix, i) => [rising[i], prefix]));
  const isOther = (one) => Boolean(roots.get(one.size)) && !same(roots.get(one.size), one.root);
  const right = cosigned.filter((one) => roots.get(one.size) && !isOther(one)).map((one) => one.size);
  const lastRight = (before) => right.filter((one) => one < before).at(-1) ?? 0;

  // 6. Kept view.
  for (const { checkpoint: seen, hashes } of kept) {
    answer.note(seen.size === 0 ? 'The kept view is of an empty log: it shows nothing about this one.'
      : `The log was compared with a view kept at size ${seen.size}. What that does not rule out: another history shown `
      + 'to others, and whatever came after that view.');
    if (seen.origin !== origin) {
      answer.add(6, 'origin', at, `${seen.origin}, now ${origin}`);
      continue;
    }
    if (size < seen.size) answer.add(6, 'rollback', { entry: size }, `${seen.size}, now ${size}`);
    const differs = (i) => leaf(i) !== null && !same(leaf(i), hashAt(hashes, i));
    let i = hashes === null ? WHOLE : 0;
    while (i < Math.min(size, seen.size) && !differs(i)) i++;
    if (i < Math.min(size, seen.size)) answer.add(6, 'history', { entry: i });
    if (hashes === null && isOther(seen)) answer.add(6, 'history', { entry: lastRight(seen.size) });
  }

  // 7. Cosigned checkpoints.
  for (const one of cosigned) {
    const file = { file: one.path };
    if (one.size > size) answer.add(7, 'rollback', { entry: size, ...file }, `${one.size}, now ${size}`);
    if (isOther(one)) answer.add(7, 'history', { entry: lastRight(one.size), ...file });
    if (hasUnlisted(one)) answer.add(7, 'signature', file);
    if (policy === null) continue;
    const { signed, bad, unchecked, cosigned: witnesses, met, times: seen } = judge(one, policy);
    if (bad) answer.add(7, 'signature', file);
    if (unchecked) answer.note(UNCHECKED);
    if (!signed && witnesses.size === 0 && !unchecked) answer.add(7, 'unsigned', file);
    if (!right.includes(one.size)) continue;
    times.push(...seen.map((time) => [one.size, time]));
    if (reader !== null && met) answer.head.witnessed = Math.max(answer.head.witnessed, one.size);
  }

  // 8. What entries say.
  const entries = new Entries();
  for (const [bundle, width] of places(size)) {
    const most = entriesRight ? width : looked[bundle];
    if (most === 0) continue;
    const data = files.get(tilePath('entries', bundle, width), LONGEST_BUNDLE) ?? NOTHING;
    entriesOf(data, most).forEach((bytes, i) => {
      const entry = bundle * 256 + i;
      entries.add(entry, bytes, origin, (kind, why) => answer.add(8, kind, { entry }, why));
    });
  }
  if (entries.unchecked) answer.note('ML-DSA-44 signatures of entries were not checked; their Ed25519 signatures were.');
  answer.states = entries.assessments();

  // 9. Back-dating.
  checkTimes(answer, entries, times);

  // "Verified if there is a reader's policy and all entries are witnessed; ... otherwise the answer says what was lacking."
  const { witnessed } = answer.head;
  answer.verified = reader !== null && witnessed === size;
  if (reader === null) {
    answer.note(kept.length
      ? 'The kept view has no policy: it shows only that the history was not changed, whoever went on with it.'
      : 'There was no policy from elsewhere than the log: whoever wrote all of it could have written it like this.');
  } else if (witnessed < size) {
    answer.note(`Nobody has witnessed entries ${witnessed} to ${size - 1} yet: only the log's owner vouches for them.`);
  }
  return answer;
}

/** Step 3. @returns {boolean} whether the other steps follow */
function checkFiles(answer, files, items, size) {
  const needed = new Set(['checkpoint', 'policy']);
  const [missing, short] = [[], []];
  for (const level of [0, 1, 2, 3, 4, 5, 6, 'entries']) {
    for (const [number, width] of places(above(size, level === 'entries' ? 0 : level))) {
      if (missing.length > MOST_FINDINGS) break;
      const path = tilePath(level, number, width);
      needed.add(path);
      if (files.size(path) === null) missing.push(path);
      else if (level !== 'entries' && files.size(path) !== width * 32) short.push(path);
    }
  }
  for (const file of missing.slice(0, MOST_FINDINGS)) answer.add(3, 'file', { file });
  if (missing.length > MOST_FINDINGS) {
    answer.note('More than 1,000 files are not there: nothing further was checked.');
    return false;
  }
  for (const file of short) answer.add(3, 'file', { file });
  for (const item of items) {
    const wrong = needed.has(item.path) ? item.kind === 'other' && item.path === 'policy'
      : !isCosigned(item.path) && !mayStay(answer, files, size, item);
    if (wrong) answer.add(3, 'file', { file: item.path });
  }
  return true;
}

/** Of step 3: may this stay "of what is there besides"? */
function mayStay(answer, files, size, item) {
  if (isNoted(answer, item)) return true;
  const tile = item.kind === 'file' ? parseTilePath(item.path) : null;
  if (tile === null) return false;
  const ofEntries = tile.level === 'entries';
  const level = ofEntries ? 0 : Number(tile.level);
  const count = above(size, level);
  const end = tile.number * 256 + tile.width;
  if (end > above(WHOLE, level)) return false;
  // What this tree has there, as far as it is there: whole hashes or entries, and no more than it should have.
  const here = Math.min(256, count - tile.number * 256); // 0 or fewer: none
  const path = tilePath(tile.level, tile.number, here);
  let ours = here > 0 ? files.get(path, ofEntries ? LONGEST_BUNDLE : here * 32) : null;
  if (ours !== null && ofEntries) ours = ours.subarray(0, lengthOf(entriesOf(ours, here)));
  if (end > count) {
    answer.note(`Beyond the checkpoint: ${item.path}`);
    return ours === null || beginsWith(files.get(item.path, ours.length) ?? NOTHING, ours);
  }
  if (!ofEntries && item.size !== tile.width * 32) return false;
  const data = files.get(item.path, LONGEST_BUNDLE + 1) ?? NOTHING;
  const entries = ofEntries ? entriesOf(data, tile.width) : [];
  if (ofEntries && (entries.length < tile.width || lengthOf(entries) !== item.size)) return false;
  return ours === null || beginsWith(ours, data);
}

/** @returns {Uint8Array|null} the hashes of a tile; null where it is not there or has another length */
function readTile(files, level, number, width) {
  const path = tilePath(level, number, width);
  const data = files.size(path) === width * 32 ? files.get(path, width * 32) : null;
  return data?.length === width * 32 ? data : null;
}

/** Step 4. @returns hashes by bundle, of the tile and of the entries, and how many entries are right in each */
function checkTiles(answer, files, size) {
  const [fromTile, fromEntries, looked] = [[], [], []];
  for (const [number, width] of places(size)) {
    const file = tilePath('entries', number, width);
    const tile = readTile(files, 0, number, width);
    const bundle = files.get(file, LONGEST_BUNDLE);
    const entries = entriesOf(bundle ?? NOTHING, width);
    const hashes = entries.map(leafHash);
    let right = hashes.findIndex((hash, i) => tile !== null && !same(hash, hashAt(tile, i)));
    if (right < 0) right = hashes.length;
    fromTile.push(tile);
    fromEntries.push(join(...hashes));
    looked.push(right);
    if (bundle === null) continue;
    if (right < width) answer.add(4, 'entry', { entry: number * 256 + right, file });
    if (hashes.length === width && files.size(file) > lengthOf(entries)) answer.add(4, 'file', { file }, 'more after it');
  }
  const rootOfFull = (tile) => (tile?.length === 256 * 32 ? treeRoot(hashesOf(tile)) : null);
  let below = fromTile.map(rootOfFull);
  for (let level = 1; level < LEVELS; level++) {
    const roots = [];
    for (const [number, width] of places(above(size, level))) {
      const tile = readTile(files, level, number, width);
      roots.push(rootOfFull(tile));
      const isWrong = (hash, i) => below[number * 256 + i] && !same(hash, below[number * 256 + i]);
      const wrong = tile !== null && hashesOf(tile).some(isWrong);
      if (wrong) answer.add(4, 'file', { file: tilePath(level, number, width) }, 'a hash is not that of the tile below');
    }
    below = roots;
  }
  return { fromTile, fromEntries, looked };
}

/** Of step 7: "not a readable checkpoint of that size and of this origin, or a name that is no such number: file". */
function readCosigned(answer, files, item, origin) {
  if (isNoted(answer, item)) return null;
  return answer.attempt(7, 'file', { file: item.path }, () => {
    const checkpoint = parseCheckpoint(item.kind === 'file' ? files.get(item.path, LONGEST_NOTE + 1) : null);
    const size = decimal(item.path.slice('cosigned/'.length));
    must(checkpoint.size === size && checkpoint.origin === origin, 'a checkpoint of this size and log');
    return { ...checkpoint, path: item.path };
  });
}

/** Step 9. @param {[number, number][]} times SIZE and T of each valid cosignature */
function checkTimes(answer, entries, times) {
  const seconds = (i) => entries.known[i]?.entry?.seconds;
  const rising = []; // the entries of a later time than all before them: the first after any time is one of them
  for (const i of entries.known.keys()) {
    if (seconds(i) > (rising.length ? seconds(rising.at(-1)) : -1)) rising.push(i);
  }
  for (const [size, time] of times) {
    let [low, high] = [0, rising.length]; // a binary search
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (seconds(rising[middle]) > time + 300) high = middle;
      else low = middle + 1;
    }
    if (rising[low] < size) answer.add(9, 'time-ahead', { entry: rising[low] });
    if (seconds(size) < time - 86400) answer.add(9, 'back-dated', { entry: size });
  }
}

// === receipts (log page, Receipts) ===================================================================================

const readHashes = (lines) => must(lines.length <= MOST_HASHES && lines, 'at most 63 hashes').map((line) => {
  const hash = fromBase64(line);
  must(hash.length === 32, 'a hash of 32 bytes');
  return hash;
});

/** The lines before the first empty line, and the checkpoint after it. */
function splitProof(data) {
  const text = fromUtf8(data);
  const split = text.indexOf('\n\n');
  must(split >= 0, 'a proof and a checkpoint');
  return { lines: text.slice(0, split).split('\n'), checkpoint: parseCheckpoint(toUtf8(text.slice(split + 2))) };
}

/** A file of tlog-proof. @returns {{extra: Uint8Array|null, index: number, hashes: Uint8Array[], checkpoint: Checkpoint}} */
function parseProof(data) {
  must(data && data.length <= LONGEST_NOTE, 'a proof of a right length');
  const { lines, checkpoint } = splitProof(data);
  must(lines.shift() === 'c2sp.org/tlog-proof@v1', 'a tlog-proof');
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift().slice(6)) : null;
  const index = must(/^index (.*)$/.exec(lines.shift() ?? ''), 'a proof with an index');
  return { extra, index: decimal(index[1]), hashes: readHashes(lines), checkpoint };
}

const isOpening = isExactly({ salt: isDigest, document: isMap });
const isOpenings = (value) => isMapOf(isOpening)(value)
  && Object.keys(value).every((name) => name === 'commitment' || name === 'disclosure');
const EXTRA = isExactly({ entry: isText, openings: isOpenings });

/**
 * A receipt by itself, or (step 6) in a pack. @param {number|null} step the one of the pack @param {Uint8Array|null} data
 * @returns {null|{index: number, data: Uint8Array, entry: any, openings: any, checkpoint: Checkpoint, met: boolean}}
 */
function examineReceipt(answer, step, data, policy, place) {
  const read = answer.attempt(step ?? 1, 'receipt', place, () => {
    const proof = parseProof(data);
    const extra = readCanonical(must(proof.extra, 'a receipt with its extra line'), EXTRA);
    const bytes = fromBase64(extra.entry);
    return { ...proof, data: bytes, openings: extra.openings, entry: readEntry(bytes, proof.checkpoint.origin) };
  });
  if (read === null) return null;
  const { index, checkpoint, entry, openings, hashes } = read;
  const met = policy !== null && checkSignatures(answer, step ?? 2, checkpoint, policy, place).met;
  if (!policy) answer.note('No policy: the signatures on the checkpoint of a receipt were not checked.');
  const at = { entry: index, ...place };
  const proved = checkInclusion(index, checkpoint.size, leafHash(read.data), hashes, checkpoint.root);
  if (!proved) answer.add(step ?? 3, 'proof', at);
  for (const [name, opening] of Object.entries(openings)) {
    if (entry[name] !== commitment(opening)) answer.add(step ?? 4, 'opening', at, name);
  }
  answer.note('The signatures of an entry cannot be checked from a receipt alone: the keys stand in another entry.');
  return { ...read, met };
}

/** "`witnessed` is the checkpoint's size where the quorum is met, else 0. The verdict is `verified` where it is not 0." */
function concludeProof(answer, { origin, size, root }, met, policy) {
  answer.head = { origin, size, root: toHex(root), witnessed: met ? size : 0 };
  answer.verified = answer.head.witnessed > 0;
  if (policy && !met) {
    answer.note('Not enough witnesses that the policy asks for stand on this checkpoint: until one is asked for that they '
      + 'have seen, only the log\'s owner vouches for it.');
  }
}

/** @param {Uint8Array} data @param {{policy?: Policy|null, data?: any[]}} [given] `data`: {name, sha256, size} of files */
function checkReceipt(data, given = {}) {
  const answer = new Answer();
  const policy = given.policy ?? null;
  const receipt = examineReceipt(answer, null, data, policy, {});
  if (receipt === null) return answer;
  if (policy) notePolicy(answer, true);
  concludeProof(answer, receipt.checkpoint, receipt.met, policy);
  answer.about.push(`entry ${receipt.index}, ${receipt.entry.kind}, of ${receipt.entry.at} by its own word`);
  const files = receipt.entry.kind === 'submission' ? filesOf(receipt) : [];
  for (const file of given.data ?? []) {
    if (isAmong(file, files)) answer.about.push(`${file.name} is one of its files: same SHA-256 and size`);
    else answer.add(6, 'data', { file: file.name });
  }
  return answer;
}

/** The files that a receipt's opened commitment lists. */
function filesOf({ openings }) {
  const files = openings.commitment?.document.files;
  return Array.isArray(files) ? files : [];
}

/** Has one of the files this SHA-256 and size? */
const isAmong = (file, files) => isMap(file)
  && files.some((other) => isMap(other) && other.sha256 === file.sha256 && other.size === file.size);

// === consistency (log page, Consistency proofs) ======================================================================

/** The body of add-checkpoint of tlog-witness. @param {Uint8Array} data @param {Kept} kept @returns {Answer} */
function checkConsistencyFile(data, kept, policy = null) {
  const answer = new Answer();
  const old = kept.checkpoint;
  const proof = answer.attempt(1, 'consistency', {}, () => {
    const { lines, checkpoint } = splitProof(data);
    const first = must(/^old (.*)$/.exec(lines.shift()), 'a proof from an old size');
    return { ...checkpoint, from: decimal(first[1]), hashes: readHashes(lines) };
  });
  if (proof === null) return answer;
  const reader = readersPolicy(policy, [kept]);
  const met = reader !== null && checkSignatures(answer, 2, proof, reader, {}).met;
  if (reader) notePolicy(answer, Boolean(policy));
  else answer.note('No policy: the signatures on the checkpoint were not checked.');
  concludeProof(answer, proof, met, reader);
  if (old.size === 0) answer.note('The older checkpoint is of an empty log: this proves nothing.');
  if (proof.from !== old.size) answer.add(3, 'consistency', {}, `from ${proof.from}, not ${old.size}`);
  if (proof.origin !== old.origin) answer.add(4, 'origin', {}, `${old.origin}, now ${proof.origin}`);
  const proved = checkConsistency(proof.from, proof.size, old.root, proof.root, proof.hashes);
  if (!proved) answer.add(5, 'consistency', {});
  return answer;
}

// === texts (pack page, The canonical text of a table; trail-format.md for cells) =====================================

const LONGEST_ROW = 2 ** 30;
const PIECE = 2 ** 20;

/** Reads a file in pieces; what was read since the last `end` stays until the next. */
class Pieces {
  constructor(files, path) {
    [this.files, this.path] = [files, path];
    [this.data, this.start, this.at, this.offset] = [NOTHING, 0, 0, 0];
  }

  has(count) {
    while (this.data.length - this.at < count) {
      const more = this.files.get(this.path, Math.max(count, PIECE), this.offset);
      if (more === null || more.length === 0) return false;
      must(this.data.length - this.start <= LONGEST_ROW, 'a row of a right length');
      this.data = join(this.data.subarray(this.start), more);
      [this.at, this.start, this.offset] = [this.at - this.start, 0, this.offset + more.length];
    }
    return true;
  }

  take(count) {
    if (!this.has(count)) must(false, 'whole');
    this.at += count;
    return this.data.subarray(this.at - count, this.at);
  }

  byte() {
    return this.take(1)[0];
  }

  /** What was taken since the last time. */
  end() {
    const taken = this.data.subarray(this.start, this.at);
    this.start = this.at;
    return taken;
  }

  /** The bytes to the next newline, without it. */
  line(most) {
    for (let count = 0; count <= most; count++) if (this.byte() === 10) return this.end().subarray(0, -1);
    return must(false, 'a line of a right length');
  }
}

const CELL = { i: /^(?:0|-?[1-9][0-9]{0,37})$/, d: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, b: /^[yn]$/, t: /^/ };

/** "Cell: a tag, the length of its text in bytes of UTF-8, `:`, the text." @returns {null|bigint|string|object} */
function readCell(pieces, inList = false) {
  const tag = String.fromCharCode(pieces.byte());
  if (tag === 'n') return null;
  must((inList ? 't' : 'itdbl').includes(tag), 'a cell of a known sort');
  let digits = '';
  for (let byte = pieces.byte(); byte !== 0x3a; byte = pieces.byte()) digits += String.fromCharCode(byte);
  const length = decimal(digits);
  must(length <= LONGEST_CELL, 'a cell of a right length');
  if (tag === 'l') {
    const start = pieces.at - pieces.start;
    for (let i = 0; i < length; i++) {
      readCell(pieces, true);
      must(pieces.at - pieces.start - start <= LONGEST_CELL, 'a cell of a right length');
    }
    return { tag };
  }
  const text = fromUtf8(pieces.take(length));
  must(CELL[tag].test(text), 'a cell of its sort');
  if (tag === 't') return text;
  return tag === 'i' ? BigInt(text) : { tag };
}

/** "Blocks: 1,024 rows to a block. Tree: that of RFC 6962 over the blocks." Rows' digests in, root out. */
class TableDigest {
  constructor() {
    [this.rows, this.block, this.leaves] = [0, [], []];
  }

  add(digest) {
    this.rows++;
    this.block.push(digest);
    if (this.block.length === 1024) this.close();
  }

  close() {
    if (this.block.length) this.leaves.push(leafHash(join(...this.block)));
    this.block = [];
  }

  root() {
    this.close();
    return toHex(treeRoot(this.leaves));
  }
}

/** @param {boolean} keep the rows too? @returns {{columns: string[], rows: number, root: string, cells: any[][]}} */
function readTable(files, path, keep) {
  const pieces = new Pieces(files, path);
  const columns = readCanonical(pieces.line(LONGEST_HEAD), isListOf(isText));
  must(new Set(columns).size === columns.length, 'columns without doubles');
  const digest = new TableDigest();
  const cells = [];
  while (pieces.has(1)) {
    const row = columns.map(() => readCell(pieces));
    digest.add(sha256(pieces.end()));
    if (keep) cells.push(row);
    must(pieces.byte() === 10, 'a row that ends with a newline');
    pieces.end();
  }
  return { columns, rows: digest.rows, root: digest.root(), cells };
}

// === pack (pack page, Checking a pack) ===============================================================================

const PAYLOAD_MANIFESTS = ['manifest-sha256.txt', 'manifest-sha512.txt'];
const TAG_MANIFESTS = ['tagmanifest-sha256.txt', 'tagmanifest-sha512.txt'];
const TAG_FILES = ['bag-info.txt', 'bagit.txt', ...PAYLOAD_MANIFESTS];
const BAGIT = toUtf8('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
const WINDOWS = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$)/i;
const ASSESSMENT = 'data/assessment/';
const REDACTED = 'data/redacted/';
const RECEIPT = /^data\/receipts\/(0|[1-9][0-9]*)\.tlog-proof$/;

/** May a path be so? */
const mayBe = (path) => /^[A-Za-z0-9._+/-]+$/.test(path)
  && path.split('/').every((part) => part !== '' && !part.endsWith('.') && !WINDOWS.test(part));
const areSame = (one, other) => one.length === other.size && one.every((item) => other.has(item));
const below = (there, start) => [...there].filter((path) => path.startsWith(start));
const hashOf = (manifest) => (manifest.includes('512') ? 'sha512' : 'sha256');

/** @returns {Map<string, string>} path to digest */
function readManifest(data, name) {
  must(data && data.length <= LONGEST_MANIFEST, 'there, or too long');
  const text = fromUtf8(data);
  must(text === '' || text.endsWith('\n'), 'ended by a newline');
  const named = new Map();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, digest, path] = must(/^([0-9a-f]+) {2}([^\r]+)$/.exec(line), 'digest, two spaces and path');
    must(digest.length === (hashOf(name) === 'sha512' ? 128 : 64) && !named.has(path), 'each path once, with its digest');
    named.set(path, digest);
  }
  return named;
}

/** Step 1. @param {Files} files @param {(path: string) => any} digest */
function checkBag(answer, files, digest) {
  const wrong = (kind, file, why) => answer.add(1, kind, { file }, why);
  const declared = files.get('bagit.txt', 100);
  if (declared === null || !same(declared, BAGIT)) wrong('bag', 'bagit.txt');
  const read = new Map();
  for (const name of [...PAYLOAD_MANIFESTS, ...TAG_MANIFESTS]) {
    const data = files.get(name, LONGEST_MANIFEST + 1);
    const named = answer.attempt(1, 'bag', { file: name }, () => readManifest(data, name));
    if (named !== null) read.set(name, named);
  }
  for (const [name, named] of read) {
    const ofPayload = PAYLOAD_MANIFESTS.includes(name);
    const capitals = new Set();
    for (const path of named.keys()) {
      const isRight = mayBe(path) && (!ofPayload || path.startsWith('data/'));
      if (!isRight) named.delete(path);
      if (!isRight || (ofPayload && capitals.has(path.toLowerCase()))) wrong('path', name, path);
      capitals.add(path.toLowerCase());
    }
    if (!ofPayload && !areSame(TAG_FILES, named)) wrong('bag', name, 'other files than it must name');
  }
  const [first, second] = PAYLOAD_MANIFESTS.map((name) => read.get(name));
  if (first && second && !areSame([...first.keys()], second)) wrong('bag', PAYLOAD_MANIFESTS[1], 'other files than in the first');
  const all = new Set([...read.values()].flatMap((named) => [...named.keys()]));
  for (const { path, kind } of files.list()) {
    if (kind !== 'file' || !(all.has(path) || TAG_MANIFESTS.includes(path))) wrong('file', path);
  }
  for (const path of all) {
    const is = digest(path);
    const differs = ([name, named]) => named.has(path) && named.get(path) !== is[hashOf(name)];
    if (is === null || [...read].some(differs)) wrong('file', path);
  }
}

const PACK = isExactly({ format: isOneOf('pbr-pack/1'), redacted: isBoolean, log: isBoolean, receipts: isRising });

/** Step 2. @param {Set<string>} there @returns {any} null: "nothing further is checked" */
function readPackJson(answer, files, there) {
  const file = 'data/pack.json';
  const data = there.has(file) ? files.get(file, LONGEST_JSON) : null;
  const pack = answer.attempt(2, 'pack', { file }, () => readCanonical(must(data, 'there'), PACK));
  if (pack === null) return null;
  const isIn = (folder) => below(there, `data/${folder}/`).length > 0;
  const receipts = new Set(below(there, 'data/receipts/'));
  const agrees = areSame(pack.receipts.map((number) => `data/receipts/${number}.tlog-proof`), receipts)
    && isIn('log') === pack.log && isIn('redacted') === pack.redacted
    && isIn('assessment') !== pack.redacted && isIn('text') !== pack.redacted;
  if (!agrees) answer.add(2, 'pack', { file });
  const folders = /^data\/(?:assessment|text|redacted|log|receipts)\//;
  const single = [file, 'data/README.txt', 'data/ro-crate-metadata.json'];
  const wrong = [...single.filter((path) => !there.has(path)),
    ...[...there].filter((path) => !folders.test(path) && !single.includes(path))];
  for (const path of wrong) answer.add(2, 'file', { file: path });
  return pack;
}

const TABLE = { columns: isListOf(isText), rows: isWhole, root: isDigest };
const FILE = { sha256: isDigest, size: isWhole };
const MANIFEST = has({
  format: isOneOf('pbr-trail/1'),
  contract: has({ id: isText, version: isText, sha256: isDigest }),
  rules: isListOf(has({ ...RULE, file: isText })),
  inputs: isListOf(has({ ...FILE, name: isText, file: isOrNull(isText) })),
  tables: isMapOf(has(TABLE)),
  documents: isMapOf(isDigest),
});
const RUN = has({ files: isMapOf(has(FILE)) });

/** JSON of the assessment, as text and read. */
function readDocument(files, there, path, shape) {
  const data = there.has(path) ? files.get(path, LONGEST_JSON + 1) : null;
  must(data && data.length <= LONGEST_JSON, 'there, or too long');
  const value = parseJson(fromUtf8(data));
  must(shape(value), 'a document that has what is read of it');
  return { data, value };
}

/** Step 3. @returns {any} manifest.json, or null */
function checkAssessment(answer, files, there, digest) {
  const at = (path) => ({ file: ASSESSMENT + path });
  const wrong = (path) => answer.add(3, 'assessment', at(path));
  const read = (path, shape) =>
    answer.attempt(3, 'assessment', at(path), () => readDocument(files, there, ASSESSMENT + path, shape));
  const inside = below(there, ASSESSMENT).map((path) => path.slice(ASSESSMENT.length));
  const expect = (path, sha, size) => {
    const is = there.has(ASSESSMENT + path) ? digest(ASSESSMENT + path) : null;
    if (is === null || is.sha256 !== sha || (size !== undefined && is.size !== size)) wrong(path);
  };
  const run = read('run.json', RUN)?.value;
  if (run) {
    const others = inside.filter((path) => path !== 'run.json');
    if (!areSame(others, new Set(Object.keys(run.files)))) wrong('run.json');
    for (const path of others.filter((name) => name in run.files)) {
      expect(path, run.files[path].sha256, run.files[path].size);
    }
  }
  const document = read('manifest.json', MANIFEST);
  if (document === null) return null;
  answer.attempt(3, 'assessment', at('manifest.json'), () => readCanonical(document.data));
  const { contract, documents, rules, inputs, tables } = document.value;
  const named = [
    ['contract/contract.yaml', contract.sha256],
    ...Object.entries(documents),
    ...rules.map((rule) => [rule.file, rule.sha256]),
    ...inputs.filter(({ file }) => file !== null).map((input) => [input.file, input.sha256, input.size]),
  ];
  for (const [path, sha, size] of named) expect(path, sha, size);
  for (const path of Object.keys(tables)) if (!there.has(ASSESSMENT + path)) wrong(path);
  const known = new Set([...named.map(([path]) => path), ...Object.keys(tables), 'manifest.json', 'run.json']);
  for (const path of inside) if (!known.has(path)) wrong(path);
  return document.value;
}

/** Step 4. @returns {Map<string, any>} the tables payments and due, with their rows; null: it cannot be parsed */
function checkTexts(answer, files, there, manifest) {
  const kept = new Map();
  const texts = new Set();
  for (const [path, table] of Object.entries(manifest.tables)) {
    const file = `data/text/${path.replace(/\.parquet$/, '')}.txt`;
    const isNeeded = path === 'payments.parquet' || path === 'due.parquet';
    const is = answer.attempt(4, 'table', { file }, () => readTable(files, must(there.has(file) && file, 'there'), isNeeded));
    if (is && !isTable(is, table)) answer.add(4, 'table', { file });
    if (isNeeded) kept.set(path, is);
    texts.add(file);
  }
  for (const file of below(there, 'data/text/')) if (!texts.has(file)) answer.add(4, 'file', { file });
  return kept;
}

/** Are columns, number of rows and root those of the document? */
const isTable = (is, table) => is.rows === table.rows && is.root === table.root
  && canonical(is.columns) === canonical(table.columns);

/** The contract and the day of manifest.json (or the disclosure), and the totals of statement.json, as written. */
function inShort({ contract, complete_to: to }, { totals, settlement, currency }) {
  const said = (value) => (typeof value === 'object' ? '?' : String(value)); // a map has no text
  const days = isMap(to) ? Object.entries(to).map(([table, day]) => [table, said(day || 'no day')]) : [];
  const isOne = new Set(days.map(([, day]) => day)).size === 1;
  const complete = isOne ? days[0][1] : days.map(([table, day]) => `${day} (${table})`).join(', ');
  const text = `${contract.id}, version ${contract.version}${complete && `, complete to ${complete}`}`;
  if (!isMap(totals) || totals.paid === undefined) return text;
  const parts = ['gross', 'deducted', 'held'].filter((name) => totals[name] !== undefined)
    .map((name) => `${name === 'held' ? 'lines held' : name} ${said(totals[name])}`);
  if (isMap(settlement) && settlement.due !== undefined) parts.push(`due after what was paid before ${said(settlement.due)}`);
  return `${text}: paid ${said(totals.paid)} ${said(currency)}${parts.length ? ` (${parts.join(', ')})` : ''}`;
}

/** Step 5, if it can be done. @param {Map<string, any>} tables as step 4 read them; null: not to be parsed */
function checkStatement(answer, files, there, manifest, tables) {
  const file = `${ASSESSMENT}statement.json`;
  const statement = answer.attempt(5, 'assessment', { file }, () => readDocument(files, there, file, isMap));
  const [payments, due] = [tables.get('payments.parquet'), tables.get('due.parquet')];
  if (statement !== null) answer.about = [inShort(manifest, statement.value)];
  if (statement === null || !payments || due === null) return;
  checkArithmetic((key) => answer.add(5, 'sum', { key }), payments, due ?? null, statement.value);
}

/** "Opened: the opening is there and gives the commitment." */
const isOpened = ({ entry, openings }, name) => openings[name] !== undefined && entry[name] === commitment(openings[name]);

/** Step 6, what receipts say of the assessment. @param {any[]} about the receipts of assessments */
function checkAnchors(anchor, receipts, about, manifest, manifestDigest) {
  const pairs = (rules) => rules.map(({ rule, sha256: sha }) => canonical([rule, sha])).sort().join();
  for (const receipt of receipts) {
    const { index, entry, openings } = receipt;
    const opened = isOpened(receipt, 'commitment');
    let right = true;
    if (entry.terms && manifest && about.some((one) => one.entry.contract === index)) {
      right = entry.terms.sha256 === manifest.contract.sha256 && pairs(entry.terms.rules) === pairs(manifest.rules);
    } else if (entry.kind === 'submission' && opened && manifest) {
      const isListed = about.length === 0 || about.some((one) => one.entry.submissions.includes(index));
      const files = openings.commitment.document.files;
      right = !isListed || (Array.isArray(files) && files.every((file) => isAmong(file, manifest.inputs)));
    } else if ((entry.kind === 'approval' || entry.kind === 'challenge') && opened) {
      const isMine = about.some((one) => one.index === entry.assessment);
      right = !isMine || openings.commitment.document.manifest === manifestDigest;
    }
    if (!right) anchor(index);
  }
}

/** @param {Files} files @param {{policy?: Policy|null, kept?: Kept|null}} [given] @returns {Answer} */
function checkPack(files, given = {}) {
  const answer = new Answer();
  answer.assessment = null;
  const { kept = null } = given;
  const views = kept ? [kept] : [];
  const policy = readersPolicy(given.policy, views);
  const digests = new Map(); // each file is read once for all its digests
  const digest = (path) => {
    if (!digests.has(path)) digests.set(path, files.digest(path));
    return digests.get(path);
  };

  // 1 to 5.
  checkBag(answer, files, digest);
  const plain = files.list().filter(({ path, kind }) => kind === 'file' && path.startsWith('data/') && mayBe(path));
  const there = new Set(plain.map(({ path }) => path));
  const pack = readPackJson(answer, files, there);
  if (pack === null) return answer;
  const { redacted } = pack;
  const manifest = redacted ? null : checkAssessment(answer, files, there, digest);
  const disclosure = redacted ? checkRedacted(answer, files, there, digest) : null;
  if (manifest !== null) {
    answer.about = [inShort(manifest, {})];
    checkStatement(answer, files, there, manifest, checkTexts(answer, files, there, manifest));
  }

  // 6. Receipts.
  const receipts = [];
  for (const file of there) {
    const name = RECEIPT.exec(file);
    const data = name && files.get(file, LONGEST_NOTE + 1);
    const receipt = name ? examineReceipt(answer, 6, data, policy, { file }) : null;
    if (receipt === null) continue;
    if (String(receipt.index) === name[1]) receipts.push(receipt);
    else answer.add(6, 'receipt', { file }, 'of another entry');
  }
  const about = receipts.filter(({ entry }) => entry.kind === 'assessment');
  const anchor = (index) => answer.add(6, 'anchor', { entry: index });
  const digestOf = (name) => digest(ASSESSMENT + name)?.sha256;
  const isRun = isExactly({ manifest: isOneOf(digestOf('manifest.json')), run: isOneOf(digestOf('run.json')) });
  const opening = redacted ? 'disclosure' : 'commitment';
  const agrees = ({ openings }) => (redacted ? canonical(openings.disclosure.document) === disclosure
    : isRun(openings.commitment.document));
  const opened = about.filter((receipt) => isOpened(receipt, opening));
  if (!redacted || disclosure !== null) opened.filter((one) => !agrees(one)).forEach(({ index }) => anchor(index));
  if (!redacted) checkAnchors(anchor, receipts, about, manifest, digestOf('manifest.json'));
  else if (disclosure !== null) checkDisclosed(anchor, receipts, about, there, digest);
  // "The assessment of the pack is the entry of the newest receipt of kind assessment that is opened and agrees."
  const assessment = opened.filter(agrees).sort((one, other) => one.index - other.index).at(-1) ?? null;
  if (assessment !== null) answer.assessment = { entry: assessment.index, state: null };

  // 7. The log.
  const hasLog = below(there, 'data/log/').length > 0;
  if (hasLog) {
    const log = checkLog(filesBelow(files, 'data/log/'), { policy: given.policy, kept: views });
    for (const finding of log.found) {
      const file = finding.file === undefined ? {} : { file: `data/log/${finding.file}` };
      answer.found.push({ ...finding, ...file, step: 7 });
    }
    [answer.head, answer.states] = [log.head, log.states];
    log.notes.forEach((text) => answer.note(text));
    const isOther = ({ index, data }) => {
      const hash = log.leaves?.(index) ?? null; // null: it can be taken from neither bundle nor tile
      return log.head.size !== null && (index >= log.head.size || (hash !== null && !same(hash, leafHash(data))));
    };
    for (const receipt of receipts.filter(isOther)) answer.add(7, 'anchor', { entry: receipt.index });
    if (assessment !== null && log.found.length === 0 && !isOther(assessment)) {
      answer.assessment.state = log.states.find(({ entry }) => entry === assessment.index)?.state ?? null;
    }
  } else if (kept) answer.note('No log is in the pack: with the kept view nothing was compared.');

  // "Verified if all of this holds, and else internally consistent, with a note for each that does not."
  const isWitnessed = !hasLog || answer.head.size === null || answer.head.witnessed === answer.head.size;
  const listed = assessment === null ? [] : receipts.filter((one) => isOpened(one, 'commitment')
    && one.entry.kind === 'submission' && assessment.entry.submissions.includes(one.index)).flatMap(filesOf);
  const hasInputs = assessment !== null && manifest !== null && manifest.inputs.every((input) => isAmong(input, listed));
  const needed = [
    [policy !== null, 'There is no policy of the reader.'],
    [hasLog, 'The log is not in the pack: what became of the assessment cannot be seen.'],
    [assessment !== null,
      `No receipt with its ${opening} opened agrees with what is here: nothing ties this pack to a log.`],
    [isWitnessed, 'By the policy of the reader not all of the log in the pack is witnessed.'],
    [redacted || hasInputs, 'Not every input is in an opened receipt of a submission that the assessment lists.'],
  ];
  if (policy !== null) notePolicy(answer, Boolean(given.policy));
  for (const [holds, text] of needed) if (!holds) answer.note(text);
  answer.verified = needed.every(([holds]) => holds);
  return answer;
}

// === arithmetic (pack page, Arithmetic) ==============================================================================
// Each rule of the tables there, in their order. Sums are BigInt, in minor units.

const RESULTS = ['pays', 'pays_nothing', 'deducts', 'sets', 'held'];
const DUE_KINDS = ['paid', 'nothing', 'held', 'unchanged', 'kept', 'reversal', 'restatement'];

const isMapOfNames = (value, names) => isExactly(Object.fromEntries(names.map((name) => [name, isAny])))(value);

/** @param {bigint} sum "-166000000 is -1660000.00" */
function money(sum) {
  const digits = String(sum < 0n ? -sum : sum).padStart(3, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const total = (rows, of) => rows.reduce((sum, row) => sum + (of(row) ?? 0n), 0n);

/** The three sums of the amounts: above 0, below 0, and all. */
function threeSums(rows) {
  const amount = (row) => row.amount;
  return {
    gross: money(total(rows.filter((row) => row.amount > 0n), amount)),
    deducted: money(total(rows.filter((row) => row.amount < 0n), amount)),
    paid: money(total(rows, amount)),
  };
}

/** Is this text ("decimals or n/d") exactly amount / of? */
function isNumber(text, amount, of) {
  const parts = isText(text) ? /^(-?[0-9]+)(?:\.([0-9]+)|\/([0-9]+))?$/.exec(text) : null;
  if (!parts || amount === null || /^0+$/.test(parts[3] ?? '1')) return false;
  const [top, bottom] = [BigInt(parts[1] + (parts[2] ?? '')), parts[3] ? BigInt(parts[3]) : 10n ** BigInt((parts[2] ?? '').length)];
  return top * of === amount * bottom;
}

/** @param {any} table @returns {any[]} rows as maps of column to cell, with `place` from 1; `low_1` and so on stand in `ends` as pairs */
function rowsOf(table, steps) {
  return table.cells.map((cells, i) => {
    const row = Object.fromEntries(table.columns.map((name, column) => [name, cells[column]]));
    row.place = i + 1;
    if (steps !== undefined) {
      row.ends = [[row.low, row.high]];
      for (let n = 1; n <= steps; n++) row.ends.push([row[`low_${n}`], row[`high_${n}`]]);
    }
    return row;
  });
}

const isInteger = (cell) => typeof cell === 'bigint';
const maybe = (cell) => cell === null || typeof cell === 'bigint';
const entriesOfMap = (value) => (isMap(value) ? Object.entries(value) : []);

/** @param {(key: string, says: string) => void} wrong @param {any} payments @param {any} due null: there is none @param {any} statement */
function checkArithmetic(wrong, payments, due, statement) {
  const steps = payments.columns.filter((name) => /^low_/.test(name)).length;
  const ends = Array.from({ length: steps }, (_, n) => [`low_${n + 1}`, `high_${n + 1}`]).flat();
  const columns = ['line', 'payment', 'grain', 'key', 'low', 'high', 'of', ...ends, 'amount', 'result', 'why'];
  const dueColumns = ['entry', 'payment', 'grain', 'key', 'kind', 'line', 'sum', 'standing', 'of_assessment', 'of_line'];
  if (canonical(payments.columns) !== canonical(columns) || (due && canonical(due.columns) !== canonical(dueColumns))) {
    wrong('columns', 'the columns of payments or due are others than they must be');
    return;
  }
  const expect = (key, is, must) => {
    if (!is) wrong(key, must);
  };
  const totals = isMap(statement.totals) ? statement.totals : {};
  const forms = isMap(totals.payments) ? totals.payments : {};
  const listed = Array.isArray(totals.steps) ? totals.steps : [];
  const step = (n) => (isMap(listed[n - 1]) ? listed[n - 1] : {});
  const concerns = (n, payment) => step(n).name === payment || (Array.isArray(step(n).over) && step(n).over.includes(payment));
  const ofSteps = new Set(listed.slice(0, steps).filter((item) => isMap(item) && isText(item.name) && Object.hasOwn(forms,
    item.name)).map((item) => item.name));
  const isMoney = (payment) => Object.hasOwn(forms, payment) && (forms[payment]?.form !== 'factor' || ofSteps.has(payment));

  const all = rowsOf(payments, steps);
  expect('lines', statement.lines === all.length, 'not the number of rows');
  const rows = all.filter((row) => {
    const typed = [row.payment, row.grain, row.key, row.result].every(isText) && isInteger(row.line) && isInteger(row.of)
      && maybe(row.amount) && maybe(row.why) && row.ends.flat().every(maybe);
    expect(`line ${row.place}`, typed, 'a cell is not of its type');
    return typed;
  });
  for (const row of rows) checkLine5(row, expect);
  function checkLine5({ place, line, payment, of, ends: pairs, amount, result }) {
    const line5 = (is, must) => expect(`line ${place}`, is, must);
    const [low, high] = pairs.at(-1);
    const held = result === 'held';
    line5(line === BigInt(place) && Object.hasOwn(forms, payment), 'lines count from 1, of payments that the statement has');
    line5(pairs.every(([one, other]) => (one === null) === (other === null) && !(one > other)),
      'a low end without its high end, or above it');
    line5(held === (low === null || high === null || low !== high), 'held is what has no last ends, or two, and only that');
    if (!held) line5(amount === low, 'the amount is not the last low end');
    else if (!ofSteps.has(payment)) line5(amount === null, 'a line that is held has an amount');
    for (let n = 1; n <= steps; n++) {
      const same2 = pairs[n - 1][0] === pairs[n][0] && pairs[n - 1][1] === pairs[n][1];
      if (!concerns(n, payment)) line5(same2, `step ${n} changes a line that it does not concern`);
    }
    if (isMoney(payment)) {
      line5(of === 1n, 'the denominator of money is 1');
      if (!held) line5(result === (amount > 0n ? 'pays' : amount < 0n ? 'deducts' : 'pays_nothing'),
        'the result is not that of the amount');
    } else line5(of > 0n && (held || result === 'sets'), 'a factor sets, and has a denominator above 0');
    if (ofSteps.has(payment)) line5(pairs[0][0] === 0n && pairs[0][1] === 0n, 'a line of a step is 0 until its step');
  }

  if (statement.payments !== undefined) {
    const items = Array.isArray(statement.payments) ? statement.payments : [];
    expect('payments', Array.isArray(statement.payments) && items.length === all.length, 'not as many items as rows');
    for (const row of rows) {
      const item = items[row.place - 1];
      if (item === undefined) continue;
      const amount = isMap(item) && (isMoney(row.payment) ? item.amount === (row.amount === null ? null : money(row.amount))
        : item.amount === null || isNumber(item.amount, row.amount, row.of));
      const right = amount && item.payment === row.payment && item.result === row.result && isMap(item.for)
        && listOf(row.key) === canonical(valuesAsWritten(item.for));
      expect(`payments ${row.place}`, right, 'the item is not what the row says');
    }
  } else expect('payments', statement.payments_file === 'payments.parquet', 'the statement has no payments and names no file of them');

  const moneyRows = rows.filter((row) => isMoney(row.payment));
  const anyMoney = Object.keys(forms).some(isMoney);
  for (const [name, sum] of Object.entries(threeSums(moneyRows))) {
    expect(`totals.${name}`, totals[name] === (anyMoney ? sum : undefined), `not ${sum}`);
  }
  const heldOf = (some) => some.filter((row) => row.result === 'held').length;
  expect('totals.held', totals.held === heldOf(rows), 'not the number of lines that are held');
  const byPayment = groupBy(rows, (row) => row.payment);
  for (const [name, form] of Object.entries(forms)) {
    const mine = byPayment.get(name) ?? [];
    const must = { lines: mine.length };
    for (const result of RESULTS) must[result] = mine.filter((row) => row.result === result).length;
    for (const [sum, value] of Object.entries(threeSums(mine))) must[sum] = isMoney(name) ? value : undefined;
    for (const [member, value] of Object.entries(must)) expect(`totals.${name}.${member}`, isMap(form) && form[member] === value,
      `not ${value}`);
  }
  expect('totals.steps', Array.isArray(totals.steps) && listed.length === steps && listed.every((item,
    n) => isMap(item) && item.step === n + 1),
    'not the steps that the columns have');
  for (let n = 1; n <= steps; n++) {
    const mine = rows.filter((row) => concerns(n, row.payment)).map((row) => [...row.ends[n - 1], ...row.ends[n]]);
    const cut = mine.filter(([low, , after, high]) => low !== null && after !== null && low !== after && after === high);
    const holds = mine.filter(([low, high, after, top]) => low !== null && low === high && after !== null && top !== null && after !== top);
    const must = { lines: holds.length, sum: money(total(holds, ([low]) => low)) };
    const said = step(n).holds;
    const right = step(n).before === money(total(mine, ([low]) => low)) && step(n).after === money(total(mine, ([, , low]) => low))
      && step(n).lines_cut === cut.length && (holds.length ? isMapOfNames(said, ['lines', 'sum']) && said.lines === must.lines && said.sum === must.sum
        : said === undefined);
    expect(`totals.steps ${n}`, right, 'not what the lines say before and after the step');
  }
  if (statement.evidence_totals !== undefined) checkEvidence(statement, forms, byPayment, isMoney, heldOf, expect);
  expect('settlement', (statement.settlement !== undefined) === (due !== null), 'a settlement without due.parquet, or the other way round');
  if (due !== null) checkDue(expect, rowsOf(due), moneyRows, isMap(statement.settlement) ? statement.settlement : {});
}

/** @template T @param {T[]} items @param {(item: T) => any} by @returns {Map<any, T[]>} */
function groupBy(items, by) {
  const groups = new Map();
  for (const item of items) {
    if (!groups.has(by(item))) groups.set(by(item), []);
    groups.get(by(item)).push(item);
  }
  return groups;
}

/** @param {string} text a cell of the column `key` @returns {string|null} the list of text that it is, written canonically */
function listOf(text) {
  try {
    const values = parseJson(text);
    return Array.isArray(values) && values.every(isText) ? canonical(values) : null;
  } catch {
    return null;
  }
}

/** "evidence_totals": a member for each grade that the payments' evidence names, and no others. */
function checkEvidence(statement, forms, byPayment, isMoney, heldOf, expect) {
  for (const word of ['decided_by', 'rests_on']) {
    const grades = groupBy(Object.keys(forms), (name) => statement.evidence?.[name]?.[word]);
    const said = isMap(statement.evidence_totals) && isMap(statement.evidence_totals[word]) ? statement.evidence_totals[word] : {};
    const named = [...grades.keys()].filter((grade) => isText(grade) && grade !== '');
    for (const grade of new Set([...named, ...Object.keys(said)])) {
      const names = named.includes(grade) ? grades.get(grade) : null;
      const mine = (names ?? []).flatMap((name) => byPayment.get(name) ?? []);
      const paid = names?.some(isMoney) ? money(total(mine.filter((row) => isMoney(row.payment)), (row) => row.amount)) : undefined;
      const is = said[grade];
      const right = names !== null && isMapOfNames(is, paid === undefined ? ['lines', 'held'] : ['lines', 'held',
        'paid']) && is.lines === mine.length && is.held === heldOf(mine) && is.paid === paid;
      expect(`evidence_totals.${word}.${grade}`, right, 'not what the lines say');
    }
  }
}

/** The rows of `due`, "row by row". @param {any[]} all the rows @param {any[]} moneyRows those of payments @param {any} settlement */
function checkDue(expect, all, moneyRows, settlement) {
  const isWholeOrNull = (one, other) => (one === null && other === null) || (isText(one) && isInteger(other));
  const rows = all.filter((row) => {
    const typed = [row.payment, row.grain, row.key].every(isText) && DUE_KINDS.includes(row.kind) && [row.entry, row.sum,
      row.standing].every(isInteger)
      && maybe(row.line) && isWholeOrNull(row.of_assessment, row.of_line);
    expect(`entry ${row.place}`, typed, 'a cell is not of its type, or a kind that there is not');
    return typed;
  });
  const who = (row) => JSON.stringify([row.payment, row.grain, row.key]);
  const byPlace = new Map(moneyRows.map((row) => [BigInt(row.place), row]));
  const owners = new Set(moneyRows.map(who));
  const groups = [];
  for (const row of rows) {
    if (groups.length && who(groups.at(-1)[0]) === who(row)) groups.at(-1).push(row);
    else groups.push([row]);
  }
  // The highest `line` of any entry before; the highest of a first entry, which is the line's own; the first line of money above that.
  let [last, reached, next] = [0n, 0n, 0];
  const gone = new Set(); // lines that are gone
  for (const group of groups) {
    const [first, final] = [group[0], group.at(-1)];
    const start = (is, must) => expect(`entry ${first.place}`, is, must);
    const end = (is, must) => expect(`entry ${final.place}`, is, must);
    if (first.line !== null) {
      start(first.line > last && !(next < moneyRows.length && BigInt(moneyRows[next].place) < first.line),
        'lines out of order, or left out');
    } else {
      start(!owners.has(who(first)) && !gone.has(who(first)), 'a line that is gone, but is there');
      gone.add(who(first));
    }
    for (const row of group) if (row.line !== null && row.line > last) last = row.line;
    if (first.line !== null && first.line > reached) reached = first.line;
    while (next < moneyRows.length && BigInt(moneyRows[next].place) <= reached) next++;
    end(group.every((row) => row.line === first.line), 'entries of one line that name different lines');
    end(group.every((row) => row.of_assessment === first.of_assessment && row.of_line === first.of_line),
      'entries of one line on different sums');
    const kinds = group.map((row) => row.kind).join(' ');
    end(first.line === null ? kinds === 'reversal' : /^(?:(?!restatement)\w+|reversal (?:restatement|kept|held))$/.test(kinds),
      'not one entry, or a reversal and what takes its place');
    group.forEach((row, i) => checkEntry(row, i > 0 && group[i - 1].kind === 'reversal' ? group[i - 1] : null, row === final));
    if (gone.size) for (const row of group) expect(`entry ${row.place}`, row.line === null,
      'an entry of a line after one of a line that is gone');
  }
  expect(`entry ${all.length + 1}`, next >= moneyRows.length, 'lines of money that have no entry');

  function checkEntry(row, reversal, isFinal) {
    const { kind, sum, standing } = row;
    const entry = (is, must) => expect(`entry ${row.place}`, is, must);
    const line = row.line === null ? null : byPlace.get(row.line) ?? null;
    entry(row.entry === BigInt(row.place), 'entries count from 1');
    entry(row.line === null || (line !== null && who(line) === who(row)), 'not a line of money of this payment, grain and key');
    const stood = reversal !== null || ['unchanged', 'kept', 'reversal', 'restatement'].includes(kind);
    entry((row.of_assessment !== null) === stood, 'it names the sum that stood, or does not, against its kind');
    if (settlement.previous === null) entry(row.of_assessment === null, 'a sum that stood, and no assessment before');
    const amount = line === null ? undefined : line.amount;
    if (kind === 'reversal') {
      entry(sum !== 0n && standing === 0n, 'a reversal moves something, and leaves nothing');
      if (isFinal && line !== null) entry(amount === 0n || amount === null, 'a reversal alone of a line that comes to something');
    }
    if (reversal !== null) entry(-reversal.sum !== standing, 'what takes its place is what was reversed');
    if (['paid', 'nothing', 'unchanged', 'restatement'].includes(kind)) {
      entry((line === null || standing === amount) && (standing === 0n) === (kind === 'nothing'),
        'what stands is not what the line comes to');
    }
    if (kind === 'held' || kind === 'kept') {
      const high = line === null ? null : line.ends.at(-1)[1];
      entry(line === null || amount === null, 'it is held, and the line has an amount');
      entry((standing === 0n) === (kind === 'held'), 'nothing stands of held, something of kept');
      if (kind === 'kept' && high !== null) entry(standing <= high, 'more is kept than the line can come to');
    }
    const still = kind === 'unchanged' || (kind === 'kept' && reversal === null);
    if (kind !== 'reversal') entry(sum === (still ? 0n : standing), 'the sum is not what its kind says');
  }

  const finals = new Set(groups.map((group) => group.at(-1)));
  const four = (some) => {
    const due = total(some, (row) => row.sum);
    const toDate = total(some.filter((row) => finals.has(row)), (row) => row.standing);
    const kept = total(some.filter((row) => row.kind === 'kept'), (row) => row.standing);
    return { due: money(due), to_date: money(toDate), paid_before: money(toDate - due), kept_while_held: money(kept) };
  };
  for (const [name, sum] of Object.entries(four(rows))) expect(`settlement.${name}`, settlement[name] === sum, `not ${sum}`);
  const byPayment = groupBy(rows, (row) => row.payment);
  for (const name of new Set([...byPayment.keys(), ...entriesOfMap(settlement.payments).map(([key]) => key)])) {
    const mine = byPayment.get(name) ?? [];
    const must = four(mine);
    for (const kind of DUE_KINDS) must[kind] = mine.filter((row) => row.kind === kind).length;
    const said = isMap(settlement.payments) ? settlement.payments[name] : undefined;
    const right = mine.length > 0 && isMapOfNames(said, Object.keys(must)) && Object.entries(must).every(([member,
      value]) => said[member] === value);
    expect(`settlement.${name}`, right, 'not what its entries say');
  }
  if (settlement.entries === undefined) {
    expect('settlement.entries', settlement.entries_file === 'due.parquet', 'no entries, and no file of them is named');
    return;
  }
  const moved = rows.filter((row) => ['paid', 'reversal', 'restatement',
    'kept'].includes(row.kind) || (row.kind === 'held' && row.of_line !== null));
  const number = (value) => (value === null ? null : Number(value));
  const right = Array.isArray(settlement.entries) && settlement.entries.length === moved.length && settlement.entries.every((item, i) => {
    const row = moved[i];
    return isMap(item) && item.entry === number(row.entry) && item.payment === row.payment && item.kind === row.kind
      && item.line === number(row.line) && item.sum === money(row.sum) && item.stands === money(row.standing)
      && item.of_assessment === row.of_assessment && item.of_line === number(row.of_line);
  });
  expect('settlement.entries', right, 'not the entries that move something');
}

// === redacted (pack page, Redacted packs) ============================================================================

/** "The text of an open cell is the canonical text of one cell, and nothing more." */
function isOneCell(text) {
  const pieces = new Pieces(mapFiles({ cell: toUtf8(text) }), 'cell');
  readCell(pieces);
  return !pieces.has(1);
}

const DISCLOSURE = isExactly({
  format: isOneOf('pbr-disclosure/1'),
  contract: isExactly({ id: isText, version: isText, sha256: isDigest }),
  engine: isExactly({ name: isText, version: isText }),
  complete_to: isMapOf(isOrNull(isText)),
  currency: isText,
  tables: isMapOf(isExactly(TABLE)),
});
const HEAD = isExactly({ columns: isListOf(isText), treatment: isListOf(isOneOf('open', 'pseudonym', 'withheld')) });

/** @param {{columns: string[]}} table of the document @returns {{columns: string[], rows: number, root: string, shown: number}} */
function readRedacted(files, path, table) {
  const pieces = new Pieces(files, path);
  const { columns, treatment } = readCanonical(pieces.line(LONGEST_HEAD), HEAD);
  must(treatment.length === columns.length && canonical(columns) === canonical(table.columns), 'the columns of the document');
  let shown = 0;
  /** A cell's commitment. */
  const cell = (value, i) => {
    const [one, other] = value;
    if (value.length === 1 && isDigest(one)) return fromHex(one);
    must(value.length === 2 && isDigest(other), 'a cell');
    if (treatment[i] === 'open') shown++;
    if (treatment[i] === 'open' && isOneCell(one)) return sha256(join(fromHex(other), toUtf8(one)));
    must(treatment[i] === 'pseudonym' && isHex(16)(one), 'a cell that is treated as its column');
    return fromHex(other);
  };
  const digest = new TableDigest();
  while (pieces.has(1)) {
    const row = readCanonical(pieces.line(LONGEST_ROW), isListOf(isListOf(isText)));
    must(row.length === columns.length, 'a row of a right length');
    digest.add(sha256(join(...row.map(cell))));
  }
  return { columns, rows: digest.rows, root: digest.root(), shown };
}

/** In place of steps 3 to 5. @returns {string|null} the text of disclosure.json, if it can be read */
function checkRedacted(answer, files, there, digest) {
  const wrong = (kind, file) => answer.add(3, kind, { file });
  const unsummed = 'its payments were neither computed again from the data nor added up';
  answer.limit = `redacted; ${unsummed}`;
  const [main, contract] = [`${REDACTED}disclosure.json`, `${REDACTED}contract.yaml`];
  const data = there.has(main) ? files.get(main, LONGEST_JSON + 1) : null;
  const document = answer.attempt(3, 'assessment', { file: main }, () => readCanonical(must(data, 'there'), DISCLOSURE));
  if (document === null) return null;
  const is = there.has(contract) ? digest(contract) : null;
  if (is?.sha256 !== document.contract.sha256) wrong('assessment', contract);
  const known = new Set([main, contract]);
  answer.about = [`${inShort(document, {})}, in ${document.currency}`];
  let [shown, cells] = [0, 0];
  for (const [path, table] of Object.entries(document.tables)) {
    const file = `${REDACTED}${path.replace(/\.parquet$/, '')}.jsonl`;
    known.add(file);
    const read = () => readRedacted(files, must(there.has(file) && file, 'there'), table);
    const rows = answer.attempt(3, 'table', { file }, read);
    if (rows && !isTable(rows, table)) wrong('table', file);
    else shown += rows?.shown ?? 0;
    cells += table.rows * table.columns.length;
  }
  answer.limit = `redacted: ${shown} of ${cells} cells are shown; ${unsummed}`;
  for (const path of below(there, REDACTED)) {
    if (!path.startsWith(`${REDACTED}rules/`) && !known.has(path)) wrong('file', path);
  }
  return fromUtf8(data);
}

/** "In step 6": the terms of the contracts of the assessments. */
function checkDisclosed(anchor, receipts, about, there, digest) {
  const set = (digests) => digests.sort().join();
  const rules = set(below(there, `${REDACTED}rules/`).map((path) => digest(path)?.sha256));
  const contract = digest(`${REDACTED}contract.yaml`)?.sha256;
  for (const { index, entry } of receipts) {
    if (!entry.terms || !about.some((one) => one.entry.contract === index)) continue;
    const right = entry.terms.sha256 === contract && set(entry.terms.rules.map((rule) => rule.sha256)) === rules;
    if (!right) anchor(index);
  }
}

// === command line (log page, the commands of both stand-alone verifiers) =============================================

const USAGE = `verify.js log LOG [--policy FILE] [--kept VIEW] [--keep DIR] [--json]
verify.js receipt FILE [--policy FILE] [--data FILE]... [--json]
verify.js consistency FILE --kept VIEW [--policy FILE] [--json]
verify.js pack BAG [--policy FILE] [--kept VIEW] [--json]
verify.js batch [--policy FILE] [--kept VIEW]
  batch reads lines "log PATH", "log PATH<TAB>VIEW" or "pack PATH" and writes one line of JSON for each.
Exit codes: 0 verified or internally consistent; 3 broken; 1 something given cannot be read; 2 the command was not written so.
`;
const OPTIONS = {
  log: ['--policy', '--kept', '--keep', '--json'], receipt: ['--policy', '--data', '--json'],
  consistency: ['--policy', '--kept', '--json'], pack: ['--policy', '--kept', '--json'], batch: ['--policy', '--kept'],
};

/** @param {string[]} words @returns {null|{command: string, path: string, options: any}} null: not as the help says */
function parseCommand([command, ...words]) {
  if (!Object.hasOwn(OPTIONS, command ?? '')) return null;
  const [paths, options] = [[], { data: [] }];
  while (words.length) {
    const word = words.shift();
    const name = word.slice(2);
    if (!word.startsWith('--')) paths.push(word);
    else if (!OPTIONS[command].includes(word) || (word !== '--json' && words.length === 0)) return null;
    else if (word === '--data') options.data.push(words.shift());
    else if (options[name] !== undefined) return null;
    else options[name] = word === '--json' ? true : words.shift();
  }
  if (paths.length !== (command === 'batch' ? 0 : 1) || (command === 'consistency' && !options.kept)) return null;
  return { command, path: paths[0], options };
}

const readGiven = (path, most) => must(readFile(nodePath.resolve(path), most), 'a plain file that can be read');

/** What `read` makes of something given; where it cannot be read its name is said. */
function orRefuse(what, read) {
  try {
    return read();
  } catch (error) {
    throw new Unreadable(`${what}: ${reason(error)}`);
  }
}

/** "--keep DIR writes the view": `checkpoint` last, so that a reader that is interrupted has the view that it had. */
function keepView(files, answer, folder) {
  const hashes = new Uint8Array(32 * answer.head.size);
  for (let i = 0; i < answer.head.size; i++) hashes.set(answer.leaves(i), 32 * i);
  if (!fs.existsSync(folder)) fs.mkdirSync(folder);
  const contents = [['hashes', hashes], ['policy', answer.policy.data], ['checkpoint', files.get('checkpoint', LONGEST_NOTE)]];
  for (const [name, data] of contents) {
    const place = nodePath.join(folder, name);
    fs.rmSync(place + '.new', { force: true }); // of a reader that was interrupted
    fs.writeFileSync(place + '.new', data, { flag: 'wx' });
    fs.renameSync(place + '.new', place);
  }
}

/** The command `log`. @param {string|undefined} keep @param {Policy|null} policy @param {Kept|null} kept */
function runLog(place, keep, policy, kept) {
  const views = kept ? [kept] : [];
  const folder = keep === undefined ? null : nodePath.resolve(keep);
  const isThere = folder !== null && fs.lstatSync(folder, { throwIfNoEntry: false });
  if (isThere) views.push(orRefuse(keep, () => readKept(folder)));
  const files = folderFiles(place);
  const answer = checkLog(files, { policy, kept: views });
  if (folder === null || answer.found.length > 0) return answer;
  // "The reader's; or, the first time, the log's own": later whoever wrote the last entry would be believed.
  if (readersPolicy(policy, views) === null) {
    must(answer.policy !== null && views.length === 0, `kept in ${keep}: there is no policy to judge later views by`);
    answer.note('The log\'s own policy was kept with the view: it is trusted from now on because it was the first.');
  }
  orRefuse(keep, () => keepView(files, answer, folder));
  return answer;
}

/** @param {Policy|null} policy @param {Kept|null} kept @returns {Answer} */
function run(command, path, options, policy, kept) {
  const place = nodePath.resolve(path);
  if (command === 'log') return runLog(place, options.keep, policy, kept);
  if (command === 'pack') return checkPack(folderFiles(place), { policy, kept });
  const data = orRefuse(path, () => readGiven(path, 2 * LONGEST_NOTE));
  if (command === 'consistency') return checkConsistencyFile(data, kept, policy);
  const measure = (name) => must(digestFile(nodePath.resolve(name)), `a plain file that can be read: ${name}`);
  return checkReceipt(data, { policy, data: options.data.map((name) => ({ name, ...measure(name) })) });
}

// What files say is shown without control characters: it goes to a terminal.
const clean = (text) => String(text).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** Sentences for people: the verdict first, and in the same one the state of a pack's assessment and what was not done. */
function inWords(answer) {
  const { verdict, origin, size, witnessed, root, assessment, findings, assessments, notes } = answer.toJSON();
  const of = assessment && verdict !== 'broken'
    ? `: the assessment, entry ${assessment.entry}, is ${assessment.state ?? 'of a state that is not known'}` : '';
  const lines = [verdict + of + (assessment === undefined ? '' : `; ${answer.limit}`)];
  for (const text of answer.about) lines.push(verdict === 'broken' ? `it says of itself: ${text}` : text);
  for (const { class: kind, entry, file, key, says } of findings) {
    const places = [entry === undefined ? [] : `entry ${entry}`, file ?? [], key ?? []].flat().join(', ');
    lines.push(`- ${kind}${places && ` (${places})`}: ${says}`);
  }
  if (origin !== null) lines.push(`${origin}, ${size} entries, ${witnessed} of them witnessed, root ${root}`);
  if (assessment === undefined) for (const { entry, state } of assessments) lines.push(`assessment ${entry}: ${state}`);
  return [...lines, ...notes].map(clean).join('\n') + '\n';
}

/** @param {Policy|null} policy @param {Kept|null} kept */
function batch(policy, kept) {
  const codes = new Set();
  const answerOf = (line) => {
    const parts = must(/^(?:(log) ([^\t]+)(?:\t([^\t]+))?|(pack) ([^\t]+))$/.exec(fromUtf8(line)), 'a line of batch');
    const view = parts[3] ? orRefuse(parts[3], () => readKept(nodePath.resolve(parts[3]))) : kept;
    return run(parts[1] ?? parts[4], parts[2] ?? parts[5], {}, policy, view).toJSON();
  };
  const take = (line) => {
    let answer;
    try {
      answer = answerOf(line);
      codes.add(answer.verdict === 'broken' ? 3 : 0);
    } catch (error) {
      answer = { verdict: null, error: reason(error) };
      codes.add(1);
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
    process.exitCode = codes.has(3) ? 3 : codes.has(1) ? 1 : 0;
  };
  let held = Buffer.alloc(0);
  process.stdin.on('data', (part) => {
    held = Buffer.concat([held, part]);
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
      take(held.subarray(0, end));
      held = held.subarray(end + 1);
    }
  });
  process.stdin.on('end', () => held.length && take(held));
}

/** @param {string[]} words */
function main(words) {
  process.stdout.on('error', () => process.exit(1));
  const parsed = parseCommand(words);
  if (words.includes('--help') || parsed === null) {
    process.exitCode = words.includes('--help') ? 0 : 2;
    (process.exitCode ? process.stderr : process.stdout).write(USAGE);
    return;
  }
  const { command, path, options } = parsed;
  try {
    const given = (name, read) => (name === undefined ? null : orRefuse(name, () => read(name)));
    const policy = given(options.policy, (file) => parsePolicy(readGiven(file, LONGEST_NOTE + 1)));
    const kept = given(options.kept, (view) => readKept(nodePath.resolve(view)));
    if (command === 'batch') {
      batch(policy, kept);
      return;
    }
    const answer = run(command, path, options, policy, kept);
    process.stdout.write(options.json ? JSON.stringify(answer.toJSON()) + '\n' : inWords(answer));
    process.exitCode = answer.found.length ? 3 : 0;
  } catch (error) {
    process.stderr.write(clean(reason(error)) + '\n');
    process.exitCode = 1;
  }
}

const pbrVerify = {
  Unreadable, toHex, fromBase64, plainSha256, plainSha512, plainEd25519, checkEd25519, parseJson, canonical, leafHash,
  treeRoot, checkInclusion, checkConsistency, parseVkey, parseCheckpoint, parseProof, parsePolicy, parseKept, mapFiles,
  folderFiles, checkLog, checkReceipt, checkConsistencyFile, checkPack,
};
if (typeof module === 'object' && module !== null && module.exports) module.exports = pbrVerify;
else globalThis.pbrVerify = pbrVerify;
if (NODE && typeof module === 'object' && require.main === module) main(process.argv.slice(2));

})();
