/*
 * Makes sample images from sheets/, which describe registers in the notation of their data sheets:
 *
 *   layout registers/PAOS              the document that the samples are for
 *   case PAOS paos_reg 16              a sample's name, its structure and its size in bytes
 *   04 ase[31] e[1:0]                  fields of the big-endian dword at a hexadecimal byte offset
 *   08 name                            a whole dword
 *   08 name:64                         two dwords, high dword first
 *   10 name:text16  10 name:bytes128   text or bytes
 *   04 temperature[15:0]~              a signed number
 *   00 grp[5:0]=16                     this value, not an arbitrary one
 *   08 name{ ... }  08 name( { ... } )  a structure; an array; in an array names do not matter
 *
 * cc -o sheets sheets.c golden.c && ./sheets FOLDER sheets/PAOS.txt ...
 */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
    unsigned high, low, width, length;
    enum { DWORD_BITS, QUAD, TEXT, BYTES } kind;
};

static struct place parse_place(const char *token, const char *at)
{
    struct place place = { .high = 31, .low = 0 };

    if (sscanf(at, "[%u:%u]", &place.high, &place.low) == 1)
        place.low = place.high;
    if (strncmp(at, ":64", 3) == 0)
        place.kind = QUAD;
    else if (sscanf(at, ":text%u", &place.length) == 1)
        place.kind = TEXT;
    else if (sscanf(at, ":bytes%u", &place.length) == 1)
        place.kind = BYTES;
    else if (*at == ':')
        golden_fail("not a kind of field: %s", token);
    place.width = place.kind == QUAD ? 64 : place.high - place.low + 1;
    return place;
}

static void field(const char *token, unsigned offset)
{
    char name[128] = "";
    size_t length = strcspn(token, "[:~=");
    const char *pinned = strchr(token, '=');
    int is_signed = strchr(token, '~') != NULL;
    struct place place = parse_place(token, token + length);
    uint64_t value;

    memcpy(name, token, length < sizeof name ? length : sizeof name - 1);
    value = pinned == NULL ? golden_value(name, place.width) : strtoull(pinned + 1, NULL, 0);
    switch (place.kind) {
    case DWORD_BITS:
        golden_bits(name, offset, place.high, place.low, value, is_signed);
        return;
    case QUAD:
        golden_quad(name, offset, value);
        return;
    case TEXT:
        golden_text(name, offset, place.length, pinned == NULL ? NULL : pinned + 1);
        return;
    case BYTES:
        golden_bytes(name, offset, place.length);
    }
}

static void token_at(char *token, unsigned offset)
{
    size_t length = strlen(token);
    char last = token[length - 1];

    if (strcmp(token, "}") == 0 || strcmp(token, ")") == 0) {
        golden_close();
    } else if (last == '{' || last == '(') {
        token[length - 1] = '\0';
        golden_open(token, last == '(');
    } else {
        field(token, offset);
    }
}

static void line(char *text)
{
    char *rest = NULL;
    char *first = strtok_r(text, " \n", &rest);
    unsigned offset;

    if (first == NULL)
        return;
    offset = (unsigned)strtoul(first, NULL, 16);
    for (char *token; (token = strtok_r(NULL, " \n", &rest)) != NULL;)
        token_at(token, offset);
}

static void sheet(const char *folder, const char *path)
{
    FILE *file = fopen(path, "r");
    char text[1024], layout[128] = "", name[128], structure[128];
    unsigned size;
    int is_open = 0;

    if (file == NULL)
        golden_fail("cannot read %s", path);
    while (fgets(text, sizeof text, file) != NULL) {
        if (strchr(text, '\n') == NULL)
            golden_fail("%s: a line is too long", path);
        if (text[0] == '#' || sscanf(text, "layout %127s", layout) == 1)
            continue;
        if (sscanf(text, "case %127s %127s %u", name, structure, &size) == 3) {
            if (is_open)
                golden_end();
            golden_begin(folder, layout, name, structure, size);
            is_open = 1;
        } else {
            line(text);
        }
    }
    if (is_open)
        golden_end();
    fclose(file);
}

int main(int count, char **arguments)
{
    if (count < 3)
        golden_fail("usage: sheets FOLDER SHEET...");
    for (int i = 2; i < count; i++)
        sheet(arguments[1], arguments[i]);
    return 0;
}
