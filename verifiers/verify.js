'use strict';
/*
 * verify.js: checks a log (pbr-log/1) and what goes with it, without any other program of ours.
 *
 * It was written from docs/log-format.md and docs/pack-format.md alone; each section below is headed by what of those pages it does.
 * One file, no packages. Node 20 or newer:  node verify.js log LOG --policy FILE   (see USAGE)
 * In a browser it is a classic script that sets the global `pbrVerify`; files are then given as a map from path to bytes:
 *     pbrVerify.checkLog(pbrVerify.mapFiles({'checkpoint': bytes, ...}), {policy: pbrVerify.parsePolicy(bytes)})
 * Everything is done at once and in order (nothing asynchronous). Where node:crypto is not there, the SHA-2 and Ed25519 below are used.
 * ML-DSA-44 is never checked, and the answer says so.
 */
(function () {

const NODE = typeof process === 'object' && Boolean(process?.versions?.node) && typeof require === 'function';
const crypto = NODE ? require('node:crypto') : null;
const fs = NODE ? require('node:fs') : null;
const nodePath = NODE ? require('node:path') : null;

/** What is read cannot be read: the reason in words. Nothing else is thrown on purpose. */
class Unreadable extends Error {}

/** @param {string} reason @returns {never} */
function refuse(reason) {
  throw new Unreadable(reason);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "Hex is lower case. Base64 is RFC 4648 section 4, with padding, and nothing that decodes otherwise than back to itself is accepted."

const WHOLE = 2 ** 53 - 1;

/** @param {Uint8Array} data */
function toHex(data) {
  let text = '';
  for (const byte of data) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

/** @param {string} text @returns {Uint8Array} */
function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) refuse('not hex');
  const data = new Uint8Array(text.length / 2);
  for (let i = 0; i < data.length; i++) data[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return data;
}

/** Is this value a text of so many bytes in hex? */
function isHex(value, bytes) {
  return typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUE = new Map([...BASE64].map((letter, value) => [letter.charCodeAt(0), value]));

/** @param {string} text @returns {Uint8Array} */
function fromBase64(text) {
  if (typeof text !== 'string' || text.length % 4 !== 0) refuse('not base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const data = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length - padding; i++) {
    const value = BASE64_VALUE.get(text.charCodeAt(i));
    if (value === undefined) refuse('not base64');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      data[at++] = (held >> bits) & 0xff;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) refuse('base64 with bits after its end');
  return data;
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

/** @param {Uint8Array} data @returns {string} the text of strictly valid UTF-8, a byte order mark included */
function fromUtf8(data) {
  try {
    return DECODER.decode(data);
  } catch {
    return refuse('not UTF-8');
  }
}

/** @param {string} text */
function toUtf8(text) {
  return ENCODER.encode(text);
}

/** @param {...Uint8Array} parts */
function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} one @param {Uint8Array} other */
function same(one, other) {
  return one.length === other.length && order(one, other) === 0;
}

/** Which comes first, byte by byte: below 0, 0 or above 0. */
function order(one, other) {
  const shorter = Math.min(one.length, other.length);
  for (let i = 0; i < shorter; i++) if (one[i] !== other[i]) return one[i] - other[i];
  return one.length - other.length;
}

/** @param {Uint8Array} data @param {Uint8Array} start */
function beginsWith(data, start) {
  return data.length >= start.length && same(data.subarray(0, start.length), start);
}

/** @param {string} text @returns {number} a decimal without leading zeroes, below 2^53 */
function decimal(text) {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text) || Number(text) > WHOLE) refuse('not a whole number below 2^53');
  return Number(text);
}

/** @param {string} text @returns {number} "A time is 2026-03-31T17:00:00Z: UTC, whole seconds, a real date of 1970 to 9999": seconds */
function readTime(text) {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) refuse('not a time');
  const milliseconds = Date.parse(text);
  // Dates such as 31 February are moved by Date.parse, so that they are written otherwise than they were read.
  if (!(milliseconds >= 0) || new Date(milliseconds).toISOString() !== text.slice(0, 19) + '.000Z') refuse('not a real time');
  return milliseconds / 1000;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// SHA-256 and SHA-512 (FIPS 180-4), for where node:crypto is not there. The constants of SHA-256 are the upper halves of SHA-512's.

const ROUND = `428a2f98d728ae22 7137449123ef65cd b5c0fbcfec4d3b2f e9b5dba58189dbbc 3956c25bf348b538 59f111f1b605d019 923f82a4af194f9b
ab1c5ed5da6d8118 d807aa98a3030242 12835b0145706fbe 243185be4ee4b28c 550c7dc3d5ffb4e2 72be5d74f27b896f 80deb1fe3b1696b1 9bdc06a725c71235
c19bf174cf692694 e49b69c19ef14ad2 efbe4786384f25e3 0fc19dc68b8cd5b5 240ca1cc77ac9c65 2de92c6f592b0275 4a7484aa6ea6e483 5cb0a9dcbd41fbd4
76f988da831153b5 983e5152ee66dfab a831c66d2db43210 b00327c898fb213f bf597fc7beef0ee4 c6e00bf33da88fc2 d5a79147930aa725 06ca6351e003826f
142929670a0e6e70 27b70a8546d22ffc 2e1b21385c26c926 4d2c6dfc5ac42aed 53380d139d95b3df 650a73548baf63de 766a0abb3c77b2a8 81c2c92e47edaee6
92722c851482353b a2bfe8a14cf10364 a81a664bbc423001 c24b8b70d0f89791 c76c51a30654be30 d192e819d6ef5218 d69906245565a910 f40e35855771202a
106aa07032bbd1b8 19a4c116b8d2d0c8 1e376c085141ab53 2748774cdf8eeb99 34b0bcb5e19b48a8 391c0cb3c5c95a63 4ed8aa4ae3418acb 5b9cca4f7763e373
682e6ff3d6b2b8a3 748f82ee5defb2fc 78a5636f43172f60 84c87814a1f0ab72 8cc702081a6439ec 90befffa23631e28 a4506cebde82bde9 bef9a3f7b2c67915
c67178f2e372532b ca273eceea26619c d186b8c721c0c207 eada7dd6cde0eb1e f57d4f7fee6ed178 06f067aa72176fba 0a637dc5a2c898a6 113f9804bef90dae
1b710b35131c471b 28db77f523047d84 32caab7b40c72493 3c9ebe0a15c9bebc 431d67c49c100d4c 4cc5d4becb3e42b6 597f299cfc657e2a 5fcb6fab3ad6faec
6c44198c4a475817`.split(/\s+/).map((word) => BigInt('0x' + word));
const START = `6a09e667f3bcc908 bb67ae8584caa73b 3c6ef372fe94f82b a54ff53a5f1d36f1 510e527fade682d1 9b05688c2b3e6c1f 1f83d9abfb41bd6b
5be0cd19137e2179`.split(/\s+/).map((word) => BigInt('0x' + word));
const ROUND_256 = Int32Array.from(ROUND.slice(0, 64), (word) => Number(BigInt.asIntN(32, word >> 32n)));

/** The message, a bit, zeroes, and its length in bits at the end of the last block. */
function padded(data, block) {
  const whole = new Uint8Array(Math.ceil((data.length + 1 + block / 8) / block) * block);
  whole.set(data);
  whole[data.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(data.length) * 8n);
  return new DataView(whole.buffer);
}

/** @param {Uint8Array} data */
function plainSha256(data) {
  const blocks = padded(data, 64);
  const state = Int32Array.from(START, (word) => Number(BigInt.asIntN(32, word >> 32n)));
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

/** @param {Uint8Array} data */
function plainSha512(data) {
  const blocks = padded(data, 128);
  const state = BigUint64Array.from(START);
  const w = new BigUint64Array(80); // storing keeps the lower 64 bits
  const turn = (x, n) => (x >> n) | ((x << (64n - n)) & 0xffffffffffffffffn);
  for (let start = 0; start < blocks.byteLength; start += 128) {
    for (let i = 0; i < 16; i++) w[i] = blocks.getBigUint64(start + 8 * i);
    for (let i = 16; i < 80; i++) {
      const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
      const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const t1 = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, BigInt.asUintN(64, d + t1), c, b, a, BigInt.asUintN(64, t1 + t2)];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => digest.setBigUint64(8 * i, word));
  return new Uint8Array(digest.buffer);
}

/** @param {Uint8Array} data @returns {Uint8Array} */
function sha256(data) {
  return crypto ? new Uint8Array(crypto.createHash('sha256').update(data).digest()) : plainSha256(data);
}

/** @param {Uint8Array} data @returns {Uint8Array} */
function sha512(data) {
  return crypto ? new Uint8Array(crypto.createHash('sha512').update(data).digest()) : plainSha512(data);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Ed25519 (RFC 8032 section 5.1.7, without the cofactor), for where node:crypto is not there. Points are (X, Y, Z, T), x = X/Z, y = Y/Z,
// T = XY/Z, on -x^2 + y^2 = 1 + d x^2 y^2. Nothing here is secret, so nothing needs to take the same time always.

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (value) => ((value % P) + P) % P;

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let result = 1n;
  for (let square = mod(base); exponent > 0n; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) result = (result * square) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));

function addPoints([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  return [mod((b - a) * (d - c)), mod((d + c) * (b + a)), mod((d - c) * (d + c)), mod((b - a) * (b + a))];
}

/** @param {Uint8Array} data little-endian */
function littleEndian(data) {
  return BigInt('0x' + (toHex(Uint8Array.from(data).reverse()) || '0'));
}

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

const BASE = readPoint(fromHex('58' + '66'.repeat(31)));

/** @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature @returns {boolean} */
function plainEd25519(key, message, signature) {
  const s = littleEndian(signature.subarray(32));
  const point = readPoint(key);
  if (s >= ORDER || point === null) return false;
  const k = littleEndian(sha512(join(signature.subarray(0, 32), key, message))) % ORDER;
  // R = s B - k A, written again, must be the first half of the signature byte for byte.
  const minus = [mod(-point[0]), point[1], 1n, mod(-point[3])];
  const both = addPoints(BASE, minus);
  let sum = [0n, 1n, 1n, 0n];
  for (let bit = 252n; bit >= 0n; bit--) {
    sum = addPoints(sum, sum);
    const [inS, inK] = [(s >> bit) & 1n, (k >> bit) & 1n];
    if (inS || inK) sum = addPoints(sum, inS && inK ? both : inS ? BASE : minus);
  }
  const inverse = power(sum[2], P - 2n);
  const written = mod(sum[1] * inverse) | ((mod(sum[0] * inverse) & 1n) << 255n);
  return littleEndian(signature.subarray(0, 32)) === written;
}

/** The same by node:crypto. */
function nodeEd25519(key, message, signature) {
  try {
    const der = join(fromHex('302a300506032b6570032100'), key);
    return crypto.verify(null, message, { key: Buffer.from(der), format: 'der', type: 'spki' }, signature);
  } catch {
    return false;
  }
}

const answered = new Map(); // so that `batch` over many copies of one log asks once about each signature

/** Is this an Ed25519 signature of the message under this key of 32 bytes? Which keys are refused is a matter of parseVkey. */
function checkEd25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const question = toHex(sha256(join(key, signature, message)));
  if (answered.size > 100000) answered.clear();
  if (!answered.has(question)) answered.set(question, (crypto ? nodeEd25519 : plainEd25519)(key, message, signature));
  return answered.get(question);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "Canonical JSON is RFC 8785; there are no numbers in it but whole ones from 0 to 2^53 - 1." "Text is any JSON string that can be
// written in UTF-8." JSON.parse alone would take the last of two members of one name, and numbers that it cannot hold.

const DEEPEST = 100;
const WRITTEN = Symbol('names in the order in which they were written'); // kept where JavaScript would change it: names like "1"
const valuesAsWritten = (map) => (map[WRITTEN] ?? Object.keys(map)).map((name) => map[name]);

/** @param {string} text JSON with whole numbers only and no name twice in a map @returns {any} maps have no prototype */
function parseJson(text, negative = true) {
  let at = 0;
  const skip = () => {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  };
  const expect = (letter) => {
    if (text[at] !== letter) refuse('not JSON');
    at++;
  };
  const string = () => {
    const start = at;
    expect('"');
    for (; text[at] !== '"'; at++) {
      if (!(text.charCodeAt(at) >= 0x20)) refuse('not JSON: a string without end, or a control character in it');
      if (text[at] === '\\') at++;
    }
    at++;
    let value;
    try {
      value = JSON.parse(text.slice(start, at));
    } catch {
      refuse('not JSON: a wrong escape');
    }
    if (/\p{Surrogate}/u.test(value)) refuse('half a character in a text');
    return value;
  };
  const value = (depth) => {
    if (depth > DEEPEST) refuse('JSON nested too deep');
    skip();
    let result;
    if (text[at] === '{') {
      result = Object.create(null);
      const names = [];
      at++;
      skip();
      for (let first = true; text[at] !== '}'; first = false) {
        if (!first) expect(',');
        skip();
        const name = string();
        if (name in result) refuse('a name twice in a map');
        skip();
        expect(':');
        result[name] = value(depth + 1);
        names.push(name);
      }
      if (names.some((name) => /^[0-9]+$/.test(name))) result[WRITTEN] = names;
      at++;
    } else if (text[at] === '[') {
      result = [];
      at++;
      skip();
      for (let first = true; text[at] !== ']'; first = false) {
        if (!first) expect(',');
        result.push(value(depth + 1));
      }
      at++;
    } else if (text[at] === '"') {
      result = string();
    } else {
      const token = /(?:true|false|null|-?[1-9][0-9]{0,15}|0)(?![0-9.eE])/y;
      token.lastIndex = at;
      const found = token.exec(text);
      if (!found || (found[0][0] === '-' && !negative)) refuse('not JSON, or a number that is not whole');
      at += found[0].length;
      result = JSON.parse(found[0]);
      if (typeof result === 'number' && !Number.isSafeInteger(result)) refuse('a number of 2^53 or more');
    }
    skip();
    return result;
  };
  const result = value(0);
  if (at !== text.length) refuse('something after the JSON');
  return result;
}

/** @param {any} value @returns {string} RFC 8785. Names are ordered by UTF-16, which is what sort() does. */
function canonical(value, depth = 0) {
  if (depth > DEEPEST) refuse('JSON nested too deep');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value) ? refuse('half a character in a text') : JSON.stringify(value);
  if (Array.isArray(value)) return '[' + value.map((item) => canonical(item, depth + 1)).join(',') + ']';
  if (typeof value !== 'object') refuse('nothing that JSON can say');
  const names = Object.keys(value).sort();
  return '{' + names.map((name) => canonical(name) + ':' + canonical(value[name], depth + 1)).join(',') + '}';
}

/** @param {Uint8Array} data @returns {any} */
function readCanonical(data) {
  const text = fromUtf8(data);
  const value = parseJson(text, false);
  if (canonical(value) !== text) refuse('not canonical JSON');
  return value;
}

/** Is the value a map of exactly these members? */
function isMap(value, names) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return names === undefined || (Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name)));
}

