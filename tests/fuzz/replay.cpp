// Runs a fuzz target without libFuzzer, so that every compiler and every test run has it: each file of an ending (".log")
// below the directories behind it as it is, cut after every line, and damaged in ways that a fixed seed chooses.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t cuts_per_file = 400;  // a long log is cut after every n-th line
constexpr std::size_t damages_per_file = 40;
constexpr std::size_t longest_damaged = 64 * 1024;

std::size_t runs = 0;

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  ++runs;
}

void cut_after_lines(const std::string& bytes) {
  std::vector<std::size_t> ends;
  for (std::size_t at = bytes.find('\n'); at != std::string::npos; at = bytes.find('\n', at + 1))
    ends.push_back(at + 1);
  const std::size_t step = ends.size() / cuts_per_file + 1;
  for (std::size_t i = 0; i < ends.size(); i += step) run(bytes.substr(0, ends[i]));
}

std::string damaged(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  for (std::size_t n = 1 + below(8); n > 0 && !bytes.empty(); --n) {
    const std::size_t at = below(bytes.size()), length = below(200);
    switch (below(5)) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.erase(at, length);
        break;
      case 2:
        bytes.insert(at, bytes.substr(below(bytes.size()), length));
        break;
      case 3:
        bytes.insert(at, length, static_cast<char>(random()));
        break;
      default:
        bytes.replace(at, 1, "\n");
        break;
    }
  }
  return bytes;
}

void replay(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  run(bytes);
  cut_after_lines(bytes);
  if (bytes.size() > longest_damaged) return;
  std::mt19937 random(1);
  for (std::size_t n = 0; n < damages_per_file; ++n) run(damaged(bytes, random));
}

std::size_t replay_below(const std::filesystem::path& directory, const std::string& ending) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.path().extension() != ending) continue;
    replay(entry.path());
    ++files;
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  run("");
  std::size_t files = 0;
  std::string ending;
  for (int i = 1; i < argc; ++i) {
    if (argv[i][0] == '.')
      ending = argv[i];
    else
      files += replay_below(argv[i], ending);
  }
  std::printf("%zu runs over %zu files\n", runs, files);
  return files == 0;
}
