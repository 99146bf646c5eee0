#include "input/text_marks.hpp"

#include <algorithm>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace unoops::input {
namespace {

bool is_odd(char c) { return static_cast<signed char>(c) < ' ' || c == '&' || c == '^'; }

#ifdef __SSE2__

__m128i sixteen(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
__m128i are(__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }
std::uint64_t bits_of(__m128i where) { return static_cast<std::uint32_t>(_mm_movemask_epi8(where)); }
__m128i are_odd(__m128i bytes) {
  return _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')), _mm_or_si128(are(bytes, '&'), are(bytes, '^')));
}

#endif

}  // namespace

TextMarks::Word TextMarks::word_of(const char* at) {
#ifdef __SSE2__
  const __m128i parts[] = {sixteen(at), sixteen(at + 16), sixteen(at + 32), sixteen(at + 48)};
  const auto all = [&](auto test) {
    return bits_of(test(parts[0])) | bits_of(test(parts[1])) << 16 | bits_of(test(parts[2])) << 32 |
           bits_of(test(parts[3])) << 48;
  };
  return {all([](__m128i bytes) { return are(bytes, '\n'); }), all([](__m128i bytes) { return are(bytes, '['); }),
          all(are_odd)};
#else
  Word word{};
  for (std::size_t i = 0; i < bits; ++i) {
    word.newline |= std::uint64_t{at[i] == '\n'} << i;
    word.bracket |= std::uint64_t{at[i] == '['} << i;
    word.odd |= std::uint64_t{is_odd(at[i])} << i;
  }
  return word;
#endif
}

void TextMarks::mark(std::string_view block) {
  block_ = block = block.substr(0, most);
  auto* word = words_.begin();
  for (; block.size() >= bits; block.remove_prefix(bits)) *word++ = word_of(block.data());
  if (!block.empty()) {
    std::array<char, bits> rest;
    rest.fill('x');
    std::ranges::copy(block, rest.begin());
    *word++ = word_of(rest.data());
  }
  last_ = word - (word == words_.begin() ? 0 : 1);
}

bool has_odd_byte(std::string_view text) {
  const char *at = text.data(), *const end = at + text.size();
#ifdef __SSE2__
  std::uint64_t odd = 0;
  for (; end - at >= 16; at += 16) odd |= bits_of(are_odd(sixteen(at)));
  if (odd != 0) return true;
#endif
  for (; at != end; ++at)
    if (is_odd(*at)) return true;
  return false;
}

}  // namespace unoops::input
