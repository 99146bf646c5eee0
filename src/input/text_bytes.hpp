// One look at the text of a line: where it ends, and whether there are bytes in it that need a second look.
#pragma once

#include <bit>
#include <string_view>

#include "base/rooms.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace unoops::input {

struct TextBytes {
  std::string_view text;          // up to the line's end, without a serial console's \r
  const char* newline = nullptr;  // null: there is none before `limit`
  const char* first_blank = nullptr;
  bool bracket = false;  // '['
  unsigned odd = 0;      // so many bytes are neither printable nor ASCII, or '&' or '^' (residue.cpp)
};

namespace detail {

struct Marks {
  unsigned newline = 0, blank = 0, bracket = 0, odd = 0;  // bit n: of byte n
};

inline Marks marks_of(char c) {
  return {c == '\n', c == ' ', c == '[', static_cast<signed char>(c) < ' ' || c == '&' || c == '^'};
}

// `odd_at`: the odd byte, while there is but one.
inline void note(const Marks& marks, const char* at, TextBytes& out, const char*& odd_at) {
  const unsigned before = marks.newline ? (marks.newline & -marks.newline) - 1 : ~0U;
  if (!out.first_blank && (marks.blank & before)) out.first_blank = at + std::countr_zero(marks.blank);
  out.bracket |= (marks.bracket & before) != 0;
  if (const unsigned odd = marks.odd & before; odd != 0) {
    out.odd |= odd_at || (odd & (odd - 1)) != 0;
    odd_at = at + std::countr_zero(odd);
  }
  if (marks.newline) out.newline = at + std::countr_zero(marks.newline);
}

#ifdef __SSE2__
inline Marks marks_of_16(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const auto are = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
  const auto bits = [](__m128i where) { return static_cast<unsigned>(_mm_movemask_epi8(where)); };
  const auto control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
  return {bits(are('\n')), bits(are(' ')), bits(are('[')),
          bits(_mm_or_si128(control, _mm_or_si128(are('&'), are('^'))))};
}
#endif

}  // namespace detail

inline TextBytes text_bytes(const char* const from, const char* limit) {
  TextBytes out;
  const char *at = from, *odd_at = nullptr;
#ifdef __SSE2__
  for (; limit - at >= 16 && !out.newline; at += 16) detail::note(detail::marks_of_16(at), at, out, odd_at);
#endif
  for (; at < limit && !out.newline; ++at) detail::note(detail::marks_of(*at), at, out, odd_at);
  if (!out.newline) return out;
  const bool cr = out.newline != from && out.newline[-1] == '\r';
  out.odd |= odd_at && !(cr && odd_at == out.newline - 1);
  out.text = {from, static_cast<std::size_t>(out.newline - from) - (cr ? 1 : 0)};
  return out;
}

inline bool has_odd_byte(std::string_view text) {
  const char *at = text.data(), *const end = at + text.size();
  unsigned odd = 0;
#ifdef __SSE2__
  for (; end - at >= 16; at += 16) odd |= detail::marks_of_16(at).odd;
#endif
  for (; at != end; ++at) odd |= detail::marks_of(*at).odd;
  return odd != 0;
}

}  // namespace unoops::input
