import { describe, expect, it } from 'vitest';
import { type AuditEvent, isEventWanted, tokensOfEvent } from '../src/audit.ts';

const event = (kind: AuditEvent['kind'], more: object): AuditEvent =>
  ({ kind, at: 10, actor: 'ada', actorTokenId: 't', address: null, ...more }) as AuditEvent;

describe('events', () => {
  it.each<[AuditEvent['kind'], object, readonly string[]]>([
    ['tokens-purged', { tokenIds: ['a', 'b', 'a'] }, ['a', 'b']],
    ['token-rotated', { tokenId: 'a', replacedBy: 'b' }, ['a', 'b']],
    ['token-rotated', { tokenId: 'a', replacedBy: 'a' }, ['a']],
    ['token-issued', { tokenId: 'a' }, ['a']],
    ['token-relabelled', { tokenId: 'a' }, ['a']],
    ['token-revoked', { tokenId: 'a' }, ['a']],
    ['settings-changed', {}, []],
    ['request-accepted', {}, ['t']],
    ['request-refused', {}, ['t']],
    ['request-deferred', { actorTokenId: null }, []],
  ])('TK-7 an event %s of %j is about %j', (kind, more, tokens) => {
    expect(tokensOfEvent(event(kind, more))).toEqual(tokens);
  });

  it.each<[object, boolean]>([
    [{}, true],
    [{ kind: 'token-issued' }, true],
    [{ kind: 'token-revoked' }, false],
    [{ actor: 'ada' }, true],
    [{ actor: 'bob' }, false],
    [{ tokenId: 'a' }, true],
    [{ tokenId: 't' }, false],
    [{ at: {} }, true],
    [{ at: { from: 10 } }, true],
    [{ at: { from: 11 } }, false],
    [{ at: { before: 11 } }, true],
    [{ at: { before: 10 } }, false],
    [{ at: { from: 9, before: 10 } }, false],
    [{ kind: 'token-issued', actor: 'ada', tokenId: 'a', at: { from: 10, before: 11 } }, true],
  ])('TK-7 the filter %j lets it through: %s', (filter, wanted) => {
    expect(isEventWanted(event('token-issued', { tokenId: 'a' }), filter)).toBe(wanted);
  });
});
