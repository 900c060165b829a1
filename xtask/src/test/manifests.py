"""Validates manifests, and reads them as YAML 1.1 and 1.2.

Arguments: the Kubernetes version, then the files. Prints a JSON object: `findings`, from each file to
its findings, and `custom`, the files of custom resources, for which there is no schema here.
"""

import json
import sys

import kubernetes_validate
import ruamel.yaml
import yaml

VERSION, *FILES = sys.argv[1:]
YAML_1_2 = ruamel.yaml.YAML(typ="safe", pure=True)


def custom(resource):
    """Whether the kind is one that Kubernetes itself doesn't have."""
    group = resource["apiVersion"].rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


def findings(file, unknown):
    with open(file, encoding="utf-8") as stream:
        text = stream.read()
    documents = list(yaml.safe_load_all(text))
    if len(documents) != 1:
        yield f"{len(documents)} documents in one file"
        return
    resource = documents[0]
    if list(YAML_1_2.load_all(text)) != documents:
        yield "a reader of YAML 1.1 and one of YAML 1.2 read it differently"
    try:
        kubernetes_validate.validate(resource, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{'.'.join(map(str, error.path))}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError as error:
        if custom(resource):
            unknown.append(file)
        else:
            yield error.message


UNKNOWN = []
FOUND = {file: list(findings(file, UNKNOWN)) for file in FILES}
print(json.dumps({"findings": FOUND, "custom": UNKNOWN}))
