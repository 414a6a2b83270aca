/* What the programs beside the samples share: they write NAME.hex and NAME.json. */
#include <stdio.h>
#include <stdlib.h>

static const char *folder = ".";

static FILE *create(const char *name, const char *ending)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    file = fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
    return file;
}

/* A sample: the document and structure that describe it, its values as JSON, its bytes. */
static void sample(const char *name, const char *layout, const char *structure, const char *fields, const void *bytes, size_t size)
{
    FILE *hex = create(name, "hex"), *json = create(name, "json");
    size_t at;

    for (at = 0; at < size; at++)
        fprintf(hex, "%02x%s", ((const unsigned char *)bytes)[at], at % 16 == 15 || at + 1 == size ? "\n" : "");
    fprintf(json, "{ \"layout\": \"%s\", \"structure\": \"%s\", \"fields\": %s }\n", layout, structure, fields);
    fclose(hex);
    fclose(json);
}
