// The last frame that a program drew on a terminal, as a page. Knows the few sequences that the tool writes, and drops none silently.

const FRAME = '\u001b[H';
/** DejaVu Sans Mono at 13.2877 pixels: a whole number of pixels each way, so that blocks meet. */
const CELL = { width: 8, height: 15 };
const MARGIN = 16;
const PROMPT_COLUMNS = 2;
const COLOURS = { 31: '#ff7b72', 32: '#56d364', 33: '#e3b341', 36: '#79c0ff' };

/**
 * @param {string} record all that was written
 * @param {{ columns: number, rows: number, command: string }} options
 * @returns {{ html: string, width: number, height: number }} in CSS pixels
 */
export function terminalPage(record, { columns, rows, command }) {
  const frames = record.split(FRAME).slice(1).map((frame) => frame.split('\u001b[?2026l')[0] ?? '');
  const last = frames.findLast((frame) => frame.includes('\n'));
  if (last === undefined) throw new TypeError('nothing was drawn');
  const lines = last.split(/\r?\n/).slice(0, rows).map(lineToHtml);
  const typed = continued(command, columns - PROMPT_COLUMNS);
  const [width, height] = [Math.ceil(columns * CELL.width + 2 * MARGIN), (typed.length + 1 + lines.length) * CELL.height + 2 * MARGIN];
  return { html: page([`<b class="prompt">$</b> ${escaped(typed.join('\n'))}`, '', ...lines].join('\n'), width), width, height };
}

/** A command line as it can be typed in lines of so many columns. */
function continued(command, columns) {
  const lines = [''];
  for (const word of command.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length + ' \\'.length < columns) lines[lines.length - 1] = `${line}${line === '' ? '' : ' '}${word}`;
    else lines.push(`    ${word}`);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

function lineToHtml(line) {
  let open = 0;
  const html = escaped(line).replaceAll(/\u001b\[([?\d;]*)([A-Za-z])/g, (sequence, parameters, kind) => {
    if (kind === 'K' || kind === 'J' || kind === 'l' || kind === 'h') return '';
    if (kind !== 'm') throw new TypeError(`no frame held ${JSON.stringify(sequence)} before`);
    return parameters.split(';').map((code) => styled(code)).join('');
  });
  return html + '</span>'.repeat(open);

  function styled(code) {
    if (['22', '39', '0', ''].includes(code)) {
      if (open === 0) return '';
      open -= 1;
      return '</span>';
    }
    open += 1;
    if (code === '1') return '<span style="font-weight:bold;color:#fff">';
    if (code === '2') return '<span style="color:#8b949e">';
    if (COLOURS[code] === undefined) throw new TypeError(`no frame had colour ${code} before`);
    return `<span style="color:${COLOURS[code]}">`;
  }
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function page(lines, width) {
  return `<!doctype html><meta charset="utf-8"><style>
html, body { margin: 0; background: #0d1117; }
pre { margin: 0; padding: ${MARGIN}px; width: ${width}px; box-sizing: border-box; color: #e6edf3; font: 13.2877px/${CELL.height}px "DejaVu Sans Mono", monospace; overflow: hidden; white-space: pre; }
.prompt { color: #79c0ff; }
</style><pre>${lines}</pre>`;
}
