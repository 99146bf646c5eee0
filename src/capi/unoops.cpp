#include "unoops/unoops.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "capi/run.hpp"
#include "capi/settings.hpp"
#include "unoops/version.hpp"

using unoops::capi::Run;
using unoops::capi::Settings;

struct unoops_decoder {
  Settings settings;
  unoops_sink sink = nullptr;
  void* user = nullptr;
  std::unique_ptr<Run> run;  // null: between logs
  std::string error;
  bool busy = false;  // the sink runs: it must not call back
};

namespace {

// An argument that is none, or a file that cannot be read: what is open stays open.
int refuse(unoops_decoder& decoder, std::string why) {
  decoder.error = std::move(why);
  return UNOOPS_ERROR;
}

// Nobody knows what state the log is in. Says why without memory, too.
void drop(unoops_decoder& decoder, const char* why) noexcept {
  decoder.run.reset();
  try {
    decoder.error = why;
  } catch (...) {
    decoder.error = "no memory";  // fits into the string itself
  }
}

// `work` with the decoder; whatever it throws, and whatever a sink written in C++ throws, ends here.
template <class Work>
int guarded(unoops_decoder* decoder, Work work) noexcept {
  if (!decoder || decoder->busy) return UNOOPS_ERROR;
  decoder->busy = true;
  int status = UNOOPS_ERROR;
  try {
    decoder->error.clear();
    status = work(*decoder);
  } catch (const std::bad_alloc&) {
    drop(*decoder, "no memory");
  } catch (const std::exception& error) {
    drop(*decoder, error.what());
  } catch (...) {
    drop(*decoder, "an error that nobody foresaw");
  }
  decoder->busy = false;
  return status;
}

Run& open(unoops_decoder& decoder) {
  if (!decoder.run) {
    Run::Sink sink;
    if (decoder.sink)
      sink = [&decoder](const std::string& text) { return decoder.sink(decoder.user, text.c_str(), text.size()) == 0; };
    decoder.run = std::make_unique<Run>(decoder.settings, std::move(sink));
  }
  return *decoder.run;
}

int status_of(const Run& run) { return run.stopped() ? UNOOPS_STOPPED : UNOOPS_OK; }

std::string_view view(const void* bytes, std::size_t size) {
  return size == 0 ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
}

}  // namespace

extern "C" {

const char* unoops_version(void) { return unoops::version.data(); }  // of a literal, so a NUL is behind it

unoops_decoder* unoops_new(void) {
  try {
    return new unoops_decoder;
  } catch (...) {
    return nullptr;
  }
}

void unoops_delete(unoops_decoder* decoder) { delete decoder; }

const char* unoops_error(const unoops_decoder* decoder) { return decoder ? decoder->error.c_str() : "no decoder"; }

int unoops_set(unoops_decoder* decoder, const char* option, const char* value) {
  return guarded(decoder, [&](unoops_decoder& d) {
    if (!option || !value) return refuse(d, "an option has a name and a value");
    if (d.run) return refuse(d, "options are set between logs");
    auto wrong = unoops::capi::set(d.settings, option, value);
    return wrong.empty() ? static_cast<int>(UNOOPS_OK) : refuse(d, std::move(wrong));
  });
}

int unoops_output(unoops_decoder* decoder, unoops_sink sink, void* user) {
  return guarded(decoder, [&](unoops_decoder& d) {
    if (d.run) return refuse(d, "the output is set between logs");
    d.sink = sink;
    d.user = user;
    return static_cast<int>(UNOOPS_OK);
  });
}

int unoops_start(unoops_decoder* decoder, const char* name) {
  return guarded(decoder, [&](unoops_decoder& d) {
    open(d).start(name ? name : "");
    return status_of(*d.run);
  });
}

int unoops_feed(unoops_decoder* decoder, const void* bytes, size_t size) {
  return guarded(decoder, [&](unoops_decoder& d) {
    if (!bytes && size != 0) return refuse(d, "no bytes");
    open(d).feed(view(bytes, size));
    return status_of(*d.run);
  });
}

int unoops_flush(unoops_decoder* decoder) {
  return guarded(decoder, [&](unoops_decoder& d) {
    open(d).flush();
    return status_of(*d.run);
  });
}

int unoops_finish(unoops_decoder* decoder) {
  return guarded(decoder, [&](unoops_decoder& d) {
    open(d).finish();
    const int status = status_of(*d.run);
    d.run.reset();
    return status;
  });
}

int unoops_read(unoops_decoder* decoder, const char* path) {
  return guarded(decoder, [&](unoops_decoder& d) {
    if (!path) return refuse(d, "no path");
    const auto error = open(d).read(path);
    return error ? refuse(d, error->message) : status_of(*d.run);
  });
}

char* unoops_decode(unoops_decoder* decoder, const void* bytes, size_t size) {
  char* text = nullptr;
  guarded(decoder, [&](unoops_decoder& d) {
    if (!bytes && size != 0) return refuse(d, "no bytes");
    if (d.run) d.run->finish();
    d.run.reset();
    std::string all;
    Run run(d.settings, [&](const std::string& more) {
      all += more;
      return true;
    });
    run.feed(view(bytes, size));
    run.finish();
    text = ::strdup(all.c_str());
    if (!text) throw std::bad_alloc();
    return static_cast<int>(UNOOPS_OK);
  });
  return text;
}

void unoops_free(char* text) { std::free(text); }

}  // extern "C"
