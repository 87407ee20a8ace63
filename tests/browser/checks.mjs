// The checks. Each takes what it looks at and gives findings in words, none where all is well. faults.mjs shows that each can fail.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import { HtmlValidate } from 'html-validate';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const WIDTHS = [320, 375, 768, 1280, 1920];
export const LIGHTEST = 100_000; // bytes over the wire that the first page and all it loads may come to

// What is left of html-validate's own set: all of it but what is a matter of taste or of a browser older than any.
const VALIDATE = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: { 'require-sri': 'off' }, // the scripts lie beside the page; integrity cannot be asked for from file://
});

/** axe-core: WCAG 2.2 A and AA, and best practices. It reads no files itself (preload): the page's policy would forbid it. */
export async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const answer = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false });
    return answer.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`);
  }, TAGS);
  return found;
}

/** html-validate on the bytes of the page. */
export async function validate(html) {
  const report = await VALIDATE.validateString(html);
  return report.results.flatMap((one) => one.messages).filter((one) => one.severity === 2)
    .map((one) => `${one.ruleId} (${one.line}:${one.column}): ${one.message}`);
}

/** What axe does not ask: tables, charts, figures. */
export function own(page) {
  return page.evaluate(() => {
    const found = [];
    const called = (element) => element.querySelector('caption')?.textContent.trim().slice(0, 60) || 'a table';
    const text = (element) => element.textContent.trim();
    for (const table of document.querySelectorAll('table')) {
      const name = called(table);
      if (!text(table.querySelector('caption') ?? document.createElement('i'))) found.push('a table has no caption');
      const heads = table.querySelectorAll('thead tr');
      if (heads.length !== 1) found.push(`${name}: ${heads.length} rows of heads, and not one`);
      if (table.querySelector('[colspan], [rowspan]')) found.push(`${name}: merged cells`);
      for (const cell of table.querySelectorAll('thead th')) if (cell.scope !== 'col') found.push(`${name}: the head ${text(cell)} has no scope="col"`);
      for (const cell of table.querySelectorAll('th, td')) if (!text(cell)) found.push(`${name}: a blank cell`);
      if (table.querySelector('thead td')) found.push(`${name}: a head that is no th`);
      const columns = heads[0]?.children.length;
      for (const row of table.querySelectorAll('tbody tr')) {
        if (row.children.length !== columns) found.push(`${name}: a row of ${row.children.length} cells under ${columns} heads`);
        if (row.firstElementChild?.tagName !== 'TH' || row.firstElementChild.scope !== 'row') found.push(`${name}: a row whose first cell is no head with scope="row"`);
      }
      for (const cell of table.querySelectorAll('td.number')) if (!['right', 'end'].includes(getComputedStyle(cell).textAlign)) found.push(`${name}: a number that is not set to the right`);
    }
    for (const svg of document.querySelectorAll('svg')) {
      if (svg.parentElement.closest('svg') && svg.getAttribute('aria-hidden') === 'true') continue; // a part of a chart that speaks for it
      const [title, desc] = [svg.querySelector(':scope > title'), svg.querySelector(':scope > desc')];
      if (!title || !text(title)) found.push('a chart without a title');
      if (!desc || !text(desc)) found.push('a chart without a description');
      if (svg.getAttribute('role') !== 'img') found.push('a chart that is not said to be an image');
      const names = `${svg.getAttribute('aria-labelledby') ?? ''} ${svg.getAttribute('aria-describedby') ?? ''}`.split(' ').filter(Boolean);
      if (names.some((id) => !document.getElementById(id))) found.push('a chart is labelled by what is not there');
      const around = svg.closest('section, article') ?? document.body;
      if (!around.querySelector('table')) found.push(`the chart ${title ? text(title).slice(0, 60) : ''} has no table beside it`);
      if (!svg.closest('figure')) found.push('a chart that is in no figure');
    }
    for (const image of document.querySelectorAll('img, canvas, object, iframe, video')) found.push(`a ${image.tagName.toLowerCase()}: the site has none`);
    if (document.querySelectorAll('h1').length !== 1) found.push('not exactly one h1');
    if (!document.documentElement.lang) found.push('the page has no language');
    for (const id of document.querySelectorAll('[aria-labelledby], [aria-describedby]')) {
      const names = `${id.getAttribute('aria-labelledby') ?? ''} ${id.getAttribute('aria-describedby') ?? ''}`.split(' ').filter(Boolean);
      for (const one of names) if (!document.getElementById(one)) found.push(`something is labelled by #${one}, which is not there`);
    }
    return [...new Set(found)];
  });
}

