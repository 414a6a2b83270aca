/*
 * A sample image under construction: bytes, and beside them the values that a decoder has to find and the bits that hold them.
 * Nothing here knows the project's layouts: places come from data sheets (sheets.c) or from the kernel's header (kernel.c).
 */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdint.h>

/* Starts the files NAME.hex and NAME.json in `folder`: `size` bytes of `structure` in `layout`. Ends the program on any error. */
void golden_begin(const char *folder, const char *layout, const char *name, const char *structure, unsigned size);
/* Writes both files. */
void golden_end(void);

/* A structure, or with `list` an array. `name` is ignored in an array. */
void golden_open(const char *name, int list);
void golden_close(void);

/* The value that a field of this name and width gets at this point: arbitrary, not 0 unless it is a single bit, always the same. */
uint64_t golden_value(const char *name, unsigned width);

/* Bits [high:low] of the big-endian dword at byte `offset`. */
void golden_bits(const char *name, unsigned offset, unsigned high, unsigned low, uint64_t value, int is_signed);
/* 64 bits, high dword first. */
void golden_quad(const char *name, unsigned offset, uint64_t value);
/* Text padded with zero bytes to `length`; arbitrary text where `text` is NULL. */
void golden_text(const char *name, unsigned offset, unsigned length, const char *text);
/* Arbitrary bytes. */
void golden_bytes(const char *name, unsigned offset, unsigned length);

void golden_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
