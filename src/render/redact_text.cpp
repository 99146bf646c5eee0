#include "render/redact_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace unoops::render {

namespace {

// How far a reader looks for what belongs to a secret: a hostile line must not be searched to its end from every place.
constexpr std::size_t near = 300;

bool is_path(char c) {
  return is_word(c) || c == '/' || c == '.' || c == '-' || c == '+' || c == '~' || c == ',' || c == '@' || c == '%';
}

bool is_host(char c) { return is_word(c) || c == '.' || c == '-'; }

bool is_login(char c) {
  return is_word(c) || (c != '\0' && std::string_view(".-+:%!$").find(c) != std::string_view::npos);
}

// Where a path's part in the kernel's tree begins.
std::size_t tree_at(std::string_view path) {
  static constexpr std::string_view tops[] = {"/arch/",    "/block/",    "/certs/", "/crypto/",   "/drivers/",
                                              "/fs/",      "/include/",  "/init/",  "/io_uring/", "/ipc/",
                                              "/kernel/",  "/lib/",      "/mm/",    "/net/",      "/rust/",
                                              "/samples/", "/security/", "/sound/", "/virt/"};
  std::size_t best = std::string_view::npos;
  for (const auto top : tops) best = std::min(best, path.find(top));
  return best;
}

bool is_source(std::string_view path) {
  return path.ends_with(".c") || path.ends_with(".h") || path.ends_with(".S") || path.ends_with(".rs") ||
         path.ends_with(".ko");
}

bool tells_nobody(std::string_view path) {
  static constexpr std::string_view system[] = {"/proc/",        "/sys/",     "/dev/",     "/sbin/",     "/bin/",
                                                "/lib/modules/", "/usr/bin/", "/usr/lib/", "/usr/sbin/", "/etc/"};
  if (path.starts_with("/dev/disk/")) return false;  // by-id has serial numbers, by-path the hosts of iSCSI
  return std::ranges::any_of(system, [&](std::string_view s) { return path.starts_with(s); });
}

// "/home/alice", anywhere in a path: whose owner may be called "net".
std::size_t home_at(std::string_view path) {
  std::size_t best = std::string_view::npos;
  for (const std::string_view homes : {"/home/", "/Users/"}) best = std::min(best, path.find(homes));
  return best;
}

std::string source_path(std::string_view path) {
  if (const auto home = home_at(path); home != std::string_view::npos) {
    const auto owner = path.find('/', home + 1) + 1;
    path.remove_prefix(std::min(path.find('/', owner), path.rfind('/')));
  }
  if (const auto at = tree_at(path); at != std::string_view::npos) return std::string(path.substr(at + 1));
  return std::string(path.substr(path.rfind('/') + 1));
}

// Words, not addresses: of pages that the kernel itself and systemd name.
bool is_public(std::string_view authority) {
  static constexpr std::string_view hosts[] = {"kernel.org", "freedesktop.org"};
  return std::ranges::any_of(hosts, [&](std::string_view host) {
    return authority == host || (authority.ends_with(host) && authority[authority.size() - host.size() - 1] == '.');
  });
}

// "/cpus/cpu@0", "mmc@fe320000": the device tree's unit addresses; "getty@tty1.service": an instance of a unit.
bool is_no_host(std::string_view name, bool in_path) {
  static constexpr std::string_view units[] = {".service", ".socket", ".slice", ".scope",
                                               ".mount",   ".target", ".timer"};
  if (std::ranges::any_of(units, [&](std::string_view unit) { return name.ends_with(unit); })) return true;
  constexpr std::size_t address = 6;
  const auto digits = span_of(name, [](char c) { return is_hex(c); });
  const bool is_number = digits == name.size() || name[digits] == ',';
  return is_number && (in_path || is_digit(name.front()) || digits >= address);
}

}  // namespace

void Spot::advance(std::size_t by) {
  for (const auto end = at + by; at < end; ++at)
    if (text[at] == '"' && before() != '\\') quoted = !quoted;
}

std::size_t end_of_message(std::string_view text, std::size_t from, bool quoted) {
  const auto is_quote = [&](std::size_t at) { return text[at] == '"' && (at == 0 || text[at - 1] != '\\'); };
  std::size_t end = from;
  while (end < text.size() && !(quoted && is_quote(end)) && text[end] != '\n' && text[end] != '\r') ++end;
  return end;
}

std::string with_first_word_replaced(std::string_view text, std::string_view word, std::string_view by) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto behind = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (behind == text.size() || !is_word(text[behind])))
      return std::string(text.substr(0, at)).append(by).append(text.substr(behind));
  }
  return std::string(text);
}

// Behind the release of "Pid: 1, comm: init Not tainted 2.6.32 #1 Bochs" (arch/x86/kernel/process.c show_regs_common,
// v3.3; on 32 bits "(2.6.32 #1) Bochs").
std::optional<Secret> board(const Spot& spot) {
  if (!spot.begins_word() || !spot.rest().starts_with("Pid: ")) return std::nullopt;
  const auto text = spot.rest().substr(0, near);
  const auto taint = text.find("ainted", text.find(", comm: "));
  const auto build = taint == std::string_view::npos ? taint : text.find(" #", taint);
  const auto end = build == std::string_view::npos ? build : text.find(' ', build + 1);
  if (end == std::string_view::npos) return std::nullopt;
  const auto from = end + 1, length = end_of_message(spot.text, spot.at + from, spot.quoted) - spot.at;
  if (length <= from) return std::nullopt;
  return Secret{length, std::string(text.substr(0, from)) + "<hardware>"};
}

