// Commits behind the kernel of a log, in a clone that the test makes.
#include "source/history.hpp"

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "unit/symbols/fixture.hpp"

using namespace unoops;
using namespace unoops::source;

namespace {

const std::string file = "drivers/kfault/ctx.c";

class Clone {
 public:
  bool make() {
    return run("git init -q -b master .") && commit("kfault: begin", body("return q->head;", "return 1;")) &&
           run("git tag v6.1") && commit("kfault: other", body("return q->head;", "return 2;")) &&
           run("git tag v6.2-rc1") &&
           commit("kfault: look before the queue is read\n\nFixes: " + id("v6.1") + " (\"kfault: begin\")",
                  body("return q ? q->head : 0;", "return 2;")) &&
           run("git tag v6.2-rc2 && git tag v6.2") &&
           commit("kfault: the same, shorter", body("return head(q);", "return 2;"));
  }
  std::string path() const { return dir_.path(); }

 private:
  static std::string body(const std::string& first, const std::string& second) {
    return "static int other(void);\n\nint kfault_push(struct q *q)\n{\n\t" + first +
           "\n}\n\nstatic int other(void)\n{\n\t" + second + "\n}\n";
  }
  bool run(const std::string& command) const {
    const auto in = "cd '" + dir_.path() +
                    "' && GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b "
                    "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b " +
                    command;
    return test::run(in);
  }
  bool commit(const std::string& message, const std::string& text) const {
    std::filesystem::create_directories(dir_.path() + "/drivers/kfault");
    std::ofstream(dir_.path() + "/" + file) << text;
    std::ofstream(dir_.path() + "/message") << message;
    return run("git add drivers && git commit -q -F message");
  }
  std::string id(const std::string& tag) const {
    Git git(dir_.path(), std::chrono::seconds(10));
    const auto lines = git.lines({"rev-parse", tag});
    return lines.empty() ? "" : lines.front().substr(0, 12);
  }
  test::TempDir dir_;
};

Kernel kernel_of(const std::string& release, const std::string& version = "") {
  Kernel out;
  out.release = release;
  out.version = version;
  return out;
}

}  // namespace

TEST_CASE("a release names the tag that it was made of") {
  using Revisions = std::vector<std::string>;
  CHECK(revisions_of(kernel_of("6.1.0-56-amd64", "#1 SMP Debian 6.1.192-2 (2026-11-16)")) ==
        Revisions{"v6.1.192", "v6.1"});
  CHECK(revisions_of(kernel_of("6.5.6-300.fc39.x86_64")) == Revisions{"v6.5.6", "v6.5"});
  CHECK(revisions_of(kernel_of("5.15.0-91-generic")) == Revisions{"v5.15"});
  CHECK(revisions_of(kernel_of("6.7.0-rc3-00123-gabcdef012345")) == Revisions{"abcdef012345", "v6.7-rc3"});
  CHECK(revisions_of(kernel_of("6.7.0-rc3-gabcdef012345-dirty+")) == Revisions{"abcdef012345", "v6.7-rc3"});
  CHECK(revisions_of(kernel_of("next")).empty());
  CHECK(revisions_of(kernel_of("")).empty());
}

TEST_CASE("commits that change the function, or mend commits that wrote it, are candidates") {
  Clone clone;
  if (!clone.make()) {
    WARN("not tested: git is not installed");
    return;
  }
  Git git(clone.path(), std::chrono::seconds(20));
  const auto later = later_commits(git, kernel_of("6.1.0-5-amd64"), file, "kfault_push");
  REQUIRE(later);
  CHECK(later->since == "v6.1");
  REQUIRE(later->commits.size() == 2);
  CHECK(later->commits[0].subject == "kfault: look before the queue is read");
  CHECK(later->commits[0].release == "v6.2-rc2");  // before v6.2, which git sorts before it
  CHECK(later->commits[0].fixes.size() == 12);
  CHECK(later->commits[1].subject == "kfault: the same, shorter");
  CHECK(later->commits[1].release.empty());
  CHECK(later->problem.empty());

  const auto none = later_commits(git, kernel_of("6.2.0"), file, "other");
  REQUIRE(none);
  CHECK(none->commits.empty());
  CHECK_FALSE(later_commits(git, kernel_of("4.19.0"), file, "kfault_push"));
}

TEST_CASE("git that has no time, or no clone, tells nothing") {
  Git late("/", std::chrono::milliseconds(0));
  CHECK_FALSE(late.has_time());
  CHECK_FALSE(late.ask({"--version"}));
  CHECK(late.take_late());
  CHECK_FALSE(late.take_late());
  Git nowhere("/nonexistent", std::chrono::seconds(5));
  CHECK_FALSE(nowhere.ask({"rev-parse", "HEAD"}));
  CHECK_FALSE(asks_git("/nonexistent"));
}
