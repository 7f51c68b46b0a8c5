#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The case files against conformance/cases/schema.json."""
import copy
import json
import os
import pathlib
import sys
import unittest

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: the Python module jsonschema is missing (Debian: python3-jsonschema)")
    sys.exit(77)

SOURCE = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
CASES = SOURCE / "conformance" / "cases"
# Objects whose members are named freely.
FREE = {"environment", "arguments", "for_each"}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def objects(value, path=()):
    """Every object within, with its path, but not those whose members are named freely."""
    if isinstance(value, dict):
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        if isinstance(member, (dict, list)) and name not in FREE:
            yield from objects(member, path + (name,))


def at(value, path):
    for name in path:
        value = value[name]
    return value


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = load(CASES / "schema.json")
        cls.validator = Draft202012Validator(cls.schema)
        cls.shipped = sorted(path for path in CASES.glob("*.json") if path.name != "schema.json")
        cls.hard = SOURCE / "tests" / "conformance" / "data" / "hard_cases.json"

    def test_is_a_schema(self):
        Draft202012Validator.check_schema(self.schema)

    def test_accepts_every_case_file(self):
        self.assertGreaterEqual(len(self.shipped), 8)
        for path in [*self.shipped, self.hard]:
            with self.subTest(path.name):
                errors = [f"{error.json_path}: {error.message[:200]}"
                          for error in self.validator.iter_errors(load(path))]
                self.assertEqual(errors, [])

    def test_no_object_takes_a_property_that_it_does_not_name(self):
        document = load(self.hard)
        paths = list(objects(document))
        self.assertGreater(len(paths), 150)
        for path in paths:
            changed = copy.deepcopy(document)
            at(changed, path)["surplus"] = 1
            self.assertFalse(self.validator.is_valid(changed), path)

    def test_every_object_of_the_schema_is_closed(self):
        def walk(value, path):
            if isinstance(value, dict):
                # Within "then", "if" and "dependentSchemas" only some properties are looked at.
                if "properties" in value and value.get("type") == "object":
                    self.assertIs(value.get("additionalProperties"), False, path)
                for name, member in value.items():
                    walk(member, path + [name])
            elif isinstance(value, list):
                for index, member in enumerate(value):
                    walk(member, path + [index])

        walk(self.schema, [])

    def test_refuses_what_is_wrong(self):
        good = load(CASES / "05-fragmentation.json")
        case = ("groups", 0, "cases", 3)  # a table
        changes = [
            (("family",), 5),
            (("groups", 0, "group"), "no number"),
            (case + ("for_each",), []),
            (case + ("case", "id"), "5.x"),
            (case + ("case", "steps", 0, "send", "opcode"), 16),
            (case + ("case", "steps", 0, "send", "fin"), "yes"),
            (case + ("case", "expect", 0, "behavior"), "FINE"),
            (case + ("case", "close", "codes"), []),
            (case + ("case", "close", "by"), "me"),
            (case + ("case", "drop_tcp_after"), "1 minute"),
        ]
        self.assertTrue(self.validator.is_valid(good))
        for path, value in changes:
            changed = copy.deepcopy(good)
            at(changed, path[:-1])[path[-1]] = value
            self.assertFalse(self.validator.is_valid(changed), path)


if __name__ == "__main__":
    unittest.main()
