# Puts styles, scripts and bodies of the HTML page into a C++ file, with their hashes for its Content-Security-Policy.
# cmake -DOUT=FILE -DDIR=src/render/page -P embed.cmake

set(report_styles report.css document.css)
set(list_styles report.css list.css)
set(report_scripts print.js document.js)
set(list_scripts print.js data.js times.js query.js rows.js timeline.js filters.js report.js paper.js keys.js list.js)

function(joined out)
  set(all "")
  foreach(name IN LISTS ARGN)
    file(READ ${DIR}/${name} text)
    string(APPEND all "${text}")
  endforeach()
  set(${out} "${all}" PARENT_SCOPE)
endfunction()

# Nothing of the scripts is global: the page has ids, which browsers make globals, too.
function(wrapped out)
  joined(all ${ARGN})
  set(${out} "(() => {\n\"use strict\";\n${all}})();\n" PARENT_SCOPE)
endfunction()

# "sha256-<base64>", as CSP wants it; CMake has hexadecimal hashes only. Three digits are two characters: 64 digits
# and two zeros are 44 characters, of which the last is the padding.
function(csp_hash out text)
  set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  string(SHA256 hex "${text}")
  set(base64 "")
  foreach(at RANGE 0 63 3)
    string(SUBSTRING "${hex}00" ${at} 3 digits)
    math(EXPR high "0x${digits} >> 6")
    math(EXPR low "0x${digits} & 63")
    string(SUBSTRING ${alphabet} ${high} 1 first)
    string(SUBSTRING ${alphabet} ${low} 1 second)
    string(APPEND base64 ${first}${second})
  endforeach()
  string(SUBSTRING ${base64} 0 43 base64)
  set(${out} "sha256-${base64}=" PARENT_SCOPE)
endfunction()

function(assets out name styles scripts bodies)
  joined(style ${styles})
  wrapped(script ${scripts})
  joined(body ${bodies})
  csp_hash(style_hash "${style}")
  csp_hash(script_hash "${script}")
  set(${out} "const PageAssets ${name}{R\"asset(${style})asset\", \"${style_hash}\", R\"asset(${script})asset\", \"${script_hash}\", R\"asset(${body})asset\"};\n"
      PARENT_SCOPE)
endfunction()

assets(document document_assets "${report_styles}" "${report_scripts}" "")
assets(list list_assets "${list_styles}" "${list_scripts}" list.html)
file(WRITE ${OUT} "// Made of src/render/page by embed.cmake.\n#include \"render/html_assets.hpp\"\n
namespace unoops::render {\n\n${document}\n${list}\n}  // namespace unoops::render\n")
