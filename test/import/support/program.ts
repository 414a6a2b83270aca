import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Row, Type } from './rows.js';

/** What the compiler says of a member: bits, and of an array also those of one element. */
export interface Measured {
  readonly offsetBits: number;
  readonly sizeBits: number;
  /** Of the first element of an array that was packed; zero for anything else. */
  readonly firstBits: number;
  /** What was packed into it: one value, or one for each element or byte. */
  readonly values: readonly bigint[];
}

/** What the compiled program says of a type. */
export interface MeasuredType {
  readonly sizeBits: number;
  readonly own: readonly Measured[];
  /** The structure's bytes with random values in all leaves, as the header's places say. */
  readonly packed: Uint8Array;
  readonly leaves: readonly Measured[];
}

/** What sets a kind of header apart: the C of what it needs, and of a `set` that writes a value as its drivers do. */
export interface HeaderLanguage {
  /** Bits that one byte of C stands for. */
  readonly unitBits: 1 | 8;
  readonly declarations: string;
  readonly accessor: string;
}

const START = `
#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
`;

const MEMBERS = `
#include HEADER

struct member { unsigned long offset, size, first, each; };
struct type { unsigned long size; unsigned own, leaves; };
#define WHOLE(T, m) { offsetof(T, m) * UNIT, sizeof(((T *)0)->m) * UNIT, 0, sizeof(((T *)0)->m) * UNIT }
#define PART(T, m, shift, width) { offsetof(T, m) * UNIT + (shift), (width), 0, (width) }
#define BYTES(T, m) { offsetof(T, m) * UNIT, sizeof(((T *)0)->m) * UNIT, 0, 8 }
#define ELEMENTS(T, m, each) { offsetof(T, m) * UNIT, sizeof(((T *)0)->m) * UNIT, sizeof(((T *)0)->m[0]) * UNIT, each }
#define FLEXIBLE(T, m) { offsetof(T, m) * UNIT, sizeof(((T *)0)->m[0]) * UNIT, 0, 0 }

static uint64_t state = SEED;

static uint64_t draw(unsigned long width)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return width < 64 ? state & ((1ULL << width) - 1) : state;
}
`;

/** Headers of bits: an aligned 32-bit or 64-bit word as the drivers' macros do; what straddles words goes bit by bit. */
export const BITS_HEADER: HeaderLanguage = { unitBits: 1, declarations: `
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define DECLARE_FLEX_ARRAY(TYPE, NAME) struct { struct { } __empty_##NAME; TYPE NAME[]; }
`, accessor: `
static void set32(u8 *p, unsigned long offset, unsigned long width, uint32_t value)
{
	uint32_t word;
	unsigned long shift = 32 - width - offset % 32;
	uint32_t mask = (uint32_t)(((1ULL << width) - 1) << shift);

	memcpy(&word, p + offset / 32 * 4, 4);
	word = htonl((ntohl(word) & ~mask) | (value << shift & mask));
	memcpy(p + offset / 32 * 4, &word, 4);
}

static void set(u8 *p, unsigned long offset, unsigned long width, uint64_t value)
{
	if (offset % 32 + width <= 32) {
		set32(p, offset, width, (uint32_t)value);
	} else if (width == 64 && offset % 32 == 0) {
		set32(p, offset, 32, (uint32_t)(value >> 32));
		set32(p, offset + 32, 32, (uint32_t)value);
	} else {
		for (unsigned long bit = 0; bit < width; bit++)
			set32(p, offset + bit, 1, value >> (width - 1 - bit) & 1);
	}
	printf(" %llx", (unsigned long long)value);
}
` };

const integers = [8, 16, 32, 64].map((bits) => `typedef int${bits}_t s${bits};\n${bits === 8 ? '' : `typedef uint${bits}_t u${bits}, __le${bits}, __be${bits};\n`}`).join('');

/** Headers of little-endian structures: a value lies at its place in the 64-bit word that begins at its first byte. */
export const STRUCTURES_HEADER: HeaderLanguage = { unitBits: 8, declarations: `
#include <endian.h>
#include <stdbool.h>
#define __packed __attribute__((packed))
${integers}`, accessor: `
static void set(u8 *p, unsigned long offset, unsigned long width, uint64_t value)
{
	uint64_t word;

	memcpy(&word, p + offset / 8, 8);
	word = htole64(le64toh(word) | value << offset % 8);
	memcpy(p + offset / 8, &word, 8);
	printf(" %llx", (unsigned long long)value);
}
` };

