// When a report was. Logs say it in many forms, and often only as seconds since the boot.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NO_YEAR = 2000; // syslog's; a leap year, so that every date exists

function utc(year, month, day, time) {
  const [hours, minutes, seconds] = time.split(":");
  return Date.UTC(year, month, day, hours, minutes) + Math.floor(parseFloat((seconds || "0").replace(",", ".")) * 1000);
}

function offsetOf(zone) {
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(zone || "");
  return parts ? (parts[1] === "-" ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3] || 0)) * 60000 : 0;
}

// Milliseconds, or null. "2026-11-22T21:56:29,077139+00:00", "Sun Nov 22 21:56:29 2026", "Nov 22 21:56:29".
function parseDate(text) {
  const iso = /(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?([+-]\d\d:?(?:\d\d)?)?/.exec(text);
  if (iso) return utc(Number(iso[1]), iso[2] - 1, iso[3], iso[4]) - offsetOf(iso[5]);
  const named = /([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d+)?)(?: [A-Z]{3,4})?(?: (\d{4}))?/.exec(text);
  if (!named || !MONTHS.includes(named[1])) return null;
  return utc(Number(named[4] || NO_YEAR), MONTHS.indexOf(named[1]), named[2], named[3]);
}

// Dates without a year are of the latest year that another report names.
function setDates(reports) {
  let latest = null;
  for (const report of reports) {
    report.date = report.wallTime ? parseDate(report.wallTime) : null;
    if (report.date !== null) latest = Math.max(latest ?? report.date, report.date);
  }
  const year = latest === null ? NO_YEAR : new Date(latest).getUTCFullYear();
  for (const report of reports) {
    const date = report.date === null ? null : new Date(report.date);
    if (date && date.getUTCFullYear() === NO_YEAR) report.date = date.setUTCFullYear(year);
  }
}

function two(number) {
  return String(number).padStart(2, "0");
}

function dateText(ms) {
  const date = new Date(ms);
  const year = date.getUTCFullYear() === NO_YEAR ? "" : `${date.getUTCFullYear()}-`;
  const day = `${year}${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

function uptimeText(ms) {
  return `${(ms / 1000).toFixed(3)} s`;
}

// What the timeline shows: dates, or how long each machine was up if most reports say nothing else.
function chooseClock(reports) {
  setDates(reports);
  const dated = reports.filter((report) => report.date !== null).length;
  const timed = reports.filter((report) => report.timeUs !== null).length;
  if (dated > 0 && 2 * dated >= timed) {
    return { name: "UTC where the log says its zone", of: (report) => report.date, text: dateText };
  }
  return {
    name: "since the boot",
    of: (report) => (report.timeUs === null ? null : report.timeUs / 1000),
    text: uptimeText,
  };
}
