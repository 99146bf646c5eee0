// Lines as most lines of a log are, read at a glance.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/first_bytes.hpp"
#include "base/rooms.hpp"
#include "input/text_marks.hpp"
#include "input/transport.hpp"

namespace unoops::input {

// A line whose text is a part of its bytes (or they decoded), which all transports leave alone but those that stand before `text`, and
// that changes nothing of what the reader knows of the log.
struct PlainLine {
  enum class Form : unsigned char { none, printk, wall, kmsg, kmsg_more, json };
  Form form = Form::none;
  bool kernel = true;
  bool at_edge = false;  // only so where the next line is a plain one, too: it is as wide as a screen may be
  bool alike = false;    // it begins as the line before
  bool decoded = false;  // `text` is no part of the line's bytes, because these have escapes of JSON
  std::string_view text, caller;
  std::optional<std::int64_t> time_us;
  std::uint64_t sequence = 0;  // of a /dev/kmsg record
};

inline constexpr std::size_t longest_plain_line = 4096;
class WallFront;  // front.hpp

// What the marks tell of a line. `odd`: it may hold a byte that is none of printable ASCII, or '&' or '^'.
struct MarkedLine {
  std::string_view bytes;
  bool odd = true;
};

// " SUBSYSTEM=pci", behind a record of /dev/kmsg.
bool read_plain_dictionary(const MarkedLine&, PlainLine& out);
// False: it is no such line, or its form is not known here: the transports have to read it. The reader knows the same
// of the log as `memory`.
bool read_plain(const MarkedLine&, const Memory& memory, const WallFront&, PlainLine& out);

// Behind a front that is known: words of the kernel that are handed out as they are? Of most texts the marks tell so; they
// are of a block that holds the line.
bool is_plain_words(std::string_view text, const TextMarks&, const Memory&);
// Of any other: what read_plain() asks of it. `line`: with the front.
bool is_plain_behind(const MarkedLine& line, std::size_t front, PlainLine::Form, const Memory&);

// What the first words of a line say, at a glance: nothing, or that it is a line of a report, which could open one.
enum class Beginning : unsigned char { unknown, part, opening };

// Lines one behind the other that begin alike and hold plain words, with the dictionaries behind records of /dev/kmsg: of
// most of them nothing is kept.
struct PlainRun {
  struct Line {
    std::size_t begin = 0;    // in the block
    std::uint64_t index = 0;  // of all lines of the run
    bool part = false;        // its first words are a report's
  };
  std::size_t end = 0;  // behind the last, in the block
  std::uint64_t lines = 0;
  std::uint64_t said = 0;      // those that have a text
  std::uint64_t parts = 0;     // and of these the parts of reports
  std::array<Line, 4> last{};  // of these the last: number n at n % 4
};
// Where such lines end.
struct RunStops {
  std::size_t needle;            // the line that ends at this byte of the block, or behind it
  const FirstBytes& beginnings;  // a line whose text begins so, if this says that it opens a report
  Beginning (*beginning_of)(std::string_view text);
};

// An entry of journalctl -o json; it passes no transport (plain_json.cpp). `room` keeps a text that had escapes.
bool read_plain_json(const MarkedLine&, std::string& room, PlainLine& out);
// For it: a byte that is no printable ASCII; the text of a record, which is handed out without a look for transports.
bool has_control_byte(const MarkedLine&);
bool take_plain_message(const MarkedLine& text, PlainLine& out);

// What no plain line holds, wherever it stands: the encodings and escapes that change a line's words, and the words by
// which a transport goes on.
std::vector<std::string_view> plain_line_refuses();
// But for a record of /dev/kmsg, which may hold it if it is not passed: to hand it out undoes it.
inline constexpr std::string_view record_escape = "\\x";

}  // namespace unoops::input
