"""Reads templates in YAML as YAML 1.1 and 1.2, and compares them with the same in JSON.

Arguments: pairs of a YAML and a JSON file. Prints a JSON object from each YAML file to its findings.
"""

import itertools
import json
import sys

import ruamel.yaml
import yaml

FILES = sys.argv[1:]
YAML_1_2 = ruamel.yaml.YAML(typ="safe", pure=True)


def differences(path, left, right):
    if type(left) is not type(right):
        yield f"{path}: {left!r} in YAML, {right!r} in JSON"
    elif isinstance(left, dict):
        for key in sorted(left.keys() ^ right.keys(), key=str):
            yield f"{path}/{key}: in one of them only"
        for key in sorted(left.keys() & right.keys(), key=str):
            yield from differences(f"{path}/{key}", left[key], right[key])
    elif isinstance(left, list):
        if len(left) != len(right):
            yield f"{path}: {len(left)} items in YAML, {len(right)} in JSON"
        for index, (one, other) in enumerate(zip(left, right)):
            yield from differences(f"{path}/{index}", one, other)
    elif left != right:
        yield f"{path}: {left!r} in YAML, {right!r} in JSON"


def findings(yaml_file, json_file):
    with open(yaml_file, encoding="utf-8") as stream:
        text = stream.read()
    with open(json_file, encoding="utf-8") as stream:
        right = json.load(stream)
    for left in (yaml.safe_load(text), YAML_1_2.load(text)):
        if found := list(itertools.islice(differences("", left, right), 10)):
            return found
    return []


PAIRS = zip(FILES[::2], FILES[1::2])
print(json.dumps({left: findings(left, right) for left, right in PAIRS}))
