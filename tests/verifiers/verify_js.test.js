'use strict';
// Tests of verifiers/verify.js, on tiny logs made by writer.js. Run by test_verify_js.py, or by `node tests/verifiers/verify_js.test.js`.

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const vm = require('node:vm');
const { spawnSync } = require('node:child_process');
const { bag, hex, pack } = require('./packs.js');
const { Log, canonical, cosignature, leaf, makeKey, note, opened, root, sha, smallLog } = require('./writer.js');

const SCRIPT = path.join(__dirname, '..', '..', 'verifiers', 'verify.js');
const verify = require(SCRIPT);
const tests = [];
const test = (name, body) => tests.push([name, body]);

/** What is found, as "class entry file" (- for what a finding has not). */
const places = (answer) => answer.toJSON().findings.map((item) => `${item.class} ${item.entry ?? '-'} ${item.file ?? '-'}`);
const check = (log, given = {}, files = log.files()) => verify.checkLog(verify.mapFiles(files), given);
const policyOf = (log, quorum) => verify.parsePolicy(log.policy(quorum));
const refused = (body) => assert.throws(body, verify.Unreadable);
/** The files of a log, one of them changed. */
const changed = (log, name, change) => {
  const files = log.files();
  const data = change(Buffer.from(files.get(name) ?? []));
  if (data === null) files.delete(name);
  else files.set(name, data);
  return files;
};
const flip = (at) => (data) => {
  data[at < 0 ? data.length + at : at] ^= 1;
  return data;
};
/** Another letter of base64 near the end: of the last signature. */
const spoil = (data) => {
  data[data.length - 10] = data[data.length - 10] === 65 ? 66 : 65;
  return data;
};

test('good logs of several sizes', () => {
  assert.deepStrictEqual(check(new Log()).toJSON().verdict, 'internally consistent');
  for (const size of [4, 5, 256, 257]) {
    const log = smallLog(size);
    log.cosign();
    const answer = check(log, { policy: policyOf(log) }).toJSON();
    assert.deepStrictEqual([answer.verdict, answer.findings, answer.size, answer.witnessed], ['verified', [], size, size]);
    assert.deepStrictEqual(answer.assessments, [{ entry: 2, state: 'approved' }]);
    assert.strictEqual(answer.root, root(log.entries.map(leaf)).toString('hex'));
    const alone = check(log).toJSON();
    assert.deepStrictEqual([alone.verdict, alone.witnessed], ['internally consistent', 0]);
  }
});

test('a checkpoint that is not as it must be', () => {
  const log = smallLog();
  const text = log.text();
  const [origin, size, base64] = text.split('\n');
  const texts = [`${origin}\n0${size}\n${base64}\n`, `${origin}\n${size}\n${base64}\nmore\n`, `\n${size}\n${base64}\n`,
    `${origin}\n${size}\n${base64.slice(0, -4)}\n`,
    `${origin}\n9007199254740992\n${base64}\n`, `${origin}\n${size} \n${base64}\n`, `${origin}\n1e1\n${base64}\n`,
      `${origin}\r\n${size}\n${base64}\n`];
  const bad = [...texts.map((other) => note(other, [[log.key, log.key.sign(other)]])), Buffer.from(text + '\n'), Buffer.from(text),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), log.checkpoint().subarray(0, 3)]), log.checkpoint().subarray(0, -1),
      Buffer.alloc(262145, 10),
    note(text, Array(65).fill([log.key, log.key.sign(text)])), Buffer.concat([log.checkpoint(), Buffer.from('\u2014 a b AAAAAAA=\n')])];
  for (const data of bad) {
    const answer = check(log, {}, changed(log, 'checkpoint', () => data));
    assert.deepStrictEqual(places(answer), ['checkpoint - checkpoint'], data.toString().slice(0, 80));
    assert.deepStrictEqual(answer.toJSON().size, null);
  }
  assert.deepStrictEqual(places(check(log, {}, changed(log, 'checkpoint', () => null))), ['checkpoint - checkpoint']);
});

test('signatures and the log\'s own policy', () => {
  const log = smallLog();
  const policy = policyOf(log, 'w');
  const text = log.text();
  const signature = log.key.sign(text);
  const with_ = (...lines) => changed(log, 'checkpoint', () => note(text, lines));
  assert.deepStrictEqual(places(check(log, { policy })), []);
  assert.deepStrictEqual(places(check(log, { policy }, with_([log.key, signature], cosignature(log.witness, text, log.clock)))), []);
  const bad = cosignature(log.witness, text, log.clock);
  bad[1][9] ^= 1;
  assert.deepStrictEqual(places(check(log, { policy }, with_([log.key, signature], bad))), ['signature - checkpoint']);
  const stranger = makeKey('stranger.example');
  assert.deepStrictEqual(places(check(log, { policy: policyOf(log) }, with_([stranger, stranger.sign(text)]))), ['unsigned - checkpoint']);
  signature[0] ^= 1;
  assert.deepStrictEqual(places(check(log, { policy: policyOf(log) }, with_([log.key, signature]))), ['signature - checkpoint',
    'unsigned - checkpoint']);
  const impostor = makeKey(log.origin, 1, 'impostor');
  const own = Buffer.from(`log ${impostor.vkey}\nquorum none`);
  // What the log's own policy does not list it may not carry.
  assert.deepStrictEqual(places(check(log, {}, changed(log, 'policy', () => own))), ['signature - checkpoint', 'unsigned - checkpoint']);
  assert.deepStrictEqual(places(check(log, { policy: policyOf(log) }, changed(log, 'policy', () => own))), []);
  assert.deepStrictEqual(places(check(log, {}, changed(log, 'policy', () => Buffer.from('quorum\n')))), ['file - policy']);
  assert.strictEqual(check(log, {}, changed(log, 'policy', () => log.policy())).toJSON().verdict, 'internally consistent');
});

