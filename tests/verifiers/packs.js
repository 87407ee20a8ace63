'use strict';
// A writer of tiny evidence packs for the tests of verify.js. It was written from docs/pack-format.md and shares no code with verify.js.

const crypto = require('node:crypto');
const { canonical, leaf, opened, root, sha, smallLog } = require('./writer.js');

const hex = (data, kind = 'sha256') => crypto.createHash(kind).update(data).digest('hex');

/** One cell: null, a number (whole), or text. */
function cell(value) {
  if (value === null) return 'n';
  const text = String(value);
  return `${typeof value === 'number' ? 'i' : 't'}${Buffer.byteLength(text)}:${text}`;
}

function tableOf(columns, rows) {
  const texts = rows.map((row) => row.map(cell).join(''));
  const blocks = [];
  for (let start = 0; start < rows.length; start += 1024) blocks.push(leaf(Buffer.concat(texts.slice(start,
    start + 1024).map((text) => sha(text)))));
  return { text: `${JSON.stringify(columns)}\n${texts.map((text) => text + '\n').join('')}`, columns, rows: rows.length,
    root: root(blocks).toString('hex') };
}

const PAYMENTS = ['line', 'payment', 'grain', 'key', 'low', 'high', 'of', 'low_1', 'high_1', 'amount', 'result', 'why'];
const DUE = ['entry', 'payment', 'grain', 'key', 'kind', 'line', 'sum', 'standing', 'of_assessment', 'of_line'];

/** Money with a line that is held, a factor, and a step that has a line of its own. */
function content() {
  const none = { pays: 0, pays_nothing: 0, deducts: 0, sets: 0, held: 0 };
  const kinds = { paid: 0, nothing: 0, held: 0, unchanged: 0, kept: 0, reversal: 0, restatement: 0 };
  const four = (sum) => ({ due: sum, to_date: sum, paid_before: '0.00', kept_while_held: '0.00' });
  return {
    columns: [...PAYMENTS],
    rows: [
      [1, 'fee', 'year', '["a"]', 100, 100, 1, 80, 80, 80, 'pays', 0],
      [2, 'fee', 'year', '["b"]', 0, 50, 1, 0, 50, null, 'held', 1],
      [3, 'quality', 'contract', '[]', 1, 1, 2, 1, 1, 1, 'sets', 0],
      [4, 'cap', 'contract', '[]', 0, 0, 1, -5, -5, -5, 'deducts', 0],
    ],
    due: [
      [1, 'fee', 'year', '["a"]', 'paid', 1, 80, 80, null, null],
      [2, 'fee', 'year', '["b"]', 'held', 2, 0, 0, null, null],
      [3, 'cap', 'contract', '[]', 'paid', 4, -5, -5, null, null],
    ],
    statement: {
      lines: 4,
      payments: [
        { payment: 'fee', for: { year: 'a' }, result: 'pays', amount: '0.80' },
        { payment: 'fee', for: { year: 'b' }, result: 'held', amount: null },
        { payment: 'quality', for: {}, result: 'sets', amount: '1/2' },
        { payment: 'cap', for: {}, result: 'deducts', amount: '-0.05' },
      ],
      totals: {
        gross: '0.80', deducted: '-0.05', paid: '0.75', held: 1,
        payments: {
          fee: { form: 'each', lines: 2, ...none, pays: 1, held: 1, gross: '0.80', deducted: '0.00', paid: '0.80' },
          quality: { form: 'factor', lines: 1, ...none, sets: 1 },
          cap: { form: 'step', lines: 1, ...none, deducts: 1, gross: '0.00', deducted: '-0.05', paid: '-0.05' },
        },
        steps: [{ step: 1, name: 'cap', over: ['fee'], before: '1.00', after: '0.75', lines_cut: 2 }],
      },
      evidence: { fee: { decided_by: 'provider', rests_on: '' } },
      evidence_totals: { decided_by: { provider: { lines: 2, held: 1, paid: '0.80' } }, rests_on: {} },
      settlement: {
        previous: null, ...four('0.75'),
        payments: { fee: { ...four('0.80'), ...kinds, paid: 1, held: 1 }, cap: { ...four('-0.05'), ...kinds, paid: 1 } },
        entries: [
          { entry: 1, payment: 'fee', kind: 'paid', line: 1, sum: '0.80', stands: '0.80', of_assessment: null, of_line: null },
          { entry: 3, payment: 'cap', kind: 'paid', line: 4, sum: '-0.05', stands: '-0.05', of_assessment: null, of_line: null },
        ],
      },
    },
  };
}