const isText = (value) => typeof value === 'string';
const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
const isRising = (value) => Array.isArray(value) && value.every((item, i) => isWhole(item) && (i === 0 || item > value[i - 1]));

// ---------------------------------------------------------------------------------------------------------------------------------
// "The Merkle tree of RFC 6962 section 2.1 (SHA-256)": a leaf is the hash of 0 and the entry, a node of 1, its left and its right half.

const leafHash = (data) => sha256(join(Uint8Array.of(0), data));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

/**
 * The roots of the first so many leaves, for sizes that rise. A leaf that is not there (null) ends it: the roots from there on are null.
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

/** @param {Uint8Array[]} hashes @returns {Uint8Array} */
function treeRoot(hashes) {
  return prefixRoots((i) => hashes[i], [hashes.length])[0];
}

/** @param {Uint8Array} data hashes of 32 bytes, one after the other */
function hashesOf(data) {
  return Array.from({ length: Math.floor(data.length / 32) }, (_, i) => data.subarray(32 * i, 32 * i + 32));
}

/** @param {Uint8Array|null} data @param {number} i @returns {Uint8Array|null} null: there are not so many */
function hashAt(data, i) {
  return data && 32 * i + 32 <= data.length ? data.subarray(32 * i, 32 * i + 32) : null;
}

const areHashes = (hashes) => hashes.every((hash) => hash.length === 32);

