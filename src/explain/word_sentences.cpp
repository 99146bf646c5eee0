// Kinds that say by a word of their own what exactly went wrong: one sentence a word.
#include <algorithm>
#include <array>

#include "explain/sentence.hpp"
#include "explain/summary.hpp"

namespace unoops {
namespace {

struct Row {
  std::string_view kind;
  std::string_view fact;  // where the word stands; empty: the kernel's first message
  std::string_view word, sentence;
};
constexpr auto rows = std::to_array<Row>({
    // v6.1 lib/refcount.c refcount_warn_saturate
    {"refcount", "", "addition on 0",
     "a reference was taken to an object whose counter was 0 already: it is free, or about to be[; in {culprit}]"},
    {"refcount", "", "increment on 0",
     "a reference was taken to an object whose counter was 0 already: it is free, or about to be[; in {culprit}]"},
    {"refcount", "", "underflow",
     "a reference was given back that nobody held: the object can be freed while it is used[; in {culprit}]"},
    {"refcount", "", "decrement hit 0",
     "a counter was brought to 0 by a function that must not do that: the object is never freed[; in {culprit}]"},
    {"refcount", "", "saturated",
     "a reference counter ran over and is held at its limit: the object is never freed[; in {culprit}]"},
    // v6.1 mm/slub.c
    {"slab", "bug-type", "Object already free", "an object of {object-cache} was freed twice"},
    {"slab", "bug-type", "Invalid object pointer", "something was freed to {object-cache} that is none of its objects"},
    {"slab", "bug-type", "Attempt to free object", "something was freed that is no object of a slab cache"},
    {"slab", "bug-type", "Right Redzone", "something was written behind the end of an object of {object-cache}"},
    {"slab", "bug-type", "Left Redzone", "something was written in front of an object of {object-cache}"},
    {"slab", "bug-type", "Poison overwritten", "an object of {object-cache} was written to after it was freed"},
    {"slab", "bug-type", "Freepointer corrupt", "the list of free objects of {object-cache} was overwritten"},
    {"slab", "bug-type", "Freechain corrupt", "the list of free objects of {object-cache} was overwritten"},
    {"slab", "bug-type", "Objects remaining", "the cache {object-cache} is destroyed while objects of it are in use"},
    // v6.1 kernel/locking/spinlock_debug.c
    {"spinlock", "lock-bug", "bad magic",
     "a spinlock was used that was never initialised, is freed already, or was overwritten (bad magic)"},
    {"spinlock", "lock-bug", "wrong owner", "a spinlock was released by a task that does not hold it"},
    {"spinlock", "lock-bug", "wrong CPU", "a spinlock was released on another CPU than it was taken on"},
    {"spinlock", "lock-bug", "already unlocked", "a spinlock was released that is not held"},
    {"spinlock", "lock-bug", "recursion",
     "a task takes a spinlock that it holds already: it waits for itself for ever"},
    {"spinlock", "lock-bug", "lockup suspected", "a spinlock did not become free for a long time"},
    {"rwlock", "lock-bug", "bad magic",
     "a reader-writer lock was used that was never initialised, is freed already, or was overwritten (bad magic)"},
    {"rwlock", "lock-bug", "wrong owner", "a reader-writer lock was released by a task that does not hold it"},
    {"rwlock", "lock-bug", "recursion",
     "a task takes a reader-writer lock that it holds already: it waits for itself for ever"},
    // v6.1 lib/ubsan.c
    {"ubsan", "bug-type", "array-index-out-of-bounds", "an index lies outside its array[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "array index out of bounds", "an index lies outside its array[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "shift",
     "a value was shifted by too many bits, or by a negative number[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "signed-integer-overflow", "a signed number ran over[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "division-overflow", "a division by zero, or one that runs over[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "invalid-load", "a variable holds a value that its type can't have[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "misaligned-access",
     "a pointer that is not aligned as its type needs was used[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "object-size-mismatch",
     "an access goes past the object that it is for[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "null-ptr-deref", "a NULL pointer was used[ at {place}][: {detail}]"},
    {"ubsan", "bug-type", "unreachable", "code was reached that the compiler holds impossible[ at {place}]"},
    // v6.1 mm/kmsan/report.c
    {"kmsan", "bug-type", "kernel-infoleak", "bytes that were never set were copied to user space[ in {culprit}]"},
    {"kmsan", "bug-type", "kernel-usb-infoleak", "bytes that were never set were sent to a USB device[ in {culprit}]"},
    {"kmsan", "bug-type", "uninit-value", "{culprit|the code} used a value that was never set"},
    {"kmsan", "bug-type", "use-after-free", "memory was used after it was freed[ in {culprit}]"},
    // v6.1 kernel/kcsan/report.c
    {"kcsan", "bug-type", "assert", "memory changed while {culprit|the code} asserted that nobody writes to it"},
    // v6.1 kernel/locking/lockdep.c
    {"lockdep", "problem", "recursive locking",
     "a lock of the class {wanted-lock|?} is taken while one of the same class is held"},
    {"lockdep", "problem", "irq-unsafe order",
     "{wanted-lock|a lock} is taken under {held-lock|another}, which interrupts take too: an interrupt at the wrong "
     "moment deadlocks"},
    {"lockdep-held-lock", "problem", "held lock freed",
     "{task|a task} frees memory that holds a lock which is still held[ ({held-lock})]"},
    {"lockdep-held-lock", "problem", "still has locks held",
     "{task|a task} sleeps or ends where it must hold no lock, but holds {held-lock|one}"},
    // v6.1 mm/usercopy.c: exposure is a copy to user space
    {"usercopy", "", "exposure attempt",
     "a copy to user space would have gone past the object that it is from: {message}"},
    {"usercopy", "", "overwrite attempt",
     "a copy from user space would have gone past the object that it is for: {message}"},
    {"usercopy-warning", "", "exposure attempt",
     "a copy to user space reads a part of an object that no cache allows for it: {message}"},
    {"usercopy-warning", "", "overwrite attempt",
     "a copy from user space writes a part of an object that no cache allows for it: {message}"},
    // v6.12 lib/string_helpers.c, v6.1 include/linux/fortify-string.h
    {"fortify-warning", "", "detected field-spanning",
     "a memory function writes past the field that it was given: {message}"},
    {"fortify-warning", "", "detected buffer overflow", "a memory function goes past its buffer: {message}"},
    // v6.1 kernel/workqueue.c process_one_work
    {"workqueue-leak", "leaked", "lock",
     "the work item {work-function|of this worker} ended with a lock held or with preemption off"},
});

}  // namespace

std::string_view sentence_by_word(const Report& r) {
  const auto at = std::ranges::find_if(rows, [&](const Row& row) {
    return row.kind == r.kind->id &&
           (row.fact.empty() ? first_message(r) : r.fact(row.fact)).find(row.word) != std::string_view::npos;
  });
  return at == rows.end() ? std::string_view{} : at->sentence;
}

}  // namespace unoops
