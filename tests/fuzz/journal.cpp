// An oops with any bytes before, within and behind it, in every transport and behind any prefix: the reports that come
// out are the same in the journal's two formats, and JSON that is printed is JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "logs.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

std::string json_string(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

using Dress = void (*)(std::string& out, std::string_view line, std::size_t number);

// The journal keeps printk's time in a field of its own.
std::string_view without_stamp(std::string_view line) {
  const auto end = line.starts_with('[') ? line.find("] ") : line.npos;
  return end == line.npos || line.substr(1, end - 1).find_first_not_of(" .0123456789") != line.npos
             ? line
             : line.substr(end + 2);
}

void journal_json(std::string& out, std::string_view line, std::size_t number) {
  out += fmt::format(
      R"({{"__CURSOR":"s=1;i={}","_TRANSPORT":"kernel","__MONOTONIC_TIMESTAMP":"{}","PRIORITY":"4","MESSAGE":{}}})"
      "\n",
      number, 10'000'000 + number, json_string(without_stamp(line)));
}
void journal_export(std::string& out, std::string_view line, std::size_t number) {
  out += fmt::format("__CURSOR=s=1;i={}\n_TRANSPORT=kernel\n__MONOTONIC_TIMESTAMP={}\nPRIORITY=4\nMESSAGE={}\n\n",
                     number, 10'000'000 + number, without_stamp(line));
}
void kmsg(std::string& out, std::string_view line, std::size_t number) {
  out += fmt::format("4,{},{},-;{}\n", number, 10'000'000 + number, line);
}
void syslog(std::string& out, std::string_view line, std::size_t) {
  out.append("Jan  6 10:11:12 host kernel: ").append(line) += '\n';
}
void iso(std::string& out, std::string_view line, std::size_t) {
  out.append("2025-01-06T10:11:12.345678+01:00 host kernel: ").append(line) += '\n';
}
void dmesg_time(std::string& out, std::string_view line, std::size_t) {
  out.append("[Mon Jan  6 10:11:12 2025] ").append(line) += '\n';
}
void container(std::string& out, std::string_view line, std::size_t) {
  out += fmt::format(R"({{"log":{},"stream":"stdout","time":"2025-01-06T10:11:12.3Z"}})"
                     "\n",
                     json_string(std::string(line) + "\n"));
}
void github(std::string& out, std::string_view line, std::size_t) {
  out.append("2025-01-06T10:11:12.3456789Z ").append(line) += '\n';
}
void quote(std::string& out, std::string_view line, std::size_t) { out.append("> > ").append(line) += '\n'; }

constexpr Dress dresses[] = {journal_json, journal_export, kmsg, syslog, iso, dmesg_time, container, github, quote};

template <class Put>
void for_each_line(std::string_view log, const Put& put) {
  for (std::size_t number = 0; !log.empty(); ++number) {
    const auto end = std::min(log.find('\n'), log.size());
    put(log.substr(0, end), number);
    log.remove_prefix(std::min(end + 1, log.size()));
  }
}

std::string dressed(std::string_view log, Dress dress) {
  std::string out;
  for_each_line(log, [&](std::string_view line, std::size_t number) { dress(out, line, number); });
  return out;
}

std::string prefixed(std::string_view log, std::string_view prefix) {
  std::string out;
  for_each_line(log, [&](std::string_view line, std::size_t) { out.append(prefix).append(line) += '\n'; });
  return out;
}

std::string titles(const std::vector<Report>& reports) {
  std::string out;
  for (const auto& report : reports) out += report.title + '\n';
  return out;
}

void check(const std::vector<Report>& reports) {
  const auto json = rendered("json", reports);
  for_each_line(json, [](std::string_view line, std::size_t) {
    require(nlohmann::json::accept(line), "what is printed as JSON is JSON");
  });
  for (const char c : rendered("text", reports))
    require(c == '\n' || static_cast<unsigned char>(c) >= ' ', "text has no control characters");
}

bool is_plain(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 16 * 1024;
  if (size < 1 || size > longest) return 0;
  const auto bytes = text_of(data + 1, size - 1);
  const auto mode = data[0] % (std::size(dresses) + 1);
  const std::string log =
      mode % 2 == 0 ? std::string(oops_head) + std::string(bytes) + "\n" + std::string(oops_tail) : std::string(bytes);
  if (mode < std::size(dresses))
    check(fuzz::decode(dressed(log, dresses[mode])));
  else
    check(fuzz::decode(prefixed(std::string(oops_head) + std::string(oops_tail), bytes.substr(0, bytes.find('\n')))));
  if (!is_plain(bytes) || mode > 1) return 0;
  const auto json = titles(fuzz::decode(dressed(log, journal_json)));
  const auto exported = titles(fuzz::decode(dressed(log, journal_export)));
  if (json != exported) std::fprintf(stderr, "JSON:\n%sexport:\n%s", json.c_str(), exported.c_str());
  require(json == exported, "the journal's formats tell the same");
  return 0;
}
