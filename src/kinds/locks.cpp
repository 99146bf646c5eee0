#include "kinds/locks.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/scanner.hpp"

namespace unoops::kinds {

std::optional<LockText> read_lock(std::string_view text) {
  text = trim(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  const auto address = trim(text.substr(0, open));
  if (!std::ranges::all_of(address, is_hex)) return std::nullopt;
  const auto body = text.substr(open + 1, text.rfind(", at: ") - open - 1);
  const auto end = body.rfind("){");
  if (end == std::string_view::npos) return std::nullopt;
  LockText lock;
  lock.address = address;
  lock.name = body.substr(0, end);
  Scanner rest(text.substr(open + 1 + end + 2));
  if (!rest.until("}", lock.usage) || lock.usage.size() > 16) return std::nullopt;
  if (rest.lit("-{") && !rest.until("}", lock.wait)) return std::nullopt;
  if (rest.lit(", at: ")) {
    lock.at = first_frame(text, rest.rest());
  } else if (!rest.at_end()) {
    return std::nullopt;
  }
  return lock;
}

}  // namespace unoops::kinds
