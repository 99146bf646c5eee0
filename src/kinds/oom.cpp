// The OOM killer: v6.1 mm/oom_kill.c dump_header, dump_tasks, dump_oom_summary, __oom_kill_process; mm/memcontrol.c.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/mem_info.hpp"
#include "kinds/memory_account.hpp"
#include "kinds/sentence.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "hog invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0"
bool invoked(std::string_view before, Scanner rest, ReportBuilder& d) {
  d.report.comm = trim(before);
  if (Scanner s = rest; s.skip_to("gfp_mask=")) fact_until(s, ", ", d, fact::gfp_mask);
  if (Scanner s = rest; s.skip_to("order=")) {
    int order = 0;
    if (s.dec(order)) d.report.set_fact(fact::order, std::to_string(order));
  }
  return true;
}

// "115 (hog) total-vm:174064kB, anon-rss:172336kB, ..., UID:0 pgtables:380kB oom_score_adj:0"
// "115, UID 0, (hog) ..."                                                                       in some v4.x
void victim(Scanner rest, ReportBuilder& d) {
  std::int64_t pid = 0;
  if (!rest.dec(pid)) return;
  d.report.set_fact(fact::victim_pid, std::to_string(pid));
  Scanner s = rest;
  std::string_view comm;
  if (s.skip_to("(") && (s.until(") total-vm:", comm) || s.until_last(")", comm)))
    d.report.set_fact(fact::victim, comm);
  for (const auto& [word, name] : {std::pair{"total-vm:", fact::victim_total_vm},
                                   {"anon-rss:", fact::victim_anon_rss},
                                   {"file-rss:", fact::victim_file_rss},
                                   {"shmem-rss:", fact::victim_shmem_rss}})
    if (Scanner value = rest; value.skip_to(word)) {
      std::uint64_t kilobytes = 0;
      if (value.dec(kilobytes)) d.report.set_fact(name, std::to_string(kilobytes) + "kB");
    }
}

bool killed(Scanner rest, ReportBuilder& d) {
  if (d.report.fact(fact::victim).empty() || rest.rest().find("total-vm:") != std::string_view::npos) victim(rest, d);
  return keep_line(rest, d);
}

// An event quotes the line alone, behind words of its own: "Warning  OOMKilling  49m  kernel-monitor, node-1  Memory
// cgroup out of memory: Killed process ..." (Kubernetes' node-problem-detector, config/kernel-monitor.json). No sentence
// tells the sizes too.
bool is_whole_victim(Scanner rest) {
  std::int64_t pid = 0;
  return rest.lit(": Killed process ") && rest.dec(pid) && rest.lit(" (") && rest.skip_to(") total-vm:") &&
         rest.dec(pid) && rest.lit("kB, anon-rss:") && rest.dec(pid) && rest.lit("kB");
}

// It is a copy of the line that the report has.
bool is_victim(Scanner rest, const Report& r) {
  std::int64_t pid = 0;
  return rest.lit(": Killed process ") && rest.dec(pid) && std::to_string(pid) == r.fact(fact::victim_pid);
}

