#include "render/hyperlink.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/text.hpp"

namespace unoops::render {
namespace {

std::string this_host(std::string_view form) {
  std::array<char, 256> name{};
  if (form.find("{host}") == std::string_view::npos || ::gethostname(name.data(), name.size() - 1) != 0) return {};
  return percent_encoded(name.data());
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (is_word(c) || c == '/' || c == '.' || c == '-' || c == '~')
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out;
}

Hyperlinks::Hyperlinks(const RenderOptions& options)
    : form_(options.redact ? "" : options.hyperlink), host_(this_host(form_)), tree_(options.source_dirs) {}

std::string Hyperlinks::target(const Location& at) {
  std::string out;
  for (std::string_view rest = form_; !rest.empty();) {
    const auto part = [&](std::string_view name) {
      if (!rest.starts_with(name)) return false;
      rest.remove_prefix(name.size());
      return true;
    };
    if (part("{path}")) {
      auto known = paths_.find(at.file);
      if (known == paths_.end()) {
        std::error_code error;
        const auto found = tree_.find(at.file);
        const auto path = found.empty() ? std::filesystem::path() : std::filesystem::absolute(found, error);
        known = paths_.emplace(at.file, path.lexically_normal().string()).first;
      }
      if (known->second.empty()) return {};
      // "vscode://file/{path}": the path brings its own slash; "file://{path}": both are needed.
      if (out.ends_with('/') && !out.ends_with("//")) out.pop_back();
      out += percent_encoded(known->second);
    } else if (part("{file}")) {
      out += percent_encoded(at.file);
    } else if (part("{line}")) {
      out += std::to_string(at.line);
    } else if (part("{column}")) {
      out += std::to_string(at.column ? at.column : 1);
    } else if (part("{host}")) {
      out += host_;
    } else {
      out += rest.front();
      rest.remove_prefix(1);
    }
  }
  return out;
}

std::string Hyperlinks::around(std::string_view shown, const Location& at) {
  if (form_.empty() || shown.empty() || at.file.empty() || at.line == 0) return std::string(shown);
  const auto uri = target(at);
  if (uri.empty()) return std::string(shown);
  return fmt::format("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", uri, shown);
}

}  // namespace unoops::render