test('what is witnessed', () => {
  const log = smallLog(6);
  const policy = policyOf(log, 'w');
  const told = (given, files) => {
    const { verdict, witnessed, findings, notes } = check(log, given, files).toJSON();
    return [verdict, witnessed, findings.length, /entries \d+ to \d+/.exec(notes.join('\n'))?.[0] ?? null];
  };
  assert.deepStrictEqual(told({ policy }), ['internally consistent', 0, 0, 'entries 0 to 5']);
  assert.deepStrictEqual(told({ policy: policyOf(log) }), ['verified', 6, 0, null]); // quorum none: the log's signature is enough
  log.cosigned[3] = log.checkpoint(3, [log.clock]);
  log.cosigned[4] = log.checkpoint(4, [log.clock]);
  log.cosigned[5] = log.checkpoint(5); // nobody has cosigned it
  assert.deepStrictEqual(told({ policy }), ['internally consistent', 4, 0, 'entries 4 to 5']);
  assert.deepStrictEqual(told({}), ['internally consistent', 0, 0, null]);
  // The log's own policy is its own word, even where its quorum is met; a kept view without policy shows nothing but the history.
  log.extra.policy = log.policy('w');
  const seen = (own) => verify.parseKept(log.checkpoint(2), log.hashes(2), own);
  assert.deepStrictEqual(told({}), ['internally consistent', 0, 0, null]);
  assert.deepStrictEqual(told({ kept: seen(null) }), ['internally consistent', 0, 0, null]);
  assert.ok(check(log, { kept: seen(null) }).toJSON().notes.some((text) => text.startsWith('The kept view has no policy')));
  assert.deepStrictEqual(told({ kept: seen(log.policy('w')) }), ['internally consistent', 4, 0, 'entries 4 to 5']);
  assert.deepStrictEqual(told({ policy: policyOf(log), kept: seen(log.policy('w')) }), ['verified', 6, 0, null]); // the one given
  log.cosign();
  assert.deepStrictEqual(told({ policy }), ['verified', 6, 0, null]);
  assert.deepStrictEqual(told({ kept: seen(log.policy('w')) }), ['verified', 6, 0, null]);
  assert.deepStrictEqual(told({ policy }, new Map([['checkpoint', Buffer.from('x')]])), ['broken', null, 1, null]);
  // On the checkpoint itself; by a cosignature without the log's own signature it is not; nor by a cosigned root that is not right.
  delete log.cosigned[6];
  const [text, time] = [log.text(), log.clock];
  assert.deepStrictEqual(told({ policy }, changed(log, 'checkpoint', () => log.checkpoint(6, [time]))), ['verified', 6, 0, null]);
  const alone = () => note(text, [cosignature(log.witness, text, time)]);
  assert.deepStrictEqual(told({ policy }, changed(log, 'cosigned/6', alone)), ['internally consistent', 4, 0, 'entries 4 to 5']);
  const forged = `${log.origin}\n6\n${sha('other').toString('base64')}\n`;
  const other = () => note(forged, [[log.key, log.key.sign(forged)], cosignature(log.witness, forged, time)]);
  assert.deepStrictEqual(told({ policy }, changed(log, 'cosigned/6', other)).slice(0, 3), ['broken', 4, 1]);
});

test('a cosignature that cannot be checked counts as not there', () => {
  const log = smallLog(4);
  const raw = Buffer.alloc(1312, 7);
  const id = sha('w.example\n', Buffer.from([6]), raw).subarray(0, 4);
  const vkey = `w.example+${id.toString('hex')}+${Buffer.concat([Buffer.from([6]), raw]).toString('base64')}`;
  const policy = verify.parsePolicy(Buffer.from(`log ${log.key.vkey}\nwitness w ${vkey}\nquorum w\n`));
  const line = [{ name: 'w.example', id }, Buffer.alloc(2428)];
  const text = log.text();
  const answer = check(log, { policy }, changed(log, 'checkpoint', () => note(text, [[log.key, log.key.sign(text)], line]))).toJSON();
  assert.deepStrictEqual([answer.verdict, answer.witnessed, answer.findings], ['internally consistent', 0, []]);
  assert.ok(answer.notes.some((said) => said.includes('ML-DSA-44')));
  assert.deepStrictEqual(places(check(log, { policy }, changed(log, 'cosigned/4', () => note(text, [line])))), []);
  assert.deepStrictEqual(places(check(log, { policy }, changed(log, 'checkpoint', () => note(text, [line])))), ['unsigned - checkpoint']);
});

test('policies that cannot be read', () => {
  const log = new Log();
  const [key, w] = [log.key.vkey, log.witness.vkey];
  const other = makeKey('other.example/w', 4);
  const good = [`log ${key}\nquorum none\n`,
    `# word\n\t log ${key} https://example\nwitness a ${w}\nwitness b ${other.vkey}\ngroup g 2 a b\nquorum g`,
    `witness a ${w}\ngroup g any a\ngroup h all g\nquorum h`, 'quorum none'];
  for (const text of good) verify.parsePolicy(Buffer.from(text));
  const bad = ['', `log ${key}\n`, 'quorum none\nquorum none', `log ${w}\nquorum none`, `witness a ${key}\nquorum none`,
    `witness none ${w}\nquorum none`,
    `log ${key}\nlog ${key}\nquorum none`, `witness a ${w}\nwitness b ${w}\nquorum none`, 'quorum a', `quorum a\nwitness a ${w}`,
      'quorum none \u0001',
    `witness a ${w}\ngroup g 01 a\nquorum g`, `witness a ${w}\ngroup g 2 a\nquorum g`, `witness a ${w}\ngroup g 0 a\nquorum g`,
      'quorum none\r\n',
    `witness a ${w}\ngroup g any a\ngroup h any a\nquorum h`, `witness a ${w}\ngroup g any a a\nquorum g`,
      `witness a ${w}\ngroup g any none\nquorum g`,
    'quorum none more', `log ${key} a b\nquorum none`, 'quorum none\nelse', `log\u00a0${key}\nquorum none`,
      '#' + 'x'.repeat(262144) + '\nquorum none'];
  for (const text of bad) refused(() => verify.parsePolicy(Buffer.from(text)));
  assert.strictEqual(good.length + bad.length, 27);
});

