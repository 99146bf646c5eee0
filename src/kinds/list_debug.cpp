// CONFIG_DEBUG_LIST: a BUG() or, since v4.11 by CONFIG_BUG_ON_DATA_CORRUPTION, a WARN() in lib/list_debug.c (v6.1).
#include <array>
#include <string>

#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/place.hpp"

namespace unoops::kinds {

extern constinit const Kind kernel_bug, warning;

namespace {

bool is_list(const Report& r) { return is_in_file(r, "lib/list_debug.c"); }

// "list_add corruption. prev->next should be next (ffff88800b0c5a00), but was 0000000000000000. (prev=ffff8880...)."
std::string_view between(std::string_view text, std::string_view before, std::string_view ends) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find_first_of(ends));
}

std::string linked_wrongly(std::string_view message) {
  const bool prev = message.find("prev->next should be") != std::string_view::npos,
             next = message.find("next->prev should be") != std::string_view::npos;
  if (!prev && !next) return {};
  auto wanted = between(message, "should be ", " ,(.");
  const auto was = between(message, "but was ", " ,(."), neighbour = between(message, prev ? "(prev=" : "(next=", ").");
  if (wanted == "prev" || wanted == "next") wanted = between(message, std::string(wanted) + " (", ")");
  if (wanted.empty() || was.empty()) return {};
  const bool add = message.starts_with("list_add");
  std::string text = "the entry " + std::string(prev ? "before" : "behind");
  text +=
      (neighbour.empty() ? "" : " (" + std::string(neighbour) + ")") + " points to " + std::string(was) + ", not to ";
  return text + std::string(wanted) + (add ? " as its neighbour there does" : ", which is to be removed");
}

// Who points where; where that can't be told, the kernel's words.
std::string links(const Report& r) {
  const auto message = first_message(r);
  const auto text = linked_wrongly(message);
  return text.empty() ? std::string(message) : text;
}
constexpr auto gaps = std::to_array<Gap>({{"links", links}});
constexpr std::string_view sentence =
    "a linked list's pointers do not fit together: {links|an entry was removed twice, added twice or overwritten}";

// "list_del corruption. prev->next should be A, but was B. (prev=C)": which entry, what was expected and what stood
// there.
void broken_links(const Report& r, Explanation& e, std::string_view id) {
  constexpr auto words = "the message of the list's check";
  std::string message(first_message(r));
  const auto was = message.find("but was ");
  if (was != std::string::npos) {
    const auto value = message.substr(was + 8, 16);
    if (value.starts_with("dead0000"))
      add_likely(e, id, "the neighbour was removed already: its pointer is list poison", words);
    else if (value.starts_with("6b6b6b6b"))
      add_likely(e, id, "the neighbour's memory is freed: its pointer is slab poison 0x6b", words);
  }
  if (message.find("is LIST_POISON") != std::string::npos)
    add_likely(e, id, "the entry was removed before: list_del() leaves that poison in it", words);
  if (message.find("double add") != std::string::npos)
    add_certain(e, id, "the entry is on the list already: it was added twice", words);
}

constexpr std::string_view next =
    "look for a missing lock around this list, for an entry that is freed while it is linked, and for one that is "
    "added "
    "or removed twice";
constexpr auto rules = std::to_array<Rule>({{"list-corruption", broken_links}});

}  // namespace

extern constinit const Kind list_bug{
    .info = {"list-corruption", "linked list corrupted", Severity::error},
    .title = "BUG: corrupted list",
    .sentence = sentence,
    .gaps = gaps,
    .rules = rules,
    .next = next,
    .refines = &kernel_bug,
    .claims = is_list,
};

extern constinit const Kind list_warning{
    .info = {"list-corruption-warning", "linked list corrupted", Severity::warning},
    .title = "WARNING",
    .sentence = sentence,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::headline},
    .rules = rules,
    .next = next,
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_list,
};

}  // namespace unoops::kinds
