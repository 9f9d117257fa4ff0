import type { Translator } from './messages/translator.ts';

/** The texts that the page's script shows. */
const SCRIPT_TEXTS = [
  'copy.copy',
  'copy.copied',
  'copy.link',
  'observed.allowed',
  'observed.denied',
  'observed.unknown',
  'observed.notChecked',
  'run.progress',
  'run.continuesIn',
  'run.finished',
  'time.justNow',
  'script.failed',
  'script.roleArn',
  'script.roleMeans',
  'script.linkCreated',
  'script.checking',
  'script.verifying',
  'script.asking',
  'script.notFinished',
  'script.interrupted',
  'script.retryNotAssumable',
  'script.retryInconclusive',
  'script.retryRateLimited',
  'script.retrying',
  'script.nextTry',
  'script.stopWaiting',
] as const;

export type ScriptText = (typeof SCRIPT_TEXTS)[number];

/** The texts in the language of a page, with their placeholders, which the script fills. */
export function scriptMessages({ template }: Pick<Translator, 'template'>): Record<ScriptText, string> {
  return Object.fromEntries(SCRIPT_TEXTS.map((key) => [key, template(key)])) as Record<ScriptText, string>;
}
