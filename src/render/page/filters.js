// The controls above the list, and what is chosen in them.

const byId = (id) => document.getElementById(id);
const SELECTS = ["kind", "host", "file", "known"];

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

// Values in the order of how many reports have them. A field that says the same of all is not offered.
function fillSelect(field, reports) {
  const counts = [...countBy(reports, field)].sort((a, b) => b[1] - a[1] || byText(a[0], b[0]));
  const select = byId(field);
  select.parentElement.hidden = counts.length < 2;
  const name = (value) => (field === "file" && value ? value.slice(value.length - shortLength(reports, value)) : value);
  select.replaceChildren(option("", `all ${counts.length}`));
  for (const [value, count] of counts) select.append(option(`=${value}`, `${name(value) || "none"} (${count})`));
}

function shortLength(reports, file) {
  const cut = reports[0].file.length - reports[0].shortFile.length;
  return file.length - cut;
}

function makeChips(reports, toggle) {
  const counts = countBy(reports, "severity");
  for (const severity of [3, 2, 1, 0]) {
    if (!counts.has(severity)) continue;
    const chip = textElement("button", `chip ${SEVERITIES[severity]}`, "");
    chip.type = "button";
    chip.dataset.severity = severity;
    chip.append(textElement("span", "severity", SEVERITIES[severity]), ` ${counts.get(severity).toLocaleString("en")}`);
    chip.addEventListener("click", () => toggle(severity));
    byId("severities").append(chip);
  }
}

function hideUselessGroups(reports) {
  for (const choice of byId("group").options) choice.hidden = choice.value !== "" && countBy(reports, choice.value).size < 2;
}

// What is set, each with a button that takes it back.
function setFilters(view) {
  const { query } = view;
  const set = [];
  for (const field of FIELDS) {
    if (query[field] === null) continue;
    set.push([`${field}: ${query[field] || "none"}`, () => { query[field] = null; }]);
  }
  if (query.span) {
    set.push([`time: ${spanText(view, query.span.from, query.span.to)}`, () => { query.span = null; }]);
  }
  return set;
}

function drawFilters(view, update) {
  const { query } = view;
  for (const chip of byId("severities").children) chip.setAttribute("aria-pressed", query.severities.has(Number(chip.dataset.severity)));
  for (const field of SELECTS) byId(field).value = query[field] === null ? "" : `=${query[field]}`;
  byId("group").value = query.group;
  byId("sort").value = query.sort;
  const bar = byId("set");
  bar.replaceChildren();
  for (const [text, takeBack] of setFilters(view)) {
    const button = textElement("button", "filter", text);
    button.type = "button";
    button.setAttribute("aria-label", `${text}: take this filter back`);
    button.addEventListener("click", () => {
      takeBack();
      update();
    });
    bar.append(button);
  }
  bar.hidden = !bar.children.length;
}

function countText(view) {
  const shown = amountText(view.shown, view.reports);
  if (!view.query.group) return shown;
  const groups = view.rows.filter((row) => row.group).length;
  return `${shown}, ${groups.toLocaleString("en")} group${groups === 1 ? "" : "s"}`;
}

function listenToFilters(view, update) {
  const { query } = view;
  byId("search").addEventListener("focus", () => setTimeout(prepareSearch));
  byId("search").addEventListener("input", (event) => {
    query.text = event.target.value;
    update();
  });
  for (const field of SELECTS) {
    byId(field).addEventListener("change", (event) => {
      query[field] = event.target.value ? event.target.value.slice(1) : null;
      update();
    });
  }
  for (const field of ["group", "sort"]) {
    byId(field).addEventListener("change", (event) => {
      query[field] = event.target.value;
      if (!view.opened) view.active = -1; // another order is read from its beginning
      update();
    });
  }
}
