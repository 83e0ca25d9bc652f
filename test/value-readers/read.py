"""Reads a JSON list of {kind, text} from standard input and prints what Python's readers make of each."""

import configparser
import io
import json
import sys
import tomllib

import dotenv
import javaproperties
import yaml


def ini(text):
    parser = configparser.RawConfigParser()
    parser.optionxform = str
    parser.read_string(text)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def env(text, **options):
    return dict(dotenv.dotenv_values(stream=io.StringIO(text, newline=""), **options))


readers = {
    "dotenv": lambda text: env(text, interpolate=False),
    "dotenv-by-default": env,
    "ini": ini,
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
    "json": json.loads,
    "properties": javaproperties.loads,
}

results = []
for file in json.load(sys.stdin):
    try:
        results.append({"read": readers[file["kind"]](file["text"])})
    except Exception as error:
        results.append({"error": f"{type(error).__name__}: {error}"})
json.dump(results, sys.stdout)
