import { type Html, html } from '../../lib/html.ts';
import { copyableText } from '../../pages/components.ts';
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

interface SetupMethod {
  id: string;
  name: string;
  minutes: number;
  content: Html | null;
}

/**
 * The methods to create the role: a tile for each, and the steps of the chosen one. The choice is a group of radio buttons
 * and the style sheet shows the steps, so that it works without the script.
 */
export function setupMethods(view: SetupView): Html {
  const all: SetupMethod[] = [
    { id: 'launch-stack', name: 'Launch Stack', minutes: 2, content: launchStack(view) },
    { id: 'aws-cli', name: 'AWS CLI', minutes: 1, content: awsCli(view) },
    { id: 'cloudformation', name: 'CloudFormation', minutes: 3, content: cloudFormation(view) },
    { id: 'terraform', name: 'Terraform', minutes: 3, content: terraform(view) },
    { id: 'console', name: 'Console', minutes: 5, content: consoleSteps(view) },
  ];
  const methods = all.filter(({ content }) => content !== null);
  // The sandbox has no CloudFormation.
  const chosen = view.emulatorUrl === null ? methods[0]?.id : 'aws-cli';
  return html`<div class="setup-methods" data-setup-methods><fieldset><legend class="visually-hidden">How to create the role</legend><div class="tiles">
${methods.map(({ id, name, minutes }) => html`<label class="tile"><input type="radio" name="method" value="${id}"${id === chosen && html` checked`}> <b>${name}</b> <span>${minutes} min</span></label>`)}
</div></fieldset>
${methods.map(({ id, name, content }) => html`<section class="setup-method" id="method-${id}"><h3>${name}</h3>${content}</section>`)}
</div>`;
}

function launchStack({ kit }: SetupView): Html | null {
  const url = buildLaunchStackUrl(kit);
  if (url === null) return null;
  return html`<ol>
  <li>Sign in to the AWS account that you want to connect, then open the prepared stack:<br>
  <a class="button" href="${url}" target="_blank" rel="noopener noreferrer">Launch stack<span class="visually-hidden"> (opens a new tab)</span></a></li>
  <li>Acknowledge that it creates an IAM role, and choose <b>Create stack</b>. Change nothing else.</li>
  <li>When the stack is <code>CREATE_COMPLETE</code>, copy <code>RoleArn</code> from its <b>Outputs</b>.</li>
</ol>`;
}

function cloudFormation(view: SetupView): Html {
  const { kit, context } = view;
  const file = artifactFileName('cloudformation.yaml', context.vendorName);
  const command = `aws cloudformation deploy --template-file ${file} --stack-name ${kit.role.name.replace(/[^A-Za-z0-9]+/g, '-')} --capabilities CAPABILITY_NAMED_IAM`;
  return html`${sandboxNote(view)}<ol>
  <li>${downloadLink(view, 'cloudformation.yaml')}</li>
  <li>Upload it in ${consoleLink(kit, '/cloudformation/home#/stacks/create', 'CloudFormation')} and keep the defaults, or run the command below.</li>
  <li>Copy <code>RoleArn</code> from the <b>Outputs</b> of the stack.</li>
</ol>
${copyableText('cfn-command', 'Command', command)}
${copyableText('cfn-file', 'Template', renderArtifact('cloudformation.yaml', kit))}`;
}

function terraform(view: SetupView): Html {
  return html`${sandboxNote(view)}<ol>
  <li>${downloadLink(view, 'terraform.tf')}</li>
  <li>Run <code>terraform init</code> and <code>terraform apply</code> with credentials of the account that you want to connect. OpenTofu works too.</li>
  <li>Copy <code>role_arn</code> from the output.</li>
</ol>
${copyableText('tf-file', 'Terraform', renderArtifact('terraform.tf', view.kit))}`;
}

function awsCli(view: SetupView): Html {
  const { kit, emulatorUrl, context } = view;
  const script =
    emulatorUrl === null
      ? renderArtifact('aws-cli.sh', kit)
      : toSandboxScript(renderArtifact('aws-cli.sh', kit), emulatorUrl);
  const intro =
    emulatorUrl === null
      ? html`<p>Run this in a terminal with credentials of the account that you want to connect, or in its <b>CloudShell</b>. Then copy the role ARN from the last line.</p>`
      : html`<p class="sandbox"><b>Sandbox:</b> run this in any terminal with the AWS CLI, then copy the role ARN from the last line. It creates the role in the AWS emulator, in account ${SANDBOX_ACCOUNT}; for another account, run <code>export AWS_ACCESS_KEY_ID=SANDBOX222222222222</code> first.</p>`;
  return html`${intro}
${copyableText('cli-script', 'Command', toPasteableCommand(script))}
<p class="small">If the role exists, it updates the external ID, and shows any other difference before it changes the role. ${downloadLink(view, 'aws-cli.sh', 'As a file')}, to run with <code>sh ${artifactFileName('aws-cli.sh', context.vendorName)}</code>.</p>`;
}

function consoleSteps(view: SetupView): Html {
  const { kit } = view;
  const arns = uniqueManagedPolicyArns(kit);
  const { inlinePolicy } = kit.permissions;
  return html`${sandboxNote(view)}<ol>
  <li>Open ${consoleLink(kit, '/iam/home#/roles/create', 'Create role in the IAM console')}, choose <b>Custom trust policy</b>, and paste:
    ${copyableText('trust-policy', 'Trust policy', formatAsciiJson(buildTrustPolicy(kit)))}</li>
  ${
    arns.length > 0
      ? html`<li>Select these permissions policies: ${arns.map((arn, i) => html`${i > 0 && ', '}<code>${arn.split('/').at(-1)}</code>`)}.</li>`
      : html`<li>Select no permissions policy, and choose <b>Next</b>.</li>`
  }
  <li>Name the role exactly <code>${kit.role.name}</code>, and choose <b>Create role</b>.</li>
  ${
    inlinePolicy !== null &&
    html`<li>In the new role, choose <b>Add permissions</b>, <b>Create inline policy</b>, <b>JSON</b>, and paste this. Name it <code>${INLINE_POLICY_NAME}</code>.
    ${copyableText('inline-policy', 'Permissions policy', formatAsciiJson(inlinePolicy))}</li>`
  }
  <li>Copy the ARN at the top of the role's page.</li>
</ol>${view.emulatorUrl !== null && createRoleInSandbox(kit, view.emulatorUrl)}`;
}

/** The command that replaces the console's steps in sandbox mode, which has no console. */
function createRoleInSandbox(kit: TenantSetupKit, emulatorUrl: string): Html {
  const target = { accountId: SANDBOX_ACCOUNT, region: kit.region, emulatorUrl };
  const command = createRoleCommand(target, kit.role.name, formatAsciiJson(buildTrustPolicy(kit)));
  return html`<details class="fold"><summary>Or create a role with a trust policy that you can change</summary>${copyableText('create-by-hand', 'Command', command)}</details>`;
}

function sandboxNote({ emulatorUrl }: SetupView): Html | null {
  if (emulatorUrl === null) return null;
  return html`<p class="sandbox"><b>Sandbox:</b> this is what your customers see. The AWS emulator has no console and no CloudFormation; to try the page, choose <b>AWS CLI</b>.</p>`;
}
