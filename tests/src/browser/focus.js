// The element that has the focus now: its name, what is wrong with it, and whether it was met before, and is the first then. The body of a function.
const element = document.activeElement;
// Between the last and the first.
if (!element || element === document.body || element === document.documentElement) return { between: true };
window.metByTab ??= new Set();
window.firstByTab ??= element;
const id = element.id ? `#${element.id}` : [...element.classList].map(name => `.${name}`).join('');
const data = Object.entries(element.dataset).map(([key, value]) => `[data-${key}="${value}"]`).join('');
const text = (element.getAttribute('aria-label') || element.textContent || element.getAttribute('placeholder') || '').trim().replace(/\s+/g, ' ');
const name = `${element.localName}${id}${data} “${text.slice(0, 40)}”`;
if (window.metByTab.has(element)) {
  return { again: true, first: element === window.firstByTab, taken: window.tabTaken, name };
}
window.metByTab.add(element);
const faults = [];
const box = element.getBoundingClientRect();
if (box.width < 2 || box.height < 2) faults.push('nothing of it is shown');
if (box.right <= 0 || box.bottom <= 0 || box.left >= innerWidth || box.top >= innerHeight) faults.push('it is out of the window');
if (!element.matches(':focus-visible')) faults.push('it does not say that it has the focus');
const ring = part => [null, '::before', '::after'].some(pseudo => {
  const style = getComputedStyle(part, pseudo);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
});
// The ring may be drawn around what holds the element.
const around = [element, element.parentElement, element.closest('label')].filter(Boolean);
const inside = [...element.querySelectorAll('*')].slice(0, 30);
const shaded = getComputedStyle(element).boxShadow !== 'none';
if (![...around, ...inside].some(ring) && !shaded) faults.push('no ring is drawn around it');
const top = document.elementFromPoint(Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1));
if (!top) faults.push('it is out of the window');
return { name, fault: faults.join(', ') };
