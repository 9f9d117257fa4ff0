/** Frame of all pages, notices, errors, and links for colleagues. Only `<b>` and `<code>` may be used as markup. */
export const general = {
  'page.skip': 'Skip to the content',
  'page.tenant': 'for <b>{tenant}</b>',
  'page.signOut': 'Sign out',
  'page.questions': 'Questions?',
  'page.support': '{vendor} support:',
  'page.footer': 'Every step is recorded. This page loads nothing from other sites.',
  'page.language': 'Language',
  'page.opensTab': '(opens a new tab)',
  'page.back': 'Back',
  'page.backToPage': 'Back to the page',
  'page.more': 'More',
  'page.allAccounts': 'All accounts',
  'page.account': 'Account {account}',

  'copy.copy': 'Copy',
  'copy.copied': 'Copied',
  'copy.showAll': 'Show all {count} lines',
  'copy.command': 'Command',
  'copy.commands': 'Commands',
  'copy.link': 'Link',
  'diff.removed': 'to be removed:',
  'diff.added': 'to be added:',

  'time.justNow': 'just now',
  'time.checked': 'Checked {time}',
  'time.started': 'Started {time}.',

  'notice.unknown.title': 'This link is not valid',
  'notice.unknown.text':
    'It may have been cut off when it was copied. Open it again from the message you got, or ask {vendor} for a new one.',
  'notice.expired.title': 'This link has expired',
  'notice.expired.text': 'Ask {vendor} for a new one. Everything you did is saved.',
  'notice.used.title': 'This link has been used',
  'notice.used.text':
    'An AWS account was connected with it, so it opens only in the browser that did that. To see the connection or to connect another account, ask {vendor} for a new link.',
  'notice.revoked.title': 'This link was revoked',
  'notice.revoked.text': '{vendor} has revoked it. Ask {vendor} for a new one if you still need it.',
  'notice.suspended.title': 'Your access is paused',
  'notice.suspended.text':
    "{vendor} has paused your organization's access, so no account can be connected now. Ask {vendor} what to do.",
  'notice.offboarded.title': 'Your access has ended',
  'notice.offboarded.text':
    "Your organization's access to {vendor} has ended. You can delete the role in your AWS account.",
  'notice.none.title': 'Open your link',
  'notice.none.text': 'Open the link that {vendor} sent you, in this browser.',
  'notice.ended.title': 'Your session has ended',
  'notice.ended.text':
    'Open the link that {vendor} sent you again. If it no longer opens, ask {vendor} for a new one. Everything you did is saved.',
  'notice.left.title': 'You are signed out',
  'notice.left.text':
    'To come back, open the link that {vendor} sent you. If it was used already, ask {vendor} for a new one.',
  'notice.rate_limited.title': 'Opened too often',
  'notice.rate_limited.text':
    'This link was opened many times within a minute. Wait a minute, then open it again.',
  'notice.page_not_found.title': 'Page not found',
  'notice.page_not_found.text': 'Check the address, or open your link again.',

  'problem.failed': 'Something went wrong',
  'problem.wait': 'One moment, please',
  'problem.notPossible': 'This is not possible',
  'problem.request': 'Request <code>{id}</code>',
  'problem.not_found': 'It does not exist, or it was removed meanwhile.',
  'problem.conflict': 'Something has changed meanwhile, so nothing was done. Load the page again.',
  'problem.tenant_not_active':
    "{vendor} has paused or ended your organization's access, so nothing was done. Ask {vendor} what to do.",
  'problem.validation_failed': 'What was sent is not valid, so nothing was done. Load the page again.',
  'problem.body_too_large': 'The text is too long. Send less at once.',
  'problem.rate_limited': 'Too many requests were made in the last minute. Wait a moment, then try again.',
  'problem.unavailable': 'Nothing was lost. Try again in a minute.',
  'problem.crossSite': 'This was not sent from the page itself, so nothing was done. Open the page again.',
  'problem.kitChanged':
    'What {vendor} asks for has changed since this link was made. Ask {vendor} for a new one.',
  'problem.partition':
    '{vendor} cannot be connected to accounts in the AWS partition {partition} from this page.',

  'colleague.title': 'Invite a colleague',
  'colleague.text': 'Invite a colleague. Their link expires with yours.',
  'colleague.create': 'Create link',
  'colleague.created':
    'Send this link to somebody you trust with your AWS account. It expires on {time} and is shown only once.',

  'switch.title': 'This link is for somebody else',
  'switch.sameName': 'another customer who is called <b>{tenant}</b> too',
  'switch.name': '<b>{tenant}</b>',
  'switch.opened': 'The link that you opened is for {other}.',
  'switch.openedBeside':
    'In this browser the page is open for <b>{current}</b>. The link that you opened just now is for {other}.',
  'switch.warning':
    'Go on only if you work for them and expected this link: a role that you create there gives {vendor} access to your AWS account on their behalf.',
  'switch.stay': 'Stay with {current}',
  'switch.doNotGoOn': 'Do not go on',
  'switch.confirm': 'Switch to the other page',

  'script.failed': 'Something went wrong. Load the page again.',
  'script.roleArn': 'This is a role ARN.',
  'script.roleMeans': 'This means {role}.',
  'script.linkCreated': 'Send this link to somebody you trust with your AWS account. It is shown only once.',
  'script.checking': 'Checking…',
  'script.verifying': 'Verifying the connection…',
  'script.asking': 'Asking AWS now.',
  'script.notFinished': 'The verification did not finish',
  'script.interrupted': 'The connection was interrupted. Verify again.',
  'script.retryNotAssumable':
    'AWS denies access so far. A new or changed role takes seconds to work everywhere, sometimes a minute.',
  'script.retryInconclusive': 'AWS did not answer every check.',
  'script.retryRateLimited': 'Many verifications were made in the last minute, so the next one has to wait.',
  'script.retrying': 'This page tries again for up to two minutes.',
  'script.nextTry': 'Next try in {seconds} s.',
  'script.stopWaiting': 'Stop waiting and show the result',
} as const;
