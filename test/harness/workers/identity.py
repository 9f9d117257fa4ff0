# A worker in Python, configured by its environment alone. For each input line it calls GetCallerIdentity.
import json
import os
import sys

import boto3
import botocore

# botocore reads AWS_ENDPOINT_URL_STS since 1.31 (July 2023). Older versions need the endpoint as an argument.
ignores_variable = tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 31)
endpoint = {"endpoint_url": os.environ["AWS_ENDPOINT_URL_STS"]} if ignores_variable else {}
session = boto3.Session()
sts = None
for line in sys.stdin:
    try:
        sts = sts or session.client("sts", **endpoint)
        identity = {"account": sts.get_caller_identity()["Account"]}
    except Exception as error:
        identity = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(identity), flush=True)
