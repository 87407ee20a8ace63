'use strict';
/*
 * Runs verify.js, which lies beside this file, on the log that the site carries (log.js), and says in words what came of it.
 * Nothing leaves the reader's machine. Nothing is written into the page but text.
 */
(function () {

const MOST = 50; // findings that are shown
const TIMED = 100; // signatures that are timed first: enough for the browser to have made its code of them
const find = (id) => document.getElementById(id);

/** What a class of findings means, for people. */
const CLASSES = {
  checkpoint: 'The newest checkpoint cannot be read, so nothing else could be checked',
  unsigned: 'A checkpoint is not signed by the log',
  signature: 'A signature does not verify',
  file: 'A file is missing, or is not what it must be',
  entry: 'An entry was altered, or is not the one that the tree of hashes has there',
  root: 'The entries are not those that the checkpoint was signed for',
  origin: 'This is another log than the one that was kept',
  rollback: 'The log is shorter than it was',
  history: 'An entry is not the one that was there before',
  form: 'An entry is not written as it must be',
  time: 'An entry says an earlier time than the one before it',
  references: 'An entry refers to what it may not refer to',
  signer: 'An entry was signed by somebody who might not',
  'time-ahead': 'An entry says a later time than that at which a witness saw it',
  'back-dated': 'An entry was dated back',
};

function node(tag, text, name) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = name;
  return made;
}

function list(items) {
  const made = node('ul');
  for (const item of items) made.append(node('li', item));
  return made;
}

/** Puts the answer on the page: a verdict, good or bad or neither, and what follows it. */
function say(name, verdict, ...rest) {
  const answer = find('answer');
  answer.className = `verdict ${name}`;
  answer.replaceChildren(node('h3', verdict), ...rest);
}

const count = (number, one, more) => `${number.toLocaleString('en-GB')} ${number === 1 ? one : more}`;

function inWords(finding) {
  const place = [finding.entry === undefined ? '' : `entry ${finding.entry}`, finding.file === undefined ? '' : `file ${finding.file}`];
  const where = place.filter((text) => text).join(', ');
  return `${CLASSES[finding.class] ?? finding.class}${where ? ` (${where})` : ''}: ${finding.says}.`;
}

/** Where this site says another state of an assessment than the log. */
function otherStates(answer) {
  const states = new Map(answer.assessments.map(({ entry, state }) => [String(entry), state]));
  const told = [];
  for (const cell of document.querySelectorAll('[data-entry]')) {
    const { entry, state } = cell.dataset;
    if (!states.has(entry)) told.push(`This site says that entry ${entry} is an assessment; in the log it is none.`);
    else if (states.get(entry) !== state) told.push(`This site says that entry ${entry} is ${state}; the log says ${states.get(entry)}.`);
  }
  return told;
}

function show(answer, seconds, trusted) {
  const wrong = [...answer.findings.map(inWords), ...otherStates(answer)];
  const notes = [node('h4', 'What the verifier adds'), list(answer.notes)];
  if (wrong.length) {
    const more = wrong.length > MOST ? [`and ${wrong.length - MOST} more`] : [];
    say('bad', `Do not rely on this log: ${count(wrong.length, 'thing is', 'things are')} wrong.`, list([...wrong.slice(0, MOST), ...more]), ...notes);
    return;
  }
  const size = count(answer.size, 'entry', 'entries');
  const states = document.querySelectorAll('[data-entry]').length;
  const checked = [
    `${size} of ${answer.origin}: the form, time, references, signer and Ed25519 signature of each, and every file of the tree.`,
    `The root is the one that the checkpoint was signed for: ${answer.root}.`,
    `${count(answer.assessments.length, 'assessment is', 'assessments are')} in the log. `
      + (states ? `The state of ${states === 1 ? 'the one' : `the ${states}`} that this site names is what the log says.` : 'This site names no entry.'),
    `It took ${seconds < 1 ? 'less than a second' : count(Math.round(seconds), 'second', 'seconds')}.`,
  ];
  const verdict = answer.verdict === 'verified' ? 'Nothing is wrong, and those whom your policy trusts stand by all of it.'
    : 'Nothing is wrong with this log.';
  const rest = [node('h4', 'What was checked'), list(checked)];
  if (!trusted) rest.push(node('p', 'It was judged by the policy that lies with the log itself, which says nothing against the log’s owner. Give a policy of your own to rule that out.'));
  say('good', verdict, ...rest, ...notes);
}

/** The log's files, once the script that holds them has run. Refuses what is no base64. */
function carried() {
  const files = {};
  for (const [path, text] of Object.entries(globalThis.carriedLog)) files[path] = pbrVerify.fromBase64(text);
  return files;
}

/** How long the signatures will take on this machine, in seconds. One is asked about often: the first times are slower, as those of a log are. */
function guess(files) {
  const head = pbrVerify.parseCheckpoint(files.checkpoint);
  const [key, message, signature] = [new Uint8Array([0x58, ...Array(31).fill(0x66)]), new Uint8Array(1000), new Uint8Array(64).fill(5)];
  const begun = performance.now();
  for (let i = 0; i < TIMED; i++) pbrVerify.plainEd25519(key, message, signature);
  return ((performance.now() - begun) / TIMED / 1000) * head.size;
}

async function given(id) {
  const file = find(id).files[0];
  return file ? new Uint8Array(await file.arrayBuffer()) : null;
}

const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));

function load(address) {
  return new Promise((done, failed) => {
    if (globalThis.carriedLog) return done();
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => (globalThis.carriedLog ? done() : failed(new Error(`${address} cannot be read: it was altered, or cut off`)));
    script.onerror = () => failed(new Error(`${address} is not there`));
    document.head.append(script);
  });
}

async function check() {
  say('', 'Reading the log…');
  await load(find('check').dataset.log);
  const files = carried();
  const [policy, kept] = [await given('policy'), await given('kept')];
  const options = { policy: policy && pbrVerify.parsePolicy(policy), kept: kept ? [pbrVerify.parseKept(kept, null)] : [] };
  let wait = 0;
  try {
    wait = Math.round(guess(files));
  } catch {} // a checkpoint that cannot be read is what the verifier will say
  say('', wait < 3 ? 'Checking…' : `Checking: about ${wait} seconds. The page does not answer meanwhile.`);
  await painted();
  const begun = performance.now();
  const answer = pbrVerify.checkLog(pbrVerify.mapFiles(files), options).toJSON();
  show(answer, (performance.now() - begun) / 1000, policy !== null);
}

find('no-scripts').hidden = true;
find('with-scripts').hidden = false;
find('start').addEventListener('click', async () => {
  const button = find('start');
  button.disabled = true;
  try {
    await check();
  } catch (error) {
    say('bad', 'The check could not be done.', node('p', `${error.message}.`));
  }
  button.disabled = false;
  find('answer').focus();
});

})();
