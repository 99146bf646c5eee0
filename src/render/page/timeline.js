// How many reports there were over time, by severity. Bars are chosen with the mouse, a finger or the arrow keys.

const MOST_BARS = 48;
const bars = document.getElementById("bars");

function makeScale(reports, clock) {
  let first = Infinity;
  let last = -Infinity;
  for (const report of reports) {
    const at = clock.of(report);
    if (at === null) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  if (!(last > first)) return null;
  const width = (last - first) / MOST_BARS;
  return { first, width, barOf: (at) => Math.min(MOST_BARS - 1, Math.floor((at - first) / width)) };
}

// The last bar has the last report in it.
function spanOfBars(scale, from, to) {
  const end = to === MOST_BARS - 1 ? Infinity : scale.first + (to + 1) * scale.width;
  return { from: scale.first + from * scale.width, to: end, firstBar: from, lastBar: to };
}

function countBars(reports, scale, clock) {
  const counts = Array.from({ length: MOST_BARS }, () => [0, 0, 0, 0]);
  for (const report of reports) {
    const at = clock.of(report);
    if (at !== null) ++counts[scale.barOf(at)][report.severity];
  }
  return counts;
}

function barLabel(scale, clock, at, counts) {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const parts = counts.map((n, severity) => (n ? `${n} ${SEVERITIES[severity]}` : "")).filter(Boolean).reverse();
  const from = clock.text(scale.first + at * scale.width);
  return `from ${from}: ${total} report${total === 1 ? "" : "s"}${parts.length ? `, ${parts.join(", ")}` : ""}`;
}

function makeBars() {
  for (let at = 0; at < MOST_BARS; ++at) {
    const bar = document.createElement("button");
    bar.type = "button";
    bar.dataset.at = at;
    bar.tabIndex = at ? -1 : 0;
    for (const severity of [...SEVERITIES].reverse()) bar.append(textElement("span", severity, ""));
    bars.append(bar);
  }
}

function drawTimeline(view, reports) {
  const { scale, clock } = view;
  const counts = countBars(reports, scale, clock);
  const highest = Math.max(1, ...counts.map((one) => one.reduce((sum, n) => sum + n, 0)));
  const span = view.query.span;
  [...bars.children].forEach((bar, at) => {
    const chosen = !span || (at >= span.firstBar && at <= span.lastBar);
    bar.classList.toggle("out", !chosen);
    bar.setAttribute("aria-pressed", Boolean(span) && chosen);
    const label = barLabel(scale, clock, at, counts[at]);
    bar.setAttribute("aria-label", label);
    bar.title = label;
    [...bar.children].forEach((part, i) => {
      part.style.height = `${(100 * counts[at][SEVERITIES.length - 1 - i]) / highest}%`;
    });
  });
  const undated = reports.filter((report) => clock.of(report) === null).length;
  const end = clock.text(scale.first + MOST_BARS * scale.width);
  document.getElementById("span").textContent =
    `${clock.text(scale.first)} to ${end}, ${clock.name}${undated ? `; ${undated} without a time` : ""}`;
}

// choose(from, to) is called while bars are chosen; choose(null) for all time.
function listenToBars(choose) {
  let start = -1;
  const barAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("#bars button");
  const numberOf = (bar) => Number(bar.dataset.at);
  bars.addEventListener("pointerdown", (event) => {
    const bar = barAt(event);
    if (bar) start = numberOf(bar);
  });
  bars.addEventListener("pointermove", (event) => {
    const bar = start >= 0 && event.buttons ? barAt(event) : null;
    if (bar && numberOf(bar) !== start) choose(Math.min(start, numberOf(bar)), Math.max(start, numberOf(bar)), true);
  });
  bars.addEventListener("click", (event) => {
    const bar = barAt(event) ?? event.target.closest("button");
    if (bar && (start < 0 || numberOf(bar) === start)) choose(numberOf(bar), numberOf(bar));
    start = -1;
  });
  listenToBarKeys(choose, numberOf);
}

function listenToBarKeys(choose, numberOf) {
  let anchor = 0;
  bars.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const here = event.target.closest("button");
    if (!step || !here) return;
    event.preventDefault();
    const next = bars.children[numberOf(here) + step];
    if (!next) return;
    if (!event.shiftKey) anchor = numberOf(next);
    here.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    if (event.shiftKey) choose(Math.min(anchor, numberOf(next)), Math.max(anchor, numberOf(next)), true);
  });
}
