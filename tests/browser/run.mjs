// node run.mjs SITES: every check on every site that make_sites.py wrote, then the check of the log, after each check was seen to fail.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as checks from './checks.mjs';
import { FAULTS, faulty } from './faults.mjs';
import { chromium, fileAddress, kindOf, launch, open, pagesOf, serve } from './harness.mjs';
import { checkLog } from './log.mjs';

const sites = process.argv[2];
const found = new Map(); // check -> findings
const asked = new Map(); // check -> on how many pages

function note(check, where, findings) {
  asked.set(check, (asked.get(check) ?? 0) + 1);
  if (!found.has(check)) found.set(check, []);
  for (const one of findings) found.get(check).push(`${where}: ${one}`);
}

/** Opens a page, asks, closes. */
async function on(browser, address, how, ask) {
  const { page, seen } = await open(browser, address, how);
  try {
    return await ask(page, seen);
  } finally {
    await page.close();
  }
}

/** The checks by their names. Each is given a page that is open, what was seen of it, and what it is: {browser, address, folder, path, html}. */
const CHECKS = {
  'html-validate': (page, seen, { html }) => checks.validate(html),
  links: (page, seen, { folder, path, html }) => checks.links(folder, path, html),
  own: checks.own,
  axe: checks.axe,
  quiet: (page, seen) => checks.quiet(seen),
  weight: (page, seen) => checks.light(seen.bytes),
  'axe, dark': async (page) => {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    const told = await checks.axe(page);
    await page.emulateMediaFeatures([]);
    return told;
  },
  'axe, phone': async (page) => {
    await page.setViewport({ width: 375, height: 812 });
    return checks.axe(page);
  },
  'first screen': checks.firstScreen,
  sideways: checks.sideways,
  keyboard: checks.keyboard,
  'skip link': checks.skip,
  'scripts off': async (page, seen, { browser, address }) => checks.sameWords(
    await checks.words(page), await on(browser, address, { scripts: false }, checks.words)),
};
const EVERY = ['html-validate', 'links', 'own', 'axe', 'first screen', 'sideways', 'quiet']; // each page
const OF_A_KIND = ['scripts off', 'html-validate', 'links', 'own', 'axe', 'axe, dark', 'axe, phone', 'first screen', 'sideways', 'quiet']; // the first of its kind
const KEYS = ['skip link', 'keyboard']; // and these, each on the page as it is when it was just opened
const FROM_A_FOLDER = ['own', 'axe', 'quiet'];

// Of each site which pages: all of them; or one of each kind, where another site has the same pages with other words; or one alone.
const ALL = () => true;
const SITES = { 'made-up': ALL, doncaster: ALL, hostile: (path, first) => first, 'without-log': (path) => path === 'check.html' };

async function site(browser, name) {
  const folder = join(sites, name);
  const server = await serve(folder);
  const kinds = new Set();
  const all = (at, names, words = '') => on(browser, at.address, {}, async (page, seen) => {
    for (const check of names) note(`${check}${words}`, `${name}/${at.path}`, await CHECKS[check](page, seen, at));
  });
  for (const path of pagesOf(folder)) {
    const at = { browser, folder, path, html: readFileSync(join(folder, path), 'utf8'), address: `${server.address}/${path}` };
    const first = !kinds.has(kindOf(path));
    kinds.add(kindOf(path));
    if (!SITES[name](path, first)) continue;
    await all(at, [...(path === 'index.html' ? ['weight'] : []), ...(first ? OF_A_KIND : EVERY)]);
    if (!first) continue;
    for (const check of KEYS) await all(at, [check]);
    await all({ ...at, address: fileAddress(folder, path) }, FROM_A_FOLDER, ', file://');
  }
  server.close();
}

/** Each check on a page with its fault. A check that says nothing of it is a finding. */
async function faults(browser) {
  const folder = mkdtempSync(join(tmpdir(), 'pbr-faults-'));
  cpSync(join(sites, 'without-log'), folder, { recursive: true });
  const good = readFileSync(join(folder, 'about-the-figures.html'), 'utf8');
  const server = await serve(folder);
  for (const [number, { check, says, fault }] of FAULTS.entries()) {
    const path = `fault-${number}.html`;
    const html = faulty(good, fault);
    writeFileSync(join(folder, path), html);
    const at = { browser, folder, path, html, address: `${server.address}/${path}` };
    const told = await on(browser, at.address, {}, (page, seen) => CHECKS[check](page, seen, at));
    const caught = told.some((one) => one.includes(says));
    note('faults', check, caught ? [] : [`a fault was not found (${says}); it said: ${told.join('; ').slice(0, 300) || 'nothing'}`]);
  }
  server.close();
  rmSync(folder, { recursive: true });
}

const browser = await launch();
console.log(`${await browser.version()}, ${chromium()}`);
const only = process.argv.slice(3);
try {
  if (!only.length || only.includes('faults')) await faults(browser);
  for (const name of Object.keys(SITES)) {
    if (!only.length || only.includes(name)) await site(browser, name);
  }
  if (!only.length || only.includes('log')) await checkLog(browser, sites, note);
} finally {
  await browser.close();
}
let wrong = 0;
for (const [check, times] of asked) {
  const findings = found.get(check);
  console.log(`${check.padEnd(24)} ${String(times).padStart(4)} times   ${findings.length ? `${findings.length} wrong` : 'nothing wrong'}`);
  for (const one of findings) console.log(`    ${one}`);
  wrong += findings.length;
}
process.exitCode = wrong ? 1 : 0;
