# A worker in Python, told nothing but by its environment: for each line it reads it asks AWS who it is.
import json
import os
import sys

import boto3
import botocore

# botocore reads AWS_ENDPOINT_URL_STS since 1.31 (July 2023); before, it has to be told.
too_old = tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 31)
endpoint = {"endpoint_url": os.environ["AWS_ENDPOINT_URL_STS"]} if too_old else {}
session = boto3.Session()
sts = None
for line in sys.stdin:
    try:
        sts = sts or session.client("sts", **endpoint)
        answer = {"account": sts.get_caller_identity()["Account"]}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
