#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 1024, MOST_DEPTH = 4, PATH = 256 };

static const char *folder;
static struct {
    unsigned char bytes[MOST_BYTES];
    size_t size;
    char hex_path[512];
    FILE *json, *places;
    char *places_text;
    size_t places_size;
    char path[PATH];
    unsigned depth;
    int is_list[MOST_DEPTH];
    unsigned count[MOST_DEPTH];
    size_t path_length[MOST_DEPTH];
    uint64_t seed;
} sample;

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        fail(path);
    return file;
}

static uint64_t hash(uint64_t seed, const char *text)
{
    for (; *text != '\0'; text++)
        seed = (seed ^ (unsigned char)*text) * 0x100000001b3u;
    seed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9u;
    return seed ^ seed >> 31;
}

void sample_folder(const char *path)
{
    folder = path;
}

void sample_begin(const char *layout, const char *name, const char *structure, size_t size)
{
    char path[512];

    if (size > MOST_BYTES)
        fail("a sample is too large");
    memset(&sample, 0, sizeof(sample));
    sample.size = size;
    sample.seed = hash(0xcbf29ce484222325u, name);
    snprintf(sample.hex_path, sizeof(sample.hex_path), "%s/%s.hex", folder, name);
    snprintf(path, sizeof(path), "%s/%s.json", folder, name);
    sample.json = create(path);
    sample.places = open_memstream(&sample.places_text, &sample.places_size);
    fprintf(sample.json, "{\n  \"layout\": \"%s\",\n  \"structure\": \"%s\",\n  \"fields\": {", layout, structure);
}

/* The separator and indentation before a member, and its name where it has one. */
static void member(const char *name)
{
    fprintf(sample.json, "%s\n%*s", sample.count[sample.depth]++ == 0 ? "" : ",", 4 + 2 * (int)sample.depth, "");
    if (!sample.is_list[sample.depth])
        fprintf(sample.json, "\"%s\": ", name);
}

static void place(const char *name, size_t at, size_t length)
{
    fprintf(sample.places, "%s\n    \"%s%s\": [%zu, %zu]", sample.places_size == 0 && ftell(sample.places) == 0 ? "" : ",", sample.path, name, at * 8, length * 8);
}

static void store(size_t at, size_t width, uint64_t value)
{
    if (at + width > sample.size)
        fail("a member is past the end");
    for (size_t index = 0; index < width; index++)
        sample.bytes[at + index] = (unsigned char)(value >> (8 * index));
}

void sample_constant(const char *name, size_t at, size_t width, uint64_t value)
{
    store(at, width, value);
    place(name, at, width);
    member(name);
    fprintf(sample.json, width == 8 ? "\"0x%llx\"" : "%llu", (unsigned long long)value);
}

/* The highest bit is set, so that no value is one that an enum names. */
static uint64_t arbitrary(const char *name, size_t width)
{
    uint64_t value = hash(hash(sample.seed, sample.path), name);

    if (width < 8)
        value &= (UINT64_C(1) << (8 * width)) - 1;
    return value | UINT64_C(1) << (8 * width - 1);
}

void sample_integer(const char *name, size_t at, size_t width)
{
    sample_constant(name, at, width, arbitrary(name, width));
}

void sample_signed(const char *name, size_t at, size_t width)
{
    uint64_t value = arbitrary(name, width);

    store(at, width, value);
    place(name, at, width);
    member(name);
    fprintf(sample.json, "%lld", (long long)(value - (UINT64_C(1) << (8 * width))));
}

void sample_text(const char *name, size_t at, size_t length)
{
    char text[64 + 1];

    if (length >= sizeof(text))
        fail("a text is too long");
    for (size_t index = 0; index < length; index++)
        text[index] = "abcdefghijklmnopqrstuvwxyz-.0123456789"[hash(sample.seed + index, name) % 38];
    text[length - 1] = '\0';
    memcpy(sample.bytes + at, text, length);
    place(name, at, length);
    member(name);
    fprintf(sample.json, "\"%s\"", text);
}

void sample_bytes(const char *name, size_t at, size_t length)
{
    place(name, at, length);
    member(name);
    fputc('"', sample.json);
    for (size_t index = 0; index < length; index++) {
        store(at + index, 1, hash(sample.seed + index, name) & 0xff);
        fprintf(sample.json, "%02x", sample.bytes[at + index]);
    }
    fputc('"', sample.json);
}

void sample_open(const char *name, int is_list)
{
    size_t length = strlen(sample.path);

    member(name);
    sample.path_length[sample.depth] = length;
    if (sample.is_list[sample.depth])
        snprintf(sample.path + length, PATH - length, "[%u].", sample.count[sample.depth] - 1);
    else
        snprintf(sample.path + length, PATH - length, is_list ? "%s" : "%s.", name);
    sample.depth++;
    sample.is_list[sample.depth] = is_list;
    sample.count[sample.depth] = 0;
    fputc(is_list ? '[' : '{', sample.json);
}

void sample_close(void)
{
    int is_list = sample.is_list[sample.depth];

    sample.depth--;
    sample.path[sample.path_length[sample.depth]] = '\0';
    fprintf(sample.json, "\n%*s%c", 4 + 2 * (int)sample.depth, "", is_list ? ']' : '}');
}

void sample_end(void)
{
    FILE *hex = create(sample.hex_path);

    for (size_t index = 0; index < sample.size; index++)
        fprintf(hex, "%02x%c", sample.bytes[index], index % 16 == 15 || index + 1 == sample.size ? '\n' : ' ');
    fclose(hex);
    fclose(sample.places);
    fprintf(sample.json, "\n  },\n  \"places\": {%s\n  }\n}\n", sample.places_text);
    free(sample.places_text);
    fclose(sample.json);
}
