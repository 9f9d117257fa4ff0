import { t } from './messages.ts';

/** Sends JSON to the page's server. @throws Error with a text for the customer if the response is an error */
export async function postJson<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const content = await response.json();
  if (!response.ok) throw new Error(content.detail ?? t('script.failed'));
  return content;
}