const PACK = `
static void pack(u8 *p, const struct member *m)
{
	printf("L %lu %lu %lu", m->offset, m->size, m->first);
	for (unsigned long at = 0; at < m->size; at += m->each)
		set(p, m->offset + at, m->each, draw(m->each));
	printf("\\n");
}
`;

const MAIN = `
int main(void)
{
	const struct member *m = members;

	for (const struct type *t = types; t < types + sizeof(types) / sizeof(*types); t++) {
		u8 *p = calloc(t->size / 8 + 16, 1);

		printf("T %lu\\n", t->size);
		for (unsigned i = 0; i < t->own; i++, m++)
			printf("M %lu %lu\\n", m->offset, m->size);
		for (unsigned i = 0; i < t->leaves; i++, m++)
			pack(p, m);
		printf("B ");
		for (unsigned long i = 0; i < (t->size + 7) / 8; i++)
			printf("%02x", p[i]);
		printf("\\n");
		free(p);
	}
	return 0;
}
`;

/** Compiles a program that includes the header, runs it, and gives what it says of each type, in their order. */
export function measure(header: string, types: readonly Type[], seed: number, language: HeaderLanguage = BITS_HEADER): MeasuredType[] {
  return parse(runProgram(header, programText(types, language), [`-DSEED=${seed}ULL`]));
}

/** Compiles a program that includes `HEADER`, and gives what it prints. */
export function runProgram(header: string, text: string, flags: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-import-'));
  try {
    writeFileSync(join(folder, 'program.c'), text);
    execFileSync('cc', ['-std=gnu11', '-w', '-O0', '-I', dirname(header), `-DHEADER="${header}"`, ...flags, '-o', 'program', 'program.c'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    return execFileSync(join(folder, 'program'), { encoding: 'utf8', maxBuffer: 2 ** 30 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Is there a C compiler? */
export function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function programText(types: readonly Type[], { unitBits, declarations, accessor }: HeaderLanguage): string {
  const members = types.flatMap(({ type, own, leaves }) => [...own.map((row) => memberText(type, { ...row, packing: 'none' })), ...leaves.map((row) => memberText(type, row))]);
  const rows = types.map(({ type, own, leaves }) => `\t{ sizeof(${type}) * UNIT, ${own.length}, ${leaves.length} },\n`);
  return `${START}#define UNIT ${unitBits}\n${declarations}${MEMBERS}${accessor}${PACK}\nstatic const struct member members[] = {\n${members.join('')}};\n\nstatic const struct type types[] = {\n${rows.join('')}};\n${MAIN}`;
}

function memberText(type: string, { member, isFlexible, packing, elementBits, partOfMember }: Row): string {
  if (partOfMember !== undefined) return `\tPART(${type}, ${member}, ${partOfMember.shiftBits}, ${partOfMember.sizeBits}),\n`;
  if (isFlexible) return `\tFLEXIBLE(${type}, ${member}),\n`;
  if (packing === 'bytes') return `\tBYTES(${type}, ${member}),\n`;
  if (packing === 'elements') return `\tELEMENTS(${type}, ${member}, ${elementBits}),\n`;
  return `\tWHOLE(${type}, ${member}),\n`;
}

function parse(text: string): MeasuredType[] {
  const found: { sizeBits: number; own: Measured[]; leaves: Measured[]; packed: Uint8Array }[] = [];
  for (const line of text.split('\n')) {
    const [kind, first = '', second = '', third = '0', ...values] = line.split(' ');
    const current = found.at(-1);
    const measured: Measured = { offsetBits: Number(first), sizeBits: Number(second), firstBits: Number(third), values: values.map((value) => BigInt(`0x${value}`)) };
    if (kind === 'T') found.push({ sizeBits: Number(first), own: [], leaves: [], packed: new Uint8Array() });
    else if (kind === 'M') current?.own.push(measured);
    else if (kind === 'L') current?.leaves.push(measured);
    else if (kind === 'B' && current !== undefined) current.packed = Uint8Array.from(Buffer.from(first, 'hex'));
  }
  return found;
}
