#include "golden.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SIZE = 8192, MAX_DEPTH = 8, MAX_PATH = 256 };

static struct {
    unsigned char bytes[MAX_SIZE];
    unsigned size;
    char hex_path[512];
    FILE *json, *places;
    char *places_text;
    size_t places_size;
    uint64_t seed;
    char path[MAX_PATH];
    unsigned depth;
    int is_list[MAX_DEPTH];
    unsigned count[MAX_DEPTH];
    size_t path_length[MAX_DEPTH];
} image;

void golden_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        golden_fail("cannot write %s", path);
    return file;
}

/* FNV-1a, so that a value depends on the names before it and on nothing else. */
static uint64_t hash(uint64_t seed, const char *text)
{
    for (; *text != '\0'; text++)
        seed = (seed ^ (unsigned char)*text) * 0x100000001b3u;
    return seed;
}

static uint64_t mixed(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
    return bits ^ bits >> 31;
}

void golden_begin(const char *folder, const char *layout, const char *name, const char *structure, unsigned size)
{
    char path[512];

    if (size > MAX_SIZE)
        golden_fail("%s: %u bytes are too many", name, size);
    memset(&image, 0, sizeof image);
    image.size = size;
    image.seed = hash(0xcbf29ce484222325u, name);
    snprintf(image.hex_path, sizeof image.hex_path, "%s/%s.hex", folder, name);
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    image.json = create(path);
    image.places = open_memstream(&image.places_text, &image.places_size);
    if (image.places == NULL)
        golden_fail("out of memory");
    fprintf(image.json, "{\n  \"layout\": \"%s\",\n  \"structure\": \"%s\",\n  \"fields\": {", layout, structure);
}

void golden_end(void)
{
    FILE *hex = create(image.hex_path);

    if (image.depth != 0)
        golden_fail("%s: a structure is not closed", image.hex_path);
    for (unsigned i = 0; i < image.size; i++)
        fprintf(hex, "%02x%c", image.bytes[i], i % 16 == 15 || i + 1 == image.size ? '\n' : ' ');
    fclose(image.places);
    fprintf(image.json, "\n  },\n  \"places\": {%s\n  }\n}\n", image.places_text);
    free(image.places_text);
    if (fclose(hex) != 0 || fclose(image.json) != 0)
        golden_fail("cannot finish %s", image.hex_path);
}

/* Adds `name`, or in an array the element's number, to the path. */
static void extend_path(const char *name)
{
    size_t length = strlen(image.path);

    if (image.is_list[image.depth])
        snprintf(image.path + length, MAX_PATH - length, "[%u]", image.count[image.depth] - 1);
    else
        snprintf(image.path + length, MAX_PATH - length, "%s%s", length == 0 ? "" : ".", name);
}

/* Begins a field's entry in the JSON text, of `width` bits from bit `offset` of the structure; 0 bits for a structure or array. */
static void start_entry(const char *name, unsigned offset, unsigned width)
{
    unsigned depth = image.depth;
    size_t length = strlen(image.path);

    fprintf(image.json, "%s\n%*s", image.count[depth]++ == 0 ? "" : ",", (int)(4 + 2 * depth), "");
    if (!image.is_list[depth])
        fprintf(image.json, "\"%s\": ", name);
    if (width == 0)
        return;
    extend_path(name);
    fprintf(image.places, "%s\n    \"%s\": [%u, %u]", ftell(image.places) == 0 ? "" : ",", image.path, offset, width);
    image.path[length] = '\0';
}

void golden_open(const char *name, int list)
{
    size_t length = strlen(image.path);

    start_entry(name, 0, 0);
    extend_path(name);
    image.seed = hash(image.seed, image.path + length);
    fputc(list ? '[' : '{', image.json);
    if (++image.depth == MAX_DEPTH)
        golden_fail("%s: too deep", name);
    image.path_length[image.depth] = length;
    image.is_list[image.depth] = list;
    image.count[image.depth] = 0;
}

void golden_close(void)
{
    if (image.depth == 0)
        golden_fail("%s: nothing to close", image.hex_path);
    fprintf(image.json, "\n%*s%c", (int)(2 + 2 * image.depth), "", image.is_list[image.depth] ? ']' : '}');
    image.path[image.path_length[image.depth]] = '\0';
    image.depth--;
}

uint64_t golden_value(const char *name, unsigned width)
{
    uint64_t mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    uint64_t value = mixed(hash(image.seed + image.count[image.depth], name)) & mask;

    return value == 0 && width > 1 ? mask : value;
}

static void or_dword(const char *name, unsigned offset, unsigned high, unsigned low, uint32_t value)
{
    unsigned width = high - low + 1;
    uint32_t mask = (width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1) << low;
    unsigned char *at = image.bytes + offset;
    uint32_t dword;

    if (high > 31 || low > high || offset % 4 != 0 || offset + 4 > image.size)
        golden_fail("%s: no bits [%u:%u] at %x", name, high, low, offset);
    dword = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    if ((dword & mask) != 0 || (uint64_t)value << low > mask)
        golden_fail("%s: bits [%u:%u] at %x are taken, or %x does not fit", name, high, low, offset, value);
    dword |= value << low;
    at[0] = dword >> 24;
    at[1] = dword >> 16;
    at[2] = dword >> 8;
    at[3] = dword;
}

void golden_bits(const char *name, unsigned offset, unsigned high, unsigned low, uint64_t value, int is_signed)
{
    unsigned width = high - low + 1;
    int64_t shown = (int64_t)value;

    if (value > UINT32_MAX)
        golden_fail("%s: more than 32 bits", name);
    or_dword(name, offset, high, low, (uint32_t)value);
    if (is_signed && value >> (width - 1) & 1)
        shown -= INT64_C(1) << width;
    start_entry(name, offset * 8 + 31 - high, width);
    fprintf(image.json, "%lld", (long long)shown);
}

void golden_quad(const char *name, unsigned offset, uint64_t value)
{
    or_dword(name, offset, 31, 0, (uint32_t)(value >> 32));
    or_dword(name, offset + 4, 31, 0, (uint32_t)value);
    start_entry(name, offset * 8, 64);
    fprintf(image.json, "\"0x%llx\"", (unsigned long long)value);
}

void golden_text(const char *name, unsigned offset, unsigned length, const char *text)
{
    char made[17];

    snprintf(made, sizeof made, "%016llx", (unsigned long long)golden_value(name, 64));
    if (text == NULL) {
        text = made;
        if (length <= 16)
            made[length == 1 ? 1 : length - 1] = '\0';
    }
    if (strlen(text) > length || offset + length > image.size)
        golden_fail("%s: no room for the text '%s'", name, text);
    memcpy(image.bytes + offset, text, strlen(text));
    start_entry(name, offset * 8, length * 8);
    fprintf(image.json, "\"%s\"", text);
}

void golden_bytes(const char *name, unsigned offset, unsigned length)
{
    uint64_t bits = golden_value(name, 64);

    if (offset + length > image.size)
        golden_fail("%s: past the end", name);
    start_entry(name, offset * 8, length * 8);
    fputc('"', image.json);
    for (unsigned i = 0; i < length; i++) {
        bits = mixed(bits + 1);
        image.bytes[offset + i] = (unsigned char)bits;
        fprintf(image.json, "%02x", image.bytes[offset + i]);
    }
    fputc('"', image.json);
}
