#include "base/rust_demangle.hpp"

#include <cstdint>
#include <vector>

namespace unoops::base {

namespace {

// Back references make a short name expand without end; nobody reads more than this.
constexpr std::size_t most_text = 4096;
constexpr int most_depth = 96;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

const char* basic_type(char tag) {
  static constexpr const char* names[26] = {"i8",    "bool",  "char", "f64", "str",   "f32",  nullptr, "u8",    "isize",
                                            "usize", nullptr, "i32",  "u32", "i128",  "u128", "_",     nullptr, nullptr,
                                            "i16",   "u16",   "()",   "...", nullptr, "i64",  "u64",   "!"};
  return is_lower(tag) ? names[tag - 'a'] : nullptr;
}

class Demangler {
 public:
  explicit Demangler(std::string_view text) : text_(text) {}

  std::optional<std::string> run() {
    if (peek() >= '0' && peek() <= '9') return std::nullopt;  // an encoding version of the future
    path(true);
    if (!failed_ && at_ < text_.size()) {  // the crate that a generic was instantiated in
      ++silent_;
      path(false);
    }
    // A name of nameless parts alone says less than its mangled form.
    if (failed_ || at_ < text_.size() || out_.empty()) return std::nullopt;
    return std::move(out_);
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char next() { return at_ < text_.size() ? text_[at_++] : (failed_ = true, '\0'); }
  bool eat(char c) { return peek() == c && (++at_, true); }
  void put(std::string_view s) {
    if (silent_ > 0) return;
    if (out_.size() + s.size() > most_text)
      failed_ = true;
    else
      out_ += s;
  }
  bool enter() {
    if (++depth_ > most_depth) failed_ = true;
    return !failed_;
  }

  std::uint64_t base62() {
    std::uint64_t value = 0;
    if (eat('_')) return 0;
    while (!failed_) {
      const char c = next();
      if (c == '_') return value + 1;
      value *= 62;
      if (c >= '0' && c <= '9')
        value += static_cast<std::uint64_t>(c - '0');
      else if (is_lower(c))
        value += static_cast<std::uint64_t>(c - 'a') + 10;
      else if (c >= 'A' && c <= 'Z')
        value += static_cast<std::uint64_t>(c - 'A') + 36;
      else
        failed_ = true;
    }
    return 0;
  }
  std::uint64_t disambiguator() { return eat('s') ? base62() + 1 : 0; }

  std::string_view identifier() {
    eat('u');  // punycode: left as it stands; kernel names are ASCII
    std::uint64_t length = 0;
    if (eat('0')) {
    } else if (peek() >= '1' && peek() <= '9') {
      while (peek() >= '0' && peek() <= '9' && length < most_text)
        length = length * 10 + static_cast<std::uint64_t>(next() - '0');
    } else {
      failed_ = true;
    }
    eat('_');
    if (failed_ || length > text_.size() - at_) return failed_ = true, std::string_view{};
    const auto name = text_.substr(at_, length);
    at_ += length;
    return name;
  }

  // A back reference: the text from an earlier offset, read again.
  template <class Read>
  void back(Read read) {
    const std::size_t start = at_ - 1;
    const std::uint64_t target = base62();
    if (target >= start) failed_ = true;
    if (failed_ || silent_ > 0) return;
    const std::size_t resume = at_;
    at_ = target;
    read();
    at_ = resume;
  }

  void generic_arguments() {
    for (bool first = true; !failed_ && !eat('E'); first = false) {
      if (!first) put(", ");
      if (eat('L'))
        lifetime(base62());
      else if (eat('K'))
        constant();
      else
        type();
    }
  }

  void path(bool in_value) {
    if (!enter()) return;
    switch (next()) {
      case 'C':
        disambiguator();
        put(identifier());
        break;
      case 'M':
        impl_path();
        put("<"), type(), put(">");
        break;
      case 'X':
        impl_path();
        put("<"), type(), put(" as "), path(false), put(">");
        break;
      case 'Y':
        put("<"), type(), put(" as "), path(false), put(">");
        break;
      case 'N':
        nested(in_value);
        break;
      case 'I':
        path(in_value);
        if (in_value) put("::");
        put("<"), generic_arguments(), put(">");
        break;
      case 'B':
        back([&] { path(in_value); });
        break;
      default:
        failed_ = true;
    }
    --depth_;
  }
  void impl_path() {
    disambiguator();
    ++silent_;
    path(false);
    --silent_;
  }
  void nested(bool in_value) {
    const char space = next();
    path(in_value);
    const std::uint64_t number = disambiguator();
    const auto name = identifier();
    if (is_lower(space)) {
      if (!name.empty()) put("::"), put(name);
      return;
    }
    put("::{");
    put(space == 'C' ? "closure" : space == 'S' ? "shim" : std::string_view(&space, 1));
    if (!name.empty()) put(":"), put(name);
    put("#"), put(std::to_string(number)), put("}");
  }

  void lifetime(std::uint64_t index) {
    if (index == 0) return put("'_");
    const std::uint64_t depth = bound_ - index;
    if (index > bound_) return void(failed_ = true);
    put("'");
    put(depth < 26 ? std::string(1, static_cast<char>('a' + depth)) : "_" + std::to_string(depth));
  }
  template <class Read>
  void binder(Read read) {
    const std::uint64_t before = bound_;
    if (eat('G')) {
      const std::uint64_t count = base62() + 1;
      if (count > 64) return void(failed_ = true);
      put("for<");
      for (std::uint64_t i = 0; i < count; ++i) {
        if (i) put(", ");
        ++bound_;
        lifetime(1);
      }
      put("> ");
    }
    read();
    bound_ = before;
  }

  void type() {
    if (!enter()) return;
    const char tag = next();
    if (const char* name = basic_type(tag))
      put(name);
    else
      compound_type(tag);
    --depth_;
  }
  void compound_type(char tag) {
    switch (tag) {
      case 'R':
      case 'Q':
        put("&");
        if (eat('L'))
          if (const auto index = base62()) lifetime(index), put(" ");
        if (tag == 'Q') put("mut ");
        return type();
      case 'P':
        put("*const ");
        return type();
      case 'O':
        put("*mut ");
        return type();
      case 'A':
        put("["), type(), put("; "), constant(), put("]");
        return;
      case 'S':
        put("["), type(), put("]");
        return;
      case 'T':
        return tuple();
      case 'F':
        return binder([&] { function(); });
      case 'D':
        put("dyn ");
        binder([&] { bounds(); });
        if (next() != 'L') return void(failed_ = true);
        if (const auto index = base62()) put(" + "), lifetime(index);
        return;
      case 'B':
        return back([&] { type(); });
      default:
        --at_;
        return path(false);
    }
  }
  void tuple() {
    put("(");
    std::size_t count = 0;
    for (; !failed_ && !eat('E'); ++count) {
      if (count) put(", ");
      type();
    }
    put(count == 1 ? ",)" : ")");
  }
  void function() {
    if (eat('U')) put("unsafe ");
    if (eat('K')) {
      put("extern \"");
      put(eat('C') ? "C" : identifier());
      put("\" ");
    }
    put("fn(");
    for (bool first = true; !failed_ && !eat('E'); first = false) {
      if (!first) put(", ");
      type();
    }
    put(")");
    if (!eat('u')) put(" -> "), type();
  }
  void bounds() {
    for (bool first = true; !failed_ && !eat('E'); first = false) {
      if (!first) put(" + ");
      bool open = open_path();
      for (; !failed_ && eat('p'); open = true) put(open ? ", " : "<"), put(identifier()), put(" = "), type();
      if (open) put(">");
    }
  }
  // A trait whose list of arguments is left open for associated types; false: it has none.
  bool open_path() {
    if (!enter()) return false;
    bool open = false;
    if (eat('B')) {
      back([&] { open = open_path(); });
    } else if (eat('I')) {
      path(false), put("<"), generic_arguments();
      open = true;
    } else {
      path(false);
    }
    --depth_;
    return open;
  }

  void constant() {
    if (!enter()) return;
    const char tag = next();
    if (tag == 'B')
      back([&] { constant(); });
    else if (tag == 'p')
      put("_");
    else
      literal(tag);
    --depth_;
  }
  void literal(char tag) {
    const bool negative = eat('n');
    std::uint64_t value = 0;
    std::string digits;
    while (!failed_ && peek() != '_') digits += next();
    eat('_');
    constexpr std::string_view numbers = "abchijlmnostxy";  // tags of integers, bool and char
    if (numbers.find(tag) == numbers.npos || digits.find_first_not_of("0123456789abcdef") != digits.npos)
      failed_ = true;
    for (const char c : digits) value = value << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (negative) put("-");
    if (tag == 'b')
      put(value ? "true" : "false");
    else if (tag == 'c' && value >= 0x20 && value < 0x7f)
      put("'" + std::string(1, static_cast<char>(value)) + "'");
    else
      put(digits.size() <= 16 ? std::to_string(value) : "0x" + digits);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  std::uint64_t bound_ = 0;
  int silent_ = 0, depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> demangle_rust(std::string_view mangled) {
  if (!mangled.starts_with("_R")) return std::nullopt;
  mangled.remove_prefix(2);
  if (const auto suffix = mangled.find_first_of(".$"); suffix != mangled.npos) mangled = mangled.substr(0, suffix);
  return Demangler(mangled).run();
}

}  // namespace unoops::base
