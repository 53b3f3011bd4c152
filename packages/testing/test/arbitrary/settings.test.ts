import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb } from '../../src/index.ts';
import { parseRange } from '../../src/reference/range.ts';

const made = arb.host.chain((host) => arb.settings(host).map((settings) => ({ host, settings })));

describe('arb.settings', () => {
  it('SE-2 never writes an impossible combination', () => {
    fc.assert(
      fc.property(made, ({ host, settings }) => {
        const { passwords } = settings;
        const keys =
          passwords.mode === 'accepted' ? ['mode', 'recognisedTokens'] : ['mode', 'pathGuard', 'remoteApi'];
        expect(Object.keys(passwords).sort()).toEqual(keys);
        if (passwords.mode === 'refused' && host.remote.length === 0)
          expect(passwords.remoteApi).toBe('refused');
      }),
    );
  });

  it('PE-1 gives every list of groups at least one, and on-behalf never to everyone', () => {
    fc.assert(
      fc.property(made, ({ settings: { permissions } }) => {
        expect(permissions.createOnBehalf.to).toBe('groups');
        for (const grant of Object.values(permissions)) {
          if (grant.to === 'groups') expect(grant.groups.length).toBeGreaterThan(0);
          else expect(Object.keys(grant)).not.toContain('groups');
        }
      }),
    );
  });

  it('AL lists only entries that parse, and AL-2 trusts at least one', () => {
    fc.assert(
      fc.property(made, ({ settings: { network } }) => {
        const trusted = network.reverseProxy?.trusted ?? ['10.0.0.0/8'];
        expect(trusted.length).toBeGreaterThan(0);
        for (const entry of [...network.allow, ...trusted]) expect(parseRange(entry), entry).not.toBeNull();
      }),
    );
  });

  it('HO mounts the management API below a governed prefix', () => {
    fc.assert(
      fc.property(arb.host, (host) => {
        expect(host.governed.some((prefix) => host.mountPath.startsWith(prefix))).toBe(true);
        expect(host.contextPath).toMatch(/^(\/[^/]+)*$/);
      }),
    );
  });
});
