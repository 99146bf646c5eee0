// Sources are parsed by workers, each into a queue of its own. The caller's thread takes the queues in the order of the
// sources.
#include "unoops/parallel.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/rooms.hpp"
#include "report/head.hpp"

namespace unoops {
namespace decode {
namespace {

// Reports that wait, of the source whose turn it is.
constexpr std::size_t most_reports = 64;
// To wake the caller's thread for each report, or for the end of each source, costs more than to read a short one. Fewer
// than these it finds between waits.
constexpr std::size_t told_at_once = 32;
// What the reports of sources that are read before their turn may take, for each thread. As titles ask for them, those of
// 32 MB of nothing but reports fit in.
constexpr std::size_t most_bytes = std::size_t{24} << 20;
// Sources that were read before their turn, for each thread.
constexpr std::size_t most_ahead = 256;
constexpr auto between_waits = std::chrono::milliseconds(5);

// Where the address space is limited, each thread's stack (8 MiB) and malloc's arena (64 MiB) are taken out of it.
unsigned threads_with_room(unsigned wanted) {
  constexpr rlim_t each = 72 * 1024 * 1024;
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  return static_cast<unsigned>(std::clamp<rlim_t>(limit.rlim_cur / each, 1, wanted));
}

struct Parsed {
  Report report;
  DumpBytes dump;
};
using Event = std::variant<Parsed, std::string>;  // a report, or what is to be said

// What a worker read of one source and the caller's thread has not yet taken.
struct Queue {
  std::deque<Event> events;
  std::size_t bytes = 0;  // of events
  bool ended = false;
  SourceEnd end;
};

class Parallel {
 public:
  Parallel(const ParallelWork& work, Decoder& decoder) : work_(work), decoder_(decoder) {}

  void run() {
    std::vector<std::thread> threads;
    const auto most = threads_with_room(work_.threads);
    threads.reserve(most);
    try {
      while (threads.size() < most) threads.emplace_back([this] { read_sources(); });
    } catch (const std::system_error&) {  // no memory for its stack, or no more threads are allowed
      if (threads.empty()) return read_one_by_one();
    }
    while (const auto queue = next_queue()) hand_out(*queue);
    for (auto& thread : threads) thread.join();
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  // ---- a worker ----

  void read_sources() {
    std::shared_ptr<Queue> queue;
    std::size_t index = 0;
    const auto put = [&](Event event) { add(*queue, std::move(event)); };
    const auto kept = [&](Report&& report) { return work_.tallies ? tallied(std::move(report)) : std::move(report); };
    auto options = work_.decode;
    options.apart = true;
    options.explain_parse = {};
    options.source_dirs.clear();  // the caller's decoder explains
    if (options.warn) options.warn = [&](std::string_view words) { put(std::string(words)); };
    Decoder decoder(options, [&](ParsedReport&& report) {
      auto dump = report.dump();
      put(Parsed{kept(std::move(report).unexplained()), std::move(dump)});
    });
    while (const auto source = next_source(queue, index)) {
      const auto before = decoder.lines();
      decoder.start_source(source->name());
      work_.read(index, *source, decoder, [&](std::string words) { put(std::move(words)); });
      decoder.finish();
      const Lock lock(mutex_);
      queue->end = {decoder.boots(), decoder.lines() - before};
      queue->ended = true;
      if (++ended_ % told_at_once == 0) changed_.notify_all();
    }
  }

  std::unique_ptr<Source> next_source(std::shared_ptr<Queue>& queue, std::size_t& index) {
    Lock lock(mutex_);
    room_.wait(lock, [&] { return queues_.size() < most_ahead * work_.threads; });
    auto source = work_.next();
    index = sources_++;
    if (source) queues_.push_back(queue = std::make_shared<Queue>());
    if (source) return source;
    no_more_ = true;
    changed_.notify_all();
    return nullptr;
  }

  void add(Queue& queue, Event event) {
    const auto* parsed = std::get_if<Parsed>(&event);
    const auto bytes = parsed ? memory_of(parsed->report) : std::get<std::string>(event).size();
    Lock lock(mutex_);
    room_.wait(lock, [&] { return has_room(queue); });
    queue.events.push_back(std::move(event));
    queue.bytes += bytes;
    waiting_ += bytes;
    if (queue.events.size() == told_at_once) changed_.notify_all();
  }

  // The source whose turn it is always gets on; the others share the rest. Who was stopped waits until there is room for
  // many, because to go on for each costs more than to read it.
  bool has_room(const Queue& queue) {
    if (&queue == current_.get()) return queue.events.size() < most_reports;
    const auto most = most_bytes * work_.threads;
    is_full_ = waiting_ >= (is_full_ ? most / 4 * 3 : most);
    return !is_full_;
  }

  // ---- the caller's thread ----

  void read_one_by_one() {
    for (std::size_t index = 0; const auto source = work_.next(); ++index) {
      decoder_.start_source(source->name());
      work_.read(index, *source, decoder_, work_.said);
      decoder_.finish();
    }
  }

  template <class Ready>
  void wait(Lock& lock, Ready ready) {
    while (!changed_.wait_for(lock, between_waits, ready)) {
      lock.unlock();
      if (work_.waits) work_.waits();
      lock.lock();
    }
  }

  std::shared_ptr<Queue> next_queue() {
    Lock lock(mutex_);
    wait(lock, [&] { return !queues_.empty() || no_more_; });
    if (queues_.empty()) return nullptr;
    current_ = std::move(queues_.front());
    queues_.pop_front();
    room_.notify_all();
    return current_;
  }

  void hand_out(Queue& queue) {
    for (auto events = next_events(queue); !events.empty(); events = next_events(queue)) {
      for (auto& event : events)
        if (auto* parsed = std::get_if<Parsed>(&event))
          decoder_.adopt(std::move(parsed->report), std::move(parsed->dump));
        else
          work_.said(std::get<std::string>(event));
    }
    decoder_.end_adopted(queue.end);
  }

  // All that are there; none: the source has ended.
  std::deque<Event> next_events(Queue& queue) {
    Lock lock(mutex_);
    wait(lock, [&] { return !queue.events.empty() || queue.ended; });
    room_.notify_all();
    waiting_ -= std::exchange(queue.bytes, 0);
    return std::exchange(queue.events, {});
  }

  const ParallelWork& work_;
  Decoder& decoder_;

  std::mutex mutex_;                           // of all that follows, and of the queues' members
  std::condition_variable changed_, room_;     // for the caller's thread; for the workers
  std::deque<std::shared_ptr<Queue>> queues_;  // in the order of the sources
  std::shared_ptr<Queue> current_;             // whose turn it is
  std::size_t sources_ = 0, ended_ = 0;        // of the sources, those that were begun and ended
  std::size_t waiting_ = 0;                    // bytes of all queues' events
  bool no_more_ = false, is_full_ = false;
};

}  // namespace
}  // namespace decode

void decode_in_parallel(const ParallelWork& work, Decoder& decoder) { decode::Parallel(work, decoder).run(); }

}  // namespace unoops
