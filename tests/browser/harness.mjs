// A browser, a plain static server, and the pages of a folder. Nothing is fetched from anywhere else: a request to another host is a finding.
import { createServer } from 'node:http';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const KINDS = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is on this machine; null where it is not. */
export function chromium() {
  return [process.env.PBR_CHROMIUM, ...PLACES].find((place) => place && existsSync(place)) ?? null;
}

export function launch() {
  return puppeteer.launch({
    executablePath: chromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
    protocolTimeout: 600_000,
  });
}

/** Serves the folder as any plain server does: bytes of files, no compression. Gives its address. */
export async function serve(folder) {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    const path = resolve(join(root, decodeURIComponent(new URL(request.url, 'http://x').pathname)));
    const inside = path === root || path.startsWith(root + sep);
    if (!inside || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end('not there');
      return;
    }
    const data = readFileSync(path);
    response.writeHead(200, { 'Content-Type': KINDS[extname(path)] ?? 'application/octet-stream', 'Content-Length': data.length });
    response.end(data);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The pages of a site, by their path in it. */
export function pagesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.html'))
    .sort();
}

/** What kind of page it is: one of each is looked at where looking at all would only say the same again. */
export function kindOf(path) {
  const parts = path.split('/');
  if (parts.length === 1) return path;
  return (parts.length === 3 ? 'contract/' : 'assessment/') + parts.at(-1).replace(/\d+/g, 'N');
}

export const fileAddress = (folder, path) => pathToFileURL(join(resolve(folder), path)).href;
export const pathIn = (folder, place) => relative(folder, place).split(sep).join('/');

/**
 * Opens a page and gathers what happens: errors, requests to other hosts, bytes over the wire.
 * @param {{scripts?: boolean, width?: number, height?: number, dark?: boolean}} how
 */
export async function open(browser, address, how = {}) {
  const page = await browser.newPage();
  const seen = { errors: [], elsewhere: [], bytes: 0 };
  const own = address.startsWith('file:') ? 'file://' : new URL(address).origin;
  page.on('console', (said) => {
    if (['error', 'warn'].includes(said.type())) seen.errors.push(said.text());
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('requestfailed', (request) => seen.errors.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(own) && !request.url().startsWith('data:')) seen.elsewhere.push(request.url());
  });
  const session = await page.createCDPSession();
  await session.send('Network.enable');
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    seen.bytes += encodedDataLength;
  });
  if (how.scripts === false) await page.setJavaScriptEnabled(false);
  if (how.dark) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  await page.setViewport({ width: how.width ?? 1280, height: how.height ?? 900 });
  await page.goto(address, { waitUntil: 'load' });
  return { page, seen };
}
