#include "facts/helper_words.hpp"

#include "catch.hpp"

using namespace unoops::facts;

TEST_CASE("a word of a helper matches anywhere in a name") {
  for (const char* name :
       {"kmem_cache_alloc_node", "__kmem_cache_alloc_bulk_noprof", "foo_kmem_cache_bar", "devm_kzalloc",
        "_raw_spin_lock_irqsave", "kfree", "strncpy_from_user", "crc32_le", "__list_del_entry_valid"})
    CHECK(is_titles_helper(name));
}

TEST_CASE("marks hold a word to the start or the end of a name") {
  CHECK(has_word("kfree", "^kfree$"));
  CHECK_FALSE(has_word("kfree_rcu_work", "^kfree$"));
  CHECK(has_word("mutex_lock", "^mutex_"));
  CHECK_FALSE(has_word("ww_mutex_lock", "^mutex_"));
  CHECK(has_word("exc_trap", "_trap$"));
  CHECK_FALSE(has_word("exc_trap_info", "_trap$"));
  CHECK(has_word("__read_once_word_nocheck", "read_once*nocheck"));
  CHECK_FALSE(has_word("read_once", "read_once*nocheck"));
  CHECK_FALSE(is_titles_helper("kfree_rcu_work"));
  CHECK_FALSE(is_titles_helper("consume_skb"));
  CHECK_FALSE(is_titles_helper(""));
}

TEST_CASE("one of several words is enough") {
  CHECK(has_any_word("foo_sched_bar", "wait sched"));
  CHECK_FALSE(has_any_word("foo", "wait sched"));
  CHECK_FALSE(has_any_word("foo", ""));
}
