import { type Html, html } from '../../lib/html.ts';
import { renderArtifact } from '../../setup-kit/artifacts/artifacts.ts';
import { buildLaunchStackUrl, CONSOLES } from '../../setup-kit/cloudformation/launch-stack.ts';
import { formatAsciiJson } from '../../setup-kit/kit-text.ts';
import {
  INLINE_POLICY_NAME,
  type TenantSetupKit,
  uniqueManagedPolicyArns,
} from '../../setup-kit/setup-kit.ts';
import { buildTrustPolicy } from '../../setup-kit/trust-policy-document.ts';
import type { PageContext } from '../page-context.ts';
import type { SessionSetupKit } from '../session-setup-kit.ts';
import { createRoleCommand, SANDBOX_ACCOUNT, toPasteableCommand, toSandboxScript } from './commands.ts';
import { copyableText } from './components.ts';
import { artifactFileName, downloadLink } from './downloads.ts';

export interface SetupView {
  context: PageContext;
  kit: SessionSetupKit;
  /** The AWS emulator of sandbox mode; null for AWS itself. */
  emulatorUrl: string | null;
}

/** A link into the AWS console; only its text in partitions whose console has no known URL. */
function consoleLink(kit: TenantSetupKit, path: string, text: string): Html {
  const console = CONSOLES[kit.vendor.partition];
  if (console === undefined) return html`${text}`;
  return html`<a href="https://${console.domain}${path}" target="_blank" rel="noopener noreferrer">${text}<span class="visually-hidden"> (opens a new tab)</span></a>`;
}

/** The methods to create the role, each in a section that the script turns into a tab. */
export function setupMethods(view: SetupView): Html {
  const methods = [
    { id: 'launch-stack', name: 'Launch Stack', content: launchStack(view) },
    { id: 'aws-cli', name: 'AWS CLI', content: awsCli(view) },
    { id: 'cloudformation', name: 'CloudFormation', content: cloudFormation(view) },
    { id: 'terraform', name: 'Terraform', content: terraform(view) },
    { id: 'console', name: 'Console', content: consoleSteps(view) },
  ].filter(({ content }) => content !== null);
  return html`<div class="setup-methods" data-tabs="Ways to create the role" data-default-tab="${view.emulatorUrl === null ? 'method-launch-stack' : 'method-aws-cli'}">
${methods.map(({ id, name, content }) => html`<section class="setup-method" id="method-${id}" data-tab="${name}"><h3>${name}</h3>${content}</section>`)}
</div>`;
}

function launchStack({ kit }: SetupView): Html | null {
  const url = buildLaunchStackUrl(kit);
  if (url === null) return null;
  return html`<p>Opens CloudFormation in your account with everything filled in. Sign in to the AWS account that you want to connect first.</p>
<ol>
  <li><a class="button" href="${url}" target="_blank" rel="noopener noreferrer">Launch the stack<span class="visually-hidden"> (opens a new tab)</span></a></li>
  <li>Change nothing in the form. Tick the box that says that the template creates IAM resources with custom names, and choose <b>Create stack</b>.</li>
  <li>When the stack says <code>CREATE_COMPLETE</code>, copy <code>RoleArn</code> from its <b>Outputs</b>.</li>
</ol>`;
}

function collapsedText(id: string, label: string, text: string): Html {
  return html`<details><summary>Show ${label}</summary>${copyableText(id, label, text)}</details>`;
}

function cloudFormation(view: SetupView): Html {
  const { kit, context } = view;
  const file = artifactFileName('cloudformation.yaml', context.vendorName);
  const command = `aws cloudformation deploy --template-file ${file} --stack-name ${kit.role.name.replace(/[^A-Za-z0-9]+/g, '-')} --capabilities CAPABILITY_NAMED_IAM`;
  return html`${sandboxNote(view)}<ol>
  <li>${downloadLink(view, 'cloudformation.yaml')} It holds the role and nothing else; your external ID is filled in.</li>
  <li>Open ${consoleLink(kit, '/cloudformation/home#/stacks/create', 'CloudFormation')}, choose <b>Upload a template file</b>, and go on with the defaults. At the end tick the box about IAM resources with custom names.</li>
  <li>Copy <code>RoleArn</code> from the <b>Outputs</b> of the stack.</li>
</ol>
<p>Or at a command line, in the folder of the file:</p>
${copyableText('cfn-command', 'the command', command)}
${collapsedText('cfn-file', 'the template', renderArtifact('cloudformation.yaml', kit))}`;
}

