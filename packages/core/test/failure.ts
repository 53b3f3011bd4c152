import { hosts, type TokenRecord } from '../src/index.ts';
import { composeToken, crc32 } from '../src/token/text.ts';
import { now, settingsOf, token } from './world.ts';

/** Settings under which no token in our format is deferred. */
export const closed = settingsOf(hosts.jira, { passwords: { mode: 'accepted', recognisedTokens: 'refuse' } });
const live = token();
const expired = token({ expiresAt: now - 1 });
const revoked = token({ revokedAt: now - 1, revokedBy: 'ada' });
const inactive = token({ subject: 'eve' });
const gone = token({ subject: 'nobody' });
const all = [live, expired, revoked, inactive, gone];
/** The records that the store holds. */
export const records: readonly TokenRecord[] = all.map(({ record }) => record);
/** The text of the token of one of them. */
export const textOf = (record: TokenRecord): string => all.find((one) => one.record === record)?.text ?? '';
const absent = token();

/** The same id with the secret of another token, and a checksum that holds. */
function forged(): string {
  const { text } = composeToken('lk', (count) => new Uint8Array(count).fill(count));
  const body = `lk_${live.record.id}_${text.slice(20, 63)}`;
  const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let rest = crc32(body);
  let check = '';
  for (let place = 0; place < 6; place++) {
    check = base62.charAt(rest % 62) + check;
    rest = Math.floor(rest / 62);
  }
  return body + check;
}

/** A way in which a credential of our format ends. */
export type Case =
  | 'unknown token'
  | 'unknown user'
  | 'wrong user'
  | 'wrong secret'
  | 'expired'
  | 'revoked'
  | 'subject inactive'
  | 'subject gone'
  | 'live';
/** Every way in which a credential of our format can fail, and the one in which it does not. */
export const cases: Readonly<Record<Case, readonly [user: string, text: string]>> = {
  'unknown token': ['ada', absent.text],
  'unknown user': ['no-such-user', live.text],
  'wrong user': ['bob', live.text],
  'wrong secret': ['ada', forged()],
  expired: ['ada', expired.text],
  revoked: ['ada', revoked.text],
  'subject inactive': ['eve', inactive.text],
  'subject gone': ['nobody', gone.text],
  live: ['ada', live.text],
};
/** All of them. */
export const names = Object.keys(cases) as Case[];
