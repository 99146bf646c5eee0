#include "render/redact_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace unoops::render {

namespace {

bool is_path(char c) {
  return is_word(c) || c == '/' || c == '.' || c == '-' || c == '+' || c == '~' || c == ',' || c == '@' || c == '%';
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
  return std::ranges::any_of(system, [&](std::string_view s) { return path.starts_with(s); });
}

// What is shown for it.
constexpr std::string_view hardware = "<hardware>";

struct Value {
  std::string_view words;  // that stand before it
  bool is_word;            // false: it goes on to the end of the message
  std::string_view shown_as;
};

constexpr Value values[] = {
    {"Hardware name: ", false, hardware},                          // kernel/printk/printk.c dump_stack_print_info
    {"DMI: ", false, hardware},                                    // drivers/firmware/dmi_scan.c
    {"Machine model: ", false, hardware},                          // drivers/of/fdt.c
    {"ommand line: ", false, "<command line>"},                    // init/main.c, arch/x86/kernel/setup.c
    {"kernel command line parameters ", false, "<command line>"},  // init/main.c, of those that nobody knows
    {"SerialNumber", true, "<serial>"},                            // drivers/usb/core/hub.c
    {"erial Number", true, "<serial>"},
    {"erial number", true, "<serial>"},
    {"_HOSTNAME", true, "<host>"},  // systemd.journal-fields(7)
};

// Behind the release of "Pid: 1, comm: init Not tainted 2.6.32 #1 Bochs" (arch/x86/kernel/process.c show_regs_common,
// v3.3; on 32 bits "(2.6.32 #1) Bochs"): the board. text.size(): there is none.
std::size_t board_at(std::string_view text) {
  const auto pid = text.find("Pid: ");
  const auto taint = pid == std::string_view::npos ? pid : text.find("ainted", text.find(", comm: ", pid));
  const auto build = taint == std::string_view::npos ? taint : text.find(" #", taint);
  const auto end = build == std::string_view::npos ? build : text.find(' ', build + 1);
  return end == std::string_view::npos ? text.size() : end + 1;
}

// Where `word` stands, but not as a part of a longer one.
std::size_t find_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto behind = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (behind == text.size() || !is_word(text[behind]))) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::size_t end_of_message(std::string_view text, std::size_t from) {
  const auto is_quote = [&](std::size_t at) { return text[at] == '"' && (at == 0 || text[at - 1] != '\\'); };
  bool open = false;
  for (std::size_t at = 0; at < from; ++at) open = open != is_quote(at);
  std::size_t end = from;
  while (end < text.size() && !(open && is_quote(end)) && text[end] != '\n' && text[end] != '\r') ++end;
  return end;
}

std::string with_first_word_replaced(std::string_view text, std::string_view word, std::string_view by) {
  const auto at = find_word(text, word);
  if (at == std::string_view::npos) return std::string(text);
  return std::string(text.substr(0, at)).append(by).append(text.substr(at + word.size()));
}

std::string with_word_replaced(std::string_view text, std::string_view word, std::string_view by) {
  std::string out;
  const auto within = by.find(word);  // a host that is called "host": "<host>" has it, and was put there before
  for (auto at = find_word(text, word); at != std::string_view::npos; at = find_word(text, word)) {
    const bool done = within != std::string_view::npos && at >= within && text.substr(at - within).starts_with(by);
    out.append(text.substr(0, at)).append(done ? word : by);
    text.remove_prefix(at + word.size());
  }
  return out.append(text);
}

std::string without_builder(std::string_view text) {
  std::string out;
  for (auto open = text.find('('); open != std::string_view::npos; open = text.find('(')) {
    const auto end = text.find_first_of(" ()", open + 1);
    const bool whole = end != std::string_view::npos && text[end] == ')';
    const bool builder = whole && text.substr(open, end - open).find('@') != std::string_view::npos;
    out += text.substr(0, open + 1);
    if (builder) out += "<builder>";
    text.remove_prefix(builder ? end : open + 1);
  }
  return out.append(text);
}

std::string without_values(std::string_view text) {
  std::string out(text);
  for (const auto& row : values) {
    const auto at = out.find(row.words);
    if (at == std::string::npos) continue;
    auto from = at + row.words.size();
    if (row.is_word) from = std::min(out.find_first_not_of("\": =", from), out.size());
    const auto end =
        row.is_word ? std::min(out.find_first_of(" \t\r\n,\"", from), out.size()) : end_of_message(out, from);
    if (end > from) out.replace(from, end - from, row.shown_as);
  }
  if (const auto from = board_at(out); from < out.size()) out.replace(from, end_of_message(out, from) - from, hardware);
  return out;
}

std::string without_user_path(std::string_view path) {
  if (!path.starts_with('/')) return std::string(path);
  for (const std::string_view homes : {"/home/", "/Users/"})  // whose owner may be called "net"
    if (path.starts_with(homes)) path.remove_prefix(std::min(path.size() - 1, path.find('/', homes.size())));
  if (!path.starts_with('/')) return std::string(path.substr(path.rfind('/') + 1));
  if (const auto at = tree_at(path); at != std::string_view::npos) return std::string(path.substr(at + 1));
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string without_paths(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool starts = text[at] == '/' && (at == 0 || !is_path(text[at - 1]));
    if (!starts) {
      out += text[at++];
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_path(text[end])) ++end;
    std::string_view path = text.substr(at, end - at);
    while (path.size() > 1 && (path.ends_with('.') || path.ends_with(','))) path.remove_suffix(1);
    const bool has_parts = path.find('/', 1) != std::string_view::npos;
    if (!has_parts || tells_nobody(path))
      out += path;
    else if (is_source(path))
      out += without_user_path(path);
    else
      out += "<path>";
    at += path.size();
  }
  return out;
}

}  // namespace unoops::render
