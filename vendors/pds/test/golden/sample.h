/*
 * Samples of bytes, and beside them the values in them and the bits that hold these. Values are arbitrary and always the same. Nothing here knows the
 * project's layouts: places are what the compiler makes of C structures, in the structures' own byte order, little-endian.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* Starts NAME.hex and NAME.json in the folder that the program was given: `size` bytes of `structure` in `layout`. */
void sample_begin(const char *layout, const char *name, const char *structure, size_t size);
void sample_end(void);
/* An unsigned integer of 1, 2, 4 or 8 bytes: arbitrary, or the one that is given. */
void sample_integer(const char *name, size_t at, size_t width);
void sample_constant(const char *name, size_t at, size_t width, uint64_t value);
void sample_signed(const char *name, size_t at, size_t width);
void sample_text(const char *name, size_t at, size_t length);
/* Of a tail the place has no length of its own in a layout. */
void sample_bytes(const char *name, size_t at, size_t length);
/* An array of structures, each between open and close. */
void sample_open(const char *name, int is_list);
void sample_close(void);
void sample_folder(const char *folder);

#define INTEGER(type, member) sample_integer(#member, offsetof(struct type, member), sizeof(((struct type *)0)->member))
#define CONSTANT(type, member, value) sample_constant(#member, offsetof(struct type, member), sizeof(((struct type *)0)->member), value)
#define SIGNED(type, member) sample_signed(#member, offsetof(struct type, member), sizeof(((struct type *)0)->member))
#define TEXT(type, member) sample_text(#member, offsetof(struct type, member), sizeof(((struct type *)0)->member))

#endif
