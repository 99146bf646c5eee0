// For log_reader*.cpp alone.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "input/assembler.hpp"
#include "input/front.hpp"
#include "input/kmsg.hpp"
#include "input/log_reader.hpp"
#include "input/pstore.hpp"
#include "input/quoted_printable.hpp"
#include "input/recent_lines.hpp"
#include "input/screen_edge.hpp"
#include "input/transport.hpp"
#include "input/unwrap.hpp"

namespace unoops::input {

struct LogReader::Impl {
  enum class Escapes { none, breaks, octal, hex };
  // Of "last message repeated N times", until as many other lines have come: a flood of such lines is no larger than
  // it is.
  static constexpr unsigned most_repeats = 64;

  Impl(Sink, BeginsLine);

  void read(const RawLine&);
  void flush();
  void finish();

  // What the quiet path asks (log_reader_quiet.cpp).
  bool is_quiet() const;
  bool waits_at_edge() const { return edge_.waits(); }
  bool settle_edge();
  bool look_at(std::string_view line, const TextMarks&, PlainLine&) const;
  PlainRun pass_alike(const TextMarks&, std::size_t at, const RunStops&, const RawLine& first);
  PlainLine look_like_last(std::string_view line) const { return last_front_.read(line); }
  bool undo_tabs(PlainLine&) const;
  bool is_next(const PlainLine&) const;
  void pass(const RawLine&, const PlainLine&);
  bool hand_out(const RawLine& raw, const RawLine& line, const PlainLine&, bool bare);
  void catch_up();
  void learn(std::string_view line) { front_.learn(line, memory_); }

 private:
  struct Alike {
    std::string_view text;  // empty: it is no such line, or it has to be looked at
    bool part = false;
  };
  bool is_alike(std::string_view line, const TextMarks&) const;
  Alike text_alike(const TextMarks&, std::size_t at, const RunStops&) const;
  std::size_t dictionary_alike(const TextMarks&, std::size_t at, const RunStops&) const;
  static LogLine line_of(const RawLine&);
  void read_in_order(const RawLine&);
  void read_whole(const RawLine&);
  Unwrapper::Front front_of(std::string_view text) const;
  bool read_assembled(const RawLine&);
  void read_line(LogLine, std::string_view text);
  void read_piece(const RawLine&);
  bool read_further_line(std::string_view text, const LogLine&);
  void read_kmsg(Peel&);
  void hand_out(Peel&);
  void hand_out_repeats(Peel&);
  void hand_out_text(LogLine, std::string_view text, Escapes);
  void remember(const Peel&, std::string_view text);
  void tell_gap(unsigned part);
  bool is_copy(const Peel&);
  void flush_broken();

  Sink sink_;
  Memory memory_;
  std::string cleaned_, caller_, room_, unescaped_, line_room_;
  mutable std::string entry_text_;  // of the line that was looked at last
  PartSorter parts_;
  QuotedPrintable quoted_printable_;
  ScreenEdge edge_;
  Unwrapper unwrapper_;
  std::array<std::unique_ptr<Assembler>, 4> assemblers_;
  Assembler* active_ = nullptr;
  Resequencer resequencer_;
  RecentLines recent_;
  bool in_kmsg_ = false;  // dictionary lines may follow
  // The record before. Further lines of it may follow without a prefix, indented to its text (util-linux, journalctl).
  LogLine record_;
  std::string record_caller_, record_wall_, record_host_, record_text_;
  std::size_t record_indent_ = 0;  // 0: there is none
  // Lines that were passed (log_reader_quiet.cpp) since the last one that was read: all of one form.
  WallFront front_;
  LastFront last_front_;
  const char* last_line_ = nullptr;  // the one that was passed last, where last_front_ is what it begins with
  PlainLine::Form passed_form_ = PlainLine::Form::none;
  RawLine passed_;            // the last
  bool many_passed_ = false;  // and others before it
  unsigned repeats_left_ = most_repeats;
};

}  // namespace unoops::input
