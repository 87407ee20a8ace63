'use strict';
// A writer of tiny logs for the tests of verify.js. It was written from docs/log-format.md and shares no code with verify.js.

const crypto = require('node:crypto');

const sha = (...parts) => {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function canonical(value) {
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return '{' + Object.keys(value).sort().map((name) => JSON.stringify(name) + ':' + canonical(value[name])).join(',') + '}';
}

/** A key made from a word: worthless, and the same every time. */
function makeKey(name, type = 1, word = name) {
  const seed = sha('seed of ' + word);
  const secret = crypto.createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8',
  });
  const raw = crypto.createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(12);
  const id = sha(name + '\n', Buffer.from([type]), raw).subarray(0, 4);
  const vkey = `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([type]), raw]).toString('base64')}`;
  return { name, id, raw, vkey, keyid: `${name}+${id.toString('hex')}`, sign: (data) => crypto.sign(null, Buffer.from(data), secret) };
}

const leaf = (data) => sha(Buffer.from([0]), data);

/** RFC 6962 section 2.1 as it stands there: recursive. */
function root(hashes) {
  if (hashes.length === 0) return sha('');
  if (hashes.length === 1) return hashes[0];
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  return sha(Buffer.from([1]), root(hashes.slice(0, half)), root(hashes.slice(half)));
}

/** RFC 6962 section 2.1.1. */
function path(index, hashes) {
  if (hashes.length <= 1) return [];
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  return index < half ? [...path(index, hashes.slice(0, half)), root(hashes.slice(half))]
    : [...path(index - half, hashes.slice(half)), root(hashes.slice(0, half))];
}

/** RFC 6962 section 2.1.2. */
function proof(size, hashes, whole = true) {
  if (size === 0) return [];
  if (size === hashes.length) return whole ? [] : [root(hashes)];
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  return size <= half ? [...proof(size, hashes.slice(0, half), whole), root(hashes.slice(half))]
    : [...proof(size - half, hashes.slice(half), false), root(hashes.slice(0, half))];
}

function note(text, lines) {
  return Buffer.from(text + '\n' + lines.map(([key,
    signature]) => `\u2014 ${key.name} ${Buffer.concat([key.id, signature]).toString('base64')}\n`).join(''));
}

function cosignature(key, text, time) {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  return [key, Buffer.concat([stamp, key.sign(`cosignature/v1\ntime ${time}\n${text}`)])];
}

function place(number) {
  let text = String(number % 1000).padStart(3, '0');
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000))
    text = `x${String(rest % 1000).padStart(3, '0')}/${text}`;
  return text;
}

class Log {
  constructor(origin = 'log.example/test') {
    this.origin = origin;
    this.key = makeKey(origin);
    this.witness = makeKey('witness.example/w', 4);
    this.entries = [];
    this.clock = Date.UTC(2026, 2, 31, 17) / 1000;
    this.cosigned = {};
    this.extra = {};
    this.roles = {};
    for (const role of ['commissioner', 'assessor', 'approver', 'provider',
      'auditor']) this.roles[role] = [makeKey(`office.example/${role}`)];
  }

  get keys() {
    return Object.fromEntries(Object.entries(this.roles).map(([role, keys]) => [role, keys.map((key) => key.vkey)]));
  }

  /** Appends an entry of this kind, whose members can be given; `key` signs it. Answers its number. */
  add(kind, members, key) {
    this.clock += 60;
    const defaults = { format: 'pbr-log/1', origin: this.origin, kind, at: new Date(this.clock * 1000).toISOString().slice(0, 19) + 'Z' };
    const hash = sha(`${kind} ${this.entries.length}`).toString('hex');
    if (kind === 'contract' || kind === 'variation') {
      defaults.terms = { id: 'c', version: '1', sha256: hash, rules: [{ rule: 'r', sha256: hash }] };
      defaults.keys = this.keys;
      defaults.approval = { approvers: 1, assessor: 'may not' };
    } else defaults.commitment = hash;
    if (kind !== 'contract') defaults.contract = 0;
    if (kind === 'assessment') Object.assign(defaults, { submissions: [], previous: null, disclosure: hash });
    if (kind === 'approval') defaults.answers = [];
    const signer = { contract: 'commissioner', variation: 'commissioner', submission: 'provider', assessment: 'assessor',
      approval: 'approver' }[kind];
    return this.addPayload(canonical({ ...defaults, ...members }), key ?? this.roles[signer ?? 'auditor'][0]);
  }

