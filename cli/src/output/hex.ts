const LINE_BYTES = 16;

/** A dump for people: position, sixteen bytes in two groups, and their printable characters. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let position = 0; position < bytes.length; position += LINE_BYTES) {
    lines.push(hexLine(position, bytes.subarray(position, position + LINE_BYTES)));
  }
  return lines.join('');
}

function hexLine(position: number, bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const halves = [digits.slice(0, LINE_BYTES / 2), digits.slice(LINE_BYTES / 2)].map((half) => half.join(' ').padEnd((LINE_BYTES / 2) * 3 - 1));
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${position.toString(16).padStart(8, '0')}  ${halves.join('  ')}  |${text}|\n`;
}
