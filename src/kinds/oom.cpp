// The OOM killer: v6.1 mm/oom_kill.c dump_header, dump_tasks, dump_oom_summary, __oom_kill_process; mm/memcontrol.c.
#include <array>
#include <charconv>
#include <string>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/mem_info.hpp"

namespace unoops::kinds {
namespace {

// "hog invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0"
bool invoked(std::string_view before, Scanner rest, ReportBuilder& d) {
  d.report.comm = trim(before);
  if (Scanner s = rest; s.skip_to("gfp_mask=")) fact_until(s, ", ", d, "gfp-mask");
  if (Scanner s = rest; s.skip_to("order=")) {
    int order = 0;
    if (s.dec(order)) d.report.set_fact("order", std::to_string(order));
  }
  return true;
}

// "115 (hog) total-vm:174064kB, anon-rss:172336kB, ..., UID:0 pgtables:380kB oom_score_adj:0"; "115, UID 0, (hog) ..."
// in some v4.x
void victim(Scanner rest, ReportBuilder& d) {
  std::int64_t pid = 0;
  if (!rest.dec(pid)) return;
  d.report.set_fact("victim-pid", std::to_string(pid));
  Scanner s = rest;
  std::string_view comm;
  if (s.skip_to("(") && (s.until(") total-vm:", comm) || s.until_last(")", comm))) d.report.set_fact("victim", comm);
  for (const auto& [word, name] : {std::pair{"total-vm:", "victim-total-vm"},
                                   {"anon-rss:", "victim-anon-rss"},
                                   {"file-rss:", "victim-file-rss"},
                                   {"shmem-rss:", "victim-shmem-rss"}})
    if (Scanner value = rest; value.skip_to(word)) {
      std::uint64_t kilobytes = 0;
      if (value.dec(kilobytes)) d.report.set_fact(name, std::to_string(kilobytes) + "kB");
    }
}

bool killed(Scanner rest, ReportBuilder& d) {
  if (d.report.fact("victim").empty() || rest.rest().find("total-vm:") != std::string_view::npos) victim(rest, d);
  return keep_line(rest, d);
}

// "Out of memory: Killed process 115 (hog) ...", "Memory cgroup out of memory: Killed process ...", "Out of memory:
// Kill process 5 (x) score 9 or sacrifice child" (to v4.x), "Out of memory and no killable processes..."
bool out_of_memory(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!trim(before).empty() || d.report.fact("done") == "yes") return false;
  std::string_view ignored;
  Scanner s = rest;
  if (s.lit(" (oom_kill_allocating_task)")) rest = s;
  if (rest.lit(": Killed process ")) {
    victim(rest, d);
    d.report.set_fact("done", "yes");
    return true;
  }
  if (rest.lit(": Kill process ") || rest.lit(": kill process ")) {
    victim(rest, d);
    return true;
  }
  if (rest.lit(" and no killable processes")) return d.ended = true;  // what follows is the panic's
  return rest.lit(": OOM victim ") && rest.until(" is already exiting", ignored);
}
bool memcg_out_of_memory(std::string_view before, Scanner rest, ReportBuilder& d) {
  d.report.set_fact("memcg", "yes");
  return out_of_memory(before, rest, d);
}

// "constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=hog,pid=115,uid=0"
// (v5.0)
bool summary(Scanner rest, ReportBuilder& d) {
  fact_until(rest, ",", d, "constraint");
  if (Scanner s = rest; s.skip_to("oom_memcg=")) fact_until(s, ",", d, "oom-memcg");
  if (Scanner s = rest; s.skip_to("task_memcg=")) fact_until(s, ",", d, "task-memcg");
  std::string_view comm;
  if (Scanner s = rest; s.skip_to(",task=") && s.until_last(",pid=", comm)) d.report.set_fact("victim", comm);
  return keep_line(rest, d);
}

// "oom_reaper: reaped process 115 (hog), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB"
bool reaper(Scanner rest, ReportBuilder& d) { return keep_line(rest, d); }

// "[    115]     0   115    43516    43242   389120        0             0 hog"; "[  pid  ]   uid  tgid total_vm ..."
bool task_row(std::string_view text, ReportBuilder& d) {
  text = trim(text);
  if (!text.starts_with('[')) return mem_info_row(text, d);
  Scanner s(text.substr(1));
  std::int64_t number = 0;
  const bool head = s.blanks().lit("pid");
  if (!head && !s.dec(number)) return false;
  if (!s.blanks().lit("]")) return false;
  if (!head)
    for (int column = 0; column < 5; ++column)
      if (!s.blanks().dec(number)) return false;
  return keep_line(s, d);
}

constexpr auto headers = std::to_array<Header>({
    {" invoked oom-killer: ", invoked},
    {"Memory cgroup out of memory", memcg_out_of_memory, Header::Use::joins},
    {"Out of memory", out_of_memory, Header::Use::joins},
});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "memory: usage ", keep_line},
    {SectionId::text, "memory+swap: usage ", keep_line},
    {SectionId::text, "swap: usage ", keep_line},
    {SectionId::text, "kmem: usage ", keep_line},
    {SectionId::text, "Memory cgroup stats for ", keep_line},
    {SectionId::text, "Tasks state (memory values in pages):", keep_line},
    {SectionId::text, "Tasks in ", keep_line},
    {SectionId::text, "Task in ", keep_line},
    {SectionId::text, "oom-kill:constraint=", summary},
    {SectionId::text, "Killed process ", killed},
    {SectionId::text, "oom_reaper: ", reaper},
    {SectionId::text, "Compaction is disabled!!!", keep_line},
});

std::string title(const Report& report, std::string_view) {
  const auto victim = report.fact("victim");
  return victim.empty() ? "Out of memory" : "Out of memory: killed " + std::string(victim);
}

// Somebody was killed, nobody could be, or the machine stopped instead.
bool whole(const Report& report) {
  return report.panic || !report.fact("victim").empty() || report.headline.find("no killable") != std::string::npos;
}

std::string victim_megabytes(const Report& r) {
  std::uint64_t kilobytes = 0;
  const auto used = r.fact("victim-anon-rss");
  std::from_chars(used.data(), used.data() + used.size(), kilobytes);
  return kilobytes ? std::to_string(kilobytes / 1024) : std::string();
}
constexpr auto gaps = std::to_array<Gap>({{"victim-megabytes", victim_megabytes}});

}  // namespace

extern constinit const Kind oom_kill;
constinit const Kind oom_kill{
    .info = {"oom-kill", "out of memory, a process killed", Severity::notice, Trait::runs_in_task | Trait::traceless},
    .headers = headers,
    .sections = sections,
    .shared = mem_info,
    .line = task_row,
    .title_of = title,
    .sentence =
        "memory ran out[ when {task} asked for more]; the kernel killed {victim|a process}[ (pid {victim-pid})][, "
        "which used {victim-megabytes} MB of its own]",
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
    .whole = whole,
};

}  // namespace unoops::kinds
