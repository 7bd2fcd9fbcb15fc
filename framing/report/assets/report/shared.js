/* What the parts of the script share. Text from data only ever becomes textContent: nothing reads it as markup. */
const lang = document.documentElement.lang || "en";
const fold = (text) => text.normalize("NFKC").toLowerCase();

function filled(element, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== null) element.textContent = text;
  return element;
}

const make = (tag, attributes = {}, text = null) => filled(document.createElement(tag), attributes, text);
const draw = (tag, attributes = {}, text = null) => filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, text);
const plain = (text, className = "") => make("bdi", className ? { class: className } : {}, text);
const percent = (share, digits = 1) => (100 * share).toFixed(digits) + "%";
const dataOf = (root) => JSON.parse(root.querySelector('script[type="application/json"]').textContent);
