// Files, compressed files and directories as sources.
#include "unoops/source.hpp"

#include <bzlib.h>
#include <lz4frame.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "catch.hpp"

using namespace unoops;
namespace fs = std::filesystem;

namespace {

class Directory {
 public:
  Directory()
      : path_(fs::temp_directory_path() /
              ("unoops-test-" + std::to_string(::getpid()) + "-" + std::to_string(++made))) {
    fs::create_directories(path_);
  }
  ~Directory() { fs::remove_all(path_); }
  std::string write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  static inline int made = 0;
  fs::path path_;
};

struct Content {
  std::string name, bytes, error;
};

std::vector<Content> contents(const std::string& path) {
  std::vector<Content> out;
  auto sources = open_sources(path);
  if (!sources) return {{"", "", sources.error().message}};
  for (auto& source : *sources) {
    out.push_back({source->name(), "", ""});
    for (;;) {
      const auto chunk = source->read();
      if (!chunk) out.back().error = chunk.error().message;
      if (!chunk || chunk->empty()) break;
      CHECK(chunk->size() <= 64 * 1024);
      out.back().bytes += *chunk;
    }
  }
  return out;
}

std::string deflated(const std::string& bytes, int window_bits) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, bytes.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string gzipped(const std::string& bytes) { return deflated(bytes, 15 + 16); }

std::string bzipped(std::string bytes) {
  std::string out(bytes.size() + bytes.size() / 100 + 600, '\0');
  auto size = static_cast<unsigned>(out.size());
  REQUIRE(BZ2_bzBuffToBuffCompress(out.data(), &size, bytes.data(), static_cast<unsigned>(bytes.size()), 9, 0, 0) ==
          BZ_OK);
  out.resize(size);
  return out;
}

std::string lz4_of(const std::string& bytes) {
  LZ4F_preferences_t as_lz4{};
  as_lz4.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;  // as lz4(1) packs
  std::string out(LZ4F_compressFrameBound(bytes.size(), &as_lz4), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), bytes.data(), bytes.size(), &as_lz4));
  return out;
}

std::string some_log() {
  std::string out;
  for (int i = 0; i < 20'000; ++i) out += "[    1.000000] line " + std::to_string(i * 7919 % 100'003) + "\n";
  return out;
}

}  // namespace

TEST_CASE("compressed files are read by their magic bytes, members one behind the other") {
  const Directory dir;
  const std::string log = some_log();
  const std::string gz = gzipped(log);
  std::string zst(ZSTD_compressBound(log.size()), '\0');
  zst.resize(ZSTD_compress(zst.data(), zst.size(), log.data(), log.size(), 3));
  CHECK(contents(dir.write("plain", log)).at(0).bytes == log);
  CHECK(contents(dir.write("a", gz)).at(0).bytes == log);
  CHECK(contents(dir.write("b", gz + gz)).at(0).bytes == log + log);
  CHECK(contents(dir.write("c", zst)).at(0).bytes == log);
  CHECK(contents(dir.write("d", bzipped(log))).at(0).bytes == log);
  CHECK(contents(dir.write("e", bzipped(log) + bzipped(log))).at(0).bytes == log + log);
  CHECK(contents(dir.write("f", lz4_of(log))).at(0).bytes == log);
  CHECK(contents(dir.write("g", lz4_of(log) + lz4_of(log))).at(0).bytes == log + log);
  CHECK(contents(dir.write("empty", "")).at(0).bytes.empty());
  CHECK(contents(dir.write("one", "\x1f")).at(0).bytes == "\x1f");
}

