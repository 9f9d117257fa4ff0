import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';

/** Screenshots of a run, to be looked at; git ignores them. */
export const ARTIFACTS = fileURLToPath(new URL('../../test-artifacts/', import.meta.url));

const ARGUMENTS = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--font-render-hinting=none',
  '--hide-scrollbars',
];

const FONTS_FILE = 'countersign-fonts.conf';

/**
 * The Chromium that comes inside an npm package: nothing is installed for it, and it runs for root as for anybody. It is for
 * Linux on x64; elsewhere Google Chrome must be there.
 */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return playwright.launch({ channel: 'chrome' });
  const folder = await unpacked();
  const fonts = { FONTCONFIG_FILE: path.join(folder, FONTS_FILE) };
  const launch = (env: Record<string, string>): Promise<Browser> =>
    playwright.launch({
      executablePath: path.join(folder, 'chromium'),
      args: ARGUMENTS,
      env: { ...process.env, ...fonts, ...env },
    });
  try {
    return await launch({});
  } catch (error) {
    if (!String(error).includes('shared libraries')) throw error;
    return launch({ LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib') });
  }
}

/**
 * Where the package is unpacked, once for each user, since what one user unpacked another cannot start. It appears under
 * its name when it is whole: of two test files that unpack at once, none starts what the other is still writing.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync('node_modules/@sparticuz/chromium/package.json', 'utf8'));
  const folder = path.join(tmpdir(), `countersign-chromium-${version}-fonts-${process.getuid?.()}`);
  if (existsSync(folder)) return ours(folder);
  const mine = mkdtempSync(`${folder}-`);
  // For AWS Lambda the package unpacks the libraries too that a bare machine lacks.
  const environment = { TMPDIR: mine, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  await withEnvironment(environment, () => chromium.executablePath());
  writeFileSync(path.join(mine, FONTS_FILE), fontSettings(folder));
  try {
    renameSync(mine, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(mine, { recursive: true });
  }
  return ours(folder);
}

/** The name can be guessed and the temporary folder is everybody's: what another user put there is not started. */
function ours(folder: string): string {
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return folder;
  throw new Error(`${folder} is not a folder of this user alone; remove it, and Chromium is unpacked anew.`);
}

/** The fonts of the machine, if there are any, and the package's own: on a page with text and no font Chromium crashes. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${path.join(folder, 'fonts', 'fonts')}</dir>
  <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

async function withEnvironment<T>(environment: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What went wrong in the browser: console errors, CSP violations, exceptions, requests to anywhere else. */
  faults: string[];
}

export interface VisitOptions {
  origin: string;
  width?: number;
  colorScheme?: 'light' | 'dark';
  javaScriptEnabled?: boolean;
  reducedMotion?: 'reduce' | 'no-preference';
}

/** A browser of its own for one visitor, with everything written down that a page of ours must never do. */
export async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { origin, width = 1280, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    ...rest,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // A status that the test asked for is its own to judge.
    const status = /^Failed to load resource: the server responded with a status of 4\d\d/.test(
      message.text(),
    );
    if (['error', 'warning'].includes(message.type()) && !status) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin) faults.push(`a request to ${request.url()}`);
  });
  return { page, context, faults };
}

/** What axe finds on the page as it is now, each with the elements; colours are checked too. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
    const result = await (globalThis as any).axe.run({ resultTypes: ['violations'] });
    return result.violations as {
      id: string;
      help: string;
      nodes: { html: string; failureSummary: string }[];
    }[];
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n${node.html}\n${node.failureSummary}`),
  );
}

export async function screenshot(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`), fullPage });
}
