'use strict';
// The published vectors, put through verify.js: `node vectors.js FOLDER` prints a line of JSON, {"set": [checked, [exempt, ...]]}.
// A case that is not as published throws.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const verify = require('../../verifiers/verify.js');

const home = process.argv[2];
// sizes of 2^64 - 1 stand in two of the files: no JavaScript number holds them
const read = (name) => JSON.parse(fs.readFileSync(path.join(home, name), 'utf8').replace(/:\s*([0-9]{16,})/g, ': "$1"'));
const bytes = (text) => new Uint8Array(Buffer.from(text || '', 'base64'));
const hex = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const hexOf = (data) => Buffer.from(data).toString('hex');

function cases(kind) {
  const folder = path.join('rfc6962-transparency-dev', 'testdata', kind);
  return fs.readdirSync(path.join(home, folder), { recursive: true }).filter((name) => name.endsWith('.json')).sort()
    .map((name) => [name.split(path.sep).join('/'), read(path.join(folder, name))]);
}

function inclusion() {
  const all = cases('inclusion');
  for (const [name, one] of all) {
    const held = verify.checkInclusion(BigInt(one.leafIdx), BigInt(one.treeSize), bytes(one.leafHash), (one.proof || []).map(bytes), bytes(one.root));
    assert.strictEqual(held, !one.wantErr, name);
  }
  return [all.length, []];
}

// its roots are not of 32 bytes
const EXEMPT = 'additional/sizes-are-equal-one-and-proof-is-empty.json';

function consistency() {
  const exempt = [];
  const all = cases('consistency');
  for (const [name, one] of all) {
    const held = verify.checkConsistency(BigInt(one.size1), BigInt(one.size2), bytes(one.root1), bytes(one.root2), (one.proof || []).map(bytes));
    if (name === EXEMPT && !held) exempt.push(`consistency/${name}`);
    else assert.strictEqual(held, !one.wantErr, name);
  }
  return [all.length - exempt.length, exempt];
}

function trees() {
  const given = read('rfc6962-transparency-dev/tree.json');
  const leaves = given.leaf_inputs_hex.map((text) => verify.leafHash(hex(text)));
  given.root_hashes_by_size_hex.forEach((root, size) => assert.strictEqual(hexOf(verify.treeRoot(leaves.slice(0, size))), root));
  return [given.root_hashes_by_size_hex.length, []];
}

function realLog() {
  const given = read('ct-argon2020/argon2020.json');
  const [size, root] = [BigInt(given.sth.tree_size), bytes(given.sth.sha256_root_hash)];
  for (const entry of given.entries) {
    const leaf = verify.leafHash(bytes(entry.leaf_input));
    assert(verify.checkInclusion(10000n, size, leaf, given.audit_path.map(bytes), root));
    assert(!verify.checkInclusion(10001n, size, leaf, given.audit_path.map(bytes), root));
  }
  assert(verify.checkConsistency(BigInt(given.old_size), size, bytes(given.old_root), root, given.consistency.map(bytes)));
  return [given.entries.length + 1, []];
}

function badTexts(texts, reader) {
  for (const text of texts) assert.throws(() => reader(new Uint8Array(Buffer.from(text, 'utf8'))), undefined, text);
  return [texts.length, []];
}

function ed25519Edges() {
  const all = read('cctv-ed25519/ed25519/ed25519vectors.json');
  let accepted = 0;
  for (const one of all) {
    const question = [hex(one.key), new Uint8Array(Buffer.from(one.msg, 'utf8')), hex(one.sig)];
    const held = verify.checkEd25519(...question);
    assert.strictEqual(verify.plainEd25519(...question), held, `${one.number}, as in a browser`);
    const flags = one.flags || [];
    assert.strictEqual(held, !flags.includes('low_order_residue') && !flags.includes('non_canonical_R'), one.number);
    accepted += held;
  }
  assert.strictEqual(accepted, 208);
  return [all.length, []];
}

const signed = read('signed-note/vectors.json');
console.log(JSON.stringify({
  inclusion: inclusion(),
  consistency: consistency(),
  trees: trees(),
  'real log': realLog(),
  'bad checkpoints': badTexts(signed.checkpoint_bad, verify.parseCheckpoint),
  'bad proofs': badTexts(signed.tlog_proof_bad, verify.parseProof),
  'ed25519 edges': ed25519Edges(),
}));
