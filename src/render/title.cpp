#include "render/title.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/printable.hpp"
#include "render/tally.hpp"
#include "render/view.hpp"

namespace unoops::render {

namespace {

// Whether there is more than one file or host is known at the end; an input without end must not fill the memory.
constexpr std::size_t held_bytes = 1u << 20;

std::string place(const Report& r) {
  std::string out;
  if (!r.file.empty()) out += fmt::format("{}:{}: ", clean(r.file), r.line_first);
  const std::string host = clean(r.host), when = moment_text(r);
  out += host + (host.empty() || when.empty() ? "" : ", ") + when;
  return out.empty() || out.ends_with(": ") ? out : out + ": ";
}

class TitleRenderer final : public Renderer {
 public:
  explicit TitleRenderer(std::ostream& out) : out_(out) {}

  void report(const Report& r) override {
    tally_.add(r);
    held_.push_back({place(r), clean(r.title) + known_suffix(r)});
    bytes_ += sizeof held_.back() + held_.back().place.size() + held_.back().title.size();
    if (bytes_ > held_bytes) flush();
  }

  void flush() override {
    const bool several = tally_.several_files() || tally_.several_hosts();
    for (const auto& line : held_) out_ << (several ? line.place : "") << line.title << '\n';
    out_ << std::flush;
    held_.clear();
    bytes_ = 0;
  }

  void finish() override { flush(); }

 private:
  struct Line {
    std::string place, title;
  };
  std::ostream& out_;
  Tally tally_;
  std::vector<Line> held_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Renderer> make_title(std::ostream& out, const RenderOptions&) {
  return std::make_unique<TitleRenderer>(out);
}

}  // namespace unoops::render