function terraform(view: SetupView): Html {
  const { kit } = view;
  return html`${sandboxNote(view)}<ol>
  <li>${downloadLink(view, 'terraform.tf')} Put it into a folder of its own, or among your own files.</li>
  <li>Run <code>terraform init</code> and <code>terraform apply</code> with credentials of the account that you want to connect. OpenTofu does as well.</li>
  <li>Copy <code>role_arn</code> from what it prints.</li>
</ol>
${collapsedText('tf-file', 'the file', renderArtifact('terraform.tf', kit))}`;
}

function awsCli(view: SetupView): Html {
  const { kit, emulatorUrl, context } = view;
  const script =
    emulatorUrl === null
      ? renderArtifact('aws-cli.sh', kit)
      : toSandboxScript(renderArtifact('aws-cli.sh', kit), emulatorUrl);
  const intro =
    emulatorUrl === null
      ? html`<p>In a terminal with credentials of the account that you want to connect, or in <b>CloudShell</b> of its console.</p>`
      : html`<p class="sandbox"><b>Sandbox.</b> This runs against the local AWS at <code>${emulatorUrl}</code>, in the made-up account ${SANDBOX_ACCOUNT}. The command below says so by itself; any AWS CLI will do, and no AWS account is needed. For a second account run <code>export AWS_ACCESS_KEY_ID=SANDBOX222222222222</code> first.</p>`;
  return html`${intro}<ol>
  <li>Copy the command, paste it into the terminal, and press Enter. It creates the role. If the role exists, it updates the external ID, and shows any other difference before it changes the role.</li>
  <li>Copy the ARN from its last line.</li>
</ol>
${copyableText('cli-script', 'the command', toPasteableCommand(script))}
<p>Or as a file, to be run with <code>sh ${artifactFileName('aws-cli.sh', context.vendorName)}</code>:</p>
<p>${downloadLink(view, 'aws-cli.sh')}</p>`;
}

function consoleSteps(view: SetupView): Html {
  const { context, kit } = view;
  const arns = uniqueManagedPolicyArns(kit);
  const { inlinePolicy } = kit.permissions;
  return html`${sandboxNote(view)}${view.emulatorUrl !== null && createRoleInSandbox(kit, view.emulatorUrl)}<ol>
  <li>Open ${consoleLink(kit, '/iam/home#/roles/create', 'Create role in the IAM console')} and choose <b>Custom trust policy</b>.</li>
  <li>Put this in place of what stands there, and choose <b>Next</b>. It admits ${context.vendorName} with your external ID, and nobody else.
    ${copyableText('trust-policy', 'the trust policy', formatAsciiJson(buildTrustPolicy(kit)))}</li>
  ${
    arns.length > 0
      ? html`<li>Tick these permissions policies:<ul>${arns.map((arn, i) => html`<li><code>${arn.split('/').at(-1)}</code>${copyableText(`policy-${i}`, 'the ARN', arn)}</li>`)}</ul></li>`
      : html`<li>Tick no permissions policy, and choose <b>Next</b>.</li>`
  }
  <li>Give the role exactly this name, then choose <b>Create role</b>. ${copyableText('role-name-by-hand', 'the name', kit.role.name)}</li>
  ${
    inlinePolicy !== null &&
    html`<li>Open the new role, choose <b>Add permissions</b>, <b>Create inline policy</b>, <b>JSON</b>, and paste this. Name it <code>${INLINE_POLICY_NAME}</code>.
    ${copyableText('inline-policy', 'the permissions policy', formatAsciiJson(inlinePolicy))}</li>`
  }
  <li>Copy the ARN at the top of the role's page.</li>
</ol>`;
}

/** The command that replaces the console's steps in sandbox mode, which has no console. */
function createRoleInSandbox(kit: TenantSetupKit, emulatorUrl: string): Html {
  const target = { accountId: SANDBOX_ACCOUNT, region: kit.region, emulatorUrl };
  const command = createRoleCommand(target, kit.role.name, formatAsciiJson(buildTrustPolicy(kit)));
  return html`<p>Or make a role by hand, as these steps do, with a trust policy that you may change:</p>${copyableText('create-by-hand', 'the command that makes it', command)}`;
}

function sandboxNote({ emulatorUrl }: SetupView): Html | null {
  if (emulatorUrl === null) return null;
  return html`<p class="sandbox"><b>Sandbox.</b> The local AWS has no console and no CloudFormation. What stands here is what your customers will see; to try the page, take <b>AWS CLI</b>.</p>`;
}
