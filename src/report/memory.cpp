#include <cstddef>
#include <string>

#include "report/field.hpp"
#include "report/fields.hpp"

namespace unoops {
namespace report {
namespace {

constexpr std::size_t of_malloc = 16;  // for each piece, roughly

// What a value keeps besides its own bytes.
template <class T>
std::size_t behind(const T& value) {
  std::size_t bytes = 0;
  if constexpr (std::same_as<T, std::string>) {
    static const std::size_t inside = std::string().capacity();
    if (value.capacity() > inside) bytes = value.capacity() + of_malloc;
  } else if constexpr (is_list<T>) {
    if (!value.empty()) bytes = value.capacity() * sizeof(typename T::value_type) + of_malloc;
    for (const auto& one : value) bytes += behind(one);
  } else if constexpr (is_optional<T>) {
    if (value) bytes = behind(*value);
  } else if constexpr (is_variant<T>) {
    bytes = std::visit([](const auto& held) { return behind(held); }, value);
  } else if constexpr (std::same_as<T, Named>) {
    bytes = behind(value.first) + behind(value.second);
  } else if constexpr (Listed<T>) {
    for_each_field(value, [&](const auto&, const auto& member) { bytes += behind(member); });
  }
  return bytes;
}

}  // namespace
}  // namespace report

std::size_t memory_of(const Report& report) { return sizeof(Report) + report::behind(report); }

}  // namespace unoops
