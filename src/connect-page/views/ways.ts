import { type Html, html } from '../../lib/html.ts';
import { render } from '../../setup-kit/artifacts.ts';
import { launchStackUrl } from '../../setup-kit/launch-stack.ts';
import {
  asciiJson,
  INLINE_POLICY_NAME,
  type KitInput,
  managedPolicyArns,
} from '../../setup-kit/setup-kit.ts';
import { buildTrustPolicy } from '../../setup-kit/trust-policy-document.ts';
import { createRole, SANDBOX_ACCOUNT } from './commands.ts';
import { fileNameOf } from './files.ts';
import { block, type Look } from './layout.ts';
import { forSandbox, pasteable } from './sandbox.ts';

export interface KitView {
  look: Look;
  kit: KitInput;
  /** Where the local AWS listens; null when AWS is AWS. */
  emulatorUrl: string | null;
}

const CONSOLES: Record<string, string> = {
  'aws-us-gov': 'https://console.amazonaws-us-gov.com',
  'aws-cn': 'https://console.amazonaws.cn',
};

const consoleOf = (kit: KitInput): string =>
  kit.vendor.partition === 'aws' ? 'https://console.aws.amazon.com' : (CONSOLES[kit.vendor.partition] ?? '');

/** A link to the console where its address is known, else the words alone. */
function consoleLink(kit: KitInput, path: string, words: string): Html {
  const console = consoleOf(kit);
  if (console === '') return html`${words}`;
  return html`<a href="${console}${path}" target="_blank" rel="noopener noreferrer">${words}<span class="unseen"> (opens a new tab)</span></a>`;
}

/** The ways to create the role, as sections that the script makes tabs of. */
export function ways(view: KitView): Html {
  const all = [
    { id: 'launch-stack', name: 'Launch Stack', content: launchStack(view) },
    { id: 'aws-cli', name: 'AWS CLI', content: awsCli(view) },
    { id: 'cloudformation', name: 'CloudFormation', content: cloudFormation(view) },
    { id: 'terraform', name: 'Terraform', content: terraform(view) },
    { id: 'console', name: 'Console', content: byHand(view) },
  ].filter((way) => way.content !== null);
  return html`<div class="ways" data-tabs="Ways to create the role" data-first="${view.emulatorUrl === null ? 'way-launch-stack' : 'way-aws-cli'}">
${all.map(({ id, name, content }) => html`<section class="way" id="way-${id}" data-tab="${name}"><h3>${name}</h3>${content}</section>`)}
</div>`;
}

function launchStack({ kit }: KitView): Html | null {
  const url = launchStackUrl(kit);
  if (url === null) return null;
  return html`<p>Opens CloudFormation in your account with everything filled in. Sign in to the AWS account that you want to connect first.</p>
<ol>
  <li><a class="button" href="${url}" target="_blank" rel="noopener noreferrer">Launch the stack<span class="unseen"> (opens a new tab)</span></a></li>
  <li>Change nothing in the form. Tick the box that says that the template creates IAM resources with custom names, and choose <b>Create stack</b>.</li>
  <li>When the stack says <code>CREATE_COMPLETE</code>, copy <code>RoleArn</code> from its <b>Outputs</b>.</li>
</ol>`;
}

function download(view: KitView, artifact: Parameters<typeof fileNameOf>[0]): Html {
  const name = fileNameOf(artifact, view.look.vendor);
  return html`<a class="button second" href="${view.look.base}/connect/setup/${artifact}" download="${name}">Download ${name}</a>`;
}

function shown(id: string, what: string, text: string): Html {
  return html`<details><summary>Show ${what}</summary>${block(id, what, text)}</details>`;
}

function cloudFormation(view: KitView): Html {
  const { kit, look } = view;
  const file = fileNameOf('cloudformation.yaml', look.vendor);
  const command = `aws cloudformation deploy --template-file ${file} --stack-name ${kit.role.name.replace(/[^A-Za-z0-9]+/g, '-')} --capabilities CAPABILITY_NAMED_IAM`;
  return html`${notInSandbox(view)}<ol>
  <li>${download(view, 'cloudformation.yaml')} It holds the role and nothing else; your external ID is filled in.</li>
  <li>Open ${consoleLink(kit, '/cloudformation/home#/stacks/create', 'CloudFormation')}, choose <b>Upload a template file</b>, and go on with the defaults. At the end tick the box about IAM resources with custom names.</li>
  <li>Copy <code>RoleArn</code> from the <b>Outputs</b> of the stack.</li>
</ol>
<p>Or at a command line, in the folder of the file:</p>
${block('cfn-command', 'the command', command)}
${shown('cfn-file', 'the template', render('cloudformation.yaml', kit))}`;
}

