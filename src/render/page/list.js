// Many reports: what is asked for, the list of what fits, and the report that is open.

const reports = readReports();
const clock = chooseClock(reports);
const view = {
  reports, clock, scale: makeScale(reports, clock), query: newQuery(), openGroups: new Set(),
  shown: reports, rows: [], active: -1, opened: null, height: 0, alike: {}, listScroll: 0,
};


// The same row as before stays chosen, if it is still there.
function update() {
  const before = view.rows[view.active];
  const left = matching(reports, view.query);
  view.shown = withinSpan(left, view.query.span, clock);
  view.rows = rowsOf(view.shown, view.query, clock, view.openGroups);
  const same = before && ((row) => (before.report ? row.report === before.report : row.group?.key === before.group.key));
  view.active = same ? view.rows.findIndex(same) : -1;
  if (view.active < 0 && view.rows.length) view.active = 0;
  byId("count").textContent = countText(view);
  canvas.classList.toggle("empty", !view.rows.length);
  forgetRows();
  scrollToActive(view);
  drawFilters(view, update);
  if (view.scale) drawTimeline(view, left);
}

function activate(at) {
  if (at < 0 || at >= view.rows.length) return;
  view.active = at;
  scrollToActive(view);
}

function showReport(report) {
  if (!view.opened) view.listScroll = scrollY;
  view.opened = report;
  const at = view.rows.findIndex((row) => row.report === report);
  if (at >= 0) view.active = at;
  fillReader(view, report);
  document.body.classList.add("reading");
  scrollToActive(view);
  if (!isBeside()) scrollTo(0, 0);
  document.title = report.title;
}

function closeReport() {
  view.opened = null;
  document.body.classList.remove("reading");
  article.replaceChildren();
  scrollTo(0, view.listScroll);
  drawRows(view);
  list.focus({ preventScroll: true });
  document.title = countText(view);
}

function isBeside() {
  return getComputedStyle(list).display !== "none";
}

// A report's address is "#r<number>": back, forward and links work.
function followAddress() {
  const number = /^#r(\d+)$/.exec(location.hash)?.[1];
  const report = number ? reports.find((one) => one.number === Number(number)) : null;
  if (report) showReport(report);
  else if (view.opened) closeReport();
}

function openRow(at, instead) {
  const row = view.rows[at];
  if (!row) return;
  view.active = at;
  if (row.group) return toggleGroup(row.group.key);
  const address = `#r${row.report.number}`;
  if (location.hash === address) return followAddress();
  if (instead) location.replace(address);
  else location.hash = address;
}

function toggleGroup(key) {
  if (!view.openGroups.delete(key)) view.openGroups.add(key);
  update();
}

function step(by) {
  if (!view.opened) return activate(view.active + by);
  const at = nearby(view, by);
  if (at >= 0) openRow(at, true);
}

function back() {
  if (view.opened) location.hash = "";
  else if (isFiltered()) clearFilters();
}

function isFiltered() {
  const { query } = view;
  return query.text !== "" || query.severities.size > 0 || setFilters(view).length > 0;
}

function clearFilters() {
  const { group, sort } = view.query;
  Object.assign(view.query, newQuery(), { group, sort });
  byId("search").value = "";
  update();
}

function onlyAlike() {
  const { query, opened } = view;
  query.signature = query.signature === opened.signature ? null : opened.signature;
  update();
  fillReader(view, opened);
}

function chooseBars(from, to, extended) {
  const { span } = view.query;
  const again = span && span.firstBar === from && span.lastBar === to && !extended;
  view.query.span = again ? null : spanOfBars(view.scale, from, to);
  update();
}

const actions = {
  next: () => step(1),
  previous: () => step(-1),
  first: () => activate(0),
  last: () => activate(view.rows.length - 1),
  open: () => {
    openRow(view.active);
    if (view.rows[view.active]?.report) article.focus({ preventScroll: true });
  },
  search: () => {
    if (view.opened && !isBeside()) {
      closeReport();
      location.hash = "";
    }
    byId("search").focus();
    byId("search").select();
  },
  clearSearch: () => {
    byId("search").value = "";
    view.query.text = "";
    update();
  },
  group: () => {
    view.query.group = view.query.group ? "" : "signature";
    if (!view.opened) view.active = -1;
    update();
  },
  help: () => byId("keys").showModal(),
  back,
};

function toggleSeverity(severity) {
  const { severities } = view.query;
  if (!severities.delete(severity)) severities.add(severity);
  update();
}

function listenToList() {
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawRows(view);
    });
  };
  addEventListener("scroll", redraw, { capture: true, passive: true });
  addEventListener("resize", redraw);
  addEventListener("hashchange", followAddress);
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row) openRow(Number(row.dataset.at));
  });
  byId("close").addEventListener("click", back);
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("alike").addEventListener("click", onlyAlike);
  byId("help").addEventListener("click", actions.help);
}

function begin() {
  shortenFiles(reports);
  for (const field of ["host", "file", "boot"]) view.alike[field] = countBy(reports, field).size < 2;
  byId("app").hidden = false;
  byId("more").open = matchMedia("(min-width: 700px)").matches;
  view.height = rowHeight();
  makeChips(reports, toggleSeverity);
  for (const field of SELECTS) fillSelect(field, reports);
  hideUselessGroups(reports);
  byId("timeline").hidden = !view.scale;
  makeBars();
  listenToFilters(view, update);
  listenToBars(chooseBars);
  listenToKeys(actions);
  listenToList();
  listenToPrinting(view);
  update();
  document.title = countText(view);
  followAddress();
  performance.mark("unoops-ready");
}

begin();
