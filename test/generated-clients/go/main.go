// The program does a vendor's whole job with the generated client, and reports what it received.
//
// The test acts as the customer: it reads the trust policy from the first line of the output, creates the role, and
// sends its ARN. The second line of the output is the report.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"countersign.example/job/countersign"
)

var ctx = context.Background()

func main() {
	vendor := clientWith(os.Getenv("COUNTERSIGN_KEY"))
	tenant := must(vendor.CreateTenantWithResponse(ctx, nil, countersign.CreateTenantRequest{
		Name:     "Go Ltd",
		Metadata: &countersign.TenantMetadata{"plan": "team"},
	})).JSON201

	token := must(vendor.CreateTenantTokenWithResponse(ctx, tenant.Id, nil, countersign.CreateTenantTokenRequest{})).JSON201
	customer := clientWith(token.Token)
	kit := must(customer.GetSetupKitWithResponse(ctx, tenant.Id, nil)).JSON200
	trustPolicy := must(customer.GetTrustPolicyFileWithResponse(ctx, tenant.Id, nil)).JSON200
	artifacts := readArtifacts(customer, tenant.Id)
	printLine(trustPolicy)
	connection := must(customer.RegisterConnectionWithResponse(ctx, tenant.Id, nil, countersign.RegisterConnectionRequest{
		RoleArn: readLine(),
	})).JSON201
	verification := must(customer.VerifyConnectionWithResponse(ctx, tenant.Id, connection.Id, nil)).JSON200

	expiresAt := must(time.Parse(time.RFC3339, os.Getenv("KEY_EXPIRES_AT")))
	key := must(vendor.CreateApiKeyWithResponse(ctx, nil, countersign.CreateApiKeyRequest{
		Name:      "worker",
		Role:      countersign.ApiKeyRoleWorker,
		ExpiresAt: &expiresAt,
	})).JSON201
	seconds := 900
	credentials := must(clientWith(key.Key).IssueCredentialsWithResponse(ctx, tenant.Id, connection.Id, nil,
		countersign.IssueCredentialsRequest{DurationSeconds: &seconds})).JSON200

	missing := must(vendor.GetTenantWithResponse(ctx, tenant.Id[:len(tenant.Id)-4]+"0000")).ApplicationproblemJSON404
	printLine(map[string]any{
		"tenantId":      tenant.Id,
		"externalId":    kit.ExternalId,
		"trustPolicy":   trustPolicy,
		"artifactNames": namesOf(kit.Artifacts),
		"artifacts":     artifacts,
		"outcome":       verification.Outcome,
		"probes":        observationsOf(verification.Checks),
		"keyExpiresAt":  key.ExpiresAt,
		"credentials":   credentials,
		"actions":       readAuditActions(vendor, tenant.Id),
		"problem":       missing.Code,
	})
}

func clientWith(key string) *countersign.ClientWithResponses {
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+key)
		return nil
	}
	return must(countersign.NewClientWithResponses(os.Getenv("COUNTERSIGN_URL"),
		countersign.WithRequestEditorFn(authorize), countersign.WithHTTPClient(errorLogger{})))
}

func readArtifacts(client *countersign.ClientWithResponses, tenantID string) map[string]string {
	return map[string]string{
		"aws-cli.sh":                string(must(client.GetCliScriptWithResponse(ctx, tenantID, nil)).Body),
		"cloudformation.yaml":       string(must(client.GetCloudFormationTemplateWithResponse(ctx, tenantID, nil)).Body),
		"stackset.yaml":             string(must(client.GetStackSetTemplateWithResponse(ctx, tenantID, nil)).Body),
		"terraform.tf":              string(must(client.GetTerraformModuleWithResponse(ctx, tenantID, nil)).Body),
		"terraform-organization.tf": string(must(client.GetTerraformOrganizationModuleWithResponse(ctx, tenantID, nil)).Body),
	}
}

// readAuditActions reads two pages of audit events.
func readAuditActions(client *countersign.ClientWithResponses, tenantID string) (actions []countersign.AuditAction) {
	limit := 3
	page := must(client.ListAuditEventsWithResponse(ctx, &countersign.ListAuditEventsParams{
		TenantId: &tenantID,
		Limit:    &limit,
	})).JSON200
	next := must(client.ListAuditEventsWithResponse(ctx, &countersign.ListAuditEventsParams{
		TenantId: &tenantID,
		Cursor:   page.NextCursor,
	})).JSON200
	for _, event := range append(page.Data, next.Data...) {
		actions = append(actions, event.Action)
	}
	return actions
}

func namesOf(artifacts []countersign.SetupKitArtifact) (names []string) {
	for _, artifact := range artifacts {
		names = append(names, string(artifact.Name))
	}
	return names
}

func observationsOf(checks []countersign.ProbeCheck) (observed []countersign.Observation) {
	for _, check := range checks {
		observed = append(observed, check.Observed)
	}
	return observed
}

// errorLogger shows which request failed when a response is not the expected one and its typed body is nil.
type errorLogger struct{}

func (errorLogger) Do(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultClient.Do(request)
	if err == nil && response.StatusCode >= 400 {
		log.Println(request.Method, request.URL, response.Status)
	}
	return response, err
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func printLine(value any) {
	fmt.Println(string(must(json.Marshal(value))))
}

func readLine() (line string) {
	must(fmt.Scanln(&line))
	return line
}