function terraform(view: KitView): Html {
  return html`${notInSandbox(view)}<ol>
  <li>${download(view, 'terraform.tf')} Put it into a folder of its own, or among your own files.</li>
  <li>Run <code>terraform init</code> and <code>terraform apply</code> with credentials of the account that you want to connect. OpenTofu does as well.</li>
  <li>Copy <code>role_arn</code> from what it prints.</li>
</ol>
${shown('tf-file', 'the file', render('terraform.tf', view.kit))}`;
}

function awsCli(view: KitView): Html {
  const { kit, emulatorUrl, look } = view;
  const script =
    emulatorUrl === null ? render('aws-cli.sh', kit) : forSandbox(render('aws-cli.sh', kit), emulatorUrl);
  const where =
    emulatorUrl === null
      ? html`<p>In a terminal with credentials of the account that you want to connect, or in <b>CloudShell</b> of its console.</p>`
      : html`<p class="sandbox"><b>Sandbox.</b> This runs against the local AWS at <code>${emulatorUrl}</code>, in the made-up account ${SANDBOX_ACCOUNT}. The command below says so by itself; any AWS CLI will do, and no AWS account is needed. For a second account run <code>export AWS_ACCESS_KEY_ID=SANDBOX222222222222</code> first.</p>`;
  return html`${where}<ol>
  <li>Copy the command, paste it into the terminal, and press Enter. It creates the role or, run again, brings it up to date.</li>
  <li>Copy the ARN from its last line.</li>
</ol>
${block('cli-script', 'the command', pasteable(script))}
<p>Or as a file, to be run with <code>sh ${fileNameOf('aws-cli.sh', look.vendor)}</code>:</p>
<p>${download(view, 'aws-cli.sh')}</p>`;
}

function byHand(view: KitView): Html {
  const { kit } = view;
  const arns = managedPolicyArns(kit);
  const { inlinePolicy } = kit.permissions;
  return html`${notInSandbox(view)}${view.emulatorUrl !== null && createByHand(kit, view.emulatorUrl)}<ol>
  <li>Open ${consoleLink(kit, '/iam/home#/roles/create', 'Create role in the IAM console')} and choose <b>Custom trust policy</b>.</li>
  <li>Put this in place of what stands there, and choose <b>Next</b>. It admits ${view.look.vendor} with your external ID, and nobody else.
    ${block('trust-policy', 'the trust policy', asciiJson(buildTrustPolicy(kit)))}</li>
  ${
    arns.length > 0
      ? html`<li>Tick these permissions policies:<ul>${arns.map((arn, i) => html`<li><code>${arn.split('/').at(-1)}</code>${block(`policy-${i}`, 'the ARN', arn)}</li>`)}</ul></li>`
      : html`<li>Tick no permissions policy, and choose <b>Next</b>.</li>`
  }
  <li>Give the role exactly this name, then choose <b>Create role</b>. ${block('role-name-by-hand', 'the name', kit.role.name)}</li>
  ${
    inlinePolicy !== null &&
    html`<li>Open the new role, choose <b>Add permissions</b>, <b>Create inline policy</b>, <b>JSON</b>, and paste this. Name it <code>${INLINE_POLICY_NAME}</code>.
    ${block('inline-policy', 'the permissions policy', asciiJson(inlinePolicy))}</li>`
  }
  <li>Copy the ARN at the top of the role's page.</li>
</ol>`;
}

/** What the console's steps come to, where there is no console. */
function createByHand(kit: KitInput, emulatorUrl: string): Html {
  const where = { accountId: SANDBOX_ACCOUNT, emulatorUrl };
  const command = createRole(where, kit.role.name, asciiJson(buildTrustPolicy(kit)));
  return html`<p>Or make a role by hand, as these steps do, with a trust policy that you may change:</p>${block('create-by-hand', 'the command that makes it', command)}`;
}

function notInSandbox({ emulatorUrl }: KitView): Html | null {
  if (emulatorUrl === null) return null;
  return html`<p class="sandbox"><b>Sandbox.</b> The local AWS has no console and no CloudFormation. What stands here is what your customers will see; to try the page, take <b>AWS CLI</b>.</p>`;
}
