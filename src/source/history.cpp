#include "source/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "source/c_text.hpp"

namespace unoops::source {
namespace {

constexpr std::size_t most_told = 5;  // commits, of which each costs a question for its first release
constexpr std::size_t short_id = 12;  // digits, as the kernel's Fixes: have them

bool is_id(std::string_view word) { return word.size() >= 8 && word.size() <= 40 && std::ranges::all_of(word, is_hex); }

// "6.1.55" at the front of a text: its parts.
std::vector<std::string> numbers_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (is_digit(c))
      out.back() += c;
    else if (c == '.' && !out.back().empty() && out.size() < 3)
      out.emplace_back();
    else
      break;
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

std::string tag_of(const std::vector<std::string>& numbers) {
  const bool sub = numbers.size() > 2 && numbers[2] != "0";
  return fmt::format("v{}.{}{}", numbers[0], numbers[1], sub ? "." + numbers[2] : "");
}

bool has_file(Git& git, const std::string& revision, const std::string& file) {
  return !git.lines({"ls-tree", "--full-tree", "--name-only", revision, "--", file}).empty();
}

// A text of the clone at a revision, line by line; empty: the file is not there.
Lines text_at(Git& git, const std::string& revision, const std::string& file) {
  return has_file(git, revision, file) ? git.lines({"show", "--no-textconv", revision + ":" + file}) : Lines();
}

std::string range_of(const LineSpan& span) { return fmt::format("{},{}", span.first + 1, span.last + 1); }

// One line each: id, subject, the ids behind Fixes: with commas between. Not of a commit without a parent: all files are
// new in it, as in the one where a shallow clone was cut.
constexpr const char* format = "--format=%H%x09%s%x09%(trailers:key=Fixes,valueonly,separator=%x2C)";

struct Commit {
  LaterCommit told;
  std::vector<std::string> fixes;
};

std::optional<Commit> read_commit(const std::string& line) {
  const auto first = line.find('\t'), last = line.rfind('\t');
  if (first == std::string::npos || last == first || !is_id(std::string_view(line).substr(0, first)))
    return std::nullopt;
  Commit out;
  out.told.id = line.substr(0, short_id);
  out.told.subject = line.substr(first + 1, last - first - 1);
  std::string_view words = std::string_view(line).substr(last + 1);
  while (!words.empty()) {
    const auto one = trim(words.substr(0, words.find(',')));
    const auto id = one.substr(0, one.find(' '));
    if (is_id(id)) out.fixes.emplace_back(id);
    words.remove_prefix(
        std::min(words.size(), words.find(',') == std::string_view::npos ? words.size() : words.find(',') + 1));
  }
  return out;
}

std::vector<Commit> commits_of(Git& git, std::vector<std::string> arguments) {
  std::vector<Commit> out;
  arguments.insert(arguments.begin(),
                   {"log", "--no-merges", "--min-parents=1", "--no-ext-diff", "--no-textconv", format});
  for (const auto& line : git.lines(arguments))
    if (auto commit = read_commit(line)) out.push_back(*std::move(commit));
  return out;
}

bool is_shallow(Git& git) { return git.lines({"rev-parse", "--is-shallow-repository"}) == Lines{"true"}; }

// The commits that wrote these lines. The one where a shallow clone was cut ('^') has lines that others wrote.
std::set<std::string> writers_of(Git& git, const std::string& revision, const std::string& file, const LineSpan& span) {
  std::set<std::string> out;
  const bool shallow = is_shallow(git);
  for (std::string_view line :
       git.lines({"blame", "--no-textconv", "-l", "-s", "-L", range_of(span), revision, "--", file})) {
    if (line.starts_with('^') && shallow) continue;
    if (line.starts_with('^')) line.remove_prefix(1);
    const auto id = line.substr(0, line.find(' '));
    if (is_id(id)) out.emplace(id);
  }
  return out;
}

// Which of the writers the commit names; empty: none.
std::string fixed_writer(const Commit& commit, const std::set<std::string>& writers) {
  for (const auto& id : commit.fixes) {
    const auto at = writers.lower_bound(id);
    if (at != writers.end() && at->starts_with(id)) return id.substr(0, short_id);
  }
  return {};
}

// The first tag of the kernel's own that holds the commit.
std::string first_release(Git& git, const std::string& id) {
  const auto tags = git.lines({"tag", "--contains", id, "--sort=version:refname", "--list", "v[0-9]*"});
  // A candidate of a release sorts behind it.
  const auto is_older = [](const std::string& a, const std::string& b) {
    return b.starts_with(a) && b.substr(a.size()).starts_with("-rc");
  };
  if (tags.size() > 1 && is_older(tags[0], tags[1])) return tags[1];
  return tags.empty() ? "" : tags.front();
}

// What a stable kernel has taken over from later ones already, by the subjects that it keeps.
std::set<std::string> taken_over(Git& git, const std::string& since, const std::string& file) {
  std::set<std::string> out;
  if (std::ranges::count(since, '.') < 2) return out;
  const auto base = since.substr(0, since.rfind('.'));
  for (auto& subject : git.lines({"log", "--format=%s", base + ".." + since, "--", file}))
    out.insert(std::move(subject));
  return out;
}

std::string revision_of(Git& git, const Kernel& kernel) {
  for (const auto& candidate : revisions_of(kernel))
    if (git.ask({"rev-parse", "--verify", "--quiet", "--end-of-options", candidate + "^{commit}"})) return candidate;
  return {};
}

// Where the function stands in the file, in the log's kernel and in the clone's head.
struct Spans {
  std::optional<LineSpan> then, now;
};

// Those with Fixes: first; both as git lists them, the latest first.
std::vector<LaterCommit> candidates(Git& git, const std::string& since, const std::string& file, const Spans& spans) {
  const auto& [then, now] = spans;
  const auto range = since + "..HEAD";
  const auto writers = then ? writers_of(git, since, file, *then) : std::set<std::string>();
  const auto known = taken_over(git, since, file);
  std::vector<LaterCommit> fixing, touching;
  std::set<std::string> seen;
  const auto take = [&](const std::vector<Commit>& commits, bool all) {
    for (const auto& commit : commits) {
      auto told = commit.told;
      told.fixes = fixed_writer(commit, writers);
      if ((told.fixes.empty() && !all) || known.contains(told.subject) || !seen.insert(told.id).second) continue;
      (told.fixes.empty() ? touching : fixing).push_back(std::move(told));
    }
  };
  if (now) take(commits_of(git, {"-s", "-L", range_of(*now) + ":" + file, range}), true);
  if (!writers.empty()) take(commits_of(git, {range, "--", file}), false);
  fixing.insert(fixing.end(), touching.begin(), touching.end());
  return fixing;
}

// Why what was found may not be all; empty: it is.
std::string problem_of(Git& git, const LaterCommits& found, const Spans& spans) {
  const bool late = git.take_late(), failed = git.take_failed();
  if (late) return "git took too long: there may be more";
  if (failed) return "git cannot read all of the clone: there may be more";
  if (is_shallow(git)) return "the clone is shallow: there may be more";
  if (!spans.now)
    return fmt::format("its {} has not exactly one {}() now: there may be more", found.file, found.function);
  return {};
}

}  // namespace

std::vector<std::string> revisions_of(const Kernel& kernel) {
  std::vector<std::string> out;
  const std::string_view release = kernel.release;
  const auto numbers = numbers_of(release);
  if (numbers.size() < 2) return out;
  if (const auto id = release.rfind("-g"); id != std::string_view::npos) {
    const auto word = release.substr(id + 2, release.find_first_of("-+", id + 2) - id - 2);
    if (is_id(word)) out.emplace_back(word);
  }
  constexpr std::string_view packaged = "Debian ";
  if (const auto at = kernel.version.find(packaged); at != std::string::npos)
    if (const auto own = numbers_of(std::string_view(kernel.version).substr(at + packaged.size())); own.size() == 3)
      out.push_back(tag_of(own));
  if (const auto rc = release.find("-rc"); rc != std::string_view::npos) {
    const auto number = numbers_of(release.substr(rc + 3));
    if (!number.empty()) out.push_back(fmt::format("v{}.{}-rc{}", numbers[0], numbers[1], number[0]));
    return out;
  }
  out.push_back(tag_of(numbers));
  if (out.back().find('.') != out.back().rfind('.')) out.push_back(fmt::format("v{}.{}", numbers[0], numbers[1]));
  return out;
}

std::optional<LaterCommits> later_commits(Git& git, const Kernel& kernel, const std::string& file,
                                          const std::string& function) {
  git.take_late();
  git.take_failed();
  LaterCommits out{file, function, revision_of(git, kernel), {}, {}, 0, {}};
  if (out.since.empty() || !has_file(git, out.since, file)) return std::nullopt;
  if (const auto head = git.ask({"describe", "--tags", "--match=v[0-9]*", "HEAD"}))  // without tags there is none
    out.until = head->substr(0, head->find('\n'));
  if (git.ask({"rev-list", "--max-count=1", out.since + "..HEAD"}) == "") {
    out.problem =
        fmt::format("the clone's head has nothing that {} has not: a later one shows what changed", out.since);
    return out;
  }
  const Spans spans{function_lines(text_at(git, out.since, file), function),
                    function_lines(text_at(git, "HEAD", file), function)};
  out.commits = candidates(git, out.since, file, spans);
  if (out.commits.size() > most_told) {
    out.more = out.commits.size() - most_told;
    out.commits.resize(most_told);
  }
  for (auto& commit : out.commits) commit.release = first_release(git, commit.id);
  out.problem = problem_of(git, out, spans);
  return out;
}

}  // namespace unoops::source
