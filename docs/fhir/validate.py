"""Validates FHIR R4 bundles with validators that are not Cobalog's.

    python3 -m venv venv
    venv/bin/pip install fhir.resources==6.2.2 "pydantic<2" jsonschema
    venv/bin/python docs/fhir/validate.py bundle.json ...

With fhir.resources each resource is read into the model of its type: names of elements, types, cardinalities, required codes.
With FHIR_SCHEMA set to HL7's fhir.schema.json of R4 and jsonschema there, each resource is held against that too.
Ends with 1 where anything is wrong, with 3 where fhir.resources is not there.
"""

import json
import os
import sys

try:
    from fhir.resources import construct_fhir_element
except ImportError as missing:
    print(f"not validated: {missing}; pip install fhir.resources==6.2.2 \"pydantic<2\" jsonschema")
    sys.exit(3)


def schema_errors():
    """Returns what says what HL7's schema finds wrong with a resource, or nothing."""
    path = os.environ.get("FHIR_SCHEMA")
    if not path:
        return lambda resource: []
    import jsonschema

    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    validators = {}

    def errors(resource):
        kind = resource["resourceType"]
        if kind not in validators:
            part = {"$schema": schema["$schema"], "$ref": f"#/definitions/{kind}", "definitions": schema["definitions"]}
            validators[kind] = jsonschema.validators.validator_for(part)(part)
        return [f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in validators[kind].iter_errors(resource)]

    return errors


def main(paths):
    of_schema = schema_errors()
    wrong = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            bundle = json.load(file)
        resources = [entry["resource"] for entry in bundle.get("entry", [])]
        kinds = {}
        for resource in resources:
            kind = resource.get("resourceType", "?")
            kinds[kind] = kinds.get(kind, 0) + 1
            found = of_schema(resource)
            try:
                construct_fhir_element(kind, resource)
            except Exception as error:  # whatever it finds is an error of the resource
                found.append(str(error))
            for words in found:
                wrong += 1
                if wrong <= 30:
                    print(f"{path}: {kind}/{resource.get('id')}: {words}")
        try:
            construct_fhir_element("Bundle", {**bundle, "entry": bundle.get("entry", [])[:1]})
        except Exception as error:
            wrong += 1
            print(f"{path}: Bundle: {error}")
        listed = ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items()))
        print(f"{path}: {len(resources)} resources: {listed}")
    print(f"{wrong} errors" + (", HL7's schema held too" if os.environ.get("FHIR_SCHEMA") else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
