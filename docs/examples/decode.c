#include <stdio.h>
#include <unoops/unoops.h>

static int print(void *user, const char *text, size_t size) {
  (void)user;
  return fwrite(text, 1, size, stdout) == size ? 0 : 1;
}

int main(int argc, char **argv) {
  unoops_decoder *decoder = unoops_new();
  unoops_output(decoder, print, NULL);
  int status = unoops_read(decoder, argc > 1 ? argv[1] : "-");
  if (status == UNOOPS_OK) status = unoops_finish(decoder);
  if (status == UNOOPS_ERROR) fprintf(stderr, "%s\n", unoops_error(decoder));
  unoops_delete(decoder);
  return status == UNOOPS_OK ? 0 : 2;
}
