import { describe, expect, it } from 'vitest';
import { surfaceIgnoringCase, surfaceOf } from '../../src/parse/prefix.ts';

const rules = { contextPath: '/App', governed: ['/rest/', '/v1', '/kZ'], remote: ['/rpc/', '/v1/soap'] };

describe('TA-2 prefixes', () => {
  it.each([
    ['/App/rest', 'rest', 'rest'],
    ['/App/rest/', 'rest', 'rest'],
    ['/App/rest/a', 'rest', 'rest'],
    ['/App/restful', 'other', 'other'],
    ['/App/res', 'other', 'other'],
    ['/App/v1', 'rest', 'rest'],
    ['/App/v1/soap', 'rest', 'rest'],
    ['/App/v10', 'other', 'other'],
    ['/App/rpc/x', 'remote', 'remote'],
    ['/App/RPC', 'other', 'remote'],
    ['/app/rest', 'other', 'rest'],
    ['/APP/Rest/x', 'other', 'rest'],
    ['/app/restful', 'other', 'other'],
    ['/rest', 'other', 'other'],
    ['/App', 'other', 'other'],
    ['/', 'other', 'other'],
    ['/App/re\u017ft/x', 'other', 'rest'],
    ['/App/re\u017ftx', 'other', 'other'],
    ['/App/re\ufb06', 'other', 'rest'],
    ['/App/\u212aZ', 'other', 'rest'],
    ['/App/kz', 'other', 'rest'],
    ['/App/re\ufb06/x', 'other', 'rest'],
    ['/App/re\ufb06x', 'other', 'other'],
    ['/App/\u00e9', 'other', 'other'],
    ['/App@rest', 'other', 'other'],
    ['/App/rest`', 'other', 'other'],
  ] as const)('TA-2 %j is %s, without case %s', (path, exact, folded) => {
    expect(surfaceOf(path, rules)).toBe(exact);
    expect(surfaceIgnoringCase(path, rules)).toBe(folded);
  });

  it('TA-2 letters only fold, not the characters beside them', () => {
    const marks = { contextPath: '', governed: ['/@[`{'], remote: [] };
    expect(surfaceIgnoringCase('/@[`{', marks)).toBe('rest');
    expect(surfaceIgnoringCase('/`[`{', marks)).toBe('other');
    expect(surfaceIgnoringCase('/@{`{', marks)).toBe('other');
  });

  it('TA-2 a prefix of a slash governs everything below the context path', () => {
    expect(surfaceOf('/anything', { contextPath: '', governed: ['/'], remote: [] })).toBe('rest');
    expect(surfaceOf('/', { contextPath: '', governed: ['/'], remote: [] })).toBe('rest');
    expect(surfaceOf('/app', { contextPath: '/app', governed: ['/'], remote: [] })).toBe('rest');
    expect(surfaceOf('/apple', { contextPath: '/app', governed: ['/'], remote: [] })).toBe('other');
  });

  it('TA-2 a context path outside ASCII compares exactly and folded', () => {
    const host = { contextPath: '/stra\u00dfe', governed: ['/\u00e9t\u00e9/'], remote: [] };
    expect(surfaceOf('/stra\u00dfe/\u00e9t\u00e9/x', host)).toBe('rest');
    expect(surfaceOf('/STRASSE/\u00c9T\u00c9/x', host)).toBe('other');
    expect(surfaceIgnoringCase('/STRASSE/\u00c9T\u00c9/x', host)).toBe('rest');
    expect(surfaceIgnoringCase('/STRASSE/\u00c9T\u00c9x', host)).toBe('other');
  });
});
