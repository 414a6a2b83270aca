import { run } from './tools.mjs';

/**
 * A field as mstreg knows it.
 *
 * @typedef {object} TheirField
 * @property {string} name with the names of all structures around it
 * @property {number} offsetBits from the register's first byte, whose highest bit is 0
 * @property {number} sizeBits
 * @property {string} access
 */

const DWORD_BITS = 32;

/** @type {Map<string, TheirField[]>} by register; the same for every device */
const fieldsOf = new Map();

/**
 * The cells of a table's rows.
 *
 * @param {string} text
 */
function rows(text) {
  return text.split('\n').filter((line) => / \| +0x[0-9a-f]{8}/.test(line)).map((line) => line.split('|').map((cell) => cell.trim()));
}

/**
 * The registers that mstreg knows by name on this device.
 *
 * @param {string} device
 */
export async function theirRegisters(device) {
  const { stdout } = await run('mstreg', '-d', device, '--show_regs');
  return stdout.split('\n').map((line) => line.trim()).filter((line) => /^\w+$/.test(line));
}

/**
 * The fields of a register, all variants of its unions beside each other.
 *
 * @param {string} device
 * @param {string} register
 * @returns {Promise<TheirField[]>}
 */
export async function theirFields(device, register) {
  const known = fieldsOf.get(register);
  if (known !== undefined) return known;
  const { stdout } = await run('mstreg', '-d', device, '--show_reg', register, '--full_path');
  const fields = rows(stdout).map(([name = '', address = '', low = '', size = '', access = '']) => ({
    name, offsetBits: Number(address) * 8 + DWORD_BITS - Number(low) - Number(size), sizeBits: Number(size), access,
  }));
  fieldsOf.set(register, fields);
  return fields;
}

/**
 * Reads a register by name: the value of each field, or what mstreg says where it is refused.
 *
 * @param {string} device
 * @param {string} register
 * @param {{ indexes: readonly string[], operations: readonly string[] }} question `field=value`
 * @returns {Promise<Map<string, bigint> | string>}
 */
export async function theirValues(device, register, { indexes, operations }) {
  const words = [...(indexes.length === 0 ? [] : ['--indexes', indexes.join(',')]), ...(operations.length === 0 ? [] : ['--op', operations.join(',')])];
  const { status, stdout, stderr } = await run('mstreg', '-d', device, '--get', '--reg_name', register, '--full_path', ...words);
  return status === 0 ? new Map(rows(stdout).map(([name = '', value = '']) => [name, BigInt(value)])) : `${stdout}${stderr}`.trim().split('\n').at(-1) ?? '';
}
