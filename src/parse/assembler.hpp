// Lines → drafts: which report a line belongs to, where reports begin and end.
#pragma once

#include <functional>
#include <list>
#include <span>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "parse/boots.hpp"
#include "parse/fit.hpp"
#include "parse/header_index.hpp"
#include "parse/prelude.hpp"
#include "parse/sections.hpp"

namespace unoops::facts {
struct DerivedPanic;
}

namespace unoops::parse {

class Assembler {
 public:
  // A draft that nothing in the log can change any more.
  using Done = std::function<void(ReportBuilder&&)>;
  explicit Assembler(Done done) : done_(std::move(done)) {}

  void start_source(std::string name);
  void read(const LogLine&);
  void close_all();
  const Kernel& kernel() const;

 private:
  static constexpr std::uint64_t turn_ticks = 8;  // lines between two of a report that prints by turns with another

  bool read_inline_copy(const LogLine&, std::string_view text);
  bool read_header(const LogLine&, std::string_view text);
  bool take_header(const LogLine&, std::string_view text, const HeaderHit&);
  bool take_body_header(const LogLine&, std::string_view before, Scanner rest, const HeaderHit&);
  bool join(const LogLine&, std::string_view before, Scanner rest, const HeaderHit&);
  ReportBuilder* find_panicked(const LogLine&, const DerivedPanic&);
  bool derive_panic(const LogLine&, std::string_view reason);
  bool read_section(const LogLine&, std::string_view text);
  bool take_section(ReportBuilder&, const SectionHit&, const LogLine&, std::string_view text);
  bool read_remainder(const LogLine&, std::string_view text);
  bool read_orphan(const LogLine&, std::string_view text);
  bool read_kind_line(const LogLine&, std::string_view text);
  bool read_bracketed(const LogLine&, std::string_view text);

  // A way to read a line.
  struct Candidate {
    ReportBuilder* draft;
    SectionHit hit;  // no section: a frame
    Fit fit;
    bool called;  // the caller ids say that it is the draft's line
  };

  ReportBuilder* find_by_turns(const LogLine&);
  static bool rivals(const Candidate& taken, const Candidate& other);
  bool is_behind(const ReportBuilder&, const LogLine&) const;
  bool broken_into(std::uint64_t tick) const;
  bool in_one_breath(const LogLine&) const;
  bool waited(const Candidate&, const LogLine&) const;
  void note_contests(std::span<const Candidate>, const Candidate& taken, std::size_t settled);
  ReportBuilder& open(const Kind&, const LogLine&);
  void own(ReportBuilder&, const LogLine&, SectionId);
  bool note_drop(const LogLine&);
  void note_glued(const LogLine&);
  void close_stale(const LogLine&);
  void close(std::list<ReportBuilder>::iterator);

  void hand_out();

  Done done_;
  std::list<ReportBuilder> finished_;  // closed, and waiting for their place in the order
  std::list<ReportBuilder> drafts_;    // open ones, the last touched at the front
  ReportBuilder probe_;  // empty: what would be read if there were a report; making one for every line costs
  Preludes preludes_;
  Boots boots_;
  std::string file_;
  std::uint64_t tick_ = 0;
  std::uint64_t last_number_ = 0;  // of the line before, where a transport was recognised in it
};

}  // namespace unoops::parse
