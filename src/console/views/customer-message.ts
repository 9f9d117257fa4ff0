import type { Connection } from '../../connections/connection.ts';
import { formatTime } from '../../pages/components.ts';

/** What support sends to the customer about a connection: what AWS was asked, what it says, and what to do. */
export function customerMessage(
  { roleArn, accountId, status, lastVerification: last }: Connection,
  { vendorName, externalId }: { vendorName: string; externalId: string },
): string {
  const lines = [`Hello,`, ''];
  if (status === 'disabled') {
    return [
      ...lines,
      `we have disabled the connection to your AWS account ${accountId}. There is nothing to do in AWS.`,
    ].join('\n');
  }
  if (last === null) {
    return [
      ...lines,
      `the role ${roleArn} in your AWS account ${accountId} is registered. ${vendorName} has not checked it yet.`,
    ].join('\n');
  }
  lines.push(
    `${vendorName} checked the role ${roleArn} in your AWS account ${accountId} on ${formatTime(last.checkedAt)}.`,
    '',
    last.explanation,
  );
  if (last.nextSteps.length > 0)
    lines.push('', 'What to do:', ...last.nextSteps.map((step, i) => `${i + 1}. ${step}`));
  if (status !== 'verified')
    lines.push(
      '',
      `Your external ID is ${externalId}. The trust policy of the role must require exactly this value.`,
    );
  return lines.join('\n');
}
