// Vectorscan (https://github.com/VectorCamp/vectorscan), Hyperscan's library on all architectures.
#include "scan/search.hpp"
#include "unoops/version.hpp"

#ifdef UNOOPS_VECTORSCAN

#include <hs.h>

#include <algorithm>
#include <utility>

#include "base/late_library.hpp"
#include "scan/needles.hpp"

namespace unoops::scan {
namespace {

// The library's functions; it is opened for the first large log.
struct Vectorscan {
  decltype(&hs_compile_lit_multi) compile_lit_multi = nullptr;
  decltype(&hs_free_compile_error) free_compile_error = nullptr;
  decltype(&hs_free_database) free_database = nullptr;
  decltype(&hs_alloc_scratch) alloc_scratch = nullptr;
  decltype(&hs_free_scratch) free_scratch = nullptr;
  decltype(&hs_scan) scan = nullptr;
  bool is_there = false;

  Vectorscan() {
    base::LateLibrary library("libhs.so." UNOOPS_TEXT(HS_MAJOR));
    is_there = library.get("hs_compile_lit_multi", compile_lit_multi) &&
               library.get("hs_free_compile_error", free_compile_error) &&
               library.get("hs_free_database", free_database) && library.get("hs_alloc_scratch", alloc_scratch) &&
               library.get("hs_free_scratch", free_scratch) && library.get("hs_scan", scan);
  }
};

const Vectorscan& vectorscan() {
  static const Vectorscan loaded;
  return loaded;
}

struct Release {
  void operator()(hs_database_t* database) const { vectorscan().free_database(database); }
  void operator()(hs_scratch_t* scratch) const { vectorscan().free_scratch(scratch); }
};
using Database = std::unique_ptr<hs_database_t, Release>;

// Longer words go to another engine of the library, whose making takes 30 MB; so many bytes are enough to tell words
// of reports from others.
constexpr std::size_t longest = 16;

std::vector<Needle> short_needles() {
  auto words = fewest_needles();
  for (auto& word : words) word.text = word.text.substr(0, longest);
  const auto as_pair = [](const Needle& one) { return std::pair(one.text, one.needs); };
  std::ranges::sort(words, {}, as_pair);
  const auto alike = [&](const Needle& one, const Needle& other) { return as_pair(one) == as_pair(other); };
  words.erase(std::unique(words.begin(), words.end(), alike), words.end());
  return words;
}

// Null: the library is not installed, the processor lacks what it was built for, or there is no memory.
Database compile() {
  if (!vectorscan().is_there) return nullptr;
  const auto words = short_needles();
  std::vector<const char*> begins;
  std::vector<std::size_t> sizes;
  std::vector<unsigned> ids;
  for (const auto& [text, needs] : words) {
    begins.push_back(text.data());
    sizes.push_back(text.size());
    ids.push_back(static_cast<unsigned>(needs));
  }
  const std::vector<unsigned> flags(words.size(), 0);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  vectorscan().compile_lit_multi(begins.data(), flags.data(), ids.data(), sizes.data(),
                                 static_cast<unsigned>(words.size()), HS_MODE_BLOCK, nullptr, &database, &error);
  if (error) vectorscan().free_compile_error(error);
  return Database(database);
}

class VectorSearch final : public Search {
 public:
  VectorSearch(const hs_database_t* database, hs_scratch_t* scratch)
      : database_(database), scratch_(scratch), without_library_(table_search()) {}
  void find(std::string_view bytes, std::vector<Hit>& hits) override {
    const auto note = [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* out) {
      static_cast<std::vector<Hit>*>(out)->push_back({to, static_cast<Needs>(id)});
      return 0;
    };
    const auto size = static_cast<unsigned>(bytes.size());
    if (vectorscan().scan(database_, bytes.data(), size, 0, scratch_.get(), note, &hits) != HS_SUCCESS) {
      hits.clear();
      return without_library_->find(bytes, hits);
    }
    if (!std::ranges::is_sorted(hits, {}, &Hit::end)) std::ranges::sort(hits, {}, &Hit::end);
  }

 private:
  const hs_database_t* database_;
  std::unique_ptr<hs_scratch_t, Release> scratch_;
  std::unique_ptr<Search> without_library_;
};

}  // namespace

std::unique_ptr<Search> vector_search() {
  static const Database database = compile();
  hs_scratch_t* scratch = nullptr;
  if (!database || vectorscan().alloc_scratch(database.get(), &scratch) != HS_SUCCESS) return nullptr;
  return std::make_unique<VectorSearch>(database.get(), scratch);
}

}  // namespace unoops::scan

std::string_view unoops::search_engine() {
  return "Vectorscan " UNOOPS_TEXT(HS_MAJOR) "." UNOOPS_TEXT(HS_MINOR) "." UNOOPS_TEXT(HS_PATCH);
}

#else

namespace unoops::scan {

std::unique_ptr<Search> vector_search() { return nullptr; }
}  // namespace unoops::scan

std::string_view unoops::search_engine() { return "a table (built without Vectorscan)"; }

#endif
