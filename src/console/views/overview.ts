import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { layout } from './layout.ts';

export function overviewPage(context: ConsoleContext): Html {
  return layout(context, 'Overview', html`<h1>Overview</h1>`);
}
