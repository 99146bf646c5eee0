"""With --source: whom to tell of a report, and what a git clone knows of later changes."""
import json
import os
import shutil
import subprocess
import unittest

from helper import WARNING, Case, run

MAINTAINERS = """List of maintainers

DEMO DRIVER
M:\tA Person <a@example.org>
L:\tdemo@lists.example.org (subscribers-only)
S:\tMaintained
F:\tdrivers/demo/

THE REST
L:\tlinux-kernel@vger.kernel.org
F:\t*
"""


def demo(check, other="return 0;"):
    return "static int demo_warn(int x)\n{\n\t%s\n}\n\nint demo_other(void)\n{\n\t%s\n}\n" % (check, other)


class Upkeep(Case):
    def setUp(self):
        super().setUp()
        self.tree = self.tmp / "linux"
        (self.tree / "drivers/demo").mkdir(parents=True)
        (self.tree / "MAINTAINERS").write_text(MAINTAINERS)
        (self.tree / "drivers/demo/demo.c").write_text(demo("WARN_ON(x);"))

    def git(self, *args, cwd=None):
        who = {"GIT_%s_%s" % (role, what): "t@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(["git", *args], cwd=cwd or self.tree, capture_output=True, check=True,
                              env={**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull})
        return done.stdout.decode().strip()

    def commit(self, message, text):
        (self.tree / "drivers/demo/demo.c").write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")[:12]

    def clone(self):
        """v6.1 has the bug; a commit that changes another function, and the one that mends it, follow."""
        if not shutil.which("git"):
            self.skipTest("git is not installed")
        self.git("init", "-q")
        bug = self.commit("demo: begin", demo("WARN_ON(x);"))
        self.git("tag", "v6.1")
        self.commit("demo: another matter", demo("WARN_ON(x);", "return 1;"))
        self.git("tag", "v6.2")
        return bug, self.commit("demo: no warning without need\n\nFixes: %s (\"demo: begin\")" % bug, demo("WARN_ON(x > 1);", "return 1;"))

    def told(self, *args):
        printed = run("--no-symbols", "--source", self.tree, *args, stdin=WARNING)
        self.assertEqual((printed.returncode, printed.stderr), (0, b""))
        return printed.stdout.decode()

    def report(self):
        return json.loads(self.told("-f", "json"))

    def test_lists_are_told_and_people_on_request(self):
        self.assertRegex(self.told(), r"Tell +demo@lists\.example\.org \(DEMO DRIVER\)")
        self.assertNotIn("A Person", self.told())
        self.assertIn("A Person <a@example.org>", self.told("-v"))
        self.assertNotIn("linux-kernel@", self.told("-v"))
        self.assertEqual(self.report()["maintainers"], [{"subsystem": "DEMO DRIVER", "status": "Maintained",
                                                         "lists": ["demo@lists.example.org"],
                                                         "people": ["A Person <a@example.org>"]}])

    def test_a_tree_without_a_clone_tells_nothing_of_later_commits(self):
        self.assertNotIn("later", self.report())

    def test_the_commit_that_mends_it_is_a_candidate(self):
        bug, fix = self.clone()
        later = self.report()["later"]
        self.assertEqual(later["commits"], [{"id": fix, "subject": "demo: no warning without need", "fixes": bug}])
        self.assertEqual((later["since"], later["function"]), ("v6.1", "demo_warn"))
        self.assertIn(fix + ' "demo: no warning without need", in no release yet, Fixes: ' + bug, " ".join(self.told().split()))
        self.git("tag", "v6.3-rc1")
        self.assertEqual(self.report()["later"]["commits"][0]["release"], "v6.3-rc1")

    def test_a_clone_runs_no_program_of_its_own(self):
        self.clone()
        trap = self.tmp / "ran"
        script = self.tmp / "evil"
        script.write_text("#!/bin/sh\ntouch %s\n" % trap)
        script.chmod(0o755)
        for key in ("core.fsmonitor", "core.pager", "diff.external", "diff.evil.textconv", "diff.evil.command", "core.sshCommand"):
            self.git("config", key, str(script))
        self.git("config", "core.hooksPath", str(self.tmp))
        (self.tree / ".gitattributes").write_text("*.c diff=evil\n")
        self.assertIn("later", self.report())
        self.assertFalse(trap.exists())

    def test_what_a_partial_clone_lacks_is_not_fetched(self):
        self.clone()
        self.git("config", "uploadpack.allowFilter", "true")
        full, self.tree = self.tree, self.tmp / "partial"
        self.git("clone", "-q", "--filter=blob:none", full.as_uri(), self.tree, cwd=self.tmp)
        trap = self.tmp / "ran"
        script = self.tmp / "evil"
        script.write_text("#!/bin/sh\ntouch %s\nexit 1\n" % trap)
        script.chmod(0o755)
        self.git("config", "remote.origin.uploadpack", str(script))
        self.git("config", "protocol.file.allow", "always")
        later = self.report()["later"]
        self.assertFalse(trap.exists())
        self.assertEqual((later.get("commits"), later["problem"]), (None, "git cannot read all of the clone: there may be more"))
        self.assertNotIn("no commit after", self.told())

    def test_a_shallow_clone_knows_no_writers(self):
        """The commit at which it was cut seems to have written all lines."""
        bug, fix = self.clone()
        full = self.tree
        cut = self.git("rev-parse", "v6.2")
        self.git("tag", "-d", "v6.1")
        self.git("tag", "v6.1", cut)  # the kernel of the log is where the clone is cut
        self.commit("demo: something\n\nFixes: %s (\"demo: another matter\")" % cut[:12],
                    demo("WARN_ON(x > 1);", "return 2;"))
        self.tree = self.tmp / "shallow"
        self.git("clone", "-q", "--depth=3", full.as_uri(), self.tree, cwd=self.tmp)
        later = self.report()["later"]
        self.assertEqual([c["id"] for c in later["commits"]], [fix])
        self.assertNotIn("fixes", later["commits"][0])
        self.assertEqual(later["problem"], "the clone is shallow: there may be more")
        self.assertNotIn("no release", self.told())

    def test_a_worktree_is_asked_too(self):
        bug, fix = self.clone()
        self.git("worktree", "add", "-q", str(self.tmp / "other"), "HEAD")
        self.tree = self.tmp / "other"
        self.assertEqual([c["id"] for c in self.report()["later"]["commits"]], [fix])

    def test_a_clone_of_somebody_else_is_not_asked(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a directory away")
        self.clone()
        for path in (self.tree, self.tree / ".git"):
            os.chown(path, 12345, 12345)
        self.assertIn("maintainers", self.report())
        self.assertNotIn("later", self.report())

    def test_a_bare_clone_is_no_source_tree(self):
        self.clone()
        self.git("clone", "-q", "--bare", str(self.tree), str(self.tmp / "bare"))
        self.tree = self.tmp / "bare"
        self.assertFalse({"later", "maintainers"} & set(self.report()))

    def test_a_head_that_is_not_later_is_no_sign_of_a_bug_that_stays(self):
        self.clone()
        self.git("checkout", "-q", "v6.1")
        told = self.told()
        self.assertIn("the clone's head has nothing that v6.1 has not", " ".join(told.split()))
        self.assertNotIn("no commit after", told)

    def test_a_function_that_is_gone(self):
        self.clone()
        self.commit("demo: another name", demo("WARN_ON(x > 1);", "return 1;").replace("demo_warn", "demo_check"))
        later = self.report()["later"]
        self.assertEqual(len(later["commits"]), 1)  # by its Fixes:
        self.assertIn("has not exactly one demo_warn() now", later["problem"])

    def test_a_file_that_was_moved(self):
        bug, fix = self.clone()
        (self.tree / "drivers/other").mkdir()
        self.git("mv", "drivers/demo/demo.c", "drivers/other/demo.c")
        self.git("commit", "-q", "-m", "demo: moved")
        self.assertNotIn("later", self.report())  # the tree has no such file

    def test_the_fix_comes_by_a_merge(self):
        self.clone()
        self.git("checkout", "-q", "-b", "side", "v6.1")
        (self.tree / "other").write_text("")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "side: begin")
        fix = self.commit("demo: mended on the side", demo("WARN_ON(x > 2);"))
        self.git("checkout", "-q", "-B", "top", "v6.2")
        self.git("merge", "-q", "--no-ff", "-m", "merge side", "side")
        self.git("tag", "v6.3")
        later = self.report()["later"]
        self.assertEqual([(c["id"], c["release"]) for c in later["commits"]], [(fix, "v6.3")])
        self.assertNotIn("problem", later)

    def test_a_kernel_that_the_clone_does_not_hold(self):
        self.clone()
        self.git("tag", "-d", "v6.1")
        self.assertNotIn("later", self.report())

    def test_a_broken_clone_costs_nothing_else(self):
        (self.tree / ".git").mkdir()
        self.assertIn("maintainers", self.report())
        self.assertNotIn("later", self.report())


if __name__ == "__main__":
    unittest.main()