// "(user@buildhost)" of the banner (init/version.c linux_banner), which may have lost its beginning.
std::optional<Secret> builder(const Spot& spot) {
  if (spot.rest().front() != '(') return std::nullopt;
  const auto text = spot.rest().substr(0, near);
  const auto end = text.find_first_of(" ()", 1);
  if (end == std::string_view::npos || text[end] != ')') return std::nullopt;
  if (text.substr(0, end).find('@') == std::string_view::npos) return std::nullopt;
  return Secret{end, "(<builder>"};
}

// A serial console shows more than the kernel's words: "tower login: alice", "Debian GNU/Linux 12 tower ttyS0"
// (agetty(8)), and sudo(8) logs as "alice : TTY=pts/0".
std::optional<Secret> console_host(const Spot& spot) {
  static constexpr std::string_view host = "<host>",
                                    login = " login:", terminals[] = {" ttyS", " tty", " ttyAMA", " hvc"};
  if (!spot.begins_word() || spot.before() == '.' || spot.before() == '-') return std::nullopt;
  const auto length = span_of(spot.rest().substr(0, near), is_host);
  const auto name = spot.rest().substr(0, length), behind = spot.rest().substr(length);
  if (length == 0) return std::nullopt;
  if (behind.starts_with(" : TTY=")) return Secret{length, "<user>"};
  if (behind.starts_with(login)) {
    const auto who = login.size() + (behind.substr(login.size()).starts_with(' ') ? 1 : 0);
    const auto user = span_of(behind.substr(who), is_host);
    if (!trim(behind.substr(who + user)).empty()) return std::nullopt;  // "Last login: Mon Jan  6"
    return Secret{length + who + user, std::string(host).append(behind.substr(0, who)) + (user > 0 ? "<user>" : ""),
                  name};
  }
  const auto earlier = spot.text.substr(spot.at - std::min(spot.at, near), std::min(spot.at, near));
  for (const auto terminal : terminals) {
    const auto number = trim_right(behind);
    if (!number.starts_with(terminal) || number.substr(terminal.size()).find_first_not_of("0123456789") != number.npos)
      continue;
    if (earlier.find("Linux") == earlier.npos && earlier.find("Ubuntu") == earlier.npos) continue;
    return Secret{length, std::string(host), name};
  }
  return std::nullopt;
}

std::optional<Secret> url(const Spot& spot) {
  static constexpr std::string_view mark = "://";
  if (!spot.rest().starts_with(mark)) return std::nullopt;
  const auto all = spot.rest().substr(mark.size());
  const auto where = all.substr(0, std::min(all.find_first_of(" \t\r\n\"'<>()\\|"), all.size()));
  const auto address = where.substr(0, where.find_last_not_of(".,;:") + 1);
  if (address.empty()) return std::nullopt;
  const bool shown = is_public(address.substr(0, address.find_first_of(":/?#")));
  return Secret{mark.size() + address.size(), std::string(mark).append(shown ? address : "<url>")};
}

// "\\server\share" (fs/cifs); JSON doubles each.
std::optional<Secret> share(const Spot& spot) {
  const auto text = spot.rest();
  if (!text.starts_with("\\\\") || !spot.begins_word() || spot.before() == '\\') return std::nullopt;
  const auto marks = span_of(text, [](char c) { return c == '\\'; });
  const auto name = span_of(text.substr(marks), [](char c) { return is_host(c) || c == '\\' || c == '$'; });
  if (name == 0) return std::nullopt;
  return Secret{marks + name, "<share>"};
}

// "alice@tower", in a prompt, in a mail, with a password: "alice:secret@tower".
std::optional<Secret> mail_address(const Spot& spot) {
  constexpr std::size_t longest = 128;
  if (is_login(spot.before()) || !is_word(spot.rest().front())) return std::nullopt;
  const auto user = span_of(spot.rest().substr(0, longest), is_login);
  if (user == 0 || user + 1 >= spot.rest().size() || spot.rest()[user] != '@') return std::nullopt;
  const auto behind = spot.rest().substr(user + 1, near);
  auto name = behind.substr(0, span_of(behind, [](char c) { return is_host(c) || c == ','; }));
  name = name.substr(0, name.find_last_not_of(".,-") + 1);
  if (name.empty() || !is_word(name.front()) || is_no_host(name, spot.before() == '/')) return std::nullopt;
  name = name.substr(0, name.find(','));
  // A domain is no machine: "linux.it" of a driver's author.
  const bool is_domain = name.find('.') != std::string_view::npos;
  return Secret{user + 1 + name.size(), "<user>@<host>", is_domain ? std::string_view{} : name};
}

// Absolute paths: of a source file its place in the kernel's tree or its name, of others nothing but those of the
// system; of relative ones those that lead to a home.
std::optional<Secret> path(const Spot& spot) {
  if (!is_path(spot.rest().front()) || (spot.at > 0 && is_path(spot.before()))) return std::nullopt;
  auto name = spot.rest().substr(0, span_of(spot.rest(), is_path));
  name = name.substr(0, std::max<std::size_t>(name.find_last_not_of(".,") + 1, 1));
  const bool absolute = name.front() == '/';
  if (!absolute && home_at(name) == std::string_view::npos) return std::nullopt;
  const bool has_parts = name.find('/', 1) != std::string_view::npos;
  if (!has_parts || tells_nobody(name)) return std::nullopt;
  return Secret{name.size(), is_source(name) ? source_path(name) : "<path>"};
}

}  // namespace unoops::render
