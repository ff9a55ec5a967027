/* The search page: asks the indexes that Pagefind made, one for each language, and shows what they find. */
const AT_ONCE = 20;
const LONGEST = 240;
const here = new URL("search/", new URL(".", import.meta.url));
const form = document.getElementById("asking");
const home = new URL(form.dataset.home, location.href);
const count = document.getElementById("count");
const list = document.getElementById("results");
const more = document.getElementById("more");
document.getElementById("unscripted").hidden = true;
const asked = new URLSearchParams(location.search);
const FILTERS = ["language", "source", "topic", "year"];

for (const [name, value] of asked) if (form.elements[name]) form.elements[name].value = value;
for (const other of document.querySelectorAll(".switch a")) other.search = location.search;

const given = name => (form.elements[name] ? form.elements[name].value : "");
const label = (name, value) => [...(form.elements[name]?.options ?? [])].find(each => each.value === value)?.text ?? value;
const element = (tag, text, attributes = {}) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) if (value) made.setAttribute(name, value);
  return made;
};
const shortened = text => (text.length > LONGEST ? text.slice(0, text.lastIndexOf(" ", LONGEST)) + "…" : text);
const plain = text => text.replace(/&(lt|gt|amp|quot|#39|#x27);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&", quot: '"' })[name] ?? "'");

/* Pagefind marks the words in markup; only its marks are taken as such, the rest stays text. */
function excerpt(markup) {
  const made = element("p", undefined, { class: "summary", dir: "auto" });
  for (const part of markup.split(/(<mark>.*?<\/mark>)/s)) {
    const marked = /^<mark>(.*)<\/mark>$/s.exec(part);
    made.append(marked ? element("mark", plain(marked[1])) : plain(part));
  }
  return made;
}

function row(data) {
  const { meta } = data;
  const article = element("article", undefined, { class: "story" });
  const when = element("p", undefined, { class: "when" });
  if (meta.day) {
    const [year, month, day] = meta.day.split("-").map(Number);
    const parts = { day: day ? "numeric" : undefined, month: "long", year: "numeric" };
    const said = new Date(year, month - 1, day ?? 1).toLocaleDateString(form.dataset.locale, parts);
    when.append(element("time", said, { datetime: meta.day }));
  }
  when.append(element("span", label("language", meta.language)));
  const lang = meta.language !== document.documentElement.lang && meta.language !== "und" ? meta.language : "";
  const heading = element("h2", undefined, { dir: "auto", lang });
  heading.append(element("a", shortened(meta.title), { href: new URL(meta.page, home).pathname }));
  const text = excerpt(data.excerpt);
  if (lang) text.lang = lang;
  article.append(when, heading, text);
  const item = element("li");
  item.append(article);
  return item;
}

async function opened() {
  const { bundles, stale } = await (await fetch(new URL("bundles.json", here))).json();
  const names = Object.keys(bundles).filter(name => !given("language") || bundles[name] === given("language"));
  if (!names.length) return { instances: [], stale: new Set() };
  // Each index is asked by its own copy of Pagefind: the memory of one language's program is not the other's.
  const instances = await Promise.all(
    names.map(async name => {
      const { createInstance } = await import(new URL(`${name}/pagefind.js`, here));
      const basePath = new URL(`${name}/`, here).pathname;
      return { isMain: name.startsWith("main-"), search: createInstance({ basePath, baseUrl: "/", noWorker: true, excerptLength: 30 }) };
    }),
  );
  return { instances, stale: new Set(stale) };
}

async function found() {
  const { instances, stale } = await opened();
  const filters = Object.fromEntries(FILTERS.filter(given).map(name => [name, given(name)]));
  const words = given("q").trim();
  const byDate = !words || given("order") === "date";
  const options = { filters, ...(byDate ? { sort: { date: "desc" } } : {}) };
  const each = await Promise.all(
    instances.map(async ({ search, isMain }) => {
      const { results } = await search.search(words || null, options);
      return results.map(result => ({ ...result, isMain }));
    }),
  );
  return { each, stale, byDate };
}

/* The heads of all lists are held against one another, so that no more is loaded than is shown. */
async function* inOrder({ each, stale, byDate }) {
  const heads = await Promise.all(each.map(async results => ({ results, at: 0, data: await results[0]?.data() })));
  const seen = new Set();
  for (;;) {
    const living = heads.filter(head => head.data);
    if (!living.length) return;
    const value = head => (byDate ? Date.parse(head.data.meta.date) : head.results[head.at].score);
    const best = living.reduce((one, other) => (value(other) > value(one) ? other : one));
    const { data } = best;
    const old = best.results[best.at].isMain && stale.has(data.meta.page);
    best.data = await best.results[++best.at]?.data();
    if (old || seen.has(data.meta.page)) continue;
    seen.add(data.meta.page);
    yield data;
  }
}

async function show() {
  if (![...asked.values()].some(Boolean)) return;
  count.textContent = count.dataset.busy;
  const results = await found();
  const total = results.each.reduce((sum, list) => sum + list.length, 0);
  const rows = inOrder(results);
  const page = async () => {
    for (let number = 0; number < AT_ONCE; number++) {
      const { value, done } = await rows.next();
      if (done) {
        more.hidden = true;
        return;
      }
      list.append(row(value));
    }
    more.hidden = list.children.length >= total;
  };
  await page();
  const shown = more.hidden ? list.children.length : total;
  count.textContent = shown === 0 ? count.dataset.none : shown === 1 ? count.dataset.one : count.dataset.found.replace("{}", shown);
  more.querySelector("button").addEventListener("click", async () => {
    const next = list.children.length;
    await page();
    list.children[next]?.querySelector("a").focus();
  });
}

show().catch(error => {
  count.textContent = count.dataset.failed;
  console.warn(error);
});
