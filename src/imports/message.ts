import type { CreatedLink } from '../connect-links/create-link.ts';

export interface CustomerMessage {
  linkId: string;
  /** Contains the secret of the link. */
  url: string;
  expiresAt: string;
  text: string;
}

/** The message that asks a customer to change an imported role to the external ID that was issued for them. */
export function writeMessage(input: {
  vendorName: string;
  tenantName: string;
  roleArn: string;
  link: CreatedLink;
}): CustomerMessage {
  const { vendorName, tenantName, roleArn, link } = input;
  const expiresAt = link.expiresAt.toISOString();
  const accountId = roleArn.split(':')[4];
  const text = `${vendorName} works in your AWS account ${accountId} through the role ${roleArn}. To protect this role, we have issued an external ID that is used for ${tenantName} and nobody else. Please change the trust policy of the role to it.

Open this page and choose the account. It shows the policy, and tests the role once you have changed it:
${link.url}

The link is for ${tenantName} alone. It can be opened until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC.`;
  return { linkId: link.id, url: link.url, expiresAt, text };
}
