import { describe, expect, it } from 'vitest';
import { defaultSettings, hosts, parseSettings, type Settings, settingsJsonSchema } from '../../src/index.ts';
import { translate } from '../../src/settings/schema.ts';

/** Settings that a test may spoil at will. */
type Draft = Record<string, unknown> & { validity: Spoilt; network: Spoilt; permissions: Spoilt };
type Spoilt = Record<string, unknown>;

const edit = (change: (draft: Draft) => void, host = hosts.jira): unknown => {
  const draft = structuredClone(defaultSettings(host)) as unknown as Draft;
  change(draft);
  return draft;
};
const problems = (input: unknown, host = hosts.jira) => {
  const parsed = parseSettings(input, host);
  return parsed.ok ? [] : parsed.problem.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
};
const settings = (input: unknown, host = hosts.jira): Settings => {
  const parsed = parseSettings(input, host);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.value;
};

describe('settings document', () => {
  it.each(Object.values(hosts))('SE-1 the defaults of $name parse as they stand', (host) => {
    expect(settings(defaultSettings(host), host)).toEqual(defaultSettings(host));
    expect(defaultSettings(host).permissions.createOnBehalf.groups).toEqual(host.administratorGroups);
  });

  it('DE-5 only the generic profile refuses recognised tokens by default', () => {
    const defaults = Object.values(hosts).map((host) => [host.name, defaultSettings(host).passwords]);
    expect(Object.fromEntries(defaults)).toEqual({
      jira: { mode: 'accepted', recognisedTokens: 'defer' },
      confluence: { mode: 'accepted', recognisedTokens: 'defer' },
      bitbucket: { mode: 'accepted', recognisedTokens: 'defer' },
      generic: { mode: 'accepted', recognisedTokens: 'refuse' },
    });
  });

  it('SE a choice that is left out is required', () => {
    const input = edit((draft) => {
      draft.permissions.use = {};
      draft.passwords = {};
    });
    expect(problems(input)).toEqual(['permissions.use.to: required', 'passwords.mode: required']);
  });

  it('SE an issue of a kind that no check here raises is an issue all the same', () => {
    const issue = { code: 'not_multiple_of', divisor: 2, origin: 'number', path: ['version'], message: '' };
    expect(translate(issue as never, { version: 1 })).toEqual([
      { code: 'invalid', path: ['version'], message: 'This value is not allowed here.' },
    ]);
  });

  it.each<[string, unknown, (string | number)[]]>([
    ['no document', null, ['network', 'allow']],
    ['a part that is missing', {}, ['network', 'allow']],
    ['a text', { network: 'any' }, ['network', 'length']],
  ])('SE what a path reaches through %s only is missing', (_name, input, path) => {
    const issue = { code: 'invalid_type', expected: 'array', path, message: '' };
    expect(translate(issue as never, input)).toEqual([
      { code: 'required', path, message: 'Expected a JSON array.' },
    ]);
  });

  it('SE every problem is reported at once, each with its path', () => {
    const input = edit((draft) => {
      draft.version = 2;
      draft.validity.maximum = 'P12M';
      draft.network.allow = ['10.0.0.1', '10.0.0.1/8', '10/8'];
      draft.hostTokens = undefined;
      draft.colour = 'blue';
      draft.permissions.use = { to: 'groups', groups: [] };
    });
    expect(problems(input).sort()).toEqual(
      [
        'version: not-an-option',
        'validity.maximum: not-an-option',
        'network.allow.1: host-bits-set',
        'network.allow.2: address-malformed',
        'hostTokens: required',
        'colour: unknown-key',
        'permissions.use.groups: list-empty',
      ].sort(),
    );
  });

  it.each([
    ['null', null, ': wrong-type'],
    ['a list', [], ': wrong-type'],
    ['text', 'settings', ': wrong-type'],
    ['nothing', undefined, ': required'],
  ])('SE a document that is %s is one problem', (_name, input, problem) => {
    expect(problems(input)).toEqual([problem]);
  });

  it('SE keys that reach for prototypes are unknown keys', () => {
    const input = JSON.parse(
      `{"__proto__": {"version": 1}, ${JSON.stringify(defaultSettings(hosts.jira)).slice(1)}`,
    );
    expect(problems(input)).toEqual(['__proto__: unknown-key']);
  });

  it('SE-2 the path guard and the remote API exception exist only while passwords are refused', () => {
    const accepted = edit((draft) => {
      draft.passwords = {
        mode: 'accepted',
        recognisedTokens: 'defer',
        pathGuard: true,
        remoteApi: 'refused',
      };
    });
    expect(problems(accepted)).toEqual([
      'passwords.pathGuard: unknown-key',
      'passwords.remoteApi: unknown-key',
    ]);
    const refused = edit((draft) => {
      draft.passwords = { mode: 'refused', pathGuard: true, remoteApi: 'refused', recognisedTokens: 'defer' };
    });
    expect(problems(refused)).toEqual(['passwords.recognisedTokens: unknown-key']);
  });

  it('SE-2 an exception for a remote API needs a host that has one', () => {
    const exception = (draft: Draft) => {
      draft.passwords = { mode: 'refused', pathGuard: false, remoteApi: 'accepted' };
    };
    expect(problems(edit(exception), hosts.jira)).toEqual(['passwords.remoteApi: no-remote-api']);
    expect(problems(edit(exception, hosts.confluence), hosts.confluence)).toEqual([]);
  });

  it('PE-1 on behalf is never everyone, and each grant names one group or more', () => {
    const everyone = edit((draft) => {
      draft.permissions.createOnBehalf = { to: 'everyone' };
    });
    expect(problems(everyone)).toContain('permissions.createOnBehalf.to: not-an-option');
    const nobody = edit((draft) => {
      draft.permissions.createOnBehalf = { to: 'groups', groups: [] };
      draft.permissions.create = { to: 'groups', groups: ['', 'a\nb', 7], readOnly: false };
    });
    expect(problems(nobody)).toEqual([
      'permissions.create.groups.0: group-malformed',
      'permissions.create.groups.1: group-malformed',
      'permissions.create.groups.2: wrong-type',
      'permissions.createOnBehalf.groups: list-empty',
    ]);
  });

  it('AL-1 what is stored is canonical text, and a bad entry names its hint', () => {
    const proxied = edit((draft) => {
      draft.network.allow = [' 2001:DB8:0::1 ', '::ffff:10.0.0.0/104', '10.0.0.1 - 10.0.0.9'];
      draft.network.reverseProxy = { trusted: ['::FFFF:192.0.2.1'], header: 'X-Real-IP', onMissing: 'deny' };
    });
    const { network } = settings(proxied);
    expect(network.allow).toEqual(['2001:db8::1', '10.0.0.0/8', '10.0.0.1-10.0.0.9']);
    expect(network.reverseProxy).toEqual({ trusted: ['192.0.2.1'], header: 'X-Real-IP', onMissing: 'deny' });
    const parsed = parseSettings(
      edit((draft) => {
        draft.network.allow = ['10.0.0.1/8'];
      }),
      hosts.jira,
    );
    expect(parsed).toMatchObject({ ok: false, problem: [{ hint: '10.0.0.0/8 or 10.0.0.1' }] });
  });

  it('AL-2 proxy support needs a trusted proxy, and never trusts everybody', () => {
    const trusting = (trusted: unknown) =>
      edit((draft) => {
        draft.network.reverseProxy = { trusted, header: 'X-Forwarded-For', onMissing: 'deny' };
      });
    expect(problems(trusting([]))).toEqual(['network.reverseProxy.trusted: list-empty']);
    for (const entry of ['0.0.0.0/0', '::/0', '0.0.0.0', '::'])
      expect(problems(trusting([entry])), entry).toHaveLength(1);
  });

  it.each(['', 'X Forwarded', 'Authorization', 'cookie', 'X-Fwd:', 'naïve'])(
    'PX-4 %j is no header to read a client address from',
    (header) => {
      const input = edit((draft) => {
        draft.network.reverseProxy = { trusted: ['10.0.0.1'], header, onMissing: 'deny' };
      });
      expect(problems(input)).toEqual(['network.reverseProxy.header: header-malformed']);
    },
  );

  it('AL-1 takes 100,000 entries and refuses more', () => {
    const many = (count: number) =>
      edit((draft) => {
        draft.network.allow = Array.from(
          { length: count },
          (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
        );
      });
    expect(problems(many(100_000))).toEqual([]);
    expect(problems(many(100_001))).toEqual(['network.allow: list-too-long']);
  });

  it('CL the JSON Schema names every part and allows no other', () => {
    const schema = settingsJsonSchema(hosts.jira) as { required: string[]; additionalProperties: boolean };
    expect(schema.required.sort()).toEqual(Object.keys(defaultSettings(hosts.jira)).sort());
    expect(schema.additionalProperties).toBe(false);
  });
});
