import { z } from 'zod';
import { createColleagueLink } from '../../connect-links/create-link.ts';
import { statusOf } from '../../connect-links/link.ts';
import { leave, openLink } from '../../connect-links/open-link.ts';
import { readCookie, setCookie } from '../../connect-links/session.ts';
import { listConnections } from '../../connections/store.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { notFound, Problem } from '../../http/problem.ts';
import { ARTIFACT_NAMES, mediaType, render } from '../../setup-kit/artifacts.ts';
import { connectRole, kitOf, roleOf } from '../connect-role.ts';
import { lookFor, registerPageGuard, sendPage, sessionOf } from '../guard.ts';
import { colleaguePage } from '../views/colleague.ts';
import { fileNameOf } from '../views/files.ts';
import { homePage } from '../views/home.ts';
import { noticePage } from '../views/notices.ts';
import { forSandbox } from '../views/sandbox.ts';
import { accountsRoutes } from './accounts-routes.ts';
import { assetRoutes } from './asset-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { enter, switchRoutes } from './switch-routes.ts';
import { verificationRoutes } from './verification-routes.ts';

const MOST_SHOWN = 200;
const hidden = { hide: true };
const nothing = z.strictObject({}).nullish();

/** The page behind a connect link, with everything it is made of. Registered below `/connect`. */
export function connectPageRoutes(app: App, deps: Deps): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  registerPageGuard(app, deps);
  assetRoutes(app, deps);

  const homeAddress = () => `${new URL(deps.baseUrl()).pathname.replace(/\/+$/, '')}/connect`;

  const home = async (
    request: Parameters<typeof lookFor>[1],
    refused: { role: string; message: string } | null,
  ) => {
    const session = sessionOf(request);
    const [kit, connections] = await Promise.all([
      kitOf(deps, session),
      listConnections(deps.database, { tenantId: session.link.tenantId, after: null, limit: MOST_SHOWN }),
    ]);
    const mayShare = statusOf({ ...session.link, usedAt: null }, deps.clock.now()) !== 'expired';
    const { emulatorUrl } = deps;
    return homePage({ look: lookFor(deps, request), kit, emulatorUrl, connections, refused, mayShare });
  };

  app.route({
    method: 'GET',
    url: '/:secret',
    config: { access: 'connect-public' },
    schema: { ...hidden, params: z.object({ secret: z.string() }), querystring: z.object({}) },
    handler: async (request, reply) => {
      void reply.header('referrer-policy', 'no-referrer');
      const opening = await openLink(deps, request.params);
      if (opening.opens) return enter(request, reply, deps, opening);
      const { status, page } = noticePage(lookFor(deps, request), opening.why);
      return sendPage(reply, status, page);
    },
  });

  app.route({
    method: 'GET',
    url: '/',
    config: { access: 'connect-session' },
    schema: { ...hidden, querystring: z.object({}) },
    handler: async (request, reply) => sendPage(reply, 200, await home(request, null)),
  });

  app.route({
    method: 'GET',
    url: '/setup/:artifact',
    config: { access: 'connect-session' },
    schema: { ...hidden, params: z.object({ artifact: z.string() }), querystring: z.strictObject({}) },
    handler: async (request, reply) => {
      const artifact = ARTIFACT_NAMES.find((name) => name === request.params.artifact);
      if (!artifact) throw notFound();
      const text = render(artifact, await kitOf(deps, sessionOf(request)));
      const local = artifact === 'aws-cli.sh' ? deps.emulatorUrl : null;
      return reply
        .type(`${mediaType(artifact)}; charset=utf-8`)
        .header(
          'content-disposition',
          `attachment; filename="${fileNameOf(artifact, deps.config.vendor.name)}"`,
        )
        .serializer((text: unknown) => String(text))
        .send(local === null ? text : forSandbox(text, local));
    },
  });

  app.route({
    method: 'POST',
    url: '/role-checks',
    config: { access: 'connect-session' },
    schema: { ...hidden, body: z.strictObject({ role: z.string().max(4000) }) },
    handler: async (request, reply) => {
      void reply.type('application/json');
      try {
        return {
          fits: true,
          roleArn: await roleOf(deps, { session: sessionOf(request), role: request.body.role }),
        };
      } catch (error) {
        if (error instanceof Problem && error.status < 500) return { fits: false, message: error.detail };
        throw error;
      }
    },
  });

  app.route({
    method: 'POST',
    url: '/connections',
    config: { access: 'connect-session' },
    schema: { ...hidden, body: z.strictObject({ role: z.string().max(4000) }) },
    handler: async (request, reply) => {
      try {
        const connection = await connectRole(deps, { session: sessionOf(request), role: request.body.role });
        return reply.redirect(`${homeAddress()}/connections/${connection.id}`, 303);
      } catch (error) {
        const mistaken =
          error instanceof Problem && ['validation_failed', 'role_not_allowed'].includes(error.code);
        if (!mistaken) throw error;
        return sendPage(reply, 422, await home(request, { role: request.body.role, message: error.detail }));
      }
    },
  });

  app.route({
    method: 'POST',
    url: '/links',
    config: { access: 'connect-session' },
    schema: { ...hidden, body: nothing },
    handler: async (request, reply) => {
      const link = await createColleagueLink(deps, sessionOf(request));
      if (request.headers.accept === 'application/json') {
        return reply.code(201).type('application/json').send({ url: link.url, expiresAt: link.expiresAt });
      }
      return sendPage(reply, 201, colleaguePage(lookFor(deps, request), link));
    },
  });

  app.route({
    method: 'POST',
    url: '/leave',
    config: { access: 'connect-session' },
    schema: { ...hidden, body: nothing },
    handler: async (request, reply) => {
      const cookie = readCookie(deps.baseUrl(), request.headers.cookie, 'current');
      if (cookie !== null) await leave(deps, cookie);
      void reply.header('set-cookie', setCookie(deps.baseUrl(), '', 0, 'current'));
      return sendPage(reply, 200, noticePage(lookFor(deps, request), 'left').page);
    },
  });

  policyRoutes(app, deps);
  switchRoutes(app, deps);
  verificationRoutes(app, deps);
  accountsRoutes(app, deps);
}
