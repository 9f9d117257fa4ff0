import { type Html, html } from '../../lib/html.ts';
import type { PageContext } from '../page-context.ts';
import { queryOfPartition, type SessionSetupKit } from '../session-setup-kit.ts';

/** AWS's own names of its partitions (AWS General Reference, "Partitions"). */
const PARTITION_NAMES: Record<string, string> = {
  aws: 'AWS',
  'aws-us-gov': 'AWS GovCloud (US)',
  'aws-cn': 'AWS China',
  'aws-eusc': 'AWS European Sovereign Cloud',
};

/** Links to this page for each AWS partition; nothing where there is only one. */
export function partitionChoice(
  { t }: PageContext,
  { partitions, vendor }: SessionSetupKit,
  path: string,
): Html | null {
  if (partitions.length < 2) return null;
  return html`<nav class="partitions" aria-labelledby="partitions"><h2 id="partitions">${t('home.partition')}</h2>
<ul>${partitions.map(
    (partition) =>
      html`<li><a href="${path}${queryOfPartition(partition, partitions)}"${partition === vendor.partition && html` aria-current="page"`}>${PARTITION_NAMES[partition] ?? partition}</a></li>`,
  )}</ul></nav>`;
}
