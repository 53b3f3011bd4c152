import { validities } from '../../token/validity.ts';
import { type Check, when } from './check.ts';

/** The checks of the bounds on validity. Spec: RE-1, VA */
export const validityChecks = [
  {
    code: 'maximum-never',
    severity: 'recommendation',
    remedy: 'Set a maximum, so that forgotten tokens end by themselves.',
    find: ({ settings: { validity } }) =>
      when(validity.maximum === 'never', ['validity', 'maximum'], 'Tokens may be created that never expire.'),
  },
  {
    code: 'maximum-lowered-keeps-existing',
    severity: 'warning',
    remedy: 'Set existing to clamp, or revoke the older tokens that outlive the new maximum.',
    find: ({ settings: { validity }, facts: { before } }) =>
      when(
        before !== undefined &&
          validity.existing === 'keep' &&
          // The longest stands first.
          validities.indexOf(validity.maximum) > validities.indexOf(before.validity.maximum),
        ['validity', 'existing'],
        'The maximum is lowered, but tokens that exist already keep their later expiry.',
      ),
  },
  {
    code: 'clamp-without-effect',
    severity: 'recommendation',
    remedy: 'Set a maximum, or set existing to keep.',
    find: ({ settings: { validity } }) =>
      when(
        validity.existing === 'clamp' && validity.maximum === 'never',
        ['validity', 'existing'],
        'Existing tokens are to be held to a maximum, but there is none.',
      ),
  },
] as const satisfies readonly Check[];
