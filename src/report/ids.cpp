// The words that JSON prints for the closed lists of the model.
#include <algorithm>
#include <array>

#include "unoops/report.hpp"

namespace unoops {

namespace {

// In the order of the enumeration.
template <std::size_t Size, class Enum>
std::string_view word(const std::array<std::string_view, Size>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

constexpr auto severities = std::to_array<std::string_view>({"notice", "warning", "error", "fatal"});

}  // namespace

std::string_view severity_id(Severity severity) { return word(severities, severity); }

std::optional<Severity> severity_from_id(std::string_view id) {
  const auto at = std::ranges::find(severities, id);
  if (at == severities.end()) return std::nullopt;
  return static_cast<Severity>(at - severities.begin());
}

std::string_view defect_id(DefectKind kind) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"truncated", "truncated", "interleaved", "garbled", "dropped", "over-limit", "no-trace"});
  return word(words, kind);
}

std::string_view bearing_id(Bearing bearing) {
  static constexpr auto words = std::to_array<std::string_view>({"device", "driver", "file-system", "time"});
  return word(words, bearing);
}

std::string_view access_id(Access access) {
  static constexpr auto words = std::to_array<std::string_view>({"", "read", "write", "execute"});
  return word(words, access);
}

std::string_view address_class_id(AddressClass address_class) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"", "null", "null-offset", "null-array", "err-ptr", "poison", "ascii", "non-canonical", "user", "kernel", "text",
       "module", "guard-page", "execute-data", "unknown"});
  return word(words, address_class);
}

std::string_view operation_id(Operation operation) {
  static constexpr auto words =
      std::to_array<std::string_view>({"", "load", "store", "read and write", "string copy", "string store",
                                       "string read", "user copy", "call", "jump", "ret", "trap", "divide", "execute"});
  return word(words, operation);
}

std::string_view context_id(Context context) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"", "task", "irq", "softirq", "hardirq", "nmi", "exception", "entry", "unknown", ""});
  return word(words, context);
}

std::string_view context_word(const Stack& stack) {
  static constexpr auto words = std::to_array<std::string_view>({"", "headline", "repeat", "again"});
  if (stack.occurrence != Occurrence::own) return word(words, stack.occurrence);
  return stack.context == Context::other ? std::string_view(stack.context_word) : context_id(stack.context);
}

}  // namespace unoops