test('keys that are refused', () => {
  const vkey = (raw, type = 1) => {
    const id = sha('a\n', Buffer.from([type]), raw).subarray(0, 4).toString('hex');
    return `a+${id}+${Buffer.concat([Buffer.from([type]), raw]).toString('base64')}`;
  };
  const good = makeKey('a').raw;
  verify.parseVkey(vkey(good));
  const low = [1n, 2n ** 255n - 20n, 0n, 2n ** 255n - 19n, 2n ** 255n - 1n, 2n ** 255n - 18n].flatMap((number) => [number,
    number + 2n ** 255n]);
  const keys = low.map((number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse());
  for (const half of ['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03']) {
    for (const end of half.startsWith('26') ? ['05', '85'] : ['7a', 'fa']) keys.push(Buffer.from(half + end, 'hex'));
  }
  for (const raw of keys) refused(() => verify.parseVkey(vkey(raw)), raw.toString('hex'));
  const right = vkey(good);
  for (const text of [right.replace(/\+./, '+0'), right + '=', right.toUpperCase(), right.slice(0, -1), ' ' + right, '+' + right,
    vkey(good, 2),
    vkey(good.subarray(1)), vkey(Buffer.concat([good, good])), '', null]) refused(() => verify.parseVkey(text));
});

test('JSON as RFC 8785 and the page have it', () => {
  const read = (text) => verify.canonical(verify.parseJson(text));
  assert.strictEqual(read(' {"b":[1,null,true,-5],"a":"\\u00e9\\n","__proto__":{"\\ud83d\\ude00":"","\\ufb33":0}}'),
    '{"__proto__":{"\u{1f600}":"","\ufb33":0},"a":"\u00e9\\n","b":[1,null,true,-5]}');
  for (const text of ['{"a":1,"a":1}', '{"__proto__":1,"__proto__":1}', '1.0', '1e3', '-0', '01', '9007199254740992', '"\\ud800"',
    '[1,]', '{"a":1,}', '[1]x',
    '"a', '"\u0001"', 'nul', '', '\ufeff1', "{'a':1}", '[,1]', '"\\x"', '[1 2]', 'NaN', '['.repeat(100000),
      '{"a":'.repeat(100000)]) refused(() => read(text));
  for (const text of ['aGk', 'aGk=\n', 'aGl=', 'a-_=', 'aGk==', '=', 'a===', '\u0141GkA']) refused(() => verify.fromBase64(text));
  assert.strictEqual(Buffer.from(verify.fromBase64('aGk=')).toString(), 'hi');
});

test('changed and lost files', () => {
  const log = smallLog(257);
  const [tile, bundle] = ['tile/0/000', 'tile/entries/000'];
  const start = (i) => log.entries.slice(0, i).reduce((sum, data) => sum + 2 + data.length, 0);
  const cases = [
    [tile, flip(12 * 32), ['file - tile/1/000.p/1', `entry 12 ${bundle}`], 'it is tiles'],
    [tile, (data) => data.subarray(32), ['file - tile/0/000'], 'it is tiles'],
    [tile, () => null, ['file - tile/0/000'], 'it is tiles'],
    ['tile/1/000.p/1', flip(0), ['file - tile/1/000.p/1'], 'neither were'],
    [bundle, flip(start(13) - 1), [`entry 12 ${bundle}`], 'it is entries'],
    [bundle, flip(start(12)), [`entry 12 ${bundle}`], 'it is entries'],
    [bundle, (data) => data.subarray(0, -1), [`entry 255 ${bundle}`], 'it is entries'],
    [bundle, (data) => Buffer.concat([data, data.subarray(0, 1)]), [`file - ${bundle}`], 'neither were'],
    [bundle, () => null, [`file - ${bundle}`], 'it is entries'],
    ['tile/entries/001.p/1', () => Buffer.from([0, 0]), ['entry 256 tile/entries/001.p/1'], 'it is entries'],
    ['more', () => Buffer.from('x'), ['file - more'], ''],
    ['tile/2/000.p/1', () => Buffer.alloc(32), [], ''], // beyond: only noted
    ['tile/entries/001', () => log.files().get('tile/entries/001.p/1'), [], ''],
    ['tile/entries/001', () => Buffer.from([0, 1, 65]), ['file - tile/entries/001'], ''],
    ['tile/0/001.p/2', () => Buffer.alloc(64), ['file - tile/0/001.p/2'], ''],
    ['tile/0/000.p/7', () => log.hashes(7), [], ''],
    ['tile/0/000.p/7', () => log.hashes(8), ['file - tile/0/000.p/7'], ''],
    ['tile/0/000.p/7', () => flip(0)(log.hashes(7)), ['file - tile/0/000.p/7'], ''],
    ['tile/entries/000.p/7', () => log.files().get(bundle).subarray(0, start(7)), [], ''],
    ['tile/entries/000.p/7', () => log.files().get(bundle).subarray(0, start(8)), ['file - tile/entries/000.p/7'], ''],
    ['tile/entries/000.p/7', () => flip(9)(Buffer.from(log.files().get(bundle).subarray(0, start(7)))),
      ['file - tile/entries/000.p/7'], ''],
    ['tile/0/000.p/07', () => log.hashes(7), ['file - tile/0/000.p/07'], ''],
    ['tile/0/x000/000', () => log.hashes(256), ['file - tile/0/x000/000'], ''],
    ['tile/7/000.p/1', () => Buffer.alloc(32), ['file - tile/7/000.p/1'], ''],
    ['tile/0/.hidden', () => Buffer.alloc(1), [], ''],
  ];
  for (const [name, change, found, words] of cases) {
    const answer = check(log, { policy: policyOf(log) }, changed(log, name, change));
    assert.deepStrictEqual(places(answer), found, name);
    assert.ok(answer.toJSON().notes.some((text) => text.includes(words)), `${name}: ${answer.toJSON().notes}`);
  }
  const files = log.files();
  files.set('tile/0/000', flip(0)(Buffer.from(files.get('tile/0/000'))));
  files.set(bundle, flip(5)(Buffer.from(files.get(bundle))));
  assert.ok(places(check(log, {}, files)).includes('root - checkpoint'));
});

test('a checkpoint that says far too much', () => {
  const log = new Log();
  const text = `${log.origin}\n9007199254740991\n${sha('').toString('base64')}\n`;
  const answer = check(log, { policy: policyOf(log) }, new Map([['checkpoint', note(text, [[log.key, log.key.sign(text)]])]])).toJSON();
  assert.strictEqual(answer.findings.length, 1000);
  assert.deepStrictEqual(answer.assessments, []);
});

test('kept views', () => {
  const log = smallLog(6);
  const other = smallLog(5);
  other.add('challenge', { assessment: 2 });
  log.cosigned = { 3: log.checkpoint(3) };
  const kept = (from, size, hashes = true) => verify.parseKept(from.checkpoint(size), hashes ? from.hashes(size) : null);
  const found = (view) => places(check(log, { kept: view }));
  assert.deepStrictEqual([found(kept(log, 6)), found(kept(log, 2)), found(kept(log, 4, false)), found(kept(log, 0))], [[], [], [], []]);
  assert.strictEqual(check(log, { kept: kept(log, 2) }).toJSON().verdict, 'internally consistent');
  assert.strictEqual(check(log, { kept: kept(log, 0) }).toJSON().verdict, 'internally consistent');
  assert.deepStrictEqual(found(kept(other, 6)), ['history 5 -']);
  assert.deepStrictEqual(found(kept(other, 6, false)), ['history 3 -']);
  assert.deepStrictEqual(found(kept(smallLog(9), 9)), ['rollback 6 -']);
  assert.deepStrictEqual(places(check(other, { kept: kept(smallLog(9), 9) })), ['history 5 -', 'rollback 6 -']);
  const stranger = new Log('log.example/other');
  stranger.add('contract', {});
  assert.deepStrictEqual(found(kept(stranger, 1)), ['origin - checkpoint']);
  verify.parseKept(log.checkpoint(3), log.hashes(4)); // more hashes may be there than its checkpoint says
  refused(() => verify.parseKept(log.checkpoint(3), log.hashes(2)));
  refused(() => verify.parseKept(log.checkpoint(3), log.hashes(3), Buffer.from('quorum')));
  refused(() => verify.parseKept(log.checkpoint(3), other.hashes(6).subarray(96)));
});

test('cosigned checkpoints and back-dating', () => {
  const make = (change) => {
    const log = smallLog(4);
    log.cosign();
    change(log);
    return places(check(log, { policy: policyOf(log) }));
  };
  assert.deepStrictEqual(make(() => {}), []);
  assert.deepStrictEqual(make((log) => (log.cosigned['04'] = log.checkpoint())), ['file - cosigned/04']);
  assert.deepStrictEqual(make((log) => (log.cosigned[3] = log.checkpoint())), ['file - cosigned/3']);
  assert.deepStrictEqual(make((log) => (log.cosigned['4/4'] = log.checkpoint())), ['file - cosigned/4/4']);
  assert.deepStrictEqual(make((log) => (log.extra.cosigned = log.checkpoint())), ['file - cosigned']);
  assert.deepStrictEqual(make((log) => (log.cosigned['.4'] = Buffer.alloc(3))), []);
  assert.deepStrictEqual(make((log) => (log.cosigned[9] = smallLog(9).checkpoint())), ['rollback 4 cosigned/9']);
  const forged = (log) => {
    const text = `${log.origin}\n3\n${sha('other').toString('base64')}\n`;
    log.cosigned[3] = note(text, [[log.key, log.key.sign(text)]]);
    log.cosigned[2] = log.checkpoint(2);
  };
  assert.deepStrictEqual(make(forged), ['history 2 cosigned/3']);
  assert.deepStrictEqual(make((log) => (log.cosigned[3] = spoil(log.checkpoint(3)))), ['signature - cosigned/3', 'unsigned - cosigned/3']);
  assert.deepStrictEqual(make((log) => log.cosign(log.clock - 301)), ['time-ahead 3 -']);
  assert.deepStrictEqual(make((log) => log.cosign(log.clock - 300)), []);
  assert.deepStrictEqual(make((log) => (log.cosigned[3] = log.checkpoint(3, [log.clock + 86401]))), ['back-dated 3 -']);
  assert.deepStrictEqual(make((log) => (log.cosigned[3] = log.checkpoint(3, [log.clock + 86400]))), []);
});

test('the form of entries', () => {
  const found = (change, key) => {
    const log = smallLog(4);
    change(log, key);
    return places(check(log));
  };
  const hash = sha('').toString('hex');
  const bad = [
    ['seed', { commitment: hash.toUpperCase() }], ['seed', { more: 1 }], ['seed', { at: '2026-02-31T00:00:00Z' }], ['seed',
      { at: '2026-04-01T00:00:60Z' }],
    ['seed', { at: '2026-04-01T24:00:00Z' }], ['seed', { at: '1969-12-31T23:59:59Z' }], ['seed', { origin: 'other' }], ['seed',
      { contract: -1 }],
    ['seed', { contract: null }], ['seed', { contract: 2 ** 53 }], ['seed', { format: 'pbr-log/2' }], ['toString', {}], ['variation',
      { approval: { approvers: 0, assessor: 'may not' } }],
    ['assessment', { submissions: [1, 1] }], ['assessment', { submissions: [2, 1] }], ['variation', { keys: {} }], ['assessment',
      { previous: false }],
    ['variation', { approval: { approvers: 1.5, assessor: 'may not' } }], ['approval', { assessment: 2, answers: {} }], ['variation',
      { terms: { id: 'c' } }],
  ];
  for (const [kind, members] of bad) {
    assert.deepStrictEqual(found((log) => log.add(kind, members, log.roles.commissioner[0])), ['form 4 -'], JSON.stringify([kind,
      members]));
  }
  const keys = (change) => (log) => {
    const lists = JSON.parse(JSON.stringify(log.keys));
    change(lists);
    log.add('variation', { keys: lists });
  };
  for (const change of [(lists) => lists.auditor.push(lists.auditor[0]), (lists) => (lists.commissioner = []),
    (lists) => delete lists.auditor,
    (lists) => lists.auditor.push(makeKey('x', 4).vkey), (lists) => (lists.more = []),
      (lists) => lists.auditor.push(lists.auditor[0].replace(/\+./, '+0'))]) {
    assert.deepStrictEqual(found(keys(change)), ['form 4 -']);
  }
  const envelope = (change) => (log) => {
    log.add('seed', {});
    log.entries[4] = Buffer.from(change(log.entries[4].toString()));
  };
  for (const change of [(text) => text + '\n', (text) => ' ' + text, (text) => text.replace('"sig":"', '"sig":"A'),
    (text) => text.replace('"payload":', '"payload":"","payload":'),
    (text) => text.replace('}]', '},{"keyid":"a+00000000","sig":""}]'), (text) => text.replace('entry.v1', 'entry.v2'),
      (text) => text.replace('office', '\\u006fffice'),
    () => '[]', () => 'null', () => '\ufeff{}', (text) => text.replace('"signatures":[', '"signatures":[[],')]) {
    assert.deepStrictEqual(found(envelope(change)), ['form 4 -']);
  }
  assert.deepStrictEqual(found((log) => log.addPayload('{"a":1}', log.key)), ['form 4 -']);
  assert.deepStrictEqual(found((log) => log.addRaw('['.repeat(60000))), ['form 4 -']);
  assert.deepStrictEqual(found((log) => log.add('seed', {})), []);
});

test('time, references, signer and signature', () => {
  const found = (change, given) => {
    const log = smallLog(4);
    change(log);
    return places(check(log, given));
  };
  assert.deepStrictEqual(found((log) => { log.clock -= 120; log.add('seed', {}); }), ['time 4 -']);
  for (const [kind, members] of [['seed', { contract: 1 }], ['seed', { contract: 4 }], ['assessment', { submissions: [2] }],
    ['assessment', { previous: 1 }],
    ['approval', { assessment: 3 }], ['approval', { assessment: 2, answers: [3] }], ['assessment', { previous: 9 }]]) {
    assert.deepStrictEqual(found((log) => log.add(kind, members)), ['references 4 -'], JSON.stringify([kind, members]));
  }
  // After a variation the first contract is not the newest any more.
  assert.deepStrictEqual(found((log) => { log.add('variation', {}); log.add('seed', {}); log.add('seed',
    { contract: 4 }); log.add('variation', {}); }),
    ['references 5 -', 'references 7 -']);
  // Who refers to what fails 3 fails too; who refers to another contract's entries fails.
  assert.deepStrictEqual(found((log) => { log.add('assessment', { previous: 1 }); log.add('challenge', { assessment: 4 }); }),
    ['references 4 -', 'references 5 -']);
  assert.deepStrictEqual(found((log) => { log.add('contract', {}); log.add('assessment', { contract: 4, submissions: [1] }); }),
    ['references 5 -']);
  assert.deepStrictEqual(found((log) => log.add('seed', {}, makeKey('stranger'))), ['signer 4 -']);
  assert.deepStrictEqual(found((log) => log.add('submission', {}, log.roles.auditor[0])), ['signer 4 -']);
  assert.deepStrictEqual(found((log) => log.add('contract', {}, log.roles.approver[0])), ['signer 4 -']);
  const wrong = (log) => {
    const key = log.roles.auditor[0];
    log.add('seed', {}, { ...key, sign: (data) => flip(0)(key.sign(data)) });
    log.add('seed', {});
  };
  assert.deepStrictEqual(found(wrong), ['signature 4 -']);
  // An entry that cannot be read is unknown: no finding for who refers to it.
  const log = smallLog(257);
  log.add('approval', { assessment: 2 });
  const answer = check(log, {}, changed(log, 'tile/entries/000', () => null));
  assert.deepStrictEqual(places(answer), ['file - tile/entries/000']);
  assert.deepStrictEqual(answer.toJSON().assessments, []);
});

test('states of assessments', () => {
  const states = (change, rule) => {
    const log = new Log();
    log.roles.assessor.push(makeKey('second.example/assessor'));
    log.roles.approver.push(makeKey('second.example/approver'), log.roles.assessor[0]);
    log.add('contract', rule ? { approval: rule } : {});
    log.add('assessment', {});
    change(log, log.roles.approver);
    const answer = check(log).toJSON();
    assert.deepStrictEqual(answer.findings, []);
    return answer.assessments.map(({ state }) => state).join(' ');
  };
  const approve = (log, key, members = {}) => log.add('approval', { assessment: 1, ...members }, key);
  const two = { approvers: 2, assessor: 'may be one' };
  assert.strictEqual(states(() => {}), 'draft');
  assert.strictEqual(states((log, keys) => approve(log, keys[0])), 'approved');
  assert.strictEqual(states((log, keys) => approve(log, keys[2])), 'draft');
  assert.strictEqual(states((log, keys) => approve(log, keys[2]), { approvers: 1, assessor: 'may be one' }), 'draft');
  assert.strictEqual(states((log, keys) => { approve(log, keys[0]); approve(log, keys[0]); }, two), 'draft');
  assert.strictEqual(states((log, keys) => { approve(log, keys[0]); approve(log, keys[2]); }, two), 'approved');
  assert.strictEqual(states((log, keys) => { approve(log, keys[0]); approve(log, keys[2]); }, { approvers: 2, assessor: 'may not' }),
    'draft');
  assert.strictEqual(states((log, keys) => { approve(log, keys[0]); log.add('challenge', { assessment: 1 }); }), 'challenged');
  assert.strictEqual(states((log, keys) => { log.add('challenge', { assessment: 1 }); approve(log, keys[0], { answers: [2] }); }),
    'approved');
  assert.strictEqual(states((log, keys) => { log.add('challenge', { assessment: 1 }); approve(log, keys[0]); }), 'challenged');
  assert.strictEqual(states((log, keys) => { approve(log, keys[0]); log.add('assessment', {}); }), 'superseded draft');
  assert.strictEqual(states((log) => { log.add('assessment', { previous: 1 }); log.add('assessment', {}); }),
    'superseded superseded draft');
  assert.strictEqual(states((log, keys) => { approve(log, keys[0]); log.add('assessment', { previous: 1 }); }), 'approved draft');
});

test('receipts', () => {
  const log = smallLog(4);
  const document = { files: [{ name: 'a.csv', table: null, sha256: sha('data').toString('hex'), size: 4 }] };
  const { opening, commitment } = opened(document);
  log.add('submission', { commitment });
  const data = [{ name: 'a.csv', sha256: sha('data').toString('hex'), size: 4 }];
  const policy = policyOf(log);
  const found = (receipt, given = {}) => places(verify.checkReceipt(receipt, { policy, ...given }));
  const good = log.receipt(4, { commitment: opening });
  assert.deepStrictEqual(found(good, { data }), []);
  const told = (given, receipt = good) => {
    const answer = verify.checkReceipt(receipt, given).toJSON();
    return [answer.verdict, answer.witnessed, answer.findings.length];
  };
  assert.deepStrictEqual(told({ policy }), ['verified', 5, 0]);
  assert.deepStrictEqual(told({}), ['internally consistent', 0, 0]);
  assert.deepStrictEqual(told({ policy: policyOf(log, 'w') }), ['internally consistent', 0, 0]);
  const witnessed = Buffer.from(good.toString().replace(log.checkpoint().toString(), log.checkpoint(5, [log.clock]).toString()));
  assert.deepStrictEqual(told({ policy: policyOf(log, 'w') }, witnessed), ['verified', 5, 0]);
  assert.deepStrictEqual(told({ policy }, Buffer.from('x')), ['broken', null, 1]);
  assert.deepStrictEqual(found(good, { data: [{ ...data[0], size: 5 }] }), ['data - a.csv']);
  assert.deepStrictEqual(found(log.receipt(4), { data }), ['data - a.csv']);
  assert.deepStrictEqual(found(log.receipt(4, { disclosure: opening })), ['opening 4 -']);
  assert.deepStrictEqual(found(log.receipt(4, { commitment: { ...opening, document: {} } })), ['opening 4 -']);
  assert.deepStrictEqual(found(log.receipt(4, { other: opening })), ['receipt - -']);
  assert.deepStrictEqual(found(Buffer.from(good.toString().replace('index 4', 'index 3'))), ['proof 3 -']);
  assert.deepStrictEqual(found(Buffer.from(good.toString().replace('index 4', 'index 5'))), ['proof 5 -']);
  for (const [from, to] of [['index 4', 'index 04'], ['index 4', 'index'], ['extra ', 'extras '], ['\nindex', '\n\nindex'],
    ['tlog-proof@v1', 'tlog-proof@v2'],
    ['log.example/test\n5', 'log.example/else\n5']]) assert.deepStrictEqual(found(Buffer.from(good.toString().replace(from, to))),
      ['receipt - -'], from);
  assert.deepStrictEqual(found(spoil(Buffer.from(good))), ['signature - -', 'unsigned - -']);
});

test('consistency proofs', () => {
  const log = smallLog(300);
  const found = (data, size, from = log) => places(verify.checkConsistencyFile(data, verify.parseKept(from.checkpoint(size), null),
    policyOf(log)));
  for (const size of [0, 1, 2, 255, 256, 257, 299, 300]) assert.deepStrictEqual(found(log.consistency(size), size), []);
  const told = (own, policy = null) => {
    const kept = verify.parseKept(log.checkpoint(3), null, own);
    const answer = verify.checkConsistencyFile(log.consistency(3), kept, policy).toJSON();
    return [answer.verdict, answer.witnessed, answer.findings.length];
  };
  assert.deepStrictEqual(told(null), ['internally consistent', 0, 0]);
  assert.deepStrictEqual(told(log.policy()), ['verified', 300, 0]);
  assert.deepStrictEqual(told(log.policy('w')), ['internally consistent', 0, 0]);
  assert.deepStrictEqual(told(log.policy('w'), policyOf(log)), ['verified', 300, 0]);
  assert.deepStrictEqual(found(log.consistency(256), 255), ['consistency - -']);
  assert.deepStrictEqual(found(Buffer.from(log.consistency(255).toString().replace(/\n.*\n/, '\n')), 255), ['consistency - -']);
  assert.deepStrictEqual(found(Buffer.from('old 1\n'), 1), ['consistency - -']);
  const other = smallLog(4);
  other.entries.pop();
  other.add('seed', { commitment: sha('x').toString('hex') });
  assert.deepStrictEqual(found(log.consistency(4), 4, other), ['consistency - -']);
});

const checkPack = (files, given) => verify.checkPack(verify.mapFiles(files), given);

test('packs: good ones, and what a verdict takes', () => {
  for (const redacted of [false, true]) {
    const { files, log } = pack({ logged: true, redacted });
    const verdict = (given, some = files, must = { entry: 2, state: 'approved' }) => {
      const answer = checkPack(some, given).toJSON();
      assert.deepStrictEqual([answer.findings, answer.assessment], [[], must]);
      return answer.verdict;
    };
    const [policy, strict] = [policyOf(log), policyOf(log, 'w')];
    assert.strictEqual(verdict(), 'internally consistent');
    assert.strictEqual(verdict({ policy }), 'verified');
    assert.strictEqual(verdict({ kept: verify.parseKept(log.checkpoint(2), null) }), 'internally consistent');
    assert.strictEqual(verdict({ kept: verify.parseKept(log.checkpoint(2), null, log.policy()) }), 'verified');
    assert.strictEqual(verdict({ policy }, pack({ redacted }).files, null), 'internally consistent');
    assert.deepStrictEqual(checkPack(files).toJSON().assessments, [{ entry: 2, state: 'approved' }]);
    const without = (gone, change = () => {}) => {
      const some = new Map(files);
      for (const name of files.keys()) if (name.startsWith(gone)) some.delete(name);
      change(some);
      const head = JSON.parse(some.get('data/pack.json').toString());
      head.log = [...some.keys()].some((name) => name.startsWith('data/log/'));
      head.receipts = [0, 1, 2, 3].filter((i) => some.has(`data/receipts/${i}.tlog-proof`));
      return bag(some.set('data/pack.json', Buffer.from(JSON.stringify(head, Object.keys(head).sort()))));
    };
    // Witnessed: all of the log, not the assessment's entry alone.
    const cosigned = (size) => without('none', (some) => some.set(`data/log/cosigned/${size}`, log.checkpoint(size, [log.clock])));
    assert.strictEqual(verdict({ policy: strict }), 'internally consistent');
    assert.strictEqual(verdict({ policy: strict }, cosigned(2)), 'internally consistent');
    assert.strictEqual(verdict({ policy: strict }, cosigned(3)), 'internally consistent');
    assert.strictEqual(verdict({ policy: strict }, cosigned(4)), 'verified');
    // The log; the assessment's receipt, opened; its inputs (a redacted pack has none).
    assert.strictEqual(verdict({ policy }, without('data/log/'), { entry: 2, state: null }), 'internally consistent');
    assert.strictEqual(verdict({ policy }, without('data/receipts/2.'), null), 'internally consistent');
    assert.strictEqual(verdict({ policy }, without('none', (some) => some.set('data/receipts/2.tlog-proof', log.receipt(2))), null),
      'internally consistent');
    assert.strictEqual(verdict({ policy }, without('data/receipts/1.')), redacted ? 'verified' : 'internally consistent');
    assert.strictEqual(verdict({ policy }, without('none', (some) => some.set('data/receipts/1.tlog-proof', log.receipt(1)))),
      redacted ? 'verified' : 'internally consistent');
    // The state of what is in a log that is broken is not told.
    const broken = checkPack(without('none', (some) => some.set('data/log/more', Buffer.from('x'))), { policy }).toJSON();
    assert.deepStrictEqual([broken.verdict, broken.assessment, broken.witnessed], ['broken', { entry: 2, state: null }, 4]);
    const ended = checkPack(without('none', (some) => some.set('data/log/checkpoint', Buffer.from('x'))), { policy }).toJSON();
    assert.deepStrictEqual([ended.witnessed, ended.assessment, ended.assessments], [null, { entry: 2, state: null }, []]);
  }
});

test('packs: the bag', () => {
  const found = (change) => {
    const { files } = pack();
    change(files);
    return places(checkPack(files));
  };
  const edit = (name, from, to) => (files) => files.set(name, Buffer.from(files.get(name).toString().replace(from, to)));
  const statement = 'data/assessment/statement.json';
  assert.deepStrictEqual(found(edit('bagit.txt', '1.0', '0.97')), ['bag - bagit.txt', 'file - bagit.txt']);
  assert.deepStrictEqual(found((files) => files.set('fetch.txt', Buffer.from('x'))), ['file - fetch.txt']);
  assert.deepStrictEqual(found((files) => files.set('data/more', Buffer.from('x'))), ['file - data/more']);
  assert.deepStrictEqual(found((files) => files.delete('data/README.txt')), ['file - data/README.txt']);
  assert.deepStrictEqual(found((files) => files.set('data/text/payments.txt', Buffer.from('[]'))),
    ['file - data/text/payments.txt', 'table - data/text/payments.txt']);
  assert.deepStrictEqual(found((files) => files.delete('tagmanifest-sha512.txt')), ['bag - tagmanifest-sha512.txt']);
  assert.deepStrictEqual(found(edit('tagmanifest-sha256.txt', /.*bag-info.*\n/, '')), ['bag - tagmanifest-sha256.txt']);
  assert.deepStrictEqual(found(edit('manifest-sha512.txt', /.*README.*\n/, '')), ['bag - manifest-sha512.txt',
    'file - manifest-sha512.txt']);
  for (const [from, to] of [[/\n$/, ''], [/\n/, '\r\n'], [/  /, ' '], [/^/, 'A'], [/^(.*\n)/, '$1$1']]) {
    assert.deepStrictEqual(found(edit('manifest-sha256.txt', from, to)), ['bag - manifest-sha256.txt', 'file - manifest-sha256.txt'],
      String(from));
  }
  for (const path of ['../x', 'data/../x', 'data/con', 'data/Aux.txt', 'data/a b', 'data/%41', 'data//x', 'data/x.', 'data/é',
    'readme', '/data/x']) {
    const line = Buffer.from(`${'0'.repeat(64)}  ${path}\n`);
    const add = (files) => files.set('manifest-sha256.txt', Buffer.concat([files.get('manifest-sha256.txt'), line]));
    assert.deepStrictEqual(found(add), ['file - manifest-sha256.txt', 'path - manifest-sha256.txt'], path);
  }
  const remade = (change) => found((files) => {
    change(files);
    bag(files);
  });
  assert.deepStrictEqual(remade((files) => files.set('data/Readme.txt', Buffer.from('x'))),
    ['path - manifest-sha256.txt', 'path - manifest-sha512.txt', 'file - data/Readme.txt']);
  assert.deepStrictEqual(remade(edit('data/pack.json', '"log":false', '"log":true')), ['pack - data/pack.json']);
  assert.deepStrictEqual(remade(edit('data/pack.json', '{', '{ ')), ['pack - data/pack.json']);
  assert.deepStrictEqual(remade(edit(statement, '0.80', '0.81')).slice(0, 1), [`assessment - ${statement}`]);
  assert.deepStrictEqual(remade((files) => files.set('data/assessment/more', Buffer.from('x'))),
    ['assessment - data/assessment/more', 'assessment - data/assessment/run.json']);
  assert.deepStrictEqual(remade(edit('data/assessment/manifest.json', '{', '{ ')), ['assessment - data/assessment/manifest.json']);
  assert.deepStrictEqual(remade((files) => files.set('data/assessment/payments.parquet', Buffer.from('x'))),
    ['assessment - data/assessment/payments.parquet']);
  assert.deepStrictEqual(remade((files) => files.set('data/text/x.txt', Buffer.from('["a"]\n'))), ['file - data/text/x.txt']);
});

test('packs: texts that cannot be parsed', () => {
  for (const text of ['', '["a"]', '["a"]\nn', '["a"]\nx1:1\n', '["a"]\ni01:1\n', '["a"]\ni2:01\n', '["a"]\ni2:-0\n', '["a"]\nt2:a\n',
    '["a","a"]\n', '["a"]\nd10:2015-6-300\n',
    '["a"]\nb1:x\n', '["a"]\nl1:i1:1\n', '["a"]\nl2:t1:a\n', '["a"]\nnn\n', '[1]\n', '{"a":1}\n', '["a"] \n', '["a"]\nt999999999:a\n',
      '["a"]\ni39:' + '1'.repeat(39) + '\n']) {
    const { files } = pack();
    files.set('data/text/payments.txt', Buffer.from(text));
    assert.deepStrictEqual(places(checkPack(bag(files))), ['table - data/text/payments.txt'], text);
  }
  const { files } = pack();
  files.set('data/text/payments.txt', Buffer.concat([Buffer.from('["a"]\nt1:'), Buffer.from([0xff]), Buffer.from('\n')]));
  assert.deepStrictEqual(places(checkPack(bag(files))), ['table - data/text/payments.txt']);
});

test('packs: arithmetic', () => {
  const keys = (change) => checkPack(pack({ change }).files).toJSON().findings.map((item) => `${item.class} ${item.key}`).join(', ');
  assert.strictEqual(keys(() => {}), '');
  const cases = [
    [({ statement }) => { statement.lines = 5; }, 'lines'],
    [({ statement }) => { statement.totals.paid = '0.76'; }, 'totals.paid'],
    [({ statement }) => { statement.totals.held = '1'; }, 'totals.held'],
    [({ statement }) => { statement.totals.payments.fee.pays = 2; }, 'totals.fee.pays'],
    [({ statement }) => { statement.totals.payments.quality.gross = '0.00'; }, 'totals.quality.gross'],
    [({ statement }) => { statement.totals.steps[0].before = '1.01'; }, 'totals.steps 1'],
    [({ statement }) => { statement.totals.steps[0].holds = { lines: 0, sum: '0.00' }; }, 'totals.steps 1'],
    [({ statement }) => { statement.totals.steps[0].step = 2; }, 'totals.steps'],
    [({ statement }) => { statement.payments[0].amount = '0.81'; }, 'payments 1'],
    [({ statement }) => { statement.payments[1].amount = '0.00'; }, 'payments 2'],
    [({ statement }) => { statement.payments[2].amount = '0.50'; }, ''],
    [({ statement }) => { statement.payments[2].amount = '0.51'; }, 'payments 3'],
    [({ statement }) => { statement.payments[0].for = { year: 'b' }; }, 'payments 1'],
    [({ statement }) => { statement.payments.pop(); }, 'payments'],
    [({ statement }) => { delete statement.payments; }, 'payments'],
    [({ statement }) => { delete statement.payments; statement.payments_file = 'payments.parquet'; }, ''],
    [({ statement }) => { statement.evidence_totals.decided_by.provider.held = 0; }, 'evidence_totals.decided_by.provider'],
    [({ statement }) => { statement.evidence_totals.rests_on.commissioner = {}; }, 'evidence_totals.rests_on.commissioner'],
    [({ statement }) => { delete statement.evidence_totals; }, ''],
    [({ statement }) => { statement.settlement.due = '0.76'; }, 'settlement.due'],
    [({ statement }) => { statement.settlement.payments.fee.nothing = 1; }, 'settlement.fee'],
    [({ statement }) => { statement.settlement.payments.quality = {}; }, 'settlement.quality'],
    [({ statement }) => { statement.settlement.entries[0].stands = '0.81'; }, 'settlement.entries'],
    [({ statement }) => { delete statement.settlement.entries; statement.settlement.entries_file = 'due.parquet'; }, ''],
    [({ rows }) => { rows[0][0] = 5; }, 'line 1'],
    [({ rows }) => { rows[2][7] = 2; }, 'line 3'],
    [({ rows }) => { rows[3][4] = null; }, 'line 4, totals.steps 1'],
    [({ rows }) => { rows[2][6] = 0; }, 'line 3, payments 3'],
    [({ columns }) => { columns[4] = 'lower'; }, 'columns'],
    [({ due }) => { due[0][0] = 7; }, 'entry 1, settlement.entries'],
    [({ due }) => { due[1][4] = 'kept'; }, 'entry 2, settlement.entries, settlement.fee'],
    [({ due }) => { due[0][8] = 'x'; due[0][9] = 1; }, 'entry 1, settlement.entries'],
    [({ due }) => { due[0][9] = 1; }, 'entry 1, settlement.due, settlement.entries, settlement.fee, settlement.to_date, entry 2'],
    [({ due }) => { due.reverse(); }, 'entry 1, entry 2, entry 3, settlement.entries'],
    // The line of several entries is that of the first, whatever the next ones say: here line 2 is left out.
    [({ due }) => { due[1][3] = '["a"]'; },
      'entry 2, entry 3, settlement.fee, settlement.paid_before, settlement.to_date'],
    // Lines of money go by their place, not by what their cell `line` says.
    [({ rows }) => { rows[3][0] = 1; rows.push([4, 'cap', 'contract', '["x"]', 0, 0, 1, 0, 0, 0, 'pays_nothing', 0]); },
      'entry 4, line 4, line 5, lines, payments, totals.cap.lines, totals.cap.pays_nothing'],
    [({ due }) => { due.pop(); }, 'entry 3, settlement.cap, settlement.due, settlement.entries, settlement.to_date'],
  ];
  for (const [change, must] of cases) {
    const wanted = must.split(', ').filter((key) => key).sort().map((key) => `sum ${key}`).join(', ');
    assert.strictEqual(keys(change), wanted, String(change));
  }
  assert.strictEqual(keys((inside) => { delete inside.statement.settlement; delete inside.due; }), '');
  assert.ok(keys((inside) => { delete inside.due; }).startsWith('sum settlement'));
});

test('packs: receipts, anchors, and rows that are redacted', () => {
  const found = (change, redacted = false) => {
    const { files, log } = pack({ logged: true, redacted });
    change(files, log);
    return places(checkPack(bag(files), { policy: policyOf(log) }));
  };
  const other = opened({ manifest: hex(''), run: hex('') });
  assert.deepStrictEqual(found((files) => files.set('data/receipts/2.tlog-proof', Buffer.from('x'))),
    ['receipt - data/receipts/2.tlog-proof']);
  assert.deepStrictEqual(found((files, log) => files.set('data/receipts/2.tlog-proof', log.receipt(2, { commitment: other.opening }))),
    ['opening 2 data/receipts/2.tlog-proof']);
  assert.deepStrictEqual(found((files, log) => files.set('data/receipts/2.tlog-proof', log.receipt(1))),
    ['receipt - data/receipts/2.tlog-proof']);
  const others = (files, log) => {
    log.add('assessment', { submissions: [1], commitment: other.commitment });
    for (const name of [...files.keys()]) if (/^data\/(?:log|receipts)\//.test(name)) files.delete(name);
    files.set('data/receipts/4.tlog-proof', log.receipt(4, { commitment: other.opening }));
    files.set('data/pack.json', Buffer.from('{"format":"pbr-pack/1","log":false,"receipts":[4],"redacted":false}'));
  };
  assert.deepStrictEqual(found(others), ['anchor 4 -']);
  assert.deepStrictEqual(found((files) => files.set('data/log/more', Buffer.from('x'))), ['file - data/log/more']);
  const jsonl = 'data/redacted/payments.jsonl';
  const edit = (from, to) => (files) => files.set(jsonl, Buffer.from(files.get(jsonl).toString().replace(from, to)));
  assert.deepStrictEqual(found(edit('i1:1', 'i1:2'), true), [`table - ${jsonl}`]);
  assert.deepStrictEqual(found(edit(/\n$/, ''), true), [`table - ${jsonl}`]);
  assert.deepStrictEqual(found((files) => files.delete(jsonl), true), [`table - ${jsonl}`]);
  assert.deepStrictEqual(found((files) => files.set('data/redacted/contract.yaml', Buffer.from('x')), true),
    ['assessment - data/redacted/contract.yaml', 'anchor 0 -']);
  assert.deepStrictEqual(found((files) => files.set('data/redacted/more.jsonl', Buffer.from('x')), true),
    ['file - data/redacted/more.jsonl']);
  const shorter = (files) => files.set('data/redacted/disclosure.json',
    Buffer.from(files.get('data/redacted/disclosure.json').toString().replace('"id":"c"', '"id":"d"')));
  assert.deepStrictEqual(found(shorter, true), ['anchor 2 -']);
  assert.deepStrictEqual(found((files) => files.set('data/redacted/rules/a.yaml', Buffer.from('x')), true), ['anchor 0 -']);
  assert.deepStrictEqual(found((files) => files.delete('data/redacted/disclosure.json'), true),
    ['assessment - data/redacted/disclosure.json']);
});

test('a browser: the same answers without node:crypto and without Buffer', () => {
  const page = vm.createContext({ TextDecoder, TextEncoder, Uint8Array });
  vm.runInContext(fs.readFileSync(SCRIPT, 'utf8'), page);
  const log = smallLog(8);
  log.cosign();
  const files = changed(log, 'tile/entries/000.p/8', flip(-5));
  for (const given of [log.files(), files]) {
    const answers = [verify, page.pbrVerify].map((script) => JSON.stringify(script.checkLog(script.mapFiles(given),
      { policy: script.parsePolicy(log.policy()) })));
    assert.strictEqual(answers[0], answers[1]);
  }
  for (const size of [0, 1, 55, 56, 63, 64, 111, 112, 119, 120, 127, 128, 239, 240, 256, 1000]) {
    const data = crypto.createHash('sha512').update(String(size)).digest().subarray(0, 1);
    const long = Buffer.alloc(size, data);
    assert.strictEqual(verify.toHex(verify.plainSha256(long)), sha(long).toString('hex'));
    assert.strictEqual(verify.toHex(verify.plainSha512(long)), crypto.createHash('sha512').update(long).digest('hex'));
  }
  for (const key of [makeKey('a'), makeKey('b'), makeKey('a')]) { // what is kept of a key serves each of its signatures, and no other key's
    for (let bit = -1; bit < 512; bit += 37) {
      const signature = Uint8Array.from(key.sign(`message ${bit}`));
      if (bit >= 0) signature[bit >> 3] ^= 1 << (bit & 7);
      assert.strictEqual(verify.plainEd25519(key.raw, Buffer.from(`message ${bit}`), signature), bit < 0, `bit ${bit}`);
    }
    assert.strictEqual(verify.plainEd25519(key.raw, Buffer.from('massage'), key.sign('message')), false);
  }
});

test('the sample logs', () => {
  const samples = path.join(__dirname, '..', 'samples', 'pbr-log-1');
  const policy = verify.parsePolicy(fs.readFileSync(path.join(samples, 'policy')));
  const expected = JSON.parse(fs.readFileSync(path.join(samples, 'expected.json'), 'utf8'));
  assert.ok(Object.keys(expected).length > 0);
  for (const [name, must] of Object.entries(expected)) {
    const answer = verify.checkLog(verify.folderFiles(path.join(samples, name)), { policy }).toJSON();
    assert.deepStrictEqual(answer.findings, []);
    for (const [member, value] of Object.entries(must)) assert.deepStrictEqual(answer[member], value, `${name} ${member}`);
  }
});

test('the commands', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'verify-js-'));
  const write = (name, data) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), data);
  };
  const run = (words, input = '') => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...words], { cwd: folder, input, encoding: 'utf8' });
    assert.ok(!/^ +at /m.test(stdout + stderr), stderr);
    return { status, stdout, stderr };
  };
  try {
    const log = smallLog(5);
    for (const [name, data] of log.files()) write(`log/${name}`, data);
    write('policy', log.policy());
    write('receipt', log.receipt(1));
    write('bad/checkpoint', 'x');
    fs.mkdirSync(path.join(folder, 'log/empty'));
    fs.symlinkSync('log', path.join(folder, 'link'));
    const kept = run(['log', 'log', '--policy', 'policy', '--keep', 'view', '--json']);
    assert.strictEqual(kept.status, 0, kept.stderr);
    assert.strictEqual(JSON.parse(kept.stdout).verdict, 'verified');
    write('view/checkpoint.new', 'cut off');
    assert.strictEqual(run(['log', 'log', '--kept', 'view', '--keep', 'view']).status, 0);
    assert.deepStrictEqual(fs.readFileSync(path.join(folder, 'view/hashes')), log.hashes());
    assert.deepStrictEqual(fs.readFileSync(path.join(folder, 'view/policy')), log.policy());
    assert.strictEqual(JSON.parse(run(['log', 'log', '--kept', 'view', '--json']).stdout).verdict, 'verified');
    const own = run(['batch'], 'log log\tview\nlog log').stdout.trim().split('\n').map((line) => JSON.parse(line).verdict);
    assert.deepStrictEqual(own, ['verified', 'internally consistent']);
    // Without a policy nothing is kept; the log's own is, and only the first time.
    assert.strictEqual(run(['log', 'log', '--keep', 'other']).status, 1);
    assert.ok(!fs.existsSync(path.join(folder, 'other')));
    write('log/policy', log.policy('w'));
    assert.ok(run(['log', 'log', '--keep', 'first']).stdout.includes('because it was the first'));
    assert.deepStrictEqual(fs.readFileSync(path.join(folder, 'first/policy')), log.policy('w'));
    write('log/policy', log.policy());
    assert.ok(!run(['log', 'log', '--keep', 'first']).stdout.includes('because it was the first'));
    assert.deepStrictEqual(fs.readFileSync(path.join(folder, 'first/policy')), log.policy('w'));
    fs.rmSync(path.join(folder, 'first/policy'));
    assert.strictEqual(run(['log', 'log', '--keep', 'first']).status, 1);
    fs.symlinkSync('../policy', path.join(folder, 'first/policy'));
    assert.strictEqual(run(['log', 'log', '--kept', 'first']).status, 1);
    fs.rmSync(path.join(folder, 'log/policy'));
    for (const [name, data] of pack({ logged: true }).files) write(`pack/${name}`, data);
    assert.ok(run(['pack', 'pack', '--policy', 'policy']).stdout.startsWith('verified: the assessment, entry 2, is approved; its payments were not '
      + 'computed again'));
    write('old', log.checkpoint(3));
    write('consistency', log.consistency(3));
    assert.strictEqual(run(['consistency', 'consistency', '--kept', 'old']).status, 0);
    assert.strictEqual(run(['receipt', 'receipt', '--policy', 'policy', '--data', 'policy']).status, 3);
    for (const words of [['log', 'none'], ['log', 'link'], ['log', 'log', '--policy', 'receipt'], ['log', 'log', '--kept', 'log'],
      ['receipt', 'none']]) {
      assert.strictEqual(run(words).status, 1, words.join(' '));
    }
    for (const words of [[], ['log'], ['log', 'log', '--more'], ['consistency', 'consistency'], ['log', 'log', '--policy'], ['log',
      'a', 'b'], ['toString', 'a']]) {
      assert.strictEqual(run(words).status, 2, words.join(' '));
    }
    fs.symlinkSync('../policy', path.join(folder, 'log/tile/0/link'));
    const answer = run(['batch', '--policy', 'policy'], 'log log\nlog log\tview\nlog none\nnonsense\nlog bad');
    const lines = answer.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepStrictEqual([answer.status, lines.map(({ verdict }) => verdict)], [3, ['broken', 'broken', null, null, 'broken']]);
    assert.deepStrictEqual(lines[0].findings.map((item) => [item.class, item.file]), [['file', 'tile/0/link']]);
    const words = run(['log', 'log']);
    assert.ok(words.status === 3 && words.stdout.startsWith('broken\n- '), words.stdout);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

let failures = 0;
for (const [name, body] of tests) {
  try {
    body();
  } catch (error) {
    failures++;
    console.log(`FAILED ${name}: ${error.stack}`);
  }
}
console.log(`${tests.length - failures} of ${tests.length} tests passed`);
process.exitCode = failures ? 1 : 0;
