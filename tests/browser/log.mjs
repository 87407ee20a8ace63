// The check of the log, pressed as a reader presses it: from a server and from a folder, on a good log, on tampered ones, on a large one.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileAddress, open, serve } from './harness.mjs';

const MOST = 30; // seconds that a log of 10,000 entries may take on the machine of the tests; what it took is printed

/** Presses the button and waits for an answer. `prepare`: what a reader does before. */
async function press(browser, address, prepare = async () => {}) {
  const { page, seen } = await open(browser, address);
  try {
    await prepare(page);
    const begun = performance.now();
    await page.click('#start');
    await page.waitForFunction(() => /good|bad/.test(document.getElementById('answer').className), { timeout: 300_000, polling: 100 });
    const [name, text, colour, focused] = await page.evaluate(() => {
      const answer = document.getElementById('answer');
      return [answer.className, answer.innerText, getComputedStyle(answer.querySelector('h3')).color, document.activeElement === answer];
    });
    return { good: name.includes('good'), bad: name.includes('bad'), text, colour, focused, seen, seconds: (performance.now() - begun) / 1000 };
  } finally {
    await page.close();
  }
}

/** A copy of the site, changed. */
function changed(folder, path, change) {
  const copy = mkdtempSync(join(tmpdir(), 'pbr-tampered-'));
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, path), change(readFileSync(join(copy, path), 'utf8')));
  return copy;
}

/** One bit of one byte of one file of the embedded log. */
const flip = (path, at) => (script) => {
  const files = JSON.parse(script.slice('globalThis.carriedLog='.length, script.lastIndexOf(';')));
  const data = Buffer.from(files[path], 'base64');
  data[at < 0 ? data.length + at : at] ^= 1;
  files[path] = data.toString('base64');
  return `globalThis.carriedLog=${JSON.stringify(files)};\n`;
};
const script = 'check/log.js';
const bundle = 'tile/entries/000.p/12';

export async function checkLog(browser, sites, note) {
  const folder = join(sites, 'made-up');
  const expect = (where, answer, good, ...parts) => {
    const told = [];
    if (good ? !answer.good : !answer.bad) told.push(`it says: ${answer.text.slice(0, 200)}`);
    for (const part of parts) if (!answer.text.includes(part)) told.push(`it does not say “${part}”: ${answer.text.slice(0, 400)}`);
    if (!answer.focused) told.push('the answer has not got the focus');
    const [red, green] = answer.colour.match(/\d+/g).map(Number);
    if (good ? green <= red : red <= green) told.push(`the colour of the answer is ${answer.colour}`);
    for (const one of [...answer.seen.errors, ...answer.seen.elsewhere]) told.push(`it also did: ${one}`);
    note('check of the log', where, told);
  };
  const server = await serve(folder);
  for (const address of [`${server.address}/check.html`, fileAddress(folder, 'check.html')]) {
    const where = address.split(':')[0];
    expect(where, await press(browser, address), true, 'Nothing is wrong with this log.', '12 entries', 'says nothing against the log’s owner', 'this site names is what the log says');
    const policy = async (page) => (await page.$('#policy')).uploadFile(join(folder, 'log/policy'));
    expect(`${where}, own policy`, await press(browser, address, policy), true, 'those whom your policy trusts stand by all of it');
    const kept = async (page) => (await page.$('#kept')).uploadFile(join(folder, 'log/cosigned/6'));
    expect(`${where}, kept`, await press(browser, address, kept), true, 'compared with a view kept at size 6');
    const nonsense = async (page) => (await page.$('#policy')).uploadFile(join(folder, 'style.css'));
    expect(`${where}, no policy`, await press(browser, address, nonsense), false, 'The check could not be done.');
  }
  const { page } = await open(browser, `${server.address}/check.html`, { scripts: false });
  const without = await page.evaluate(() => ['start', 'no-scripts', 'commands'].map((id) => document.getElementById(id).checkVisibility()).join());
  await page.close();
  note('check of the log', 'scripts off', without === 'false,true,true' ? [] : [`button, notice and commands are shown: ${without}`]);
  server.close();
  const tampered = [
    ['an entry', flip(bundle, 700), 'An entry was altered'],
    ['the last byte of the entries', flip(bundle, -1), 'An entry was altered'],
    ['a hash', flip('tile/0/000.p/12', 40), 'entry 1'],
    ['the checkpoint', flip('checkpoint', 27), ''],
    ['a signature', flip('checkpoint', -10), ''],
    ['what a witness signed', flip('cosigned/6', 25), ''],
    ['a file left out', (text) => text.replace(/^"tile\/0\/.*\n/m, ''), 'file tile/0/000.p/12'],
    ['a script that is cut off', (text) => text.slice(0, -20), 'cannot be read'],
    ['no base64', (text) => text.replace('":"', '":"!'), 'not base64'],
  ];
  for (const [what, change, says] of tampered) {
    const copy = changed(folder, script, change);
    const answer = await press(browser, fileAddress(copy, 'check.html'));
    if (what.includes('cut off')) answer.seen.errors.length = 0; // the browser says so too
    expect(`tampered: ${what}`, answer, false, says);
    rmSync(copy, { recursive: true });
  }
  const other = changed(folder, 'check.html', (html) => html.replace(/data-state="[a-z]+"/, 'data-state="challenged"'));
  expect('another state', await press(browser, fileAddress(other, 'check.html')), false, 'is challenged; the log says');
  rmSync(other, { recursive: true });
  const large = await press(browser, fileAddress(join(sites, 'large-log'), 'check.html'));
  expect('10,000 entries', large, true, '10,000 entries');
  console.log(`a log of 10,000 entries took ${large.seconds.toFixed(1)} seconds in this browser on this machine`);
  if (large.seconds > MOST) note('check of the log', '10,000 entries', [`it took ${large.seconds.toFixed(0)} seconds`]);
}
