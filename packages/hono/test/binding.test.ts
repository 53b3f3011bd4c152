import { type BindingTrait, httpBindingCases } from '@latchkey/testing';
import { describe, test } from 'vitest';
import { serving } from './server.ts';

describe('on Node', () => {
  for (const { title, run } of httpBindingCases()) test(title, () => run(serving(['asterisk-form'], false)));
});
const lacking: BindingTrait[] = [
  'raw-headers',
  'raw-target',
  'absolute-form',
  'asterisk-form',
  'peer',
  'departure',
];
describe('on a runtime that gives a Request and no more', () => {
  for (const { title, run } of httpBindingCases()) test(title, () => run(serving(lacking, true)));
});
