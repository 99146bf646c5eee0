// What is taken out of a text beside addresses: one table of secrets, each a reader with a sample of what the kernel, or
// a program that writes to the same log, prints. A new kind of secret is a row of redact_rows.cpp and nothing else.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "base/text.hpp"

namespace unoops::render {

// A place in a text at which a secret may begin.
struct Spot {
  std::string_view text;
  std::size_t at = 0;
  bool quoted = false;  // a double quote is open there: the text is the value of a field of JSON

  std::string_view rest() const { return text.substr(at); }
  char before() const { return at == 0 ? '\0' : text[at - 1]; }
  bool begins_word() const { return !is_word(before()); }
  void advance(std::size_t by);
};

struct Secret {
  std::size_t length = 0;   // from the spot on
  std::string shown;        // instead of it
  std::string_view host{};  // a name that is hidden wherever it stands from then on
};

struct SecretRow {
  std::optional<Secret> (*read)(const Spot&);
  std::string_view sample, shown;  // a text, and what is left of it
};

std::span<const SecretRow> secret_rows();

// Values that words announce.
enum class Ends {
  word,     // at a blank, a comma, a quote or a bracket
  quote,    // at the single quote
  message,  // with the message
};

struct Announced {
  std::string_view words;  // before it, in any case
  Ends ends = Ends::word;
  std::string_view shown_as;  // "<host>": the name is hidden elsewhere, too
  std::string_view behind{};  // words that have to stand behind it
};

std::span<const Announced> announced_values();

// The readers of the table. Each reads one secret that begins at the spot.
std::optional<Secret> announced_value(const Spot&);
std::optional<Secret> memory_bytes(const Spot&);
std::optional<Secret> listed_message(const Spot&);
std::optional<Secret> board(const Spot&);
std::optional<Secret> builder(const Spot&);
std::optional<Secret> console_host(const Spot&);
std::optional<Secret> url(const Spot&);
std::optional<Secret> share(const Spot&);
std::optional<Secret> mail_address(const Spot&);
std::optional<Secret> storage_name(const Spot&);
std::optional<Secret> fingerprint(const Spot&);
std::optional<Secret> path(const Spot&);
std::optional<Secret> mac_address(const Spot&);
std::optional<Secret> ip_address(const Spot&);
std::optional<Secret> uuid(const Spot&);
std::optional<Secret> decimal_address(const Spot&);

// The first secret at the spot, of the whole table.
std::optional<Secret> find_secret(const Spot&);

// Where the message ends that `from` is in: a message that is the value of a field ends with the quote that is open
// there.
std::size_t end_of_message(std::string_view text, std::size_t from, bool quoted);

std::string with_first_word_replaced(std::string_view text, std::string_view word, std::string_view by);

// How many characters from the front `is` holds of.
template <class Is>
std::size_t span_of(std::string_view text, Is is) {
  std::size_t length = 0;
  while (length < text.size() && is(text[length])) ++length;
  return length;
}

}  // namespace unoops::render
