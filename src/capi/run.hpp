// One log on its way through a decoder and a renderer to the caller's function.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "capi/settings.hpp"
#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

namespace unoops::capi {

class Run {
 public:
  // Gets text as it is written; false: no more of it.
  using Sink = std::function<bool(const std::string&)>;

  Run(const Settings&, Sink);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void start(const std::string& name) { decoder_.start_source(name); }
  void feed(std::string_view bytes);
  // All that the path stands for. Nothing: it was read; else why it was not.
  std::optional<Error> read(const std::string& path);
  void flush();
  void finish();
  bool stopped() const { return stopped_; }

 private:
  std::optional<Error> read(Source&);
  void take(ParsedReport&&);
  void hand_out();

  const Settings settings_;
  const Sink sink_;
  std::ostringstream written_;
  std::unique_ptr<Renderer> renderer_;
  Decoder decoder_;
  bool stopped_ = false;
};

}  // namespace unoops::capi
