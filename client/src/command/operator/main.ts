#!/usr/bin/env node
import { runAsProcess } from '../run-as-process.ts';
import { run } from './run.ts';

await runAsProcess('countersign', run);
