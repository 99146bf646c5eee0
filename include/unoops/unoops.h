/* unoops for C, and for every language that can call C: a log's bytes in, text or JSON out.
 *
 *   #include <stdio.h>
 *   #include <unoops/unoops.h>
 *
 *   static int print(void *user, const char *text, size_t size) {
 *     (void)user;
 *     return fwrite(text, 1, size, stdout) == size ? 0 : 1;
 *   }
 *
 *   int main(int argc, char **argv) {
 *     unoops_decoder *decoder = unoops_new();
 *     unoops_output(decoder, print, NULL);
 *     int status = unoops_read(decoder, argc > 1 ? argv[1] : "-");
 *     if (status == UNOOPS_OK) status = unoops_finish(decoder);
 *     if (status == UNOOPS_ERROR) fprintf(stderr, "%s\n", unoops_error(decoder));
 *     unoops_delete(decoder);
 *     return status == UNOOPS_OK ? 0 : 2;
 *   }
 *
 * The rule of the ABI: within libunoops.so.1 functions are added, and none is removed or changed; the only structure is
 * opaque, the only enumeration gets no new meaning for an old value. Nothing else is exported. docs/library.md has the
 * rest: which options there are, what may change, how to find the library.
 *
 * No C++ exception leaves these functions, and none ends the process. A decoder is used by one thread at a time;
 * several decoders share nothing. A null decoder is answered with UNOOPS_ERROR or NULL. */
#ifndef UNOOPS_UNOOPS_H
#define UNOOPS_UNOOPS_H

#include <stddef.h>

#if defined(_WIN32)
#error "unoops is for POSIX systems"
#endif
/* What the shared library exports; everything else in it is hidden. */
#define UNOOPS_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

enum {
  UNOOPS_ERROR = -1, /* unoops_error() says why. The log that is open goes on, unless memory or unoops itself failed */
  UNOOPS_OK = 0,
  UNOOPS_STOPPED = 1 /* the output's function wanted no more: nothing comes until the next log */
};

typedef struct unoops_decoder unoops_decoder;

/* Gets what the format writes as soon as it is written; of JSON one line, which is one report, a call. `text` has `size`
 * bytes and a NUL behind them, and lives until the function returns. 0: go on; anything else: stop. It must not
 * delete the decoder; what else it calls with it is answered with UNOOPS_ERROR. */
typedef int (*unoops_sink)(void *user, const char *text, size_t size);

/* "1.0.0", of the library that is loaded. */
UNOOPS_API const char *unoops_version(void);

/* A decoder with the program's defaults, but JSON as its format. NULL: there is no memory. */
UNOOPS_API unoops_decoder *unoops_new(void);
UNOOPS_API void unoops_delete(unoops_decoder *decoder);

/* Why the last call failed, in one line of UTF-8; never NULL, and empty after a call that did not. Lives until the next
 * call on this decoder. */
UNOOPS_API const char *unoops_error(const unoops_decoder *decoder);

/* Options have the names and the meaning of the program's long ones, without dashes: "format", "vmlinux", "modules",
 * "redact", ... Flags take "true" and "false"; what may be given several times is added to. Between logs only. */
UNOOPS_API int unoops_set(unoops_decoder *decoder, const char *option, const char *value);

/* Who gets the output of the functions below, unoops_decode() apart. NULL: nobody. */
UNOOPS_API int unoops_output(unoops_decoder *decoder, unoops_sink sink, void *user);

/* A log in pieces of any size. Reports come out as soon as nothing that the log may still say can change them.
 * unoops_start() names the source, ends the one before, and need not be called for a single one without a name;
 * unoops_finish() ends the log: what is fed after it is a new one, whose reports count from 1. */
UNOOPS_API int unoops_start(unoops_decoder *decoder, const char *name);
UNOOPS_API int unoops_feed(unoops_decoder *decoder, const void *bytes, size_t size);
/* The input pauses: hands out what there is. What still comes of a report is told with the whole of it once more, and
 * the first one's number in `follows`. */
UNOOPS_API int unoops_flush(unoops_decoder *decoder);
UNOOPS_API int unoops_finish(unoops_decoder *decoder);

/* A file as the program reads it: packed or not, a memory dump, a directory of logs, "-" for standard input. Each is one
 * more source of the log that unoops_finish() ends. */
UNOOPS_API int unoops_read(unoops_decoder *decoder, const char *path);

/* A whole log at once. What it returns (NULL: an error; "": no report) is for unoops_free(). Ends a log that is open. */
UNOOPS_API char *unoops_decode(unoops_decoder *decoder, const void *bytes, size_t size);
UNOOPS_API void unoops_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
