// What is wrong with how the page lies in its window: a list of sentences. The body of a function.
const findings = [];
const INTERACTIVE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"]),'
  + '[role=button], [role=tab], [role=option], [role=menuitem], [role=slider], [role=switch], [role=checkbox], [role=radio], [role=treeitem]';
const LEAST = 24;
const NEAR = 1.5;

const named = element => {
  const id = element.id ? `#${element.id}` : '';
  const data = ['stage', 'wire', 'template', 'command', 'look', 'port', 'bar'].filter(key => key in element.dataset).map(key => `[data-${key}="${element.dataset[key]}"]`);
  const classes = id || data.length ? '' : [...element.classList].map(name => `.${name}`).join('');
  const text = (element.getAttribute('aria-label') || element.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 40);
  return `${element.localName}${id}${data.join('')}${classes} “${text}”`;
};
const box = element => element.getBoundingClientRect();
const style = element => getComputedStyle(element);
// For readers alone, or not shown at all.
const hidden = element => !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  || !!element.closest('.for-readers, [inert]') || box(element).width < 2 || box(element).height < 2;
const ancestors = element => {
  const found = [];
  for (let at = element.parentElement; at; at = at.parentElement) found.push(at);
  return found;
};
const clips = (element, axis) => ['hidden', 'clip', 'auto', 'scroll'].includes(style(element)[axis]);
const scrolls = (element, axis) => ['auto', 'scroll'].includes(style(element)[axis]);
// The canvas is a window on a larger ground: what is beyond its edge is reached by moving it.
const ground = element => !!element.closest('.canvas');

// The part of a box that is not cut off by what it stands in.
const seen = element => {
  let { left, top, right, bottom } = box(element);
  for (const ancestor of ancestors(element)) {
    if (ancestor === document.documentElement || ancestor === document.body) continue;
    const edge = box(ancestor);
    if (clips(ancestor, 'overflowX')) { left = Math.max(left, edge.left); right = Math.min(right, edge.right); }
    if (clips(ancestor, 'overflowY')) { top = Math.max(top, edge.top); bottom = Math.min(bottom, edge.bottom); }
  }
  return { left: Math.max(left, 0), top: Math.max(top, 0), right: Math.min(right, innerWidth), bottom: Math.min(bottom, innerHeight) };
};

// 1. The page itself does not scroll.
const root = document.documentElement;
if (Math.max(root.scrollWidth, document.body.scrollWidth) > root.clientWidth + 1)
  findings.push(`the page is ${root.scrollWidth} px wide in a window of ${root.clientWidth}`);
if (Math.max(root.scrollHeight, document.body.scrollHeight) > root.clientHeight + 1)
  findings.push(`the page is ${root.scrollHeight} px high in a window of ${root.clientHeight}`);

// 2. Everything that can be pressed: large enough, to be reached, and not below something else.
const layer = [...document.querySelectorAll('[aria-modal=true], dialog[open]')].filter(element => !hidden(element)).pop() ?? document;
for (const element of layer.querySelectorAll(INTERACTIVE)) {
  if (hidden(element)) continue;
  const label = element.closest('label') ?? (element.id ? document.querySelector(`label[for="${element.id}"]`) : null);
  const sizes = [element, label].filter(Boolean).map(part => {
    const zoomed = ground(part) && part instanceof HTMLElement;
    return { width: Math.max(box(part).width, zoomed ? part.offsetWidth : 0), height: Math.max(box(part).height, zoomed ? part.offsetHeight : 0) };
  });
  const least = { width: Math.max(...sizes.map(size => size.width)), height: Math.max(...sizes.map(size => size.height)) };
  const inText = element.localName === 'a' && style(element).display === 'inline';
  if (!inText && (least.width < LEAST - 0.5 || least.height < LEAST - 0.5))
    findings.push(`${named(element)} is ${least.width.toFixed(0)}×${least.height.toFixed(0)} px, less than ${LEAST}`);
  const scroller = ancestors(element).some(ancestor => scrolls(ancestor, 'overflowY') || scrolls(ancestor, 'overflowX'));
  const part = seen(element);
  if (part.right - part.left < 4 || part.bottom - part.top < 4) {
    if (!scroller && !ground(element)) findings.push(`${named(element)} is out of the window and nothing scrolls to it`);
    continue;
  }
  if (style(element).pointerEvents === 'none' || element.disabled) continue;
  const top = document.elementFromPoint((part.left + part.right) / 2, (part.top + part.bottom) / 2);
  const own = top && (element.contains(top) || top.contains(element) && !top.matches(INTERACTIVE) || label?.contains(top));
  const beside = ground(top ?? element) || !!top?.matches('[role=separator]');
  if (top && !own && !(ground(element) && beside)) findings.push(`${named(element)} is covered by ${named(top)}`);
}

// 3. No text is cut without a sign of it.
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const range = document.createRange();
const told = new Set();
for (let text = walker.nextNode(); text; text = walker.nextNode()) {
  const parent = text.parentElement;
  // What is shown only where there is room for it says so.
  if (!text.data.trim() || hidden(parent) || parent.closest('[data-spare]') || ['SCRIPT', 'STYLE', 'OPTION', 'TITLE', 'TEXTAREA'].includes(parent.tagName)) continue;
  range.selectNodeContents(text);
  const words = range.getBoundingClientRect();
  if (!words.width || !words.height) continue;
  for (const clipper of [parent, ...ancestors(text.parentElement)]) {
    if (clipper.matches('.canvas, body, html')) break;
    if (!(clipper instanceof HTMLElement)) continue;
    const how = style(clipper);
    // What says so itself, or can be scrolled, is not lost; nor is anything further out.
    if (how.textOverflow === 'ellipsis' || how.webkitLineClamp !== 'none') break;
    const edge = box(clipper);
    const hide = axis => ['hidden', 'clip'].includes(how[axis]);
    if (scrolls(clipper, 'overflowX') && scrolls(clipper, 'overflowY')) break;
    const wide = hide('overflowX') && (words.right > edge.right + NEAR || words.left < edge.left - NEAR);
    // Glyph boxes are higher than the line that they are set on.
    const high = hide('overflowY') && (words.bottom > edge.bottom + 4 || words.top < edge.top - 4);
    if ((wide || high) && !told.has(clipper)) {
      told.add(clipper);
      findings.push(`“${text.data.trim().slice(0, 40)}” in ${named(parent)} is cut ${wide ? 'at the side' : 'above or below'} by ${named(clipper)}`);
    }
    if (scrolls(clipper, 'overflowY') && !wide) break;
  }
}
return findings.slice(0, 40);
