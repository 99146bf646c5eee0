// How many reports there were over time, by severity. Bars are chosen with the mouse, a finger or the arrow keys.

const MOST_BARS = 48;
const bars = document.getElementById("bars");

// One clock that was wrong by years must not leave all others a single bar: the middle 95% have the room, where that is
// much less than all, and what is before or after them is in the first or the last bar.
function makeScale(reports, clock) {
  const times = Float64Array.from(reports.map(clock.of).filter((at) => at !== null)).sort();
  let first = times[0];
  let last = times[times.length - 1];
  if (!(last > first)) return null;
  const low = times[Math.floor(times.length / 40)];
  const high = times[times.length - 1 - Math.floor(times.length / 40)];
  if (high > low && last - first > 3 * (high - low)) [first, last] = [low, high];
  const width = (last - first) / MOST_BARS;
  return {
    first, last, width,
    barOf: (at) => Math.max(0, Math.min(MOST_BARS - 1, Math.floor((at - first) / width))),
  };
}

// The first and the last bar have no end.
function spanOfBars(scale, from, to) {
  return {
    from: from === 0 ? -Infinity : scale.first + from * scale.width,
    to: to === MOST_BARS - 1 ? Infinity : scale.first + (to + 1) * scale.width,
    firstBar: from,
    lastBar: to,
  };
}

function spanText({ clock }, from, to) {
  if (from === -Infinity) return to === Infinity ? "all" : `before ${clock.text(to)}`;
  return to === Infinity ? `from ${clock.text(from)} on` : `${clock.text(from)} to ${clock.text(to)}`;
}

function countBars(reports, scale, clock) {
  const counts = Array.from({ length: MOST_BARS }, () => [0, 0, 0, 0]);
  for (const report of reports) {
    const at = clock.of(report);
    if (at !== null) ++counts[scale.barOf(at)][report.severity];
  }
  return counts;
}

function barLabel(view, at, counts) {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const parts = counts.map((n, severity) => (n ? `${n} ${SEVERITIES[severity]}` : "")).filter(Boolean).reverse();
  const span = spanOfBars(view.scale, at, at);
  const words = `${spanText(view, span.from, span.to)}: ${total} report${total === 1 ? "" : "s"}`;
  return parts.length ? `${words}, ${parts.join(", ")}` : words;
}

// What the bars span, and what is not between their ends.
function scaleText(view, reports) {
  const { scale, clock } = view;
  const times = reports.map(clock.of);
  const dated = times.filter((at) => at !== null);
  const outside = [
    [dated.filter((at) => at < scale.first).length, "before"],
    [dated.filter((at) => at > scale.last).length, "after"],
    [times.length - dated.length, "without a time"],
  ];
  const more = outside.filter(([n]) => n).map(([n, where]) => `${n} ${where}`);
  return [`${clock.text(scale.first)} to ${clock.text(scale.last)}, ${clock.name}`, ...more].join("; ");
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
  const counts = countBars(reports, view.scale, view.clock);
  const highest = Math.max(1, ...counts.map((one) => one.reduce((sum, n) => sum + n, 0)));
  const span = view.query.span;
  [...bars.children].forEach((bar, at) => {
    const chosen = !span || (at >= span.firstBar && at <= span.lastBar);
    bar.classList.toggle("out", !chosen);
    bar.setAttribute("aria-pressed", Boolean(span) && chosen);
    const label = barLabel(view, at, counts[at]);
    bar.setAttribute("aria-label", label);
    bar.title = label;
    [...bar.children].forEach((part, i) => {
      part.style.height = `${(100 * counts[at][SEVERITIES.length - 1 - i]) / highest}%`;
    });
  });
  document.getElementById("span").textContent = scaleText(view, reports);
}

// choose(from, to, extended) is called with the first and the last bar that are chosen; extended: more than one was meant.
function listenToBars(choose) {
  let start = -1;
  let dragged = false;
  const numberOf = (bar) => Number(bar.dataset.at);
  bars.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest("button");
    if (bar) start = numberOf(bar);
  });
  bars.addEventListener("pointermove", (event) => {
    const bar = start >= 0 ? document.elementFromPoint(event.clientX, event.clientY)?.closest("#bars button") : null;
    if (!bar || (numberOf(bar) === start && !dragged)) return;
    dragged = true;
    choose(Math.min(start, numberOf(bar)), Math.max(start, numberOf(bar)), true);
  });
  addEventListener("pointerup", () => {
    start = -1;
    setTimeout(() => { dragged = false; }); // behind the click that a drag ends with
  });
  bars.addEventListener("click", (event) => {
    const bar = event.target.closest("button");
    if (bar && !dragged) choose(numberOf(bar), numberOf(bar), false);
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
