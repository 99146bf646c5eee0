#include <algorithm>

#include "base/text.hpp"
#include "render/redact_text.hpp"

namespace unoops::render {

namespace {

// "48 8b <0f> 0b": bytes with one blank between them.
struct Run {
  std::size_t bytes = 0, length = 0;
  bool tells = false;  // it may hold a pointer
};

// include/linux/poison.h, mm/kasan/kasan.h (shadow bytes: 00 to 0f and f0 to ff).
bool is_fill(char high, char low) {
  static constexpr std::string_view poison[] = {"6b", "5a", "a5", "bb", "cc", "aa"};
  const char both[] = {high, low};
  return high == '0' || high == 'f' || std::ranges::find(poison, std::string_view(both, 2)) != std::end(poison);
}

Run run_of_bytes(std::string_view text) {
  constexpr std::size_t fewest = 4, fewest_decimals = 8;
  Run run;
  bool letters = false, only_fill = true;
  for (std::size_t at = 0; at < text.size();) {
    const bool marked = text[at] == '<' || text[at] == '(' || text[at] == '[' || text[at] == '>';
    const auto byte = text.substr(at + (marked ? 1 : 0));
    if (byte.size() < 2 || !is_hex(byte[0]) || !is_hex(byte[1])) break;
    std::size_t end = at + (marked ? 3 : 2);
    if (end < text.size() && is_word(text[end])) break;
    if (end < text.size() && (text[end] == '>' || text[end] == ')' || text[end] == ']')) ++end;
    letters = letters || byte[0] > '9' || byte[1] > '9';
    only_fill = only_fill && is_fill(byte[0], byte[1]);
    ++run.bytes;
    run.length = end;
    if (end + 1 >= text.size() || text[end] != ' ') break;
    at = end + 1;
  }
  if (run.bytes < (letters ? fewest : fewest_decimals)) return {};
  run.tells = !only_fill;
  return run;
}

}  // namespace

// "[66,85,71,255]": a message that is no UTF-8, as journalctl -o json prints it.
std::optional<Secret> listed_message(const Spot& spot) {
  constexpr std::size_t shortest = 16;
  const auto text = spot.rest();
  if (!text.starts_with('[')) return std::nullopt;
  const auto end = text.find_first_not_of("0123456789, ", 1);
  const bool closed = end != std::string_view::npos && text[end] == ']';
  if (!closed || end < shortest || text.find(',') >= end) return std::nullopt;
  return Secret{end + 1, "[\"<bytes>\"]"};
}

// The bytes of a dump of memory, and what follows them in characters: they hold pointers. "Code: 48 8b ..." does, too.
// What the kernel fills memory with stays, and so do KASAN's shadow bytes.
std::optional<Secret> memory_bytes(const Spot& spot) {
  if (!spot.begins_word() || spot.before() == '<') return std::nullopt;
  const auto text = spot.rest();
  const auto run = run_of_bytes(text);
  if (run.bytes == 0) return std::nullopt;
  if (!run.tells) return Secret{run.length, std::string(text.substr(0, run.length))};
  auto end = spot.at + run.length;
  if (spot.text.substr(end).starts_with("  ")) end = end_of_message(spot.text, end, spot.quoted);
  return Secret{end - spot.at, "<bytes>"};
}

}  // namespace unoops::render
