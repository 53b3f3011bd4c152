import { hostTokenSection } from '../hosts.ts';
import { type Check, type Reviewed, when } from './check.ts';

const isSectionVisible = ({ host, facts }: Reviewed): boolean =>
  hostTokenSection(host, facts.hostVersion) === 'visible';

/** The checks of what is accepted beside our tokens: passwords and the host's own tokens. Spec: RE-1, DE-5, HT-1 */
export const credentialChecks = [
  {
    code: 'passwords-accepted',
    severity: 'recommendation',
    remedy: 'Refuse passwords once every client uses tokens.',
    find: ({ settings: { passwords } }) =>
      when(
        passwords.mode === 'accepted',
        ['passwords', 'mode'],
        'The REST API takes passwords as well, which know no scope, no expiry and no permission to use.',
      ),
  },
  {
    code: 'tokens-tried-as-passwords',
    severity: 'warning',
    remedy: 'Set recognisedTokens to refuse, or refuse passwords.',
    find: ({ settings: { passwords } }) =>
      when(
        passwords.mode === 'accepted' && passwords.recognisedTokens === 'defer',
        ['passwords', 'recognisedTokens'],
        'Tokens that are not accepted are tried as passwords, count as failed logins and can lock their user out.',
      ),
  },
  {
    code: 'path-guard-off',
    severity: 'warning',
    remedy: 'Turn the path guard on.',
    find: ({ settings: { passwords } }) =>
      when(
        passwords.mode === 'refused' && !passwords.pathGuard,
        ['passwords', 'pathGuard'],
        'Passwords are refused, but a REST address that is written with traversal could still reach a page that takes them.',
      ),
  },
  {
    code: 'remote-api-open',
    severity: 'warning',
    remedy: 'Close the exception once no client needs the remote API.',
    find: ({ settings: { passwords } }) =>
      when(
        passwords.mode === 'refused' && passwords.remoteApi === 'accepted',
        ['passwords', 'remoteApi'],
        'Passwords are refused, except on the remote API, which can change as much as REST can.',
      ),
  },
  {
    code: 'host-tokens-accepted',
    severity: 'warning',
    remedy:
      'Refuse them, or disable them in the host; if Latchkey is removed later, only the host itself can enable its tokens again.',
    find: (reviewed) =>
      when(
        reviewed.settings.hostTokens === 'accepted' && isSectionVisible(reviewed),
        ['hostTokens'],
        "The host's own personal access tokens are accepted too, and they bypass scopes and permissions.",
      ),
  },
  {
    code: 'host-tokens-absent',
    severity: 'recommendation',
    remedy: 'Set hostTokens to accepted if other bearer credentials are meant to reach the host.',
    find: (reviewed) =>
      when(
        reviewed.settings.hostTokens === 'refused' && !isSectionVisible(reviewed),
        ['hostTokens'],
        'The host has no personal access tokens of its own, so this refuses every other bearer credential.',
      ),
  },
] as const satisfies readonly Check[];
