// How src/report/fields.hpp lists the members of the model, and what walks over such a list.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::report {

// What a member says of the machine and its people.
enum class Privacy {
  plain,         // nothing
  text,          // words in which addresses, names and paths may stand
  private_text,  // a name that goes as a whole
  address,       // a place in the kernel's memory; JSON prints it in hex
};

// When JSON prints a member.
enum class Print {
  told,     // if it says something (says_nothing)
  always,   // also if it says nothing
  never,    // it is of use to the later stages alone, or printed as a part of something else
  seconds,  // microseconds, printed as seconds, if they are known
  spread,   // its members are printed as if they were its owner's
};

template <Print print>
using PrintAs = std::integral_constant<Print, print>;
inline constexpr PrintAs<Print::always> always;
inline constexpr PrintAs<Print::never> never;
inline constexpr PrintAs<Print::seconds> seconds;
inline constexpr PrintAs<Print::spread> spread;

// A list that the copy of a report's head keeps, because the index or a report's first lines ask for it.
using InHead = std::true_type;
inline constexpr InHead in_head;

template <class Owner, class Member, Privacy privacy, Print print, bool kept_in_head = false>
struct Field {
  std::string_view name;  // JSON's
  Member Owner::*member;
};

template <Privacy privacy>
struct MakeField {
  template <class Owner, class Member, Print print = Print::told>
  constexpr Field<Owner, Member, privacy, print> operator()(std::string_view name, Member Owner::*member,
                                                            PrintAs<print> = {}) const {
    return {name, member};
  }
  template <class Owner, class Member>
  constexpr Field<Owner, Member, privacy, Print::told, true> operator()(std::string_view name, Member Owner::*member,
                                                                        InHead) const {
    return {name, member};
  }
};
inline constexpr MakeField<Privacy::plain> plain;
inline constexpr MakeField<Privacy::text> text;
inline constexpr MakeField<Privacy::private_text> private_text;
inline constexpr MakeField<Privacy::address> address;

namespace detail {

struct Anything {
  template <class T>
  operator T() const noexcept;
};

template <class Owner, std::size_t... Index>
consteval bool has_members(std::index_sequence<Index...>) {
  return requires { Owner{(static_cast<void>(Index), Anything{})...}; };
}

// Fields in their order, by which those of one type are told apart. What std::tuple has besides takes seconds to compile
// for the members of a report.
template <std::size_t index, class Field>
struct Place {
  Field field;
};
template <class Index, class... Fields>
struct Places;
template <std::size_t... index, class... Fields>
struct Places<std::index_sequence<index...>, Fields...> : Place<index, Fields>... {
  template <class Visit>
  constexpr void visit(Visit&& visit) const {
    (visit(static_cast<const Place<index, Fields>&>(*this).field), ...);
  }
};
template <class... Fields>
struct List : Places<std::index_sequence_for<Fields...>, Fields...> {};

template <class... Fields, class Visit>
constexpr void for_each_of(const List<Fields...>& fields, Visit&& visit) {
  fields.visit(visit);
}

}  // namespace detail

// The list of all members of Owner; if one is missing, it does not compile.
template <class Owner, class... Members, Privacy... privacies, Print... prints, bool... kept>
consteval detail::List<Field<Owner, Members, privacies, prints, kept>...> all_of(
    Field<Owner, Members, privacies, prints, kept>... fields) {
  static_assert(detail::has_members<Owner>(std::index_sequence_for<Members...>{}) &&
                    !detail::has_members<Owner>(std::make_index_sequence<sizeof...(Members) + 1>{}),
                "a member of Owner is not listed in src/report/fields.hpp");
  return {{{fields}...}};
}

struct NotListed {};

// The list of a struct of the model: fields.hpp has them.
template <class Owner>
inline constexpr auto fields_of = NotListed{};

template <class T>
concept Listed = !std::same_as<const NotListed, decltype(fields_of<std::remove_const_t<T>>)>;

// visit(field, member) for every member.
template <Listed Owner, class Visit>
constexpr void for_each_field(Owner& owner, Visit&& visit) {
  detail::for_each_of(fields_of<std::remove_const_t<Owner>>,
                      [&](const auto& field) { visit(field, owner.*field.member); });
}

// visit(field, member of `to`, member of `from`) for every member.
template <Listed Owner, class From, class Visit>
constexpr void for_each_field(Owner& to, From& from, Visit&& visit) {
  detail::for_each_of(fields_of<Owner>, [&](const auto& field) { visit(field, to.*field.member, from.*field.member); });
}

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... Ts>
inline constexpr bool is_variant<std::variant<Ts...>> = true;

// Empty, absent, 0, false, or the first of an enumeration.
template <class T>
constexpr bool says_nothing(const T& value) {
  if constexpr (is_list<T>)
    return value.empty();
  else if constexpr (is_optional<T>)
    return !value;
  else if constexpr (Listed<T>)
    return false;
  else
    return value == T{};
}

using Named = std::pair<std::string, std::string>;  // a name and its value

// visit(privacy, value) for every value in `owner`, however deep; where there is a visit(value) for a struct, that one
// gets the struct as a whole.
template <Listed Owner, class Visit>
void for_each_value(Owner& owner, const Visit& visit);

namespace detail {

template <Privacy privacy, class T, class Visit>
void visit_values(T& value, const Visit& visit) {
  if constexpr (std::is_invocable_v<const Visit&, T&>) {
    visit(value);
  } else if constexpr (Listed<T>) {
    for_each_value(value, visit);
  } else if constexpr (is_list<T>) {
    for (auto& one : value) visit_values<privacy>(one, visit);
  } else if constexpr (is_optional<T>) {
    if (value) visit_values<privacy>(*value, visit);
  } else if constexpr (is_variant<T>) {
    std::visit([&](auto& held) { visit_values<privacy>(held, visit); }, value);
  } else if constexpr (std::same_as<T, Named>) {
    visit_values<privacy>(value.second, visit);
  } else {
    static_assert(!std::is_class_v<T> || std::convertible_to<T, std::string_view>, "fields.hpp has no list for it");
    visit(privacy, value);
  }
}

}  // namespace detail

template <Listed Owner, class Visit>
void for_each_value(Owner& owner, const Visit& visit) {
  for_each_field(owner, [&]<class Of, class Member, Privacy privacy, Print print, bool kept>(
                            const Field<Of, Member, privacy, print, kept>&, auto& member) {
    detail::visit_values<privacy>(member, visit);
  });
}

}  // namespace unoops::report
