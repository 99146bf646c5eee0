#include "kinds/headers.hpp"

#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"

namespace unoops {

bool plain_header(std::string_view before, Scanner, Draft&) { return only_prefixes(before); }

bool anywhere(std::string_view, Scanner, Draft&) { return true; }

bool take_ref(Scanner rest, Draft& d, std::string_view label, PcKind kind) {
  auto found = find_symbol_refs(rest.rest());
  if (found.empty()) return false;
  found.front().ref.pc = kind;
  d.add_single(label, std::move(found.front().ref), "headline");
  return true;
}

}  // namespace unoops
