import { type Html, html } from '../../lib/html.ts';
import { copyableText } from '../../pages/components.ts';
import { describePermissions } from '../../profiles/describe-permissions.ts';
import { type AccessProfile, DEFAULT_SETTINGS, type ProfileSettings } from '../../profiles/profile.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { FormValues } from '../submitted-form.ts';
import { confirmedAction, facts, formTokenField, pageHead, pager, table, timeAgo } from './components.ts';
import { checkbox, type FormState, formProblem, inputField, textArea } from './form-controls.ts';
import { layout } from './layout.ts';
import { doneNotice } from './notices.ts';

const CRUMBS = [{ path: '/profiles', label: 'Access profiles' }];

export function profilesPage(
  context: ConsoleContext,
  view: { profiles: readonly AccessProfile[]; nextCursor: string | null; done: string | undefined },
): Html {
  return layout(
    context,
    'Access profiles',
    html`${pageHead({
      context,
      title: 'Access profiles',
      lead: "What a customer's role grants, and what a worker's session may use of it.",
      actions: html`<a class="button" href="${context.consolePath}/profiles/new">New profile</a>`,
    })}
${doneNotice(view.done)}
${table({
  label: 'Access profiles',
  columns: [
    'Name',
    'Description',
    { label: 'Longest session', kind: 'minor' },
    { label: 'Changed', kind: 'minor' },
  ],
  rows: view.profiles.map((profile) => [
    html`<a href="${context.consolePath}/profiles/${profile.id}">${profile.name}</a>`,
    profile.description,
    minutesOf(profile),
    timeAgo(context, profile.updatedAt),
  ]),
  empty: 'There is no profile. Without one, the role has the permissions of the configuration.',
})}
${pager(context, view.nextCursor)}`,
  );
}

const minutesOf = ({ maxDurationSeconds }: ProfileSettings): string => `${maxDurationSeconds / 60} minutes`;

export function profilePage(
  context: ConsoleContext,
  { profile, done }: { profile: AccessProfile; done: string | undefined },
): Html {
  const path = `/profiles/${profile.id}`;
  return layout(
    context,
    `Profile ${profile.name}`,
    html`${pageHead({
      context,
      title: profile.name,
      crumbs: CRUMBS,
      ...(profile.description !== null && { lead: profile.description }),
      actions: html`<a class="button secondary" href="${context.consolePath}${path}/change">Change</a>
${confirmedAction(context, {
  path: `${path}/deletion`,
  label: 'Delete',
  explanation: 'Possible only if no key, worker identity or connection uses it. This cannot be undone.',
  confirm: 'Delete this profile',
})}`,
    })}
${doneNotice(done)}
<section class="card"><h2 class="visually-hidden">Details</h2>${facts([
      ['Longest session', minutesOf(profile)],
      ['Name of the role', profile.roleName ?? 'As configured'],
      ['Session tags', profile.sessionTags ? 'Tenant and worker' : 'None'],
      ['Source identity', profile.sourceIdentity ? 'The worker' : 'None'],
      ['Template', profile.templateUrl],
      ['Changed', timeAgo(context, profile.updatedAt)],
    ])}</section>
<section class="card"><h2>The customer's role grants</h2>
<ul>${describePermissions(profile).map((line) => html`<li>${line}</li>`)}</ul>
${policyText('inline-policy', 'Inline policy', profile.inlinePolicy)}</section>
<section class="card"><h2>A worker's session may use</h2>
${profile.sessionPolicy === null && profile.sessionPolicyArns.length === 0 && html`<p>Everything that the role grants.</p>`}
${arnList(profile.sessionPolicyArns)}${policyText('session-policy', 'Session policy', profile.sessionPolicy)}</section>`,
  );
}

const arnList = (arns: readonly string[]): Html | false =>
  arns.length > 0 && html`<ul>${arns.map((arn) => html`<li><code>${arn}</code></li>`)}</ul>`;

const policyText = (id: string, label: string, policy: ProfileSettings['inlinePolicy']): Html | false =>
  policy !== null && copyableText(id, label, JSON.stringify(policy, null, 2));

