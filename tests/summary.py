#!/usr/bin/env python3
"""Says what a ctest run skipped and why, and closes with 'N passed, N failed'.

usage: summary.py RESULTS.xml      (ctest --output-junit)
"""
import sys
import xml.etree.ElementTree as xml


def reason(case):
    """The last line that the test printed: tests that skip end with why."""
    lines = (case.findtext('system-out') or '').strip().splitlines()
    return lines[-1] if lines else 'it does not say why'


def main(path):
    cases = list(xml.parse(path).getroot().iter('testcase'))
    skipped = [c for c in cases if c.get('status') in ('notrun', 'disabled') or c.find('skipped') is not None]
    failed = [c for c in cases if c not in skipped and (c.get('status') == 'fail' or c.find('failure') is not None)]
    for case in skipped:
        print(f'skipped {case.get("name")}: {reason(case)}')
    for case in failed:
        print(f'FAILED  {case.get("name")}')
    passed = len(cases) - len(skipped) - len(failed)
    print(f'{passed} passed, {len(failed)} failed' + (f', {len(skipped)} skipped' if skipped else ''))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
