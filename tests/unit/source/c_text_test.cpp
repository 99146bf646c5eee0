// The text of checks and comments, in C as people write it.
#include "source/c_text.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::source;

namespace {

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    out.emplace_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return out;
}

std::string condition(std::string_view text, std::size_t line) {
  const auto call = check_at(lines_of(text), line);
  return call ? call->name + ": " + first_argument(call->arguments) : std::string();
}

}  // namespace

TEST_CASE("the condition of a check, wherever its line is") {
  CHECK(condition("\tBUG_ON(q->depth > max);\t/* x */", 0) == "BUG_ON: q->depth > max");
  CHECK(condition("\tif (WARN_ON_ONCE(x && (y || z)))", 0) == "WARN_ON_ONCE: x && (y || z)");
  CHECK(condition("\tWARN(a != b, \"a) is %d, (b\",\n\t     a);", 0) == "WARN: a != b");
  CHECK(condition("\tVM_BUG_ON_PAGE(PageTail(page), page);", 0) == "VM_BUG_ON_PAGE: PageTail(page)");
  CHECK(condition("\tlockdep_assert_held(&d->lock);", 0) == "lockdep_assert_held: &d->lock");
  const auto* several = "\tret = WARN_ON(a ||\n\t\t      b /* c) */ ||\n\t\t      d);\n\treturn 0;";
  CHECK(condition(several, 0) == "WARN_ON: a || b || d");
  CHECK(condition(several, 2) == "WARN_ON: a || b || d");
  CHECK(condition(several, 3).empty());
  CHECK(condition("\tWARN_ON(a); WARN_ON(b);", 0).empty());  // which of them?
  CHECK(condition("\t/* WARN_ON(a) */ x();", 0).empty());
  CHECK(condition("\tWARN_ON(a", 0).empty());
  CHECK(condition("x", 7).empty());
}

TEST_CASE("BUG() and WARN(1) stand behind their condition") {
  const auto before = [](std::string_view text, std::size_t line) {
    const auto lines = lines_of(text);
    const auto call = check_at(lines, line);
    return call ? if_before(lines, *call) : std::string("no check");
  };
  CHECK(before("\tif (unlikely(n > most))\n\t\tBUG();", 1) == "n > most");
  CHECK(before("\tif (n > most) {\n\t\tWARN(1, \"x\");", 1) == "n > most");
  CHECK(before("\tif (a) BUG();", 0) == "a");
  CHECK(before("\tif (a)\n\t\tb();\n\tBUG();", 2).empty());
  CHECK(before("\tBUG();", 0).empty());
}

TEST_CASE("the function that a line is in") {
  const auto lines = lines_of(
      "#define X\nstatic noinline void\nfoo(int a,\n    int (*b)(int))\n{\n\tx();\n}\n\nSYSCALL_DEFINE1(close, int, "
      "fd)\n{\n\ty();\n}\nint z;\n");
  CHECK(function_at(lines, 5) == "foo");
  CHECK(function_at(lines, 10).empty());  // a macro makes it
  CHECK(function_at(lines, 12).empty());  // behind its end
}

TEST_CASE("what a comment says of a member") {
  const auto lines = lines_of(R"(/**
 * struct demo - a device
 * @users: how many have it open,
 *	and not closed it
 * @lock: protects all
 */
struct demo {
	int users;
	spinlock_t lock;
	u32 head;	/* next entry to read */
	/* set once, by probe */
	void *regs;
	struct {
		u8 buf[32];	// what came last
	} rx;
	int plain;
};
)");
  CHECK(member_comment(lines, "struct demo", "users") == "how many have it open, and not closed it");
  CHECK(member_comment(lines, "struct demo", "lock") == "protects all");
  CHECK(member_comment(lines, "struct demo", "head") == "next entry to read");
  CHECK(member_comment(lines, "struct demo", "regs") == "set once, by probe");
  CHECK(member_comment(lines, "struct demo", "plain").empty());
  CHECK(member_comment(lines, "struct demo", "none").empty());
  CHECK(member_comment(lines, "struct other", "head").empty());
}
