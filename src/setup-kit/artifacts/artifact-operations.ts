import { exampleId } from '../../http/schemas.ts';
import type { ArtifactName } from './artifacts.ts';

const EXTERNAL_ID = '1f0c9b52-6d0e-4c0b-9a55-3c1b7a2e9d44';

const TRUST_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
    },
  ],
};

/** How the download of each artifact is described. Examples are shortened. */
export const ARTIFACT_OPERATIONS: Record<
  ArtifactName,
  { operationId: string; summary: string; description: string; example: unknown }
> = {
  'trust-policy.json': {
    operationId: 'getTrustPolicyFile',
    summary: 'Download the trust policy',
    description: 'For a role that is created by hand in the IAM console.',
    example: TRUST_POLICY,
  },
  'cloudformation.yaml': {
    operationId: 'getCloudFormationTemplate',
    summary: 'Download the CloudFormation template',
    description: 'Creates the role in one account. The template is YAML, sent as plain text.',
    example: "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Role:\n    Type: AWS::IAM::Role\n",
  },
  'terraform.tf': {
    operationId: 'getTerraformModule',
    summary: 'Download the Terraform module',
    description: 'Creates the role in one account.',
    example: 'resource "aws_iam_role" "countersign" {\n  name = "CountersignAccess"\n}\n',
  },
  'aws-cli.sh': {
    operationId: 'getCliScript',
    summary: 'Download the AWS CLI script',
    description: 'Creates the role in one account, with the AWS CLI.',
    example: '#!/bin/sh\naws iam create-role --role-name CountersignAccess\n',
  },
  'stackset.yaml': {
    operationId: 'getStackSetTemplate',
    summary: 'Download the CloudFormation StackSet template',
    description:
      'Creates the role in many accounts of an AWS organization. The template is YAML, sent as plain text.',
    example:
      "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  StackSet:\n    Type: AWS::CloudFormation::StackSet\n",
  },
  'terraform-organization.tf': {
    operationId: 'getTerraformOrganizationModule',
    summary: 'Download the Terraform module for an AWS organization',
    description: 'Creates the role in many accounts of an AWS organization.',
    example: 'resource "aws_cloudformation_stack_set" "countersign" {\n  name = "CountersignAccess"\n}\n',
  },
};

export const EXAMPLE_SETUP_KIT = {
  tenantId: exampleId('tenant'),
  externalId: EXTERNAL_ID,
  vendor: { accountId: '999988887777', partition: 'aws', brokerRoleArn: null },
  trustPolicy: TRUST_POLICY,
  role: { name: 'CountersignAccess', maxSessionDurationSeconds: 3600 },
  profile: null,
  permissions: {
    managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    inlinePolicy: null,
    summary: ['The AWS managed policy ReadOnlyAccess'],
  },
  launchStackUrl: null,
  artifacts: [
    {
      name: 'trust-policy.json',
      mediaType: 'application/json',
      url: `https://countersign.example.com/v1/tenants/${exampleId('tenant')}/setup/trust-policy.json`,
    },
  ],
};
