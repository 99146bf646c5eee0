// Who waits for whom in a memory dump.
#include "report/dumped_locks.hpp"

#include "catch.hpp"

namespace unoops::report {

namespace {

Report report_with(std::vector<DumpedLock> locks) {
  Report r;
  r.machine.emplace().locks = std::move(locks);
  return r;
}

std::string text(const WaitChain& chain) {
  std::string out;
  for (const auto& link : chain.links) out += std::to_string(link.waiter) + " ";
  if (chain.holder) out += "-> " + std::to_string(*chain.holder);
  return out + (chain.closes ? " closes " + std::to_string(*chain.closes) : "");
}

}  // namespace

TEST_CASE("wait chains: from the task that nobody waits for to the one that waits for nobody") {
  const auto r = report_with({{.type = "a", .address = 1, .waiting = {11}, .owner = 10},
                              {.type = "b", .address = 2, .waiting = {12, 13}, .owner = 11},
                              {.type = "c", .address = 3, .waiting = {14}}});
  const auto chains = wait_chains(r);
  REQUIRE(chains.size() == 2);
  CHECK(text(chains[0]) == "12 11 -> 10");
  CHECK(text(chains[1]) == "14 ");
  CHECK(text(waits_from(r, 10)).empty());
}

TEST_CASE("wait chains: a ring closes, from within and from behind") {
  const auto r = report_with({{.type = "a", .address = 1, .waiting = {11}, .owner = 10},
                              {.type = "b", .address = 2, .waiting = {10, 12}, .owner = 11}});
  CHECK(text(waits_from(r, 10)) == "10 11 -> 10 closes 0");
  CHECK(text(waits_from(r, 12)) == "12 11 10 -> 11 closes 1");
  CHECK(wait_chains(r).size() == 1);
  const auto self = report_with({{.type = "a", .address = 1, .waiting = {10}, .owner = 10}});
  CHECK(text(waits_from(self, 10)) == "10 -> 10 closes 0");
}

TEST_CASE("wait chains: a task whose CPU spins waits, too, but an idle one is nobody") {
  auto r = report_with(
      {{.type = "spin", .address = 1, .spinning = {0, 1}}, {.type = "m", .address = 2, .waiting = {7}, .owner = 5}});
  r.tasks = {{.pid = 5, .comm = "x", .state = 'R', .cpu = 1}, {.pid = 0, .comm = "swapper/0", .state = 'R', .cpu = 0}};
  CHECK(text(waits_from(r, 7)) == "7 5 ");
  CHECK(text(waits_from(r, 0)).empty());
}

TEST_CASE("a lock has its name in C where the report's own call is known to ask for it") {
  auto r = report_with({{.type = "struct mutex", .address = 0x10, .waiting = {7}}});
  r.pid = 7;
  auto& handed = r.site.handed.emplace();
  handed.expression = "&dev->mutex";
  handed.type = "struct mutex";
  handed.confidence = Confidence::certain;
  const auto& lock = r.machine->locks[0];
  CHECK(lock_words(r, lock) == "struct mutex dev->mutex at 10");
  handed.type = "struct rw_semaphore";
  CHECK(lock_name(r, lock).empty());
  handed.type = "struct mutex";
  handed.confidence = Confidence::likely;
  CHECK(lock_name(r, lock).empty());
  handed.confidence = Confidence::certain;
  r.pid = 8;
  CHECK(lock_words(r, lock) == "struct mutex at 10");
}

}  // namespace unoops::report