/** RFC 9162 section 2.1.3.2. Numbers may be BigInt. @returns {boolean} */
function checkInclusion(index, size, leaf, hashes, root) {
  let [fn, sn] = [BigInt(index), BigInt(size) - 1n];
  if (fn < 0n || fn > sn || !areHashes([leaf, root, ...hashes])) return false;
  let r = leaf;
  for (const p of hashes) {
    if (sn === 0n) return false;
    if (fn % 2n === 1n || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [fn / 2n, sn / 2n];
  }
  return sn === 0n && same(r, root);
}

/** RFC 9162 section 2.1.4.2. From size 0 there are no hashes and nothing is proved; between equal sizes the roots are equal. */
function checkConsistency(size1, size2, root1, root2, hashes) {
  const [first, second] = [BigInt(size1), BigInt(size2)];
  if (first < 0n || first > second || !areHashes([root1, root2, ...hashes])) return false;
  if (first === second) return hashes.length === 0 && same(root1, root2);
  if (first === 0n) return hashes.length === 0;
  if (hashes.length === 0) return false;
  const path = (first & (first - 1n)) === 0n ? [root1, ...hashes] : hashes;
  let [fn, sn] = [first - 1n, second - 1n];
  while (fn % 2n === 1n) [fn, sn] = [fn / 2n, sn / 2n];
  let [fr, sr] = [path[0], path[0]];
  for (const c of path.slice(1)) {
    if (sn === 0n) return false;
    if (fn % 2n === 1n || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn / 2n, sn / 2n];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [fn / 2n, sn / 2n];
  }
  return sn === 0n && same(fr, root1) && same(sr, root2);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "A vkey is a verifier key of signed-note." "A key is refused when ...": see refusedKey and parseVkey.

const [ED25519, COSIGNATURE, ML_DSA] = [0x01, 0x04, 0x06];
const NO_NAME = /[+\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const isName = (text) => text !== '' && !NO_NAME.test(text);
const LOW_ORDER = new Set(['01' + '00'.repeat(31), 'ec' + 'ff'.repeat(30) + '7f', '00'.repeat(32),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a']);

/** A key of Ed25519 that is not canonical or of low order (the ten keys of the page: five, each with the sign bit clear or set). */
function refusedKey(key) {
  const low = Uint8Array.from(key);
  low[31] &= 0x7f;
  return littleEndian(low) >= P || LOW_ORDER.has(toHex(low));
}

/** @typedef {{text: string, name: string, id: string, type: number, key: Uint8Array}} Vkey */

/** @param {string} text @param {number[]} [types] the types that may be @returns {Vkey} */
function parseVkey(text, types = [ED25519, COSIGNATURE, ML_DSA]) {
  const parts = typeof text === 'string' ? /^([^+]*)\+([0-9a-f]{8})\+([^]*)$/.exec(text) : null;
  if (!parts || !isName(parts[1])) refuse('not a vkey');
  const [, name, id, base64] = parts;
  const material = fromBase64(base64);
  const [type, key] = [material[0], material.subarray(1)];
  if (!types.includes(type)) refuse('a vkey of a type that may not be here');
  if (key.length !== (type === ML_DSA ? 1312 : 32)) refuse('a vkey of a wrong length');
  if (toHex(sha256(join(toUtf8(name + '\n'), material)).subarray(0, 4)) !== id) refuse('a vkey with a wrong key ID');
  if (type !== ML_DSA && refusedKey(key)) refuse('a vkey under which signatures prove nothing');
  return { text, name, id, type, key };
}

/** "Two different vkeys with the same name and key ID" are refused. @param {Vkey[]} keys */
function refuseClashes(keys) {
  const seen = new Map();
  for (const key of keys) {
    if ((seen.get(key.name + '+' + key.id) ?? key.text) !== key.text) refuse('two different vkeys with one name and key ID');
    seen.set(key.name + '+' + key.id, key.text);
  }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "A signed note whose text has exactly three lines (no extension lines): origin, size, root in base64."

const LONGEST_NOTE = 262144;

/** @typedef {{name: string, id: string, signature: Uint8Array}} Line  @typedef {{text: string, lines: Line[]}} Note */

/** @param {Uint8Array} data @returns {Note} "1 to 64 signature lines, each with a name as in a vkey and base64 of at least 5 bytes" */
function parseNote(data) {
  if (data.length > LONGEST_NOTE) refuse('a note that is too long');
  const whole = fromUtf8(data);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) refuse('a note with a control character');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n')) refuse('not a signed note');
  const lines = whole.slice(split + 2).split('\n').slice(0, -1);
  if (lines.length < 1 || lines.length > 64) refuse('a note without signatures, or with more than 64');
  return {
    text: whole.slice(0, split + 1),
    lines: lines.map((line) => {
      const parts = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line);
      if (!parts || !isName(parts[1])) refuse('not a signature line');
      const bytes = fromBase64(parts[2]);
      if (bytes.length < 5) refuse('a signature line that is too short');
      return { name: parts[1], id: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
    }),
  };
}

/** @typedef {{origin: string, size: number, root: Uint8Array, note: Note}} Checkpoint */

/** @param {Uint8Array} data @returns {Checkpoint} */
function parseCheckpoint(data) {
  const note = parseNote(data);
  const lines = note.text.split('\n');
  if (lines.length !== 4 || lines[0] === '') refuse('not a checkpoint of three lines');
  const root = fromBase64(lines[2]);
  if (root.length !== 32) refuse('a root that is not of 32 bytes');
  return { origin: lines[0], size: decimal(lines[1]), root, note };
}

/**
 * One signature line under the key of its name and ID: does it verify? null: not checked, as it is ML-DSA-44 (of the right length).
 * @param {Vkey} key @param {string} text of the note @param {Uint8Array} signature @returns {{ok: boolean|null, time: number}}
 */
function checkLine(key, text, signature) {
  if (key.type === ED25519) return { ok: checkEd25519(key.key, toUtf8(text), signature), time: 0 };
  if (signature.length !== (key.type === ML_DSA ? 2428 : 72)) return { ok: false, time: 0 };
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time >= 2n ** 63n) return { ok: false, time: 0 };
  if (key.type === ML_DSA) return { ok: null, time: Number(time) };
  const message = toUtf8(`cosignature/v1\ntime ${time}\n${text}`);
  return { ok: checkEd25519(key.key, message, signature.subarray(8)), time: Number(time) };
}

/** @param {Uint8Array} data @param {Vkey[]} keys @returns {{text: string, valid: Vkey[], bad: Vkey[], unchecked: Vkey[]}} */
function openNote(data, keys) {
  const note = parseNote(data);
  const opened = { text: note.text, valid: [], bad: [], unchecked: [] };
  for (const line of note.lines) {
    for (const key of keys.filter((known) => known.name === line.name && known.id === line.id)) {
      const { ok } = checkLine(key, note.text, line.signature);
      (ok === null ? opened.unchecked : ok ? opened.valid : opened.bad).push(key);
    }
  }
  return opened;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "tlog-policy (whom a reader trusts)". "A policy has at most 262,144 bytes. Its last line may lack its newline; ..."

/** @typedef {{name: string, least: number, members: string[]}} Group */
/**
 * @typedef {{logs: Vkey[], witnesses: Map<string, Vkey>, groups: Group[], quorum: string, data: Uint8Array}} Policy
 * `data`: its bytes, for who keeps it with a view
 */

/** @param {Uint8Array} data @returns {Policy} */
function parsePolicy(data) {
  if (data.length > LONGEST_NOTE) refuse('a policy that is too long');
  if (data.some((byte) => (byte < 0x20 && byte !== 0x09 && byte !== 0x0a) || byte === 0x7f)) refuse('a policy with a control character');
  const policy = { logs: [], witnesses: new Map(), groups: [], quorum: null, data };
  const names = new Set(['none']);
  const members = new Set(['none']);
  const define = (name) => (names.has(name) ? refuse('a policy with a name twice') : names.add(name));
  for (const line of fromUtf8(data).split('\n')) {
    const [what, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (what === undefined || what.startsWith('#')) continue;
    if (what === 'log' && (items.length === 1 || items.length === 2)) {
      policy.logs.push(parseVkey(items[0], [ED25519, ML_DSA]));
    } else if (what === 'witness' && (items.length === 2 || items.length === 3)) {
      define(items[0]);
      policy.witnesses.set(items[0], parseVkey(items[1], [COSIGNATURE, ML_DSA]));
    } else if (what === 'group' && items.length >= 3) {
      const [name, rule, ...inside] = items;
      for (const member of inside) {
        if (!names.has(member) || members.has(member)) refuse('a group with a member that is not defined, or is a member already');
        members.add(member);
      }
      if (!/^(?:any|all|[1-9][0-9]{0,8})$/.test(rule)) refuse('a group with a wrong number');
      const least = rule === 'any' ? 1 : rule === 'all' ? inside.length : Number(rule);
      if (least > inside.length) refuse('a group that asks for more members than it has');
      define(name);
      policy.groups.push({ name, least, members: inside });
    } else if (what === 'quorum' && items.length === 1) {
      if (policy.quorum !== null || !names.has(items[0])) refuse('a policy with two quorums, or one that is not defined');
      policy.quorum = items[0];
    } else {
      refuse('a policy with a line that is none of tlog-policy');
    }
  }
  if (policy.quorum === null) refuse('a policy without quorum');
  for (const keys of [policy.logs, [...policy.witnesses.values()]]) {
    if (new Set(keys.map((key) => toHex(key.key))).size !== keys.length) refuse('a policy with the same key twice');
  }
  refuseClashes([...policy.logs, ...policy.witnesses.values()]);
  return policy;
}

/** @param {Policy} policy @param {Set<string>} names of the witnesses that cosigned */
function quorumMet(policy, names) {
  const met = new Set([...names, 'none']);
  for (const group of policy.groups) {
    if (group.members.filter((member) => met.has(member)).length >= group.least) met.add(group.name);
  }
  return met.has(policy.quorum);
}

/**
 * What the signature lines of a checkpoint are worth under a policy.
 * @param {Checkpoint} checkpoint @param {Policy} policy
 */
function judge(checkpoint, policy) {
  const result = { signed: false, bad: false, unchecked: false, met: false, times: [], cosigned: new Set() };
  for (const line of checkpoint.note.lines) {
    const known = (key) => key.name === line.name && key.id === line.id;
    for (const key of policy.logs.filter(known)) {
      const { ok } = checkLine(key, checkpoint.note.text, line.signature);
      if (ok === false) result.bad = true;
      if (ok === null) result.unchecked = true;
      if (ok && key.name === checkpoint.origin) result.signed = true;
    }
    for (const [name, key] of [...policy.witnesses].filter(([, key]) => known(key))) {
      const { ok, time } = checkLine(key, checkpoint.note.text, line.signature);
      if (ok === false) result.bad = true;
      if (ok === null) result.unchecked = true;
      if (!ok) continue; // not checked: "counts such a signature as not there"
      result.cosigned.add(name);
      if (time > 0) result.times.push(time);
    }
  }
  // "A valid signature of the log and valid cosignatures that meet the quorum stand on one checkpoint."
  result.met = result.signed && quorumMet(policy, result.cosigned);
  return result;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "An entry is a DSSE envelope in canonical JSON, and nothing after it." Point 1, form.

const ENTRY_TYPE = 'application/vnd.pbr-log.entry.v1+json';
const ROLES = ['commissioner', 'assessor', 'approver', 'provider', 'auditor'];
const SIGNERS = {
  contract: ['commissioner'], variation: ['commissioner'], submission: ['provider', 'commissioner', 'assessor'], seed: ROLES,
  assessment: ['assessor'], approval: ['approver'], challenge: ROLES,
};
const MEMBERS = {
  contract: ['terms', 'keys', 'approval'], variation: ['terms', 'keys', 'approval', 'contract'], submission: ['contract', 'commitment'],
  seed: ['contract', 'commitment'], assessment: ['contract', 'submissions', 'previous', 'commitment', 'disclosure'],
  approval: ['contract', 'assessment', 'answers', 'commitment'], challenge: ['contract', 'assessment', 'commitment'],
};
const isTerms = (value) => isMap(value, ['id', 'version', 'sha256', 'rules']) && isText(value.id) && isText(value.version)
  && isHex(value.sha256, 32) && Array.isArray(value.rules)
  && value.rules.every((item) => isMap(item, ['rule', 'sha256']) && isText(item.rule) && isHex(item.sha256, 32));
const isApproval = (value) => isMap(value, ['approvers', 'assessor']) && isWhole(value.approvers) && value.approvers >= 1
  && (value.assessor === 'may be one' || value.assessor === 'may not');
const FORMS = {
  terms: isTerms, keys: (value) => isMap(value, ROLES), approval: isApproval, contract: isWhole, submissions: isRising,
  previous: (value) => value === null || isWhole(value), assessment: isWhole, answers: isRising, commitment: (value) => isHex(value, 32),
  disclosure: (value) => isHex(value, 32),
};

/** @param {any} lists `keys` of an entry @returns {Object<string, Vkey[]>} */
function readKeys(lists) {
  const keys = {};
  for (const role of ROLES) {
    if (!Array.isArray(lists[role]) || new Set(lists[role]).size !== lists[role].length) refuse('no list of keys, or one with doubles');
    keys[role] = lists[role].map((text) => parseVkey(text, [ED25519, ML_DSA]));
  }
  if (keys.commissioner.length === 0) refuse('no key of the commissioner');
  refuseClashes(ROLES.flatMap((role) => keys[role]));
  return keys;
}

/** @param {string} type @param {Uint8Array} payload DSSE's pre-authentication encoding */
function preAuthentication(type, payload) {
  return join(toUtf8(`DSSEv1 ${toUtf8(type).length} ${type} ${payload.length} `), payload);
}

/**
 * @param {Uint8Array} data @param {string} origin of the log's checkpoint @returns {any} the payload's members and, added to them, `signed`
 * (the bytes that are signed), `signatures` ({name, id, signature}), `seconds` (of `at`) and `roles` (the keys, read)
 */
function readEntry(data, origin) {
  if (data.length < 1 || data.length > 65535) refuse('an entry of a wrong length');
  const envelope = readCanonical(data);
  if (!isMap(envelope, ['payload', 'payloadType', 'signatures']) || envelope.payloadType !== ENTRY_TYPE) refuse('not an envelope');
  if (!Array.isArray(envelope.signatures) || ![1, 2].includes(envelope.signatures.length)) refuse('not one or two signatures');
  const signatures = envelope.signatures.map((item, i) => {
    const parts = isMap(item, ['keyid', 'sig']) && isText(item.keyid) ? /^([^+]+)\+([0-9a-f]{8})$/.exec(item.keyid) : null;
    if (!parts || !isName(parts[1])) refuse('not a signature with keyid and sig');
    const signature = fromBase64(item.sig);
    if (signature.length !== [64, 2420][i]) refuse('a signature of a wrong length');
    return { name: parts[1], id: parts[2], signature };
  });
  if (signatures.length === 2 && signatures[0].name !== signatures[1].name) refuse('signatures by two names');
  const payload = fromBase64(envelope.payload);
  const entry = readCanonical(payload);
  if (!isMap(entry) || !isText(entry.kind) || !Object.hasOwn(MEMBERS, entry.kind)) refuse('not an entry of a known kind');
  if (!isMap(entry, ['format', 'origin', 'kind', 'at', ...MEMBERS[entry.kind]])) refuse('an entry with other members than its kind has');
  if (entry.format !== 'pbr-log/1') refuse('an entry of another format');
  if (entry.origin !== origin) refuse('an entry of another log');
  for (const member of MEMBERS[entry.kind]) if (!FORMS[member](entry[member])) refuse(`an entry whose ${member} is not as it must be`);
  entry.seconds = readTime(entry.at);
  entry.roles = entry.keys ? readKeys(entry.keys) : null;
  entry.signed = preAuthentication(ENTRY_TYPE, payload);
  entry.signatures = signatures;
  return entry;
}

/** "A commitment to a document is the SHA-256 of: the 21 bytes ... and a newline, 32 random bytes of salt, the document." @returns hex */
function commitment(opening) {
  return toHex(sha256(join(toUtf8('pbr-log/1 commitment\n'), fromHex(opening.salt), toUtf8(canonical(opening.document)))));
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Points 2 to 5 for each entry in order, and "The state of an assessment". FAILED: "has no kind for others". UNKNOWN: not looked at.

const [FAILED, UNKNOWN] = ['failed', 'unknown'];

class Entries {
  constructor() {
    // By number: entry, refers (undefined, FAILED or UNKNOWN), counts (yes or no), first (the number of its contract), by (its key in hex).
    this.known = [];
    this.varied = new Set();
    this.unchecked = false; // was there an ML-DSA-44 signature?
  }

  /** The entry of that number if another one may refer to it, else FAILED or UNKNOWN. */
  named(number, kinds, by) {
    if (number >= by) return FAILED;
    const other = this.known[number];
    if (other === undefined) return UNKNOWN;
    if (other.refers !== undefined) return other.refers;
    return kinds.includes(other.entry.kind) ? other : FAILED;
  }

  /** Point 3 for entry i. @returns {undefined|FAILED|UNKNOWN} */
  references(i, entry, record) {
    record.first = i;
    if (entry.kind === 'contract') return undefined;
    const holder = this.named(entry.contract, ['contract', 'variation'], i);
    const others = [
      ...(entry.submissions ?? []).map((number) => this.named(number, ['submission'], i)),
      ...(entry.kind === 'assessment' && entry.previous !== null ? [this.named(entry.previous, ['assessment'], i)] : []),
      ...(entry.assessment !== undefined ? [this.named(entry.assessment, ['assessment'], i)] : []),
    ];
    const answered = (entry.answers ?? []).map((number) => this.named(number, ['challenge'], i));
    const all = [holder, ...others, ...answered];
    if (all.includes(FAILED) || this.varied.has(entry.contract)) return FAILED;
    if (answered.some((challenge) => challenge !== UNKNOWN && challenge.entry.assessment !== entry.assessment)) return FAILED;
    if (new Set(all.filter((other) => other !== UNKNOWN).map((other) => other.first)).size > 1) return FAILED;
    if (all.includes(UNKNOWN)) return UNKNOWN;
    record.first = holder.first;
    return undefined;
  }

  /** Points 4 and 5. @returns {null|'signer'|'signature'} */
  signatures(entry, record) {
    const lists = entry.kind === 'contract' ? entry.roles : this.known[entry.contract].entry.roles;
    const listed = SIGNERS[entry.kind].flatMap((role) => lists[role]);
    const keys = entry.signatures.map(({ name, id }, i) =>
      listed.find((key) => key.name === name && key.id === id && key.type === [ED25519, ML_DSA][i]));
    if (keys.includes(undefined)) return 'signer';
    if (keys.length === 2) this.unchecked = true;
    record.by = toHex(keys[0].key);
    return checkEd25519(keys[0].key, entry.signed, entry.signatures[0].signature) ? null : 'signature';
  }

  /** @param {number} i @param {Uint8Array} data @param {string} origin @returns {null|[string, string]} the finding: class and words */
  add(i, data, origin) {
    const record = { entry: null, refers: FAILED, counts: false, first: i, by: null };
    this.known[i] = record;
    let entry;
    try {
      entry = readEntry(data, origin);
    } catch (error) {
      return ['form', reason(error)];
    }
    record.entry = entry;
    record.refers = this.references(i, entry, record);
    if (entry.kind === 'variation' && record.refers === undefined) this.varied.add(entry.contract);
    const before = this.known[i - 1]?.entry;
    let found = null;
    if (before && entry.seconds < before.seconds) found = ['time', `it says ${entry.at}, which is before the entry before it`];
    else if (record.refers === FAILED) found = ['references', 'it refers to entries that it cannot refer to'];
    else if (record.refers === undefined) {
      const wrong = this.signatures(entry, record);
      if (wrong === 'signer') found = ['signer', `signed by a key that may not sign a ${entry.kind} of this contract`];
      if (wrong === 'signature') found = ['signature', 'its signature does not verify'];
    }
    record.counts = found === null && record.refers === undefined;
    entry.signed = null; // large, and not needed again
    entry.signatures = null;
    return found;
  }

  /** @returns {{entry: number, state: string}[]} of every entry of kind assessment that has a right form */
  assessments() {
    const last = new Map(); // by contract and previous: the last assessment
    const challenges = new Map(); // by assessment: numbers
    const approvals = new Map();
    const push = (map, key, i) => (map.has(key) ? map.get(key).push(i) : map.set(key, [i]));
    const all = [];
    this.known.forEach(({ entry, counts, first }, i) => {
      if (entry?.kind === 'assessment') all.push(i);
      if (!counts) return;
      if (entry.kind === 'assessment') last.set(`${first} ${entry.previous}`, i);
      if (entry.kind === 'challenge') push(challenges, entry.assessment, i);
      if (entry.kind === 'approval') push(approvals, entry.assessment, i);
    });
    const superseded = new Set();
    return all.map((i) => {
      const { entry, counts, first, by } = this.known[i];
      let state = 'draft';
      if (counts) {
        if (last.get(`${first} ${entry.previous}`) !== i || superseded.has(entry.previous)) superseded.add(i);
        const mine = (approvals.get(i) ?? []).map((number) => this.known[number]);
        const answered = new Set(mine.flatMap((approval) => approval.entry.answers));
        const rule = this.known[entry.contract].entry.approval;
        const signers = new Set(mine.map((approval) => approval.by));
        const others = new Set([...signers].filter((key) => key !== by));
        const counting = rule.assessor === 'may not' ? others : signers;
        if (superseded.has(i)) state = 'superseded';
        else if ((challenges.get(i) ?? []).some((number) => !answered.has(number))) state = 'challenged';
        else if (counting.size >= rule.approvers && others.size > 0) state = 'approved';
      }
      return { entry: i, state };
    });
  }
}

/** @param {any} error @returns {string} the reason in words, of whatever was thrown */
function reason(error) {
  return error instanceof Unreadable ? error.message : `cannot be read (${error && error.message})`;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Files: a map-like reader, so that the same code checks a folder, a part of it, and a log inside a web page.

/**
 * @typedef {{path: string, kind: 'file'|'empty'|'other', size: number}} Item  kind: plain file, empty folder, or anything else (a link)
 * @typedef {{list: () => Item[], size: (path: string) => number|null, get: (path: string, most: number, from?: number) => Uint8Array|null,
 *   digest: (path: string) => {sha256: string, sha512: string, size: number}|null}} Files
 * They answer null for what is no plain file or cannot be read; `get` gives at most `most` bytes from `from` on (0).
 */

/** @param {Map<string, Uint8Array>|Object<string, Uint8Array>} map @returns {Files} */
function mapFiles(map) {
  const files = new Map(typeof map.entries === 'function' ? map.entries() : Object.entries(map));
  return {
    list: () => Array.from(files, ([path, data]) => ({ path, kind: 'file', size: data.length })),
    size: (path) => (files.has(path) ? files.get(path).length : null),
    get: (path, most, from = 0) => (files.has(path) ? files.get(path).subarray(from, from + most) : null),
    digest: (path) => {
      const data = files.get(path);
      return data ? { sha256: toHex(sha256(data)), sha512: toHex(sha512(data)), size: data.length } : null;
    },
  };
}

/** The files below a path of others. @param {Files} files @param {string} start with its slash @returns {Files} */
function filesBelow(files, start) {
  return {
    list: () => files.list().filter(({ path }) => path.startsWith(start)).map((item) => ({ ...item, path: item.path.slice(start.length) })),
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

/** @param {string} path @param {number} most @returns {Uint8Array|null} */
function readFile(path, most, from = 0) {
  return withFile(path, (handle, size) => {
    const data = new Uint8Array(Math.max(0, Math.min(size - from, most)));
    let at = 0;
    while (at < data.length) {
      const count = fs.readSync(handle, data, at, data.length - at, from + at);
      if (count === 0) break;
      at += count;
    }
    return data.subarray(0, at);
  });
}

/** The digests and the size of a file of any size. @param {string} path @returns {{sha256: string, sha512: string, size: number}|null} */
function digestFile(path) {
  return withFile(path, (handle, likely) => {
    const [hash, other] = [crypto.createHash('sha256'), crypto.createHash('sha512')];
    const part = Buffer.alloc(Math.min(likely + 1, 2 ** 20));
    let size = 0;
    for (let count = fs.readSync(handle, part); count > 0; count = fs.readSync(handle, part)) {
      hash.update(part.subarray(0, count));
      other.update(part.subarray(0, count));
      size += count;
    }
    return { sha256: hash.digest('hex'), sha512: other.digest('hex'), size };
  });
}

/** @param {string} folder @returns {Files} Names that are not UTF-8 are said with U+FFFD. */
function folderFiles(folder) {
  if (!isFolder(folder)) refuse(`${folder} is no folder`);
  const name = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const items = [];
  const waiting = [['', Buffer.from(folder)]];
  while (waiting.length) {
    const [path, place] = waiting.pop();
    let names = [];
    try {
      names = fs.readdirSync(place, { encoding: 'buffer' });
    } catch {
      items.push({ path, kind: 'other', size: 0 });
      continue;
    }
    if (names.length === 0 && path !== '') items.push({ path, kind: 'empty', size: 0 });
    for (const bytes of names) {
      const below = (path === '' ? '' : path + '/') + name(bytes);
      const whole = Buffer.concat([place, Buffer.from('/'), bytes]);
      let state = null;
      try {
        state = fs.lstatSync(whole);
      } catch {
        // It went away meanwhile, or may not be looked at: as a link.
      }
      if (state?.isDirectory()) waiting.push([below, whole]);
      else items.push({ path: below, kind: state?.isFile() ? 'file' : 'other', size: state?.size ?? 0 });
    }
  }
  const sizes = new Map(items.filter(({ kind }) => kind === 'file').map(({ path, size }) => [path, size]));
  return {
    list: () => items,
    size: (path) => sizes.get(path) ?? null,
    get: (path, most, from) => (sizes.has(path) ? readFile(nodePath.join(folder, path), most, from) : null),
    digest: (path) => (sizes.has(path) ? digestFile(nodePath.join(folder, path)) : null),
  };
}

function isFolder(path) {
  try {
    return fs.lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "Findings have a class, and where they can have one an entry and a file." "What a verifier prints."

class Answer {
  constructor() {
    this.found = [];
    this.notes = [];
    this.head = { origin: null, size: null, root: null, witnessed: null };
    this.states = [];
    this.verified = false; // does all that the verdict `verified` takes hold, but for findings?
    this.policy = null; // the one by which the log's signature was judged: the reader's, or else the log's own
  }

  /** @param {number} step @param {string} kind its class @param {{entry?: number, file?: string, key?: string}} place */
  add(step, kind, place, says) {
    this.found.push({ step, class: kind, ...place, says });
  }

  note(text) {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** "In the order of the steps, within a step by entry, then file, then class"; doubles left out; the first 1,000. */
  findings() {
    const [seen, kept] = [new Set(), []];
    const texts = (one, other) => (one === undefined || other === undefined ? Number(other === undefined) - Number(one === undefined)
      : order(toUtf8(one), toUtf8(other)));
    const sorted = this.found.sort((one, other) => one.step - other.step || (one.entry ?? -1) - (other.entry ?? -1)
      || texts(one.file, other.file) || texts(one.class, other.class) || texts(one.key, other.key));
    for (const { step, ...finding } of sorted) {
      const place = JSON.stringify([finding.class, finding.entry, finding.file, finding.key]);
      if (!seen.has(place) && kept.length < 1000) kept.push(finding);
      seen.add(place);
    }
    return kept;
  }

  /** "The verdict is broken if there is a finding. Otherwise verified if ...; otherwise internally consistent." */
  toJSON() {
    const verdict = this.found.length ? 'broken' : this.verified ? 'verified' : 'internally consistent';
    const ofPack = this.assessment === undefined ? {} : { assessment: this.assessment };
    return { verdict, ...this.head, ...ofPack, findings: this.findings(), assessments: this.states, notes: this.notes };
  }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "A kept view: a folder with the file checkpoint, hashes and perhaps policy, or the checkpoint's file alone."

/** @typedef {{checkpoint: Checkpoint, hashes: Uint8Array|null, policy: Policy|null}} Kept */

/**
 * @param {Uint8Array|null} checkpoint @param {Uint8Array|null} hashes null: the checkpoint alone
 * @param {Uint8Array|null} [policy] null: none was kept @returns {Kept}
 */
function parseKept(checkpoint, hashes, policy = null) {
  if (checkpoint === null) refuse('the kept checkpoint cannot be read');
  const kept = { checkpoint: parseCheckpoint(checkpoint), hashes, policy: policy === null ? null : parsePolicy(policy) };
  if (hashes !== null) {
    if (hashes.length < kept.checkpoint.size * 32) refuse('the kept hashes are fewer than its checkpoint says');
    kept.hashes = hashes.subarray(0, kept.checkpoint.size * 32); // "there may be more"
    hashes = kept.hashes;
    if (!same(treeRoot(hashesOf(hashes)), kept.checkpoint.root)) refuse('the kept hashes do not give the root of the kept checkpoint');
  }
  return kept;
}

/** @param {string} path @returns {Kept} */
function readKept(path) {
  if (!isFolder(path)) return parseKept(readFile(path, LONGEST_NOTE + 1), null);
  const checkpoint = readFile(nodePath.join(path, 'checkpoint'), LONGEST_NOTE + 1);
  if (checkpoint === null) refuse('the kept checkpoint cannot be read');
  const size = parseCheckpoint(checkpoint).size * 32;
  const hashes = size < 2 ** 31 ? readFile(nodePath.join(path, 'hashes'), size) : null;
  if (hashes === null) refuse('the kept hashes cannot be read');
  const place = nodePath.join(path, 'policy');
  const policy = readFile(place, LONGEST_NOTE + 1);
  if (policy === null && fs.lstatSync(place, { throwIfNoEntry: false })) refuse('the kept policy cannot be read');
  return parseKept(checkpoint, hashes, policy);
}

/** "The reader's policy is the one given, or else the one in the kept view." @param {Policy|null|undefined} policy @param {Kept[]} kept */
function readersPolicy(policy, kept) {
  return policy ?? kept.find((view) => view.policy !== null)?.policy ?? null;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "tile/L/N, tile/L/N.p/W": where tiles and bundles stand.

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

/** @param {string} path @returns {{level: string, number: number, width: number}|null} null: no right path of a tile or bundle */
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

const MOST_BUNDLE = 256 * 65537;

/** @param {Uint8Array} data a bundle @param {number} width @returns {Uint8Array[]} its entries, to the first not whole or of length 0 */
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

// ---------------------------------------------------------------------------------------------------------------------------------
// "Checking a log": steps 1 to 9.

/**
 * Step 2, for any checkpoint whose signatures count. How many have cosigned is no finding: `met` in what is returned.
 * @param {Answer} answer @param {number} step @param {Checkpoint} checkpoint @param {Policy} policy @param {{file?: string}} place
 */
function checkSignatures(answer, step, checkpoint, policy, place) {
  const judged = judge(checkpoint, policy);
  if (!judged.signed) answer.add(step, 'unsigned', place, 'no valid Ed25519 signature by a key of the log');
  if (judged.bad) answer.add(step, 'signature', place, 'a signature by a known key does not verify');
  if (judged.unchecked) answer.note(UNCHECKED);
  return judged;
}

const UNCHECKED = 'ML-DSA-44 signatures on checkpoints were not checked, and count as not there.';

/** Of the verdict: "the answer says whose policy and what it does not rule out". @param {Answer} answer @param {boolean} wasGiven */
function notePolicy(answer, wasGiven) {
  answer.note(`Signatures were judged by the policy ${wasGiven ? 'given' : 'in the kept view'}. What that does not rule out: that those `
    + 'whom the policy trusts sign another history for somebody else, and whatever was never logged.');
}

/** @param {Files} files @param {{policy?: Policy|null, kept?: Kept[]}} [given] @returns {Answer} with `leaves` for who keeps a view */
function checkLog(files, given = {}) {
  const answer = new Answer();
  const kept = [given.kept ?? []].flat();

  // 1. Checkpoint.
  let checkpoint;
  try {
    const data = files.get('checkpoint', LONGEST_NOTE + 1);
    checkpoint = parseCheckpoint(data ?? refuse('not there, or no plain file'));
  } catch (error) {
    answer.add(1, 'checkpoint', { file: 'checkpoint' }, reason(error));
    return answer;
  }
  const { origin, size, root } = checkpoint;
  const reader = readersPolicy(given.policy, kept);
  answer.head = { origin, size, root: toHex(root), witnessed: 0 };

  // 2. Signatures on it.
  let own = null;
  const items = files.list();
  if (items.some(({ path }) => path === 'policy' || path.startsWith('policy/'))) {
    try {
      own = parsePolicy(files.get('policy', LONGEST_NOTE + 1) ?? refuse('no plain file'));
    } catch (error) {
      answer.add(2, 'file', { file: 'policy' }, reason(error));
    }
  }
  const policy = reader ?? own;
  answer.policy = policy;
  const listed = [reader, own].flatMap((some) => (some ? [...some.logs, ...some.witnesses.values()] : []));
  const unlisted = (note) => own !== null && note.lines.some(({ name, id }) => !listed.some((key) => key.name === name && key.id === id));
  if (unlisted(checkpoint.note)) answer.add(2, 'signature', { file: 'checkpoint' }, 'a signature by a key that the log does not list');
  let times = []; // [SIZE, T] of each valid cosignature
  if (policy === null) answer.note('No policy: the signatures on the checkpoint were not checked.');
  else {
    const judged = checkSignatures(answer, 2, checkpoint, policy, { file: 'checkpoint' });
    times = judged.times.map((time) => [size, time]);
    if (reader !== null) {
      notePolicy(answer, Boolean(given.policy));
      if (judged.met) answer.head.witnessed = size;
    } else answer.note('The log\'s own policy was used, which says nothing against the log\'s owner.');
  }

  // 3. Files.
  const needed = new Set(['checkpoint', 'policy']);
  const [missing, short] = [[], []];
  const need = (level, number, width) => {
    const path = tilePath(level, number, width);
    needed.add(path);
    if (files.size(path) === null) missing.push(path);
    else if (level !== 'entries' && files.size(path) !== width * 32) short.push(path);
  };
  for (const level of [0, 1, 2, 3, 4, 5, 6, 'entries']) {
    for (const [number, width] of places(above(size, level === 'entries' ? 0 : level))) {
      if (missing.length > 1000) break;
      need(level, number, width);
    }
  }
  for (const path of missing.slice(0, 1000)) answer.add(3, 'file', { file: path }, 'not there, or no plain file');
  if (missing.length > 1000) {
    answer.note('More than 1,000 files are not there: nothing further was checked.');
    return answer;
  }
  for (const path of short) answer.add(3, 'file', { file: path }, 'a tile of another length than this tree has there');
  for (const item of items) {
    if (!needed.has(item.path) && !/^cosigned(?:\/|$)/.test(item.path)) checkOther(answer, files, size, item);
    else if (item.kind === 'other' && item.path === 'policy') answer.add(3, 'file', { file: item.path }, 'no plain file');
  }

  // 4. Entries and tiles. Hashes are kept by bundle: of the tile (if it is as long as it should be) and of the entries.
  const [fromTile, fromEntries, looked] = [[], [], []];
  for (const [number, width] of places(size)) {
    const path = tilePath('entries', number, width);
    const tile = readTile(files, 0, number, width);
    const bundle = files.get(path, MOST_BUNDLE);
    fromTile.push(tile);
    fromEntries.push(new Uint8Array(0));
    looked.push(0);
    if (bundle === null) continue;
    const entries = entriesOf(bundle, width);
    const hashes = entries.map(leafHash);
    let wrong = hashes.findIndex((hash, i) => tile !== null && !same(hash, hashAt(tile, i)));
    if (wrong < 0 && hashes.length < width) wrong = hashes.length;
    const says = wrong < hashes.length ? 'its hash is not the one in the tile' : 'it is not there whole, or of length 0';
    if (wrong >= 0) answer.add(4, 'entry', { entry: number * 256 + wrong, file: path }, says);
    const over = hashes.length === width && files.size(path) > lengthOf(entries);
    if (over) answer.add(4, 'file', { file: path }, 'bytes after its last entry');
    fromEntries[number] = join(...hashes);
    looked[number] = wrong < 0 ? width : wrong;
  }
  const rootOfFull = (tile) => (tile && tile.length === 256 * 32 ? treeRoot(hashesOf(tile)) : null);
  let below = fromTile.map(rootOfFull);
  for (let level = 1; level < LEVELS; level++) {
    const roots = [];
    for (const [number, width] of places(above(size, level))) {
      const tile = readTile(files, level, number, width);
      roots.push(rootOfFull(tile));
      if (tile !== null && hashesOf(tile).some((hash, i) => below[number * 256 + i] && !same(hash, below[number * 256 + i]))) {
        answer.add(4, 'file', { file: tilePath(level, number, width) }, 'a hash in it is not that of the tile below');
      }
    }
    below = roots;
  }

  // 5. Root.
  const tileLeaf = (i) => hashAt(fromTile[Math.floor(i / 256)], i % 256);
  const entryLeaf = (i) => hashAt(fromEntries[Math.floor(i / 256)], i % 256);
  const leaf = (i) => entryLeaf(i) ?? tileLeaf(i); // "from the bundle; else from the tile"
  const gives = (leafAt) => {
    const [taken] = prefixRoots(leafAt, [size]);
    return taken !== null && same(taken, root);
  };
  const [tilesRight, entriesRight] = [gives(tileLeaf), gives(entryLeaf)];
  if (!tilesRight && !entriesRight) {
    answer.add(5, 'root', { file: 'checkpoint' }, 'neither the tiles nor the entries give the root that the checkpoint says');
  } else if (answer.found.some(({ step }) => step === 3 || step === 4)) {
    const both = tilesRight && entriesRight;
    answer.note(`The root is the one that the ${both ? 'tiles and the entries' : tilesRight ? 'tiles' : 'entries'} give: `
      + `${both ? 'neither were' : tilesRight ? 'it is entries that were' : 'it is tiles that were'} changed or lost.`);
  }

  // 6 and 7 ask which prefixes of the leaves have which root: each size once, rising.
  const cosigned = items.filter(({ path }) => /^cosigned(?:\/|$)/.test(path)).map((item) => readCosigned(answer, files, item, origin));
  const readable = cosigned.filter((item) => item !== null).sort((one, other) => one.size - other.size);
  const sizes = [...readable.map((item) => item.size), ...kept.map((view) => view.checkpoint.size)].filter((at) => at <= size);
  const rising = [...new Set(sizes)].sort((one, other) => one - other);
  const roots = new Map(prefixRoots(leaf, rising).map((prefix, i) => [rising[i], prefix]));
  const right = readable.filter((item) => roots.get(item.size) && same(roots.get(item.size), item.root)).map((item) => item.size);
  const lastRight = (before) => right.filter((at) => at < before).at(-1) ?? 0;

  // 6. Kept view.
  for (const view of kept) {
    const seen = view.checkpoint;
    if (seen.size > 0) {
      answer.note(`The log was compared with a view kept at size ${seen.size}. What that does not rule out: `
        + 'another history shown to others, and whatever came after that view.');
    } else answer.note('The kept view is of an empty log: it shows nothing about this one.');
    if (seen.origin !== origin) {
      answer.add(6, 'origin', { file: 'checkpoint' }, `this log is ${origin}, the kept view is of ${seen.origin}`);
      continue;
    }
    if (size < seen.size) answer.add(6, 'rollback', { entry: size }, `the log has ${size} entries; it had ${seen.size} before`);
    if (view.hashes !== null) {
      for (let i = 0; i < Math.min(size, seen.size); i++) {
        const hash = leaf(i);
        if (hash === null || same(hash, view.hashes.subarray(32 * i, 32 * i + 32))) continue;
        answer.add(6, 'history', { entry: i }, 'this entry is not the one that was seen when the view was kept');
        break;
      }
    } else if (roots.get(seen.size) && !same(roots.get(seen.size), seen.root)) {
      answer.add(6, 'history', { entry: lastRight(seen.size) }, 'the entries up to the size of the kept checkpoint do not give its root');
    }
  }

  // 7. Cosigned checkpoints.
  for (const item of readable) {
    const where = { file: item.path };
    const taken = roots.get(item.size);
    if (item.size > size) answer.add(7, 'rollback', { entry: size, ...where }, 'a checkpoint of a larger size was cosigned');
    else if (taken && !same(taken, item.root)) {
      answer.add(7, 'history', { entry: lastRight(item.size), ...where }, 'the entries up to this size do not give its root');
    }
    if (unlisted(item.note)) answer.add(7, 'signature', where, 'a signature by a key that the log does not list');
    if (policy === null) continue;
    const judged = judge(item, policy);
    if (judged.bad) answer.add(7, 'signature', where, 'a signature by a known key does not verify');
    if (judged.unchecked) answer.note(UNCHECKED);
    if (!judged.signed && judged.cosigned.size === 0) answer.add(7, 'unsigned', where, 'no valid signature of the log or of a witness');
    if (!right.includes(item.size)) continue;
    times.push(...judged.times.map((time) => [item.size, time]));
    if (reader !== null && judged.met) answer.head.witnessed = Math.max(answer.head.witnessed, item.size);
  }

  // 8. What entries say.
  const entries = new Entries();
  for (const [bundle, width] of places(size)) {
    const most = entriesRight ? width : looked[bundle];
    if (most === 0) continue;
    entriesOf(files.get(tilePath('entries', bundle, width), MOST_BUNDLE) ?? new Uint8Array(0), most).forEach((data, i) => {
      const found = entries.add(bundle * 256 + i, data, origin);
      if (found) answer.add(8, found[0], { entry: bundle * 256 + i }, found[1]);
    });
  }
  if (entries.unchecked) answer.note('ML-DSA-44 signatures of entries were not checked; their Ed25519 signatures were.');
  answer.states = entries.assessments();

  // 9. Back-dating.
  checkTimes(answer, entries, times);
  answer.entries = entries.known;
  answer.leaves = leaf;

  // "Verified if there is a reader's policy and all entries are witnessed; ... otherwise the answer says what was lacking."
  const { witnessed } = answer.head;
  answer.verified = reader !== null && witnessed === size;
  if (reader === null) {
    answer.note(kept.length ? 'The kept view has no policy: it shows only that the history was not changed, whoever went on with it.'
      : 'There was no policy from elsewhere than the log: whoever wrote all of it could have written it like this.');
  } else if (witnessed < size) {
    answer.note(`Nobody has witnessed entries ${witnessed} to ${size - 1} yet: only the log's owner vouches for what is in them.`);
  }
  return answer;
}

/** Of step 3: "of what is there besides". @param {Answer} answer @param {Files} files @param {number} size @param {Item} item */
function checkOther(answer, files, size, item) {
  const wrong = (says) => answer.add(3, 'file', { file: item.path }, says);
  if (item.kind === 'empty') return answer.note(`Empty folder: ${item.path}`);
  if (item.kind !== 'file') return wrong('no plain file');
  if (item.path.split('/').at(-1).startsWith('.')) return answer.note(`A file whose name begins with a point: ${item.path}`);
  const tile = parseTilePath(item.path);
  if (tile === null) return wrong('it does not belong into a log');
  const level = tile.level === 'entries' ? 0 : Number(tile.level);
  const count = above(size, level);
  const [start, end] = [tile.number * 256, tile.number * 256 + tile.width];
  if (end > above(WHOLE, level)) return wrong('it does not belong into a log of any size');
  const here = Math.min(256, count - start); // so many hashes or entries this tree has at this place; 0 or fewer: none
  const path = tilePath(tile.level, tile.number, here);
  // What this tree has there, as far as it is there: whole hashes or entries, and no more than it should have.
  const most = tile.level === 'entries' ? MOST_BUNDLE : here * 32;
  let ours = here > 0 ? files.get(path, most) : null;
  if (ours !== null && tile.level === 'entries') ours = ours.subarray(0, lengthOf(entriesOf(ours, here)));
  if (end > count) {
    answer.note(`Beyond the checkpoint: ${item.path}`);
    if (ours !== null && !beginsWith(files.get(item.path, ours.length) ?? new Uint8Array(0), ours)) {
      wrong('it does not begin with what this tree has there');
    }
    return undefined;
  }
  if (tile.level !== 'entries') {
    if (item.size !== tile.width * 32) return wrong('a tile of another length');
    if (ours !== null && !beginsWith(ours, files.get(item.path, item.size) ?? ours)) wrong('not the beginning of the tile here');
    return undefined;
  }
  const data = files.get(item.path, MOST_BUNDLE + 1) ?? new Uint8Array(0);
  const entries = entriesOf(data, tile.width);
  if (entries.length < tile.width || lengthOf(entries) !== item.size) return wrong('not so many whole entries and nothing after them');
  return ours === null || beginsWith(ours, data) ? undefined : wrong('not the beginning of the bundle here');
}

/** @returns {Uint8Array|null} the hashes of a tile; null where it is not there or has another length */
function readTile(files, level, number, width) {
  const path = tilePath(level, number, width);
  const data = files.size(path) === width * 32 ? files.get(path, width * 32) : null;
  return data !== null && data.length === width * 32 ? data : null;
}

/** One file of `cosigned`: "not a readable checkpoint of that size and of this origin, or a name that is no such number: file". */
function readCosigned(answer, files, item, origin) {
  if (item.kind === 'empty') answer.note(`Empty folder: ${item.path}`);
  else if (item.kind === 'file' && item.path.split('/').at(-1).startsWith('.')) {
    answer.note(`A file whose name begins with a point: ${item.path}`);
  } else {
    try {
      const name = item.path.slice('cosigned/'.length);
      const data = item.kind === 'file' ? files.get(item.path, LONGEST_NOTE + 1) : null;
      const checkpoint = parseCheckpoint(data ?? refuse('no plain file'));
      if (checkpoint.size !== decimal(name) || checkpoint.origin !== origin) refuse('a checkpoint of another size or log');
      return { ...checkpoint, path: item.path };
    } catch (error) {
      answer.add(7, 'file', { file: item.path }, reason(error));
    }
  }
  return null;
}

/** Step 9. @param {Answer} answer @param {Entries} entries @param {[number, number][]} times SIZE and T of each valid cosignature */
function checkTimes(answer, entries, times) {
  const seconds = (i) => entries.known[i]?.entry?.seconds;
  const rising = []; // the entries that say a later time than all before them: the first after any time is one of them
  entries.known.forEach((_, i) => {
    if (rising.length === 0 || seconds(i) > seconds(rising.at(-1))) if (seconds(i) !== undefined) rising.push(i);
  });
  for (const [size, time] of times) {
    let [low, high] = [0, rising.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (seconds(rising[middle]) > time + 300) high = middle;
      else low = middle + 1;
    }
    if (rising[low] < size) answer.add(9, 'time-ahead', { entry: rising[low] }, 'it says a later time than that at which a witness saw it');
    if (seconds(size) < time - 86400) answer.add(9, 'back-dated', { entry: size }, 'a witness had not seen it a day after its time');
  }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "Receipts": a file of tlog-proof.

/** @param {string[]} lines @returns {Uint8Array[]} */
function readHashes(lines) {
  if (lines.length > 63) refuse('more than 63 hashes');
  return lines.map((line) => {
    const hash = fromBase64(line);
    return hash.length === 32 ? hash : refuse('a hash that is not of 32 bytes');
  });
}

/** @param {Uint8Array} data @returns {{lines: string[], rest: Uint8Array}} the lines before the first empty one, and what comes after it */
function splitProof(data) {
  const text = fromUtf8(data);
  const split = text.indexOf('\n\n');
  if (split < 0) refuse('no empty line before a checkpoint');
  return { lines: text.slice(0, split).split('\n'), rest: toUtf8(text.slice(split + 2)) };
}

/** @param {Uint8Array} data @returns {{extra: Uint8Array|null, index: number, hashes: Uint8Array[], checkpoint: Checkpoint}} */
function parseProof(data) {
  if (data.length > LONGEST_NOTE) refuse('a proof that is too long');
  const { lines, rest } = splitProof(data);
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') refuse('not a tlog-proof');
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift().slice(6)) : null;
  const index = lines.shift();
  if (!index?.startsWith('index ')) refuse('a proof without index');
  return { extra, index: decimal(index.slice(6)), hashes: readHashes(lines), checkpoint: parseCheckpoint(rest) };
}

/** @param {Uint8Array} extra @returns {{data: Uint8Array, openings: Object<string, {salt: string, document: any}>}} */
function readExtra(extra) {
  const value = readCanonical(extra ?? refuse('a receipt without its extra line'));
  if (!isMap(value, ['entry', 'openings']) || !isMap(value.openings)) refuse('the extra line of a receipt is not as it must be');
  for (const [name, opening] of Object.entries(value.openings)) {
    if (!['commitment', 'disclosure'].includes(name) || !isMap(opening, ['salt', 'document']) || !isHex(opening.salt, 32)
      || !isMap(opening.document)) refuse('an opening in a receipt is not as it must be');
  }
  return { data: fromBase64(value.entry), openings: value.openings };
}

/**
 * @param {Answer} answer @param {number|null} step the one of the pack that it is in @param {Uint8Array|null} data
 * @param {Policy|null} policy @param {{file?: string}} place
 * @returns {null|{index: number, data: Uint8Array, entry: any, openings: any, checkpoint: Checkpoint, met: boolean}} null: unreadable
 */
function examineReceipt(answer, step, data, policy, place) {
  let proof;
  let extra;
  let entry;
  try {
    proof = parseProof(data ?? refuse('no plain file'));
    extra = readExtra(proof.extra);
    entry = readEntry(extra.data, proof.checkpoint.origin);
  } catch (error) {
    answer.add(step ?? 1, 'receipt', place, reason(error));
    return null;
  }
  const { index, checkpoint } = proof;
  let met = false;
  if (policy) met = checkSignatures(answer, step ?? 2, checkpoint, policy, place).met;
  else answer.note('No policy: the signatures on the checkpoint of a receipt were not checked.');
  const proved = checkInclusion(index, checkpoint.size, leafHash(extra.data), proof.hashes, checkpoint.root);
  if (!proved) answer.add(step ?? 3, 'proof', { entry: index, ...place }, 'the entry is not proved to be in the tree of the checkpoint');
  for (const [name, opening] of Object.entries(extra.openings)) {
    if (entry[name] !== commitment(opening)) answer.add(step ?? 4, 'opening', { entry: index, ...place },
      `what is opened is not its ${name}`);
  }
  answer.note('The signatures of an entry cannot be checked from a receipt alone: the keys stand in another entry.');
  return { index, data: extra.data, entry, openings: extra.openings, checkpoint, met };
}

/**
 * The head and the verdict of a receipt or a consistency proof: "`witnessed` is the checkpoint's size where the quorum is met, else 0.
 * The verdict is `verified` where it is not 0." @param {Answer} answer @param {Checkpoint} checkpoint @param {boolean} met
 */
function concludeProof(answer, { origin, size, root }, met, policy) {
  answer.head = { origin, size, root: toHex(root), witnessed: met ? size : 0 };
  answer.verified = answer.head.witnessed > 0;
  if (policy && !met) {
    answer.note('Not enough witnesses that the policy asks for stand on this checkpoint: until one is asked for that they have seen, '
      + 'only the log\'s owner vouches for it.');
  }
}

/** @typedef {{name: string, sha256: string, size: number}} Measured */
/** @param {Uint8Array} data @param {{policy?: Policy|null, data?: Measured[]}} [given] @returns {Answer} */
function checkReceipt(data, given = {}) {
  const answer = new Answer();
  const policy = given.policy ?? null;
  const receipt = examineReceipt(answer, null, data, policy, {});
  if (receipt === null) return answer;
  if (policy) notePolicy(answer, true);
  concludeProof(answer, receipt.checkpoint, receipt.met, policy);
  for (const file of given.data ?? []) {
    const document = receipt.entry.kind === 'submission' ? receipt.openings.commitment?.document : undefined;
    const files = Array.isArray(document?.files) ? document.files : [];
    if (!files.some((item) => isMap(item) && item.sha256 === file.sha256 && item.size === file.size)) {
      answer.add(6, 'data', { file: file.name }, 'the receipt does not say that this file was submitted');
    }
  }
  return answer;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "Consistency proofs": the body of add-checkpoint of tlog-witness.

/** @param {Uint8Array} data @param {Kept} kept @param {Policy|null} [policy] @returns {Answer} */
function checkConsistencyFile(data, kept, policy = null) {
  const answer = new Answer();
  const old = kept.checkpoint;
  let proof;
  try {
    const { lines, rest } = splitProof(data);
    const first = lines.shift();
    if (!first.startsWith('old ')) refuse('no old size');
    proof = { size: decimal(first.slice(4)), hashes: readHashes(lines), checkpoint: parseCheckpoint(rest) };
  } catch (error) {
    answer.add(1, 'consistency', {}, reason(error));
    return answer;
  }
  const { origin, size, root } = proof.checkpoint;
  const reader = readersPolicy(policy, [kept]);
  let met = false;
  if (reader) {
    met = checkSignatures(answer, 2, proof.checkpoint, reader, {}).met;
    notePolicy(answer, Boolean(policy));
  } else answer.note('No policy: the signatures on the checkpoint were not checked.');
  concludeProof(answer, proof.checkpoint, met, reader);
  if (old.size === 0) answer.note('The older checkpoint is of an empty log: this proves nothing.');
  if (proof.size !== old.size) answer.add(3, 'consistency', {}, `it is from size ${proof.size}, the older checkpoint of ${old.size}`);
  if (origin !== old.origin) answer.add(4, 'origin', {}, `the older checkpoint is of ${old.origin}, the newer one of ${origin}`);
  if (!checkConsistency(proof.size, size, old.root, root, proof.hashes)) {
    answer.add(5, 'consistency', {}, 'it does not prove that the newer tree continues the older one');
  }
  return answer;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// docs/pack-format.md. "The canonical text of a table": "a reader takes cells by their lengths, never by lines".

const MOST_CELL = 2 ** 28;
const MOST_ROW = 2 ** 30;
const PIECE = 2 ** 20;

/** Reads a file in pieces; what was read since `begin` stays until `end`. */
class Pieces {
  constructor(files, path) {
    [this.files, this.path] = [files, path];
    [this.data, this.start, this.at, this.offset] = [new Uint8Array(0), 0, 0, 0];
  }

  has(count) {
    while (this.data.length - this.at < count) {
      const more = this.files.get(this.path, Math.max(count, PIECE), this.offset);
      if (more === null || more.length === 0) return false;
      if (this.data.length - this.start > MOST_ROW) refuse('a row that is too long');
      this.data = join(this.data.subarray(this.start), more);
      [this.at, this.start, this.offset] = [this.at - this.start, 0, this.offset + more.length];
    }
    return true;
  }

  /** @param {number} count @returns {Uint8Array} */
  take(count) {
    if (!this.has(count)) refuse('it ends too early');
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

  /** The bytes to the next newline, without it. @param {number} most */
  line(most) {
    for (let count = 0; count <= most; count++) if (this.byte() === 10) return this.end().subarray(0, -1);
    return refuse('a line that is too long');
  }
}

/** @param {Pieces} pieces @returns {number} digits without leading zeroes, and a colon after them */
function readLength(pieces) {
  let text = '';
  for (let byte = pieces.byte(); byte !== 0x3a; byte = pieces.byte()) text += String.fromCharCode(byte);
  const length = decimal(text);
  return length <= MOST_CELL ? length : refuse('a cell that is too long');
}

/** "Cell: a tag, the length of its text in bytes of UTF-8, `:`, the text." @returns {null|bigint|string|object} by its tag */
function readCell(pieces, inList = false) {
  const tag = String.fromCharCode(pieces.byte());
  if (tag === 'n') return null;
  if (!(inList ? 't' : 'itdbl').includes(tag)) refuse('a cell of no known sort');
  const length = readLength(pieces);
  if (tag === 'l') {
    const start = pieces.at - pieces.start;
    for (let i = 0; i < length; i++) {
      readCell(pieces, true);
      if (pieces.at - pieces.start - start > MOST_CELL) refuse('a cell that is too long');
    }
    return { tag };
  }
  const text = fromUtf8(pieces.take(length));
  if (tag === 't') return text;
  const form = { i: /^(?:0|-?[1-9][0-9]{0,37})$/, d: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, b: /^[yn]$/ }[tag];
  if (!form.test(text)) refuse('a cell whose text is not of its sort');
  return tag === 'i' ? BigInt(text) : { tag };
}

/** "Blocks: 1,024 rows to a block. Tree: the Merkle tree of RFC 6962 over the blocks." Rows' digests in, root out. */
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

/**
 * @param {Files} files @param {string} path @param {boolean} keep the rows too?
 * @returns {{columns: string[], rows: number, root: string, cells: any[][]}}
 */
function readTable(files, path, keep) {
  const pieces = new Pieces(files, path);
  const columns = readCanonical(pieces.line(2 ** 20));
  if (!Array.isArray(columns) || !columns.every(isText) || new Set(columns).size !== columns.length) refuse('no list of columns');
  const digest = new TableDigest();
  const cells = [];
  while (pieces.has(1)) {
    const row = columns.map(() => readCell(pieces));
    digest.add(sha256(pieces.end()));
    if (keep) cells.push(row);
    if (pieces.byte() !== 10) refuse('a row that does not end with a newline');
    pieces.end();
  }
  return { columns, rows: digest.rows, root: digest.root(), cells };
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "Checking a pack", step 1: the bag.

const MANIFESTS = ['manifest-sha256.txt', 'manifest-sha512.txt', 'tagmanifest-sha256.txt', 'tagmanifest-sha512.txt'];
const TAG_FILES = ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt', 'manifest-sha512.txt'];
const WINDOWS = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$)/i;

/** "A path has only the letters A to Z and a to z, digits, ., _, -, +, and / between its parts; no part is ..." */
function mayBe(path) {
  return /^[A-Za-z0-9._+/-]+$/.test(path) && path.split('/').every((part) => part !== '' && !part.endsWith('.') && !WINDOWS.test(part));
}

/** @param {Uint8Array|null} data @param {number} digits @returns {Map<string, string>} path to digest */
function readManifest(data, digits) {
  if (data === null || data.length > 2 ** 26) refuse('not there, no plain file, or too long');
  const text = fromUtf8(data);
  if (text !== '' && !text.endsWith('\n')) refuse('its last line does not end with a newline');
  const named = new Map();
  for (const line of text.split('\n').slice(0, -1)) {
    const parts = /^([0-9a-f]+) {2}([^\r]+)$/.exec(line);
    if (!parts || parts[1].length !== digits) refuse('a line that is not digest, two spaces and path');
    if (named.has(parts[2])) refuse('a path twice');
    named.set(parts[2], parts[1]);
  }
  return named;
}

/** @param {Answer} answer @param {Files} files @param {(path: string) => any} digest */
function checkBag(answer, files, digest) {
  const bag = (file, says) => answer.add(1, 'bag', { file }, says);
  const declared = files.get('bagit.txt', 100);
  if (declared === null || !same(declared, toUtf8('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'))) bag('bagit.txt',
    'not the two lines');
  const read = new Map();
  for (const name of MANIFESTS) {
    try {
      read.set(name, readManifest(files.get(name, 2 ** 26 + 1), name.includes('512') ? 128 : 64));
    } catch (error) {
      bag(name, reason(error));
    }
  }
  for (const [name, named] of read) {
    const capitals = new Map();
    for (const path of named.keys()) {
      const payload = !name.startsWith('tag');
      if (!mayBe(path) || (payload && !path.startsWith('data/'))) {
        answer.add(1, 'path', { file: name }, `a path that may not be: ${path}`);
        named.delete(path);
      } else if (payload && capitals.has(path.toLowerCase())) {
        answer.add(1, 'path', { file: name }, `two paths that differ in nothing but capitals: ${path}`);
      }
      capitals.set(path.toLowerCase(), path);
    }
    const exactly = named.size === 4 && TAG_FILES.every((file) => named.has(file));
    if (name.startsWith('tag') && !exactly) bag(name, 'it does not name exactly the four files that it must');
  }
  const [first, second] = [read.get(MANIFESTS[0]), read.get(MANIFESTS[1])];
  if (first && second && !(first.size === second.size && [...first.keys()].every((path) => second.has(path)))) {
    bag(MANIFESTS[1], 'it does not name the same files as the other');
  }
  const all = new Set([...read.values()].flatMap((named) => [...named.keys()]));
  for (const { path, kind } of files.list()) {
    if (kind !== 'file') answer.add(1, 'file', { file: path }, kind === 'empty' ? 'an empty folder' : 'no plain file');
    else if (!all.has(path) && !MANIFESTS.slice(2).includes(path)) answer.add(1, 'file', { file: path }, 'no manifest names it');
  }
  for (const path of all) {
    const is = digest(path);
    const right = (name) => !read.get(name)?.has(path) || read.get(name).get(path) === is[name.includes('512') ? 'sha512' : 'sha256'];
    if (is === null) answer.add(1, 'file', { file: path }, 'a manifest names it, and it is not there');
    else if (!MANIFESTS.every(right)) answer.add(1, 'file', { file: path }, 'its digest is not what a manifest says');
  }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Steps 2 to 4: pack.json, the assessment, the texts.

const MOST_JSON = 2 ** 30;
const ASSESSMENT = 'data/assessment/';

/** @param {Answer} answer @param {Set<string>} there @param {Uint8Array|null} data @returns {any} null: "nothing further is checked" */
function readPackJson(answer, there, data) {
  const wrong = (says) => answer.add(2, 'pack', { file: 'data/pack.json' }, says);
  let pack;
  try {
    pack = readCanonical(data ?? refuse('not there'));
    if (!isMap(pack, ['format', 'redacted', 'log', 'receipts']) || pack.format !== 'pbr-pack/1' || typeof pack.redacted !== 'boolean'
      || typeof pack.log !== 'boolean' || !isRising(pack.receipts)) refuse('not as it must be');
  } catch (error) {
    wrong(reason(error));
    return null;
  }
  const below = (folder) => [...there].filter((path) => path.startsWith(`data/${folder}/`));
  const names = pack.receipts.map((number) => `data/receipts/${number}.tlog-proof`);
  const plain = [below('assessment').length > 0, below('text').length > 0, below('redacted').length === 0];
  if (below('receipts').length !== names.length || !names.every((name) => there.has(name)) || pack.log !== below('log').length > 0
    || plain.some((value) => value === pack.redacted)) wrong('it does not agree with what is there');
  const folders = /^data\/(?:assessment|text|redacted|log|receipts)\//;
  const single = ['data/pack.json', 'data/README.txt', 'data/ro-crate-metadata.json'];
  for (const path of single) if (!there.has(path)) answer.add(2, 'file', { file: path }, 'not there');
  for (const path of there) {
    if (!folders.test(path) && !single.includes(path)) answer.add(2, 'file', { file: path }, 'it does not belong into a pack');
  }
  return pack;
}

const isList = (value, member) => Array.isArray(value) && value.every((item) => isMap(item) && member(item));
const isMapOf = (value, member) => isMap(value) && Object.values(value).every(member);

/** @returns {boolean} has manifest.json what is read of it? */
function isManifest(value) {
  return isMap(value) && value.format === 'pbr-trail/1'
    && isMap(value.contract) && isText(value.contract.id) && isText(value.contract.version) && isHex(value.contract.sha256, 32)
    && isList(value.rules, (rule) => isText(rule.rule) && isText(rule.file) && isHex(rule.sha256, 32))
    && isList(value.inputs, (input) => isText(input.name) && (input.file === null || isText(input.file)) && isHex(input.sha256, 32)
      && isWhole(input.size))
    && isMapOf(value.tables, (table) => isMap(table) && Array.isArray(table.columns) && table.columns.every(isText) && isWhole(table.rows)
      && isHex(table.root, 32))
    && isMapOf(value.documents, (digest) => isHex(digest, 32));
}

/** Step 3. @returns {any} manifest.json, or null */
function checkAssessment(answer, files, there, digest) {
  const wrong = (path, says) => answer.add(3, 'assessment', { file: ASSESSMENT + path }, says);
  const read = (path, form) => {
    try {
      const data = there.has(ASSESSMENT + path) ? files.get(ASSESSMENT + path, MOST_JSON + 1) : null;
      if (data === null || data.length > MOST_JSON) refuse('not there, or too long');
      const text = fromUtf8(data);
      const value = parseJson(text);
      return form(value) ? [value, text] : refuse('it lacks something that is read of it');
    } catch (error) {
      wrong(path, reason(error));
      return [null, ''];
    }
  };
  const differs = (path, sha, size) => {
    const is = there.has(ASSESSMENT + path) ? digest(ASSESSMENT + path) : null;
    return is === null || is.sha256 !== sha || (size !== undefined && is.size !== size);
  };
  const inside = [...there].filter((path) => path.startsWith(ASSESSMENT)).map((path) => path.slice(ASSESSMENT.length));
  const [run] = read('run.json', (value) => isMap(value)
    && isMapOf(value.files, (item) => isMap(item) && isHex(item.sha256, 32) && isWhole(item.size)));
  if (run !== null) {
    const others = inside.filter((path) => path !== 'run.json');
    if (others.length !== Object.keys(run.files).length || !others.every((path) => path in run.files)) {
      wrong('run.json', 'it does not name exactly the other files');
    }
    for (const path of others) {
      if (path in run.files && differs(path, run.files[path].sha256, run.files[path].size)) wrong(path, 'not the file that run.json names');
    }
  }
  const [manifest, text] = read('manifest.json', isManifest);
  if (manifest === null) return null;
  if (!isCanonical(manifest, text)) wrong('manifest.json', 'not canonical JSON');
  const named = new Set(['manifest.json', 'run.json']);
  const expect = (path, sha, size) => {
    named.add(path);
    if (differs(path, sha, size)) wrong(path, 'not there, or not the file that manifest.json names');
  };
  expect('contract/contract.yaml', manifest.contract.sha256);
  for (const [path, sha] of Object.entries(manifest.documents)) expect(path, sha);
  for (const rule of manifest.rules) expect(rule.file, rule.sha256);
  for (const input of manifest.inputs) if (input.file !== null) expect(input.file, input.sha256, input.size);
  for (const path of Object.keys(manifest.tables)) {
    named.add(path);
    if (!there.has(ASSESSMENT + path)) wrong(path, 'a table that is not there');
  }
  for (const path of inside) if (!named.has(path)) wrong(path, 'manifest.json does not name it');
  return manifest;
}

/** Is this value, read from this text, written canonically there? */
function isCanonical(value, text) {
  try {
    return same(toUtf8(canonical(readCanonical(toUtf8(text)))), toUtf8(canonical(value)));
  } catch {
    return false;
  }
}

const textOf = (table) => `data/text/${table.replace(/\.parquet$/, '')}.txt`;

/** Step 4. @returns {Map<string, any>} the tables payments and due, with their rows; null: it cannot be parsed */
function checkTexts(answer, files, there, manifest) {
  const kept = new Map();
  const texts = new Set(Object.keys(manifest.tables).map(textOf));
  const parse = (file, keep) => {
    try {
      return there.has(file) ? readTable(files, file, keep) : refuse('not there');
    } catch (error) {
      answer.add(4, 'table', { file }, reason(error));
      return null;
    }
  };
  for (const [path, table] of Object.entries(manifest.tables)) {
    const needed = path === 'payments.parquet' || path === 'due.parquet';
    const is = parse(textOf(path), needed);
    if (needed) kept.set(path, is);
    if (is && !(is.rows === table.rows && is.root === table.root && canonical(is.columns) === canonical(table.columns))) {
      answer.add(4, 'table', { file: textOf(path) }, 'not the table of the manifest');
    }
  }
  for (const path of there) {
    if (path.startsWith('data/text/') && !texts.has(path)) answer.add(4, 'file', { file: path }, 'a text of no table');
  }
  return kept;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Step 5, "Arithmetic": each rule of the tables there, in their order. Sums are BigInt, in minor units.

const RESULTS = ['pays', 'pays_nothing', 'deducts', 'sets', 'held'];
const KINDS = ['paid', 'nothing', 'held', 'unchanged', 'kept', 'reversal', 'restatement'];

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
function isExactly(text, amount, of) {
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
        : item.amount === null || isExactly(item.amount, row.amount, row.of));
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
      && step(n).lines_cut === cut.length && (holds.length ? isMap(said, ['lines',
        'sum']) && said.lines === must.lines && said.sum === must.sum
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
      const right = names !== null && isMap(is, paid === undefined ? ['lines', 'held'] : ['lines', 'held',
        'paid']) && is.lines === mine.length && is.held === heldOf(mine) && is.paid === paid;
      expect(`evidence_totals.${word}.${grade}`, right, 'not what the lines say');
    }
  }
}

/** The rows of `due`, "row by row". @param {any[]} all the rows @param {any[]} moneyRows those of payments @param {any} settlement */
function checkDue(expect, all, moneyRows, settlement) {
  const isWholeOrNull = (one, other) => (one === null && other === null) || (isText(one) && isInteger(other));
  const rows = all.filter((row) => {
    const typed = [row.payment, row.grain, row.key].every(isText) && KINDS.includes(row.kind) && [row.entry, row.sum,
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
    for (const kind of KINDS) must[kind] = mine.filter((row) => row.kind === kind).length;
    const said = isMap(settlement.payments) ? settlement.payments[name] : undefined;
    const right = mine.length > 0 && isMap(said, Object.keys(must)) && Object.entries(must).every(([member,
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

// ---------------------------------------------------------------------------------------------------------------------------------
// "Redacted packs".

/** "The text of an open cell is the canonical text of one cell, and nothing more." */
function isOneCell(text) {
  const pieces = new Pieces(mapFiles({ cell: toUtf8(text) }), 'cell');
  readCell(pieces);
  return !pieces.has(1);
}

/** "It has these members and no others; in `complete_to` a day is text or null, the rest is as in `manifest.json`." */
function isDisclosure(value) {
  return isMap(value, ['format', 'contract', 'engine', 'complete_to', 'currency', 'tables']) && value.format === 'pbr-disclosure/1'
    && isMap(value.contract, ['id', 'version', 'sha256']) && isText(value.contract.id) && isText(value.contract.version)
    && isHex(value.contract.sha256, 32) && isMap(value.engine, ['name',
      'version']) && isText(value.engine.name) && isText(value.engine.version)
    && isMapOf(value.complete_to, (day) => day === null || isText(day)) && isText(value.currency)
    && isMapOf(value.tables, (table) => isMap(table, ['columns', 'rows',
      'root']) && Array.isArray(table.columns) && table.columns.every(isText)
      && isWhole(table.rows) && isHex(table.root, 32));
}

/** @param {Files} files @param {string} path @param {{columns: string[]}} table @returns {{rows: number, root: string}} */
function readRedacted(files, path, table) {
  const pieces = new Pieces(files, path);
  const head = readCanonical(pieces.line(2 ** 20));
  const right = isMap(head, ['columns', 'treatment']) && canonical(head.columns) === canonical(table.columns);
  if (!right) refuse('other columns than the document');
  const { treatment } = head;
  if (!Array.isArray(treatment) || treatment.length !== table.columns.length) refuse('not a treatment for each column');
  if (!treatment.every((word) => ['open', 'pseudonym', 'withheld'].includes(word))) refuse('a treatment that there is not');
  const cell = (value, i) => {
    if (!Array.isArray(value) || !value.every(isText)) refuse('not a cell');
    const [one, other] = value;
    if (value.length === 1 && isHex(one, 32)) return fromHex(one);
    if (value.length !== 2 || !isHex(other, 32)) refuse('not a cell');
    if (treatment[i] === 'open' && isOneCell(one)) return sha256(join(fromHex(other), toUtf8(one)));
    if (treatment[i] === 'pseudonym' && isHex(one, 16)) return fromHex(other);
    return refuse('a cell that is not treated as its column');
  };
  const digest = new TableDigest();
  while (pieces.has(1)) {
    const row = readCanonical(pieces.line(MOST_ROW));
    if (!Array.isArray(row) || row.length !== table.columns.length) refuse('a row of another length');
    digest.add(sha256(join(...row.map(cell))));
  }
  return { rows: digest.rows, root: digest.root() };
}

/** @returns {string|null} the text of disclosure.json, if it can be read */
function checkRedacted(answer, files, there, digest) {
  const base = 'data/redacted/';
  let document;
  let text;
  try {
    const data = there.has(base + 'disclosure.json') ? files.get(base + 'disclosure.json', MOST_JSON + 1) : null;
    document = readCanonical(data ?? refuse('not there'));
    text = fromUtf8(data);
    if (!isDisclosure(document)) refuse('not as it must be');
  } catch (error) {
    answer.add(3, 'assessment', { file: base + 'disclosure.json' }, reason(error));
    return null;
  }
  const contract = there.has(base + 'contract.yaml') ? digest(base + 'contract.yaml') : null;
  if (contract?.sha256 !== document.contract.sha256) answer.add(3, 'assessment', { file: base + 'contract.yaml' },
    'not the contract of the document');
  const known = new Set(['disclosure.json', 'contract.yaml'].map((name) => base + name));
  for (const [path, table] of Object.entries(document.tables)) {
    const file = `${base}${path.replace(/\.parquet$/, '')}.jsonl`;
    known.add(file);
    try {
      const is = there.has(file) ? readRedacted(files, file, table) : refuse('not there');
      if (is.rows !== table.rows || is.root !== table.root) refuse('not the rows of the document');
    } catch (error) {
      answer.add(3, 'table', { file }, reason(error));
    }
  }
  for (const path of there) {
    if (path.startsWith(base) && !path.startsWith(`${base}rules/`) && !known.has(path)) answer.add(3, 'file', { file: path },
      'a file of no table');
  }
  return text;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Steps 6 and 7: receipts and the log; the verdict of a pack.

/** @param {Files} files @param {{policy?: Policy|null, kept?: Kept|null}} [given] @returns {Answer} */
function checkPack(files, given = {}) {
  const answer = new Answer();
  answer.assessment = null;
  const { kept = null } = given;
  const policy = readersPolicy(given.policy, kept ? [kept] : []);
  const digests = new Map();
  const digest = (path) => {
    if (!digests.has(path)) digests.set(path, files.digest(path));
    return digests.get(path);
  };
  checkBag(answer, files, digest);
  const there = new Set(files.list().filter(({ path,
    kind }) => kind === 'file' && path.startsWith('data/') && mayBe(path)).map(({ path }) => path));
  const pack = readPackJson(answer, there, there.has('data/pack.json') ? files.get('data/pack.json', MOST_JSON) : null);
  if (pack === null) return answer;
  const manifest = pack.redacted ? null : checkAssessment(answer, files, there, digest);
  const disclosure = pack.redacted ? checkRedacted(answer, files, there, digest) : null;
  if (manifest !== null) {
    const kept5 = checkTexts(answer, files, there, manifest);
    checkStatement(answer, files, there, kept5);
  }

  // 6. Receipts.
  const receipts = [];
  for (const path of there) {
    const name = /^data\/receipts\/(0|[1-9][0-9]*)\.tlog-proof$/.exec(path);
    const receipt = name ? examineReceipt(answer, 6, files.get(path, LONGEST_NOTE + 1), policy, { file: path }) : null;
    if (receipt === null) continue;
    if (String(receipt.index) === name[1]) receipts.push(receipt);
    else answer.add(6, 'receipt', { file: path }, 'it is of another entry than its name says');
  }
  const opening = pack.redacted ? 'disclosure' : 'commitment';
  const ofKind = (...kinds) => receipts.filter(({ entry }) => kinds.includes(entry.kind));
  const about = ofKind('assessment');
  const main = about.filter((receipt) => isOpened(receipt, opening));
  const anchor = (index, says) => answer.add(6, 'anchor', { entry: index }, says);
  const digestOf = (name) => digest(ASSESSMENT + name)?.sha256 ?? '';
  const agrees = ({ openings }) => (pack.redacted ? canonical(openings.disclosure.document) === disclosure
    : isAbout(openings.commitment.document, digestOf));
  if (pack.redacted) {
    if (disclosure !== null) checkDisclosed(anchor, ofKind, main.filter((one) => !agrees(one)), about, there, digest);
  } else checkAnchors(anchor, ofKind, main.filter((one) => !agrees(one)), about, manifest, digestOf);
  // "The assessment of the pack is the entry of the newest receipt of kind assessment that is opened and agrees."
  const assessment = main.filter(agrees).sort((one, other) => one.index - other.index).at(-1) ?? null;
  if (assessment !== null) answer.assessment = { entry: assessment.index, state: null };

  // 7. The log.
  let log = null;
  if ([...there].some((path) => path.startsWith('data/log/'))) {
    const inside = filesBelow(files, 'data/log/');
    log = checkLog(inside, { policy: given.policy, kept: kept ? [kept] : [] });
    for (const { step, file, ...finding } of log.found) answer.found.push({ ...finding, step: 7,
      ...(file === undefined ? {} : { file: `data/log/${file}` }) });
    answer.head = log.head;
    answer.states = log.states;
    log.notes.forEach((text) => answer.note(text));
    const others = new Set(); // numbers of entries of which the log has another
    for (const { index, data } of receipts) {
      const hash = log.leaves ? log.leaves(index) : null;
      if (log.head.size !== null && (index >= log.head.size || (hash !== null && !same(hash, leafHash(data))))) {
        answer.add(7, 'anchor', { entry: index }, 'the log has another entry of that number than the receipt');
        others.add(index);
      }
    }
    // "Its state is worked out from the log in the pack": null where that is broken, and where this entry is not in it.
    if (assessment !== null && log.found.length === 0 && !others.has(assessment.index)) {
      answer.assessment.state = log.states.find(({ entry }) => entry === assessment.index)?.state ?? null;
    }
  } else if (kept) answer.note('No log is in the pack: with the kept view nothing was compared.');

  // "Verified if all of this holds, and else internally consistent, with a note for each that does not."
  const lacking = [];
  if (policy === null) lacking.push('There is no policy of the reader.');
  else notePolicy(answer, Boolean(given.policy));
  if (log === null) lacking.push('The log is not in the pack: what became of the assessment cannot be seen.');
  if (assessment === null) lacking.push(`No receipt with its ${opening} opened agrees with what is here: nothing ties this pack to a log.`);
  if (log !== null && assessment !== null && (log.head.witnessed ?? 0) <= assessment.index) {
    lacking.push(`By a policy of the reader nobody has witnessed entry ${assessment.index}, the assessment, in the log of this pack.`);
  }
  if (!pack.redacted && (assessment === null || manifest === null || !hasInputs(assessment, ofKind('submission'), manifest))) {
    lacking.push('Not every input is in an opened receipt of a submission that the assessment lists.');
  }
  lacking.forEach((text) => answer.note(text));
  answer.verified = lacking.length === 0;
  return answer;
}

/** "Each input is by SHA-256 and size one of the files in an opened receipt of a submission that the assessment lists." */
function hasInputs(assessment, submissions, manifest) {
  const listed = submissions.filter((one) => isOpened(one, 'commitment') && assessment.entry.submissions.includes(one.index));
  const lists = listed.map(({ openings }) => openings.commitment.document.files).filter(Array.isArray);
  const files = lists.flat().filter((file) => isMap(file));
  return manifest.inputs.every((input) => files.some((file) => file.sha256 === input.sha256 && file.size === input.size));
}

/** Step 5, if it can be done. @param {Map<string, any>} tables payments and due as step 4 read them; null: not to be parsed */
function checkStatement(answer, files, there, tables) {
  const file = `${ASSESSMENT}statement.json`;
  let statement;
  try {
    const data = there.has(file) ? files.get(file, MOST_JSON + 1) : null;
    if (data === null || data.length > MOST_JSON) refuse('not there, or too long');
    statement = parseJson(fromUtf8(data));
    if (!isMap(statement)) refuse('no map');
  } catch (error) {
    answer.add(5, 'assessment', { file }, reason(error));
    return;
  }
  const [payments, due] = [tables.get('payments.parquet'), tables.get('due.parquet') ?? null];
  if (!payments || (tables.has('due.parquet') && due === null)) return;
  const wrong = (key, says) => answer.add(5, 'sum', { key }, says);
  checkArithmetic(wrong, payments, due, statement);
}

/** "Opened: the opening is there and gives the commitment." */
function isOpened({ entry, openings }, name) {
  return openings[name] !== undefined && entry[name] === commitment(openings[name]);
}

/** "Exactly `manifest` and `run` with the SHA-256 of the two files." */
function isAbout(document, digestOf) {
  return isMap(document, ['manifest', 'run']) && document.manifest === digestOf('manifest.json') && document.run === digestOf('run.json');
}

/** "In step 6" of a redacted pack. @param {any[]} differing receipts of assessments whose document is not disclosure.json */
function checkDisclosed(anchor, ofKind, differing, about, there, digest) {
  for (const { index } of differing) anchor(index, 'what it opens is not disclosure.json');
  const rules = [...there].filter((path) => path.startsWith('data/redacted/rules/')).map((path) => digest(path)?.sha256);
  const set = (digests) => digests.sort().join(' ');
  for (const { index, entry } of ofKind('contract', 'variation').filter((one) => about.some(({ entry }) => entry.contract === one.index))) {
    const right = entry.terms.sha256 === digest('data/redacted/contract.yaml')?.sha256
      && set(entry.terms.rules.map((rule) => rule.sha256)) === set(rules);
    if (!right) anchor(index, 'its terms are not the contract and the rules that are here');
  }
}

/** What receipts say of this assessment, that is not redacted. @param {any[]} differing as above @param {any} manifest or null */
function checkAnchors(anchor, ofKind, differing, about, manifest, digestOf) {
  for (const { index } of differing) anchor(index, 'it is about another assessment');
  for (const receipt of ofKind('approval', 'challenge').filter((one) => isOpened(one, 'commitment'))) {
    const mine = about.some(({ index }) => index === receipt.entry.assessment);
    const { document } = receipt.openings.commitment;
    if (mine && document.manifest !== digestOf('manifest.json')) anchor(receipt.index, 'it is about another assessment');
  }
  if (manifest === null) return;
  const pairs = (rules) => canonical(rules.map(({ rule, sha256: sha }) => canonical([rule, sha])).sort());
  for (const { index, entry } of ofKind('contract', 'variation').filter((one) => about.some(({ entry }) => entry.contract === one.index))) {
    const right = entry.terms.sha256 === manifest.contract.sha256 && pairs(entry.terms.rules) === pairs(manifest.rules);
    if (!right) anchor(index, 'its terms are not the contract and rules of this assessment');
  }
  for (const { index, openings } of ofKind('submission').filter((one) => isOpened(one, 'commitment'))) {
    if (about.length && !about.some(({ entry }) => entry.submissions.includes(index))) continue;
    const { files } = openings.commitment.document;
    const isInput = (file) => isMap(file) && manifest.inputs.some((input) => input.sha256 === file.sha256 && input.size === file.size);
    if (!Array.isArray(files) || !files.every(isInput)) anchor(index, 'a file of it is none of the inputs of this assessment');
  }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// "The commands of both stand-alone verifiers."

const USAGE = `verify.js log LOG [--policy FILE] [--kept VIEW] [--keep DIR] [--json]
verify.js receipt FILE [--policy FILE] [--data FILE]... [--json]
verify.js consistency FILE --kept VIEW [--policy FILE] [--json]
verify.js pack BAG [--policy FILE] [--kept VIEW] [--json]
verify.js batch [--policy FILE] [--kept VIEW]
  batch reads lines "log PATH", "log PATH<TAB>VIEW" or "pack PATH" and writes one line of JSON for each.
Exit codes: 0 verified or internally consistent; 3 broken; 1 something given cannot be read; 2 the command was not written so.
`;
const OPTIONS = {
  log: ['--policy', '--kept', '--keep', '--json'], receipt: ['--policy', '--data', '--json'], consistency: ['--policy', '--kept', '--json'],
  pack: ['--policy', '--kept', '--json'], batch: ['--policy', '--kept'],
};

/** @param {string[]} words @returns {null|{command: string, path: string, options: any}} null: not written as the help says */
function parseCommand([command, ...words]) {
  if (!Object.hasOwn(OPTIONS, command ?? '')) return null;
  const [paths, options] = [[], { data: [] }];
  while (words.length) {
    const word = words.shift();
    if (!word.startsWith('--')) paths.push(word);
    else if (!OPTIONS[command].includes(word)) return null;
    else if (word === '--json' && !options.json) options.json = true;
    else if (word === '--json' || words.length === 0) return null;
    else if (word === '--data') options.data.push(words.shift());
    else if (options[word.slice(2)] !== undefined) return null;
    else options[word.slice(2)] = words.shift();
  }
  if (paths.length !== (command === 'batch' ? 0 : 1) || (command === 'consistency' && !options.kept)) return null;
  return { command, path: paths[0], options };
}

/** @param {string} path @param {number} most @returns {Uint8Array} */
function readGiven(path, most) {
  return readFile(nodePath.resolve(path), most) ?? refuse(`${path} cannot be read as a plain file`);
}

/** @param {string} what @param {() => any} read */
function orRefuse(what, read) {
  try {
    return read();
  } catch (error) {
    return refuse(`${what}: ${reason(error)}`);
  }
}

/**
 * "--keep DIR writes the view of a log that was not broken, and with it as `policy` the one by which the log's signature was judged":
 * `checkpoint` last, so that a reader that is interrupted has the view that it had.
 * @param {Files} files @param {Answer} answer @param {string} folder
 */
function keepView(files, answer, folder) {
  const hashes = new Uint8Array(32 * answer.head.size);
  for (let i = 0; i < answer.head.size; i++) hashes.set(answer.leaves(i), 32 * i);
  const contents = [['hashes', hashes], ['policy', answer.policy.data], ['checkpoint', files.get('checkpoint', LONGEST_NOTE)]];
  if (!fs.existsSync(folder)) fs.mkdirSync(folder);
  for (const [name, data] of contents) {
    const place = nodePath.join(folder, name);
    fs.rmSync(place + '.new', { force: true }); // of a reader that was interrupted
    fs.writeFileSync(place + '.new', data, { flag: 'wx' });
    fs.renameSync(place + '.new', place);
  }
}

/** The command `log`. @param {string} place @param {string|undefined} keep @param {Policy|null} policy @param {Kept|null} kept */
function runLog(place, keep, policy, kept) {
  const views = kept ? [kept] : [];
  const folder = keep === undefined ? null : nodePath.resolve(keep);
  if (folder !== null && fs.lstatSync(folder, { throwIfNoEntry: false })) views.push(orRefuse(keep, () => readKept(folder)));
  const files = folderFiles(place);
  const answer = checkLog(files, { policy, kept: views });
  if (folder === null || answer.found.length > 0) return answer;
  // "The reader's; or, the first time, the log's own": not once there is a view, as whoever wrote the last entry would be believed.
  if (readersPolicy(policy, views) === null) {
    if (answer.policy === null || views.length > 0) refuse(`${keep}: nothing was kept, as there is no policy to judge later views by`);
    answer.note('The log\'s own policy was kept with the view: it is trusted from now on because it was the first.');
  }
  orRefuse(keep, () => keepView(files, answer, folder));
  return answer;
}

/** @param {string} command @param {string} path @param {any} options @param {Policy|null} policy @param {Kept|null} kept */
function run(command, path, options, policy, kept) {
  const place = nodePath.resolve(path);
  if (command === 'log') return runLog(place, options.keep, policy, kept);
  if (command === 'receipt') {
    const measure = (name) => digestFile(nodePath.resolve(name)) ?? refuse(`${name} cannot be read as a plain file`);
    const data = options.data.map((name) => ({ name, ...measure(name) }));
    return checkReceipt(readGiven(path, LONGEST_NOTE + 1), { policy, data });
  }
  if (command === 'consistency') return checkConsistencyFile(readGiven(path, 2 * LONGEST_NOTE), kept, policy);
  return checkPack(folderFiles(place), { policy, kept });
}

/** @param {any} answer as JSON @returns {string} sentences for people, the verdict first */
function inWords(answer) {
  // What files say is shown without control characters: it goes to a terminal.
  const clean = (text) => String(text).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
  const { verdict, origin, size, witnessed, root, assessment } = answer;
  const head = `${verdict}${origin === null ? '' : `: ${origin}, ${size} entries, ${witnessed} of them witnessed, root ${root}`}`;
  const lines = [head];
  if (assessment !== undefined) {
    // "The words for people say first what the state of this assessment is." Of a broken pack they must not sound like an answer.
    const but = verdict === 'broken' ? ' (but this pack is broken)' : '';
    if (assessment === null) lines.unshift(`No entry of a log is known to be the assessment of this pack${but}`);
    else lines.unshift(`Assessment ${assessment.entry}: ${assessment.state ?? 'its state is not known'}${but}`);
  }
  for (const finding of answer.findings) {
    const { entry, file, key } = finding;
    const places = [entry === undefined ? '' : `entry ${entry}`, file ?? '', key ?? ''].filter((text) => text).join(', ');
    lines.push(`- ${finding.class}${places ? ` (${places})` : ''}: ${finding.says}`);
  }
  for (const { entry, state } of answer.assessments) lines.push(`assessment ${entry}: ${state}`);
  return [...lines, ...answer.notes].map(clean).join('\n') + '\n';
}

/** @param {Buffer} line of standard input of `batch` @returns {any} */
function runLine(line, policy, kept) {
  const parts = /^(log|pack) ([^\t]+)(?:\t([^\t]+))?$/.exec(fromUtf8(line));
  if (!parts || (parts[1] === 'pack' && parts[3])) refuse('a line that batch does not know');
  const view = parts[3] ? orRefuse(parts[3], () => readKept(nodePath.resolve(parts[3]))) : kept;
  return run(parts[1], parts[2], {}, policy, view).toJSON();
}

/** @param {Policy|null} policy @param {Kept|null} kept */
function batch(policy, kept) {
  const codes = new Set([0]);
  let held = Buffer.alloc(0);
  const take = (line) => {
    let answer;
    try {
      answer = runLine(line, policy, kept);
      codes.add(answer.verdict === 'broken' ? 3 : 0);
    } catch (error) {
      answer = { verdict: null, error: reason(error) };
      codes.add(1);
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
    process.exitCode = codes.has(3) ? 3 : codes.has(1) ? 1 : 0;
  };
  process.stdin.on('data', (part) => {
    held = Buffer.concat([held, part]);
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
      take(held.subarray(0, end));
      held = held.subarray(end + 1);
    }
  });
  process.stdin.on('end', () => {
    if (held.length) take(held);
  });
}

/** @param {string[]} words */
function main(words) {
  process.stdout.on('error', () => process.exit(1));
  if (words.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const parsed = parseCommand(words);
  if (parsed === null) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const { command, path, options } = parsed;
  try {
    const given = (path, read) => (path === undefined ? null : orRefuse(path, () => read(path)));
    const policy = given(options.policy, (file) => parsePolicy(readGiven(file, LONGEST_NOTE + 1)));
    const kept = given(options.kept, (view) => readKept(nodePath.resolve(view)));
    if (command === 'batch') {
      batch(policy, kept);
      return;
    }
    const answer = run(command, path, options, policy, kept).toJSON();
    process.stdout.write(options.json ? JSON.stringify(answer) + '\n' : inWords(answer));
    process.exitCode = answer.verdict === 'broken' ? 3 : 0;
  } catch (error) {
    process.stderr.write(reason(error).replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd') + '\n');
    process.exitCode = 1;
  }
}

const pbrVerify = {
  Unreadable, toHex, fromHex, fromBase64, sha256, sha512, plainSha256, plainSha512, plainEd25519, parseJson, canonical, leafHash, nodeHash,
  treeRoot, checkInclusion, checkConsistency, refusedKey, parseVkey, openNote, checkEd25519, parseNote, parseCheckpoint, parseProof,
  parsePolicy, parseKept, readEntry, commitment, preAuthentication, tilePath, mapFiles, filesBelow, folderFiles, checkLog, checkReceipt,
  checkConsistencyFile, checkPack, main,
};
if (typeof module === 'object' && module !== null && module.exports) module.exports = pbrVerify;
else globalThis.pbrVerify = pbrVerify;
if (NODE && typeof module === 'object' && require.main === module) main(process.argv.slice(2));

})();
