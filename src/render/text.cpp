#include "render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/printable.hpp"
#include "render/index.hpp"
#include "render/page.hpp"
#include "render/text_report.hpp"
#include "render/view.hpp"
#include "report/head.hpp"
#include "unoops/known.hpp"

namespace unoops::render {

namespace {

// An input without end must not fill the memory: past this the index covers what came so far, and reports stream.
constexpr std::size_t held_bytes = 8u << 20;

// The same trouble that still lasts, or the same words again: a check that fails in a loop, an oops in the printing of
// an oops.
bool is_again(const Report& first, const Report& r) {
  // The same one, with more lines (--follow).
  if (first.file == r.file && first.line_first == r.line_first && first.line_last < r.line_last) return false;
  return first.pid == r.pid && first.signature == r.signature && first.kind == r.kind && first.boot == r.boot &&
         first.file == r.file && first.comm == r.comm &&
         (r.has(Trait::repeats) || (first.explanation.summary == r.explanation.summary && first.title == r.title &&
                                    first.severity == r.severity && !r.panic));
}

struct Held {
  Report head;
  std::string body, brief;
  std::vector<std::string> again;
};

class TextRenderer final : public Renderer {
 public:
  TextRenderer(std::ostream& out, const RenderOptions& options)
      : out_(out), options_(options), source_(options.source_dirs, options.context) {}

  void report(const Report& r) override {
    tally_.add(r);
    if (Held* first = options_.verbose ? nullptr : earlier(r)) {
      if (!streaming_) return first->again.push_back(when(r));
      out_ << fmt::format("\n{}: again at {}, as report {}: {}\n", r.number, when(r), first->head.number,
                          clean(r.title));
      return;
    }
    held_.push_back({report::head_of(r), text_body(r, Detail::full, options_, source_), "", {}});
    if (severity_of(r) == Severity::notice && !options_.verbose)
      held_.back().brief = text_body(r, Detail::brief, options_, source_);
    bytes_ += held_.back().body.size() + held_.back().brief.size() + sizeof(Held);
    if (streaming_ || bytes_ > held_bytes) flush();
  }

  void flush() override {
    if (held_.empty()) return;
    print_held();
    streaming_ = true;
    out_ << std::flush;
  }

  void finish() override { print_held(); }

 private:
  static std::string when(const Report& r) {
    return r.time_us ? time_text(*r.time_us) + " (" + lines_text(r) + ")" : lines_text(r);
  }

  Held* earlier(const Report& r) {
    if (!r.follows) return nullptr;
    for (auto* list : {&held_, &printed_})
      for (auto& h : *list)
        if (is_again(h.head, r)) return &h;
    return nullptr;
  }

  void print_held() {
    // Notices come last, and are short if there is anything else.
    std::vector<const Held*> in_order;
    in_order.reserve(held_.size());
    for (const auto& h : held_) in_order.push_back(&h);
    std::stable_partition(in_order.begin(), in_order.end(),
                          [](const Held* h) { return severity_of(h->head) != Severity::notice; });
    const bool only_notices = in_order.empty() || severity_of(in_order.front()->head) == Severity::notice;
    if (in_order.size() > 1) {
      std::vector<const Report*> heads;
      heads.reserve(in_order.size());
      for (const auto* h : in_order) heads.push_back(&h->head);
      std::size_t again = 0;
      for (const auto* h : in_order) again += h->again.size();
      print(index_of(heads, tally_, again, options_));
    }
    const auto last = streaming_ ? 0 : last_number();
    for (const auto* h : in_order) {
      const auto number = streaming_ ? std::to_string(h->head.number) : fmt::format("{}/{}", h->head.number, last);
      const std::string& body = h->brief.empty() || only_notices ? h->body : h->brief;
      print(file_line(h->head) + text_head(h->head, number, options_) + again_line(*h) +
            body.substr(h->again.empty() ? 0 : 1));  // one blank line
    }
    remember();
  }

  std::uint64_t last_number() const {
    std::uint64_t last = 0;
    for (const auto& h : held_) last = std::max({last, h.head.number, h.head.number + h.again.size()});
    return last;
  }

  // Which log, where it is another one than before.
  std::string file_line(const Report& r) {
    if (r.file == file_) return {};
    file_ = r.file;
    return file_.empty() ? std::string() : clean(file_) + "\n";
  }

  std::string again_line(const Held& h) const {
    if (h.again.empty()) return {};
    Page page(options_.width, options_.color);
    constexpr std::size_t most = 4;
    std::string times;
    for (std::size_t i = 0; i < h.again.size() && i < most; ++i) times += (i ? ", " : "") + h.again[i];
    if (h.again.size() > most) times += fmt::format(" and {} more times", h.again.size() - most);
    page.line();
    page.labelled("Again", "at " + times + "; -v shows each");
    return page.take();
  }

  void print(const std::string& text) {
    if (printed_any_) out_ << '\n';
    printed_any_ = true;
    out_ << text;
  }

  // Repetitions may still come: their first report's head is kept, not its text. A few are enough, the latest.
  void remember() {
    for (auto& h : held_)
      if (severity_of(h.head) != Severity::notice) printed_.push_back({std::move(h.head), {}, {}, {}});
    if (printed_.size() > 64) printed_.erase(printed_.begin(), printed_.end() - 64);
    held_.clear();
    bytes_ = 0;
  }

  std::ostream& out_;
  const RenderOptions options_;
  SourceView source_;
  std::deque<Held> held_, printed_;
  std::string file_;
  Tally tally_;
  std::size_t bytes_ = 0;
  bool streaming_ = false, printed_any_ = false;
};

}  // namespace

std::unique_ptr<Renderer> make_text(std::ostream& out, const RenderOptions& options) {
  return std::make_unique<TextRenderer>(out, options);
}

}  // namespace unoops::render
