// The kinds of report: what the world sees of a row of the table in src/kinds.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace unoops {

enum class Severity { notice, warning, error, fatal };

std::string_view severity_id(Severity);
std::optional<Severity> severity_from_id(std::string_view);

struct KindInfo {
  std::string_view id;    // "null-pointer-dereference": JSON's `kind`, `--kind`
  std::string_view name;  // "NULL pointer dereference": for people
  Severity severity = Severity::error;
};

// All kinds in the order of precedence.
std::span<const KindInfo* const> all_kinds();
const KindInfo* find_kind(std::string_view id);

}  // namespace unoops
