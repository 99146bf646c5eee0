#include "source/source_check.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"
#include "source/c_text.hpp"

namespace unoops::source {
namespace {

constexpr std::size_t longest_text = 200;  // of a condition or a comment

// "fs/x.c:12" of the headline, else where the trap is by the debug information.
Location place_of(const Report& r) {
  Location at;
  const auto place = r.fact(fact::place);
  const auto colon = place.rfind(':');
  if (colon != std::string_view::npos) {
    at.file = place.substr(0, colon);
    const auto digits = place.substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), at.line);
    return at;
  }
  const auto* pc = own_pc(r);
  const auto* chain = pc ? std::get_if<std::vector<Location>>(&pc->lookup) : nullptr;
  return r.site.operation == Operation::trap && chain && !chain->empty() ? chain->front() : at;
}

// Is it a function of the frames that the headline and the pc name, inlined ones too?
bool is_named(const Report& r, std::string_view function) {
  const auto is_it = [&](const Frame& frame) {
    const std::string_view symbol = frame.ref.symbol;
    if (symbol.substr(0, symbol.find('.')) == function) return true;
    const auto* chain = std::get_if<std::vector<Location>>(&frame.lookup);
    return chain && std::ranges::find(*chain, function, &Location::function) != chain->end();
  };
  return !function.empty() && std::ranges::any_of(r.stacks, [&](const Stack& s) {
    return (s.occurrence == Occurrence::headline || s.role == StackRole::pc) && !s.frames.empty() &&
           is_it(s.frames.front());
  });
}

std::string shortened(std::string text) {
  if (text.size() > longest_text) text.replace(longest_text, std::string::npos, "...");
  return shown_source(text);
}

void read_check(Report& r, SourceTree& tree) {
  const auto at = place_of(r);
  if (at.file.empty() || at.line == 0) return;
  const auto& lines = tree.lines_of(at.file);
  const auto call = check_at(lines, at.line - 1);
  if (!call) return;
  Check check;
  check.macro = call->name;
  check.condition = first_argument(call->arguments);
  // BUG(), WARN(1, "...") and their likes: the condition stands before them
  if (check.condition.empty() || check.condition == "1" || check.condition == "true")
    check.condition = if_before(lines, *call);
  check.condition = shortened(std::move(check.condition));
  check.at = at;
  check.function = function_at(lines, call->first);
  if (is_named(r, check.function)) check.confidence = Confidence::certain;
  r.site.check = std::move(check);
}

// The files that may declare the type: the function's own, and those that it includes by name from beside it or from
// include/.
std::string comment_in(SourceTree& tree, const std::string& file, std::string_view type, std::string_view member) {
  const auto own = tree.lines_of(file);  // a copy, because the next call may drop it
  if (auto words = member_comment(own, type, member); !words.empty()) return words;
  const auto folder = file.substr(0, file.rfind('/') + 1);
  std::size_t asked = 0;
  for (const auto& line : own) {
    constexpr std::string_view include = "#include ";
    if (!line.starts_with(include) || line.size() < include.size() + 3) continue;
    const char quote = line[include.size()];
    const auto name =
        line.substr(include.size() + 1, line.find_first_of("\">", include.size() + 1) - include.size() - 1);
    if (name.find("..") != std::string::npos || ++asked > 64) continue;
    auto words = member_comment(tree.lines_of((quote == '<' ? "include/" : folder) + name), type, member);
    if (!words.empty()) return words;
  }
  return {};
}

// Of a member of the structure itself: what a comment says of "port" is not about "port.tx".
void read_comment(Report& r, SourceTree& tree) {
  if (!r.site.cause) return;
  auto& cause = *r.site.cause;
  const auto member = std::string_view(cause.member).substr(0, cause.member.find('['));
  const auto* frame = look_frame(r);
  const auto* chain = frame ? std::get_if<std::vector<Location>>(&frame->lookup) : nullptr;
  if (member.empty() || member.find('.') != std::string_view::npos || !chain || !cause.type.starts_with("struct "))
    return;
  for (const auto& at : *chain)
    if (auto words = comment_in(tree, at.file, cause.type, member); !words.empty()) {
      cause.comment = shortened(std::move(words));
      return;
    }
}

}  // namespace

void read_source(Report& r, SourceTree& tree) {
  read_check(r, tree);
  read_comment(r, tree);
}

}  // namespace unoops::source