  addPayload(payload, key) {
    const type = 'application/vnd.pbr-log.entry.v1+json';
    const body = Buffer.from(payload);
    const signature = key.sign(Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]));
    return this.addRaw(canonical({
      payload: body.toString('base64'), payloadType: type, signatures: [{ keyid: key.keyid, sig: signature.toString('base64') }],
    }));
  }

  addRaw(data) {
    this.entries.push(Buffer.from(data));
    return this.entries.length - 1;
  }

  text(size = this.entries.length) {
    return `${this.origin}\n${size}\n${root(this.entries.slice(0, size).map(leaf)).toString('base64')}\n`;
  }

  checkpoint(size = this.entries.length, times = []) {
    const text = this.text(size);
    return note(text, [[this.key, this.key.sign(text)], ...times.map((time) => cosignature(this.witness, text, time))]);
  }

  policy(quorum = 'none') {
    return Buffer.from(`log ${this.key.vkey}\nwitness w ${this.witness.vkey}\nquorum ${quorum}\n`);
  }

  /** Cosigns the log as it is. */
  cosign(time = this.clock) {
    this.cosigned[this.entries.length] = this.checkpoint(this.entries.length, [time]);
  }

  /** The files of the log: path to bytes. */
  files() {
    const files = new Map([['checkpoint', this.checkpoint()], ...Object.entries(this.extra)]);
    for (const [size, data] of Object.entries(this.cosigned)) files.set(`cosigned/${size}`, data);
    let level = 0;
    for (let hashes = this.entries.map(leaf); hashes.length; level++) {
      const next = [];
      for (let number = 0; number * 256 < hashes.length; number++) {
        const part = hashes.slice(number * 256, number * 256 + 256);
        const end = part.length < 256 ? `.p/${part.length}` : '';
        files.set(`tile/${level}/${place(number)}${end}`, Buffer.concat(part));
        if (part.length === 256) next.push(root(part));
        if (level) continue;
        const bundle = this.entries.slice(number * 256, number * 256 + 256);
        files.set(`tile/entries/${place(number)}${end}`, Buffer.concat(bundle.flatMap((data) => [Buffer.from([data.length >> 8,
          data.length & 255]), data])));
      }
      hashes = next;
    }
    return files;
  }

  hashes(size = this.entries.length) {
    return Buffer.concat(this.entries.slice(0, size).map(leaf));
  }

  receipt(index, openings = {}) {
    const extra = canonical({ entry: this.entries[index].toString('base64'), openings });
    const hashes = path(index, this.entries.map(leaf)).map((hash) => hash.toString('base64') + '\n').join('');
    const head = `c2sp.org/tlog-proof@v1\nextra ${Buffer.from(extra).toString('base64')}\nindex ${index}\n${hashes}\n`;
    return Buffer.concat([Buffer.from(head), this.checkpoint()]);
  }

  consistency(size) {
    const hashes = proof(size, this.entries.map(leaf)).map((hash) => hash.toString('base64') + '\n').join('');
    return Buffer.concat([Buffer.from(`old ${size}\n${hashes}\n`), this.checkpoint()]);
  }
}

/** A document with its salt, and the commitment to it. */
function opened(document, word = 'salt') {
  const salt = sha(word);
  return { opening: { salt: salt.toString('hex'), document }, commitment: sha('pbr-log/1 commitment\n', salt,
    canonical(document)).toString('hex') };
}

/** contract, submission, assessment, approval; then filler to so many entries. */
function smallLog(size = 5) {
  const log = new Log();
  log.add('contract', {});
  log.add('submission', {});
  log.add('assessment', { submissions: [1] });
  log.add('approval', { assessment: 2 });
  while (log.entries.length < size) log.add('seed', {});
  return log;
}

module.exports = { Log, canonical, cosignature, leaf, makeKey, note, opened, path, proof, root, sha, smallLog };
