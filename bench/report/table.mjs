// Results as Markdown.

/** Three digits that matter; whole numbers as they are. @param {number} value */
export function shown(value) {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return `${Number(value.toPrecision(3))}`;
}

/** @param {import('../harness/group.mjs').Target} target */
const judged = ({ what, bound, limit, measured, unit, verdict }) => {
  const suffix = unit === '' ? '' : ` ${unit}`;
  return `| ${what} | ${bound} ${shown(limit)}${suffix} | ${shown(measured)}${suffix} | ${verdict === 'ok' ? 'ok' : `**${verdict}**`} |`;
};

/** @param {readonly import('../harness/group.mjs').Target[]} targets */
export const targetTable = (targets) =>
  ['| what | target | measured | |', '| --- | --- | --- | --- |', ...targets.map(judged)].join('\n');

/** @param {readonly import('../harness/group.mjs').Figure[]} figures */
export const figureTable = (figures) =>
  [
    '| what | figure | how |',
    '| --- | ---: | --- |',
    ...figures.map(({ name, value, unit, note = '' }) => `| ${name} | ${shown(value)} ${unit} | ${note} |`),
  ].join('\n');

/** A group as the terminal shows it. @param {import('../run.mjs').Measured} group */
export const printed = ({ title, about, figures, targets }) =>
  [`## ${title}`, about, figureTable(figures), ...(targets.length > 0 ? [targetTable(targets)] : [])].join(
    '\n\n',
  );
