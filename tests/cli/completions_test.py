#!/usr/bin/env python3
"""What shells complete: the options that --help lists, and the words that they take."""
import re
import shutil
import subprocess
import unittest

from helper import Case, UNOOPS, run


def script(shell):
    return run("--completions", shell).stdout.decode()


def listed(*command):
    """The options of --help: each line's names."""
    text = run(*command, "--help").stdout.decode()
    return [re.findall(r"(?<![\w-])--?[a-z][a-z-]*", re.split(r"\s{2,}", line.strip())[0])
            for line in text.splitlines() if re.match(r" +-", line)]


class Bash(Case):
    def complete(self, *words, cwd=None):
        """COMPREPLY for the words behind `unoops`, the last of which the cursor stands behind."""
        path = self.file("script", script("bash").encode())
        quoted = " ".join(f"'{word}'" for word in words)
        code = (f"source {path}; COMP_WORDS=(unoops {quoted}); COMP_CWORD={len(words)}; _unoops; "
                'printf "%s\\n" "${COMPREPLY[@]}"')
        got = subprocess.run(["bash", "--norc", "-c", code], capture_output=True, text=True, check=True, cwd=cwd)
        self.assertEqual(got.stderr, "")
        return got.stdout.split("\n")[:-1] if got.stdout != "\n" else []

    def test_is_registered_by_sourcing(self):
        got = subprocess.run(["bash", "--norc", "-c", f'source <("{UNOOPS}" --completions bash); complete -p unoops'],
                             capture_output=True, text=True, check=True)
        self.assertIn("-F _unoops unoops", got.stdout)

    def test_every_option_of_help(self):
        for names in listed():
            for name in names:
                self.assertIn(name, self.complete(name))

    def test_commands(self):
        self.assertEqual([word for word in self.complete("", cwd=self.tmp) if word != "script"], ["addr", "known", "decode-stacktrace"])
        self.assertEqual(self.complete("known", ""), ["add"])
        self.assertIn("--redact", self.complete("known", "add", "--re"))
        for names in listed("addr"):
            for name in names:
                self.assertIn(name, self.complete("addr", name))
        self.assertEqual(self.complete("addr", "--re"), ["--release", "--return"])
        self.assertEqual(self.complete("addr", "-f", "j"), ["json"])
        self.assertEqual(self.complete("addr", "-f", "h"), [])

    def test_words(self):
        self.assertEqual(self.complete("--format", "js"), ["json"])
        self.assertEqual(self.complete("-f", "ht"), ["html"])
        self.assertEqual(self.complete("--color", ""), ["auto", "always", "never"])
        self.assertEqual(self.complete("--severity", "f"), ["fatal"])
        self.assertEqual(self.complete("--fail-on", "w"), ["warning"])
        self.assertIn("null-pointer-dereference", self.complete("--kind", "null"))
        self.assertGreater(len(self.complete("--kind", "")), 90)

    def test_behind_an_equals_sign(self):
        self.assertEqual(self.complete("--format", "=", "ti"), ["title"])
        self.assertIn("warning", self.complete("--fail-on", "="))

    def test_files_and_directories(self):
        self.file("oops.log", b"")
        (self.tmp / "modules").mkdir()
        self.assertEqual(self.complete("-k", "oo", cwd=self.tmp), ["oops.log"])
        self.assertEqual(self.complete("-m", "", cwd=self.tmp), ["modules"])
        self.assertEqual(self.complete("-v", "oo", cwd=self.tmp), ["oops.log"])
        self.assertIn("decode-stacktrace", self.complete("", cwd=self.tmp))
        self.assertIn("oops.log", self.complete("", cwd=self.tmp))
        self.assertNotIn("decode-stacktrace", self.complete("-v", "", cwd=self.tmp))

    def test_numbers_are_not_completed(self):
        self.file("1", b"")
        self.assertEqual(self.complete("--context", "", cwd=self.tmp), [])


class Others(Case):
    def test_every_option_is_in_each(self):
        for shell, form in (("zsh", r"(?<=\*){}(?=[\[=+])"), ("fish", r"-[sl] {}(?= )")):
            text = script(shell)
            for names in listed() + listed("addr"):
                for name in names:
                    word = name if shell == "zsh" else name.lstrip("-")
                    self.assertRegex(text, form.format(re.escape(word)), f"{shell}: {name}")

    def test_hidden_options_stay_hidden(self):
        for shell in ("bash", "zsh", "fish"):
            self.assertNotIn("needles", script(shell))

    def test_the_shells_can_read_them(self):
        for shell in ("bash", "zsh", "fish"):
            if shutil.which(shell):
                path = self.file("script." + shell, script(shell).encode())
                got = subprocess.run([shell, "-n", path], capture_output=True, text=True, check=False)
                self.assertEqual((got.returncode, got.stderr), (0, ""), shell)

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish_completes(self):
        path = self.file("unoops.fish", script("fish").encode())
        for line, word in (("unoops --format js", "json"), ("unoops --kind null", "null-pointer-dereference"), ("unoops --redac", "--redact")):
            self.assertIn(word, self.fish(path, line))
        self.assertIn("known", self.fish(path, "unoops kno"))
        self.assertNotIn("add", self.fish(path, "unoops ad"))
        self.assertEqual(self.fish(path, "unoops known ad"), ["add"])
        self.assertEqual(self.fish(path, "unoops addr --re"), ["--release", "--return"])
        self.assertEqual(self.fish(path, "unoops --kasl"), [])

    def fish(self, path, line):
        got = subprocess.run(["fish", "--no-config", "-c", f"source {path}; complete -C '{line}'"], capture_output=True, text=True, check=True)
        self.assertEqual(got.stderr, "")
        return sorted(found.split("\t")[0] for found in got.stdout.splitlines())

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_completes(self):
        """In a real zsh with its completion system, driven by a pseudo terminal."""
        self.file("_unoops", script("zsh").encode())
        code = f"""
          zmodload zsh/zpty
          zpty z zsh -f -i
          zpty -w z "PS1=; fpath=({self.tmp} \\$fpath); autoload -Uz compinit; compinit -u -D; print RE''ADY"
          zpty -r -m z line '*READY*'
          zpty -w -n z "unoops --format ht"$'\\t'
          zpty -r -m z line '*html*' && print found
          zpty -w -n z $'\\025'"unoops addr --kas"$'\\t'
          zpty -r -m z line '*--kaslr*' && print of addr
          zpty -w -n z $'\\025'"unoops known a"$'\\t'
          zpty -r -m z line '*known add*' && print of known
          zpty -d z"""
        got = subprocess.run(["zsh", "-f", "-c", code], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(got.stdout.splitlines(), ["found", "of addr", "of known"], got)

    def test_another_shell_is_refused(self):
        self.assertEqual(run("--completions", "tcsh").returncode, 2)


if __name__ == "__main__":
    unittest.main()
