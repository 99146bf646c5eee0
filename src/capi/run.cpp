#include "capi/run.hpp"

#include <utility>

namespace unoops::capi {

Run::Run(const Settings& settings, Sink sink)
    : settings_(settings),
      sink_(std::move(sink)),
      renderer_(find_format(settings_.format)->make(written_, settings_.render)),
      decoder_(settings_.decode_options(), [this](ParsedReport&& report) { take(std::move(report)); }) {}

void Run::take(ParsedReport&& report) {
  if (stopped_ || !settings_.wants(*report)) return;
  renderer_->report(std::move(report).explained());
  hand_out();
}

void Run::hand_out() {
  const std::string text = std::exchange(written_, std::ostringstream()).str();
  if (!stopped_ && !text.empty() && sink_) stopped_ = !sink_(text);
}

void Run::feed(std::string_view bytes) {
  if (!stopped_) decoder_.feed(bytes);
}

std::optional<Error> Run::read(Source& source) {
  start(source.name());
  for (bool first = true; !stopped_; first = false) {
    const auto bytes = source.read();
    if (source.dump()) decoder_.dump(*source.dump());
    if (!bytes) return bytes.error();
    if (bytes->empty()) break;
    const auto foreign = first ? foreign_input(*bytes) : std::nullopt;
    if (foreign && !foreign->readable)
      return Error{(source.name().empty() ? "standard input" : source.name()) + " is " + std::string(foreign->words)};
    decoder_.feed(*bytes);
  }
  return std::nullopt;
}

std::optional<Error> Run::read(const std::string& path) {
  const auto sources = open_sources(path);
  if (!sources) return sources.error();
  std::optional<Error> wrong;
  for (const auto& source : *sources)
    if (auto error = read(*source); error && !wrong) wrong = std::move(error);
  return wrong;
}

void Run::flush() {
  decoder_.flush();
  renderer_->flush();
  hand_out();
}

void Run::finish() {
  decoder_.finish();
  renderer_->finish();
  hand_out();
}

}  // namespace unoops::capi
