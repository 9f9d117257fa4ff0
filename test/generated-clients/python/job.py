"""Does a vendor's whole job with the generated client, and reports what it received.

The test acts as the customer: it reads the trust policy from the first line of the output, creates the role, and
sends its ARN. The second line of the output is the report.
"""

import importlib
import json
import os
import pkgutil
from datetime import datetime

import countersign_client
from countersign_client import AuthenticatedClient
from countersign_client.api.api_keys import create_api_key, create_tenant_token
from countersign_client.api.audit import list_audit_events
from countersign_client.api.connections import register_connection, verify_connection
from countersign_client.api.credentials import issue_credentials
from countersign_client.api.setup_kit import (
    get_cli_script,
    get_cloud_formation_template,
    get_setup_kit,
    get_stack_set_template,
    get_terraform_module,
    get_terraform_organization_module,
    get_trust_policy_file,
)
from countersign_client.api.tenants import create_tenant, get_tenant
from countersign_client.models import (
    ApiKeyRole,
    CreateApiKeyRequest,
    CreateTenantRequest,
    IssueCredentialsRequest,
    RegisterConnectionRequest,
    TenantMetadata,
)

ARTIFACTS = {
    "aws-cli.sh": get_cli_script,
    "cloudformation.yaml": get_cloud_formation_template,
    "stackset.yaml": get_stack_set_template,
    "terraform.tf": get_terraform_module,
    "terraform-organization.tf": get_terraform_organization_module,
}


def client_with(key: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=os.environ["COUNTERSIGN_URL"], token=key)


def import_all_modules() -> None:
    for module in pkgutil.walk_packages(countersign_client.__path__, "countersign_client."):
        importlib.import_module(module.name)


def main() -> None:
    import_all_modules()
    vendor = client_with(os.environ["COUNTERSIGN_KEY"])
    metadata = TenantMetadata.from_dict({"plan": "team"})
    tenant = create_tenant.sync(client=vendor, body=CreateTenantRequest(name="Python Ltd", metadata=metadata))

    # The customer's own client. The body of createTenantToken is left out.
    customer = client_with(create_tenant_token.sync(tenant.id, client=vendor).token)
    kit = get_setup_kit.sync(tenant.id, client=customer)
    trust_policy = get_trust_policy_file.sync(tenant.id, client=customer).to_dict()
    artifacts = {name: module.sync(tenant.id, client=customer) for name, module in ARTIFACTS.items()}
    print(json.dumps(trust_policy), flush=True)
    role = RegisterConnectionRequest(role_arn=input())
    connection = register_connection.sync(tenant.id, client=customer, body=role)
    verification = verify_connection.sync(tenant.id, connection.id, client=customer)

    expires_at = datetime.fromisoformat(os.environ["KEY_EXPIRES_AT"])
    worker_key = CreateApiKeyRequest(name="worker", role=ApiKeyRole.WORKER, expires_at=expires_at)
    key = create_api_key.sync(client=vendor, body=worker_key)
    body = IssueCredentialsRequest(duration_seconds=900)
    credentials = issue_credentials.sync(tenant.id, connection.id, client=client_with(key.key), body=body)

    page = list_audit_events.sync(client=vendor, tenant_id=tenant.id, limit=3)
    next_page = list_audit_events.sync(client=vendor, tenant_id=tenant.id, cursor=page.next_cursor)
    problem = get_tenant.sync(tenant.id[:-4] + "0000", client=vendor)
    report = {
        "tenantId": tenant.id,
        "externalId": str(kit.external_id),
        "trustPolicy": trust_policy,
        "artifactNames": [artifact.name for artifact in kit.artifacts],
        "artifacts": artifacts,
        "outcome": verification.outcome,
        "probes": [check.observed for check in verification.checks],
        "keyExpiresAt": key.expires_at.isoformat(),
        "credentials": credentials.to_dict(),
        "actions": [event.action for event in page.data + next_page.data],
        "problem": problem.code,
    }
    print(json.dumps(report), flush=True)


main()
