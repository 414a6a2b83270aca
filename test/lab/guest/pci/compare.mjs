import { ROWS } from './lspci.mjs';

/** @typedef {import('./channel.ts').ReadRegister} ReadRegister */

/**
 * Compares the registers of one function with what lspci prints of it: every byte, and every value that both have a name for.
 *
 * @param {readonly ReadRegister[]} registers
 * @param {import('./lspci.mjs').Printed} printed
 */
export function compareFunction(registers, printed) {
  const found = { registers: 0, bytes: 0, values: 0, disagreements: /** @type {string[]} */ ([]) };
  for (const register of registers) {
    found.registers += 1;
    found.bytes += register.bytes.length / 2;
    const theirs = printed.bytes.toString('hex', register.offsetBytes, register.offsetBytes + register.bytes.length / 2);
    if (theirs !== register.bytes) found.disagreements.push(`${register.name} at 0x${register.offsetBytes.toString(16)}: lspci has ${theirs}, we ${register.bytes}`);
    const text = register.name === 'HEADER' ? printed.head : printed.capabilities.get(register.offsetBytes)?.text;
    if (text === undefined) found.disagreements.push(`${register.name} at 0x${register.offsetBytes.toString(16)}: lspci has none there`);
    else found.values += compareValues(register, text, found.disagreements);
  }
  return found;
}

/** @param {ReadRegister} register @param {string} text @param {string[]} disagreements */
function compareValues({ name, values }, text, disagreements) {
  let compared = 0;
  for (const [register, path, pattern, meaning] of ROWS) {
    const said = register === name ? pattern.exec(text)?.[1] : undefined;
    const [field = '', flag] = path.split(' ');
    const value = values[field];
    if (said === undefined || value === undefined) continue;
    const ours = flag === undefined ? value : Number(Array.isArray(value) && value.includes(flag));
    compared += 1;
    if (ours !== meaning(said)) disagreements.push(`${name}.${path}: lspci says ${said} (${String(meaning(said))}), we ${String(ours)}`);
  }
  return compared;
}