/** The digests of a bag over these files. */
function bag(files) {
  const lines = (names, kind) => Buffer.from(names.map((name) => `${hex(files.get(name), kind)}  ${name}\n`).join(''));
  files.set('bagit.txt', Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'));
  files.set('bag-info.txt', Buffer.from('Payload-Oxum: 1.1\n'));
  const payload = [...files.keys()].filter((name) => name.startsWith('data/')).sort();
  for (const kind of ['sha256', 'sha512']) files.set(`manifest-${kind}.txt`, lines(payload, kind));
  const tags = ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt', 'manifest-sha512.txt'];
  const both = ['sha256', 'sha512'].map((kind) => [`tagmanifest-${kind}.txt`, lines(tags, kind)]);
  for (const [name, data] of both) files.set(name, data);
  return files;
}

/** The folder of an assessment and its texts. `change` may change what is in it before digests are taken. */
function assessment(change = () => {}) {
  const inside = content();
  change(inside);
  const tables = { 'payments.parquet': tableOf(inside.columns, inside.rows) };
  if (inside.due) tables['due.parquet'] = tableOf(inside.dueColumns ?? DUE, inside.due);
  const files = new Map([['contract/contract.yaml', 'a contract'], ['inputs/a.csv', 'data'], ['statement.json',
    JSON.stringify(inside.statement, null, 1)]]
    .map(([name, text]) => [name, Buffer.from(text)]));
  const manifest = {
    format: 'pbr-trail/1', contract: { id: 'c', version: '1', sha256: hex('a contract') }, rules: [],
    inputs: [{ name: 'a.csv', file: 'inputs/a.csv', sha256: hex('data'), size: 4 }],
    tables: Object.fromEntries(Object.entries(tables).map(([name, { columns, rows, root: top }]) => [name, { columns, rows, root: top }])),
    documents: { 'statement.json': hex(files.get('statement.json')) },
  };
  for (const name of Object.keys(tables)) files.set(name, Buffer.from('parquet'));
  files.set('manifest.json', Buffer.from(canonical(manifest)));
  const run = { files: Object.fromEntries([...files].map(([name, data]) => [name, { sha256: hex(data), size: data.length }])) };
  files.set('run.json', Buffer.from(JSON.stringify(run)));
  const all = new Map([...files].map(([name, data]) => [`data/assessment/${name}`, data]));
  for (const [name, { text }] of Object.entries(tables)) all.set(`data/text/${name.replace('.parquet', '')}.txt`, Buffer.from(text));
  return all;
}

const disclosed = () => {
  const salts = [1, 2].map((row) => [1, 2].map((column) => sha(`salt ${row} ${column}`)));
  const cells = [[cell(1), cell('fee')], [cell(2), cell('fee')]];
  const commitments = cells.map((row, i) => row.map((text, j) => sha(salts[i][j], text)));
  const table = { columns: ['line', 'payment'], rows: 2,
    root: root([leaf(Buffer.concat(commitments.map((row) => sha(...row))))]).toString('hex') };
  const document = {
    format: 'pbr-disclosure/1', contract: { id: 'c', version: '1', sha256: hex('a contract') }, engine: { name: 'pbr', version: '0' },
    complete_to: { a: '2015-06-30', b: null }, currency: 'GBP', tables: { 'payments.parquet': table },
  };
  const lines = [{ columns: table.columns, treatment: ['open', 'pseudonym'] },
    [[cells[0][0], salts[0][0].toString('hex')], ['0'.repeat(32), commitments[0][1].toString('hex')]],
    [[commitments[1][0].toString('hex')], [commitments[1][1].toString('hex')]]];
  return { document, jsonl: lines.map((line) => canonical(line) + '\n').join('') };
};

/** A pack, with a log and receipts if asked for. @returns {{files: Map<string, Buffer>, log: any}} */
function pack({ change, redacted = false, logged = false } = {}) {
  const { document, jsonl } = disclosed();
  const files = redacted ? new Map([['data/redacted/disclosure.json', Buffer.from(canonical(document))],
    ['data/redacted/contract.yaml', Buffer.from('a contract')], ['data/redacted/payments.jsonl', Buffer.from(jsonl)]]) : assessment(change);
  files.set('data/README.txt', Buffer.from('read'));
  files.set('data/ro-crate-metadata.json', Buffer.from('{}'));
  let log = null;
  const receipts = [];
  if (logged) {
    const plain = redacted ? assessment() : files;
    log = smallLog(0);
    log.entries = [];
    const tied = opened({ manifest: hex(plain.get('data/assessment/manifest.json')), run: hex(plain.get('data/assessment/run.json')) });
    const submission = opened({ files: [{ name: 'a.csv', table: null, sha256: hex('data'), size: 4 }] });
    const disclosure = opened(document);
    const approval = opened({ manifest: hex(plain.get('data/assessment/manifest.json')), line: null, reason: '' });
    log.add('contract', { terms: { id: 'c', version: '1', sha256: hex('a contract'), rules: [] } });
    log.add('submission', { commitment: submission.commitment });
    log.add('assessment', { submissions: [1], commitment: tied.commitment, disclosure: disclosure.commitment });
    log.add('approval', { assessment: 2, commitment: approval.commitment });
    const openings = [{}, { commitment: submission.opening }, redacted ? { disclosure: disclosure.opening } : { commitment: tied.opening },
      { commitment: approval.opening }];
    openings.forEach((opening, i) => {
      receipts.push(i);
      files.set(`data/receipts/${i}.tlog-proof`, log.receipt(i, opening));
    });
    for (const [name, data] of log.files()) files.set(`data/log/${name}`, data);
  }
  files.set('data/pack.json', Buffer.from(canonical({ format: 'pbr-pack/1', redacted, log: logged, receipts })));
  return { files: bag(files), log };
}

module.exports = { bag, hex, pack };