TEST_CASE("a damaged file gives what could be read, and an error that names it") {
  const Directory dir;
  const std::string gz = gzipped(some_log());
  const auto cut = contents(dir.write("cut.gz", gz.substr(0, gz.size() / 2))).at(0);
  CHECK(cut.bytes.starts_with("[    1.000000] line 0\n"));
  CHECK(cut.error.find("cut.gz: gzip data ends too early") != std::string::npos);
  std::string bad = gz;
  for (std::size_t i = 2'000; i < 2'100; ++i) bad[i] = static_cast<char>(~bad[i]);
  CHECK(contents(dir.write("bad.gz", bad)).at(0).error.find("bad.gz: damaged gzip data") != std::string::npos);
  for (std::string packed : {bzipped(some_log()), lz4_of(some_log())}) {
    const auto half = contents(dir.write("half", packed.substr(0, packed.size() / 2))).at(0);
    CHECK(half.error.find("data ends too early after ") != std::string::npos);
    packed.replace(packed.size() / 2, 40, 40, '\x55');
    CHECK(contents(dir.write("spoilt", packed)).at(0).error.find(": damaged ") != std::string::npos);
  }
  CHECK(contents(dir.path() + "/none").at(0).error.find("none: cannot open") != std::string::npos);
}

TEST_CASE("a directory gives the logs in it, pstore parts in their order") {
  const Directory dir;
  dir.write("pstore/dmesg-efi-1", "Panic#1 Part1\nc\n");
  dir.write("pstore/dmesg-efi-2", "Panic#1 Part2\nb\n");
  dir.write("pstore/dmesg-efi-3", "Oops#2 Part1\nd\n");
  dir.write("sos_commands/kernel/dmesg", "e\n");
  dir.write("var/log/messages", "f\n");
  dir.write("etc/passwd", "no log\n");
  std::string all;
  std::size_t sources = 0;
  for (const auto& content : contents(dir.path())) {
    all += content.bytes;
    ++sources;
  }
  CHECK(sources == 4);
  CHECK(all == "e\nf\nPanic#1 Part2\nb\nPanic#1 Part1\nc\nOops#2 Part1\nd\n");
  const Directory nothing;
  fs::create_directories(nothing.path() + "/x");
  CHECK(contents(nothing.path() + "/x").at(0).error.find("no logs in this directory") != std::string::npos);
}

TEST_CASE("pstore's packed records are read beside their plain siblings") {
  const Directory dir;
  const std::string oldest = "Panic#1 Part4\n[    1.000000] a\n";
  std::string zst(ZSTD_compressBound(oldest.size()), '\0');
  zst.resize(ZSTD_compress(zst.data(), zst.size(), oldest.data(), oldest.size(), 3));
  dir.write("dmesg-efi-4.enc.z", zst);
  dir.write("dmesg-efi-3.enc.z", deflated("Panic#1 Part3\n[    2.000000] b\n", -11) + "\nECC: No errors detected\n");
  dir.write("dmesg-efi-2", "Panic#1 Part2\n[    3.000000] c\n");
  const auto zlib = dir.write("dmesg-efi-1.enc.z", deflated("Panic#1 Part1\n[    4.000000] d\n", 12));
  CHECK(contents(zlib).at(0).bytes == "Panic#1 Part1\n[    4.000000] d\n");
  const auto all = contents(dir.path());
  REQUIRE(all.size() == 1);
  CHECK(all[0].error.empty());
  CHECK(all[0].bytes ==
        "Panic#1 Part4\n[    1.000000] a\nPanic#1 Part3\n[    2.000000] b\nPanic#1 Part2\n[    3.000000] c\n"
        "Panic#1 Part1\n[    4.000000] d\n");
  const auto lz4 = contents(dir.write("x/dmesg-efi-9.enc.z", "\xf0\x11Panic#1 Part1\n...")).at(0);
  CHECK(lz4.bytes.empty());
  CHECK(lz4.error.find("not deflate or zstd") != std::string::npos);
  std::string noise;
  for (unsigned i = 0; i < 3000; ++i) noise += static_cast<char>('!' + i * i * 7919 % 90);
  const std::string packed = deflated("Oops#1 Part1\n" + noise, -15);
  const auto cut = contents(dir.write("y/dmesg-efi-9.enc.z", packed.substr(0, packed.size() / 2))).at(0);
  CHECK(cut.bytes.starts_with("Oops#1 Part1\n"));
  CHECK(cut.error.find("damaged pstore record") != std::string::npos);
}
