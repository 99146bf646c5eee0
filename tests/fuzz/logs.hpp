// What the targets that decode a log have in common.
#pragma once

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edits.hpp"
#include "unoops/annotate.hpp"
#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

namespace unoops::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline std::vector<Report> decode(std::string_view log, DecodeOptions options) {
  std::vector<Report> out;
  Decoder decoder(std::move(options), [&](ParsedReport&& report) { out.push_back(std::move(report).explained()); });
  decoder.feed(log);
  decoder.finish();
  return out;
}

inline std::vector<Report> decode(std::string_view log) {
  DecodeOptions options;
  options.symbols.none = true;
  return decode(log, std::move(options));
}

inline std::string rendered(std::string_view format, const std::vector<Report>& reports,
                            const RenderOptions& options = {}) {
  std::ostringstream out;
  const auto renderer = find_format(format)->make(out, options);
  for (const auto& report : reports) renderer->report(report);
  renderer->finish();
  return std::move(out).str();
}

inline void require_json(const std::vector<Report>& reports) {
  std::istringstream json(rendered("json", reports));
  for (std::string line; std::getline(json, line);)
    require(nlohmann::json::accept(line), "what is printed as JSON is JSON");
}

// Line ends alone are in what is printed for people.
inline void require_no_controls(std::string_view text) {
  const auto is_control = [](char c) { return c != '\n' && (static_cast<unsigned char>(c) < ' ' || c == '\x7f'); };
  require(std::ranges::none_of(text, is_control), "text has no control characters");
}

// The lines as a listener gets them, in pieces of `chunk` bytes.
inline void listen(std::string_view log, std::size_t chunk, LineListener& listener, Decoder& decoder) {
  decoder.listen(listener);
  for (std::size_t at = 0; at < log.size(); at += chunk) decoder.feed(log.substr(at, chunk));
  decoder.finish();
}

// An oops of x86-64, to stand around what a fuzzer makes up.
inline constexpr std::string_view oops_head =
    "[   41.770233] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
    "[   41.770304] #PF: supervisor read access in kernel mode\n"
    "[   41.770401] #PF: error_code(0x0000) - not-present page\n"
    "[   41.770501] Oops: 0000 [#1] PREEMPT SMP PTI\n"
    "[   41.770718] CPU: 1 PID: 812 Comm: postman Tainted: G           OE      6.1.0-demo #1\n";
inline constexpr std::string_view oops_tail =
    "[   41.770886] RIP: 0010:courier_submit+0xe/0x20 [courier]\n"
    "[   41.771203] RAX: 0000000000000000 RBX: 000000000000001d RCX: ffffa1c2c0b7bf20\n"
    "[   41.771303] Call Trace:\n"
    "[   41.772173]  courier_write+0x3e/0x70 [courier]\n"
    "[   41.772244]  vfs_write+0x1d/0x40\n"
    "[   41.772344] ---[ end trace 0000000000000000 ]---\n";

}  // namespace unoops::fuzz
