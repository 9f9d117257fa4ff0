/** Creating the role: the page in the state "new", the setup methods, and connecting many accounts. */
export const setup = {
  'home.title': 'Connect your AWS account to {vendor}',
  'home.titleAnother': 'Connect another AWS account',
  'home.lead':
    'Create an IAM role, paste its ARN, and you are done in about three minutes. Only continue if you work for <b>{tenant}</b>.',
  'home.createRole': 'Create the role',
  'home.verify': 'Verify the connection',
  'home.ownTemplate': 'Your own template',
  'home.values': 'Values for your own template',
  'home.checkPolicy': 'Check a trust policy before you save it',
  'home.manyAccounts': 'Connect many accounts at once',
  'home.role': 'Role ARN',
  'home.roleHint': 'or the 12-digit account ID, if the role is named <code>{role}</code>',
  'home.submit': 'Verify connection',
  'home.partition': 'Where is your account?',

  'setup.legend': 'How to create the role',
  'setup.minutes': '{count} min',
  'setup.launchStack': 'Launch Stack',
  'setup.console': 'Console',
  'setup.download': 'Download {file}',
  'setup.copyRoleArn': 'Copy <code>RoleArn</code> from the <b>Outputs</b> of the stack.',

  'launchStack.open': 'Sign in to the AWS account that you want to connect, then open the prepared stack:',
  'launchStack.button': 'Launch stack',
  'launchStack.acknowledge':
    'Acknowledge that it creates an IAM role, and choose <b>Create stack</b>. Change nothing else.',
  'launchStack.copy':
    'When the stack is <code>CREATE_COMPLETE</code>, copy <code>RoleArn</code> from its <b>Outputs</b>.',

  'cloudFormation.upload': 'Upload it in {console} and keep the defaults, or run the command below.',
  'cloudFormation.template': 'Template',

  'terraform.run':
    'Run <code>terraform init</code> and <code>terraform apply</code> with credentials of the account that you want to connect. OpenTofu works too.',
  'terraform.copy': 'Copy <code>role_arn</code> from the output.',

  'cli.run':
    'Run this in a terminal with credentials of the account that you want to connect, or in its <b>CloudShell</b>. Then copy the role ARN from the last line.',
  'cli.sandbox':
    '<b>Sandbox:</b> run this in any terminal with the AWS CLI, then copy the role ARN from the last line. It creates the role in the AWS emulator, in account {account}; for another account, run <code>{command}</code> first.',
  'cli.existing':
    'If the role exists, it updates the external ID, and shows any other difference before it changes the role. {download}, to run with <code>{command}</code>.',
  'cli.asFile': 'As a file',

  'console.open': 'Open {console}, choose <b>Custom trust policy</b>, and paste:',
  'console.createRole': 'Create role in the IAM console',
  'console.policies': 'Select these permissions policies: {policies}.',
  'console.noPolicy': 'Select no permissions policy, and choose <b>Next</b>.',
  'console.name': 'Name the role exactly <code>{role}</code>, and choose <b>Create role</b>.',
  'console.inlinePolicy':
    'In the new role, choose <b>Add permissions</b>, <b>Create inline policy</b>, <b>JSON</b>, and paste this. Name it <code>{name}</code>.',
  'console.copy': "Copy the ARN at the top of the role's page.",
  'console.trustPolicy': 'Trust policy',
  'console.permissionsPolicy': 'Permissions policy',

  'sandbox.note':
    '<b>Sandbox:</b> this is what your customers see. To try it here, where there is no console and no CloudFormation, choose <b>AWS CLI</b>.',
  'sandbox.createCommand': 'Command that creates the role',
  'sandbox.createByHand': 'Create a role with a trust policy that you can change',

  'permissions.title': 'What {vendor} can do',
  'permissions.read': 'Read',
  'permissions.change': 'Change',
  'permissions.denied': 'Denied',
  'permissions.policy': 'Policy',
  'permissions.sessions': {
    one: 'In sessions of at most an hour, which your CloudTrail records. The role is yours: you can narrow or delete it at any time.',
    other:
      'In sessions of at most {count} hours, which your CloudTrail records. The role is yours: you can narrow or delete it at any time.',
  },
  'permissions.none': 'Nothing yet: the role has no permissions. It only proves that {vendor} can assume it.',

  'safety.title': 'Why is this safe?',
  'safety.problem':
    "{vendor} works for many customers from one AWS account. If your role trusted that account alone, another customer could give {vendor} your role's ARN and reach your data (the “confused deputy” problem).",
  'safety.externalId':
    'So your role also requires an external ID that was issued to <b>{tenant}</b> only. Nobody can choose it, {vendor} included. The security checks prove that your role accepts no other. It is not a secret.',
  'safety.noPassword': '{vendor} gets no password and no permanent key.',

  'values.externalId': 'External ID',
  'values.currentExternalId': 'Current external ID',
  'values.nextExternalId': 'Next external ID',
  'values.vendorAccount': 'AWS account of {vendor}',
  'values.roleName': 'Role name',
  'values.rotation':
    'The external ID is being replaced. Until that is done, the role should accept both; every setup method above does.',

  'many.title': 'Connect many accounts',
  'many.lead': 'Create the same role in all accounts of your AWS organization, then paste their IDs.',
  'many.createRole': 'Create the role in all accounts',
  'many.stackSet':
    "Use a CloudFormation stack set, in one Region of your organization's management account or of a delegated administrator. Replace <code>OU_ID</code> by an organizational unit (<code>ou-…</code>) or the root (<code>r-…</code>), and <code>REGION</code> by a Region.",
  'many.managementAccount':
    'AWS does not deploy a stack set to the management account itself. To connect that account too, {link}.',
  'many.connectAlone': 'connect it on its own',
  'many.verify': 'Verify the connections',
  'many.ids': 'Account IDs',
  'many.idsHint': 'up to 500; the role in them is named <code>{role}</code>',
  'many.help':
    'Paste a list, CSV or the JSON of “aws organizations list-accounts”. The 12-digit IDs are used.',
  'many.submit': 'Verify connections',
  'many.verifyAll': 'Verify all that are not connected',
  'many.empty': 'Enter at least one account ID, which has 12 digits.',
  'many.tooMany': 'These are {count} accounts. Enter at most {max} at once.',
  'many.yourList': 'Your list',
  'many.counts': 'Added: {added}. Already known: {known}. Rejected: {rejected}.',
  'many.rejected': 'Rejected',
  'many.leftOut': {
    one: 'A verification was running already. When it has finished, verify again below for the one account that it leaves out.',
    other:
      'A verification was running already. When it has finished, verify again below for the {count} accounts that it leaves out.',
  },
  'run.title': 'Verification',
  'run.allConnected': 'All accounts are connected',
  'run.progress': '{done} of {total} checked, {verified} connected.',
  'run.continues': 'It continues if you close this page.',
  'run.continuesIn': 'It continues in {seconds} s.',
  'run.finished': 'Finished.',
  'run.refresh': 'Show the progress now',
  'run.noAnswer': 'No answer',
  'run.skipped': 'Skipped',
  'run.waiting': 'Waiting',
} as const;