const FIELDS = ['name', ...Object.keys(DEFAULT_SETTINGS)];

/** The settings as the fields of the form have them. */
export function toFormValues(profile: ProfileSettings): FormValues {
  const policyOf = (policy: ProfileSettings['inlinePolicy']): string =>
    policy === null ? '' : JSON.stringify(policy, null, 2);
  return {
    description: profile.description ?? '',
    roleName: profile.roleName ?? '',
    templateUrl: profile.templateUrl ?? '',
    managedPolicyArns: profile.managedPolicyArns.join('\n'),
    inlinePolicy: policyOf(profile.inlinePolicy),
    sessionPolicy: policyOf(profile.sessionPolicy),
    sessionPolicyArns: profile.sessionPolicyArns.join('\n'),
    maxDurationSeconds: String(profile.maxDurationSeconds),
    ...(profile.sessionTags && { sessionTags: 'on' }),
    ...(profile.sourceIdentity && { sourceIdentity: 'on' }),
  };
}

/** @param view.profile null for a new one */
export function profileFormPage(
  context: ConsoleContext,
  { profile, form: submitted }: { profile: AccessProfile | null; form: FormState },
): Html {
  const isUntouched = profile === null && submitted.problem === null;
  const form = isUntouched ? { ...submitted, values: toFormValues(DEFAULT_SETTINGS) } : submitted;
  const title = profile === null ? 'New access profile' : `Change ${profile.name}`;
  const path = profile === null ? '/profiles' : `/profiles/${profile.id}`;
  const lead =
    profile === null
      ? 'Keys and connections name it, so its name cannot be changed later.'
      : 'The change applies to the next credentials that are issued.';
  return layout(
    context,
    title,
    html`${pageHead({ context, title, crumbs: CRUMBS, lead })}
<form class="card form" method="post" action="${context.consolePath}${path}">${profile === null && formTokenField(context)}
${formProblem(form, FIELDS)}
${profile === null && inputField(form, { name: 'name', label: 'Name', required: true, placeholder: 'read-only', hint: 'Lower-case letters, digits and hyphens.' })}
${inputField(form, { name: 'description', label: 'Description', hint: 'What it is for. Customers see it.' })}
<fieldset><legend>The customer's role</legend>
${textArea(form, { name: 'managedPolicyArns', label: 'Managed policies', rows: 3, placeholder: 'arn:aws:iam::aws:policy/SecurityAudit', hint: 'One ARN on each line, at most 10.' })}
${textArea(form, { name: 'inlinePolicy', label: 'Inline policy', rows: 6, hint: 'JSON. Left empty: none.' })}
${inputField(form, { name: 'roleName', label: 'Name of the role', hint: 'Left empty: the name of the configuration.' })}
${inputField(form, { name: 'templateUrl', label: 'URL of the CloudFormation template', type: 'url', hint: 'The published template of this profile, in S3. Left empty: no link to the AWS console.' })}
</fieldset>
<fieldset><legend>A worker's session</legend>
${inputField(form, { name: 'maxDurationSeconds', label: 'Longest session, in seconds', type: 'number', required: true, hint: '900 to 3600.' })}
${textArea(form, { name: 'sessionPolicyArns', label: 'Managed session policies', rows: 2, hint: 'One ARN on each line. A session may do what both the role and these allow.' })}
${textArea(form, { name: 'sessionPolicy', label: 'Session policy', rows: 6, hint: 'JSON. Left empty: none.' })}
${checkbox(form, { name: 'sessionTags', label: 'Add the IDs of tenant and worker as session tags', hint: 'The trust policy must then allow sts:TagSession.' })}
${checkbox(form, { name: 'sourceIdentity', label: 'Set the worker as source identity', hint: 'The trust policy must then allow sts:SetSourceIdentity.' })}
</fieldset>
<div class="form-actions"><button type="submit">${profile === null ? 'Create the profile' : 'Save'}</button><a class="button secondary" href="${context.consolePath}${path}">Cancel</a></div>
</form>`,
  );
}
