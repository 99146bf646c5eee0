#include "grammar/printed_location.hpp"

#include <utility>

namespace unoops::grammar {
namespace {

constexpr bool is_path_char(char c) { return !is_blank(c) && c != ':' && c != '(' && c != ')'; }

// "fs/foo.c:123", "fs/foo.c:123:4", "fs/foo.c:123 (discriminator 2)", "??:0", "??:?", ":?".
bool read_location(Scanner& in, Location& out) {
  Scanner ahead = in;
  std::string_view file;
  if (ahead.lit("??:0") || ahead.lit("??:?") || ahead.lit(":?")) {
    out = {};
    in = ahead;
    return true;
  }
  if (!ahead.run(is_path_char, file) || file.find_first_of("./") == std::string_view::npos || !ahead.lit(":"))
    return false;
  if (!ahead.dec(out.line)) {
    out.line = 0;
    if (!ahead.lit("?")) return false;
  }
  if (Scanner column = ahead; column.lit(":") && column.dec(out.column)) ahead = column;
  Scanner note = ahead;
  unsigned ignored = 0;
  if (note.blanks().lit("(discriminator ") && note.dec(ignored) && note.lit(")")) ahead = note;
  out.file = file;
  in = ahead;
  return true;
}

}  // namespace

bool read_locations(Scanner& in, std::vector<Location>& out) {
  Scanner ahead = in;
  std::vector<Location> found;
  if (!ahead.blanks().lit("(")) return false;
  do {
    Location location;
    if (!read_location(ahead.blanks(), location)) return false;
    found.push_back(std::move(location));
  } while (!ahead.lit(")"));
  out = std::move(found);
  in = ahead;
  return true;
}

bool read_bare_location(Scanner& in, std::vector<Location>& out) {
  Scanner ahead = in;
  Location location;
  if (!is_blank(ahead.peek()) || !read_location(ahead.blanks(), location)) return false;
  out.push_back(std::move(location));
  in = ahead;
  return true;
}

}  // namespace unoops::grammar

namespace unoops {

using namespace grammar;

std::size_t printed_locations(std::string_view behind) {
  Scanner in(behind);
  std::vector<Location> ignored;
  read_locations(in, ignored) || read_bare_location(in, ignored);
  return behind.size() - in.rest().size();
}

}  // namespace unoops
