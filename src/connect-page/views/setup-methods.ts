import { type Html, html } from '../../lib/html.ts';
import { renderArtifact } from '../../setup-kit/artifacts/artifacts.ts';
import { buildLaunchStackUrl, CONSOLES } from '../../setup-kit/cloudformation/launch-stack.ts';
import { formatAsciiJson } from '../../setup-kit/kit-text.ts';
import { INLINE_POLICY_NAME, uniqueManagedPolicyArns } from '../../setup-kit/setup-kit.ts';
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
function consoleLink({ context, kit }: SetupView, path: string, text: string): Html {
  const console = CONSOLES[kit.vendor.partition];
  if (console === undefined) return html`${text}`;
  return html`<a href="https://${console.domain}${path}" ${opensTab}>${text}${opensTabHint(context)}</a>`;
}

const opensTab = html`target="_blank" rel="noopener noreferrer"`;

const opensTabHint = ({ t }: PageContext): Html =>
  html`<span class="visually-hidden"> ${t('page.opensTab')}</span>`;

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
  const { t } = view.context;
  const all: SetupMethod[] = [
    { id: 'launch-stack', name: t('setup.launchStack'), minutes: 2, content: launchStack(view) },
    { id: 'aws-cli', name: 'AWS CLI', minutes: 1, content: awsCli(view) },
    { id: 'cloudformation', name: 'CloudFormation', minutes: 3, content: cloudFormation(view) },
    { id: 'terraform', name: 'Terraform', minutes: 3, content: terraform(view) },
    { id: 'console', name: t('setup.console'), minutes: 5, content: consoleSteps(view) },
  ];
  const methods = all.filter(({ content }) => content !== null);
  // The sandbox has no CloudFormation.
  const chosen = view.emulatorUrl === null ? methods[0]?.id : 'aws-cli';
  return html`<div class="setup-methods" data-setup-methods><fieldset><legend class="visually-hidden">${t('setup.legend')}</legend><div class="tiles">
${methods.map(({ id, name, minutes }) => html`<label class="tile"><input type="radio" name="method" value="${id}"${id === chosen && html` checked`}> <b>${name}</b> <span>${t('setup.minutes', { count: minutes })}</span></label>`)}
</div></fieldset>
${methods.map(({ id, name, content }) => html`<section class="setup-method" id="method-${id}"><h3>${name}</h3>${content}</section>`)}
</div>`;
}

function launchStack({ kit, context }: SetupView): Html | null {
  const url = buildLaunchStackUrl(kit);
  if (url === null) return null;
  const { t, markup } = context;
  return html`<ol>
  <li>${t('launchStack.open')}<br>
  <a class="button" href="${url}" ${opensTab}>${t('launchStack.button')}${opensTabHint(context)}</a></li>
  <li>${markup('launchStack.acknowledge')}</li>
  <li>${markup('launchStack.copy')}</li>
</ol>`;
}

function cloudFormation(view: SetupView): Html {
  const { kit, context } = view;
  const { t, markup } = context;
  const file = artifactFileName('cloudformation.yaml', context.vendorName);
  const command = `aws cloudformation deploy --template-file ${file} --stack-name ${kit.role.name.replace(/[^A-Za-z0-9]+/g, '-')} --capabilities CAPABILITY_NAMED_IAM`;
  const console = consoleLink(view, '/cloudformation/home#/stacks/create', 'CloudFormation');
  return html`${sandboxNote(view)}<ol>
  <li>${downloadLink(view, 'cloudformation.yaml')}</li>
  <li>${markup('cloudFormation.upload', { console })}</li>
  <li>${markup('setup.copyRoleArn')}</li>
</ol>
${copyableText(context, 'cfn-command', t('copy.command'), command)}
${copyableText(context, 'cfn-file', t('cloudFormation.template'), renderArtifact('cloudformation.yaml', kit))}`;
}

function terraform(view: SetupView): Html {
  const { kit, context } = view;
  return html`${sandboxNote(view)}<ol>
  <li>${downloadLink(view, 'terraform.tf')}</li>
  <li>${context.markup('terraform.run')}</li>
  <li>${context.markup('terraform.copy')}</li>
</ol>
${copyableText(context, 'tf-file', 'Terraform', renderArtifact('terraform.tf', kit))}`;
}

function awsCli(view: SetupView): Html {
  const { kit, emulatorUrl, context } = view;
  const { t, markup } = context;
  const kitScript = renderArtifact('aws-cli.sh', kit);
  const script = emulatorUrl === null ? kitScript : toSandboxScript(kitScript, emulatorUrl);
  const intro =
    emulatorUrl === null
      ? html`<p>${markup('cli.run')}</p>`
      : html`<p class="sandbox">${markup('cli.sandbox', {
          account: SANDBOX_ACCOUNT,
          command: 'export AWS_ACCESS_KEY_ID=SANDBOX222222222222',
        })}</p>`;
  const existing = markup('cli.existing', {
    download: downloadLink(view, 'aws-cli.sh', t('cli.asFile')),
    command: `sh ${artifactFileName('aws-cli.sh', context.vendorName)}`,
  });
  return html`${intro}
${copyableText(context, 'cli-script', t('copy.command'), toPasteableCommand(script))}
<p class="small">${existing}</p>`;
}

function consoleSteps(view: SetupView): Html {
  const { kit, context } = view;
  const { t, markup } = context;
  const arns = uniqueManagedPolicyArns(kit);
  const { inlinePolicy } = kit.permissions;
  const console = consoleLink(view, '/iam/home#/roles/create', t('console.createRole'));
  const policies = html`${arns.map((arn, i) => html`${i > 0 && ', '}<code>${arn.split('/').at(-1)}</code>`)}`;
  return html`${sandboxNote(view)}<ol>
  <li>${markup('console.open', { console })}
    ${copyableText(context, 'trust-policy', t('console.trustPolicy'), formatAsciiJson(buildTrustPolicy(kit)))}</li>
  <li>${arns.length > 0 ? markup('console.policies', { policies }) : markup('console.noPolicy')}</li>
  <li>${markup('console.name', { role: kit.role.name })}</li>
  ${
    inlinePolicy !== null &&
    html`<li>${markup('console.inlinePolicy', { name: INLINE_POLICY_NAME })}
    ${copyableText(context, 'inline-policy', t('console.permissionsPolicy'), formatAsciiJson(inlinePolicy))}</li>`
  }
  <li>${t('console.copy')}</li>
</ol>`;
}

/** The command that replaces the console's steps in sandbox mode, which has no console. */
export function createRoleInSandbox({ context, kit, emulatorUrl }: SetupView): Html | null {
  if (emulatorUrl === null) return null;
  const target = { accountId: SANDBOX_ACCOUNT, region: kit.region, emulatorUrl };
  const command = createRoleCommand(target, kit.role.name, formatAsciiJson(buildTrustPolicy(kit)));
  return html`<details class="fold"><summary>${context.t('sandbox.createByHand')}</summary>${copyableText(context, 'create-by-hand', context.t('sandbox.createCommand'), command)}</details>`;
}

function sandboxNote({ context, emulatorUrl }: SetupView): Html | null {
  if (emulatorUrl === null) return null;
  return html`<p class="sandbox">${context.markup('sandbox.note')}</p>`;
}