/** With the keyboard alone: the skip link works, and Tab reaches everything, in order, and shows where it is. */
export async function keyboard(page) {
  const found = [];
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
    globalThis.wanted = all.filter((one) => !one.disabled && one.checkVisibility());
    return globalThis.wanted.length;
  });
  const reached = [];
  for (let i = 0; i < wanted; i++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => {
      const here = document.activeElement;
      const style = getComputedStyle(here);
      const box = here.getBoundingClientRect();
      return {
        at: globalThis.wanted.indexOf(here),
        shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
        what: here.outerHTML.slice(0, 80),
        top: Math.round(box.top),
      };
    }));
  }
  const order = reached.map(({ at }) => at);
  if (!order.every((at, i) => at === i)) {
    const missed = order.findIndex((at, i) => at !== i);
    found.push(`Tab number ${missed + 1} goes to ${order[missed] < 0 ? 'something else' : `number ${order[missed] + 1}`} of ${wanted}: ${reached[missed].what}`);
  }
  for (const one of reached) {
    if (!one.shown) found.push(`no visible focus: ${one.what}`);
    if (!one.seen) found.push(`what has the focus is out of sight: ${one.what}`);
  }
  return [...new Set(found)].slice(0, 5);
}

/** The skip link is the first thing that Tab reaches, it can be seen then, and what follows it is in main. */
export async function skip(page) {
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => {
    const here = document.activeElement;
    const box = here.getBoundingClientRect();
    return { goes: here.getAttribute('href'), seen: box.top >= 0 && box.left >= 0 && box.height > 10 };
  });
  if (first.goes !== '#main') return [`the first thing that Tab reaches is no skip link: ${first.goes}`];
  if (!first.seen) return ['the skip link cannot be seen when it has the focus'];
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const inside = await page.evaluate(() => document.activeElement === document.body || document.querySelector('main').contains(document.activeElement)
    || !document.querySelector('main').querySelector('a[href], button, [tabindex="0"]'));
  return inside ? [] : ['after the skip link Tab goes to something outside main'];
}

/** On a phone the five questions of an assessment are answered without scrolling. A page without them has nothing to be asked. */
export async function firstScreen(page) {
  await page.setViewport({ width: 375, height: 812 });
  return page.evaluate(() => {
    const five = document.querySelector('.five');
    const end = five ? Math.ceil(five.getBoundingClientRect().bottom + scrollY) : 0;
    return end > innerHeight ? [`the answers end ${end - innerHeight} px below the first screen of a phone`] : [];
  });
}

/** Sideways scroll at each width; what scrolls by itself must be reachable by keyboard and have a name. */
export async function sideways(page) {
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    found.push(...await page.evaluate((width) => {
      const root = document.scrollingElement;
      const told = [];
      if (root.scrollWidth > width) {
        const wide = [...document.querySelectorAll('body *')].find((one) => one.getBoundingClientRect().right > width + 1 && !one.closest('.scroll'));
        told.push(`${width} px: the page is ${root.scrollWidth} px wide${wide ? ` (${wide.outerHTML.slice(0, 80)})` : ''}`);
      }
      for (const one of document.querySelectorAll('body *')) {
        const overflow = getComputedStyle(one).overflowX;
        if (['auto', 'scroll'].includes(overflow) && one.scrollWidth > one.clientWidth + 1) {
          const named = one.getAttribute('aria-label') || one.getAttribute('aria-labelledby');
          if (one.tabIndex !== 0 || !named) told.push(`${width} px: a part scrolls that no keyboard reaches, or has no name: ${one.outerHTML.slice(0, 80)}`);
        }
      }
      return told;
    }, width));
  }
  return found;
}

/** All the words of a page that can be seen, but those of the part that only scripts can fill. */
export function words(page) {
  return page.evaluate(() => {
    const part = document.getElementById('check');
    const text = document.body.innerText;
    return (part ? text.replace(part.innerText, '') : text).replace(/\s+/g, ' ').trim();
  });
}

/** The same words with scripts on and off. */
export const sameWords = (on, off) => (on === off ? [] : [`with scripts off the page says something else: ${on.length} and ${off.length} characters`]);

/** What a page that was opened did: no errors, no other host. */
export function quiet(seen) {
  return [...seen.errors.map((one) => `an error: ${one}`), ...seen.elsewhere.map((one) => `a request to another host: ${one}`)];
}

export const light = (bytes) => (bytes > 0 && bytes <= LIGHTEST ? [] : [`the first page comes to ${bytes.toLocaleString('en-GB')} bytes over the wire; at most ${LIGHTEST.toLocaleString('en-GB')}`]);

/** Every link leads somewhere in the site, to a part that is there. */
export function links(folder, path, html) {
  const found = [];
  for (const [, target] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
    if (target === 'data:,') continue;
    if (/^[a-z]+:|^\//i.test(target)) {
      found.push(`a link that leaves the site: ${target}`);
      continue;
    }
    const [file, part] = target.split('#');
    const there = file ? posix.join(posix.dirname(path), file) : path;
    const place = join(folder, there);
    if (!existsSync(place)) found.push(`a link to what is not there: ${target}`);
    else if (part && !readFileSync(place, 'utf8').includes(` id="${part}"`)) found.push(`a link to a part that is not there: ${target}`);
  }
  return found;
}