// "Out of memory: Killed process 115 (hog) ..."
// "Memory cgroup out of memory: Killed process ..."
// "Out of memory: Kill process 5 (x) score 9 or sacrifice child"     to v4.x
// "Out of memory and no killable processes..."
bool out_of_memory(std::string_view before, Scanner rest, ReportBuilder& d) {
  const bool quoted = !trim(before).empty();
  if (quoted && !is_whole_victim(rest)) return false;
  if (d.report.fact(fact::done) == "yes") return quoted && is_victim(rest, d.report);
  std::string_view ignored;
  Scanner s = rest;
  if (s.lit(" (oom_kill_allocating_task)")) rest = s;
  if (rest.lit(": Killed process ")) {
    victim(rest, d);
    d.report.set_fact(fact::done, "yes");
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
  d.report.set_fact(fact::memcg, "yes");
  return out_of_memory(before, rest, d);
}

// "constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=hog,pid=115,uid=0"
// (v5.0)
bool summary(Scanner rest, ReportBuilder& d) {
  fact_until(rest, ",", d, fact::constraint);
  if (Scanner s = rest; s.skip_to("oom_memcg=")) fact_until(s, ",", d, fact::oom_memcg);
  if (Scanner s = rest; s.skip_to("task_memcg=")) fact_until(s, ",", d, fact::task_memcg);
  std::string_view comm;
  if (Scanner s = rest; s.skip_to(",task=") && s.until_last(",pid=", comm)) d.report.set_fact(fact::victim, comm);
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
  const auto victim = report.fact(fact::victim);
  return victim.empty() ? "Out of memory" : "Out of memory: killed " + std::string(victim);
}

// Somebody was killed, nobody could be, or the machine stopped instead.
bool whole(const Report& report) {
  return report.panic || !report.fact(fact::victim).empty() || report.headline.find("no killable") != std::string::npos;
}

std::string victim_megabytes(const Report& r) {
  std::uint64_t kilobytes = 0;
  const auto used = r.fact(fact::victim_anon_rss);
  std::from_chars(used.data(), used.data() + used.size(), kilobytes);
  return kilobytes ? std::to_string(kilobytes / 1024) : std::string();
}
constexpr auto gaps = std::to_array<Gap>({{"victim-megabytes", victim_megabytes}});

struct Task {
  std::uint64_t pages = 0;
  std::string name;
  long score = 0;
};

// "[    115]     0   115    43516    43242   389120        0             0 hog": uid tgid total_vm rss pgtables
// swapents oom_score_adj name; since v6.8 rss_anon, rss_file and rss_shmem stand behind rss.
std::vector<Task> tasks_of(const Report& r) {
  std::vector<Task> tasks;
  bool split = false;
  for (const auto& message : r.messages) {
    auto text = trim(message);
    if (text.find("rss_anon") != std::string_view::npos) split = true;
    if (!text.starts_with('[') || text.find(']') == std::string_view::npos) continue;
    text = trim(text.substr(text.find(']') + 1));
    std::array<long, 10> columns{};
    const std::size_t wanted = split ? 10 : 7;
    std::size_t count = 0;
    for (; count < wanted; ++count) {
      text = trim_left(text);
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns[count]);
      if (error != std::errc()) break;
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
    if (count == wanted && columns[3] >= 0)
      tasks.push_back({static_cast<std::uint64_t>(columns[3]), std::string(trim(text)), columns[wanted - 1]});
  }
  std::ranges::stable_sort(tasks, std::ranges::greater{}, &Task::pages);
  return tasks;
}

// mm/memcontrol.c calls the killer for its group (v6.1 mem_cgroup_out_of_memory).
bool came_from_group(const Report& r) {
  return std::ranges::any_of(r.stacks, [](const Stack& stack) {
    return std::ranges::any_of(stack.frames, [](const Frame& f) {
      return f.reliable && plain_symbol(f.ref.symbol) == "mem_cgroup_out_of_memory";
    });
  });
}

bool is_of_group(const Report& r) {
  return r.fact(fact::constraint) == "CONSTRAINT_MEMCG" || r.fact(fact::memcg) == "yes" || came_from_group(r);
}

// Version 1 alone prints "memory+swap:" (v6.1 mm/memcontrol.c mem_cgroup_print_oom_meminfo).
std::string limit_file(const Report& r) {
  const bool first_version = std::ranges::any_of(
      r.messages, [](std::string_view message) { return trim(message).starts_with("memory+swap: usage "); });
  return first_version ? "memory.limit_in_bytes" : "memory.max";
}

// "memory: usage 102400kB, limit 102400kB, failcnt 12" (v6.1 mm/memcontrol.c mem_cgroup_print_oom_meminfo)
std::string group_limit(const Report& r) {
  for (const auto& message : r.messages) {
    Scanner s(trim(message));
    std::uint64_t used = 0, most = 0;
    if (s.lit("memory: usage ") && s.dec(used) && s.lit("kB, limit ") && s.dec(most) && s.lit("kB"))
      return size_words(most);
  }
  return {};
}

// "sorter 430 MB"
std::string holds(const Task& task, std::uint64_t kb_a_page) {
  return task.name + " " + std::to_string(task.pages * kb_a_page / 1024) + " MB";
}

// One of them has most of what there is; the table counts in pages.
bool tell_largest(const Report& r, Explanation& e, std::string_view id, const Task& largest) {
  const auto account = memory_account(r);
  if (!account || is_of_group(r) || largest.pages * 5 < *account->usable * 2) return false;
  const auto kb = account->page_kb, usable = *account->usable;
  add_certain(e, id,
              largest.name + " holds " + std::to_string(largest.pages * kb / 1024) + " MB of the " +
                  std::to_string(usable * kb / 1024) + " MB that are usable (" +
                  std::to_string(largest.pages * 100 / usable) + "%)",
              "the table of tasks and Mem-Info");
  add_step(e, "find out what " + largest.name + " needs it for, or limit it: memory.max of its control group");
  return true;
}

void consumers(const Report& r, Explanation& e, std::string_view id) {
  const auto tasks = tasks_of(r);
  const auto page = page_kb(r);
  if (tasks.empty() || page == 0) return;
  const bool one = tell_largest(r, e, id, tasks.front());
  if (tasks.size() > 1) {
    std::string text = "the largest of " + std::to_string(tasks.size()) + " tasks: ";
    for (std::size_t i = 0; i < tasks.size() && i < 3; ++i) text += (i ? ", " : "") + holds(tasks[i], page);
    add_certain(e, id, text, "the table of tasks");
  } else if (!one) {
    add_certain(e, id, "the only task in the table: " + holds(tasks.front(), page), "the table of tasks");
  }
  if (!one && e.next_steps.empty() && !is_of_group(r))
    add_step(e,
             "no task holds most of it: add memory or swap, or let the largest of them run with limits (memory.max)");
  const auto victim = r.fact(fact::victim);
  const auto at = std::ranges::find(tasks, victim, &Task::name);
  if (at != tasks.end() && at != tasks.begin() && at->score > 0)
    add_likely(e, id, std::string(victim) + " was chosen for its oom_score_adj of " + std::to_string(at->score),
               "the table of tasks");
}

void limit(const Report& r, Explanation& e, std::string_view id) {
  const auto constraint = r.fact(fact::constraint);
  if (is_of_group(r)) {
    const auto most = group_limit(r);
    add_certain(e, id,
                fill("not the machine ran out, but the control group[ {oom-memcg}] reached its limit", r) +
                    (most.empty() ? "" : " of " + most),
                most.empty() ? "the killer's words" : "the group's counters");
    add_step(e, "raise the group's " + limit_file(r) + ", or find what grows in it");
  } else if (constraint == "CONSTRAINT_CPUSET" || constraint == "CONSTRAINT_MEMORY_POLICY") {
    add_certain(e, id, "only some memory nodes were allowed: the others may have had room", std::string(constraint));
  } else if (r.fact(fact::swap_total) == "0kB") {
    add_certain(e, id, "the machine has no swap", "Mem-Info: Total swap");
  } else if (r.fact(fact::swap_free) == "0kB") {
    add_certain(e, id, "swap is full", "Mem-Info: Free swap");
  }
  if (r.headline.find("no killable") != std::string::npos ||
      (r.panic && r.panic->reason.find("no killable") != std::string::npos))
    add_certain(e, id, "no process was left that may be killed", "the killer's words");
}

constexpr auto rules = std::to_array<Rule>({
    {.id = "oom-memory", .apply = tell_memory, .after_traces = true},
    {.id = "oom-consumers", .apply = consumers, .after_traces = true},
    {.id = "oom-limit", .apply = limit, .after_traces = true},
});

}  // namespace

extern constinit const Kind oom_kill{
    .info = {"oom-kill", "out of memory, a process killed", Severity::notice, Trait::runs_in_task | Trait::traceless},
    .headers = headers,
    .sections = sections,
    .shared = mem_info,
    .line = task_row,
    .title_of = title,
    .sentence =
        "memory ran out[ when {task} asked for more][; the kernel killed {victim}][ (pid {victim-pid})][, "
        "which used {victim-megabytes} MB of its own]",
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
    .rules = rules,
    .whole = whole,
};

}  // namespace unoops::kinds
