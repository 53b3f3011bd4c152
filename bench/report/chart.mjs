// The charts as one SVG: bars from nought on a straight scale, ours in colour, each with its figure.
import { shown } from './table.mjs';

const width = 860;
const labelWidth = 300;
const valueWidth = 90;
const barHeight = 16;
const step = 23;
const titleHeight = 44;
const longest = width - labelWidth - valueWidth - 24;

const style = `
    text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f; }
    .title { font-weight: 600; font-size: 14px; }
    .quiet { fill: #57606a; font-size: 12px; }
    .bar { fill: #afb8c1; }
    .own { fill: #0969da; }
    .ground { fill: #ffffff; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .quiet { fill: #8d96a0; }
      .bar { fill: #484f58; }
      .own { fill: #4493f8; }
      .ground { fill: #0d1117; }
    }`;

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A rectangle whose right end is rounded. @param {number} top @param {number} length @param {boolean} isOwn */
function bar(top, length, isOwn) {
  const radius = Math.min(3, length / 2);
  const right = labelWidth + length;
  return `<path class="${isOwn ? 'own' : 'bar'}" d="M${labelWidth} ${top}H${(right - radius).toFixed(1)}a${radius.toFixed(1)} ${radius.toFixed(1)} 0 0 1 ${radius.toFixed(1)} ${radius.toFixed(1)}V${(top + barHeight - radius).toFixed(1)}a${radius.toFixed(1)} ${radius.toFixed(1)} 0 0 1 -${radius.toFixed(1)} ${radius.toFixed(1)}H${labelWidth}z"/>`;
}

/** @param {import('../harness/group.mjs').Chart} chart @param {number} top */
function panel({ title, unit, better, bars }, top) {
  const most = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map(({ name, value }, index) => {
    const y = top + titleHeight - 10 + index * step;
    const length = Math.max(1, (Math.max(0, value) / most) * longest);
    const figure = unit === '/s' ? `${shown(Math.round(value))} /s` : `${shown(value)} ${unit}`;
    return [
      `<text x="${labelWidth - 10}" y="${y + 12.5}" text-anchor="end">${escaped(name)}</text>`,
      bar(y, length, name.includes('Latchkey')),
      `<text x="${(labelWidth + length + 8).toFixed(1)}" y="${y + 12.5}">${escaped(figure)}</text>`,
    ].join('\n  ');
  });
  const words = `${unit === '/s' ? '' : `${escaped(unit)}, `}${better} is better`;
  return [
    `<text class="title" x="16" y="${top + 18}">${escaped(title)} <tspan class="quiet" font-weight="400">${words}</tspan></text>`,
    ...lines,
  ].join('\n  ');
}

/** @param {readonly import('../harness/group.mjs').Chart[]} charts */
export function svgOf(charts) {
  let top = 12;
  const panels = [];
  for (const chart of charts) {
    panels.push(panel(chart, top));
    top += titleHeight + chart.bars.length * step;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img" aria-label="Latchkey and its peers, measured side by side">
  <style>${style}
  </style>
  <rect class="ground" width="${width}" height="${top}"/>
  ${panels.join('\n  ')}
</svg>
`;
}
