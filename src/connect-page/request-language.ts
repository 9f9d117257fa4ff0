import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { Deps } from '../deps.ts';
import { LANGUAGES, type Language } from './messages/languages.ts';
import { pagePathOf } from './page-path.ts';

const COOKIE = 'countersign-language';
const COOKIE_SECONDS = 365 * 86_400;

/** The language that the person chose on the page, or else the one that the browser prefers. */
export function languageOf(request: FastifyRequest): Language {
  return (
    chosenLanguage(request) ??
    asLanguage(request.cookies?.[COOKIE]) ??
    asLanguage(new Negotiator(request).language(LANGUAGES)) ??
    'en'
  );
}

/** A link in the page's footer chooses the language by the query. A cookie keeps the choice for the next pages. */
export function keepChosenLanguage(
  request: FastifyRequest,
  reply: FastifyReply,
  { baseUrl }: Pick<Deps, 'baseUrl'>,
): void {
  const language = chosenLanguage(request);
  if (language === undefined) return;
  reply.setCookie(COOKIE, language, {
    path: pagePathOf(baseUrl()),
    maxAge: COOKIE_SECONDS,
    httpOnly: true,
    sameSite: 'lax',
    secure: baseUrl().startsWith('https:'),
  });
}

/** Links to this page in each language. The answer to a form has no address, so its links lead to the first page. */
export function languageLinks(
  request: FastifyRequest,
  pagePath: string,
): { language: Language; url: string }[] {
  // Without a path, so that the secret of a link that did not open is not written into the page.
  const path = request.method === 'GET' ? '' : pagePath;
  return LANGUAGES.map((language) => {
    const query = queryOf(request);
    query.set('language', language);
    return { language, url: `${path}?${query}` };
  });
}

const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URLSearchParams(url.split('?')[1] ?? '');

/** Read from the URL, because the schema of each route removes what it does not know from the query. */
const chosenLanguage = (request: FastifyRequest): Language | undefined =>
  asLanguage(queryOf(request).get('language'));

const asLanguage = (value: unknown): Language | undefined => LANGUAGES.find((language) => language === value);
