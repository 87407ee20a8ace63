// For each check a page that fails it: a good page with one fault put in. A check that finds nothing there is broken itself.
// What follows </main> stays valid, so that each fault is the only one. `with` replaces `put`; the check's name is that in run.mjs.

const into = (text) => ({ put: '</main>', with: `${text}</main>` });
const table = (inner) => into(`<section>${inner}</section>`);
const whole = '<thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody><tr><th scope="row">a</th><td>b</td></tr></tbody>';
const svg = (inner, role = ' role="img"') => into(`<section><figure><svg viewBox="0 0 9 9"${role}>${inner}</svg><figcaption>It</figcaption></figure></section>`);

export const FAULTS = [
  { check: 'axe', says: 'color-contrast', fault: into('<p style="color:#999;background:#fff">Hard to read, but there</p>') },
  { check: 'axe', says: 'heading-order', fault: into('<h6>Out of order</h6>') },
  { check: 'axe', says: 'link-name', fault: into('<a href="index.html"></a>') },
  { check: 'axe', says: 'html-has-lang', fault: { put: /<html lang="[^"]*">/, with: '<html>' } },
  { check: 'axe', says: 'landmark', fault: { put: '<main', with: '<div><main', also: { put: '</main>', with: '</main><main>Twice</main></div>' } } },
  { check: 'html-validate', says: 'close-order', fault: into('<p><b>Not closed</p>') },
  { check: 'html-validate', says: 'no-dup-id', fault: into('<p id="main">Twice</p>') },
  { check: 'html-validate', says: 'element-permitted-content', fault: into('<ul><p>No item</p></ul>') },
  { check: 'own', says: 'has no caption', fault: table(`<table>${whole}</table>`) },
  { check: 'own', says: 'rows of heads', fault: table('<table><caption>C</caption><tbody><tr><th scope="row">a</th></tr></tbody></table>') },
  { check: 'own', says: 'merged cells', fault: table(`<table><caption>C</caption>${whole.replace('<td>', '<td colspan="1">')}</table>`) },
  { check: 'own', says: 'no scope', fault: table(`<table><caption>C</caption>${whole.replace(' scope="col"', '')}</table>`) },
  { check: 'own', says: 'a blank cell', fault: table(`<table><caption>C</caption>${whole.replace('<td>b', '<td> ')}</table>`) },
  { check: 'own', says: 'cells under', fault: table(`<table><caption>C</caption>${whole.replace('<td>b</td>', '')}</table>`) },
  { check: 'own', says: 'first cell is no head', fault: table(`<table><caption>C</caption>${whole.replace('<th scope="row">a</th>', '<td>a</td>')}</table>`) },
  { check: 'own', says: 'not set to the right', fault: table(`<table><caption>C</caption>${whole.replace('<td>', '<td class="number" style="text-align:left">')}</table>`) },
  { check: 'own', says: 'without a title', fault: svg('<desc>D</desc>') },
  { check: 'own', says: 'without a description', fault: svg('<title>T</title>') },
  { check: 'own', says: 'no table beside it', fault: svg('<title>T</title><desc>D</desc>') },
  { check: 'own', says: 'not said to be an image', fault: svg('<title>T</title><desc>D</desc>', '') },
  { check: 'own', says: 'in no figure', fault: into('<section><svg viewBox="0 0 9 9" role="img"><title>T</title><desc>D</desc></svg></section>') },
  { check: 'own', says: 'a img', fault: into('<img alt="A picture" src="data:,">') },
  { check: 'own', says: 'not exactly one h1', fault: into('<h1>Again</h1>') },
  { check: 'own', says: 'labelled by', fault: into('<section aria-labelledby="nowhere">Text</section>') },
  { check: 'keyboard', says: 'Tab number', fault: into('<a href="index.html" tabindex="-1">Out of reach</a>') },
  { check: 'keyboard', says: 'Tab number', fault: into('<a href="index.html" tabindex="5">Before all others</a>') },
  { check: 'keyboard', says: 'no visible focus', fault: into('<a href="index.html" style="outline:none">Not shown</a>') },
  { check: 'keyboard', says: 'out of sight', fault: into('<a href="index.html" style="position:absolute;left:-999px">Out of sight</a>') },
  { check: 'skip link', says: 'no skip link', fault: { put: /<a class="skip" href="#main">|<a href="#main" class="skip">/, with: '<a class="skip" href="#foot">' } },
  { check: 'skip link', says: 'cannot be seen', fault: { put: /class="skip"/, with: 'class="skip" style="top:-999px"' } },
  { check: 'skip link', says: 'outside main', fault: { put: 'id="main"', with: 'id="elsewhere"', also: { put: '</body>', with: '<p id="main"><a href="index.html">After</a></p></body>' } } },
  { check: 'scripts off', says: 'something else', fault: into('<p id="late">Early</p><script>document.getElementById("late").textContent = "Late";</script>') },
  { check: 'first screen', says: 'below the first screen', fault: into('<div class="five"><p style="padding-top:60rem">Too far down</p></div>') },
  { check: 'sideways', says: '320 px: the page is', fault: into('<div style="width:400px">Too wide for a small phone</div>') },
  { check: 'sideways', says: '1920 px: the page is', fault: into('<div style="width:2400px">Too wide for all</div>') },
  { check: 'sideways', says: 'no keyboard reaches', fault: into('<div style="overflow-x:auto"><div style="width:2400px">It scrolls</div></div>') },
  { check: 'weight', says: 'over the wire', fault: into(`<p>${'a word '.repeat(15_000)}</p>`) },
  { check: 'quiet', says: 'another host', fault: into('<img alt="" src="http://elsewhere.invalid/counter">') },
  { check: 'quiet', says: 'an error', fault: into('<script>console.error("wrong")</script>') },
  { check: 'quiet', says: 'an error', fault: into('<script>throw new Error("thrown")</script>') },
  { check: 'quiet', says: 'an error', fault: into('<img alt="" src="not-there.png">') },
  { check: 'links', says: 'leaves the site', fault: into('<a href="https://elsewhere.invalid/">Away</a>') },
  { check: 'links', says: 'what is not there', fault: into('<a href="nowhere.html">Gone</a>') },
  { check: 'links', says: 'a part that is not there', fault: into('<a href="#nowhere">Gone</a>') },
];

/** The page with its fault. The policy that would keep the fault out is taken away, since it is the check that is looked at. */
export function faulty(html, { put, with: text, also }) {
  const made = html.replace(put, () => text);
  if (made === html) throw new Error(`the fault does not fit the page any more: ${put}`);
  return also ? faulty(made, also) : made.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
}
