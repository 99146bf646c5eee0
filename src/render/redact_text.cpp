#include "render/redact_text.hpp"

#include <algorithm>

#include "facts/kasan_shadow.hpp"

namespace unoops::render {

namespace {

constexpr std::uint64_t error_codes = 4095;  // include/linux/err.h MAX_ERRNO

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_name(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_path(char c) {
  return is_name(c) || c == '/' || c == '.' || c == '-' || c == '+' || c == '~' || c == ',' || c == '@' || c == '%';
}

// include/linux/poison.h: one byte throughout, list and timer poison (with POISON_POINTER_DELTA), KASAN's shadow of
// NULL.
bool is_constant(std::uint64_t value) {
  const std::uint64_t byte = value & 0xff;
  if (value == byte * 0x0101010101010101u) return true;
  const auto high = value >> 32;
  if (high == 0xdead0000 || high == 0xdead4ead) return (value & 0xffffffff) < 0x10000;
  return value - x86_shadow_offset < 0x10000;
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

}  // namespace

bool is_kernel_address(std::uint64_t value, int bits, bool low_kernel) {
  if (bits == 32) return value >= 0x80000000u && value < 0x100000000u - error_codes && value % 0x01010101u != 0;
  if (value > ~std::uint64_t{0} - error_codes || is_constant(value)) return false;
  if (low_kernel) return value >= 0x100000;
  return value >> 63 != 0;
}

bool looks_like_kernel_address(std::uint64_t value, std::size_t digits, bool prefixed, int bits, bool low_kernel) {
  if (digits == 16) return is_kernel_address(value, 64, low_kernel);
  if (digits == 8 && bits != 64) return is_kernel_address(value, 32, false);
  if (low_kernel && prefixed) return is_kernel_address(value, 64, true);
  return false;
}

void for_each_hex_word(std::string_view text,
                       const std::function<void(std::string_view, std::string_view, bool)>& visit) {
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    const bool starts = is_hex_digit(text[at]) && (at == 0 || !is_name(text[at - 1]));
    if (!starts) {
      ++at;
      continue;
    }
    const bool prefixed = text.substr(at).starts_with("0x") || text.substr(at).starts_with("0X");
    const std::size_t from = at + (prefixed ? 2 : 0);
    std::size_t end = from;
    while (end < text.size() && is_hex_digit(text[end])) ++end;
    const bool word = end > from && (end == text.size() || !is_name(text[end]));
    if (word) {
      visit(text.substr(done, from - done), text.substr(from, end - from), prefixed);
      done = end;
    }
    while (end < text.size() && is_name(text[end])) ++end;
    at = std::max(end, at + 1);
  }
  visit(text.substr(done), {}, false);
}

std::string with_word_replaced(std::string_view text, std::string_view word, std::string_view by) {
  std::string out;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word)) {
    const auto behind = at + word.size();
    const bool whole = (at == 0 || !is_name(text[at - 1])) && (behind == text.size() || !is_name(text[behind]));
    out += text.substr(0, at);
    out += whole ? by : word;
    text.remove_prefix(behind);
  }
  return out += text;
}

std::string without_builder(std::string_view text) {
  const auto banner = text.find("Linux version ");
  const auto open = banner == std::string_view::npos ? banner : text.find('(', banner);
  const auto close = open == std::string_view::npos ? open : text.find(')', open);
  if (close == std::string_view::npos || text.substr(open, close - open).find('@') == std::string_view::npos)
    return std::string(text);
  return std::string(text.substr(0, open)) + "(<builder>" + std::string(text.substr(close));
}

std::string without_hardware(std::string_view text) {
  for (const std::string_view words : {"Hardware name: ", "DMI: "})
    if (const auto at = text.find(words); at != std::string_view::npos)
      return std::string(text.substr(0, at + words.size())) + "<hardware>";
  return std::string(text);
}

std::string without_code(std::string_view text) {
  const auto at = text.find("Code: ");
  if (at == std::string_view::npos) return std::string(text);
  std::size_t bytes = 0;
  for (std::size_t i = at + 6; i + 2 <= text.size() && is_hex_digit(text[i]) && is_hex_digit(text[i + 1]); i += 3) {
    if (i + 2 < text.size() && text[i + 2] != ' ') break;
    ++bytes;
  }
  return bytes < 4 ? std::string(text) : std::string(text.substr(0, at)) + "Code: <bytes>";
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
