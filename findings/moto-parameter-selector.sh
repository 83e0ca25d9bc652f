#!/usr/bin/env bash
# moto 5.1.22: GetParameters of a name with a selector (NAME:VERSION) has no Selector in its answer.
# Expected: AWS's API reference has the field Selector in each Parameter of the answer; it is what tells two versions of one
# parameter apart, because Name comes without it.
# Happens: Name and Version are there, Selector is not.
# Matters: code that matches answers to questions by name and selector works in AWS and fails against moto.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[ssm]==5.1.22' boto3==1.44.5
found=$(AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1 "$folder/venv/bin/python" - <<'PYTHON'
import boto3
from moto import mock_aws

with mock_aws():
    ssm = boto3.client("ssm")
    for value in ("one", "two"):
        ssm.put_parameter(Name="/p", Value=value, Type="String", Overwrite=True)
    [parameter] = ssm.get_parameters(Names=["/p:1"])["Parameters"]
    print(parameter["Name"], parameter["Version"], parameter.get("Selector", "no Selector"))
PYTHON
)
echo "$found"
[ "$found" = '/p 1 no Selector' ]
