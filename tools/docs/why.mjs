// The part of docs/guide/why-401.md that is generated: each reason with what is seen of it, and what to do.
import { remedies } from './remedies.mjs';

/** @typedef {import('../docs.mjs').Core} Core */

/** @param {string} text */
const quoted = (text) => `*${text}*`;

/** The rows that answer with a reason, by effect. @param {Core} core @param {string} reason @param {string} effect */
const rowsOf = ({ decisionTable }, reason, effect) =>
  decisionTable.filter(({ then }) => then.reason === reason && then.effect === effect).map(({ id }) => id);

/** @param {readonly string[]} ids */
const rowLinks = (ids) => ids.map((id) => `\`${id}\``).join(', ');

/** Which extra header a status brings along. @param {number | null} status */
const headersOf = (status) =>
  status === 401
    ? ', with `WWW-Authenticate`'
    : status === 429 || status === 503
      ? ', with `Retry-After`'
      : '';

/** What the caller sees of a reason. @param {Core} core @param {string} code */
function seenOf(core, code) {
  const { status, publicReason, publicWords } = core.reasons[code] ?? {};
  const denied = rowsOf(core, code, 'deny');
  const deferred = rowsOf(core, code, 'defer');
  const disclosed =
    code === 'address-refused' ? ' The address is named while `network.discloseAddress` is on.' : '';
  return [
    ...(denied.length > 0
      ? [
          `- **The caller sees** ${status}${headersOf(status ?? null)}, reason \`${publicReason}\`: ${quoted(publicWords ?? '')}${disclosed}`,
        ]
      : []),
    ...(deferred.length > 0
      ? [
          `- **${denied.length > 0 ? 'Or' : 'The caller sees'}** what the host answers: the request was deferred to it.`,
        ]
      : []),
    ...(denied.length + deferred.length === 0 ? ['- **The caller sees** what it asked for.'] : []),
  ];
}

/** One reason. @param {Core} core @param {string} code */
function renderReason(core, code) {
  const { administratorWords } = core.reasons[code] ?? {};
  const remedy = remedies[code];
  if (remedy === undefined) throw new Error(`tools/docs/remedies.mjs says nothing about ${code}`);
  const rows = core.decisionTable.filter(({ then }) => then.reason === code).map(({ id }) => id);
  return [
    `### ${code}`,
    '',
    ...seenOf(core, code),
    `- **The log says** \`${code}\`, row ${rowLinks(rows)}: ${quoted(administratorWords ?? '')}`,
    `- **Causes:** ${remedy.causes.join(' ')}`,
    `- **What to do:** ${remedy.remedy}`,
  ].join('\n');
}

/** Which reasons a status can have. @param {Core} core */
function renderStatuses(core) {
  const statuses = [...new Set(Object.values(core.reasons).map(({ status }) => status))]
    .filter((status) => status !== null)
    .sort((a, b) => a - b);
  const lines = statuses.map((status) => {
    const codes = Object.keys(core.reasons).filter((code) => core.reasons[code]?.status === status);
    return `| ${status} | ${codes.map((code) => `[${code}](#${code})`).join(' · ')} |`;
  });
  return ['| status | reasons that the log can have |', '| --- | --- |', ...lines].join('\n');
}

/** Every reason, denies first, in the order of the registry. @param {Core} core */
export function renderWhy(core) {
  const codes = Object.keys(core.reasons);
  const stray = Object.keys(remedies).filter((code) => !codes.includes(code));
  if (stray.length > 0)
    throw new Error(`tools/docs/remedies.mjs has reasons that are none: ${stray.join(', ')}`);
  const denies = codes.filter((code) => core.reasons[code]?.status !== null);
  const others = codes.filter((code) => core.reasons[code]?.status === null);
  return [
    renderStatuses(core),
    '## Reasons that refuse',
    ...denies.map((code) => renderReason(core, code)),
    '## Reasons that leave it to the host, or allow',
    ...others.map((code) => renderReason(core, code)),
  ].join('\n\n');
}
